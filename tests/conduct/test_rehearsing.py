"""Rehearsals of elections of every shape end by verifying themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.conduct.rehearsing import rehearse
from ccin_vote.election.folder import ElectionFolder

if TYPE_CHECKING:
    from ccin_vote.conduct.rehearsing import Rehearsed

ELECTIONS = Path(__file__).parents[2] / "elections"

RULE = 'rule = "alternative-vote"'

CROSS = 'rule = "first-past-the-post"'
NO_YOUTH = {
    f'[[contests.candidates]]\nid = "youth-nominee-{one}"\n'
    f'name = "Youth nominee {one.upper()} (stand-in)"\n': ""
    for one in "ab"
}

SHAPES = {
    "as shipped": ("agm-2026", {}),
    "an uncontested contest": ("agm-2026", {"seats = 5": "seats = 8"}),
    "more seats than candidates": ("agm-2026", {"seats = 5": "seats = 9"}),
    "all three scrutineers": ("agm-2026", {"needed = 2": "needed = 3"}),
    "one key is enough": ("agm-2026", {"needed = 2": "needed = 1"}),
    "the first ballot counts": ("agm-2026", {'revoting = "latest"': 'revoting = "first"'}),
    "the papers withheld": (
        "affiliate-seat-2026",
        {'publication = "full"': 'publication = "scrutineers"'},
    ),
    "a past election": ("affiliate-seat-2024", {}),
    "Meek's method": ("agm-2026", {'rule = "scottish-stv"': 'rule = "meek"'}),
    "the rules of 1997": ("agm-2026", {'rule = "scottish-stv"': 'rule = "ers97"'}),
    "a block vote": ("agm-2026", {'rule = "scottish-stv"': 'rule = "block-vote"'}),
    "a limited vote": (
        "agm-2026",
        {'rule = "scottish-stv"': 'rule = "limited-vote"\nvotes_each = 2'},
    ),
    "scores": ("affiliate-seat-2026", {RULE: 'rule = "star"'}),
    "pairs": ("affiliate-seat-2026", {RULE: 'rule = "schulze"'}),
    "nominations that can be re-opened": (
        "affiliate-seat-2026",
        {RULE: f"{RULE}\nreopen_nominations = true"},
    ),
    "a quorum that is missed": ("affiliate-seat-2026", {RULE: f"{RULE}\nquorum = 999"}),
    "a motion": ("agm-2026", {**NO_YOUTH, CROSS: 'rule = "motion"\nthreshold = "two-thirds"'}),
    "a motion that needs the electorate": (
        "agm-2026",
        {**NO_YOUTH, CROSS: 'rule = "motion"\nthreshold = "majority-of-electorate"'},
    ),
    "hostile names": (
        "affiliate-seat-2026",
        {"Nominee A (stand-in)": "A | B <b>*x*</b> \\\\u0041 [l](u)", "Nominee B": "=1+1 `é` "},
    ),
}


def rehearsed(tmp_path: Path, name: str, changes: dict[str, str]) -> Rehearsed:
    """Rehearse a shipped election with some words of its definition changed."""
    folder = tmp_path / name
    shutil.copytree(ELECTIONS / name, folder)
    path = folder / "election.toml"
    text = path.read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return rehearse(ElectionFolder(folder), tmp_path / "scratch", 4, lambda _s, _d, _t: None)


@pytest.mark.parametrize(("name", "changes"), SHAPES.values(), ids=SHAPES)
def test_a_rehearsal_verifies_itself(tmp_path: Path, name: str, changes: dict[str, str]) -> None:
    """The whole election runs, says REHEARSAL, and every check passes."""
    done = rehearsed(tmp_path, name, changes)
    assert [str(fault) for fault in done.verification.faults] == []
    sheet = (done.published / "result.md").read_text("utf-8")
    assert sheet.startswith("# REHEARSAL")
    assert "REHEARSAL" in (done.published / "ballot-codes.txt").read_text("utf-8")


def test_uncontested_candidates_are_elected_without_a_ballot(tmp_path: Path) -> None:
    """Nobody is asked about them, and the sheet says so."""
    done = rehearsed(tmp_path, "agm-2026", {"seats = 5": "seats = 8"})
    sheet = (done.published / "result.md").read_text("utf-8")
    assert "uncontested" in sheet
    assert not (done.published / "papers" / "committee.blt").exists()
    assert '"committee"' not in (done.published / "log.jsonl").read_text("utf-8").split("\n")[1]


def test_real_preferences_can_be_cast_from_a_file(tmp_path: Path) -> None:
    """The papers that are opened are those of the file."""
    names = [f"Nominee {one} (stand-in)" for one in "ABC"]
    quoted = "\n".join(f'"{name}"' for name in names)
    ballots = tmp_path / "cast.blt"
    ballots.write_text(f'3 1\n9 1 2 0\n7 3 0\n6 2 3 1 0\n0\n{quoted}\n"Any"\n', "utf-8")
    folder = ElectionFolder(ELECTIONS / "affiliate-seat-2026")
    done = rehearse(folder, tmp_path / "s", 1, lambda _s, _d, _t: None, ballots)
    opened = done.published / "papers" / "affiliate-representative.blt"
    assert (
        read_blt(opened.read_bytes(), "opened").profile
        == read_blt(ballots.read_bytes(), "cast").profile
    )


def test_the_same_seed_gives_the_same_result(tmp_path: Path) -> None:
    """Ballots and lots come of the seed; keys and tokens never do."""
    one = rehearsed(tmp_path / "1", "agm-2026", {})
    two = rehearsed(tmp_path / "2", "agm-2026", {})
    records = [[contest.record for contest in each.counted.result.contests] for each in (one, two)]
    assert records[0] == records[1]
    assert one.counted.result.election != two.counted.result.election
