"""Recounts of the rules that compare candidates in pairs."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose, Question
from ccin_vote.verify.found import Recount, Table, by_votes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate

    Pairs = dict[tuple[Candidate, Candidate], int]
    Ranks = list[list[Candidate]]


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
    """Keep victories from the strongest down, but none that closes a circle."""
    victories: dict[tuple[int, int], list[tuple[Candidate, Candidate]]] = {}
    for one, two in pairs:
        strength = _strength(pairs, one, two, margins=margins)
        if strength:
            against = 0 if margins else pairs[two, one]
            victories.setdefault((-strength, against), []).append((one, two))
    kept: dict[Candidate, list[Candidate]] = {one: [] for one in table.standing}
    order: tuple[Candidate, ...] = ()
    for _, equal in sorted(victories.items()):
        possible = [pair for pair in equal if pair[0] not in _reached(pair[1], kept)]
        trial = {one: list(below) for one, below in kept.items()}
        for one, two in possible:
            trial[one].append(two)
        if any(one in _reached(two, trial) for one, two in possible):
            if not order:
                question = Question(1, Purpose.ORDER, tuple(table.standing))
                order = table.lots.draw(question)
            possible = [
                (one, two) for one in order for two in reversed(order) if (one, two) in possible
            ]
        for one, two in possible:
            if one not in _reached(two, kept):
                kept[one].append(two)
    return _layers(table.standing, lambda one, two: two in _reached(one, kept))


def _kemeny(table: Table, pairs: Pairs) -> Ranks:
    """Follow all best orders at once; a rank ends where all of them have placed the same."""

    @cache
    def best(left: frozenset[Candidate]) -> int:
        return max((_first(one, left) for one in left), default=0)

    def _first(one: Candidate, left: frozenset[Candidate]) -> int:
        rest = left - {one}
        return sum(pairs[one, two] for two in rest) + best(rest)

    ranks: Ranks = []
    fronts = {frozenset(table.standing)}
    placed: set[Candidate] = set()
    while fronts != {frozenset()}:
        after: set[frozenset[Candidate]] = set()
        for left in fronts:
            for one in left:
                if _first(one, left) == best(left):
                    after.add(left - {one})
                    placed.add(one)
        fronts = after
        if len(fronts) == 1:
            ranks.append(sorted(placed))
            placed = set()
    return ranks


def _smith(table: Table, *, unranked_last: bool) -> Recount:
    """Keep those who reach everybody by victories and draws; then the alternative vote."""
    pairs = _compare(table, unranked_last=unranked_last)
    steps = {
        one: [two for two in table.standing if two != one and pairs[one, two] >= pairs[two, one]]
        for one in table.standing
    }
    left = [one for one in table.standing if set(table.standing) - {one} <= _reached(one, steps)]
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

PAIRWISE: dict[str, Callable[[Table], Recount]] = {
    **{name: _ranked(rank, unranked_last=True) for name, rank in _RANKINGS.items()},
    **{
        f"{name}-ranked-only": _ranked(rank, unranked_last=False)
        for name, rank in _RANKINGS.items()
    },
    "smith-irv": partial(_smith, unranked_last=True),
    "smith-irv-ranked-only": partial(_smith, unranked_last=False),
}
"""The recounts of this file by the name of the rule."""
