"""The rules of marks and points, counted a second time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.election.contest import AGAINST, FOR
from ccin_vote.verify.recount_model import by_votes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Contest
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table


def _most_elect(table: Table, totals: list[Fraction]) -> Recount:
    """Elect the highest totals; a lot decides among equals for whom there are too few seats."""
    elected = table.fill(by_votes(table.standing, totals))
    table.write(totals, elected)
    return table.done()


def marks(table: Table) -> Recount:
    """Count each mark as one vote, wherever on the paper it is."""
    return _most_elect(table, _marks(table))


def _marks(table: Table) -> list[Fraction]:
    """Add up the marks."""
    totals = table.zeros()
    for paper in table.papers:
        for candidate in paper.ranking:
            totals[candidate] += paper.copies
    return totals


def score(table: Table) -> Recount:
    """Add up scores: the first place stands for the highest score, the second for one less."""
    totals = table.zeros()
    for paper in table.papers:
        for number, place in enumerate(paper.places):  # an empty place counts as a place
            for candidate in place:
                totals[candidate] += (table.highest_score - number) * paper.copies
    return _most_elect(table, totals)


def borda(table: Table) -> Recount:
    """Add up points: n for a first preference, n - 1 for a second; equals share."""
    totals = table.zeros()
    for paper in table.papers:
        _give_points(table, paper, totals)
    return _most_elect(table, totals)


def _give_points(table: Table, paper: BallotPaper, totals: list[Fraction]) -> None:
    """Return the points of one paper, from the highest place down."""
    unranked = [name for name in table.standing if name not in paper.ranking]
    points = len(table.standing)
    for place in (*paper.places, unranked):
        # those who are equal, or unranked, share the points of as many places
        shared = sum(range(points - len(place) + 1, points + 1))
        for candidate in place:
            totals[candidate] += Fraction(shared * paper.copies, len(place))
        points -= len(place)


def dowdall(table: Table) -> Recount:
    """Add up points: 1 for a first preference, 1/2 for a second, 1/3 for a third."""
    totals = table.zeros()
    for paper in table.papers:
        for number, candidate in enumerate(paper.ranking, start=1):
            totals[candidate] += Fraction(paper.copies, number)
    return _most_elect(table, totals)


def cumulative(table: Table) -> Recount:
    """Add up votes: a paper's places stand for the votes that it gives to a candidate."""
    return score(table)


def motion(table: Table) -> Recount:
    """Carry the motion if it reaches its threshold; a record calls what is decided elected."""
    totals = _marks(table)
    decision = FOR if _carried(table.contest, totals[FOR], totals[AGAINST]) else AGAINST
    table.winners.append(decision)
    table.write(totals, [decision])
    return table.done()


def _carried(contest: Contest, votes_for: Fraction, against: Fraction) -> bool:
    """Return whether a motion is carried; with equal votes it is lost under every threshold."""
    if contest.threshold == "majority-of-electorate":
        return 2 * votes_for > contest.electorate
    if contest.threshold == "two-thirds":
        return votes_for > against and 3 * votes_for >= 2 * (votes_for + against)
    return votes_for > against


POINTS: dict[str, Callable[[Table], Recount]] = {
    "first-past-the-post": marks,
    "sntv": marks,
    "block-vote": marks,
    "limited-vote": marks,
    "approval": marks,
    "score": score,
    "borda": borda,
    "dowdall": dowdall,
    "cumulative": cumulative,
    "motion": motion,
}
"""All rules of marks and points by name."""
