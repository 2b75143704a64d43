"""What happens between the letters and the close, as officers tell it; each from the beginning."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import BadInput, Refused, UsageError
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.remind import Reminded, remind
from ccin_vote.officer.revoke import Change, drop_letters, revoke
from ccin_vote.officer.status import status
from ccin_vote.poll.state import box_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from ccin_vote.voter.confirm import confirm_code
from ccin_vote.voter.vote import enter_booth
from tests.support.bench import AFTER, DURING, members

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A, B, C = (1, 2, 3), (2, 1, 3), (2, 3, 1)


def faults(small: Bench) -> list[str]:
    """End the election; return the faults that a verifier finds, and there is none."""
    return [str(fault) for fault in verify_published(small.declared(), None).faults]


def test_a_contact_changed_and_the_new_one_votes(bench: Make) -> None:
    """The new letter goes to the new address; the frozen roll stays as it was."""
    small = bench()
    old = small.tokens[1]
    change = Change("contact-changed", contact="Nia", email="nia@new.example.org")
    letter = reissue(small.folder, "m1", change, SYSTEM)
    mail = message_from_bytes(
        (small.folder.letters / f"{letter.stem}.eml").read_bytes(), policy=default
    )
    assert mail["To"].addresses[0].addr_spec == "nia@new.example.org"
    with pytest.raises(Refused, match="does not belong"):
        enter_booth(Snapshot.read(small.folder).poll, old)
    small.all_vote(1)
    outcome = small.hand_in(small.sealed(letter.token, A))[0]
    assert "accepted" in outcome.words
    reply = (small.folder.receipts / f"{outcome.code}.eml").read_text("utf-8")
    assert "nia@new.example.org" in reply
    assert faults(small) == []


def test_a_lost_letter_is_written_again_and_the_finder_cannot_vote(bench: Make) -> None:
    """A ballot with the old token is refused, and the log says why; the new one counts."""
    small = bench()
    old = small.tokens[0]
    found = small.sealed(old, B)
    letter = reissue(small.folder, "m0", Change("lost"), SYSTEM)
    assert "was revoked" in small.hand_in(found)[0].words
    assert "accepted" in small.hand_in(small.sealed(letter.token, A))[0].words
    small.hand_in(*(small.sealed(token, A) for token in small.tokens if token != letter.token))
    box = box_of(Snapshot.read(small.folder).poll)
    assert [event.reason for _, event in box.refused] == ["revoked"]
    assert (box.issued, len(box.replaced), box.returned) == (6, 1, 6)
    assert faults(small) == []


def test_a_token_typed_by_someone_else(bench: Make) -> None:
    """The member sees "superseded" or a strange code; the officer replaces the token, said so."""
    small = bench()
    member = small.tokens[2]
    honest = small.hand_in(small.sealed(member, A))[0]
    stolen = small.hand_in(small.sealed(member, C, later=60))[0]
    assert "replaces" in stolen.words
    assert honest.code is not None
    published = small.published("1")
    assert confirm_code(published, honest.code).words.startswith("superseded")
    with pytest.raises(Refused, match="already in"):
        reissue(small.folder, "m2", Change("misused"), SYSTEM)
    letter = reissue(small.folder, "m2", Change("misused", supersede=True), SYSTEM)
    small.hand_in(small.sealed(letter.token, A, later=120))
    for code in (honest.code, stolen.code):
        assert code is not None
        assert not confirm_code(small.published("2"), code).counts
    small.hand_in(*(small.sealed(token, B) for token in small.tokens if token != letter.token))
    log = small.folder.log.read_text("utf-8")
    assert '"reason":"misused"' in log
    assert '"superseded":true' in log
    assert faults(small) == []


@pytest.mark.parametrize(("revoting", "winner"), [("latest", 1), ("first", 0)])
def test_two_ballots_from_one_member(bench: Make, revoting: str, winner: int) -> None:
    """The later or the first counts, as the definition says; either way there is one."""
    small = bench(revoting=revoting)
    token = small.tokens[0]
    ballots = [small.sealed(token, A), small.sealed(token, B, later=5)]
    codes = [str(one.code) for one in small.hand_in(*ballots)]
    small.hand_in(*(small.sealed(each_token, A) for each_token in small.tokens[1:]))
    published = small.published("now")
    counts = [confirm_code(published, code).counts for code in codes]
    assert counts == [at == winner for at in range(2)]
    assert box_of(Snapshot.read(small.folder).poll).returned == 6
    assert faults(small) == []


def test_a_ballot_from_another_election_is_kept_aside_and_not_logged(bench: Make) -> None:
    """The log of this one says nothing of it; the file is there, untouched."""
    small, other = bench(), bench()
    before = small.folder.log.read_bytes()
    outcome = small.hand_in(other.sealed(other.tokens[0], A))[0]
    assert "another election" in outcome.words
    assert small.folder.log.read_bytes() == before
    assert len(list(small.folder.rejected.iterdir())) == 1


def test_a_ballot_after_the_close_is_late_and_the_log_says_so(bench: Make) -> None:
    """Also one that was sealed in time; and one that was in before is said to be there."""
    small = bench()
    small.all_vote(5)
    known, late = small.sealed(small.tokens[0], A, later=1), small.sealed(small.tokens[5], A)
    small.hand_in(known)
    small.close()
    told = small.hand_in(known, late, now=AFTER)
    assert "already there" in told[0].words
    assert "refused" in told[1].words
    assert [event.reason for _, event in box_of(Snapshot.read(small.folder).poll).refused] == [
        "late"
    ]


def test_a_member_who_left_votes_no_more(bench: Make) -> None:
    """Revoked without a new letter: neither reminded nor counted; said once."""
    small = bench()
    token = small.tokens[3]
    assert revoke(small.folder, "m3", Change("member-left")) is None
    assert len(list(small.folder.letters.glob("*.eml"))) == 5
    assert revoke(small.folder, "m3", Change("member-left")) == "member-left"
    assert remind(small.folder, SYSTEM) == Reminded(5)
    assert "refused" in small.hand_in(small.sealed(token, A))[0].words
    assert status(small.folder, DURING).revoked == 1


def test_a_token_that_was_revoked_may_be_issued_again(bench: Make) -> None:
    """A member who wanted paper and then changed its mind."""
    small = bench()
    revoke(small.folder, "m0", Change("paper"))
    letter = reissue(small.folder, "m0", Change("lost"), SYSTEM)
    assert "accepted" in small.hand_in(small.sealed(letter.token, A))[0].words
    assert box_of(Snapshot.read(small.folder).poll).on_paper == frozenset()


def test_an_unknown_member_is_refused_with_the_nearest_id(bench: Make) -> None:
    """The officer mistyped."""
    small = bench()
    with pytest.raises(Refused, match=r"m33") as caught:
        reissue(small.folder, "m33", Change("lost"), SYSTEM)
    assert "m3" in caught.value.diagnostics()


@pytest.mark.parametrize("contact", ["X\nBcc: other@example.org", "a\u202eb", "x" * 501])
def test_a_new_contact_that_is_no_name_is_refused_before_anything(
    bench: Make, contact: str
) -> None:
    """The old letter and token stay."""
    small = bench()
    before = sorted(small.folder.letters.iterdir())
    with pytest.raises(UsageError):
        reissue(small.folder, "m1", Change("contact-changed", contact=contact), SYSTEM)
    assert sorted(small.folder.letters.iterdir()) == before
    assert box_of(Snapshot.read(small.folder).poll).revoked == {}


def test_a_slip_in_the_receipts_template_is_said_before_a_ballot_is_logged(bench: Make) -> None:
    """Nothing is accepted, so that nothing is without its receipt."""
    small = bench()
    ballot = small.sealed(small.tokens[0], A)
    small.folder.templates.mkdir()
    (small.folder.templates / "receipt.txt").write_text("Hi {{ cod }}", "utf-8")
    with pytest.raises(BadInput, match="cod"):
        small.hand_in(ballot)
    assert box_of(Snapshot.read(small.folder).poll).returned == 0


def test_pages_of_contests_whose_names_join_alike_are_two(bench: Make) -> None:
    """One page for a and b, another for a-and-b."""
    choices = 'candidates = [{ id = "x", name = "X" }, { id = "y", name = "Y" }]\n'
    contests = "".join(
        f'[[contests]]\nid = "{one}"\ntitle = "{one}"\nseats = 1\nrule = "first-past-the-post"\n'
        f'electorate = "{group}"\n{choices}'
        for one, group in (("a", "g"), ("b", "g"), ("a-and-b", "h"))
    )
    roll = members(3, 'groups = ["g"]\n') + members(3, 'groups = ["h"]\n', first=3)
    assert len(bench(contests=contests, roll=roll).folder.published.pages) == 2


def test_a_reissue_that_broke_off_before_the_log_can_be_repeated(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register has a credential that nobody knows; the next one takes its place."""
    from ccin_vote.store.session import Session

    small = bench()

    def broken(_self: Session) -> None:
        raise OSError(28, "No space left on device")

    old = small.tokens[0]
    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", broken)
        with pytest.raises(OSError, match="space"):
            reissue(small.folder, "m0", Change("lost"), SYSTEM)
    assert box_of(Snapshot.read(small.folder).poll).replaced == {}
    assert old in small.tokens
    assert drop_letters(small.folder) == 1
    assert small.tokens[0] == old
    assert remind(small.folder, SYSTEM) == Reminded(6)
    letter = reissue(small.folder, "m0", Change("lost"), SYSTEM)
    assert len(box_of(Snapshot.read(small.folder).poll).replaced) == 1
    assert "accepted" in small.hand_in(small.sealed(letter.token, A))[0].words
    assert len(list(small.folder.letters.glob("*.eml"))) == 6
