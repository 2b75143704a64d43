"""Recounts of the rules that compare candidates in pairs."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from itertools import permutations
from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.found import Recount, Table, by_votes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ccin_vote.election.contest import Candidate

    Victories = list[list[tuple[Candidate, Candidate]]]
    Pairs = dict[tuple[Candidate, Candidate], int]
    Ranks = list[list[Candidate]]

_ALL_ORDERS = 6


def _compare(table: Table, *, unranked_last: bool) -> Pairs:
    """Count for each pair the papers that put the first above the second."""
    pairs: Pairs = {(one, two): 0 for one in table.standing for two in table.standing}
    for paper in table.papers:
        place = {who: at for at, group in enumerate(paper.places) for who in group}
        for one, two in pairs:
            if one in place and (
                (two in place and place[one] < place[two]) or (two not in place and unranked_last)
            ):
                pairs[one, two] += paper.copies
    return pairs


def _wins(table: Table, pairs: Pairs) -> list[Fraction]:
    won = table.zeros()
    for one in table.standing:
        for two in table.standing:
            if one != two and pairs[one, two] > pairs[two, one]:
                won[one] += 1
            elif one != two and pairs[one, two] == pairs[two, one]:
                won[one] += Fraction(1, 2)
    return won


def _ranked(
    rank: Callable[[Table, Pairs], Ranks], *, unranked_last: bool
) -> Callable[[Table], Recount]:
    def count(table: Table) -> Recount:
        pairs = _compare(table, unranked_last=unranked_last)
        elected = table.fill(rank(table, pairs))
        table.write(_wins(table, pairs), elected)
        return table.done()

    return count


def _condorcet(table: Table, pairs: Pairs) -> Ranks:
    """Find the one who beats every other, if there is one."""
    return [
        [one]
        for one in table.standing
        if all(pairs[one, two] > pairs[two, one] for two in table.standing if two != one)
    ]


def _copeland(table: Table, pairs: Pairs) -> Ranks:
    return by_votes(table.standing, _wins(table, pairs))


def _minimax(table: Table, pairs: Pairs, *, margins: bool) -> Ranks:
    worst = table.zeros()
    for one in table.standing:
        defeats = []
        for two in table.standing:
            if two != one:
                margin = pairs[two, one] - pairs[one, two]
                if margins:
                    defeats.append(margin)
                else:
                    defeats.append(pairs[two, one] if margin > 0 else 0)
        worst[one] = Fraction(-max(defeats))
    return by_votes(table.standing, worst)


def _strength(pairs: Pairs, one: Candidate, two: Candidate, *, margins: bool) -> int:
    votes, against = pairs[one, two], pairs[two, one]
    if votes <= against:
        return 0
    return votes - against if margins else votes


def _schulze(table: Table, pairs: Pairs, *, margins: bool) -> Ranks:
    """Find the strongest chains by asking, for each strength, who is reached by such victories."""
    everyone = table.standing
    strengths = sorted(
        {_strength(pairs, one, two, margins=margins) for one in everyone for two in everyone}
    )
    chain = dict.fromkeys(pairs, 0)
    for strength in strengths[strengths[0] == 0 :]:
        steps = {
            one: [t for t in everyone if _strength(pairs, one, t, margins=margins) >= strength]
            for one in everyone
        }
        for one in everyone:
            for two in _reached(one, steps):
                chain[one, two] = strength
    return _layers(everyone, lambda one, two: chain[one, two] > chain[two, one])


def _reached(start: Candidate, steps: dict[Candidate, list[Candidate]]) -> set[Candidate]:
    seen: set[Candidate] = set()
    ahead = list(steps[start])
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += steps[one]
    return seen


def _layers(everyone: list[Candidate], above: Callable[[Candidate, Candidate], bool]) -> Ranks:
    ranks: Ranks = []
    left = set(everyone)
    while left:
        top = [one for one in left if not any(above(two, one) for two in left)]
        ranks.append(sorted(top))
        left -= set(top)
    return ranks


def _ranked_pairs(table: Table, pairs: Pairs, *, margins: bool) -> Ranks:
    """Rank group by group, a group being the fewest who each beat everybody that is left."""
    ranks: Ranks = []
    left = table.standing
    while left:
        group = _smith_set(pairs, left)
        seats = table.contest.seats - sum(map(len, ranks))
        victories = _by_strength(pairs, group, margins=margins)
        ranking = _locked(victories, group, None)
        if ranking is None and 0 < seats < len(group):
            ranking = _with_lot(table, victories, group, seats)
        ranks += ranking or [group]
        left = [who for who in left if who not in group]
    return ranks


def _smith_set(pairs: Pairs, among: list[Candidate]) -> list[Candidate]:
    """Give those who reach everybody by victories and draws."""
    steps = {
        who: [two for two in among if two != who and pairs[who, two] >= pairs[two, who]]
        for who in among
    }
    return [who for who in among if set(among) - {who} <= _reached(who, steps)]


def _by_strength(pairs: Pairs, group: list[Candidate], *, margins: bool) -> Victories:
    """Give victories, those that are equally strong together, the strongest first."""
    found: dict[tuple[int, int], list[tuple[Candidate, Candidate]]] = {}
    for one in group:
        for two in group:
            strength = _strength(pairs, one, two, margins=margins) if one != two else 0
            if strength:
                against = 0 if margins else pairs[two, one]
                found.setdefault((-strength, against), []).append((one, two))
    return [equal for _, equal in sorted(found.items())]


def _locked(
    victories: Victories, group: list[Candidate], order: Sequence[Candidate] | None
) -> Ranks | None:
    """Keep victories from the strongest down, but none that closes a circle.

    Returns:
        The ranks; with an order, everybody apart. None if there is none and it is needed.
    """
    kept: dict[Candidate, list[Candidate]] = {one: [] for one in group}
    for equal in victories:
        possible = [pair for pair in equal if pair[0] not in _reached(pair[1], kept)]
        trial = {one: list(below) for one, below in kept.items()}
        for one, two in possible:
            trial[one].append(two)
        if any(one in _reached(two, trial) for one, two in possible):
            if order is None:
                return None
            possible = [
                (one, two) for one in order for two in reversed(order) if (one, two) in possible
            ]
        for one, two in possible:
            if one not in _reached(two, kept):
                kept[one].append(two)
    ranks = _layers(group, lambda one, two: two in _reached(one, kept))
    if order is None:
        return ranks
    return [[who] for rank in ranks for who in sorted(rank, key=order.index)]


def _with_lot(table: Table, victories: Victories, group: list[Candidate], seats: int) -> Ranks:
    """Order a group by the lot that was drawn; without one, see that no lot would matter."""
    drawn = table.drawn(group, Purpose.ORDER)
    if drawn is not None:
        return _locked(victories, group, drawn) or []
    orders = permutations(group) if len(group) <= _ALL_ORDERS else _some_orders(group)
    possible = set()
    for order in orders:
        ranking = _locked(victories, group, order) or []
        possible.add(frozenset(who for rank in ranking[:seats] for who in rank))
        if len(possible) > 1:
            raise DecisionNeeded("a lot that decides who is elected is not recorded", remedy="")
    (elected,) = possible
    return [sorted(elected), [who for who in group if who not in elected]]


def _some_orders(group: list[Candidate]) -> Iterator[list[Candidate]]:
    """Give many orders of a large group: each candidate first and last, forwards and backwards."""
    for at in range(len(group)):
        turned = group[at:] + group[:at]
        yield turned
        yield turned[::-1]
        for step in range(1, len(group)):
            yield [turned[0], *turned[step:], *turned[1:step]]


def _kemeny(table: Table, pairs: Pairs) -> Ranks:
    """Take the first of a best order for each seat; of several a lot chooses, if it matters."""

    @cache
    def best(left: frozenset[Candidate]) -> int:
        return max((begins_with(one, left) for one in left), default=0)

    def begins_with(one: Candidate, left: frozenset[Candidate]) -> int:
        rest = left - {one}
        return sum(pairs[one, two] for two in rest) + best(rest)

    def firsts(left: frozenset[Candidate]) -> list[Candidate]:
        return sorted(one for one in left if begins_with(one, left) == best(left))

    @cache
    def electable(left: frozenset[Candidate], seats: int) -> frozenset[frozenset[Candidate]]:
        if seats == 0:
            return frozenset([frozenset()])
        return frozenset(
            rest | {one} for one in firsts(left) for rest in electable(left - {one}, seats - 1)
        )

    left, ranks = frozenset(table.standing), []
    for seats in range(table.contest.seats, 0, -1):
        ways = electable(left, seats)
        if len(ways) == 1:
            break
        first = firsts(left)
        chosen = first[0] if len(first) == 1 else table.lot(first, Purpose.ELECTION)
        ranks.append([chosen])
        left -= {chosen}
    else:
        return ranks
    (elected,) = ways
    return [*ranks, *([who] for who in _in_best_order(elected, left, firsts))]


def _in_best_order(
    elected: frozenset[Candidate],
    left: frozenset[Candidate],
    firsts: Callable[[frozenset[Candidate]], list[Candidate]],
) -> list[Candidate]:
    """Order the elected as all best orders have them; those whom these swap, as they are listed."""
    order: list[Candidate] = []
    fronts = {left}
    placed: set[Candidate] = set()
    while fronts != {frozenset()}:
        steps = [(front, one) for front in fronts for one in firsts(front)]
        fronts = {front - {one} for front, one in steps}
        placed.update(one for _, one in steps)
        if len(fronts) == 1:
            order += sorted(placed)
            placed = set()
    return [one for one in order if one in elected]


def _ranked_robin(table: Table, pairs: Pairs) -> Ranks:
    """Most victories; of equals the greatest total difference among them, then over all."""
    won = table.zeros()
    for one in table.standing:
        won[one] = Fraction(sum(pairs[one, two] > pairs[two, one] for two in table.standing))
    ranks: Ranks = []
    for equal in by_votes(table.standing, won):
        first, second = table.zeros(), table.zeros()
        for one in equal:
            first[one] = Fraction(sum(pairs[one, two] - pairs[two, one] for two in equal))
            everybody = (pairs[one, two] - pairs[two, one] for two in table.standing)
            second[one] = Fraction(sum(everybody))
        for still in by_votes(equal, first):
            ranks += by_votes(still, second)
    return ranks


def _debian(table: Table, pairs: Pairs) -> Ranks:
    """Constitution, A.5: drop options, then the weakest defeats in the Schwartz set."""
    contest, default = table.contest, table.contest.reopen
    options = []
    for option in table.standing:
        ratio = contest.majorities[option] if contest.majorities else 1
        if default is not None and option != default:
            ours, theirs = pairs[option, default], pairs[default, option]
            quorum = ours >= contest.over_default  # A.5.2
            majority = ours >= ratio * theirs and ours > theirs  # A.5.3
            if not (quorum and majority):
                continue
        options.append(option)
    defeats = [(a, b) for a in options for b in options if pairs[a, b] > pairs[b, a]]  # A.5.4
    while True:
        chains = {
            a: _reached(a, {o: [b for c, b in defeats if c == o] for o in options}) for a in options
        }
        options = [a for a in options if all(b in chains[a] for b in options if a in chains[b])]
        defeats = [(a, b) for a, b in defeats if a in options and b in options]
        if not defeats:
            return [options]  # A.5.8
        weakest = min((pairs[a, b], -pairs[b, a]) for a, b in defeats)  # A.5.7
        defeats = [(a, b) for a, b in defeats if (pairs[a, b], -pairs[b, a]) != weakest]


def _smith(table: Table, *, unranked_last: bool) -> Recount:
    """Keep those who reach everybody by victories and draws; then the alternative vote."""
    pairs = _compare(table, unranked_last=unranked_last)
    left = _smith_set(pairs, table.standing)
    out = [one for one in table.standing if one not in left]
    if len(left) == 1:
        table.winners += left
        table.write(_wins(table, pairs), left, out)
        return table.done()
    table.write(_wins(table, pairs), (), out)
    while True:
        votes, aside = _shared(table, left)
        ahead = [one for one in left if 2 * votes[one] > sum(votes)]
        if not ahead and len(left) == 2:  # noqa: PLR2004
            ahead = [table.lot(left, Purpose.ELECTION)]
        if ahead:
            table.winners += ahead
            table.write(votes, ahead, (), aside)
            return table.done()
        fewest = min(votes[one] for one in left)
        last = table.lot([one for one in left if votes[one] == fewest], Purpose.EXCLUSION)
        left.remove(last)
        table.write(votes, (), [last], aside)


def _shared(table: Table, left: list[Candidate]) -> tuple[list[Fraction], Fraction]:
    votes, aside = table.zeros(), Fraction(0)
    for paper in table.papers:
        groups = [[one for one in place if one in left] for place in paper.places]
        group = next((group for group in groups if group), [])
        for one in group:
            votes[one] += Fraction(paper.copies, len(group))
        if not group:
            aside += paper.copies
    return votes, aside


_RANKINGS: dict[str, Callable[[Table, Pairs], Ranks]] = {
    "condorcet": _condorcet,
    "schulze": partial(_schulze, margins=False),
    "schulze-margins": partial(_schulze, margins=True),
    "ranked-pairs": partial(_ranked_pairs, margins=False),
    "ranked-pairs-margins": partial(_ranked_pairs, margins=True),
    "minimax": partial(_minimax, margins=False),
    "minimax-margins": partial(_minimax, margins=True),
    "copeland": _copeland,
    "kemeny-young": _kemeny,
}
_LAST_ONLY: dict[str, Callable[[Table, Pairs], Ranks]] = {
    "ranked-robin": _ranked_robin,
    "debian": _debian,
}

PAIRWISE: dict[str, Callable[[Table], Recount]] = {
    **{
        name: _ranked(rank, unranked_last=True)
        for name, rank in (*_RANKINGS.items(), *_LAST_ONLY.items())
    },
    **{
        f"{name}-ranked-only": _ranked(rank, unranked_last=False)
        for name, rank in _RANKINGS.items()
    },
    "smith-irv": partial(_smith, unranked_last=True),
    "smith-irv-ranked-only": partial(_smith, unranked_last=False),
}
"""The recounts of this file by the name of the rule."""
