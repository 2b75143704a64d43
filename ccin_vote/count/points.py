"""Adding up: marks, scores or points; the highest totals are elected."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never, cast

from ccin_vote.ballot.profile import members
from ccin_vote.count.outcome import Outcome, in_ranks
from ccin_vote.count.papers import standing_papers
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.rule import Marking, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ccin_vote.ballot.profile import Paper, Profile, Ranking
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
    """Return each candidate's total; a withdrawn who has 0."""
    totals = [Fraction(0)] * len(contest.candidates)
    scores = rule.marking is Marking.SCORES
    papers = standing_papers(contest, profile, keep_places=scores)
    strict: dict[tuple[int, int], list[Ranking]] = {}
    if point in {Point.BORDA, Point.DOWDALL}:
        papers = _set_aside_strict(papers, strict)
    for paper, votes in papers:
        for candidate, points in _points(paper, contest.standing, point, rule.highest_score):
            totals[candidate] += points * votes
    _add_places(totals, strict, contest.standing, point)
    return totals


def _set_aside_strict(
    papers: Iterable[tuple[Paper, int]], strict: dict[tuple[int, int], list[Ranking]]
) -> Iterator[tuple[Paper, int]]:
    """Put rankings without equals aside, by their votes and length; return the other papers."""
    for paper, votes in papers:
        if tuple in set(map(type, paper)):
            yield paper, votes
        else:
            strict.setdefault((votes, len(paper)), []).append(cast("Ranking", paper))


def _add_places(
    totals: list[Fraction],
    strict: dict[tuple[int, int], list[Ranking]],
    standing: tuple[Candidate, ...],
    point: Point,
) -> None:
    """Count who stands how often at which place, and multiply by what the place is worth."""
    for (votes, length), rankings in strict.items():
        unranked = Counter(dict.fromkeys(standing, len(rankings)))
        for at, column in enumerate(zip(*rankings, strict=True)):
            found = Counter(column)
            unranked.subtract(found)
            worth = Fraction(1, at + 1) if point is Point.DOWDALL else len(standing) - at
            for candidate, number in found.items():
                totals[candidate] += worth * number * votes
        if point is Point.BORDA:
            share = Fraction(len(standing) - length + 1, 2)
            for who, number in unranked.items():
                totals[who] += share * number * votes


def _points(
    paper: Paper, standing: tuple[Candidate, ...], point: Point, highest: int
) -> Iterator[tuple[Candidate, Fraction | int]]:
    match point:
        case Point.MARK:
            return ((candidate, 1) for place in paper for candidate in members(place))
        case Point.SCORE:
            return ((who, highest - at) for at, place in enumerate(paper) for who in members(place))
        case Point.DOWDALL:
            places = enumerate(paper, start=1)
            return ((who, Fraction(1, at)) for at, place in places for who in members(place))
        case Point.BORDA:
            return _borda(paper, standing)
        case _:
            assert_never(point)


def _borda(
    paper: Paper, standing: tuple[Candidate, ...]
) -> Iterator[tuple[Candidate, Fraction | int]]:
    """Share the points of each place; those not ranked share what is left."""
    ranked = {who for place in paper for who in members(place)}
    best = len(standing)
    for group in (
        *map(members, paper),
        tuple(candidate for candidate in standing if candidate not in ranked),
    ):
        lowest = best - len(group) + 1
        for who in group:
            yield who, Fraction(best + lowest, 2)
        best -= len(group)
