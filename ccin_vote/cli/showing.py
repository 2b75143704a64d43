"""Showing results in the terminal: tables, sentences, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.cli.console import console, say, write
from ccin_vote.errors import shown

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record
    from ccin_vote.report.sheet import Result
    from ccin_vote.verify.report import Verification


def show_result(result: Result) -> None:
    """Show the result of an election: the same tables as the sheet's."""
    from ccin_vote.election.words import REHEARSAL
    from ccin_vote.report.words import counted

    if result.rehearsal:
        write(REHEARSAL)
    write(shown(result.title))
    write(
        f"{counted(result.issued, 'ballot')} issued, {result.returned:,} returned,"
        f" {sum(number for _, number in result.refused):,} refused"
    )
    for contest in result.contests:
        write("")
        show_record(contest.record, rehearsal=result.rehearsal)


def show_record(record: Record, *, rehearsal: bool = False) -> None:
    """Show one contest's reserved places, stage table, sentences and who was elected."""
    from ccin_vote.election.words import reserved_words
    from ccin_vote.report.sentences import stage_sentence, winner_sentence
    from ccin_vote.report.table import legend, order_words, terminal_tables
    from ccin_vote.report.words import counted, quota_text

    screen = console()
    quota = f", quota {quota_text(record.quota)}" if record.quota else ""
    screen.print(shown(record.contest.title), style="bold", markup=False)
    screen.print(
        f"{record.rule.title}, {counted(record.contest.seats, 'seat')},"
        f" {counted(record.papers, 'valid paper')}{quota}",
        markup=False,
    )
    for words in reserved_words(record.contest):
        screen.print(shown(words), markup=False)
    for table in terminal_tables(record):
        screen.print(table)
    if record.stages:
        screen.print(f"{legend(record)}\n", markup=False)
    for number, stage in enumerate(record.stages, start=1):
        screen.print(f"{number}. {shown(stage_sentence(record, stage))}", markup=False)
    if record.ranks:
        screen.print(f"Order of all: {shown(order_words(record))}", markup=False)
    if record.inquorate:
        screen.print("The quorum was not reached; nothing was counted.", style="bold")
    elif not record.winners:
        screen.print("Nobody is elected.", style="bold")
    if record.reopened:
        screen.print("Nominations are to be re-opened: a seat stays vacant.", style="bold")
    marked = "REHEARSAL: " if rehearsal else ""
    for candidate in record.winners:
        screen.print(
            f"{marked}{shown(winner_sentence(record, candidate))}", style="bold", markup=False
        )


def show_verification(verification: Verification) -> None:
    """Show every check and every fault."""
    for name in verification.passed:
        write(f"ok     {name}")
    for fault in verification.faults:
        write(f"FAULT  {shown(str(fault))}")
        write(f"       (check: {fault.check})")
    for name, why in verification.not_checked.items():
        write(f"-      {name}")
        write(f"       (not checked: {why})")
    for note in verification.notes:
        write(f"note   {note}")
    say("Everything verifies." if verification.ok else "The folder does NOT verify.")
