"""Small words: numbers as people say them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import INFORMAL_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.record.votes import Votes


def counted(number: int, one: str, many: str = "") -> str:
    """Return ``1 vote`` or ``2 votes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def informal_words(informal: Iterable[tuple[str, int]]) -> str:
    """Return how many papers are informal for each reason: ``2 because nothing is marked``."""
    return "; ".join(
        f"{papers:,} because {INFORMAL_REASONS.get(why, why)}" for why, papers in informal
    )


def by_reason(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return how many things there are for each reason, sorted by the reasons' words."""
    return tuple(sorted(Counter(reasons).items()))


def quota_text(quota: Votes | None) -> str | None:
    """Return a quota: a whole number where it is one, else with all its places."""
    if quota is None:
        return None
    whole, _, rest = str(quota).partition(".")
    return f"{whole}.{rest}" if rest.strip("0") else whole


def votes_in_words(votes: Votes, one: str = "vote", many: str = "votes") -> str:
    """Return ``1 vote``, ``1.00 vote`` or ``2.50000 votes``; or points, or victories."""
    whole, _, rest = str(votes).partition(".")
    return f"{votes} {one if whole == '1' and not rest.strip('0') else many}"
