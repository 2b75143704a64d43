"""Reserved places: whom the constraints of a contest guard, and whom they doom.

Guard and doom (Hill, Voting matters 9, 1998; Otten, Voting matters 13, 2001): with those elected
so far and without those excluded, a candidate is guarded who is elected in every result that meets
the constraints, and doomed who is elected in none. Candidates of the same groups are alike here,
so that only numbers of them are tried.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate, Contest

    Kind = tuple[bool, ...]


class Reserved:
    """The reserved places of a contest."""

    def __init__(self, contest: Contest) -> None:
        """Read the constraints; a minimum is never above the number of those who stand."""
        self._seats = contest.seats
        self._kinds: list[Kind] = [
            tuple(candidate in one.members for one in contest.constraints)
            for candidate in range(len(contest.candidates))
        ]
        standing = contest.standing
        self._limits = [
            (min(one.minimum, sum(who in one.members for who in standing)), one.maximum)
            for one in contest.constraints
        ]

    def allows(self, elected: Collection[Candidate], continuing: Iterable[Candidate]) -> bool:
        """Whether the seats can be filled with all of the elected and some who continue."""
        if not self._limits:
            return True
        have = tuple(sum(self._kinds[who][at] for who in elected) for at in range(self._number))
        kinds = sorted(Counter(self._kinds[who] for who in continuing).items())
        return self._fits(tuple(kinds), self._seats - len(elected), have)

    @property
    def _number(self) -> int:
        return len(self._limits)

    def _fits(self, kinds: tuple[tuple[Kind, int], ...], seats: int, have: tuple[int, ...]) -> bool:
        """Whether so many seats can be filled from so many of each kind within the limits."""

        @cache
        def fits(at: int, seats: int, have: tuple[int, ...]) -> bool:
            if any(number > most for number, (_, most) in zip(have, self._limits, strict=True)):
                return False
            if at == len(kinds):
                least = (least for least, _ in self._limits)
                return seats == 0 and all(map(int.__ge__, have, least))
            kind, number = kinds[at]
            return any(
                fits(
                    at + 1,
                    seats - taken,
                    tuple(own + taken * is_in for own, is_in in zip(have, kind, strict=True)),
                )
                for taken in range(min(number, seats) + 1)
            )

        return seats >= 0 and fits(0, seats, have)

    def doomed(
        self, elected: Collection[Candidate], continuing: Collection[Candidate]
    ) -> tuple[Candidate, ...]:
        """Give those who continue and cannot be elected."""
        if not self._limits:
            return ()
        found = {
            kind: not self.allows([*elected, who], [one for one in continuing if one != who])
            for kind, who in self._one_of_each(continuing)
        }
        return tuple(who for who in continuing if found[self._kinds[who]])

    def guarded(
        self, elected: Collection[Candidate], continuing: Collection[Candidate]
    ) -> frozenset[Candidate]:
        """Give those who continue and cannot be excluded."""
        if not self._limits:
            return frozenset()
        found = {
            kind: not self.allows(elected, [one for one in continuing if one != who])
            for kind, who in self._one_of_each(continuing)
        }
        return frozenset(who for who in continuing if found[self._kinds[who]])

    def _one_of_each(self, who: Iterable[Candidate]) -> Iterable[tuple[Kind, Candidate]]:
        return {self._kinds[one]: one for one in who}.items()
