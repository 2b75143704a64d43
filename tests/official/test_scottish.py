"""The official stage sheets of Scottish council elections, figure by figure."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.record.ties import Purpose, Question
from ccin_vote.record.votes import Votes
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record

SHEETS = Path(__file__).parents[3] / "shared" / "reference" / "scottish-official"
CASES = sorted(path.name for path in SHEETS.iterdir()) if SHEETS.is_dir() else []


class OfficialLots:
    """Answers a lot as the official sheet shows that it fell."""

    def __init__(self, names: tuple[str, ...], sheet: dict[str, Any]) -> None:
        """Take the candidates' names and the sheet."""
        self.names, self.sheet = names, sheet
        self.asked: list[Question] = []

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Put first whoever the sheet excludes, or transfers, after the stage of the question."""
        self.asked.append(question)
        stages = self.sheet["stages"]
        if question.purpose is Purpose.EXCLUSION:
            first = stages[question.stage - 1]["excluded_after"]
        else:
            before, after = (stages[question.stage + step]["votes"] for step in (-1, 0))
            first = [name for name in before if _falls(before[name], after[name])]
        return tuple(
            sorted(question.among, key=lambda candidate: self.names[candidate] not in first)
        )


def _falls(before: str, after: str) -> bool:
    return bool(before and after) and Fraction(after) < Fraction(before)


def same_at_published_places(ours: Votes, published: str) -> bool:
    """Compare a value at the places that the sheet gives; a blank cell says nothing.

    Sheets leave out zeros at the end; some give the votes of a few candidates rounded to two
    places, and every other figure in full.
    """
    if not published:
        return True
    sheet = Votes.parse(published)
    step = 10 ** (ours.places - sheet.places)
    exact = sheet.units * step == ours.units
    rounded = sheet.places == 2 and sheet.units == (ours.units + step // 2) // step
    return exact or rounded


@pytest.fixture(autouse=True)
def _sheets_are_there() -> None:
    if not CASES:
        pytest.skip(f"NOT CHECKED: the official sheets are not at {SHEETS}")


def counted(case: str) -> tuple[Record, dict[str, Any], OfficialLots]:
    """Count one ward, with lots as the sheet shows them."""
    sheet = json.loads((SHEETS / case / "expected.json").read_text("utf-8"))
    ballots = read_blt((SHEETS / case / "ballots.blt").read_bytes(), case)
    lots = OfficialLots(ballots.contest.candidates, sheet)
    record = count_contest(ballots.contest, ballots.profile, RULES["scottish-stv"], lots)
    return record, sheet, lots


@pytest.mark.parametrize("case", CASES or ["none"])
def test_every_figure_of_the_official_sheet_is_reproduced(case: str) -> None:
    """Quota, every candidate at every stage, non-transferable, elected and excluded, winners."""
    record, sheet, _ = counted(case)
    names = record.contest.candidates
    assert str(record.quota).split(".")[0] == str(sheet["quota"])
    assert record.papers == sheet["valid_votes"]
    assert len(record.stages) == len(sheet["stages"])
    for stage, official in zip(record.stages, sheet["stages"], strict=True):
        for name, votes in zip(names, stage.tally.candidates, strict=True):
            published = official["votes"].get(name, "")
            assert same_at_published_places(votes, published), (
                stage.number,
                name,
                str(votes),
            )
        if official.get("non_transferable"):
            lost = stage.tally.non_transferable + stage.tally.lost_to_rounding
            official_lost = official["non_transferable"]
            assert same_at_published_places(lost, official_lost), stage.number
        assert {names[candidate] for candidate in stage.elected} == set(official["elected"]), (
            stage.number
        )
        excluded = [names[who] for who in stage.excluded]
        assert excluded == official.get("excluded_after", excluded), stage.number
    assert [names[one] for one in record.winners] == sheet["winners"]
