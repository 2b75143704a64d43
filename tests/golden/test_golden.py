"""Whole counts against kept answers; `--rewrite-golden` is the only thing that rewrites them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.record.lots import RecordedLots
from ccin_vote.record.lots_file import parse_lots
from ccin_vote.report.record_json import record_to_json
from ccin_vote.report.table import markdown_table, stage_blocks
from ccin_vote.rule import RULES

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.toml"))


def answers(case: Path) -> dict[str, str]:
    """Count a case; return its record and its tables as text."""
    data = (case / "case.toml").read_bytes()
    settings = tomllib.loads(data.decode())
    lots = parse_lots(data.partition(b"\n")[2], "case.toml")[0] if "lots" in settings else ()
    ballots = read_blt((case / "ballots.blt").read_bytes(), "ballots.blt")
    recorded = RecordedLots(ballots.contest, ballots.contest.title, lots)
    record = count_contest(ballots.contest, ballots.profile, RULES[settings["rule"]], recorded)
    document = json.dumps(record_to_json(record), ensure_ascii=False, indent=1)
    tables = "\n\n".join(markdown_table(block) for block in stage_blocks(record))
    return {"record.json": f"{document}\n", "tables.md": f"{tables}\n"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_count_gives_its_kept_answer(case: Path, request: pytest.FixtureRequest) -> None:
    """Record and tables are as they were, to the byte."""
    for name, text in answers(case).items():
        if request.config.getoption("--rewrite-golden"):
            (case / name).write_text(text, "utf-8")
        assert (case / name).read_text("utf-8") == text, name
