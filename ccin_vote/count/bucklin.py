"""Bucklin: lower preferences are added until somebody has a majority of the valid papers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.count.outcome import Outcome, in_ranks
from ccin_vote.count.papers import standing_rankings
from ccin_vote.record.stage import StageKind, Why

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet


def count_bucklin(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Add first, then second preferences, and so on.

    Raises:
        DecisionNeeded: those with most votes are equal, and no lot is drawn yet.
    """
    outcome = Outcome(contest, rule, lots)
    rankings = list(standing_rankings(contest, profile))
    papers = sum(votes for _, votes in rankings)
    depth = max((len(ranking) for ranking, _ in rankings), default=1)
    totals = [Fraction(0)] * len(contest.candidates)
    for place in range(depth):
        for ranking, votes in rankings:
            if place < len(ranking):
                totals[ranking[place]] += votes
        kind = StageKind.COMPARISON if place else StageKind.FIRST_PREFERENCES
        majority = 2 * max(totals) > papers
        elected: tuple[Candidate, ...] = ()
        if majority or place == depth - 1:
            ranks = in_ranks(contest.standing, totals)
            why = Why.MAJORITY if majority else Why.MOST_VOTES
            elected = outcome.elect_in_order(ranks, why)
        outcome.close_stage(kind, tuple(totals), elected)
        if elected:
            break
    return outcome.record(profile)
