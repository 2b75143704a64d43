"""What a voter writes: one mark beside each candidate; what the rule makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.ballot.profile import Informal, Ranking
from ccin_vote.election.contest import Candidate
from ccin_vote.rule import Marking

if TYPE_CHECKING:
    from collections.abc import Sequence

Marks = tuple[int, ...]
"""One whole number a candidate, in the order of the list; 0 is no mark, 1 a cross or a first."""

MAXIMUM_MARK = 2**16 - 1

REASONS = {
    "blank": "nothing is marked",
    "no-first-preference": "no candidate is marked 1",
    "more-than-one": "more candidates are marked than the rule allows",
    "unclear": "a mark is not one that the rule knows",
    "undecodable": "the choices inside the sealed ballot cannot be read",
    "repeated": "a candidate stands on the paper more than once",
    "unknown-candidate": "a candidate is not one of this contest",
    "only-withdrawn": "only candidates who withdrew are ranked",
}
"""Why a paper is informal: the word in the files, the words on the sheet."""


def ranking_to_marks(ranking: Sequence[int], candidates: int) -> Marks:
    """Give the marks of a ranking: 1 for the first, 2 for the second, 0 for the unranked."""
    marks = [0] * candidates
    for place, candidate in enumerate(ranking, start=1):
        marks[candidate] = place
    return tuple(marks)


def marks_to_ranking(marks: Marks, marking: Marking) -> Ranking | Informal:
    """Read a paper as the rule reads it: the candidates in order of preference, or why not."""
    if not any(marks):
        return Informal("blank")
    match marking:
        case Marking.CROSS:
            return _read_cross(marks)
        case Marking.RANKING:
            return _read_ranking(marks)
        case _:
            assert_never(marking)


def _read_cross(marks: Marks) -> Ranking | Informal:
    if any(mark > 1 for mark in marks):
        return Informal("unclear")
    if sum(marks) > 1:
        return Informal("more-than-one")
    return (Candidate(marks.index(1)),)


def _read_ranking(marks: Marks) -> Ranking | Informal:
    """Follow 1, 2, 3 ... until a number is missing or stands twice; what follows is not read."""
    if 1 not in marks:
        return Informal("no-first-preference")
    if marks.count(1) > 1:
        return Informal("more-than-one")
    ranking = []
    for place in range(1, len(marks) + 1):
        if marks.count(place) != 1:
            break
        ranking.append(Candidate(marks.index(place)))
    return tuple(ranking)
