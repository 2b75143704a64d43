"""A voter's choices in all contests as bytes whose length does not depend on them.

One version byte (1), then for each contest in the definition's order two bytes a candidate, the
mark as a big-endian number. Contests that the voter may not vote in are filled with zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import UNREADABLE, Marks, marks_to_paper
from ccin_vote.ballot.profile import Informal, Paper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ccin_vote.election.definition import ContestDefinition

_VERSION = b"\x01"


def choices_length(contests: Sequence[ContestDefinition]) -> int:
    """Return the length in bytes of the choices of one ballot."""
    return 1 + 2 * sum(len(contest.names) for contest in contests)


def encode_choices(contests: Sequence[ContestDefinition], papers: Mapping[str, Marks]) -> bytes:
    """Write the marks of each contest, by contest id; a contest left out is blank.

    Raises:
        ValueError: an unknown contest, a wrong number of marks, or a mark out of range.
    """
    if unknown := set(papers) - {contest.id for contest in contests}:
        raise ValueError(f"no such contest: {sorted(unknown)}")
    return _VERSION + b"".join(
        _encode(papers.get(contest.id, (0,) * len(contest.names)), len(contest.names))
        for contest in contests
    )


def _encode(marks: Marks, candidates: int) -> bytes:
    if len(marks) != candidates or not all(0 <= mark <= UNREADABLE for mark in marks):
        raise ValueError("a paper has one mark a candidate, from 0 to 65535")
    return b"".join(mark.to_bytes(2, "big") for mark in marks)


def decode_choices(
    contests: Sequence[ContestDefinition], data: bytes
) -> tuple[Paper | Informal, ...]:
    """Read each contest's paper as its rule reads it.

    Bytes that cannot be decoded make every paper one fixed informal value.
    """
    if len(data) != choices_length(contests) or data[:1] != _VERSION:
        return (Informal("undecodable"),) * len(contests)
    papers, at = [], 1
    for contest in contests:
        end = at + 2 * len(contest.names)
        marks = tuple(int.from_bytes(data[i : i + 2], "big") for i in range(at, end, 2))
        papers.append(marks_to_paper(marks, contest.contest, contest.rule_set))
        at = end
    return tuple(papers)
