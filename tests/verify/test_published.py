"""What `verify` says of a folder that comes too early, or that is no published one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ccin_vote.conduct.counting import count
from ccin_vote.conduct.reporting import account_of
from ccin_vote.record.lots import LotsNeeded
from ccin_vote.report.account import scrutineers_report
from ccin_vote.verify.published import verify_published
from tests.support.command import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.folder import PublishedFolder
    from tests.support.bench import Bench
    from tests.verify.conftest import Script

    Make = Callable[..., Bench]

PAPERS = "the opened papers are those that the scrutineers signed"
COUNT = "a second, separate count gives the same record"
SHEET = "the sheet names the winners of the record"
FILES = "the result files are those that were declared"
WITHHELD = "the opened papers are withheld by definition"
CLOSED = dict.fromkeys((PAPERS, COUNT, SHEET), "the ballots are not opened yet")
TIED = dict.fromkeys((COUNT, SHEET), "the ballots are not counted yet")
NOT_DECLARED = {FILES: "the result is not declared yet"}


def test_a_check_without_anything_to_look_at_did_not_pass(bench: Make) -> None:
    """It says why not, at every turning point; all of a declared election is checked."""
    small = bench()
    small.all_vote()
    assert verify_published(small.published("open")).not_checked == CLOSED | NOT_DECLARED
    assert verify_published(small.close()).not_checked == CLOSED | NOT_DECLARED
    declared = verify_published(small.declared())
    assert declared.not_checked == {}
    assert {PAPERS, COUNT, SHEET, FILES} <= {*declared.passed}


def tied(small: Bench) -> Bench:
    """Open the ballots of two candidates who have as many votes."""
    marks = [(1, 2, 3), (2, 1, 3)]
    small.hand_in(*(small.sealed(token, marks[at % 2]) for at, token in enumerate(small.tokens)))
    small.opened()
    with pytest.raises(LotsNeeded):
        count(small.folder, None)
    return small


def test_what_is_published_until_a_lot_is_drawn_verifies(bench: Make) -> None:
    """The opened papers are there already, and show that it is needed; nothing is counted yet."""
    found = verify_published(tied(bench()).published("tied"))
    assert found.ok
    assert PAPERS in found.passed
    assert found.not_checked == TIED | NOT_DECLARED


def test_withheld_papers_are_not_said_to_be_counted_again(bench: Make) -> None:
    """Neither to whoever verifies, nor in the report that scrutineers sign."""
    small = bench(publication="scrutineers")
    small.all_vote()
    folder = small.declared()
    found = verify_published(folder)
    assert found.ok
    assert found.not_checked == {PAPERS: WITHHELD, COUNT: WITHHELD}
    told = scrutineers_report(account_of(folder))
    assert f"- NOT CHECKED: {COUNT} ({WITHHELD})\n" in told
    assert f"ok: {COUNT}" not in told
    seen = run("verify", folder.root).stdout
    assert f"-      {COUNT}\n       (not checked: {WITHHELD})\n" in seen
    document = json.loads(run("verify", folder.root, "--json").stdout)
    assert {"check": COUNT, "why": WITHHELD} in document["not_checked"]


SHEET_FILE, RECORD_FILE, BALLOTS = "result.md", "result.json", "papers/chair.blt"
EARLY = {
    "a sheet while the poll is open": ("open", [SHEET_FILE]),
    "a record after the close": ("closed", [RECORD_FILE]),
    "a whole result after the close": ("closed", [RECORD_FILE, SHEET_FILE, BALLOTS]),
    "ballots before they are opened": ("closed", [BALLOTS]),
    "opened papers before they are opened": ("closed", ["opened.json"]),
    "a sheet before the lot is drawn": ("tied", [SHEET_FILE]),
    "ballots before the lot is drawn": ("tied", [BALLOTS]),
    "a record without its sheet": ("tied", [RECORD_FILE]),
}


@pytest.mark.parametrize("case", EARLY)
def test_a_result_before_its_time_is_found(bench: Make, script: Script, case: str) -> None:
    """It is a true one of another election; the file is named."""
    when, names = EARLY[case]
    other = bench()
    other.all_vote()
    declared = other.declared()
    folder = tied(bench()).published("tied") if when == "tied" else bench().published("open")
    if when == "closed":
        folder = bench().close()
    (folder.root / "papers").mkdir(exist_ok=True)
    for name in names:
        (folder.root / name).write_bytes((declared.root / name).read_bytes())
    found = verify_published(folder)
    assert not found.ok
    assert {one.file for one in found.faults} <= {*names, "result.json", "result.md"}
    faults, _ = script.verdict(folder.root)
    assert faults


@pytest.mark.parametrize("gone", [SHEET_FILE, RECORD_FILE])
@pytest.mark.parametrize("publication", ["full", "scrutineers"])
def test_half_of_a_result_is_none(bench: Make, script: Script, publication: str, gone: str) -> None:
    """A sheet without its record shows nothing; nor does a record that nobody can read."""
    small = bench(publication=publication)
    small.all_vote()
    small.opened()
    count(small.folder, None)
    folder = small.published("counted")
    assert verify_published(folder).ok
    (folder.root / gone).unlink()
    assert not verify_published(folder).ok
    assert script.verdict(folder.root)[0]


NOTHING = {
    "no contests": {},
    "none of them": {"contests": []},
    "nothing of a contest": {"contests": [{"id": "chair"}]},
}


@pytest.mark.parametrize("case", NOTHING)
def test_a_withheld_record_of_nothing_is_found(bench: Make, case: str) -> None:
    """There is no report of it to be signed."""
    folder = withheld(bench, NOTHING[case])
    assert not verify_published(folder).ok
    told = run("report", "--scrutineer", folder.root, code=4)
    assert "Do not sign" in told.stdout


def test_a_withheld_record_without_figures_cannot_be_reported(bench: Make) -> None:
    """Nobody can count it again; the report says which file is wrong."""
    record = {"contests": [{"id": "chair", "title": "Chair", "winners": ["A"]}]}
    folder = withheld(bench, record)
    told = run("report", "--scrutineer", folder.root, code=4)
    assert told.stderr.startswith("result.json: no count writes such a record")


def withheld(bench: Make, record: object) -> PublishedFolder:
    """Count an election of A, and let its officer write another record."""
    small = bench(publication="scrutineers")
    small.all_vote()
    small.opened()
    count(small.folder, None)
    folder = small.published("counted")
    folder.result_record.write_text(json.dumps(record), "utf-8")
    return folder


@pytest.mark.parametrize("publication", ["full", "scrutineers"])
def test_withheld_papers_are_never_published(bench: Make, publication: str) -> None:
    """Not even while a lot is to be drawn, when others are."""
    folder = tied(bench(publication=publication)).published("tied")
    assert folder.opened_papers.exists() == (publication == "full")
    assert verify_published(folder).ok


@pytest.mark.parametrize("command", ["verify", "report --scrutineer", "scrutinise", "cosign"])
def test_the_officers_own_folder_is_not_called_damaged(bench: Make, command: str) -> None:
    """It says which folder to name instead."""
    small = bench()
    small.all_vote()
    done = run(*command.split(), small.folder.root, code=1)
    assert done.stdout == ""
    assert "is the officer's own folder, not a published one" in done.stderr
    assert "ccin-vote publish " in done.stderr


def test_a_published_folder_that_lost_its_key_is_damaged_whatever_stands_beside(
    bench: Make,
) -> None:
    """It is not taken for the officer's, though it has a folder of that name."""
    folder = bench().published("x")
    (folder.root / "private").mkdir()
    assert run("verify", folder.root).returncode == 0
    folder.officer_key.unlink()
    assert "officer.vkey" in run("verify", folder.root, code=4).stdout
