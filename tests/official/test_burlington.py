"""Burlington's mayoral election of 2009 under the alternative vote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.record.lots import RecordedLots
from ccin_vote.rule import RULES

CASE = Path(__file__).parents[3] / "shared" / "reference" / "irv-us" / "us_vt_btv_2009_03_mayor"


def test_burlington_2009_is_reproduced_at_every_stage() -> None:
    """The same votes for the same continuing candidates; the leader at first does not win.

    The published count excludes several of the last at once, and counts four blank papers among
    those that became non-transferable.
    """
    if not CASE.is_dir():
        pytest.skip(f"NOT CHECKED: Burlington's ballots are not at {CASE}")
    ballots = read_blt((CASE / "ballots.blt").read_bytes(), "burlington")
    lots = RecordedLots(ballots.contest, ballots.contest.title)
    record = count_contest(ballots.contest, ballots.profile, RULES["alternative-vote"], lots)
    names = record.contest.candidates
    ours = {}
    for stage in record.stages:
        named = zip(names, stage.tally.candidates, strict=True)
        tally = {name: votes.units for name, votes in named if votes.units}
        ours[frozenset(tally)] = tally, stage.tally.non_transferable.units
    expected = json.loads((CASE / "expected.json").read_text("utf-8"))
    for published in expected["stages"]:
        tally, stuck = ours[frozenset(published["votes"])]
        assert tally == published["votes"]
        assert [stuck + 4] == published["exhausted"]
    assert [names[candidate] for candidate in record.winners] == expected["winners"] == ["Bob Kiss"]
