"""What a count needs to know of a contest: title, candidates, seats, who withdrew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType

Candidate = NewType("Candidate", int)
"""A candidate's position in the contest's list, counted from 0."""

FOR, AGAINST, ABSTAIN = Candidate(0), Candidate(1), Candidate(2)
"""The three choices of a motion, in the order of its list."""

MOTION_CHOICES = ("For", "Against", "Abstain")
"""What a motion's paper offers."""

REOPEN_NOMINATIONS = "Re-open nominations"
"""The candidate who leaves a seat vacant when elected."""

THRESHOLDS = ("simple-majority", "two-thirds", "majority-of-electorate")
"""What may carry a motion."""

Seats = NewType("Seats", int)
"""A number of places to fill."""


Papers = NewType("Papers", int)
"""A number of ballot papers. A paper of a member with three votes is one paper."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """At least ``minimum`` and at most ``maximum`` of the candidates of a group are elected."""

    group: str
    members: frozenset[Candidate]
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Contest:
    """One question put to voters, as the count sees it.

    ``reopen`` is the place in the list of "re-open nominations", which leaves a seat vacant when
    elected. ``votes_each`` is the number of votes that a limited vote gives. ``threshold`` is that
    of a motion, and ``electorate`` the votes of all who are entitled. ``quorum`` is the least
    number of papers that decides anything. Whom ``protected`` names cannot be excluded: members
    whose seats are not vacant in a countback. ``constraints`` are the reserved places.
    ``over_default`` is how many votes must prefer an option to the default option, which is
    ``reopen``, and ``majorities`` by how many times they must outnumber those who prefer the
    default option, for each option (empty: 1 for all).
    """

    title: str
    candidates: tuple[str, ...]
    seats: Seats
    withdrawn: frozenset[Candidate] = field(default=frozenset())
    reopen: Candidate | None = None
    votes_each: int = 0
    threshold: str = ""
    electorate: int = 0
    quorum: int = 0
    protected: frozenset[Candidate] = field(default=frozenset())
    constraints: tuple[Constraint, ...] = ()
    over_default: int = 0
    majorities: tuple[int, ...] = ()

    @property
    def standing(self) -> tuple[Candidate, ...]:
        """The candidates who have not withdrawn, in the order of the list."""
        everyone = (Candidate(number) for number in range(len(self.candidates)))
        return tuple(candidate for candidate in everyone if candidate not in self.withdrawn)

    @property
    def uncontested(self) -> bool:
        """Whether there are no more candidates than seats, so that no ballot decides."""
        # A motion's three choices are no candidates: it is always put to the vote.
        return not self.threshold and len(self.standing) <= self.seats
