"""The count against counts that others wrote, over random elections with many ties.

Known differences, and who is right, are in ``differences.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ccin_vote.rule import Transfers
from tests.oracles import adaptors
from tests.oracles.agreement import LONG, SHORT, Case, Relation, held_against
from tests.oracles.differences import DIFFERENCES
from tests.oracles.papers import Kind

if TYPE_CHECKING:
    from ccin_vote.rule import RuleSet
    from tests.oracles.adaptors import Answer

STRICT, STRICT_SEATS = Kind(), Kind(most_seats=3)
EQUAL, EQUAL_SEATS = Kind(equal=True), Kind(equal=True, most_seats=3)
FULL, FULL_SEATS = Kind(full=True), Kind(full=True, most_seats=3)
FOUR = Kind(equal=True, most_candidates=4)
"""For a count that tries every order of equal victories."""
SCORES = Kind(equal=True, skipped=True)
SCORES_SEATS = Kind(equal=True, skipped=True, most_seats=3)


def with_the_quota(rule: RuleSet) -> RuleSet:
    """Elect with the quota, not only with more."""
    assert isinstance(rule.method, Transfers)
    return replace(rule, method=replace(rule.method, over_quota=False))


def _pref_voting(rule: str, answer: Answer, kind: Kind = EQUAL) -> Case:
    return Case(rule=rule, other="pref_voting", answer=answer, kind=kind)


_PAIRS = {
    "copeland": ("c1_methods", "copeland", ""),
    "minimax": ("margin_based_methods", "minimax", "votes"),
    "minimax-margins": ("margin_based_methods", "minimax", ""),
    "schulze": ("margin_based_methods", "beat_path", "votes"),
    "schulze-margins": ("margin_based_methods", "beat_path", ""),
    "debian": ("margin_based_methods", "beat_path", "votes, then against"),
    "ranked-pairs": ("margin_based_methods", "ranked_pairs", "votes, then against"),
    "ranked-pairs-margins": ("margin_based_methods", "ranked_pairs", ""),
    "kemeny-young": ("other_methods", "kemeny_young", ""),
}

PREF_VOTING = (
    *(
        _pref_voting(
            rule,
            adaptors.pref_voting(where, name, by=by),
            FOUR if rule.startswith("ranked-pairs") else EQUAL,
        )
        for rule, (where, name, by) in _PAIRS.items()
    ),
    *(
        _pref_voting(
            f"{rule}-ranked-only",
            adaptors.pref_voting(where, name, by=by, ranked_only=True),
            FOUR if rule.startswith("ranked-pairs") else EQUAL,
        )
        for rule, (where, name, by) in _PAIRS.items()
        if rule != "debian"
    ),
    _pref_voting("condorcet", adaptors.pref_voting_condorcet),
    _pref_voting("smith-irv", adaptors.pref_voting_smith_irv),
    replace(
        _pref_voting(
            "alternative-vote",
            adaptors.pref_voting("iterative_methods", "instant_runoff_put"),
            STRICT,
        ),
        by_lot=True,
    ),
    _pref_voting(
        "alternative-vote-last-two",
        adaptors.pref_voting("iterative_methods", "instant_runoff_put"),
        STRICT,
    ),
    _pref_voting("bucklin", adaptors.pref_voting_bucklin, STRICT),
    _pref_voting("coombs", adaptors.pref_voting_full("iterative_methods", "coombs_put"), FULL),
    _pref_voting(
        "borda", adaptors.pref_voting("scoring_methods", "borda_for_profile_with_ties"), EQUAL
    ),
    _pref_voting(
        "first-past-the-post", adaptors.pref_voting("scoring_methods", "plurality"), STRICT
    ),
    _pref_voting("score", adaptors.pref_voting_grades("score_voting", 10), SCORES),
    replace(
        _pref_voting("star", adaptors.pref_voting_grades("star", 5), SCORES),
        relation=Relation.AMONG_THEIRS,
    ),
    *(
        replace(
            _pref_voting(rule, answer, kind),
            relation=Relation.AMONG_OURS,
            as_theirs=with_the_quota if rule == "wigm" else None,
        )
        for rule, answer, kind in (
            ("scottish-stv", adaptors.pref_voting_scottish, STRICT_SEATS),
            ("wigm", adaptors.pref_voting_stv("stv_wig", untied=True), STRICT_SEATS),
            ("meek", adaptors.pref_voting_stv("stv_meek"), EQUAL_SEATS),
            ("warren", adaptors.pref_voting_stv("stv_warren"), EQUAL_SEATS),
        )
    ),
)


def _votelib(rule: str, answer: Answer, kind: Kind, relation: Relation = Relation.EQUAL) -> Case:
    return Case(rule=rule, other="votelib", answer=answer, kind=kind, relation=relation)


VOTELIB = (
    _votelib("schulze", adaptors.votelib_pairwise("Schulze"), EQUAL, Relation.AMONG_OURS),
    _votelib(
        "ranked-pairs-margins",
        adaptors.votelib_pairwise("RankedPairs", "margins"),
        EQUAL,
        Relation.AMONG_OURS,
    ),
    _votelib("minimax", adaptors.votelib_pairwise("MinimaxCondorcet"), EQUAL_SEATS),
    _votelib(
        "minimax-margins", adaptors.votelib_pairwise("MinimaxCondorcet", "margins"), EQUAL_SEATS
    ),
    _votelib("copeland", adaptors.votelib_pairwise("Copeland", second_order=False), EQUAL_SEATS),
    _votelib("kemeny-young", adaptors.votelib_pairwise("KemenyYoung"), EQUAL_SEATS),
    _votelib("alternative-vote-last-two", adaptors.votelib_alternative_vote, STRICT),
    _votelib("bucklin", adaptors.votelib_bucklin, STRICT),
    _votelib("borda", adaptors.votelib_positions("Borda"), FULL_SEATS),
    _votelib("dowdall", adaptors.votelib_positions("Dowdall"), STRICT_SEATS),
    _votelib("approval", adaptors.votelib_approval, STRICT_SEATS),
    _votelib("sntv", adaptors.votelib_first_preferences, STRICT_SEATS),
    _votelib("score", adaptors.votelib_scores, SCORES_SEATS),
    _votelib("sequential-proportional-approval", adaptors.votelib_shares, STRICT_SEATS),
)

OTHERS = (
    *(
        Case(
            rule=rule,
            other="pyrankvote",
            answer=adaptors.pyrankvote,
            kind=STRICT,
            relation=Relation.AMONG_OURS,
            by_lot=True,
        )
        for rule in ("alternative-vote", "alternative-vote-last-two")
    ),
    Case(rule="star", other="starvote", answer=adaptors.starvote, kind=SCORES),
    Case(rule="bloc-star", other="starvote", answer=adaptors.starvote, kind=SCORES_SEATS),
    *(
        Case(rule=rule, other="abcvoting", answer=answer, kind=STRICT_SEATS)
        for rule, answer in (
            ("approval", adaptors.abcvoting("av")),
            (
                "sequential-proportional-approval",
                adaptors.abcvoting("seqpav"),
            ),
            ("phragmen", adaptors.abcvoting("seqphragmen", algorithm="standard-fractions")),
        )
    ),
)

CASES = (*PREF_VOTING, *VOTELIB, *OTHERS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_others_count_the_same(case: Case) -> None:
    """Over all outcomes of all lots, a hundred elections a rule."""
    held_against(case, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=str)
def test_others_count_the_same_in_thousands(case: Case) -> None:
    """The same over thousands of elections a rule."""
    held_against(case, LONG)


def test_whatever_is_compared_by_less_than_equality_is_a_known_difference() -> None:
    """The table of differences says why, and who is right."""
    known = {(one.other, rule) for one in DIFFERENCES for rule in one.rules}
    for case in CASES:
        if case.relation is not Relation.EQUAL or case.as_theirs:
            assert (case.other, case.rule) in known, str(case)
