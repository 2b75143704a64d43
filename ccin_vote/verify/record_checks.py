"""Checks of the record by itself: also where the papers are withheld, and nobody counts again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from ccin_vote.ballot.marks import REASONS
from ccin_vote.election.words import outcome_words
from ccin_vote.errors import shown
from ccin_vote.poll.state import contest_to_count
from ccin_vote.rule import Motion
from ccin_vote.verify.folder import manifest_in, opened_poll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Contest
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.verify.folder import Evidence

Finding = tuple[str, int | None, str]
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
    """The record of one contest."""

    id: str
    title: str
    rule: ToldRule
    seats: int
    valid: NonNegativeInt
    blank: NonNegativeInt
    informal: NonNegativeInt
    informal_reasons: dict[str, NonNegativeInt]
    candidates: list[str]
    winners: list[str]
    stages: list[ToldStage]


class ToldResult(_Told):
    """What is told of every contest, in the order of the definition."""

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


def the_record(evidence: Evidence) -> Iterator[Finding]:
    """Check the record against the definition and the papers that scrutineers signed for."""
    name, opened = evidence.name(evidence.folder.result_record), opened_poll(evidence)
    contests = manifest_in(evidence).definition.contests
    try:
        told = told_result(evidence).contests
    except ValueError as error:
        yield name, None, str(error)
        return
    if opened is None or [one.id for one in told] != [one.id for one in contests]:
        yield name, None, "the record's contests are not those of the definition"
        return
    papers = {contest: number for contest, number, _ in opened.opening.totals}
    for contest, one in zip(contests, told, strict=True):
        counted = contest_to_count(opened, contest)
        for words in _odd(one, contest, counted, papers.get(contest.id, 0)):
            yield name, None, f"contest {contest.id}: {words}"


def _odd(
    told: ToldContest, contest: ContestDefinition, counted: Contest, papers: int
) -> Iterator[str]:
    names = list(counted.candidates)
    here = (told.title, told.rule.name, told.seats, told.candidates)
    if here != (counted.title, contest.rule, counted.seats, names):
        yield "its title, rule, seats or candidates are not those of the definition"
    standing = {names[one] for one in counted.standing}
    if len(set(told.winners) & standing) != len(told.winners) or len(told.winners) > told.seats:
        yield f"it cannot elect {told.winners!r}"
    reasons = told.informal_reasons
    if told.valid + told.informal + told.blank != papers:
        yield f"it accounts for other papers than the {papers:,} that were opened"
    if sum(reasons.values()) != told.informal + told.blank or not reasons.keys() <= REASONS.keys():
        yield "the reasons why papers are informal do not add up, or are unknown"
    if any(sorted(stage.votes) != sorted(names) for stage in told.stages):
        yield "a stage has votes of other candidates"


def the_sheet(evidence: Evidence) -> Iterator[Finding]:
    """Check that the sheet that people read names the same winners as the record."""
    path = evidence.folder.result_sheet
    sheet = evidence.read(path)
    if sheet is None:
        yield evidence.name(path), None, "the result sheet is missing"
        return
    try:
        records = told_result(evidence).contests
    except ValueError as error:
        yield evidence.name(evidence.folder.result_record), None, str(error)
        return
    told = re.sub(r"\\(.)", r"\1", " ".join(sheet.decode("utf-8", "replace").split()))
    for contest, one in zip(manifest_in(evidence).definition.contests, records, strict=False):
        outcome = _outcome(contest, one)
        if outcome not in told:
            yield evidence.name(path), None, f"the sheet does not say: {shown(outcome)}"


def _outcome(contest: ContestDefinition, told: ToldContest) -> str:
    motion = isinstance(contest.rule_set.method, Motion)
    names = [shown(one) for one in told.winners]
    return " ".join(outcome_words(shown(told.title), names, motion=motion).split())
