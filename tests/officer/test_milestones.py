"""Turning points: passed once, safe to repeat, and never over what is there."""

from __future__ import annotations

from datetime import UTC, datetime
from errno import EIO
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.election.folder import ElectionFolder
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.officer import count as counting
from ccin_vote.officer.close import close_poll
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.declare import declare_result
from ccin_vote.officer.draft import new_election
from ccin_vote.officer.note import note
from ccin_vote.officer.open import open_election
from ccin_vote.randomness import SYSTEM
from ccin_vote.roll.roll import Member, Roll
from ccin_vote.store.files import write_file
from ccin_vote.verify.published import verify_published
from tests.support.bench import CONTESTS, DEPUTY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Any]

BEFORE = datetime(2030, 1, 1, tzinfo=UTC)
AFTER = datetime(2030, 1, 26, tzinfo=UTC)


@pytest.mark.parametrize("kept", ["checkpoint", "nothing"])
def test_a_lost_log_is_never_begun_anew(bench: Make, kept: str) -> None:
    """Opening again without the log would break the register; it is refused, and kept whole."""
    small = bench()
    register = small.folder.register.read_bytes()
    small.folder.log.unlink()
    if kept == "nothing":
        small.folder.checkpoint.unlink()
    with pytest.raises(Refused, match="log is missing"):
        open_election(small.folder, BEFORE, SYSTEM)
    assert small.folder.register.read_bytes() == register


def test_a_crash_before_the_head_was_kept_is_mended_by_the_same_command(bench: Make) -> None:
    """Closing again writes the head that a crash kept from being written."""
    small = bench()
    small.all_vote()
    small.close()
    head = small.folder.milestone("closed")
    kept = head.read_bytes()
    head.unlink()
    assert close_poll(small.folder, AFTER).again
    assert head.read_bytes() == kept


def test_a_head_of_the_opening_that_was_lost_is_made_again(bench: Make) -> None:
    """Its line ends in the digest of the verifier, not in its type as others do."""
    small = bench()
    head = small.folder.milestone("opened")
    kept = head.read_bytes()
    head.unlink()
    assert open_election(small.folder, BEFORE, SYSTEM).again
    assert head.read_bytes() == kept


def test_a_first_line_that_was_torn_is_still_a_draft(bench: Make) -> None:
    """A crash in the middle of the first line leaves an election that can be opened."""
    small = bench()
    line = small.folder.log.read_bytes().split(b"\n")[0]
    for path in (small.folder.checkpoint, small.folder.register, small.folder.holders):
        path.unlink()
    for path in small.folder.checkpoints.iterdir():
        path.unlink()
    small.folder.log.write_bytes(line[:100])
    assert not open_election(small.folder, BEFORE, SYSTEM).again
    assert small.folder.log.read_bytes().endswith(b"\n")


def gone(path: Path) -> None:
    """Delete a file."""
    path.unlink()


def changed(path: Path) -> None:
    """Let a file end in a space more."""
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize("what", [gone, changed])
@pytest.mark.parametrize("name", ["opened.json", "papers/chair.blt", "result.json", "result.md"])
def test_only_what_a_count_gives_is_declared(
    bench: Make, name: str, what: Callable[[Path], None]
) -> None:
    """The log could not name anything else afterwards; counting again writes it."""
    small = bench()
    small.all_vote()
    small.counted()
    what(small.folder.published.root / name)
    with pytest.raises(Refused, match=r"not counted yet|is not what a count gives now") as refused:
        declare_result(small.folder, AFTER)
    assert "`count`" in refused.value.diagnostics()
    count(small.folder, None)
    assert verify_published(small.declared_counted()).ok


def test_what_happens_after_the_count_stands_on_the_declared_sheet(bench: Make) -> None:
    """A sheet that was written before it is refused."""
    small = bench()
    small.all_vote()
    small.counted()
    note(small.folder, "A chair was broken.")
    with pytest.raises(Refused, match="or the log or a cosignature came after it"):
        declare_result(small.folder, AFTER)
    count(small.folder, None)
    assert "A chair was broken." in small.declared_counted().result_sheet.read_text("utf-8")


@pytest.mark.parametrize("lost", [False, True])
def test_opened_papers_are_found_again_in_a_kept_reply(bench: Make, *, lost: bool) -> None:
    """The officer's own copy is not the only one; without any, it says what to do."""
    small = bench()
    small.all_vote()
    small.counted()
    (small.folder.private / "opened.json").unlink()
    if not lost:
        assert verify_published(small.declared_counted()).ok
        return
    replies = list(small.folder.replies.iterdir())
    sent = [reply.rename(small.root / reply.name) for reply in replies]
    with pytest.raises(IntegrityFailure, match="no opened papers") as refused:
        small.published("x")
    assert "`collect` again" in refused.value.diagnostics()
    collect(small.folder, sent)
    assert verify_published(small.declared_counted()).ok


@pytest.mark.parametrize("written", range(4))
def test_a_count_that_broke_off_cannot_be_declared(
    bench: Make, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Whichever files of the result were written before."""
    small = bench()
    small.all_vote()
    small.opened()
    left = iter(range(written))

    def breaks(path: Path, data: bytes) -> None:
        if next(left, None) is None:
            raise OSError(EIO, "broken", str(path))
        write_file(path, data)

    monkeypatch.setattr(counting, "write_file", breaks)
    with pytest.raises(OSError, match="broken"):
        count(small.folder, None)
    with pytest.raises(Refused, match="not counted"):
        declare_result(small.folder, AFTER)
    broken = small.published("broken")
    assert verify_published(broken).ok
    assert not broken.result_sheet.exists()


def test_a_ballot_file_of_a_contest_that_nobody_counts_is_cleared_away(bench: Make) -> None:
    """It would be declared otherwise, or keep the result from being declared."""
    alone = CONTESTS.replace("seats = 1", "seats = 3").replace("alternative-vote", "meek")
    small = bench(contests=alone + DEPUTY)
    small.hand_in(*(small.sealed(token, (1, 0), contest="deputy") for token in small.tokens))
    small.opened()
    stray = small.folder.published.ballot_file("chair")
    stray.parent.mkdir(parents=True)
    stray.write_text("1 1\n0\n", "utf-8")
    count(small.folder, None)
    assert not stray.exists()
    assert verify_published(small.declared_counted()).ok


@pytest.mark.parametrize("what", [gone, changed])
def test_a_declared_result_is_published_as_it_was_declared(
    bench: Make, what: Callable[[Path], None]
) -> None:
    """It says which file to restore."""
    small = bench()
    small.all_vote()
    small.declared()
    what(small.folder.published.result_sheet)
    with pytest.raises(IntegrityFailure, match="not the one that was declared") as refused:
        small.published("again")
    assert "result.md" in refused.value.diagnostics()


def test_a_damaged_copy_of_a_reply_is_replaced(bench: Make) -> None:
    """The scrutineer sends it again."""
    small = bench()
    small.all_vote()
    small.opened()
    kept = small.folder.replies / "scrutineer-1.json"
    sent = small.root / "again.json"
    sent.write_bytes(kept.read_bytes())
    kept.write_bytes(b"{")
    with pytest.raises(IntegrityFailure, match="no scrutineer's reply"):
        count(small.folder, None)
    collect(small.folder, [sent])
    count(small.folder, None)
    assert verify_published(small.declared_counted()).ok


def test_one_whole_reply_is_enough_for_opened_papers_that_were_lost(bench: Make) -> None:
    """A damaged one beside it does not matter."""
    small = bench()
    small.all_vote()
    small.counted()
    (small.folder.private / "opened.json").write_bytes(b"{}")
    (small.folder.replies / "scrutineer-1.json").write_bytes(b"{")
    assert verify_published(small.declared_counted()).ok


def test_a_new_election_keeps_what_is_there(tmp_path: Path) -> None:
    """A roll that was there before; never anything beside a log."""
    folder = ElectionFolder(tmp_path / "board-2030")
    folder.root.mkdir()
    folder.roll.write_text("mine", "utf-8")
    roll = Roll(members=(Member(id="m1", name="One", contact="A", email="a@example.org"),))
    with pytest.raises(Refused, match="There is a roll already"):
        new_election(folder, roll)
    assert new_election(folder, None) == [folder.definition]
    assert folder.roll.read_text("utf-8") == "mine"
    folder.roll.unlink()
    folder.log.write_bytes(b"{}\n")
    with pytest.raises(Refused, match="There is an election"):
        new_election(folder, None)


def test_the_poll_does_not_close_before_its_time(bench: Make) -> None:
    """The scheduled close is part of what was frozen."""
    small = bench()
    small.all_vote()
    with pytest.raises(Refused, match="12:00"):
        close_poll(small.folder, BEFORE)
