"""Checks of the record and the sheet by themselves; the record where nobody can count again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from ccin_vote.ballot.marks import INFORMAL_REASONS
from ccin_vote.election.words import outcome_words
from ccin_vote.errors import shown
from ccin_vote.poll.state import contest_to_count
from ccin_vote.rule import Motion
from ccin_vote.verify.evidence import manifest_in, unsealed_poll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Contest
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.poll.state import Unsealed
    from ccin_vote.verify.evidence import Evidence, Finding

Figure = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class _Told(BaseModel):
    """A part of a record: what a reader looks at has its form, whatever else stands there."""

    model_config = ConfigDict(frozen=True, strict=True)


class ToldRule(_Told):
    """The rule that a record says was followed."""

    name: str


class ToldStage(_Told):
    """A stage: the votes of each candidate after it."""

    votes: dict[str, Figure]


class ToldContest(_Told):
    """The record of record contest."""

    id: str
    title: str
    rule: ToldRule
    seats: int
    vacant: int
    withdrawn: list[str]
    valid: NonNegativeInt
    blank: NonNegativeInt
    informal: NonNegativeInt
    informal_reasons: dict[str, NonNegativeInt]
    candidates: list[str]
    winners: list[str]
    stages: list[ToldStage]


class ToldResult(_Told):
    """What is told of the election, and of every contest in the order of the definition."""

    title: str
    organisation: str
    rehearsal: bool
    election: str
    issued: int
    returned: int
    superseded: int
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
    """Check a record of withheld papers against the definition and what the log counts."""
    name, opened = evidence.name(evidence.folder.result_record), unsealed_poll(evidence)
    contests = manifest_in(evidence).definition.contests
    try:
        told = told_result(evidence)
    except ValueError as error:
        yield name, None, str(error)
        return
    if opened is None or [record.id for record in told.contests] != [
        contest.id for contest in contests
    ]:
        yield name, None, "the record's contests are not those of the definition"
        return
    if not _of_this_election(told, opened):
        yield name, None, "it is the record of another election, or counts its ballots otherwise"
    papers = {contest: number for contest, number, _ in opened.opening.totals}
    for contest, record in zip(contests, told.contests, strict=True):
        counted = contest_to_count(opened, contest)
        for words in _odd(record, contest, counted, papers.get(contest.id, 0)):
            yield name, None, f"contest {contest.id}: {words}"


def _of_this_election(told: ToldResult, opened: Unsealed) -> bool:
    manifest, box = opened.closed.manifest, opened.closed.box
    definition = manifest.definition
    named = (told.title, told.organisation, told.rehearsal, told.election)
    counts = (told.issued, told.returned, told.superseded)
    return named == (
        definition.title,
        definition.organisation,
        definition.rehearsal,
        manifest.election,
    ) and counts == (box.issued, box.returned, box.superseded)


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
    if any(sorted(stage.votes) != sorted(names) for stage in told.stages):
        yield "a stage has votes of other candidates"


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
