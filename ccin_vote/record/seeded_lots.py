r"""Lots that nobody draws: derived from a public seed, or from an order stated beforehand.

From a seed, the lot among some candidates orders them by

    SHA-256("ccin-vote lot v1" 0x00 seed 0x00 contest title 0x00 stage 0x00 purpose 0x00 name)

as UTF-8, the stage in decimal digits, the smallest digest first. Whoever knows the seed gets the
same order; it says nothing unless the seed was fixed or drawn in public before the count.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.ties import Lots, Question

_LABEL = "ccin-vote lot v1"


class SeededLots:
    """Answers every lot from a seed."""

    def __init__(self, seed: str, contest: Contest) -> None:
        """Take the public seed, and the contest whose title and names go into the lots."""
        self._seed = seed
        self._contest = contest

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the candidates in the order of their digests."""
        return tuple(
            sorted(question.among, key=lambda candidate: self._digest(question, candidate))
        )

    def _digest(self, question: Question, who: Candidate) -> bytes:
        parts = (
            _LABEL,
            self._seed,
            self._contest.title,
            str(question.stage),
            question.purpose.value,
            self._contest.candidates[who],
        )
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


class StatedOrder:
    """Answers from the order that a ballot file states for ties; asks others for whom it lacks."""

    def __init__(self, order: tuple[Candidate, ...], other: Lots) -> None:
        """Take the order, and whom to ask for candidates who are not in it."""
        self._order, self._other = order, other

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the candidates in the stated order.

        Raises:
            DecisionNeeded: the order lacks one of them.
        """
        if not set(question.among) <= set(self._order):
            return self._other.draw(question)
        return tuple(candidate for candidate in self._order if candidate in question.among)
