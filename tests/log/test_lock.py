"""The lock: waiting for another command, and not writing to a file that is gone."""

from __future__ import annotations

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
