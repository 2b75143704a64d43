"""Counting one contest: which loop counts is the rule's method."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.count.bucklin import count_bucklin
from ccin_vote.count.committee import count_committee
from ccin_vote.count.gregory import count_gregory
from ccin_vote.count.motion import count_motion
from ccin_vote.count.outcome import Outcome
from ccin_vote.count.pairwise import count_pairwise
from ccin_vote.count.points import count_points
from ccin_vote.count.published_keep_values import count_published
from ccin_vote.count.reserved import Reserved
from ccin_vote.count.settled_keep_values import count_settled
from ccin_vote.count.star import count_star
from ccin_vote.errors import Refused
from ccin_vote.record.stage import Elected, Record, Why
from ccin_vote.rule import (
    Bucklin,
    Committee,
    KeepValues,
    Motion,
    Pairwise,
    Points,
    RuleSet,
    Star,
    Transfers,
)

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Contest
    from ccin_vote.record.ties import Lots


def count_contest(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Count a contest under a rule.

    Args:
        contest: title, candidates, seats, who withdrew.
        profile: the papers, as the rule reads them.
        rule: the law as data.
        lots: answers the lots that the rule asks for.

    Raises:
        DecisionNeeded: people must draw a lot first.
        Refused: the rule's arithmetic has a limit on candidates, and there are more; or those who
            stand cannot fill the reserved places.
    """
    if contest.uncontested:
        _can_be_filled(contest)
        return _uncontested(contest, profile, rule, lots)
    without_count = Outcome(contest, rule, lots).record(profile)
    if without_count.inquorate:
        return without_count
    _within_limit(contest, rule)
    _can_be_filled(contest)
    return _counted(contest, profile, rule, lots)


def _counted(  # noqa: PLR0911  (a method each)
    contest: Contest, profile: Profile, rule: RuleSet, lots: Lots
) -> Record:
    match rule.method:
        case Points() as method:
            return count_points(contest, profile, rule, method, lots)
        case Transfers() as method:
            return count_gregory(contest, profile, rule, method, lots)
        case KeepValues() as method:
            count = count_settled if method.settled else count_published
            return count(contest, profile, rule, method, lots)
        case Pairwise() as method:
            return count_pairwise(contest, profile, rule, method, lots)
        case Bucklin():
            return count_bucklin(contest, profile, rule, lots)
        case Star():
            return count_star(contest, profile, rule, lots)
        case Committee() as method:
            return count_committee(contest, profile, rule, method, lots)
        case Motion():
            return count_motion(contest, profile, rule, lots)
        case _:
            assert_never(rule.method)


def _within_limit(contest: Contest, rule: RuleSet) -> None:
    most = rule.most_candidates
    if most and len(contest.standing) > most:
        raise Refused(
            f"{rule.name} is counted exactly for at most {most} candidates;"
            f" {len(contest.standing)} stand in {contest.title}.",
            remedy="Another rule of the same kind, such as schulze, has no such limit.",
        )


def _can_be_filled(contest: Contest) -> None:
    if not Reserved(contest).allows((), contest.standing):
        raise Refused(
            f"Nobody can fill the {contest.seats} seats of {contest.title} within its reserved"
            " places from those who stand.",
            remedy="look at the minimum and maximum of each group, and at who withdrew.",
        )


def _uncontested(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Elect everyone who stands, without a ballot, in the order of the list."""
    outcome = Outcome(contest, rule, lots)
    for place, candidate in enumerate(contest.standing, start=1):
        outcome.fates[candidate] = Elected(0, place, Why.UNCONTESTED)
    return outcome.record(profile)
