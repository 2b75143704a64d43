"""A name that is no rule: what it means is offered, not what it looks like."""

from __future__ import annotations

import pytest

from ccin_vote.election.loading import parse_definition
from ccin_vote.election.rule_names import MOST, rule_hint, rules_meant, words_of
from ccin_vote.rule import RULES
from ccin_vote.rule.everyday import EVERYDAY
from tests.election.test_mistakes import GOOD

MEANT = {
    "an abbreviation that looks like another rule": ("stv", "scottish-stv"),
    "a family of several seats": ("pr-stv", "ers97"),
    "the family in words": ("Single Transferable Vote", "wigm"),
    "the North American name": ("irv", "alternative-vote"),
    "another North American name": ("RCV", "alternative-vote"),
    "a name with another hyphen": ("instant-runoff", "alternative-vote"),
    "a name written as one word": ("InstantRunoff", "alternative-vote"),
    "an abbreviation": ("fptp", "first-past-the-post"),
    "a word for most votes": ("plurality", "first-past-the-post"),
    "a word for two things": ("majority", "alternative-vote"),
    "a word of a motion": ("simple majority", "motion"),
    "a family in pairs": ("condorcet-method", "schulze"),
    "a family and an unknown word": ("condorcet-wiki", "ranked-pairs"),
    "another name of scores": ("range", "score"),
    "a British abbreviation": ("av", "alternative-vote"),
    "a rule and who uses it": ("meek-wikimedia", "meek"),
    "a place and the family": ("stv-scotland", "scottish-stv"),
    "without its last word": ("block", "block-vote"),
    "misspelt": ("bloc", "block-vote"),
    "with a word that tells nothing": ("approval voting", "approval"),
    "one letter short": ("alternativ-vote", "alternative-vote"),
    "one letter short, of a name with the family": ("scotish-stv", "scottish-stv"),
}


@pytest.mark.parametrize(("given", "rule"), MEANT.values(), ids=MEANT.keys())
def test_a_name_means_a_rule(given: str, rule: str) -> None:
    """Everyday names, abbreviations, names of places and mistakes of typing."""
    assert rule in rules_meant(given)
    assert repr(rule) in rule_hint(given)


def test_the_single_transferable_vote_is_not_the_single_non_transferable_one() -> None:
    """One letter apart, and as far as two systems can be."""
    assert "sntv" not in rules_meant("stv")
    assert rules_meant("sntw") == ("sntv",)


NOTHING = {
    "three letters": "xyz",
    "nothing": "",
    "one letter": "n",
    "letters of another alphabet": "ß" * 300,
    "control characters": "\x1b[2J",
}


@pytest.mark.parametrize("given", NOTHING.values(), ids=NOTHING.keys())
def test_a_name_that_means_nothing_leads_to_the_list(given: str) -> None:
    """And to the search in it."""
    assert rule_hint(given).startswith("`ccin-vote rules` lists them all, and")


def test_a_hint_names_one_rule_or_several() -> None:
    """No more than help, and where they are told apart."""
    assert rule_hint("borda count") == "did you mean 'borda'?"
    several = rule_hint("stv")
    assert several.count("'") == 2 * MOST
    assert several.endswith("? `ccin-vote rules` tells them apart")


COMING = {"cofe-stv"}
"""Named already, and not in the catalogue yet."""


def test_everyday_names_lead_to_rules_that_there_are() -> None:
    """And no rule is without one, but for the variants in pairs."""
    named = {rule for rules in EVERYDAY.values() for rule in rules}
    assert named - set(RULES) <= COMING
    assert {name for name in RULES if not name.endswith(("-ranked-only", "-margins"))} <= named


def test_no_everyday_name_says_two_things() -> None:
    """Without spaces, hyphens and words that tell nothing, each stands once."""
    plain = ["".join(words_of(name)) for name in EVERYDAY]
    assert sorted(plain) == sorted(set(plain))


def test_a_definition_is_told_what_its_rule_may_mean() -> None:
    """The same hint stands at the line of the definition."""
    data = GOOD.replace('"alternative-vote"', '"stv"').encode()
    _, mistakes = parse_definition(data, "election.toml")
    (found,) = [mistake for mistake in mistakes if "no rule" in mistake.problem]
    assert found.line == 26
    assert found.hint == rule_hint("stv")
