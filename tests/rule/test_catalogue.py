"""The rules are data with sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccin_vote import count
from ccin_vote.rule import LEFT_OUT, RULES, Quota, RuleSet, Surplus, Transfers

EVERY_RULE = pytest.mark.parametrize("rule", list(RULES.values()), ids=list(RULES))


@EVERY_RULE
def test_a_rule_has_a_name_a_version_a_citation_and_clauses_with_sources(rule: RuleSet) -> None:
    """`rules NAME` has something to say of each, and each clause names its place in the law."""
    assert RULES[rule.name] is rule
    assert all((rule.version, rule.title, rule.citation, rule.summary, rule.tie_words))
    assert rule.clauses
    for clause in rule.clauses:
        assert clause.source
        assert clause.words.endswith(".")


@EVERY_RULE
def test_a_rule_that_transfers_a_surplus_has_a_fixed_quota_and_places(rule: RuleSet) -> None:
    """A surplus is what is above a quota, and its value needs decimal places."""
    if isinstance(rule.method, Transfers) and rule.method.surplus is not Surplus.NONE:
        assert rule.method.quota not in {Quota.NONE, Quota.MAJORITY_OF_CONTINUING}
        assert rule.places > 0


def test_rules_that_draw_papers_at_random_are_left_out_and_it_is_said_why() -> None:
    """Nobody could count them again."""
    assert "at random" in LEFT_OUT
    assert "count again" in LEFT_OUT


def test_the_rules_cannot_be_changed_while_the_program_runs() -> None:
    """Neither the list nor a rule takes another value."""
    with pytest.raises(TypeError):
        RULES["other"] = RULES["scottish-stv"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        RULES["scottish-stv"].places = 4  # type: ignore[misc]


def test_the_count_reads_no_name_of_a_rule() -> None:
    """What differs between rules stands in their data, not in a branch on a name."""
    for path in Path(count.__file__).parent.glob("*.py"):
        text = path.read_text("utf-8")
        assert not [name for name in RULES if f'"{name}"' in text], path.name
