"""Figures of large counts: files made here, whole processes, time and memory.

Run with ``python -m pytest -m benchmark -s tests/benchmarks/test_large_files.py``. Peers are timed
where ``PEERS_PYTHON`` names an interpreter that has votelib and pyrankvote, or where they are
installed beside the tests. Nothing here asserts a time.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CANDIDATES = 36
PLACES = 3
SHEETS = Path(__file__).parents[3] / "shared" / "reference" / "scottish-official"
COMMAND = Path(sys.executable).parent / "ccin-vote"
SEED = ("--lot-seed", "benchmark", "--json")
PEERS = os.environ.get("PEERS_PYTHON", sys.executable)

VOTELIB = """
import sys, votelib.io.blt, votelib.convert, votelib.evaluate.sequential as s
with open(sys.argv[1]) as file:
    votes, seats, candidates, title = votelib.io.blt.load(file)[:4]
print(s.TransferableVoteSelector(quota_function="droop").evaluate(votes, 1))
"""

PYRANKVOTE = """
import sys, pyrankvote
lines = open(sys.argv[1]).read().split("\\n")
people = [pyrankvote.Candidate(str(n)) for n in range(1, 37)]
papers = [
    pyrankvote.Ballot(ranked_candidates=[people[int(one) - 1] for one in line.split()[1:-1]])
    for line in lines[1 : lines.index("0")]
]
print(pyrankvote.instant_runoff_voting(people, papers).get_winners())
"""

pytestmark = pytest.mark.benchmark


def papers(lines: int, seed: int = 1) -> Iterator[str]:
    """Make papers of up to three places, popular candidates more often."""
    dice = random.Random(seed)
    weights = [1 / place for place in range(1, CANDIDATES + 1)]
    pool = []
    for _ in range(60_000):
        ranked = dict.fromkeys(dice.choices(range(1, CANDIDATES + 1), weights, k=PLACES))
        pool.append("1 " + " ".join(map(str, ranked)) + " 0\n")
    for _ in range(lines // 1000):
        yield "".join(dice.choices(pool, k=1000))


def ballot_file(folder: Path, lines: int) -> Path:
    """Write a BLT file of one-paper lines."""
    path = folder / f"{lines}.blt"
    with path.open("w", encoding="ascii") as file:
        file.write(f"{CANDIDATES} 1\n")
        file.writelines(papers(lines))
        file.write("0\n")
        file.writelines(f'"Candidate {number}"\n' for number in range(1, CANDIDATES + 1))
        file.write('"Large"\n')
    return path


def measured(*command: str | Path) -> tuple[float, int] | None:
    """Return the seconds and the kilobytes at most of a process; None if it failed."""
    timer = "import resource, subprocess, sys\n"
    timer += "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=2).returncode\n"
    timer += "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", timer, *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - start
    code, kilobytes = map(int, done.stdout.split()[-2:])
    return None if code else (took, kilobytes)


def best(*command: str | Path, runs: int = 3) -> str:
    """Return the middle of some runs in words."""
    found = sorted(one for one in (measured(*command) for _ in range(runs)) if one)
    if not found:
        return "not installed, or failed"
    took, kilobytes = found[len(found) // 2]
    return f"{took:7.2f} s {kilobytes / 1024:8.0f} MB"


@pytest.mark.parametrize("lines", [100_000, 1_000_000, 10_000_000])
def test_print_the_figures_of_large_files(tmp_path: Path, lines: int) -> None:
    """Time and memory by lines and rule; the peers on the same file, up to a million lines."""
    path = ballot_file(tmp_path, lines)
    for rule, seats in (("alternative-vote", "1"), ("meek", "1"), ("meek", "5")):
        figure = best(COMMAND, "tally", path, "--rule", rule, "--seats", seats, *SEED)
        print(f"{lines:>12,} lines, {rule}, {seats} seat(s): {figure}")
    if lines <= 1_000_000:
        for name, program in (("votelib", VOTELIB), ("pyrankvote", PYRANKVOTE)):
            script = tmp_path / f"peer_{name}.py"
            script.write_text(program, "utf-8")
            print(f"{lines:>12,} lines, {name}: {best(PEERS, script, path, runs=1)}")
    assert path.exists()


def test_print_the_figure_of_twenty_wards() -> None:
    """Twenty wards in one process."""
    files = sorted(SHEETS.glob("*/ballots.blt"))[:20]
    if not files:
        pytest.skip(f"NOT MEASURED: no sheets at {SHEETS}")
    figure = best(COMMAND, "tally", *files, "--rule", "scottish-stv", "--json", runs=5)
    print(f"{len(files):>12} wards, scottish-stv: {figure}")
    assert files
