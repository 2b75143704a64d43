"""A second count, written from the law alone: slow, literal, paper by paper, in fractions.

It shares no line with `count`; both read the same law. Rule numbers from 46 to 53 are those of
schedule 1, part III of The Scottish Local Government Elections Order 2011; those of other laws
are named with the law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Lots, Purpose, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.ballot.profile import Profile, Ranking
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.rule import RuleSet

_MANY = 500_000
_FIVE_PLACES = 100_000


@dataclass(slots=True)
class Paper:
    """A ballot paper: whom it ranks, what it is worth, on whose pile it lies (None: on none).

    ``copies`` is 1 unless the contest has over half a million papers.
    """

    ranking: Ranking
    copies: int
    value: Fraction
    pile: Candidate | None = None


@dataclass(frozen=True, slots=True)
class RecountStage:
    """What the recount found at a stage: exact votes, and who was elected and excluded."""

    votes: tuple[Fraction, ...]
    non_transferable: Fraction
    lost_to_rounding: Fraction
    elected: frozenset[Candidate]
    excluded: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Recount:
    """The outcome of the recount; no stages where the contest is uncontested."""

    quota: Fraction | None
    stages: tuple[RecountStage, ...]
    winners: tuple[Candidate, ...]


@dataclass(slots=True)
class _Table:
    """The table on which papers are counted."""

    contest: Contest
    lots: Lots
    papers: list[Paper]
    hopeful: list[Candidate]
    winners: list[Candidate] = field(default_factory=list)
    lost: Fraction = Fraction(0)
    stages: list[RecountStage] = field(default_factory=list)

    def votes(self, who: Candidate | None) -> Fraction:
        return sum((p.value * p.copies for p in self.papers if p.pile == who), Fraction(0))

    def all_votes(self) -> tuple[Fraction, ...]:
        sums = [Fraction(0)] * len(self.contest.candidates)
        for paper in self.papers:
            if paper.pile is not None:
                sums[paper.pile] += paper.value * paper.copies
        return tuple(sums)

    def write_stage(self, elected: list[Candidate], excluded: tuple[Candidate, ...]) -> None:
        self.stages.append(
            RecountStage(
                self.all_votes(), self.votes(None), self.lost, frozenset(elected), excluded
            )
        )

    def move(self, paper: Paper) -> None:
        """Put a paper on the pile of its next preference among the hopeful, or aside."""
        paper.pile = next((one for one in paper.ranking if one in self.hopeful), None)

    def choose(self, equal: list[Candidate], why: Purpose) -> Candidate:
        """Tell equal candidates apart: the most recent unequal stage, else a lot.

        Where an earlier stage leaves several of them equal, the stages before it are looked at
        for those; the law speaks of two candidates and is silent on more.
        """
        past = [stage.votes for stage in self.stages]
        left = equal
        while past and len(left) > 1:
            votes = past.pop()
            best = (min if why is Purpose.EXCLUSION else max)(votes[one] for one in left)
            left = [one for one in left if votes[one] == best]
        if len(left) == 1:
            return left[0]
        return self.lots.draw(Question(len(self.stages) + 1, why, tuple(sorted(left))))[0]


def recount(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Recount:
    """Count a contest again.

    Raises:
        DecisionNeeded: a lot is needed and not recorded.
        KeyError: this recount does not know the rule.
    """
    if len(contest.standing) <= contest.seats:
        return Recount(None, (), contest.standing)
    table = _Table(contest, lots, _lay_out(contest, profile), list(contest.standing))
    return RECOUNTS[rule.name](table)


def _lay_out(contest: Contest, profile: Profile) -> list[Paper]:
    """Give a paper object for each paper, on the pile of its first preference (rule 46)."""
    papers: list[Paper] = []
    split = sum(weight.votes for weight in profile.formal.values()) <= _MANY
    for ranking, weight in profile.formal.items():
        valid = tuple(
            one for one in ranking if not isinstance(one, tuple) and one not in contest.withdrawn
        )
        if valid:
            times, copies = (weight.votes, 1) if split else (1, weight.votes)
            papers += [Paper(valid, copies, Fraction(1), valid[0]) for _ in range(times)]
    return papers


def _first_past_the_post(table: _Table) -> Recount:
    """Give the one place to whom most votes were given; equal votes: a lot (1983 Act, rule 49)."""
    votes = table.all_votes()
    most = max(votes[one] for one in table.hopeful)
    first = [one for one in table.hopeful if votes[one] == most]
    winner = table.choose(first, Purpose.ELECTION)
    table.write_stage([winner], ())
    return Recount(None, tuple(table.stages), (winner,))


def _alternative_vote(table: _Table) -> Recount:
    """Exclude the last until one has more votes than all others together.

    Rules 45A, 49 and 49A of the parliamentary elections rules, as the Parliamentary Voting System
    and Constituencies Act 2011 (section 9, schedule 10) put them.
    """
    while True:
        votes = table.all_votes()
        in_play = sum((votes[one] for one in table.hopeful), Fraction(0))
        ahead = [one for one in table.hopeful if votes[one] * 2 > in_play]
        # Rule 49A: two are left with equal votes; the first stage that tells them apart, or a lot.
        if len(table.hopeful) == 2 and not ahead:  # noqa: PLR2004
            ahead = [_told_apart_from_the_first(table, table.hopeful, Purpose.ELECTION)]
        ahead = ahead or (table.hopeful if len(table.hopeful) == 1 else [])
        if ahead:
            table.write_stage(ahead, ())
            return Recount(None, tuple(table.stages), tuple(ahead))
        # Rule 45A(3): the one with fewest votes; rule 49(2) and (3) where several are equal.
        fewest = min(votes[one] for one in table.hopeful)
        equal = [one for one in table.hopeful if votes[one] == fewest]
        last = _told_apart_from_the_first(table, equal, Purpose.EXCLUSION)
        table.hopeful.remove(last)
        table.write_stage([], (last,))
        for paper in table.papers:
            if paper.pile == last:
                table.move(paper)


def _told_apart_from_the_first(table: _Table, equal: list[Candidate], why: Purpose) -> Candidate:
    """Look at first preferences, then at the next stage, and so on; at last draw a lot."""
    left = list(equal)
    for stage in table.stages:
        best = (min if why is Purpose.EXCLUSION else max)(stage.votes[one] for one in left)
        left = [one for one in left if stage.votes[one] == best]
    if len(left) == 1:
        return left[0]
    return table.lots.draw(Question(len(table.stages) + 1, why, tuple(sorted(left))))[0]


def _last(table: _Table, votes: tuple[Fraction, ...]) -> Candidate:
    """Find who has fewest votes; equal: rule 52."""
    fewest = min(votes[one] for one in table.hopeful)
    equal = [one for one in table.hopeful if votes[one] == fewest]
    return table.choose(equal, Purpose.EXCLUSION)


def _scottish(table: _Table) -> Recount:
    """Count by rules 46 to 53."""
    seats = table.contest.seats
    # Rule 47: valid papers over seats plus one, any fraction disregarded, plus one.
    quota = Fraction(floor(table_total(table) / (seats + 1)) + 1)
    surpluses: list[Candidate] = []
    while True:
        votes = table.all_votes()
        elected = _deemed_elected(table, votes, quota)
        surpluses += [one for one in elected if votes[one] > quota]
        # Rule 53: the last vacancies go to those who are left, if they are no more.
        if len(table.hopeful) <= seats - len(table.winners) or len(table.winners) == seats:
            elected += _last_vacancies(table, votes)
            table.write_stage(elected, ())
            return Recount(quota, tuple(table.stages), tuple(table.winners))
        if surpluses:
            # Rule 50: the largest surplus first; equal: the most recent unequal stage, else a lot.
            largest = max(votes[one] for one in surpluses)
            equal = sorted(one for one in surpluses if votes[one] == largest)
            chosen = table.choose(equal, Purpose.SURPLUS)
            table.write_stage(elected, ())
            surpluses.remove(chosen)
            _transfer_surplus(table, chosen, votes[chosen], quota)
        else:
            # Rule 51: nobody has a surplus; the last is excluded, with papers at their value.
            last = _last(table, votes)
            table.hopeful.remove(last)
            table.write_stage(elected, (last,))
            for paper in table.papers:
                if paper.pile == last:
                    table.move(paper)


def table_total(table: _Table) -> Fraction:
    """Give the number of valid papers."""
    return Fraction(sum(paper.copies for paper in table.papers))


def _deemed_elected(table: _Table, votes: tuple[Fraction, ...], quota: Fraction) -> list[Candidate]:
    """Find who has the quota (rule 48), those with more votes first."""
    reached = [one for one in table.hopeful if votes[one] >= quota]
    reached.sort(key=lambda one: votes[one], reverse=True)
    for one in reached:
        table.hopeful.remove(one)
        table.winners.append(one)
    return reached


def _last_vacancies(table: _Table, votes: tuple[Fraction, ...]) -> list[Candidate]:
    if len(table.winners) == table.contest.seats:
        return []
    rest = sorted(table.hopeful, key=lambda one: votes[one], reverse=True)
    table.winners += rest
    table.hopeful.clear()
    return rest


def _transfer_surplus(table: _Table, source: Candidate, held: Fraction, quota: Fraction) -> None:
    """Transfer every paper of the pile at its value times surplus over votes (rule 49).

    The value is taken to five decimal places, the remainder ignored. The candidate keeps the
    quota; what the remainders come to belongs to nobody.
    """
    moved = Fraction(0)
    for paper in table.papers:
        if paper.pile == source:
            exact = paper.value * (held - quota) / held
            paper.value = Fraction(floor(exact * _FIVE_PLACES), _FIVE_PLACES)
            moved += paper.value * paper.copies
            table.move(paper)
    table.lost += held - quota - moved
    kept = Paper((source,), 1, quota, source)
    table.papers.append(kept)


RECOUNTS: dict[str, Callable[[_Table], Recount]] = {
    "first-past-the-post": _first_past_the_post,
    "alternative-vote": _alternative_vote,
    "scottish-stv": _scottish,
}
"""The recounts by the name of the rule."""
