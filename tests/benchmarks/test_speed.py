"""Figures: whole processes, the median of several runs. Nothing here asserts a time.

Run with ``python -m pytest -m benchmark -s tests/benchmarks``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = ROOT.parent / "shared" / "reference" / "scottish-official"
ELECTION = ROOT / "elections" / "affiliate-seat-2026"
RUNS = 7

pytestmark = pytest.mark.benchmark


def seconds(*command: str | Path, runs: int = RUNS) -> float:
    """Return the median wall time of a command that must succeed."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([*map(str, command)], capture_output=True, check=True, env=os.environ)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def vote(*arguments: str | Path, runs: int = RUNS) -> float:
    """Return the median wall time of one of our commands."""
    return seconds(Path(sys.executable).parent / "ccin-vote", *arguments, runs=runs)


def test_print_the_figures_of_the_spine(tmp_path: Path) -> None:
    """Start-up, the commands on the 44-member election, a rehearsal, the official sheets."""
    kept = tmp_path / "kept"
    bare = seconds(sys.executable, "-c", "pass")
    figures = {
        "bare interpreter": bare,
        "--version": vote("--version"),
        "--help": vote("--help"),
        "rules": vote("rules"),
        "rehearse, 44 members": vote("rehearse", ELECTION, "--seed", "1", runs=3),
        "rehearse --keep": vote("rehearse", ELECTION, "--seed", "1", "--keep", kept, runs=1),
        "check": vote("check", ELECTION),
        "status": vote("status", kept / ELECTION.name),
        "issue (again)": vote("issue", kept / ELECTION.name),
        "publish": vote("publish", kept / ELECTION.name, tmp_path / "p"),
        "count (again)": vote("count", kept / ELECTION.name),
        "verify": vote("verify", kept / "published"),
    }
    if SHEETS.is_dir():
        files = sorted(SHEETS.glob("*/ballots.blt"))
        figures[f"tally, {len(files)} official sheets"] = vote(
            "tally", *files, "--rule", "scottish-stv", "--json", runs=3
        )
    for name, value in figures.items():
        print(f"{name:32} {value * 1000:8.0f} ms")
    assert figures
