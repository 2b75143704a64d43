"""First past the post: one comparison; the candidate with most votes is elected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.count.papers import informal_by_reason, standing_rankings, valid_papers
from ccin_vote.count.ties import first_of
from ccin_vote.record.stage import (
    Continuing,
    Elected,
    Fate,
    Record,
    Stage,
    StageKind,
    Tally,
    Why,
    Withdrawn,
)
from ccin_vote.record.ties import Lots, Purpose, Tie
from ccin_vote.record.votes import Votes

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.rule import RuleSet


def count_plurality(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Count crosses: the first candidate of each ranking has the vote.

    Raises:
        DecisionNeeded: the first are tied, and the lot is not drawn yet.
    """
    votes = [0] * len(contest.candidates)
    for ranking, weight in standing_rankings(contest, profile):
        if ranking:
            votes[ranking[0]] += weight
    most = max(votes[one] for one in contest.standing)
    first = [one for one in contest.standing if votes[one] == most]
    ties: tuple[Tie, ...] = ()
    if len(first) > 1:
        ties = (first_of(first, [votes], Purpose.ELECTION, rule.ties, lots),)
    winner = ties[0].chosen if ties else first[0]
    return _record(contest, profile, rule, _stage(votes, winner, ties))


def _stage(votes: list[int], winner: Candidate, ties: tuple[Tie, ...]) -> Stage:
    nothing = Votes(0, 0)
    return Stage(
        number=1,
        kind=StageKind.FIRST_PREFERENCES,
        of=(),
        quota=None,
        tally=Tally(tuple(Votes(one, 0) for one in votes), nothing, nothing),
        total=Votes(sum(votes), 0),
        elected=(winner,),
        excluded=(),
        ties=ties,
    )


def _record(contest: Contest, profile: Profile, rule: RuleSet, stage: Stage) -> Record:
    fates: list[Fate] = [Continuing() for _ in contest.candidates]
    for one in contest.withdrawn:
        fates[one] = Withdrawn()
    fates[stage.elected[0]] = Elected(1, 1, Why.TIE_BROKEN if stage.ties else Why.MOST_VOTES)
    return Record(
        contest=contest,
        rule=rule,
        papers=valid_papers(contest, profile),
        votes=stage.total.units,
        informal=informal_by_reason(contest, profile),
        quota=None,
        stages=(stage,),
        fates=tuple(fates),
    )
