"""Reserved places: whom the constraints of a contest guard, and whom they doom.

Guard and doom (Hill, Voting matters 9, 1998; Otten, Voting matters 13, 2001): with those elected
so far and without those excluded, a candidate is guarded who is elected in every result that meets
the constraints, and doomed who is elected in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.reserved_places import can_be_filled, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.election.reserved_places import Kind


class Reserved:
    """The reserved places of a contest."""

    def __init__(self, contest: Contest) -> None:
        """Take a contest; one without constraints guards and dooms nobody, but in a countback."""
        self._contest = contest
        self._none = not contest.constraints and not contest.protected

    def allows(self, elected: Collection[Candidate], continuing: Iterable[Candidate]) -> bool:
        """Return whether the seats can be filled with all of the elected and some who continue."""
        return self._none or can_be_filled(self._contest, elected, continuing)

    def doomed(
        self, elected: Collection[Candidate], continuing: Collection[Candidate]
    ) -> tuple[Candidate, ...]:
        """Return those who continue and cannot be elected."""
        if self._none:
            return ()
        found = {
            kind: not self.allows(
                [*elected, who], [candidate for candidate in continuing if candidate != who]
            )
            for kind, who in self._one_of_each(continuing)
        }
        return tuple(who for who in continuing if found[kind_of(self._contest, who)])

    def guarded(
        self, elected: Collection[Candidate], continuing: Collection[Candidate]
    ) -> frozenset[Candidate]:
        """Return those who continue and cannot be excluded."""
        if self._none:
            return frozenset()
        found = {
            kind: not self.allows(
                elected, [candidate for candidate in continuing if candidate != who]
            )
            for kind, who in self._one_of_each(continuing)
        }
        return frozenset(who for who in continuing if found[kind_of(self._contest, who)])

    def _one_of_each(self, who: Iterable[Candidate]) -> Iterable[tuple[Kind, Candidate]]:
        return {kind_of(self._contest, candidate): candidate for candidate in who}.items()
