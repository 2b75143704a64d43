"""Papers written as text, and lots, for the examples worked by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate, Constraint, Contest, Seats
from ccin_vote.errors import DecisionNeeded
from ccin_vote.verify.recount_model import BallotPaper, Recount, Table

if TYPE_CHECKING:
    from ccin_vote.record.ties import Question
    from ccin_vote.verify.recount_model import RecountStage

NAMES = "ABCDEFGH"


@dataclass
class Drawn:
    """Lots that are drawn in the order of the given names; without names none may be asked."""

    order: str = ""
    asked: list[Question] = field(default_factory=list)

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return all who are asked for in the order of the names.

        Raises:
            DecisionNeeded: nobody drew a lot.
        """
        if not self.order:
            raise DecisionNeeded(f"no lot was expected: {question}", remedy="")
        self.asked.append(question)
        return tuple(sorted(question.among, key=lambda name: self.order.index(NAMES[name])))


def places(text: str) -> tuple[tuple[Candidate, ...], ...]:
    """Read a paper: ``A B=C - D`` has four places, the third of them empty."""
    return tuple(
        tuple(Candidate(NAMES.index(name)) for name in place.split("=")) if place != "-" else ()
        for place in text.split()
    )


def table(  # noqa: PLR0913  (what an example may say)
    papers: dict[str, int],
    *,
    candidates: int,
    seats: int = 1,
    lots: Drawn | None = None,
    highest_score: int = 0,
    reopen: str = "",
    over_default: int = 0,
    majorities: tuple[int, ...] = (),
    threshold: str = "",
    electorate: int = 0,
    constraints: tuple[Constraint, ...] = (),
    withdrawn: str = "",
) -> Table:
    """Lay out papers; ``papers`` says how many there are of each."""
    contest = Contest(
        "By hand",
        tuple(NAMES[:candidates]),
        Seats(seats),
        withdrawn=frozenset(Candidate(NAMES.index(name)) for name in withdrawn),
        reopen=Candidate(NAMES.index(reopen)) if reopen else None,
        over_default=over_default,
        majorities=majorities,
        threshold=threshold,
        electorate=electorate,
        constraints=constraints,
    )
    laid = [BallotPaper(places(text), 1) for text, many in papers.items() for _ in range(many)]
    return Table(contest, 6, highest_score, lots or Drawn(), laid)


def winners(recount: Recount) -> str:
    """Return the names of the elected, in order."""
    return "".join(NAMES[name] for name in recount.winners)


def shown(recount: Recount, stage: int = 1) -> list[str]:
    """Return the votes of a stage as text, fractions as fractions."""
    return [str(votes) for votes in recount.stages[stage - 1].votes]


def excluded(recount: Recount, stage: int = 1) -> str:
    """Return the names of those excluded at a stage."""
    return "".join(NAMES[name] for name in recount.stages[stage - 1].excluded)


def as_the_law_ends(recount: Recount) -> tuple[RecountStage, ...]:
    """Return the stages as a law has it that needs no transfer any more once an exclusion decides.

    A record moves the papers once more where an exclusion leaves no more than the vacancies.
    """
    if len(recount.stages) < 2:
        return recount.stages
    exclusion, last = recount.stages[-2:]
    decided = {who for stage in recount.stages for who in (*stage.elected, *stage.excluded)}
    if not exclusion.excluded or last.excluded or len(decided) < len(last.votes):
        return recount.stages
    ends = replace(exclusion, elected=exclusion.elected | last.elected)
    return (*recount.stages[:-2], ends)
