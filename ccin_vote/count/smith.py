"""The Smith set, and the alternative vote among its members."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.ballot.profile import Paper
    from ccin_vote.count.outcome import Outcome
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix


def smith_set(standing: Sequence[Candidate], matrix: Matrix) -> list[Candidate]:
    """Return the smallest group of whom each beats everybody outside.

    Starting from those who beat most, whoever is not beaten by all of the group joins it.
    """
    won = {
        who: sum(matrix[who][other] > matrix[other][who] for other in standing) for who in standing
    }
    most = max(won.values())
    group = [candidate for candidate in standing if won[candidate] == most]
    added = True
    while added:
        outside = [who for who in standing if who not in group]
        join = [o for o in outside if any(matrix[g][o] <= matrix[o][g] for g in group)]
        group += join
        added = bool(join)
    return sorted(group)


def run_off_in_smith_set(
    outcome: Outcome,
    papers: Sequence[tuple[Paper, int]],
    matrix: Matrix,
    wins: Sequence[Fraction],
) -> None:
    """Exclude all outside the Smith set at once, then whoever has fewest votes.

    Raises:
        DecisionNeeded: a lot must be drawn.
    """
    standing = outcome.contest.standing
    left = smith_set(standing, matrix)
    out = tuple(who for who in standing if who not in left)
    for who in out:
        outcome.exclude(who)
    elected: tuple[Candidate, ...] = ()
    if len(left) == 1:
        elected = (left[0],)
        outcome.win(left[0], Why.BEATS_ALL)
    outcome.close_stage(StageKind.COMPARISON, wins, elected, out)
    while not elected:
        votes, aside = shared_votes(papers, left, len(wins))
        leader = max(left, key=votes.__getitem__)
        equal = len(left) == 2 and len({votes[candidate] for candidate in left}) == 1  # noqa: PLR2004
        if equal:
            leader = outcome.one_of(left, Purpose.ELECTION)
        if equal or 2 * votes[leader] > sum(votes):
            elected = (leader,)
            outcome.win(leader, Why.TIE_BROKEN if equal else Why.MAJORITY)
        excluded = () if elected else (_last(outcome, left, votes),)
        moved, out = out, excluded
        outcome.close_stage(StageKind.EXCLUSION, votes, elected, excluded, of=moved, aside=aside)


def _last(outcome: Outcome, left: list[Candidate], votes: Sequence[Fraction]) -> Candidate:
    fewest = min(votes[candidate] for candidate in left)
    last = outcome.one_of([who for who in left if votes[who] == fewest], Purpose.EXCLUSION)
    left.remove(last)
    outcome.exclude(last)
    return last


def shared_votes(
    papers: Sequence[tuple[Paper, int]], left: Sequence[Candidate], candidates: int
) -> tuple[list[Fraction], Fraction]:
    """Return what each has of the papers by the highest place left, equally shared; the rest."""
    votes, aside = [Fraction(0)] * candidates, Fraction(0)
    for paper, weight in papers:
        tops = ([candidate for candidate in members(place) if candidate in left] for place in paper)
        top = next(filter(None, tops), [])
        for who in top:
            votes[who] += Fraction(weight, len(top))
        if not top:
            aside += weight
    return votes, aside
