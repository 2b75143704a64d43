"""Checks of the record and the sheet by themselves, as far as nobody has to count again."""

from __future__ import annotations

import json
import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from ccin_vote.ballot.marks import INFORMAL_REASONS
from ccin_vote.election.words import outcome_words
from ccin_vote.errors import shown
from ccin_vote.log.events import BallotsOpened, ResultDeclared
from ccin_vote.log.note import to_base64
from ccin_vote.poll.acceptance import REFUSALS as REFUSED
from ccin_vote.poll.state import contest_to_count, unsealed_of
from ccin_vote.rule import KeepValues, Marks, Motion, Points, Transfers
from ccin_vote.verify.evidence import manifest_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Contest
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.poll.state import Unsealed
    from ccin_vote.verify.evidence import Evidence, Finding

_MOVES = {"first-preferences", "surplus", "exclusion"}
"""The kinds of stages at which papers lie on piles."""


Figure = Annotated[str, Field(max_length=100, pattern=r"^[0-9]+(\.[0-9]+)?$")]


class _Told(BaseModel):
    """A part of a record: what a reader looks at has its form, whatever else stands there."""

    model_config = ConfigDict(frozen=True, strict=True)


class ToldRule(_Told):
    """The rule that a record says was followed."""

    name: str


class ToldStage(_Told):
    """A stage: the votes of each candidate after it, of nobody, and what rounding lost."""

    number: int
    kind: str
    votes: dict[str, Figure]
    non_transferable: Figure
    lost_to_rounding: Figure
    elected: list[str]
    excluded: list[str]

    @property
    def total(self) -> Fraction:
        """All votes of the stage."""
        figures = (*self.votes.values(), self.non_transferable, self.lost_to_rounding)
        return sum(map(Fraction, figures), Fraction(0))


class ToldContest(_Told):
    """The record of one contest."""

    id: str
    title: str
    rule: ToldRule
    seats: int
    vacant: int
    withdrawn: list[str]
    valid: NonNegativeInt
    votes: NonNegativeInt
    blank: NonNegativeInt
    informal: NonNegativeInt
    informal_reasons: dict[str, NonNegativeInt]
    candidates: list[str]
    winners: list[str]
    stages: list[ToldStage]


class ToldRefusals(_Told):
    """How many ballots were refused for a reason."""

    reason: str
    ballots: int


class ToldHead(_Told):
    """The head of the log from which the record was made."""

    size: int
    root: str


class ToldResult(_Told):
    """What is told of the election, and of every contest in the order of the definition."""

    title: str
    organisation: str
    rehearsal: bool
    election: str
    issued: int
    returned: int
    superseded: int
    refused: list[ToldRefusals]
    head: ToldHead
    contests: list[ToldContest]


def told_result(evidence: Evidence) -> ToldResult:
    """Read the record.

    Raises:
        ValueError: it is missing, or not of the form that records have.
    """
    data = evidence.read(evidence.folder.result_record)
    if data is None:
        raise ValueError("the record is missing")
    try:
        return ToldResult.model_validate_json(data)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        words = "the record is not of the form that records have"
        raise ValueError(f"{words}: {shown(place)}" if place else words) from error


def records_in(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the record's contests, whatever is in them; none if not the election's."""
    names = [contest.id for contest in manifest_in(evidence).definition.contests]
    try:
        records = json.loads(evidence.read(evidence.folder.result_record) or b"")["contests"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    whole = isinstance(records, list) and all(
        isinstance(each_record, dict) for each_record in records
    )
    return records if whole and [record.get("id") for record in records] == names else []


def the_record(evidence: Evidence) -> Iterator[Finding]:
    """Check the record against the definition and what the log counts, whoever can count again."""
    name, opened = evidence.name(evidence.folder.result_record), unsealed_of(evidence.poll)
    contests = manifest_in(evidence).definition.contests
    try:
        told = told_result(evidence)
    except ValueError as error:
        yield name, None, str(error)
        return
    if opened is None or [one.id for one in told.contests] != [
        each_contest.id for each_contest in contests
    ]:
        yield name, None, "the record's contests are not those of the definition"
        return
    for words in (*_odd_head(told.head, evidence), *_odd_election(told, opened)):
        yield name, None, words
    totals = {contest: (papers, votes) for contest, papers, votes in opened.opening.totals}
    for contest, one in zip(contests, told.contests, strict=True):
        counted = contest_to_count(opened, contest)
        papers, votes = totals.get(contest.id, (0, 0))
        for words in (
            *_odd(one, contest, counted, papers),
            *_odd_votes(one, papers, votes),
            *_odd_stages(one, contest, counted),
        ):
            yield name, None, f"contest {contest.id}: {words}"


def _odd_head(head: ToldHead, evidence: Evidence) -> Iterator[str]:
    """Check that the record cites the head just before the declaration, or one that came before."""
    lines = {type(entry.event): entry.number for entry in evidence.entries}
    opened, declared = lines.get(BallotsOpened, 1), lines.get(ResultDeclared)
    last = len(evidence.entries) if declared is None else declared - 1
    if not (opened if declared is None else last) <= head.size <= last:
        yield f"the head of {head.size} lines that it cites is not the one before the declaration"
    elif head.root != to_base64(evidence.tree.root(head.size)):
        yield f"the head of {head.size} lines that it cites is not one of this log"


def _odd_election(told: ToldResult, opened: Unsealed) -> Iterator[str]:
    """Hold what the record says of the election and its ballots against the log."""
    manifest, box = opened.closed.manifest, opened.closed.box
    definition = manifest.definition
    refused = Counter(REFUSED[one.reason] for line, one in box.refused if line <= told.head.size)
    wanted = {
        "title": definition.title,
        "organisation": definition.organisation,
        "rehearsal": definition.rehearsal,
        "election": manifest.election,
        "issued": box.issued,
        "returned": box.returned,
        "superseded": box.superseded,
    }
    for field, value in wanted.items():
        if getattr(told, field) != value:
            yield f"{field}: the record says {shown(repr(getattr(told, field)))}, the log {value!r}"
    if [(one.reason, one.ballots) for one in told.refused] != sorted(refused.items()):
        yield "refused: the record counts other refusals than the log"


def _odd(
    told: ToldContest, contest: ContestDefinition, counted: Contest, papers: int
) -> Iterator[str]:
    names = list(counted.candidates)
    gone = [names[candidate] for candidate in sorted(counted.withdrawn)]
    here = (told.title, told.rule.name, told.seats, told.candidates, told.withdrawn)
    if here != (counted.title, contest.rule, counted.seats, names, gone):
        yield "its title, rule, seats or candidates are not those of the definition"
    if not _may_win(told, contest, counted, papers):
        yield f"it cannot elect {told.winners!r}"
    reasons = told.informal_reasons
    if told.valid + told.informal + told.blank != papers:
        yield f"it accounts for other papers than the {papers:,} that were opened"
    sums = (sum(reasons.values()) - told.blank, reasons.get("blank", 0))
    if sums != (told.informal, told.blank) or not reasons.keys() <= INFORMAL_REASONS.keys():
        yield "the reasons why papers are informal do not add up, or are unknown"


def _odd_votes(told: ToldContest, papers: int, votes: int) -> Iterator[str]:
    """Check the valid votes: each paper carries one at least, and all together no more."""
    if not told.valid <= told.votes <= votes - (papers - told.valid):
        yield f"its valid papers cannot carry {told.votes:,} votes"


def _odd_stages(told: ToldContest, contest: ContestDefinition, counted: Contest) -> Iterator[str]:
    """Hold the figures of each stage against each other, the votes and the winners."""
    names = list(counted.candidates)
    for number, stage in enumerate(told.stages, start=1):
        if stage.number != number:
            yield f"stage {number} has another number"
        if sorted(stage.votes) != sorted(names):
            yield "a stage has votes of other candidates"
        if _adds_up(contest, stage) and stage.total != told.votes:
            yield f"the votes of stage {number} are not all {told.votes:,} votes"
        chosen = [*stage.elected, *stage.excluded]
        if len(set(chosen)) < len(chosen) or not set(chosen) <= set(names):
            yield f"stage {number} elects or excludes somebody twice, or who is no candidate"
    people = set(names) - ({names[counted.reopen]} if counted.reopen is not None else set())
    elected = [
        candidate for stage in told.stages for candidate in stage.elected if candidate in people
    ]
    if told.stages and sorted(elected) != sorted(told.winners):
        yield "its stages elect others than its winners"


def _adds_up(contest: ContestDefinition, stage: ToldStage) -> bool:
    """Return whether all votes are somewhere at a stage: not where points or pairs are counted."""
    method = contest.rule_set.method
    one_vote = isinstance(method, Points) and method.marks is Marks.ONE
    moving = isinstance(method, Motion | Transfers | KeepValues) or one_vote
    return moving or stage.kind in _MOVES


def _may_win(told: ToldContest, contest: ContestDefinition, counted: Contest, papers: int) -> bool:
    """Return whether such winners can be: which they are, a count of the papers alone can show."""
    names = counted.candidates
    people = [names[candidate] for candidate in counted.standing if candidate != counted.reopen]
    if told.vacant != told.seats - len(told.winners):
        return False
    if counted.uncontested or papers < counted.quorum:
        return not told.stages and told.winners == (people if counted.uncontested else [])
    if isinstance(contest.rule_set.method, Motion):
        return told.winners in ([names[0]], [names[1]])
    some = len(set(told.winners) & {*people}) == len(told.winners) <= told.seats
    return some and bool(told.stages)


def the_sheet(evidence: Evidence) -> Iterator[Finding]:
    """Check that the sheet that people read names the same winners as the record."""
    path = evidence.folder.result_sheet
    sheet, contests = evidence.read(path), manifest_in(evidence).definition.contests
    if sheet is None:
        yield evidence.name(path), None, "the result sheet is missing"
        return
    records = records_in(evidence)
    if not records:
        name = evidence.name(evidence.folder.result_record)
        yield name, None, "the record's contests are not those of the definition"
        return
    told = re.sub(r"\\(.)", r"\1", " ".join(sheet.decode("utf-8", "replace").split()))
    for contest, record in zip(contests, records, strict=True):
        outcome = _outcome(contest, record)
        if outcome not in told:
            yield evidence.name(path), None, f"the sheet does not say: {shown(outcome)}"


def _outcome(contest: ContestDefinition, record: dict[str, Any]) -> str:
    motion, winners = isinstance(contest.rule_set.method, Motion), record.get("winners")
    names = [shown(str(candidate)) for candidate in winners] if isinstance(winners, list) else []
    return " ".join(outcome_words(shown(str(record.get("title"))), names, motion=motion).split())
