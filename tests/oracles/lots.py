"""Every way in which lots can fall: a count is repeated for each order of each lot that it asks."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from ccin_vote.count import count_contest
from ccin_vote.errors import DecisionNeeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Question
    from ccin_vote.rule import RuleSet


class _NotDrawn(DecisionNeeded):
    def __init__(self, question: Question) -> None:
        super().__init__("not drawn", remedy="")
        self.question = question


class _Script:
    """Answers lots in the order in which they are asked."""

    def __init__(self, answers: tuple[tuple[Candidate, ...], ...]) -> None:
        self._answers = list(answers)

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Give the next answer.

        Raises:
            DecisionNeeded: there is none left.
        """
        if not self._answers:
            raise _NotDrawn(question)
        return self._answers.pop(0)


def all_counts(
    contest: Contest,
    profile: Profile,
    rule: RuleSet,
    answers: tuple[tuple[Candidate, ...], ...] = (),
) -> Iterator[Record]:
    """Give the record of every way in which lots can fall."""
    try:
        yield count_contest(contest, profile, rule, _Script(answers))
    except _NotDrawn as asked:
        for order in permutations(asked.question.among):
            yield from all_counts(contest, profile, rule, (*answers, order))


def possible_winners(
    contest: Contest, profile: Profile, rule: RuleSet
) -> set[frozenset[Candidate]]:
    """Give every set of candidates that lots could elect."""
    return {frozenset(record.winners) for record in all_counts(contest, profile, rule)}
