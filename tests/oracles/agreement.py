"""Holding our count against another: over many elections, down to the smallest that differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from ccin_vote.rule import RULES
from tests.oracles.papers import Election, Kind, elected_by, elections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.rule import RuleSet
    from tests.oracles.papers import Winners

SHORT = 120
"""Elections a case in the normal suite."""

LONG = 4000
"""Elections a case in the long round."""


class Relation(Enum):
    """How what ours may elect stands to what another count says."""

    EQUAL = "the same sets of winners"
    AMONG_OURS = "whatever the other elects is one of ours: it breaks ties in its own way"
    AMONG_THEIRS = "ours are among the other's: it leaves ties that the rule breaks"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rule of ours, and somebody else who counts by it.

    ``answer`` gives all sets of winners that the other holds for possible, or None where it has no
    answer. ``by_lot`` breaks every tie of ours by lot, and ``as_theirs`` changes the rule to what
    the other counts; both are for rules that differ in that and nothing else.
    """

    rule: str
    other: str
    answer: Callable[[Election], set[Winners] | None]
    kind: Kind
    relation: Relation = Relation.EQUAL
    by_lot: bool = False
    as_theirs: Callable[[RuleSet], RuleSet] | None = field(default=None)

    def __str__(self) -> str:
        """Return the name of the case."""
        return f"{self.rule}/{self.other}"


def held_against(case: Case, number: int) -> None:
    """Count elections both ways, and fail with the smallest election that tells them apart."""
    if case.rule not in RULES:
        pytest.skip(f"{case.rule} is not in RULES (yet)")
    rule = RULES[case.rule]
    rule = case.as_theirs(rule) if case.as_theirs else rule

    def ours(election: Election) -> set[Winners]:
        return elected_by(rule, election, by_lot=case.by_lot)

    answered = 0
    for election in elections(str(case), number, case.kind):
        theirs = case.answer(election)
        if theirs is None:
            continue
        answered += 1
        if not _agree(case.relation, ours(election), theirs):
            small = _smallest(case, election, ours)
            pytest.fail(
                f"{case}: {case.relation.value}?\n{small}\nours: {_told(ours(small))}\n"
                f"theirs: {_told(case.answer(small) or set())}"
            )
    assert answered >= number // 4, f"{case.other} has an answer to only {answered} of {number}"


def _agree(relation: Relation, ours: set[Winners], theirs: set[Winners]) -> bool:
    if relation is Relation.EQUAL:
        return ours == theirs
    lesser, greater = (theirs, ours) if relation is Relation.AMONG_OURS else (ours, theirs)
    return bool(lesser) and lesser <= greater


def _told(found: set[Winners]) -> str:
    return " or ".join(sorted("".join("abcdef"[one] for one in sorted(some)) for some in found))


def _smallest(case: Case, election: Election, ours: Callable[[Election], set[Winners]]) -> Election:
    """Leave out papers, votes and last places for as long as the two still differ."""

    def differ(one: Election) -> bool:
        theirs = case.answer(one)
        return theirs is not None and not _agree(case.relation, ours(one), theirs)

    while smaller := next(filter(differ, _smaller(election, full=case.kind.full)), None):
        election = smaller
    return election


def _smaller(election: Election, *, full: bool) -> Iterator[Election]:
    papers = election.papers
    for at, (paper, votes) in enumerate(papers):
        fewer = [(), ((paper, 1),)] if votes > 1 else [()]
        shorter = [((paper[:-1], votes),)] if len(paper) > 1 and not full else []
        for instead in chain(fewer, shorter):
            rest = (*papers[:at], *instead, *papers[at + 1 :])
            if rest:
                yield election._replace(papers=rest)
