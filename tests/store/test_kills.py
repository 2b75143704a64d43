"""Eight officers' commands at once, killed at any moment: what was acknowledged is there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ccin_vote.poll.state import box_of
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from tests.support.bench import codes_in, members
from tests.support.command import DURING, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

AT_ONCE = 8
FEW, MANY = 28, 2000


def _start(folder: Path, ballot: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CCIN_VOTE_REHEARSAL_CLOCK": DURING, "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "ccin_vote", "accept", str(folder), str(ballot)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def _campaign(small: Bench, kills: int) -> tuple[int, set[str]]:
    """Kill so many commands; return how many were really killed, and what was acknowledged."""
    dice, killed, promised, made = random.Random(9), 0, set[str](), 0
    while killed < kills:
        running = []
        for _ in range(AT_ONCE):
            made += 1
            path = small.root / "ballots" / f"{made}.txt"
            token = small.tokens[made % len(small.tokens)]
            path.write_text(to_armour(small.sealed(token, (1, 2, 3), later=made)), "utf-8")
            running.append(_start(small.folder.root, path))
        for process in dice.sample(running, AT_ONCE - 1):  # one may end, at any moment of the rest
            time.sleep(dice.random() * 0.25)
            process.send_signal(signal.SIGKILL)
        for process in running:
            out, err = process.communicate()
            assert b"Traceback" not in err
            killed += process.returncode == -signal.SIGKILL
            lines = out.decode().splitlines()
            promised |= {line.split()[1] for line in lines if " accepted" in line}
    return killed, promised


def _check(small: Bench, kills: int) -> None:
    (small.root / "ballots").mkdir()
    killed, promised = _campaign(small, kills)
    assert killed >= kills
    there = codes_in(box_of(Snapshot.read(small.folder).poll))
    assert promised
    assert promised <= there
    told = json.loads(run("status", small.folder.root, "--json").stdout)
    assert told["state"] == "open"
    assert [str(fault) for fault in verify_published(small.published("after"), None).faults] == []


def test_a_few_kills_lose_no_acknowledged_ballot(bench: Make) -> None:
    """And the log is whole, whatever was at work."""
    _check(bench(roll=members(8)), FEW)


@pytest.mark.long
def test_thousands_of_kills_lose_no_acknowledged_ballot(bench: Make) -> None:
    """The same, for an hour of a nervous officer."""
    _check(bench(roll=members(8)), MANY)
