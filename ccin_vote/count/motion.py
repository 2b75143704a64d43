"""A motion: for, against, abstain; the threshold decides, and an equal vote loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.count.outcome import Outcome
from ccin_vote.count.points import add_up
from ccin_vote.election.contest import AGAINST, FOR
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.rule import Point

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet


def count_motion(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Hold the votes against the contest's threshold; the candidate elected is the decision."""
    totals = add_up(contest, profile, rule, Point.MARK)
    outcome = Outcome(contest, rule, lots)
    decision = FOR if carried(contest, int(totals[FOR]), int(totals[AGAINST])) else AGAINST
    outcome.win(decision, Why.CARRIED)
    outcome.close_stage(StageKind.FIRST_PREFERENCES, totals, (decision,))
    return outcome.record(profile)


def carried(contest: Contest, votes_for: int, against: int) -> bool:
    """Return whether a motion reaches its threshold."""
    return {
        "simple-majority": votes_for > against,
        "two-thirds": votes_for > 0 and 3 * votes_for >= 2 * (votes_for + against),
        "majority-of-electorate": 2 * votes_for > contest.electorate,
    }[contest.threshold]
