"""Breaking ties as the rule says: by an earlier stage, else by a lot; never by list order."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.record.ties import ByEarlierStage, ByLot, Lots, Purpose, Question, Tie
from ccin_vote.rule import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from fractions import Fraction

    from ccin_vote.election.contest import Candidate


def first_of(
    tied: Sequence[Candidate],
    history: Sequence[Sequence[Fraction | int]],
    stage: int,
    purpose: Purpose,
    ties: Ties,
    lots: Lots,
) -> Tie:
    """Tell who comes first among candidates with equal votes at the newest stage.

    Earlier stages are looked at as the rule says, from the most recent back or from the first on.
    At the first of these at which they had unequal votes, the one with fewest (for an exclusion)
    or most (otherwise) comes first. Where several share that place, the comparison goes on among
    them at the stages that follow; a lot decides among those never told apart.

    Args:
        tied: the candidates, in the order of the list.
        history: the votes of every candidate at each stage so far, the newest last.
        stage: the number of the stage at which they are tied.
        purpose: what they are tied for.
        ties: the rule's way.
        lots: answers a lot.

    Raises:
        DecisionNeeded: a lot must be drawn.
    """
    extreme: Callable[..., Fraction | int] = min if purpose is Purpose.EXCLUSION else max
    question = Question(stage, purpose, tuple(tied))
    left = list(tied)
    for earlier in _stages_to_ask(ties, stage):
        votes = history[earlier - 1]
        wanted = extreme(votes[one] for one in left)
        left = [one for one in left if votes[one] == wanted]
        if len(left) == 1:
            return Tie(question, ByEarlierStage(earlier), left[0])
    order = lots.draw(Question(stage, purpose, tuple(left)))
    return Tie(question, ByLot(order), order[0])


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
