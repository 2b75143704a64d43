"""Rules of one or several seats, counted from their definitions by trying everything.

Nothing here is taken from the count: slow, for at most five candidates, and easy to hold against
the papers that the rules come from. Each rule gives all sets of candidates who may be elected when
every lot may fall as it likes.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, groupby, pairwise, permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from tests.oracles.papers import Election, Winners

    Strength = Callable[["Matrix", int, int], tuple[int, ...]]
    Pair = tuple[int, int]
    Relation = frozenset[Pair]

Matrix = list[list[int]]
"""For each candidate, the votes that rank the candidate above each other one."""


def matrix_of(election: Election, *, ranked_only: bool) -> Matrix:
    """Compare each with each; whom a paper does not rank is last, or is not compared."""
    size = election.size
    above = [[0] * size for _ in range(size)]
    for ballot in election.ballots:
        place = {each_place: at for at, places in enumerate(ballot) for each_place in places}
        for one, other in permutations(range(size), 2):
            if ranked_only and not {one, other} <= place.keys():
                continue
            above[one][other] += place.get(one, size * 2) < place.get(other, size * 2)
    return above


def beats(matrix: Matrix, one: int, other: int) -> bool:
    """Return whether more votes rank one above the other than the other way round."""
    return matrix[one][other] > matrix[other][one]


def seated(ranks: Iterable[Collection[int]], seats: int) -> set[Winners]:
    """Fill the seats from the first rank down; of a rank that is too large anybody may come in."""
    sure: set[int] = set()
    for rank in ranks:
        if len(sure) + len(rank) > seats:
            more = combinations(sorted(rank), seats - len(sure))
            return {frozenset(sure.union(some)) for some in more}
        sure.update(rank)
    return {frozenset(sure)}


def by_score(candidates: Iterable[int], score: Callable[[int], Fraction]) -> list[list[int]]:
    """Rank by a score, the highest first."""
    ordered = sorted(candidates, key=score, reverse=True)
    return [list(rank) for _, rank in groupby(ordered, key=score)]


def in_layers(size: int, above: Callable[[int, int], bool]) -> list[list[int]]:
    """Rank those whom nobody is above, then those whom nobody of the others is above ..."""
    layers, left = [], list(range(size))
    while left:
        top = [who for who in left if not any(above(other, who) for other in left)]
        layers.append(top)
        left = [candidate for candidate in left if candidate not in top]
    return layers


def condorcet(matrix: Matrix, _seats: int) -> set[Winners]:
    """Elect who beats each other candidate; else nobody."""
    everyone = range(len(matrix))
    found = [
        candidate
        for candidate in everyone
        if all(beats(matrix, candidate, other) for other in everyone if other != candidate)
    ]
    return {frozenset(found)}


def copeland(matrix: Matrix, seats: int) -> set[Winners]:
    """Elect by victories less defeats."""
    everyone = range(len(matrix))

    def score(one: int) -> Fraction:
        won = sum(beats(matrix, one, other) for other in everyone)
        return Fraction(won - sum(beats(matrix, other, one) for other in everyone))

    return seated(by_score(everyone, score), seats)


def minimax(matrix: Matrix, seats: int) -> set[Winners]:
    """Elect by the worst defeat, measured by the votes for the victor; 0 without a defeat."""
    everyone = range(len(matrix))

    def worst(one: int) -> int:
        return max((matrix[o][one] for o in everyone if beats(matrix, o, one)), default=0)

    return seated(by_score(everyone, lambda candidate: Fraction(-worst(candidate))), seats)


def minimax_margins(matrix: Matrix, seats: int) -> set[Winners]:
    """Elect by the worst result, measured by the margin, below 0 for who beats everybody."""
    everyone = range(len(matrix))

    def worst(one: int) -> int:
        return max(matrix[o][one] - matrix[one][o] for o in everyone if o != one)

    return seated(by_score(everyone, lambda candidate: Fraction(-worst(candidate))), seats)


def winning_votes(matrix: Matrix, one: int, other: int) -> tuple[int, ...]:
    """Measure a victory by the votes for it, and among equals by few votes against it."""
    return matrix[one][other], -matrix[other][one]


def margins(matrix: Matrix, one: int, other: int) -> tuple[int, ...]:
    """Measure a victory by its margin."""
    return (matrix[one][other] - matrix[other][one],)


def schulze(strength: Strength) -> Callable[[Matrix, int], set[Winners]]:
    """Elect by the strongest of all paths of victories from each to each."""

    def elect(matrix: Matrix, seats: int) -> set[Winners]:
        size = len(matrix)

        def weakest(path: Iterable[Pair]) -> int:
            return min(_victory(matrix, pair, strength) for pair in path)

        def above(one: int, other: int) -> bool:
            return one != other and paths[one, other] > paths[other, one]

        pairs = permutations(range(size), 2)
        paths = {pair: max(map(weakest, _paths(size, *pair))) for pair in pairs}
        return seated(in_layers(size, above), seats)

    return elect


def _victory(matrix: Matrix, pair: Pair, strength: Strength) -> int:
    return strength(matrix, *pair)[0] if beats(matrix, *pair) else 0


def _paths(size: int, start: int, end: int) -> Iterator[list[Pair]]:
    between = [number for number in range(size) if number not in {start, end}]
    for length in range(len(between) + 1):
        for middle in permutations(between, length):
            stops = (start, *middle, end)
            yield list(pairwise(stops))


def ranked_pairs(strength: Strength) -> Callable[[Matrix, int], set[Winners]]:
    """Keep victories from the strongest down, equal ones in every order that there is."""

    def elect(matrix: Matrix, seats: int) -> set[Winners]:
        size = len(matrix)
        victories = [pair for pair in permutations(range(size), 2) if beats(matrix, *pair)]
        victories.sort(key=lambda pair: strength(matrix, *pair), reverse=True)
        kept: set[Relation] = {frozenset()}
        for _, group in groupby(victories, key=lambda pair: strength(matrix, *pair)):
            equal = frozenset(group)
            kept = set(chain.from_iterable(_kept_in_any_order(one, equal) for one in kept))
        return {
            winners
            for above in kept
            for winners in seated(in_layers(size, lambda a, b, up=above: (a, b) in up), seats)  # type: ignore[misc]
        }

    return elect


def _kept_in_any_order(above: Relation, equal: frozenset[Pair]) -> set[Relation]:
    """Keep equal victories in each order, but for those that close a circle."""
    ends: set[Relation] = set()
    seen = {(above, equal)}
    todo = [(above, equal)]
    while todo:
        now, left = todo.pop()
        if not left:
            ends.add(now)
        for pair in left:
            following = (now if pair[::-1] in now else _with(now, pair), left - {pair})
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return ends


def _with(above: Relation, pair: Pair) -> Relation:
    """Put one candidate, and all above, above another and all below."""
    up = {pair[0]} | {one for one, other in above if other == pair[0]}
    down = {pair[1]} | {other for one, other in above if one == pair[1]}
    return above | {(one, other) for one in up for other in down}


def kemeny(matrix: Matrix, seats: int) -> set[Winners]:
    """Try every order. Who is first in some best order may be drawn first, and so on."""
    size = len(matrix)

    def agreement(order: Sequence[int]) -> int:
        return sum(matrix[one][other] for one, other in combinations(order, 2))

    orders = list(permutations(range(size)))
    best = max(map(agreement, orders))
    return {frozenset(order[:seats]) for order in orders if agreement(order) == best}


def smith_set(matrix: Matrix) -> frozenset[int]:
    """Return the smallest group of whom each beats everybody outside; try every group."""
    everyone = range(len(matrix))
    for number in range(1, len(matrix) + 1):
        for group in combinations(everyone, number):
            outside = [who for who in everyone if who not in group]
            if all(beats(matrix, candidate, other) for candidate in group for other in outside):
                return frozenset(group)
    raise AssertionError


def smith_irv(election: Election, *, ranked_only: bool) -> set[Winners]:
    """Return who may win the alternative vote among the Smith set."""
    left = smith_set(matrix_of(election, ranked_only=ranked_only))
    return {frozenset({one}) for one in _last_one(left, lambda some: _fewest(election, some))}


def alternative_vote(election: Election) -> set[Winners]:
    """Return who may win the alternative vote if every tie is for the lot."""
    everyone = frozenset(election.candidates)
    return {frozenset({one}) for one in _last_one(everyone, lambda some: _fewest(election, some))}


def coombs(election: Election) -> set[Winners]:
    """Exclude whom most papers put last; those unranked share a paper's last place."""

    def out(left: frozenset[int]) -> list[int]:
        tops = {one: _tops(election, left).get(one, Fraction(0)) for one in left}
        leaders = [one for one in left if 2 * tops[one] > sum(tops.values())]
        if leaders:
            return [who for who in left if who not in leaders][:1]
        last = dict.fromkeys(left, Fraction(0))
        for ballot in election.ballots:
            places = [[candidate for candidate in place if candidate in left] for place in ballot]
            ranked = list(filter(None, places))
            lowest = sorted(left.difference(chain.from_iterable(ranked))) or ranked[-1]
            for one in lowest:
                last[one] += Fraction(1, len(lowest))
        return [one for one in left if last[one] == max(last.values())]

    return {frozenset({one}) for one in _last_one(frozenset(election.candidates), out)}


def _last_one(left: frozenset[int], out: Callable[[frozenset[int]], list[int]]) -> set[int]:
    if len(left) == 1:
        return set(left)
    return set(chain.from_iterable(_last_one(left - {one}, out) for one in out(left)))


def _tops(election: Election, left: frozenset[int]) -> dict[int, Fraction]:
    """Share each vote among the highest place of those left, shared equally."""
    tops = dict.fromkeys(left, Fraction(0))
    for ballot in election.ballots:
        places = ([candidate for candidate in place if candidate in left] for place in ballot)
        top = next(filter(None, places), [])
        for who in top:
            tops[who] += Fraction(1, len(top))
    return tops


def _fewest(election: Election, left: frozenset[int]) -> list[int]:
    tops = _tops(election, left)
    return [candidate for candidate in left if tops[candidate] == min(tops.values())]


def borda(election: Election) -> set[Winners]:
    """Return half a point for each equal, a point for each below; unranked ones are equal."""
    size = election.size
    points = [Fraction(0)] * size
    for ballot in election.ballots:
        place = {each_place: at for at, places in enumerate(ballot) for each_place in places}
        for one, other in permutations(range(size), 2):
            own, theirs = place.get(one, size), place.get(other, size)
            points[one] += Fraction((own < theirs) + (own <= theirs), 2)
    return seated(by_score(range(size), points.__getitem__), election.seats)


def debian(matrix: Matrix, _seats: int) -> set[Winners]:
    """Drop the weakest defeats in the Schwartz set until there are none; no default option.

    Constitution for the Debian Project, A.5: a defeat is weaker with fewer votes for it, and with
    the same number with more against it.
    """
    left = set(range(len(matrix)))
    defeats = {pair for pair in permutations(left, 2) if beats(matrix, *pair)}
    while True:
        chains = _chains(defeats)
        left = {
            who
            for who in left
            if all((who, other) in chains for other in left if (other, who) in chains)
        }
        defeats = {pair for pair in defeats if left.issuperset(pair)}
        if not defeats:
            return {frozenset({candidate}) for candidate in left}
        weakest = min(winning_votes(matrix, *pair) for pair in defeats)
        defeats = {pair for pair in defeats if winning_votes(matrix, *pair) > weakest}


def _chains(defeats: set[Pair]) -> Relation:
    chains: Relation = frozenset()
    for pair in defeats:
        chains = _with(chains, pair)
    return chains


def ranked_robin(matrix: Matrix, _seats: int) -> set[Winners]:
    """Elect by victories; then by margins among those equal; then by margins over all."""
    everyone = range(len(matrix))
    most = by_score(
        everyone, lambda candidate: Fraction(sum(beats(matrix, candidate, o) for o in everyone))
    )[0]
    for among in (most, everyone):
        most = by_score(
            most,
            lambda one, some=among: Fraction(sum(matrix[one][o] - matrix[o][one] for o in some)),  # type: ignore[misc]
        )[0]
    return {frozenset({one}) for one in most}


def star(election: Election) -> set[Winners]:
    """Count STAR, or Bloc STAR for several seats, with the Official Tiebreaker Protocol."""
    scores = [
        {candidate: 5 - at for at, place in enumerate(ballot[:5]) for candidate in place}
        for ballot in election.ballots
    ]
    return {
        frozenset(some) for some in _star(scores, frozenset(election.candidates), election.seats)
    }


Scores = list[dict[int, int]]


def _star(scores: Scores, left: frozenset[int], seats: int) -> set[Winners]:
    if not seats or not left:
        return {frozenset()}
    return {
        more | {winner}
        for finalists in _finalists(scores, left)
        for winner in _runoff(scores, sorted(finalists))
        for more in _star(scores, left - {winner}, seats - 1)
    }


def _total(scores: Scores, one: int) -> int:
    return sum(given.get(one, 0) for given in scores)


def _fives(scores: Scores, one: int) -> int:
    return sum(given.get(one, 0) == 5 for given in scores)


def _preferred(scores: Scores, one: int, other: int) -> int:
    """Return how many more votes score one higher than the other."""
    pairs = [(given.get(one, 0), given.get(other, 0)) for given in scores]
    return sum((own > theirs) - (own < theirs) for own, theirs in pairs)


def _finalists(scores: Scores, left: frozenset[int]) -> set[Winners]:
    levels = by_score(sorted(left), lambda candidate: Fraction(_total(scores, candidate)))
    sure: frozenset[int] = frozenset()
    for level in levels:
        if len(sure) + len(level) > 2:
            return {sure | more for more in _advanced(scores, frozenset(level), 2 - len(sure))}
        sure |= frozenset(level)
        if len(sure) == 2:
            break
    return {sure}


def _advanced(scores: Scores, tied: frozenset[int], places: int) -> set[Winners]:
    """Tell equal totals apart: step 1, step 3, step 4, and again from step 1."""
    if len(tied) <= places:
        return {tied}

    def parted(into: Collection[int]) -> set[Winners]:
        better = frozenset(into)
        if len(better) >= places:
            return _advanced(scores, better, places)
        worse = _advanced(scores, tied - better, places - len(better))
        return {better | more for more in worse}

    lost = {one: sum(_preferred(scores, one, other) < 0 for other in tied) for one in tied}
    fives = {who: _fives(scores, who) for who in tied}
    best = [one for one in tied if fives[one] == max(fives.values())]
    if len(set(lost.values())) > 1:
        return parted([one for one in tied if lost[one] < max(lost.values())])
    if len(best) <= places:
        return parted(best)
    if len(set(fives.values())) > 1:
        return parted([one for one in tied if fives[one] > min(fives.values())])
    return set(chain.from_iterable(parted([candidate]) for candidate in tied))


def _runoff(scores: Scores, finalists: list[int]) -> list[int]:
    def measure(one: int) -> tuple[int, int, int]:
        preferred = sum(_preferred(scores, one, other) for other in finalists)
        return preferred, _total(scores, one), _fives(scores, one)

    best = max(map(measure, finalists))
    return [candidate for candidate in finalists if measure(candidate) == best]


PAIRWISE: dict[str, Callable[[Matrix, int], set[Winners]]] = {
    "condorcet": condorcet,
    "schulze": schulze(winning_votes),
    "schulze-margins": schulze(margins),
    "ranked-pairs": ranked_pairs(winning_votes),
    "ranked-pairs-margins": ranked_pairs(margins),
    "minimax": minimax,
    "minimax-margins": minimax_margins,
    "copeland": copeland,
    "kemeny-young": kemeny,
    "ranked-robin": ranked_robin,
    "debian": debian,
}
"""Rules that look at nothing but the matrix."""
