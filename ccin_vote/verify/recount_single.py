"""Rules for one seat that rank candidates: alternative vote, supplementary vote, Coombs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_model import by_votes, still_equal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table

_TWO = 2


def _sort(
    table: Table, remaining: list[Candidate], preferences: int | None = None
) -> tuple[list[Fraction], Fraction]:
    """Count each paper for its highest preference who remains; return the votes and what is aside.

    Only so many ``preferences`` of a paper are looked at, all if None.
    """
    votes, aside = table.zeros(), Fraction(0)
    for paper in table.papers:
        held = next((name for name in paper.ranking[:preferences] if name in remaining), None)
        if held is None:
            aside += paper.copies
        else:
            votes[held] += paper.copies
    return votes, aside


def _with_majority(remaining: list[Candidate], votes: list[Fraction]) -> list[Candidate]:
    """Return the candidate with more votes than all others who remain put together, if any."""
    total = sum(votes[name] for name in remaining)
    return [name for name in remaining if votes[name] > total - votes[name]]


def _finish(
    table: Table, winner: Candidate, votes: list[Fraction], aside: Fraction = Fraction(0)
) -> Recount:
    """Write the last stage, at which somebody is elected."""
    table.winners.append(winner)
    table.write(votes, [winner], (), aside)
    return table.done()


def _without_ballot(table: Table) -> Recount:
    """Elect whoever stands."""
    table.winners += table.standing
    return table.done()


def alternative_vote(table: Table) -> Recount:
    """Count by the Parliamentary Voting System and Constituencies Act 2011, section 9."""
    if table.contest.uncontested:
        return _without_ballot(table)
    remaining = table.standing
    while True:
        votes, aside = _sort(table, remaining)  # rule 45A(2), and (3)(a) and (b)
        winner = _with_majority(remaining, votes)  # rule 45A(2) and (4)
        if not winner and len(remaining) == _TWO:  # rule 49A: the last two are equal
            ahead = still_equal(remaining, table.history, max)
            winner = [table.lot(ahead, Purpose.ELECTION)]
        if winner:
            return _finish(table, winner[0], votes, aside)
        last = still_equal(by_votes(remaining, votes)[-1], table.history, min)  # rule 49
        out = table.lot(last, Purpose.EXCLUSION)
        table.write(votes, (), [out], aside)
        remaining.remove(out)  # rule 45A(3) and (5)


def alternative_vote_last_two(table: Table) -> Recount:
    """Exclude until two are left: 21-A Maine Revised Statutes, section 723-A."""
    if table.contest.uncontested:
        return _without_ballot(table)
    remaining = table.standing
    while len(remaining) > _TWO:  # a majority ends nothing
        votes, aside = _sort(table, remaining)
        out = table.lot(by_votes(remaining, votes)[-1], Purpose.EXCLUSION)
        table.write(votes, (), [out], aside)
        remaining.remove(out)
    votes, aside = _sort(table, remaining)
    winner = table.lot(by_votes(remaining, votes)[0], Purpose.ELECTION)
    return _finish(table, winner, votes, aside)


def supplementary_vote(table: Table) -> Recount:
    """Count by the Local Government Act 2000, schedule 2: a first and a second choice."""
    if table.contest.uncontested:
        return _without_ballot(table)
    standing = table.standing
    votes, aside = _sort(table, standing, 1)
    winner = _with_majority(standing, votes)  # more than half of the first choices
    if winner:
        return _finish(table, winner[0], votes, aside)
    remaining = _two_or_equal(standing, votes)
    if len(standing) > _TWO:  # else the first choices are the final count
        table.write(votes, (), [name for name in standing if name not in remaining], aside)
        votes, aside = _sort(table, remaining, 2)  # second choices of the excluded are added
    elected = table.lot(by_votes(remaining, votes)[0], Purpose.ELECTION)
    return _finish(table, elected, votes, aside)


def _two_or_equal(standing: list[Candidate], votes: list[Fraction]) -> list[Candidate]:
    """Return the two with most first choices; with all who are equal to the second."""
    second = sorted((votes[name] for name in standing), reverse=True)[1]
    return [name for name in standing if votes[name] >= second]


def coombs(table: Table) -> Recount:
    """Exclude whom most papers put last, until somebody has more than half."""
    if table.contest.uncontested:
        return _without_ballot(table)
    remaining = table.standing
    while True:
        votes, aside = _sort(table, remaining)
        winner = _with_majority(remaining, votes)
        if not winner and len(remaining) == _TWO:  # equal, and put last by as many papers
            winner = [table.lot(remaining, Purpose.ELECTION)]
        if winner:
            return _finish(table, winner[0], votes, aside)
        most_disliked = by_votes(remaining, _last_places(table, remaining))[0]
        out = table.lot(most_disliked, Purpose.EXCLUSION)
        table.write(votes, (), [out], aside)
        remaining.remove(out)


def _last_places(table: Table, remaining: list[Candidate]) -> list[Fraction]:
    """Return on how many papers each candidate is last; the unranked share a paper's last place."""
    lasts = table.zeros()
    for paper in table.papers:
        bottom = _bottom(paper, remaining)
        for candidate in bottom:
            lasts[candidate] += Fraction(paper.copies, len(bottom))
    return lasts


def _bottom(paper: BallotPaper, remaining: list[Candidate]) -> list[Candidate]:
    """Return the remaining whom a paper does not rank; the lowest ranked if it ranks them all."""
    ranked = [name for name in paper.ranking if name in remaining]
    return [name for name in remaining if name not in ranked] or ranked[-1:]


SINGLE: dict[str, Callable[[Table], Recount]] = {
    "alternative-vote": alternative_vote,
    "alternative-vote-last-two": alternative_vote_last_two,
    "supplementary-vote": supplementary_vote,
    "coombs": coombs,
}
"""The rules for one seat, by name."""
