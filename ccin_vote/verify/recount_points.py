"""Recounts of rules that add up marks or points, and of motions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.verify.found import Recount, Table, by_votes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import BallotPaper


def _recount(
    worth: Callable[[Table, BallotPaper, Candidate], Fraction],
) -> Callable[[Table], Recount]:
    """Make a recount that asks of every paper what it is worth to every candidate."""

    def count(table: Table) -> Recount:
        votes = table.zeros()
        for paper in table.papers:
            for one in table.standing:
                votes[one] += worth(table, paper, one) * paper.copies
        elected = table.fill(by_votes(table.standing, votes))
        table.write(votes, elected)
        return table.done()

    return count


def place_of(paper: BallotPaper, who: Candidate) -> int | None:
    """Give the place, from 1, at which a paper has a candidate."""
    for number, place in enumerate(paper.places, start=1):
        if who in place:
            return number
    return None


def mark(_: Table, paper: BallotPaper, who: Candidate) -> Fraction:
    """Give 1 for whoever is marked."""
    return Fraction(place_of(paper, who) is not None)


def score(table: Table, paper: BallotPaper, who: Candidate) -> Fraction:
    """Give the score: the first place is the highest, each place below one less."""
    place = place_of(paper, who)
    return Fraction(0 if place is None else table.highest_score + 1 - place)


def _borda(table: Table, paper: BallotPaper, who: Candidate) -> Fraction:
    """Average the points of the positions that a candidate shares with equals.

    With n candidates standing, position p (from 1) has n + 1 - p points; whoever is not ranked
    shares the last positions.
    """
    ranked = [place for place in paper.places if place]
    ranked.append(tuple(one for one in table.standing if place_of(paper, one) is None))
    group = next(place for place in ranked if who in place)
    above = sum(len(place) for place in ranked[: ranked.index(group)])
    size = len(table.standing)
    points = [size - above - at for at in range(len(group))]
    return Fraction(sum(points), len(points))


def _dowdall(table: Table, paper: BallotPaper, who: Candidate) -> Fraction:
    ranked = [one for place in paper.places for one in place]
    del table
    return Fraction(1, ranked.index(who) + 1) if who in ranked else Fraction(0)


def _first_preference(_: Table, paper: BallotPaper, who: Candidate) -> Fraction:
    return Fraction(paper.ranking[0] == who)


def _motion(table: Table) -> Recount:
    """For, against, abstain: does the vote reach the threshold of the contest?"""
    votes = table.zeros()
    for paper in table.papers:
        votes[paper.ranking[0]] += paper.copies
    in_favour, against = votes[0], votes[1]
    match table.contest.threshold:
        case "simple-majority":
            carried = in_favour > against
        case "two-thirds":
            carried = in_favour > 0 and in_favour >= Fraction(2, 3) * (in_favour + against)
        case _:
            carried = in_favour > Fraction(table.contest.electorate, 2)
    decision = table.standing[0 if carried else 1]
    table.winners.append(decision)
    table.write(votes, [decision])
    return table.done()


POINTS: dict[str, Callable[[Table], Recount]] = {
    "first-past-the-post": _recount(_first_preference),
    "sntv": _recount(_first_preference),
    "block-vote": _recount(mark),
    "limited-vote": _recount(mark),
    "approval": _recount(mark),
    "score": _recount(score),
    "cumulative": _recount(score),
    "borda": _recount(_borda),
    "dowdall": _recount(_dowdall),
    "motion": _motion,
}
"""The recounts of this file by the name of the rule."""
