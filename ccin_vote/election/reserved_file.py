"""The file that gives reserved places to a ballot file: TOML, a ``[[constraints]]`` table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccin_vote.canonical import Model
from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.election.definition import MAXIMUM_CANDIDATES, MAXIMUM_CONSTRAINTS
from ccin_vote.election.document import limited, nearest, quoted, read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.election.loading import in_order
from ccin_vote.election.reserved_faults import impossible, tables_in, wrong_limits
from ccin_vote.election.reserved_places import at_odds
from ccin_vote.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Contest
    from ccin_vote.election.document import Document
    from ccin_vote.errors import Mistake


class ReservedPlaces(Model):
    """How many of the named candidates are elected at least, and at most."""

    group: Annotated[str, Field(min_length=1)]
    members: Annotated[tuple[str, ...], Field(min_length=1)]
    minimum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = 0
    maximum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = MAXIMUM_CANDIDATES


class _File(Model):
    constraints: Annotated[
        tuple[ReservedPlaces, ...], Field(min_length=1, max_length=MAXIMUM_CONSTRAINTS)
    ]


@dataclass(frozen=True, slots=True)
class ReservedFile:
    """A file of reserved places that has no mistake in itself."""

    document: Document
    tables: tuple[ReservedPlaces, ...]

    def constraints(self, contest: Contest, ballots: str) -> tuple[Constraint, ...]:
        """Return the limits for a contest.

        Args:
            contest: the contest, as its ballot file has it.
            ballots: the name of the ballot file.

        Raises:
            BadInput: members who are no candidates there; every one is told.
        """
        wrong = list(self._strangers(contest, ballots))
        if wrong:
            raise BadInput(wrong)
        position = {name: Candidate(at) for at, name in enumerate(contest.candidates)}
        return tuple(
            Constraint(
                table.group,
                frozenset(position[name] for name in table.members),
                table.minimum,
                table.maximum,
            )
            for table in self.tables
        )

    def _strangers(self, contest: Contest, ballots: str) -> Iterator[Mistake]:
        for path, name in self.document.texts("constraints", "*", "members", "*"):
            if name not in contest.candidates:
                problem = f"there is no candidate {quoted(name)} in {ballots}"
                yield self.document.mistake(path, problem, nearest(name, contest.candidates))

    def want_possible(self, contest: Contest) -> None:
        """Refuse limits that no choice of those who stand meets.

        Raises:
            BadInput: they are named, with their lines.
        """
        found = at_odds(contest)
        if found:
            raise BadInput(
                impossible(self.document, ("constraints",), contest, limits) for limits in found
            )


def parse_reserved(data: bytes, file: str) -> tuple[ReservedFile | None, list[Mistake]]:
    """Read a file of reserved places; it is given only if there is no mistake at all.

    Each table has ``group``, ``members`` (names of candidates) and ``minimum`` or ``maximum``.
    """
    document, mistakes = read_document(data, file)
    if document is None:
        return None, mistakes
    read, misfits = check_model(document, _File)
    wrong = wrong_limits(document, tables_in((), document.values))
    mistakes = in_order((*misfits, *limited(wrong)))
    if read is None or mistakes:
        return None, mistakes
    return ReservedFile(document, read.constraints), []
