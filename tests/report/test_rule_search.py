"""Rules are found by the words of a constitution, and listed by what such a sentence says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccin_vote.report.rule_list import VARIANT, group_of, grouped_rules, in_short
from ccin_vote.report.rule_search import (
    MOST,
    find_rules,
    nearest_query,
    nearest_rules,
    words_of_query,
)
from ccin_vote.rule import RULES, Clause, KeepValues, Surplus, Transfers

QUERIES = {
    "words of one clause": ("quota two decimals", "ers97", "5.1.6"),
    "a figure for the number": ("quota 2 decimal places", "ers97", "5.1.6"),
    "the smallest part itself": ("quota 0.01", "ers97", "5.1.6"),
    "another place of decimals": ("five decimal place", "scottish-stv", "rule 49"),
    "parts in words": ("thousandth of votes", "prsa-1977", "summary"),
    "a plural": ("last batches received", "ers97", "summary"),
    "a word of constitutions": ("eliminated first preferences", "alternative-vote", "rule 49"),
    "the name and a clause": ("Scottish quota", "scottish-stv", "rule 47"),
    "an everyday name": ("instant runoff", "alternative-vote", "also called"),
    "a citation": ("SSI 2011/399", "scottish-stv", "citation"),
    "a tie rule": ("casting vote", "debian", "A.5.8"),
    "a whole sentence": (
        "the quota is the number of valid papers divided by the seats plus one",
        "scottish-stv",
        "rule 47",
    ),
}


@pytest.mark.parametrize(("query", "name", "source"), QUERIES.values(), ids=QUERIES.keys())
def test_a_rule_is_found_by_its_words(query: str, name: str, source: str) -> None:
    """And the clause that has them is shown."""
    found = {find_rule.rule.name: find_rule for find_rule in find_rules(query, RULES.values())}
    assert found[name].whole
    assert source in [passage.source for passage in found[name].passages]


def test_the_rule_whose_clause_says_all_is_the_only_one() -> None:
    """Others have the same words in several clauses, of other things."""
    assert [
        find_rule.rule.name for find_rule in find_rules("quota two decimals", RULES.values())
    ] == ["ers97"]


def test_words_of_several_clauses_are_found_if_no_clause_has_all() -> None:
    """And it is said of them."""
    found = find_rules("casual decimals batches", RULES.values())
    assert [candidate.rule.name for candidate in found] == ["ers97"]
    assert not found[0].whole


def test_a_family_comes_in_the_order_of_the_catalogue() -> None:
    """By its everyday name; no rule of another family is in it."""
    found = [find_rule.rule for find_rule in find_rules("single transferable vote", RULES.values())]
    assert found[0].name == "scottish-stv"
    assert all(isinstance(candidate.method, Transfers | KeepValues) for candidate in found)


def test_a_variant_is_left_out_where_its_rule_is_found() -> None:
    """Twenty rules in pairs are ten."""
    found = [find_rule.rule.name for find_rule in find_rules("chain victory", RULES.values())]
    assert sorted(found) == ["schulze", "schulze-margins"]


def test_nothing_found_gives_the_words_that_are_somewhere() -> None:
    """Without those that are nowhere."""
    assert find_rules("quota xyzzy decimals", RULES.values()) == []
    assert nearest_query("quota xyzzy decimals", RULES.values()) == "quota decimals"
    assert nearest_query("xyzzy", RULES.values()) == ""
    assert words_of_query(" . - ") == []


def test_every_rule_is_found_by_each_of_its_own_clauses() -> None:
    """Pasted as it stands in the rule."""
    for rule in (RULES["ers97"], RULES["schulze"], RULES["motion"], RULES["phragmen"]):
        for clause in rule.clauses:
            found = find_rules(clause.words, RULES.values())
            assert rule.name in [candidate.rule.name for candidate in found], clause


def test_every_rule_has_one_group() -> None:
    """Variants aside, each stands once in the list, under a heading that says something."""
    listed = [rule.name for _, _, rules in grouped_rules(RULES.values()) for rule in rules]
    assert sorted(listed) == sorted(name for name in RULES if not name.endswith(VARIANT))
    assert "Other rules" not in {group_of(one) for one in RULES.values()}


def test_a_rule_that_is_added_finds_its_group_by_its_data() -> None:
    """Its name is read nowhere."""
    added = replace(RULES["ers97"], name="another", clauses=(Clause("1", "A clause."),))
    assert group_of(added) == group_of(RULES["ers97"])
    assert find_rules("another", [added])[0].rule is added


def test_what_tells_transferable_votes_apart_is_said_in_short() -> None:
    """Quota, decimal places and ties of each; nothing of others."""
    assert in_short(RULES["ers97"]) == (
        "a quota to two decimal places",
        "votes to two decimal places",
        "equal candidates: the first stage, else a lot",
    )
    for rule in RULES.values():
        moves = isinstance(rule.method, Transfers) and rule.method.surplus is not Surplus.NONE
        assert bool(in_short(rule)) == (moves or isinstance(rule.method, KeepValues))


SENTENCES = {
    "the society's rules": (
        (
            "Elections shall be conducted by the Single Transferable Vote in accordance with the"
            " rules of the Electoral Reform Society"
        ),
        "ers97",
    ),
    "most votes": ("The candidate with the most votes shall be elected", "first-past-the-post"),
    "preferential": (
        (
            "voting shall be by preferential ballot with the lowest candidate eliminated until one"
            " has an absolute majority"
        ),
        "alternative-vote",
    ),
    "as many as vacancies": (
        "each member may vote for up to as many candidates as there are vacancies",
        "block-vote",
    ),
    "Meek": (
        "proportional representation by means of the single transferable vote (Meek's method)",
        "meek",
    ),
    "two thirds": ("a majority of two thirds of those present and voting", "motion"),
    "a second round": (
        "If no candidate has more than half, a second round is held between the top two",
        "supplementary-vote",
    ),
    "points": ("a points system in which a first preference scores n points", "borda"),
    "women": ("at least two of the six places shall be held by women", "scottish-stv"),
    "a branch": ("not more than two members shall come from any one branch", "ers97"),
    "Scotland": (
        "the returning officer shall apply the rules for local elections in Scotland",
        "scottish-stv",
    ),
    "cumulating": (
        "Members may cast all their votes for one candidate or distribute them",
        "cumulative",
    ),
    "Borda": ("Seats on the council are allocated by the Borda count", "borda"),
    "Condorcet": ("a Condorcet winner, if there is one, shall be the chair", "condorcet"),
}


@pytest.mark.parametrize(("sentence", "name"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_sentence_of_a_constitution_finds_its_rule_near_the_top(sentence: str, name: str) -> None:
    """Among the first three, with a passage that says why."""
    found = nearest_rules(sentence, RULES.values())
    assert name in [hit.rule.name for hit in found[:3]]
    assert len(found) <= MOST
    assert all(hit.passages for hit in found)


@pytest.mark.parametrize("query", ["reserved places", "women", "constraint", "guarded doomed"])
def test_rules_that_can_reserve_places_are_found_by_it(query: str) -> None:
    """And no other."""
    found = [hit.rule for hit in find_rules(query, RULES.values())]
    assert found
    assert all(rule.guards for rule in found)


def test_a_sentence_that_says_nothing_finds_nothing() -> None:
    """Words that no rule has weigh nothing."""
    assert nearest_rules("xyzzy plugh frobnicate quux", RULES.values()) == []
