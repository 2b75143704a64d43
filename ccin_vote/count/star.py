"""STAR: scores are added up, and the two highest totals meet in an automatic run-off."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.count.outcome import Outcome
from ccin_vote.count.pairwise import compared
from ccin_vote.count.papers import standing_papers
from ccin_vote.count.points import add_up
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.record.ties import ByMeasure, Purpose, Question, Tie
from ccin_vote.rule import Point, Unranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Matrix, Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet

_PREFERRED = "more voters prefer one to the others"
_HIGHER_SCORE = "the higher total score decides"
_MOST_FIVES = "the number of highest scores decides"


def count_star(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Score, then run off between the two highest.

    Raises:
        DecisionNeeded: no measure of the rule tells equal candidates apart.
    """
    count = _Star(contest, profile, rule, lots)
    first, second = count.finalists()
    count.run_off(first, second)
    return count.outcome.record(profile, matrix=count.matrix)


class _Star:
    def __init__(self, contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> None:
        self.outcome = Outcome(contest, rule, lots)
        self.totals = add_up(contest, profile, rule, Point.SCORE)
        papers = list(standing_papers(contest, profile, keep_places=True))
        self.matrix: Matrix = compared(contest, papers, Unranked.LAST)
        self.votes = sum(votes for _, votes in papers)
        self.fives = [0] * len(contest.candidates)
        for paper, votes in papers:
            for one in members(paper[0]):
                self.fives[one] += votes

    def finalists(self) -> tuple[Candidate, Candidate]:
        """Find the two highest totals."""
        standing = list(self.outcome.contest.standing)
        first = self.highest(standing)
        second = self.highest([one for one in standing if one != first])
        out = tuple(one for one in standing if one not in (first, second))
        for one in out:
            self.outcome.exclude(one)
        self.outcome.close_stage(StageKind.COMPARISON, self.totals, excluded=out)
        return first, second

    def highest(self, among: Sequence[Candidate]) -> Candidate:
        most = max(self.totals[one] for one in among)
        tied = [one for one in among if self.totals[one] == most]
        preferred = self._preferred(tied)
        return self.settled(
            tied,
            Purpose.RUN_OFF,
            ((_PREFERRED, preferred.__getitem__), (_MOST_FIVES, self.fives.__getitem__)),
        )

    def _preferred(self, tied: Sequence[Candidate]) -> dict[Candidate, int]:
        """Give how many of the others each is preferred to, by more voters than the reverse."""
        return {
            one: sum(self.matrix[one][other] > self.matrix[other][one] for other in tied)
            for one in tied
        }

    def run_off(self, first: Candidate, second: Candidate) -> None:
        """Count each paper for the finalist whom it scores higher."""
        votes = [Fraction(0)] * len(self.totals)
        votes[first] = Fraction(self.matrix[first][second])
        votes[second] = Fraction(self.matrix[second][first])
        most = max(votes[first], votes[second])
        tied = [one for one in sorted((first, second)) if votes[one] == most]
        winner = self.settled(
            tied,
            Purpose.ELECTION,
            ((_HIGHER_SCORE, self.totals.__getitem__), (_MOST_FIVES, self.fives.__getitem__)),
        )
        self.outcome.win(winner, Why.TIE_BROKEN if self.outcome.ties else Why.RUN_OFF)
        aside = self.votes - votes[first] - votes[second]
        self.outcome.close_stage(StageKind.COMPARISON, votes, (winner,), aside=aside)

    def settled(
        self,
        tied: Sequence[Candidate],
        purpose: Purpose,
        measures: Sequence[tuple[str, Callable[[Candidate], Fraction | int]]],
    ) -> Candidate:
        """Tell equal candidates apart by each measure in turn, then by lot."""
        left = list(tied)
        for words, measure in measures:
            best = max(measure(one) for one in left)
            left = [one for one in left if measure(one) == best]
            if len(left) == 1 < len(tied):
                question = Question(self.outcome.stage, purpose, tuple(sorted(tied)))
                self.outcome.ties.append(Tie(question, ByMeasure(words), left[0]))
                return left[0]
        return self.outcome.one_of(left, purpose)
