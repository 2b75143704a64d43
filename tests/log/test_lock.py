"""The lock: waiting for another command, and not writing to a file that is gone."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import Refused
from ccin_vote.log.lock import open_locked

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_waits_until_the_other_has_finished(tmp_path: Path) -> None:
    """Within its patience a second command gets the lock as soon as it is free."""
    held = open_locked(tmp_path / "log.jsonl")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(open_locked, tmp_path / "log.jsonl", 30)
        with pytest.raises(TimeoutError):
            waiting.result(0.1)
        os.close(held)
        os.close(waiting.result(30))


@pytest.mark.parametrize("restored", [True, False], ids=["replaced", "removed"])
def test_a_log_that_went_while_waiting_is_not_written_to(tmp_path: Path, *, restored: bool) -> None:
    """If the file was replaced or removed meanwhile, the command stops and says so."""
    log = tmp_path / "log.jsonl"
    held = open_locked(log)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(open_locked, log, 30)
        with pytest.raises(TimeoutError):
            waiting.result(0.1)
        log.unlink()
        if restored:
            log.touch()
        os.close(held)
        with pytest.raises(Refused, match="was replaced while"):
            waiting.result(30)


def test_the_lock_is_on_the_log_itself(tmp_path: Path) -> None:
    """No file stands beside it whose loss would let a second writer in, and it is not emptied."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"{}\n")
    held = open_locked(log)
    assert list(tmp_path.iterdir()) == [log]
    assert log.read_bytes() == b"{}\n"
    with pytest.raises(Refused, match="Another command is at work"):
        open_locked(log, 0)
    os.close(held)


def test_a_program_that_locks_the_log_by_other_means_is_waited_for(tmp_path: Path) -> None:
    """An earlier version of this program, say, which asks the system for the lock."""
    log = tmp_path / "log.jsonl"
    log.touch()
    with log.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="Another command is at work"):
            open_locked(log, 0)
    os.close(open_locked(log, 0))


def test_reading_the_log_does_not_let_another_in(tmp_path: Path) -> None:
    """A second descriptor of the same process is closed, and the lock stays."""
    log = tmp_path / "log.jsonl"
    held = open_locked(log)
    assert log.read_bytes() == b""
    with log.open("rb") as stream, pytest.raises(BlockingIOError):
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(held)
