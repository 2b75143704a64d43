"""Rehearsals of elections of every shape end by verifying themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.election.folder import ElectionFolder
from ccin_vote.officer.draft import new_election
from ccin_vote.rehearsal.rehearse import rehearse

if TYPE_CHECKING:
    from ccin_vote.rehearsal.rehearse import Rehearsed

ELECTIONS = Path(__file__).parents[2] / "elections"

RULE = 'rule = "alternative-vote"'

CROSS = 'rule = "first-past-the-post"'
NO_YOUTH = {
    f'[[contests.candidates]]\nid = "youth-nominee-{one}"\n'
    f'name = "Youth nominee {one.upper()} (stand-in)"\n': ""
    for one in "ab"
}

STV = 'rule = "scottish-stv"'
NORTH = {
    'name = "Committee nominee G (stand-in)"': (
        'name = "Committee nominee G (stand-in)"\ngroups = ["north"]'
    ),
    'name = "Committee nominee H (stand-in)"': (
        'name = "Committee nominee H (stand-in)"\ngroups = ["north"]\n\n'
        '[[contests.constraints]]\ngroup = "north"\nminimum = 2'
    ),
}
"""Two of the five places are for the two candidates from the north."""


def reserved(rule: str) -> tuple[str, dict[str, str]]:
    """Return the election with reserved places under a rule."""
    return "agm-2026", NORTH | {STV: f'rule = "{rule}"'}


def committee(rule: str) -> tuple[str, dict[str, str]]:
    """Return the election whose committee is elected under a rule."""
    return "agm-2026", {STV: f'rule = "{rule}"'}


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
    "reserved places, Scottish": reserved("scottish-stv"),
    "reserved places, 1997": reserved("ers97"),
    "reserved places, exact": reserved("wigm"),
    "reserved places, Meek": reserved("meek"),
    "reserved places, block vote": reserved("block-vote"),
    "Meek's method as Wikimedia has it": committee("meek-prf"),
    "votes to spread": ("agm-2026", {STV: 'rule = "cumulative"\nvotes_each = 7'}),
    "STAR for several seats": committee("bloc-star"),
    "ranked robin": committee("ranked-robin"),
    "approvals in proportion": committee("sequential-proportional-approval"),
    "loads": committee("phragmen"),
    "a default option": (
        "affiliate-seat-2026",
        {
            RULE: 'rule = "debian"\nreopen_nominations = true\nover_default = 3',
            'name = "Nominee A (stand-in)"': 'name = "Nominee A (stand-in)"\nmajority = 2',
        },
    ),
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


@pytest.mark.parametrize("rule", ["scottish-stv", "ers97", "wigm", "meek", "block-vote"])
def test_reserved_places_are_filled_and_told(tmp_path: Path, rule: str) -> None:
    """Both from the north are elected, whatever the votes, and the sheet says what was reserved."""
    done = rehearsed(tmp_path, *reserved(rule))
    record = done.counted.result.contests[0].record
    assert {6, 7} <= set(record.winners)
    sheet = " ".join((done.published / "result.md").read_text("utf-8").split())
    assert "At least 2 of the 5 places are reserved for north: Committee nominee G" in sheet


@pytest.mark.parametrize("rule", ["meek-prf", "bloc-star", "phragmen"])
def test_the_verifier_for_anyone_says_what_it_does_not_count(tmp_path: Path, rule: str) -> None:
    """All else is checked, and it names the contest and its rule."""
    done = rehearsed(tmp_path, *committee(rule))
    command = [sys.executable, str(done.published / "verify.py"), str(done.published)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "")  # partial
    assert f"the count of committee (rule {rule})" in ran.stdout


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


@pytest.mark.parametrize("seed", [1, 2, 740069])
def test_a_rehearsal_of_a_new_election_always_finishes(tmp_path: Path, seed: int) -> None:
    """Its five members are as few as may be opened, so that none of them may abstain."""
    folder = ElectionFolder(tmp_path / "fresh")
    new_election(folder, None)
    done = rehearse(folder, tmp_path / "scratch", seed, lambda _s, _d, _t: None)
    assert done.verification.ok
