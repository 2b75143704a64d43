"""The rules that the tool counts by, each a law turned into data."""

from __future__ import annotations

from types import MappingProxyType

from ccin_vote.rule.ruleset import Clause, Family, Marking, Quota, RuleSet, Surplus, Ties

_FIRST_PAST_THE_POST = RuleSet(
    name="first-past-the-post",
    version="1983",
    title="First past the post",
    citation="Representation of the People Act 1983, schedule 1, rules 18, 37, 47 and 49",
    summary="each voter marks one candidate; the candidate with most votes is elected",
    family=Family.PLURALITY,
    marking=Marking.CROSS,
    quota=Quota.NONE,
    surplus=Surplus.NONE,
    ties=Ties.LOT,
    places=0,
    one_seat=True,
    tie_words="If candidates have equal votes, a lot decides.",
    clauses=(
        Clause("rule 18", "The candidate to whom the majority of votes has been given wins."),
    ),
)

_ALTERNATIVE_VOTE = RuleSet(
    name="alternative-vote",
    version="2011",
    title="Alternative vote",
    citation="Parliamentary Voting System and Constituencies Act 2011, section 9 and schedule 10",
    summary="voters rank candidates; the last is excluded until one has more than half",
    family=Family.GREGORY,
    marking=Marking.RANKING,
    quota=Quota.MAJORITY_OF_CONTINUING,
    surplus=Surplus.NONE,
    ties=Ties.EARLIER_STAGE_THEN_LOT,
    places=0,
    one_seat=True,
    tie_words="Equal last candidates are told apart by the most recent earlier stage, else by lot.",
    clauses=(Clause("section 9", "More votes than the other candidates put together elects."),),
)

_SCOTTISH_STV = RuleSet(
    name="scottish-stv",
    version="2011",
    title="Single transferable vote (Scottish local government)",
    citation="The Scottish Local Government Elections Order 2011, schedule 1, part III",
    summary="voters rank candidates; several seats filled in proportion by quota and transfer",
    family=Family.GREGORY,
    marking=Marking.RANKING,
    quota=Quota.DROOP,
    surplus=Surplus.WEIGHTED_INCLUSIVE,
    ties=Ties.EARLIER_STAGE_THEN_LOT,
    places=5,
    one_seat=False,
    tie_words="Equal candidates are told apart by the most recent earlier stage, else by lot.",
    clauses=(Clause("rule 46", "Quota: valid papers over seats plus one, plus one."),),
)

RULES = MappingProxyType(
    {rule.name: rule for rule in (_FIRST_PAST_THE_POST, _ALTERNATIVE_VOTE, _SCOTTISH_STV)}
)
"""Every rule by its name."""
