"""What a ballot file holds, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest


@dataclass(frozen=True, slots=True)
class BallotFile:
    """The contest and its papers as they were marked, before any rule reads them.

    ``tie_order`` is an order that the file states for ties, if it does.
    """

    contest: Contest
    profile: Profile
    tie_order: tuple[Candidate, ...] = ()


def check_names(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the place of each candidate whose name is empty or stood before, and the problem."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if not name.strip():
            yield at, "this name is empty"
        elif name in seen:
            yield at, "a candidate with this name stood before"
        seen.add(name)
