"""Recounts of one-seat rules in stages. Rules 45A, 49, 49A: those of the 2011 Act, schedule 10."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import Recount, Table

_TWO = 2


def first_choices(table: Table, left: list[Candidate]) -> tuple[list[Fraction], Fraction]:
    """Count each paper for the first of those left whom it ranks; and the papers for nobody."""
    votes, aside = table.zeros(), Fraction(0)
    for paper in table.papers:
        top = next((one for one in paper.ranking if one in left), None)
        if top is None:
            aside += paper.copies
        else:
            votes[top] += paper.copies
    return votes, aside


def _finish(table: Table, votes: list[Fraction], who: Candidate, aside: Fraction) -> Recount:
    table.winners.append(who)
    table.write(votes, [who], (), aside)
    return table.done()


def _least(left: list[Candidate], votes: list[Fraction]) -> list[Candidate]:
    return [one for one in left if votes[one] == min(votes[other] for other in left)]


def _most(left: list[Candidate], votes: list[Fraction]) -> list[Candidate]:
    return [one for one in left if votes[one] == max(votes[other] for other in left)]


def _alternative_vote(table: Table) -> Recount:
    """Exclude the last until one has more votes than all others who remain together."""
    left = table.standing
    while True:
        votes, aside = first_choices(table, left)
        ahead = [one for one in left if votes[one] > sum(votes) - votes[one]]
        if not ahead and len(left) == _TWO:
            # Rule 49A: the first stage that tells the two apart, or a lot.
            ahead = [_from_the_first(table, _most(left, votes), Purpose.ELECTION)]
        if ahead:
            return _finish(table, votes, ahead[0], aside)
        # Rule 49(2) and (3): of equal last ones, the fewest at the first stage that differs.
        last = _from_the_first(table, _least(left, votes), Purpose.EXCLUSION)
        left.remove(last)
        table.write(votes, (), [last], aside)


def _from_the_first(table: Table, equal: list[Candidate], why: Purpose) -> Candidate:
    for votes in table.history:
        held = list(votes)
        equal = _least(equal, held) if why is Purpose.EXCLUSION else _most(equal, held)
    return table.lot(equal, why)


def _to_the_last_two(table: Table) -> Recount:
    left = table.standing
    while True:
        votes, aside = first_choices(table, left)
        if len(left) == _TWO:
            winner = table.lot(_most(left, votes), Purpose.ELECTION)
            return _finish(table, votes, winner, aside)
        last = table.lot(_least(left, votes), Purpose.EXCLUSION)
        left.remove(last)
        table.write(votes, (), [last], aside)


def _supplementary_vote(table: Table) -> Recount:
    left = table.standing
    votes, aside = first_choices(table, left)
    leaders = _most(left, votes)
    if 2 * votes[leaders[0]] > sum(votes):
        return _finish(table, votes, leaders[0], aside)
    if len(left) == _TWO:
        return _finish(table, votes, table.lot(leaders, Purpose.ELECTION), aside)
    second = sorted((votes[one] for one in left), reverse=True)[1]
    out = [one for one in left if votes[one] < second]
    table.write(votes, (), out, aside)
    left = [one for one in left if one not in out]
    votes, aside = first_choices(table, left)
    return _finish(table, votes, table.lot(_most(left, votes), Purpose.ELECTION), aside)


def _coombs(table: Table) -> Recount:
    left = table.standing
    while True:
        votes, aside = first_choices(table, left)
        ahead = [one for one in left if 2 * votes[one] > sum(votes)]
        if not ahead and len(left) == _TWO:
            ahead = [table.lot(_most(left, votes), Purpose.ELECTION)]
        if ahead:
            return _finish(table, votes, ahead[0], aside)
        worst = table.zeros()
        for paper in table.papers:
            ranked = [one for one in paper.ranking if one in left]
            bottom = [one for one in left if one not in ranked] or ranked[-1:]
            for one in bottom if ranked else []:
                worst[one] += Fraction(paper.copies, len(bottom))
        out = table.lot(_most(left, worst), Purpose.EXCLUSION)
        left.remove(out)
        table.write(votes, (), [out], aside)


SINGLE: dict[str, Callable[[Table], Recount]] = {
    "alternative-vote": _alternative_vote,
    "alternative-vote-last-two": _to_the_last_two,
    "supplementary-vote": _supplementary_vote,
    "coombs": _coombs,
}
"""The recounts of this file by the name of the rule."""
