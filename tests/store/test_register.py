"""The register: lines that an editor touched, lines that are gone, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import IntegrityFailure
from ccin_vote.officer.note import note
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.remind import remind
from ccin_vote.officer.revoke import Change, drop_letters, revoke
from ccin_vote.randomness import SYSTEM
from ccin_vote.store.register import find_holders, read_holders

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]


@pytest.mark.parametrize("kept", [0, 3, None])
def test_a_register_that_lacks_a_credential_is_refused(bench: Make, kept: int | None) -> None:
    """Cut, empty or gone: no letter is deleted, and nobody is said to have got none."""
    small = bench()
    ballot = small.sealed(small.tokens[5], (1, 2, 3))
    path, letters = small.folder.holders, sorted(small.folder.letters.iterdir())
    rows = path.read_bytes().splitlines(keepends=True)
    if kept is None:
        path.unlink()
    else:
        path.write_bytes(b"".join(rows[:kept]))
    for step in (
        lambda: drop_letters(small.folder),
        lambda: revoke(small.folder, "m1", Change("lost")),
        lambda: reissue(small.folder, "m1", Change("lost"), SYSTEM),
        lambda: remind(small.folder, SYSTEM),
        lambda: note(small.folder, "The post was late."),
        lambda: small.hand_in(ballot),
    ):
        with pytest.raises(IntegrityFailure, match="not in the register"):
            step()
    assert sorted(small.folder.letters.iterdir()) == letters
    path.write_bytes(b"".join(rows))
    assert small.hand_in(ballot)[0].words.endswith("already there")
    assert len(list(small.folder.receipts.glob("*.eml"))) == 1


@pytest.mark.parametrize("touch", [lambda data: data.replace(b"\n", b"\r\n"), bytes.rstrip])
def test_an_editor_may_change_the_ends_of_lines(
    bench: Make, touch: Callable[[bytes], bytes]
) -> None:
    """A few are found as all are, and one more can be added."""
    small = bench()
    path = small.folder.holders
    path.write_bytes(touch(path.read_bytes()))
    keys = [row.credential for row in read_holders(small.folder, ()).rows]
    assert [one.id for one in find_holders(small.folder, keys).values()] == [
        f"m{n}" for n in range(6)
    ]
    reissue(small.folder, "m5", Change("lost"), SYSTEM)
    assert len(read_holders(small.folder, keys).rows) == 7


def test_the_contact_of_today_is_told_of_a_ballot_under_an_old_token(bench: Make) -> None:
    """Whoever got the letter by mistake gets no mail, whether few or many ballots came."""
    small = bench()
    finder = small.sealed(small.tokens[1], (1, 2, 3))
    change = Change("wrong-address", contact="Right", email="right@x.org")
    reissue(small.folder, "m1", change, SYSTEM)
    small.hand_in(finder)
    (reply,) = small.folder.receipts.glob("*.eml")
    assert "To: Right <right@x.org>" in reply.read_text("utf-8")
    few = find_holders(small.folder, [finder.credential])
    many = find_holders(
        small.folder, [row.credential for row in read_holders(small.folder, ()).rows]
    )
    assert few[finder.credential] == many[finder.credential]
