"""The scrutineers' report and the certificate of the result, in Markdown, ready to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import REHEARSAL, outcome_words, plain_time
from ccin_vote.report.table import markdown_text
from ccin_vote.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

Pairs = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ContestReport:
    """One contest: papers by what became of them, and each candidate's votes, first and last."""

    title: str
    rule: str
    motion: bool
    electors: int
    papers: int
    valid: int
    informal: Pairs
    votes: tuple[tuple[str, str, str, bool], ...]
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormalReport:
    """All that is accounted for: papers, people, contests, checks; ``head`` is size and root."""

    title: str
    organisation: str
    rehearsal: bool
    election: str
    officer: str
    scrutineers: tuple[str, ...]
    tellers: tuple[str, ...]
    times: tuple[tuple[str, datetime], ...]
    papers: Pairs
    refused: Pairs
    incidents: tuple[str, ...]
    handled: tuple[str, ...]
    contests: tuple[ContestReport, ...]
    passed: tuple[str, ...]
    not_checked: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    head: tuple[int, str]


def scrutineers_report(account: FormalReport) -> str:
    """Write what scrutineers report: papers, votes, who handled what, what was checked."""
    parts = [
        *_heading("Scrutineers' report", account),
        "## Papers",
        *_rows(("What", "Papers"), [(name, f"{number:,}") for name, number in account.papers]),
        "Refused, and why:" if account.refused else "Refused: none.",
        *_bullets(f"{counted(number, 'ballot')}: {why}" for why, number in account.refused),
        "## Who handled what",
        *_bullets(map(markdown_text, account.handled)),
        "## What happened",
        *_bullets(f"{what}: {plain_time(when)}" for what, when in account.times),
        *_bullets(f"Incident: {markdown_text(incident)}" for incident in account.incidents),
    ]
    for contest in account.contests:
        parts += _contest(contest)
    parts += ["## What was checked", *_checks(account), *_signatures(account, account.scrutineers)]
    return "\n\n".join(parts) + "\n"


def certificate(account: FormalReport) -> str:
    """Write the certificate of a declared result."""
    outcomes = [
        outcome_words(
            markdown_text(contest.title),
            [markdown_text(who) for who in contest.winners],
            motion=contest.motion,
        )
        for contest in account.contests
    ]
    parts = [
        *_heading("Certificate of the result", account),
        f"We certify that in this election of {markdown_text(account.organisation)}:",
        *_bullets(f"{outcome}." for outcome in outcomes),
        *_bullets(f"Not checked: {name} ({why})." for name, why in account.not_checked),
        f"It was held from {plain_time(account.times[0][1])} to {plain_time(account.times[1][1])}.",
        *_signatures(account, (f"{account.officer}, returning officer", *account.scrutineers)),
    ]
    return "\n\n".join(parts) + "\n"


def _heading(what: str, account: FormalReport) -> Iterator[str]:
    marked = "REHEARSAL: " if account.rehearsal else ""
    yield f"# {marked}{what}: {markdown_text(account.title)}"
    if account.rehearsal:
        yield f"**{REHEARSAL}. Any ballots are random, and nobody was elected.**"
    size, root = account.head
    lines = counted(size, "line")
    yield f"Election `{account.election}`. The log has {lines}; its root is `{root}`."


def _contest(contest: ContestReport) -> Iterator[str]:
    yield f"## {markdown_text(contest.title)}"
    yield f"Rule: {contest.rule}."
    informal = [(f"Not counted: {why}", number) for why, number in contest.informal]
    rows = [
        ("Members who could vote", contest.electors),
        ("Papers returned", contest.papers),
        ("Valid papers", contest.valid),
        *informal,
    ]
    yield from _rows(("What", "Papers"), [(name, f"{number:,}") for name, number in rows])
    if contest.votes:
        table = [
            (
                markdown_text(name),
                markdown_text(first),
                markdown_text(last),
                "elected" if won else "",
            )
            for name, first, last, won in contest.votes
        ]
        yield from _rows(("Candidate", "First stage", "Last stage", ""), table)
    won = [markdown_text(candidate) for candidate in contest.winners]
    yield f"{outcome_words(markdown_text(contest.title), won, motion=contest.motion)}."


def _checks(account: FormalReport) -> Iterator[str]:
    if account.faults:
        yield "**Something is wrong. Do not sign this report.**"
        yield from _bullets(f"WRONG: {markdown_text(fault)}" for fault in account.faults)
    yield from _bullets(f"ok: {check}" for check in account.passed)
    yield from _bullets(f"NOT CHECKED: {name} ({why})" for name, why in account.not_checked)
    yield from _bullets(account.notes)


def _signatures(account: FormalReport, people: Sequence[str]) -> Iterator[str]:
    yield "## Signatures"
    names = [markdown_text(person) for person in people]
    yield from _rows(("Name", "Signature", "Date"), [(name, " " * 20, " " * 12) for name in names])
    yield f"Whoever has the published folder of `{account.election}` can check all of this again."


def _bullets(lines: Iterable[str]) -> list[str]:
    text = "\n".join(f"- {line}" for line in lines)
    return [text] if text else []


def _rows(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heading, ["---"] * len(heading), *rows]
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]
