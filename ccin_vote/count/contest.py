"""Counting one contest: which loop counts is the rule's family."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.count.gregory import count_gregory
from ccin_vote.count.papers import informal_by_reason, valid_papers, valid_votes
from ccin_vote.count.plurality import count_plurality
from ccin_vote.record.stage import Elected, Fate, Record, Why, Withdrawn
from ccin_vote.rule import Family, RuleSet

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Contest
    from ccin_vote.record.ties import Lots


def count_contest(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Count a contest under a rule.

    Args:
        contest: title, candidates, seats, who withdrew.
        profile: the papers.
        rule: the law as data.
        lots: answers the lots that the rule asks for.

    Raises:
        DecisionNeeded: people must draw a lot first.
    """
    if contest.uncontested:
        return _uncontested(contest, profile, rule)
    match rule.family:
        case Family.PLURALITY:
            return count_plurality(contest, profile, rule, lots)
        case Family.GREGORY:
            return count_gregory(contest, profile, rule, lots)
        case _:
            assert_never(rule.family)


def _uncontested(contest: Contest, profile: Profile, rule: RuleSet) -> Record:
    """Elect everyone who stands, without a ballot, in the order of the list."""
    fates: list[Fate] = [Withdrawn() for _ in contest.candidates]
    for place, one in enumerate(contest.standing, start=1):
        fates[one] = Elected(0, place, Why.UNCONTESTED)
    return Record(
        contest=contest,
        rule=rule,
        papers=valid_papers(contest, profile),
        votes=valid_votes(contest, profile),
        informal=informal_by_reason(contest, profile),
        quota=None,
        stages=(),
        fates=tuple(fates),
    )
