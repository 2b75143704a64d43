"""Comparisons in pairs: every candidate with every other; the method puts them into an order."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ccin_vote.ballot.profile import members
from ccin_vote.count.debian import schwartz_winners, undropped
from ccin_vote.count.kemeny import BestOrders, elect_by_best_orders
from ccin_vote.count.outcome import Outcome, in_ranks
from ccin_vote.count.papers import standing_papers
from ccin_vote.count.ranked_pairs import ranked_pairs
from ccin_vote.count.schulze import strongest_chains
from ccin_vote.count.smith import run_off_in_smith_set
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.rule import Completion, Strength, Unranked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ccin_vote.ballot.profile import Paper, Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Matrix, Ranks, Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import Pairwise, RuleSet

    Above = Callable[[Candidate, Candidate], bool]


def count_pairwise(
    contest: Contest, profile: Profile, rule: RuleSet, method: Pairwise, lots: Lots
) -> Record:
    """Compare every pair, and elect by the rule's completion.

    Raises:
        DecisionNeeded: the comparisons leave candidates equal, and no lot is drawn yet.
    """
    papers = list(standing_papers(contest, profile))
    matrix = compared(contest, papers, method.unranked)
    outcome = Outcome(contest, rule, lots)
    wins = pairs_won(contest, matrix)
    if method.completion is Completion.SMITH_ALTERNATIVE_VOTE:
        run_off_in_smith_set(outcome, papers, matrix, wins)
        return outcome.record(profile, matrix=matrix)
    if method.completion is Completion.KEMENY:
        ranks = elect_by_best_orders(outcome, BestOrders(contest.standing, matrix))
        outcome.close_stage(StageKind.COMPARISON, wins, tuple(outcome.winners))
        return outcome.record(profile, ranks=ranks, matrix=matrix)
    ranks = _ranks(outcome, matrix, wins, method)
    unbeaten = ranks[0] if ranks else ()
    beats_all = len(unbeaten) == 1 and wins[unbeaten[0]] == len(contest.standing) - 1
    if method.completion is Completion.NOBODY and not beats_all:
        outcome.close_stage(StageKind.COMPARISON, wins)
        return outcome.record(profile, matrix=matrix)
    why = Why.BEATS_ALL if beats_all and contest.seats == 1 else Why.RANKED_FIRST
    without_order = method.completion in {Completion.NOBODY, Completion.SCHWARTZ_DROPPING}
    if method.completion is Completion.SCHWARTZ_DROPPING:
        why = Why.UNDEFEATED
    elected = outcome.elect_in_order(ranks, why)
    outcome.close_stage(StageKind.COMPARISON, wins, elected)
    told = () if without_order else ranks
    return outcome.record(profile, ranks=told, matrix=matrix)


def compared(contest: Contest, papers: Iterable[tuple[Paper, int]], unranked: Unranked) -> Matrix:
    """Count, for each candidate, the votes that rank the candidate above each other one."""
    size = len(contest.candidates)
    above = [[0] * size for _ in range(size)]
    for paper, votes in papers:
        below = set(contest.standing)
        if unranked is Unranked.IGNORED:
            below.intersection_update(candidate for place in paper for candidate in members(place))
        for place in paper:
            group = members(place)
            below.difference_update(group)
            for who in group:
                row = above[who]
                for other in below:
                    row[other] += votes
    return tuple(map(tuple, above))


def pairs_won(contest: Contest, matrix: Matrix) -> list[Fraction]:
    """Return how many others each candidate beats; a draw is a half."""
    won = [Fraction(0)] * len(contest.candidates)
    for candidate in contest.standing:
        for other in contest.standing:
            if candidate != other:
                more = matrix[candidate][other] - matrix[other][candidate]
                won[candidate] += Fraction(1 + (more > 0) - (more < 0), 2)
    return won


def _ranks(outcome: Outcome, matrix: Matrix, wins: Sequence[Fraction], method: Pairwise) -> Ranks:
    standing = outcome.contest.standing
    match method.completion:
        case Completion.NOBODY | Completion.COPELAND:
            return in_ranks(standing, wins)
        case Completion.MINIMAX:
            return in_ranks(standing, _least_defeat(standing, matrix, method.strength))
        case Completion.SCHULZE:
            return in_layers(standing, strongest_chains(standing, matrix, method.strength))
        case Completion.RANKED_PAIRS:
            return ranked_pairs(outcome, matrix, method.strength)
        case Completion.SCHWARTZ_DROPPING:
            return (schwartz_winners(undropped(outcome.contest, matrix), matrix),)
        case Completion.RANKED_ROBIN:
            return _ranked_robin(standing, matrix)
        case _:
            raise ValueError(method.completion)


def _ranked_robin(standing: Sequence[Candidate], matrix: Matrix) -> Ranks:
    """Rank by victories; equal ones by their margins over each other, then over everybody."""

    def margin(who: Candidate, others: Sequence[Candidate]) -> int:
        return sum(matrix[who][other] - matrix[other][who] for other in others)

    victories = [
        Fraction(sum(matrix[who][other] > matrix[other][who] for other in standing))
        for who in range(len(matrix))
    ]
    ranks: list[tuple[Candidate, ...]] = []
    for equal in in_ranks(standing, victories):
        keys = {who: (margin(who, equal), margin(who, standing)) for who in equal}
        ranks += [
            tuple(who for who in equal if keys[who] == key)
            for key in sorted(set(keys.values()), reverse=True)
        ]
    return tuple(ranks)


def _least_defeat(
    standing: Sequence[Candidate], matrix: Matrix, strength: Strength
) -> list[Fraction]:
    """Return the worst defeat of each, as a number below 0 that is higher for the better."""
    worst = [Fraction(0)] * len(matrix)
    for candidate in standing:
        against = (
            (matrix[other][candidate], matrix[candidate][other])
            for other in standing
            if other != candidate
        )
        worst[candidate] = -Fraction(max(_defeat(theirs, own, strength) for theirs, own in against))
    return worst


def _defeat(theirs: int, own: int, strength: Strength) -> int:
    match strength:
        case Strength.WINNING_VOTES:
            return theirs if theirs > own else 0
        case Strength.MARGINS:
            return theirs - own
        case _:
            assert_never(strength)


def in_layers(standing: Sequence[Candidate], above: Above) -> Ranks:
    """Return those whom nobody is above, then those whom nobody of the rest is above, and so on."""
    ranks, left = [], list(standing)
    while left:
        top = tuple(who for who in left if not any(above(other, who) for other in left))
        ranks.append(top)
        left = [candidate for candidate in left if candidate not in top]
    return tuple(ranks)
