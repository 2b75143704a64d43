"""How long counts take where no two papers are alike: whole processes, and a peer if there is one.

The peer is a command with places for a method and a file, for example

    PEER="python3 peer_count.py {method} {file}" pytest -m benchmark -s tests/benchmarks

that prints the seconds which it took to load and to count as the last thing on its output.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PEER = os.environ.get("PEER", "")
LINES = {
    "6,000 of 30, 12 seats": (
        (30, 12, 6_000),
        {"scottish-stv": "ScottishSTV", "meek": "MeekSTV", "warren": "WarrenSTV"},
    ),
    "16,000 of 40, 20 seats": (
        (40, 20, 16_000),
        {
            "scottish-stv": "ScottishSTV",
            "ers97": "ERS97STV",
            "meek": "MeekSTV",
            "warren": "WarrenSTV",
        },
    ),
    "50,000 of 40, 20 seats": ((40, 20, 50_000), {"scottish-stv": "", "wigm": ""}),
    "1,000,000 of 12, 5 seats": (
        (12, 5, 1_000_000),
        {"scottish-stv": "", "wigm": "", "meek": "", "borda": "", "coombs": ""},
    ),
}


def write_papers(path: Path, size: int, seats: int, number: int) -> None:
    """Write papers that rank everybody; popularity falls by 0.85 from candidate to candidate."""
    dice = random.Random(1)
    weights = [0.85**at for at in range(size)]
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{size} {seats}\n")
        for _ in range(number):
            keys = [dice.random() ** (1 / weight) for weight in weights]
            order = sorted(range(size), key=keys.__getitem__, reverse=True)
            file.write(f"1 {' '.join(str(at + 1) for at in order)} 0\n")
        names = "".join(f'"Candidate {at + 1}"\n' for at in range(size))
        file.write(f'0\n{names}"All different"\n')


def seconds(command: list[str]) -> float:
    """Return how long a whole process takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def of_peer(method: str, path: Path) -> str:
    """Return what the peer says that it took, if there is one."""
    if not (PEER and method):
        return "-"
    command = PEER.format(method=method, file=path).split()
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]


@pytest.mark.benchmark
@pytest.mark.parametrize("line", LINES)
def test_papers_that_all_differ(tmp_path: Path, line: str) -> None:
    """Prints ours, the least of three whole processes, and the peer's load and count."""
    (size, seats, number), rules = LINES[line]
    path = tmp_path / "different.blt"
    write_papers(path, size, seats, number)
    for rule, method in rules.items():
        one = "1" if rule == "coombs" else str(seats)
        command = [sys.executable, "-m", "ccin_vote", "tally", str(path), "--rule", rule]
        command += ["--seats", one, "--lot-seed", "x", "--json"]
        took = min(seconds(command) for _ in range(3))
        print(f"{line}: {rule}: ours {took:.2f} s, peer {of_peer(method, path)} s")
