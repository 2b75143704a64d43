"""Why somebody was elected and in what candidates are equal, in the terms of each rule.

Rules that compare count victories and others add up points: not every figure is a vote, and not
every majority is one of the same votes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.stage import Elected, Stage, StageKind, Why
from ccin_vote.record.ties import Purpose, Tie
from ccin_vote.report.reserved import fills_reserved, kept_out
from ccin_vote.report.words import votes_in_words
from ccin_vote.rule import (
    Bucklin,
    Committee,
    Completion,
    Ending,
    Exclusion,
    KeepValues,
    Marks,
    Pairwise,
    Point,
    Points,
    Star,
    Transfers,
)

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record

_TOGETHER = "more votes than all other continuing candidates together"
_NO_FEWER = "at least as many votes as all other continuing candidates and any surplus together"
_OF_PAPERS = "votes from more than half of the valid papers"
_ACTIVE = "at least the votes in play divided by the places not filled plus one"


def unit(record: Record, stage: Stage) -> tuple[str, str]:
    """Return what the figures of a stage count: one of it, and several."""
    match record.rule.method:
        case Pairwise() if stage.kind is StageKind.COMPARISON:
            return "victory", "victories"
        case Points(point=point, marks=marks):
            votes = point is Point.MARK or marks is Marks.AS_STATED
            return ("vote", "votes") if votes else ("point", "points")
        case Committee():
            return "point", "points"
        case Star() if stage.number % 2:
            return "point", "points"
        case _:
            return "vote", "votes"


def figure(record: Record, stage: Stage, who: Candidate) -> str:
    """Return a candidate's figure at a stage and its unit: ``12 votes``, ``3.0 victories``."""
    return votes_in_words(stage.tally.candidates[who], *unit(record, stage))


def reason(record: Record, stage: Stage, who: Candidate) -> str:
    """Say why a candidate was elected at a stage."""
    fate = record.fates[who]
    match fate.why if isinstance(fate, Elected) else Why.QUOTA:
        case Why.QUOTA:
            return f"with {_enough(record, stage, who)}"
        case Why.MAJORITY:
            return f"with {_majority(record)}"
        case Why.MOST_VOTES | Why.LAST_PLACES if limit := fills_reserved(record, stage, who):
            return f"because places are reserved for the group {limit.group}"
        case Why.MOST_VOTES:
            return f"with the most {unit(record, stage)[1]}{_allowed(record, stage, who)}"
        case why:
            return _OTHERWISE[why]


def reached(record: Record, stage: Stage, who: Candidate) -> str:
    """Say the same behind the candidate's figure: ``with 12 votes, reaching the quota``."""
    fate = record.fates[who]
    match fate.why if isinstance(fate, Elected) else Why.QUOTA:
        case Why.QUOTA:
            enough = _enough(record, stage, who)
            return "reaching the quota" if enough == "at least the quota" else enough
        case Why.MAJORITY:
            return (
                _majority(record)
                .replace("more votes than", "more than")
                .removeprefix("votes from ")
            )
        case Why.MOST_VOTES | Why.LAST_PLACES if limit := fills_reserved(record, stage, who):
            return f"because places are reserved for the group {limit.group}"
        case Why.MOST_VOTES:
            return f"the most {unit(record, stage)[1]}{_allowed(record, stage, who)}"
        case Why.LAST_PLACES:
            return "as one of the last remaining candidates"
        case why:
            return _OTHERWISE[why]


_OTHERWISE = {
    Why.TIE_BROKEN: "after a tie was broken",
    Why.LAST_PLACES: "because no more candidates remain than places to fill",
    Why.UNCONTESTED: "unopposed",
    Why.BEATS_ALL: "beating every other candidate",
    Why.RANKED_FIRST: "coming first in the order that the comparisons give",
    Why.UNDEFEATED: "because no defeat that counts is left against this option",
    Why.RUN_OFF: "winning the run-off",
    Why.CARRIED: "by the threshold of the motion",
}


def _enough(record: Record, stage: Stage, who: Candidate) -> str:
    """Say what a candidate had to reach; some rules elect with less than the quota."""
    if stage.quota is not None and stage.tally.candidates[who] < stage.quota:
        return _ACTIVE
    method = record.rule.method
    match method:
        case Transfers(over_quota=over) | KeepValues(settled=over):
            pass
        case _:
            over = False
    return "more than the quota" if over else "at least the quota"


def _majority(record: Record) -> str:
    match record.rule.method:
        case Bucklin():
            return _OF_PAPERS
        case Transfers(ending=Ending.LAST_VACANCIES_OR_LEADER):
            return _NO_FEWER
        case _:
            return _TOGETHER


def equals(record: Record, tie: Tie, names: str) -> str:
    """Say of several names in what they are equal."""
    if tie.question.purpose is Purpose.ORDER:
        return f"Some victories among {names} are equally strong and close a circle"
    return f"{names} {_equal(record, tie)}"


def _equal(record: Record, tie: Tie) -> str:
    purpose = tie.question.purpose
    stage = record.stages[tie.question.stage - 1]
    said = f"have equal {unit(record, stage)[1]}"
    match record.rule.method:
        case Pairwise(completion=completion) if stage.kind is StageKind.COMPARISON:
            said = _COMPARED.get(completion, "are equal in the comparisons")
        case Star() if purpose is Purpose.RUN_OFF:
            said = "have equal scores"
        case Star():
            said = "have equal votes in the run-off"
        case Transfers(exclusion=Exclusion.MOST_LAST_PLACES) if purpose is Purpose.EXCLUSION:
            said = "are put last by equally many papers"
        case Transfers() | KeepValues() if purpose is Purpose.SURPLUS:
            said = "have equal surpluses"
        case _:
            pass
    return said


_COMPARED = {
    Completion.COPELAND: "are equal in victories",
    Completion.RANKED_ROBIN: "are equal in victories",
    Completion.KEMENY: "come next in equally good orders",
}
"""In what candidates are equal whom comparisons leave equal."""


def _allowed(record: Record, stage: Stage, who: Candidate) -> str:
    """Say so where somebody with more was passed over."""
    votes = stage.tally.candidates
    passed = any(votes[out.who] > votes[who] for out in kept_out(record, stage))
    return " of those whom the reserved places allow" if passed else ""
