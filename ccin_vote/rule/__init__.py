"""BY WHICH LAW an election is counted: named rule sets as data. No functions."""

from ccin_vote.rule.catalogue import RULES
from ccin_vote.rule.ruleset import Clause, Family, Marking, Quota, RuleSet, Surplus, Ties

__all__ = ["RULES", "Clause", "Family", "Marking", "Quota", "RuleSet", "Surplus", "Ties"]
