"""What a count needs to know of a contest: title, candidates, seats, who withdrew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType

Candidate = NewType("Candidate", int)
"""A candidate's position in the contest's list, counted from 0."""

Seats = NewType("Seats", int)
"""A number of places to fill."""


Papers = NewType("Papers", int)
"""A number of ballot papers. A paper of a member with three votes is one paper."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One question put to voters, as the count sees it."""

    title: str
    candidates: tuple[str, ...]
    seats: Seats
    withdrawn: frozenset[Candidate] = field(default=frozenset())

    @property
    def standing(self) -> tuple[Candidate, ...]:
        """The candidates who have not withdrawn, in the order of the list."""
        everyone = (Candidate(number) for number in range(len(self.candidates)))
        return tuple(one for one in everyone if one not in self.withdrawn)

    @property
    def uncontested(self) -> bool:
        """Whether there are no more candidates than seats, so that no ballot decides."""
        return len(self.standing) <= self.seats
