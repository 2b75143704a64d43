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

    from tests.support.bench import Bench

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


def test_what_is_published_until_a_lot_is_drawn_verifies(bench: Make) -> None:
    """The opened papers are there already, and show that it is needed; nothing is counted yet."""
    small = bench()
    marks = [(1, 2, 3), (2, 1, 3)]
    small.hand_in(*(small.sealed(token, marks[at % 2]) for at, token in enumerate(small.tokens)))
    small.opened()
    with pytest.raises(LotsNeeded):
        count(small.folder, None)
    found = verify_published(small.published("tied"))
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


@pytest.mark.parametrize("command", ["verify", "report --scrutineer", "scrutinise", "cosign"])
def test_the_officers_own_folder_is_not_called_damaged(bench: Make, command: str) -> None:
    """It says which folder to name instead."""
    small = bench()
    small.all_vote()
    done = run(*command.split(), small.folder.root, code=1)
    assert done.stdout == ""
    assert "is the officer's own folder, not a published one" in done.stderr
    assert "ccin-vote publish " in done.stderr
    assert verify_published(small.published("x")).ok
