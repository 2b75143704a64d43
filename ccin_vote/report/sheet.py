"""The result sheet: what was decided and everything that a losing candidate may ask about it.

GitHub-flavoured Markdown that reads well raw. It is made from values alone and writes nothing.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import listed, outcome_words, plain_time, terms, unclear_words
from ccin_vote.record.ties import ByLot
from ccin_vote.report.sentences import stage_sentence, winner_sentence
from ccin_vote.report.table import (
    legend,
    markdown_table,
    markdown_text,
    order_words,
    pair_blocks,
    stage_blocks,
)
from ccin_vote.report.words import counted, informal_words, quota_text
from ccin_vote.rule import Motion, Quota, Transfers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ccin_vote.record.stage import Record

_WIDTH = 80


@dataclass(frozen=True, slots=True)
class ContestResult:
    """One contest's record, and who could vote in it: members, and ballots that came in."""

    id: str
    record: Record
    electorate: str
    electors: int
    electors_votes: int
    returned: int


@dataclass(frozen=True, slots=True)
class PaperBatch:
    """A batch on paper: contest's title, votes each and papers; and who keyed it."""

    counts: tuple[tuple[str, int, int], ...]
    tellers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that the sheet tells."""

    title: str
    organisation: str
    rehearsal: bool
    election: str
    officer: str
    scrutineers: tuple[str, ...]
    needed: int
    signers: tuple[str, ...]
    opened: datetime
    closed: datetime
    issued: int
    returned: int
    superseded: int
    refused: tuple[tuple[str, int], ...]
    reissued: int
    revoked: tuple[tuple[str, int], ...]
    on_paper: tuple[PaperBatch, ...]
    set_aside: tuple[tuple[str, int], ...]
    contests: tuple[ContestResult, ...]
    linkage: tuple[str, ...]
    revoting: str
    head: tuple[int, str]
    cosigned: tuple[tuple[str, tuple[str, ...]], ...]
    incidents: tuple[str, ...]
    software: str
    published_papers: bool


def result_sheet(result: Result) -> str:
    """Write the result sheet."""
    parts = [
        *_heading(result),
        *_decided(result),
        *_ballots(result),
        *(part for contest in result.contests for part in _contest(contest, result)),
        *_secrecy(result),
        *_check(result),
    ]
    return "\n\n".join(parts) + "\n"


def _text(words: str) -> str:
    return textwrap.fill(words, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(
        textwrap.fill(
            f"- {line}",
            _WIDTH,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )


def _heading(result: Result) -> Iterator[str]:
    marked = "REHEARSAL: " if result.rehearsal else ""
    yield f"# {marked}{markdown_text(result.title)}"
    if result.rehearsal:
        yield _text(
            "**REHEARSAL. This is not a real election. Any ballots are random, and nobody was"
            " elected.**"
        )
    yield _text(f"Result of an election of {markdown_text(result.organisation)}.")


def _decided(result: Result) -> Iterator[str]:
    yield "## What was decided"
    yield _bullets([_outcome(contest) for contest in result.contests])


def _outcome(contest: ContestResult) -> str:
    record = contest.record
    names = [markdown_text(record.contest.candidates[candidate]) for candidate in record.winners]
    title = markdown_text(record.contest.title)
    motion = isinstance(record.rule.method, Motion)
    order = ", in this order" if len(names) > 1 and record.stages else ""
    return f"{outcome_words(title, names, motion=motion)}{order}.{_vacancy(record)}"


def _vacancy(record: Record) -> str:
    """Say how many seats stay vacant, and why."""
    vacant = record.contest.seats - len(record.winners)
    if not vacant or isinstance(record.rule.method, Motion):
        return ""
    why = ""
    if record.inquorate:
        why = f": fewer than {counted(record.contest.quorum, 'paper')} came in, which is the quorum"
    elif record.reopened:
        why = ": nominations are to be re-opened"
    return f" {counted(vacant, 'seat')} {'stays' if vacant == 1 else 'stay'} vacant{why}."


def _ballots(result: Result) -> Iterator[str]:
    yield "## Ballots"
    yield _bullets(
        [
            f"Poll: opened {plain_time(result.opened)}, closed {plain_time(result.closed)}.",
            _returned(result),
            _replaced(result),
            _refused(result.refused),
            *_exceptions(result),
            *(f"Could not be opened, {reason}: {number:,}." for reason, number in result.set_aside),
            *(f"Incident: {markdown_text(text)}" for text in result.incidents),
        ]
    )


def _returned(result: Result) -> str:
    turnout = f" ({_turnout(result.returned, result.issued)})"
    if result.on_paper:
        turnout = " sealed; those on paper stand below"
    return f"Ballots issued: {result.issued:,}. Returned: {result.returned:,}{turnout}."


def _exceptions(result: Result) -> Iterator[str]:
    """Tell of tokens that were replaced or revoked, and of papers."""
    if result.reissued:
        yield f"Letters issued again, with a new token: {result.reissued:,}."
    if result.revoked:
        reasons = "; ".join(f"{number:,} because {reason}" for reason, number in result.revoked)
        yield f"Tokens revoked: {reasons}."
    for batch in result.on_paper:
        papers = "; ".join(
            f"{markdown_text(title)}, {counted(number, 'paper')}"
            + ("" if votes == 1 else f" with {votes} votes each")
            for title, votes, number in batch.counts
        )
        who = markdown_text(listed(batch.tellers))
        yield f"On paper, keyed twice and signed by {who}: {papers}."


def _replaced(result: Result) -> str:
    words = "Replaced by a later ballot of the same member"
    return f"{words}: {result.superseded:,}. {result.revoting}"


def _turnout(returned: int, issued: int) -> str:
    """Return the turnout to one decimal place, exactly, rounded half up."""
    if not issued:
        return "no turnout"
    tenths = (returned * 2000 + issued) // (2 * issued)
    return f"turnout {tenths // 10}.{tenths % 10} %"


def _refused(refused: Sequence[tuple[str, int]]) -> str:
    if not refused:
        return "Refused: 0."
    total = sum(number for _, number in refused)
    reasons = "; ".join(f"{number:,} because {reason}" for reason, number in refused)
    return f"Refused: {total:,} ({reasons})."


def _contest(contest: ContestResult, result: Result) -> Iterator[str]:
    record = contest.record
    yield f"## {markdown_text(record.contest.title)}"
    yield _bullets(list(_facts(contest)))
    if record.inquorate:
        yield _text(
            f"The quorum was not reached: {counted(contest.returned, 'paper')} came in, and the"
            f" quorum is {record.contest.quorum:,}. Nothing was counted."
        )
    elif not record.stages:
        yield _text(
            "The contest was uncontested: there were no more candidates than seats, so no ballot"
            " decided it."
        )
    for block in stage_blocks(record):
        yield markdown_table(block)
    if record.stages:
        yield _text(legend(record))
        yield from (markdown_table(block) for block in pair_blocks(record))
        if record.ranks:
            yield _text(f"Order of all candidates: {markdown_text(order_words(record))}.")
        yield "### Stage by stage"
        yield _numbered([markdown_text(stage_sentence(record, stage)) for stage in record.stages])
    if record.stages:
        yield "### How this rule counts"
        yield _bullets(list(_clauses(record)))
    yield "### Elected" if record.winners else "### Nobody is elected"
    marked = " (REHEARSAL)" if result.rehearsal else ""
    if record.winners:
        told = (markdown_text(winner_sentence(record, candidate)) for candidate in record.winners)
        yield _numbered([f"{words}{marked}" for words in told])
    yield _ties(record)


def _clauses(record: Record) -> Iterator[str]:
    """Tell the rule clause by clause, reserved places where there are any, unclear preferences."""
    rule = record.rule
    reserved = rule.on_reserved_places if record.contest.constraints else ()
    for clause in (*rule.clauses, *reserved):
        yield f"{clause.source[:1].upper()}{clause.source[1:]}: {clause.words}"
    if unclear := unclear_words(rule):
        yield f"Unclear preferences: {unclear}"


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(
        textwrap.fill(
            f"{number}. {line}",
            _WIDTH,
            subsequent_indent="   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(lines, start=1)
    )


def _facts(contest: ContestResult) -> Iterator[str]:
    record = contest.record
    rule = record.rule
    yield (
        f"Rule: {rule.title} (`{rule.name}`, version {rule.version}): {rule.summary}."
        f" {rule.citation}."
    )
    yield f"Ties: {rule.tie_words}"
    yield from map(markdown_text, terms(record.contest))
    candidates = counted(len(record.contest.candidates), "candidate")
    yield f"{counted(record.contest.seats, 'seat')}, {candidates}."
    yield (
        f"Electorate: {markdown_text(contest.electorate)}, {counted(contest.electors, 'member')}"
        f" with {counted(contest.electors_votes, 'vote')}."
    )
    gone = [record.contest.candidates[candidate] for candidate in sorted(record.contest.withdrawn)]
    if gone:
        yield f"Withdrawn: {markdown_text(listed(gone))}."
    if record.stages:
        yield (
            f"Papers returned: {contest.returned:,}"
            f" ({_turnout(contest.returned, contest.electors)}). Valid papers:"
            f" {record.papers:,}, with {counted(record.votes, 'vote')}."
        )
        yield _informal(record)
        yield _quota(record)


def _informal(record: Record) -> str:
    informal = [(reason, number) for reason, number in record.informal if reason != "blank"]
    blank = f"Blank papers: {record.blank:,}."
    if not informal:
        return f"{blank} Informal papers: 0."
    total = sum(number for _, number in informal)
    return f"{blank} Informal papers: {total:,} ({informal_words(informal)})."


def _quota(record: Record) -> str:
    if record.quota is None:
        moving = any(stage.quota is not None for stage in record.stages)
        return (
            "Quota: it moves; each stage has its own." if moving else "Quota: this rule has none."
        )
    seats = record.contest.seats
    method = record.rule.method
    kind = method.quota if isinstance(method, Transfers) else Quota.NONE
    return (
        f"Quota: {quota_text(record.quota)} votes ({record.votes:,} valid votes divided by"
        f" {seats + 1}, which is the seats plus one; {_ROUNDED[kind]})."
    )


_ROUNDED = {
    Quota.DROOP: "any fraction is dropped, and one is added",
    Quota.DROOP_EXACT: "an exact fraction, which a candidate must exceed",
    Quota.DROOP_HUNDREDTHS: "rounded up to two decimal places, and reduced until somebody is"
    " elected",
    Quota.DROOP_THOUSANDTHS: "to the next thousandth above",
}
"""How each quota is rounded."""


def _ties(record: Record) -> str:
    ties = sum(len(stage.ties) for stage in record.stages)
    lots = sum(
        1 for stage in record.stages for tie in stage.ties if isinstance(tie.resolution, ByLot)
    )
    if not ties:
        return "There was no tie, and no lot was drawn."
    return f"Ties: {ties}. Lots drawn: {lots}. Each is told at its stage above."


def _secrecy(result: Result) -> Iterator[str]:
    yield "## Who could have linked a member to a vote"
    yield _bullets([markdown_text(sentence) for sentence in result.linkage])
    scrutineers = counted(len(result.scrutineers), "scrutineer")
    yield _text(
        f"The ballots were opened by {result.needed} of {scrutineers}."
        f" {markdown_text(listed(result.signers))} signed the opening. To the public it is"
        " attested by them, not proven."
    )


def _check(result: Result) -> Iterator[str]:
    size, root = result.head
    yield "## How to check this result"
    yield _bullets(
        [
            f"Election: `{result.election}`.",
            f"The log before its declaration: {counted(size, 'line')}, root `{root}`.",
            *(_cosigned(point, names) for point, names in result.cosigned),
            "`ccin-vote verify FOLDER` on the published folder runs every check and counts every"
            " contest again by a separate program."
            if result.published_papers
            else "The opened papers are withheld by definition: the scrutineers can count again,"
            " the public cannot.",
            "`ballot-codes.txt` lists every ballot code and whether that ballot counts.",
            f"Counted by {result.software}. Returning officer: {markdown_text(result.officer)}.",
        ]
    )


def _cosigned(point: str, names: Sequence[str]) -> str:
    who = markdown_text(listed(names)) if names else "nobody"
    return f"Cosigned as it was {point}, by {who}."
