"""The count against rules counted by trying everything, over random elections with many ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.count.smith import smith_set
from ccin_vote.rule import RULES
from tests.oracles import brute_force
from tests.oracles.agreement import LONG, SHORT, Case, Relation, held_against
from tests.oracles.papers import Kind, contest_of, elections

if TYPE_CHECKING:
    from tests.oracles.papers import Election, Winners

ONE_SEAT = {"condorcet", "ranked-robin", "debian"}
EQUAL = Kind(equal=True)
SEVERAL = Kind(equal=True, most_seats=3)
SCORES = Kind(equal=True, skipped=True, weights=(1,), most_papers=5)
"""So few papers that three totals are often equal."""


def _pairwise(name: str, *, ranked_only: bool) -> Case:
    elect = brute_force.PAIRWISE[name]

    def answer(election: Election) -> set[Winners]:
        return elect(brute_force.matrix_of(election, ranked_only=ranked_only), election.seats)

    return Case(
        rule=f"{name}-ranked-only" if ranked_only else name,
        other="brute force",
        answer=answer,
        kind=EQUAL if name in ONE_SEAT else SEVERAL,
    )


CASES = (
    *(_pairwise(name, ranked_only=False) for name in brute_force.PAIRWISE),
    *(
        _pairwise(name, ranked_only=True)
        for name in brute_force.PAIRWISE
        if f"{name}-ranked-only" in RULES
    ),
    Case(
        rule="smith-irv",
        other="brute force",
        answer=lambda one: brute_force.smith_irv(one, ranked_only=False),
        kind=EQUAL,
    ),
    Case(
        rule="smith-irv-ranked-only",
        other="brute force",
        answer=lambda one: brute_force.smith_irv(one, ranked_only=True),
        kind=EQUAL,
    ),
    Case(
        rule="alternative-vote",
        other="brute force, every tie by lot",
        answer=brute_force.alternative_vote,
        kind=Kind(),
        by_lot=True,
    ),
    Case(
        rule="alternative-vote",
        other="brute force",
        answer=brute_force.alternative_vote,
        kind=Kind(),
        relation=Relation.AMONG_THEIRS,
    ),
    Case(
        rule="alternative-vote-last-two",
        other="brute force",
        answer=brute_force.alternative_vote,
        kind=Kind(),
    ),
    Case(rule="coombs", other="brute force", answer=brute_force.coombs, kind=Kind()),
    Case(rule="borda", other="brute force", answer=brute_force.borda, kind=SEVERAL),
    Case(
        rule="star",
        other="brute force",
        answer=brute_force.star,
        kind=SCORES,
    ),
    Case(
        rule="bloc-star",
        other="brute force",
        answer=brute_force.star,
        kind=SCORES._replace(most_seats=3),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whoever_may_be_elected_is_whom_the_definition_elects(case: Case) -> None:
    """Over all outcomes of all lots, a hundred elections a rule."""
    held_against(case, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=str)
def test_whoever_may_be_elected_is_whom_the_definition_elects_in_thousands(case: Case) -> None:
    """The same over thousands of elections a rule."""
    held_against(case, LONG)


@pytest.mark.parametrize("ranked_only", [False, True], ids=["last", "ranked-only"])
def test_the_smith_set_is_the_smallest_of_all_groups_that_beat_the_rest(
    *, ranked_only: bool
) -> None:
    """Every group of candidates is tried."""
    for election in elections("smith", SHORT, EQUAL):
        matrix = brute_force.matrix_of(election, ranked_only=ranked_only)
        standing = contest_of(election).standing
        assert set(smith_set(standing, tuple(map(tuple, matrix)))) == brute_force.smith_set(matrix)
