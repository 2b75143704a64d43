"""The scrutineers' report and the certificate: what they say, and when they are not to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.officer.note import note
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change
from ccin_vote.randomness import SYSTEM
from ccin_vote.report.formal_reports import certificate, scrutineers_report
from ccin_vote.scrutineer.report import gather_report
from tests.support.command import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A = (1, 2, 3)


def test_the_report_accounts_for_every_paper(bench: Make) -> None:
    """Issued, counting, replaced, refused with reasons, void; votes; people; checks; signatures."""
    small = bench()
    token = small.tokens[0]
    small.hand_in(small.sealed(token, A), small.sealed(token, A, later=9))
    small.hand_in(small.sealed(token, A, later=3))
    reissue(small.folder, "m5", Change("lost"), SYSTEM)
    small.hand_in(*(small.sealed(each_token, A) for each_token in small.tokens[1:]))
    note(small.folder, "The mail was down | for <b>an hour</b>.")
    told = scrutineers_report(gather_report(small.declared()))
    for line in (
        "# REHEARSAL: Scrutineers' report: A small election",
        "| Tokens issued, one a member | 6 |",
        "| Members whose sealed ballot counts | 6 |",
        "| Ballots replaced by a later one | 1 |",
        "| Ballots refused | 1 |",
        "- 1 ballot: older than the one held; check the device's clock",
        "| Letters issued again | 1 |",
        "- The ballots were opened together by Scrutineer 1 and Scrutineer 2.",
        "| A | 6 | 6 | elected |",
        "- ok: a second, separate count gives the same record",
        "| Scrutineer 3 |",
    ):
        assert line in told
    assert "<b>" not in told
    assert "down | for" not in told


def test_a_certificate_is_of_a_declared_result_that_verifies(bench: Make) -> None:
    """Not before, and not of a damaged folder; it says REHEARSAL of a rehearsal."""
    small = bench()
    small.all_vote()
    closed = small.published("still-open")
    with pytest.raises(Refused, match="not declared"):
        gather_report(closed, declared=True)
    with pytest.raises(Refused, match="not opened"):
        gather_report(closed)
    declared = small.declared()
    told = certificate(gather_report(declared, declared=True))
    assert told.startswith("# REHEARSAL: Certificate")
    assert "- Chair: **A** is elected." in told
    sheet = declared.result_sheet
    sheet.write_text(sheet.read_text("utf-8").replace("Chair", "Stool"), "utf-8")
    with pytest.raises(IntegrityFailure):
        gather_report(declared, declared=True)
    told = scrutineers_report(gather_report(declared))
    assert "**Something is wrong. Do not sign this report.**" in told
    assert "WRONG: result.md" in told


def test_the_command_writes_markdown_to_stdout_alone(bench: Make) -> None:
    """And the exit code tells whether to sign."""
    small = bench()
    small.all_vote()
    folder = small.declared().root
    assert run("report", folder, "--certificate").stdout.startswith("# REHEARSAL")
    assert run("report", folder, "--scrutineer").stdout.startswith("# REHEARSAL")
    run("report", folder, code=2)
    (folder / "result.md").write_text("", "utf-8")
    done = run("report", folder, "--scrutineer", code=4)
    assert "Do not sign" in done.stderr
    run("report", folder, "--certificate", code=4)
