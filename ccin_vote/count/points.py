"""Adding up: marks, scores or points; the highest totals are elected."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ccin_vote.ballot.profile import members
from ccin_vote.count.outcome import Outcome, in_ranks
from ccin_vote.count.papers import standing_papers
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.rule import Marking, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.ballot.profile import Paper, Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import Points, RuleSet


def count_points(
    contest: Contest, profile: Profile, rule: RuleSet, method: Points, lots: Lots
) -> Record:
    """Add up what each paper gives each candidate.

    Raises:
        DecisionNeeded: a lot must be drawn for the last place.
    """
    totals = add_up(contest, profile, rule, method.point)
    ranks = in_ranks(contest.standing, totals)
    outcome = Outcome(contest, rule, lots)
    elected = outcome.elect_in_order(ranks, Why.MOST_VOTES)
    crosses = rule.marking is Marking.CROSS
    kind = StageKind.FIRST_PREFERENCES if crosses else StageKind.COMPARISON
    outcome.close_stage(kind, totals, elected)
    return outcome.record(profile, ranks=() if crosses else ranks)


def add_up(contest: Contest, profile: Profile, rule: RuleSet, point: Point) -> list[Fraction]:
    """Give each candidate's total; a withdrawn one has 0."""
    totals = [Fraction(0)] * len(contest.candidates)
    scores = rule.marking is Marking.SCORES
    for paper, votes in standing_papers(contest, profile, keep_places=scores):
        for one, points in _points(paper, contest.standing, point, rule.highest_score):
            totals[one] += points * votes
    return totals


def _points(
    paper: Paper, standing: tuple[Candidate, ...], point: Point, highest: int
) -> Iterator[tuple[Candidate, Fraction | int]]:
    match point:
        case Point.MARK:
            return ((one, 1) for place in paper for one in members(place))
        case Point.SCORE:
            return ((one, highest - at) for at, place in enumerate(paper) for one in members(place))
        case Point.DOWDALL:
            places = enumerate(paper, start=1)
            return ((one, Fraction(1, at)) for at, place in places for one in members(place))
        case Point.BORDA:
            return _borda(paper, standing)
        case _:
            assert_never(point)


def _borda(
    paper: Paper, standing: tuple[Candidate, ...]
) -> Iterator[tuple[Candidate, Fraction | int]]:
    """Share the points of each place; those not ranked share what is left."""
    ranked = {one for place in paper for one in members(place)}
    best = len(standing)
    for group in (*map(members, paper), tuple(one for one in standing if one not in ranked)):
        lowest = best - len(group) + 1
        for one in group:
            yield one, Fraction(best + lowest, 2)
        best -= len(group)
