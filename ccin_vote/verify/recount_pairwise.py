"""The pairwise rules, counted a second time."""

from __future__ import annotations

from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING

from ccin_vote.verify.recount_debian import debian
from ccin_vote.verify.recount_kemeny import kemeny_young
from ccin_vote.verify.recount_model import by_votes
from ccin_vote.verify.recount_pairs import compare, layers, pairs_won
from ccin_vote.verify.recount_ranked_pairs import groups_of_equals, ranked_group
from ccin_vote.verify.recount_ranked_robin import ranked_robin
from ccin_vote.verify.recount_smith import smith_irv, smith_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from fractions import Fraction

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table
    from ccin_vote.verify.recount_pairs import Pair, Pairs


def _one_stage(table: Table, won: list[Fraction], ranks: Iterable[Iterable[Candidate]]) -> Recount:
    """Fill the seats from a ranking, and write the only stage: the pairs won."""
    elected = table.fill(ranks)
    table.write(won, elected)
    return table.done()


def condorcet(table: Table, *, ranked_only: bool) -> Recount:
    """Elect whoever beats every other candidate; nobody if there is none."""
    pairs = compare(table, ranked_only=ranked_only)
    # winner: the candidate who beats every other; no winner: the rule refuses to choose
    winners = [name for name in pairs.standing if pairs.wins(name) == len(pairs.standing) - 1]
    return _one_stage(table, pairs_won(table, pairs), [winners])


def copeland(table: Table, *, ranked_only: bool) -> Recount:
    """Elect whoever won most pairs, a draw being a half."""
    won = pairs_won(table, compare(table, ranked_only=ranked_only))
    return _one_stage(table, won, by_votes(table.standing, won))


def minimax(table: Table, *, ranked_only: bool, margins: bool) -> Recount:
    """Elect whoever has the smallest worst defeat."""
    pairs = compare(table, ranked_only=ranked_only)
    worst_of = _worst_margin if margins else _worst_votes
    good = table.zeros()
    for candidate in pairs.standing:
        good[candidate] -= worst_of(pairs, candidate)
    return _one_stage(table, pairs_won(table, pairs), by_votes(table.standing, good))


def _worst_votes(pairs: Pairs, candidate: Candidate) -> int:
    """Return the most votes for a victor over the candidate; 0 without a defeat."""
    victors = [other for other in pairs.others(candidate) if pairs.beats(other, candidate)]
    return max((pairs.votes[victor, candidate] for victor in victors), default=0)


def _worst_margin(pairs: Pairs, candidate: Candidate) -> int:
    """Return the greatest margin against the candidate, below 0 for who beats everybody."""
    return max((pairs.margin(other, candidate) for other in pairs.others(candidate)), default=0)


def schulze(table: Table, *, ranked_only: bool, margins: bool) -> Recount:
    """Put a candidate before another if the strongest chain to the other is the stronger one."""
    pairs = compare(table, ranked_only=ranked_only)
    chain = _strongest_chains(pairs, margins=margins)
    # section 2.3: a goes before b if the chain from a to b is stronger than the chain back
    above = {(a, b) for a, b in permutations(pairs.standing, 2) if chain[a, b] > chain[b, a]}
    return _one_stage(table, pairs_won(table, pairs), layers(table.standing, above))


def _strongest_chains(pairs: Pairs, *, margins: bool) -> dict[Pair, int]:
    """Return the strength of the strongest chain of victories between any two; 0 without one."""
    chain = dict.fromkeys(permutations(pairs.standing, 2), 0)
    for pair in pairs.victories():
        chain[pair] = pairs.margin(*pair) if margins else pairs.votes[pair]
    for middle in pairs.standing:
        for start, end in permutations(pairs.others(middle), 2):
            # section 2.2: a chain is as strong as its weakest victory
            by_middle = min(chain[start, middle], chain[middle, end])
            chain[start, end] = max(chain[start, end], by_middle)
    return chain


def ranked_pairs(table: Table, *, ranked_only: bool, margins: bool) -> Recount:
    """Keep the victories from the strongest down, but for those that close a circle."""
    pairs = compare(table, ranked_only=ranked_only)

    def strength(pair: Pair) -> tuple[int, ...]:
        if margins:
            return (pairs.margin(*pair),)
        # the most votes for the winner first; of equals the fewer votes against first
        return pairs.votes[pair], -pairs.votes[pair[1], pair[0]]

    ranks: list[list[Candidate]] = []
    left = pairs
    while left.standing:
        # whom the smallest group that beats everybody else leaves is ranked after all of it
        group = left.among(smith_set(left))
        seats = table.vacancies - sum(map(len, ranks))
        ranks += ranked_group(table, group, groups_of_equals(group, strength), seats)
        left = left.among(set(left.standing) - set(group.standing))
    return _one_stage(table, pairs_won(table, pairs), ranks)


_OLD: dict[str, Callable[..., Recount]] = {
    "condorcet": condorcet,
    "schulze": partial(schulze, margins=False),
    "schulze-margins": partial(schulze, margins=True),
    "ranked-pairs": partial(ranked_pairs, margins=False),
    "ranked-pairs-margins": partial(ranked_pairs, margins=True),
    "minimax": partial(minimax, margins=False),
    "minimax-margins": partial(minimax, margins=True),
    "copeland": copeland,
    "kemeny-young": kemeny_young,
    "smith-irv": smith_irv,
}

PAIRWISE: dict[str, Callable[[Table], Recount]] = {
    **{name: partial(rule, ranked_only=False) for name, rule in _OLD.items()},
    **{f"{name}-ranked-only": partial(rule, ranked_only=True) for name, rule in _OLD.items()},
    "ranked-robin": ranked_robin,
    "debian": debian,
}
"""All pairwise rules by name; ``-ranked-only`` compares only whom a paper ranks."""
