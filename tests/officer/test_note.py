"""Notes for the record: what everybody may read, and what nobody may write there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import Refused, UsageError
from ccin_vote.officer.note import note
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change
from ccin_vote.randomness import SYSTEM
from tests.support.bench import members

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

ROLL = members(5) + (
    '[[members]]\nid = "oldham"\nname = "Oldham Council"\ncontact = "Dr. Ann Lee"\n'
    'email = "ann.lee@oldham.example.org"\n'
    '[[members]]\nid = "2"\nname = "Cafe\u0301  Co-op"\ncontact = "C"\nemail = "c@example.org"\n'
)

GOOD = (
    "The mail server was down from 10:00 to 11:00; nothing was lost.",
    "Oldhamshire is not a member.",
    "Two letters came back unopened.",
    "2 ballots came late.",
)
BAD = (
    "oldham asked for a new letter.",
    "A call from DR. ANN LEE.",
    "The Oldham   Council voted twice.",
    "Wrote to ann.lee@oldham.example.org.",
    "Caf\u00e9 Co-op rang.",
    "Cafe\u0301 Co-op rang.",
)


@pytest.mark.parametrize("text", GOOD)
def test_an_incident_is_logged_in_the_officers_words(bench: Make, text: str) -> None:
    """And stands on the sheet's source, the log."""
    small = bench(roll=ROLL)
    note(small.folder, text)
    assert text in small.folder.log.read_text("utf-8")


@pytest.mark.parametrize("text", BAD)
def test_a_note_that_names_a_member_is_refused(bench: Make, text: str) -> None:
    """However it is written; nothing is logged."""
    small = bench(roll=ROLL)
    before = small.folder.log.read_bytes()
    with pytest.raises(Refused, match="names a member"):
        note(small.folder, text)
    assert small.folder.log.read_bytes() == before


def test_a_contact_who_came_since_may_not_be_named_either(bench: Make) -> None:
    """What `reissue` was told is not for everybody."""
    small = bench(roll=ROLL)
    change = Change("contact-changed", contact="Anna Newname", email="anna@new.example.org")
    reissue(small.folder, "oldham", change, SYSTEM)
    for text in ("Anna Newname lost it.", "Wrote to anna@new.example.org"):
        with pytest.raises(Refused, match="names a member"):
            note(small.folder, text)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\nb", "a\x1b[2Jb", "a\u202eb"])
def test_a_note_is_one_line_that_can_be_seen(bench: Make, text: str) -> None:
    """Nothing that would fool a terminal."""
    with pytest.raises(UsageError):
        note(bench().folder, text)
