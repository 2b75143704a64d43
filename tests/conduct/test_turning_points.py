"""Turning points: passed once, safe to repeat, and never over what is there."""

from __future__ import annotations

from datetime import UTC, datetime
from errno import EIO
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.conduct import counting
from ccin_vote.conduct.chance import SYSTEM
from ccin_vote.conduct.collecting import collect
from ccin_vote.conduct.counting import count
from ccin_vote.conduct.files import write_file
from ccin_vote.conduct.noting import note
from ccin_vote.conduct.turning_points import close_poll, declare_result, open_election
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.verify.published import verify_published

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
    head = small.folder.turning_point("closed")
    kept = head.read_bytes()
    head.unlink()
    assert close_poll(small.folder, AFTER).again
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
    small.opened()
    count(small.folder, None)
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
    small.opened()
    count(small.folder, None)
    note(small.folder, "A chair was broken.")
    with pytest.raises(Refused, match="or the log has gone on"):
        declare_result(small.folder, AFTER)
    count(small.folder, None)
    assert "A chair was broken." in small.declared_counted().result_sheet.read_text("utf-8")


@pytest.mark.parametrize("lost", [False, True])
def test_opened_papers_are_found_again_in_a_kept_reply(bench: Make, *, lost: bool) -> None:
    """The officer's own copy is not the only one; without any, it says what to do."""
    small = bench()
    small.all_vote()
    small.opened()
    count(small.folder, None)
    (small.folder.private / "opened.json").unlink()
    if not lost:
        assert verify_published(small.declared_counted()).ok
        return
    replies = list(small.folder.replies.iterdir())
    sent = [one.rename(small.root / one.name) for one in replies]
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


def test_the_poll_does_not_close_before_its_time(bench: Make) -> None:
    """The scheduled close is part of what was frozen."""
    small = bench()
    small.all_vote()
    with pytest.raises(Refused, match="12:00"):
        close_poll(small.folder, BEFORE)
