"""STAR: scores are added up, and the two highest totals meet in an automatic run-off.

Ties follow the Equal Vote Coalition's Official Tiebreaker Protocol (as published on 12 September
2025), whose steps are taken again and again from the top until the tie is gone.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.count.outcome import Outcome
from ccin_vote.count.pairwise import compared
from ccin_vote.count.papers import standing_papers
from ccin_vote.count.points import add_up
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.record.ties import ByLot, ByMeasure, Purpose, Question, Tie
from ccin_vote.rule import Point, Unranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Matrix, Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet

    Measure = Callable[[Candidate], Fraction | int]

_FEWEST_LOST = "who lost fewer comparisons with the others decides"
_HIGHER_SCORE = "the higher total score decides"
_MOST_FIVES = "who has more of the highest score decides"


def count_star(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Score, then run off between the two highest; again without the elected for each seat.

    Raises:
        DecisionNeeded: no measure of the rule tells equal candidates apart.
    """
    count = _Star(contest, profile, rule, lots)
    while count.outcome.vacancies:
        count.fill_seat()
    return count.outcome.record(profile, matrix=count.matrix)


class _Star:
    def __init__(self, contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> None:
        self.outcome = Outcome(contest, rule, lots)
        self.totals = add_up(contest, profile, rule, Point.SCORE)
        papers = list(standing_papers(contest, profile, keep_places=True))
        self.matrix: Matrix = compared(contest, papers, Unranked.LAST)
        self.votes = sum(votes for _, votes in papers)
        self.left = list(contest.standing)
        self.fives = [0] * len(contest.candidates)
        for paper, votes in papers:
            for candidate in members(paper[0]):
                self.fives[candidate] += votes

    def fill_seat(self) -> None:
        """Find two finalists among those not elected, and elect one of them."""
        last_seat = self.outcome.vacancies == 1
        finalists = self.finalists()
        out = [who for who in self.left if who not in finalists] if last_seat else []
        for candidate in out:
            self.outcome.exclude(candidate)
        shown = [
            total if who in self.left else Fraction(0) for who, total in enumerate(self.totals)
        ]
        self.outcome.close_stage(StageKind.COMPARISON, shown, excluded=tuple(out))
        self.run_off(finalists)

    def finalists(self) -> list[Candidate]:
        """Take the two highest totals."""
        found: list[Candidate] = []
        for total in sorted({self.totals[who] for who in self.left}, reverse=True):
            places = 2 - len(found)
            if places:
                equal = [who for who in self.left if self.totals[who] == total]
                found += equal if len(equal) <= places else self.advanced(equal, places)
        return found

    def advanced(self, tied: Sequence[Candidate], places: int) -> list[Candidate]:
        """Tell equal totals apart at the edge of the finals, step by step.

        Step 1: compared with each other, whoever lost most comparisons is out. Step 3: most highest
        scores go on, or whoever has fewest is out. Step 4: a lot. After each step again from the
        first, as long as more are tied than there are places.
        """
        question = Question(self.outcome.stage, Purpose.RUN_OFF, tuple(sorted(tied)))
        found: list[Candidate] = []
        left, drawn = list(tied), None
        told: list[str] = []
        while len(left) > places - len(found):
            room = places - len(found)
            lost = self._lost(left)
            better, level = self._parted(left, lost)
            if level:
                told.append(self._figures(_FEWEST_LOST, left, lost))
            else:
                better, level = self._by_fives(left, room)
                told += [self._figures(_MOST_FIVES, left, self.fives.__getitem__)] if level else []
            if not level:
                drawn = drawn or self.outcome.lots.draw(
                    Question(question.stage, question.purpose, tuple(sorted(left)))
                )
                first = min(left, key=drawn.index)
                better, level = [first], [who for who in left if who != first]
            if len(better) >= room:
                left = better
            else:
                found += better
                left = level
        chosen = [*found, *left][:places]
        how = ByLot(drawn) if drawn else ByMeasure("; then ".join(told))
        self.outcome.ties.append(Tie(question, how, chosen[0], tuple(chosen[1:])))
        return chosen

    def _figures(self, words: str, tied: Sequence[Candidate], measure: Measure) -> str:
        """Return a measure in words, with what each candidate has."""
        names = self.outcome.contest.candidates
        told = sorted(f"{names[who]} {measure(who)}" for who in tied)
        return f"{words} ({', '.join(told)})"

    def _lost(self, tied: Sequence[Candidate]) -> Measure:
        """Return how many comparisons with the others each lost."""
        return lambda who: sum(self.matrix[other][who] > self.matrix[who][other] for other in tied)

    @staticmethod
    def _parted(tied: list[Candidate], measure: Measure) -> tuple[list[Candidate], list[Candidate]]:
        """Part those with most of a measure from the others; nobody has most if all are alike."""
        worst = max(measure(who) for who in tied)
        last = [who for who in tied if measure(who) == worst]
        return ([], []) if len(last) == len(tied) else ([w for w in tied if w not in last], last)

    def _by_fives(
        self, tied: list[Candidate], room: int
    ) -> tuple[list[Candidate], list[Candidate]]:
        """Let those with most highest scores go on if there is room, else drop who has fewest."""
        most = max(self.fives[who] for who in tied)
        best = [who for who in tied if self.fives[who] == most]
        if len(best) <= room:
            return best, [who for who in tied if who not in best]
        return self._parted(tied, lambda who: -self.fives[who])

    def run_off(self, finalists: Sequence[Candidate]) -> None:
        """Count each paper for the finalist whom it scores higher."""
        votes = [Fraction(0)] * len(self.totals)
        for candidate in finalists:
            (other,) = [who for who in finalists if who != candidate] or [candidate]
            votes[candidate] = Fraction(self.matrix[candidate][other])
        most = max(votes[who] for who in finalists)
        tied = [who for who in sorted(finalists) if votes[who] == most]
        winner = self._settled(tied)
        self.outcome.win(winner, Why.TIE_BROKEN if self.outcome.ties else Why.RUN_OFF)
        self.left.remove(winner)
        aside = self.votes - sum(votes, Fraction(0))
        self.outcome.close_stage(StageKind.COMPARISON, votes, (winner,), aside=aside)

    def _settled(self, tied: Sequence[Candidate]) -> Candidate:
        """Tell equal finalists apart: the higher score, then most highest scores, then a lot."""
        left = list(tied)
        measures: tuple[tuple[str, Measure], ...] = (
            (_HIGHER_SCORE, self.totals.__getitem__),
            (_MOST_FIVES, self.fives.__getitem__),
        )
        for words, measure in measures:
            told = self._figures(words, left, measure)
            best = max(measure(who) for who in left)
            left = [who for who in left if measure(who) == best]
            if len(left) == 1 < len(tied):
                question = Question(self.outcome.stage, Purpose.ELECTION, tuple(sorted(tied)))
                self.outcome.ties.append(Tie(question, ByMeasure(told), left[0]))
                return left[0]
        return self.outcome.one_of(left, Purpose.ELECTION)
