"""What `verify` says of a folder that comes too early, or that is no published one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.officer.count import count
from ccin_vote.record.lots import LotsNeeded
from ccin_vote.report.formal_reports import scrutineers_report
from ccin_vote.scrutineer.report import gather_report
from ccin_vote.verify.published import verify_published
from tests.support.command import run

if TYPE_CHECKING:
    from ccin_vote.election.folder import PublishedFolder
    from tests.support.bench import Bench
    from tests.verify.conftest import Script

Make = Callable[..., "Bench"]

PAPERS = "the opened papers are those that the scrutineers signed"
COUNT = "a second, separate count gives the same record"
SHEET = "the sheet names the winners of the record"
FILES = "the result files are those that were declared"
WITHHELD = "the opened papers are withheld by definition"
RECORD = "the record fits the definition and the papers that were opened"
CLOSED = dict.fromkeys((PAPERS, RECORD, COUNT, SHEET), "the ballots are not opened yet")
TIED = dict.fromkeys((RECORD, COUNT, SHEET), "the ballots are not counted yet")
NOT_DECLARED = {FILES: "the result is not declared yet"}


def test_a_check_without_anything_to_look_at_did_not_pass(bench: Make) -> None:
    """It says why not, at every milestone; all of a declared election is checked."""
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
    assert RECORD in found.passed
    told = scrutineers_report(gather_report(folder))
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
    assert {fault.file for fault in found.faults} <= {*names, "result.json", "result.md"}
    faults, _ = script.verdict(folder.root)
    assert faults


@pytest.mark.parametrize("gone", [SHEET_FILE, RECORD_FILE])
@pytest.mark.parametrize("publication", ["full", "scrutineers"])
def test_half_of_a_result_is_none(bench: Make, script: Script, publication: str, gone: str) -> None:
    """A sheet without its record shows nothing; nor does a record that nobody can read."""
    small = bench(publication=publication)
    small.all_vote()
    small.counted()
    folder = small.published("counted")
    assert verify_published(folder).ok
    (folder.root / gone).unlink()
    assert not verify_published(folder).ok
    assert script.verdict(folder.root)[0]


Change = Callable[[dict[str, Any]], object]


def tell(**told: object) -> Change:
    """Return what changes the record of the contest."""
    return lambda result: result["contests"][0].update(told)


WITHHELD_RECORDS: dict[str, tuple[Change, str]] = {
    "nothing": (lambda result: result.clear(), "A"),
    "no contest": (lambda result: result["contests"].clear(), "A"),
    "nothing of the contest": (lambda result: result["contests"][0].clear(), "A"),
    "a winner who is no candidate": (tell(winners=["Mallory"]), "Mallory"),
    "more winners than seats": (tell(winners=["A", "B"], vacant=-1), "A and B"),
    "a winner twice": (tell(winners=["A", "A"], seats=2, vacant=0), "A and A"),
    "a seat that is vacant and filled": (tell(vacant=1), "A"),
    "somebody who withdrew": (tell(withdrawn=["C"]), "A"),
    "no stage": (tell(stages=[]), "A"),
    "blank papers without a reason": (tell(valid=5, blank=1, informal_reasons={"unclear": 1}), "A"),
    "other ballots": (lambda it: it.update(returned=5), "A"),
    "another election": (lambda it: it.update(election="small-2"), "A"),
    "letters for a list": (tell(winners="B"), "B"),
    "more papers than were opened": (tell(valid=1000), "A"),
    "fewer papers than were opened": (tell(valid=5), "A"),
    "a reason that there is not": (tell(valid=5, informal=1, informal_reasons={"x": 1}), "A"),
    "another title": (tell(title="Table"), "A"),
    "another rule": (tell(rule={"name": "meek"}), "A"),
    "votes that are a number": (lambda it: votes(it).update(A=3), "A"),
    "votes that are words": (lambda it: votes(it).update(A="3 |\n\n# Mallory"), "A"),
    "votes of somebody else": (lambda it: votes(it).update(Mallory="3"), "A"),
}


def votes(result: dict[str, Any]) -> dict[str, Any]:
    """Return the votes of the first stage."""
    told: dict[str, Any] = result["contests"][0]["stages"][0]["votes"]
    return told


@pytest.mark.parametrize("case", WITHHELD_RECORDS)
def test_a_record_of_withheld_papers_is_held_to_what_is_known(bench: Make, case: str) -> None:
    """Nobody can count them again; but the definition and the number of papers are known."""
    change, elected = WITHHELD_RECORDS[case]
    folder = withheld(bench)
    result = json.loads(folder.result_record.read_bytes())
    assert verify_published(folder).ok
    change(result)
    folder.result_record.write_text(json.dumps(result), "utf-8")
    sheet = folder.result_sheet.read_text("utf-8")
    are = "are" if " " in elected else "is"
    sheet = sheet.replace("**A** is elected", f"**{elected}** {are} elected")
    folder.result_sheet.write_text(sheet, "utf-8")
    assert not verify_published(folder).ok
    told = run("report", "--scrutineer", folder.root, code=4)
    assert "Do not sign" in told.stdout
    assert "# Mallory" not in told.stdout


def test_a_record_of_another_form_is_not_reported(bench: Make) -> None:
    """The fault says what is odd about it, and the report is not to be signed."""
    small = bench()
    small.all_vote()
    small.counted()
    folder = small.published("counted")
    told = folder.result_record.read_text("utf-8").replace('"seats": 1', '"seats": true')
    folder.result_record.write_text(told, "utf-8")
    done = run("report", "--scrutineer", folder.root, code=4)
    assert "the record is not of the form that records have: contests.0.seats" in done.stdout
    assert "Do not sign it" in done.stderr


@pytest.mark.parametrize("name", ["chair", "of-no-contest"])
def test_withheld_ballots_are_found(bench: Make, script: Script, name: str) -> None:
    """Whoever publishes them."""
    folder = withheld(bench)
    other = bench()
    other.all_vote()
    path = folder.ballot_file(name)
    path.parent.mkdir()
    path.write_bytes(other.declared().ballot_file("chair").read_bytes())
    (fault,) = verify_published(folder).faults
    assert fault.file == f"papers/{name}.blt"
    assert script.verdict(folder.root)[0]


def withheld(bench: Make) -> PublishedFolder:
    """Count an election of A without showing its papers."""
    small = bench(publication="scrutineers")
    small.all_vote()
    small.counted()
    return small.published("counted")


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
