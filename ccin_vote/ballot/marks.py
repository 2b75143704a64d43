"""What a voter writes: one mark beside each candidate; what the rule makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import Informal, Paper, as_place, members
from ccin_vote.ballot.reading import read_paper
from ccin_vote.election.contest import Candidate
from ccin_vote.rule import Marking, RuleSet

if TYPE_CHECKING:
    from ccin_vote.election.contest import Contest

Marks = tuple[int, ...]
"""One whole number a candidate, in the order of the list; 0 is no mark, 1 a cross or a first.

Under rules with scores the mark is the score."""

MAXIMUM_MARK = 2**16 - 2
"""The highest number that may stand beside a candidate."""

UNREADABLE = 2**16 - 1
"""Beside a candidate of a paper that people found informal: what was meant cannot be told."""

INFORMAL_REASONS = {
    "blank": "nothing is marked",
    "no-first-preference": "no candidate is marked 1",
    "more-than-one": "more is marked than the rule allows",
    "unclear": "a mark is not one that the rule knows",
    "uncertain": "it is uncertain for whom it is",
    "not-identifiable": "it does not bear the mark of a genuine paper",
    "voter-identifiable": "the voter can be identified",
    "undecodable": "the choices inside the sealed ballot cannot be read",
    "repeated": "a candidate stands on the paper more than once",
    "unknown-candidate": "a candidate is not one of this contest",
    "only-withdrawn": "only candidates who withdrew are ranked",
}
"""Why a paper is informal: the word in the files, the words on the sheet."""


def paper_to_marks(paper: Paper, candidates: int, rule: RuleSet) -> Marks:
    """Return the marks of a paper: its places as numbers, or crosses, or scores."""
    marks = [0] * candidates
    for place, who in enumerate(paper, start=1):
        for candidate in members(who):
            marks[candidate] = _mark(place, rule)
    return tuple(marks)


def _mark(place: int, rule: RuleSet) -> int:
    if rule.marking is Marking.SCORES:
        return rule.highest_score + 1 - place
    return place if rule.marking is Marking.RANKING else 1


def marks_to_paper(marks: Marks, contest: Contest, rule: RuleSet) -> Paper | Informal:
    """Read a paper as the rule reads it: what it counts for, or why it is informal."""
    if not any(marks):
        return Informal("blank")
    if UNREADABLE in marks:
        return Informal("unclear")
    highest = {Marking.RANKING: MAXIMUM_MARK, Marking.SCORES: rule.highest_score}
    if max(marks) > highest.get(rule.marking, 1):
        return Informal("unclear")
    if rule.marking is Marking.SCORES:
        return read_paper(_by_score(marks, rule.highest_score), contest, rule)
    return read_paper(_by_number(marks), contest, rule)


def _by_score(marks: Marks, highest: int) -> Paper:
    return tuple(_all_with(score, marks) for score in range(highest, 0, -1))


def _by_number(marks: Marks) -> Paper:
    """Return the places in order; a gap of any width between numbers is one empty place."""
    paper: list[tuple[Candidate, ...] | Candidate] = []
    before = 0
    for number in sorted(set(marks) - {0}):
        if number > before + 1:
            paper.append(())
        paper.append(_all_with(number, marks))
        before = number
    return tuple(paper)


def _all_with(number: int, marks: Marks) -> tuple[Candidate, ...] | Candidate:
    return as_place(Candidate(at) for at, mark in enumerate(marks) if mark == number)
