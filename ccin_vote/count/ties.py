"""Breaking ties as the rule says: by an earlier stage, else by a lot; never by list order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from ccin_vote.record.ties import ByEarlierStage, ByLot, Lots, Purpose, Question, Tie
from ccin_vote.rule import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from fractions import Fraction

    History = Sequence[Sequence[Fraction | int] | None]

    from ccin_vote.election.contest import Candidate


def first_of(
    question: Question,
    history: History,
    ties: Ties,
    lots: Lots,
) -> Tie:
    """Tell who comes first among candidates with equal votes at the newest stage.

    Earlier stages are looked at as the rule says, from the most recent back or from the first on.
    At the first of these at which they had unequal votes, the one with fewest (for an exclusion)
    or most (otherwise) comes first. Where several share that place, the comparison goes on among
    them at the stages that follow; a lot decides among those never told apart.

    Args:
        question: at which stage who is tied, in the order of the list, and what for.
        history: the votes of every candidate at each stage so far, the newest last; None for a
            step that the rule does not call a stage.
        ties: the rule's way.
        lots: answers a lot.

    Raises:
        DecisionNeeded: a lot must be drawn.
    """
    found = by_earlier_stage(question, history, ties)
    if isinstance(found, Tie):
        return found
    order = lots.draw(replace(question, among=found))
    return Tie(question, ByLot(order), order[0])


def by_earlier_stage(
    question: Question, history: History, ties: Ties
) -> Tie | tuple[Candidate, ...]:
    """Break a tie by an earlier stage, or give those whom no stage tells apart."""
    extreme: Callable[..., Fraction | int] = min if question.purpose is Purpose.EXCLUSION else max
    left = list(question.among)
    for earlier in _stages_to_ask(ties, question.stage):
        votes = history[earlier - 1]
        if votes is None:
            continue
        wanted = extreme(votes[candidate] for candidate in left)
        left = [who for who in left if votes[who] == wanted]
        if len(left) == 1:
            return Tie(question, ByEarlierStage(earlier), left[0])
    return tuple(left)


def _stages_to_ask(ties: Ties, newest: int) -> Iterable[int]:
    match ties:
        case Ties.LOT:
            return ()
        case Ties.LATEST_STAGE_THEN_LOT:
            return range(newest - 1, 0, -1)
        case Ties.FIRST_STAGE_THEN_LOT:
            return range(1, newest)
        case _:
            assert_never(ties)
