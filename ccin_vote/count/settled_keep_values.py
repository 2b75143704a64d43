"""Meek and Warren: votes are looked at when the keep values have settled.

Numbers that differ by less than the last place shown cannot be told apart, whatever stands behind
them: they are a tie, and never an order.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from ccin_vote.count.keep_values import KeepValueCount
from ccin_vote.count.papers import standing_papers
from ccin_vote.count.settling import ONE, settle
from ccin_vote.count.tree_shares import TreeShares
from ccin_vote.record.stage import StageKind

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Paper, Profile, Ranking
    from ccin_vote.count.keep_values import Move
    from ccin_vote.count.settling import Shares
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import KeepValues, RuleSet

_VERY_MANY = 1500
"""As many different papers are worth the import of arrays."""


def count_settled(
    contest: Contest, profile: Profile, rule: RuleSet, method: KeepValues, lots: Lots
) -> Record:
    """Count until every seat is filled.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """
    count = _Count(contest, rule, method, lots, ONE)
    count.lay_out(dict(standing_papers_together(contest, profile)))
    count.run()
    return count.outcome.record(profile)


def standing_papers_together(contest: Contest, profile: Profile) -> dict[Paper, int]:
    """Return the votes of each different paper without the withdrawn candidates."""
    together: dict[Paper, int] = {}
    for paper, votes in standing_papers(contest, profile):
        together[paper] = together.get(paper, 0) + votes
    return together


def shares_of(papers: dict[Paper, int], candidates: int, *, warren: bool) -> Shares:
    """Lay the papers out: as a tree, or in arrays where very many differ."""
    if len(papers) >= _VERY_MANY:
        from ccin_vote.count.array_shares import MOST_VOTES, ArrayShares

        strict = not any(isinstance(place, tuple) for paper in papers for place in paper)
        if strict and sum(papers.values()) <= MOST_VOTES:
            rankings = cast("dict[Ranking, int]", papers)
            return ArrayShares(rankings, candidates, warren=warren)
    return TreeShares(papers.items(), candidates, warren=warren)


class _Count(KeepValueCount):
    shares: Shares
    near: int
    beyond: int

    def lay_out(self, papers: dict[Paper, int]) -> None:
        """Take the papers."""
        self.total = sum(papers.values())
        self.near = ONE // 10**self.rule.places
        self.beyond = self.near // 10
        size = len(self.contest.candidates)
        self.shares = shares_of(papers, size, warren=self.method.warren)

    def run(self) -> None:
        """Settle, elect or exclude, until the seats are filled."""
        move: Move = (StageKind.FIRST_PREFERENCES, ())
        while True:
            settled = settle(self.shares, self.keep, self.outcome.winners, self.contest.seats)
            self.votes, self.quota, self.keep = settled.votes, settled.quota, settled.keep
            elected = self.elect()
            if self.finished():
                self.close_stage(move, (*elected, *self.fill_last_places()), ())
                return
            doomed = self.outcome.doomed(self.continuing)
            if elected and not doomed:
                self.close_stage(move, elected, ())
                move = (StageKind.SURPLUS, tuple(self.outcome.winners))
            else:
                losers = doomed or self.losers(self.near - 1)
                move = self.exclude(move, losers, elected)
                self.shares.exclude(losers)

    def has_enough(self, who: Candidate) -> bool:
        """Return whether somebody has more than the quota by more than can be told apart.

        Algorithm 123, section 1 (3), takes just the quota for enough, "except in the special case
        of a multi-way tie": where one candidate more than there are seats has just that. Whether
        that case comes about is known only at the end. So whoever has just the quota continues:
        the candidate is elected in the end, or is one of those equal, and a lot decides.
        """
        return self.votes[who] - self.quota > self.near

    def shown(self, units: int) -> Fraction:
        """Cut to the places shown, a tenth of the last place added: so 1.99999999999 is 2."""
        places = 10**self.rule.places
        return Fraction((units + self.beyond) * places // ONE, places)
