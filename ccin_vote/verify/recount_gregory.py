"""Recounts of the single transferable vote, paper by paper, in fractions.

Rule numbers from 46 to 53 are those of schedule 1, part III of The Scottish Local Government
Elections Order 2011; those of other laws are named with the law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.conformant import doomed, guarded, is_possible

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import BallotPaper, Recount, Table


@dataclass(slots=True)
class _Hand:
    """A counting by hand: who is hopeful, whose surplus waits, what is lost."""

    table: Table
    law: _Law
    hopeful: list[Candidate]
    surpluses: list[Candidate] = field(default_factory=list)
    to_move: list[list[BallotPaper]] = field(default_factory=list)
    kept: list[Fraction] = field(default_factory=list)
    lost: Fraction = Fraction(0)
    quota: Fraction = Fraction(0)
    first_quota: Fraction = Fraction(0)
    move: int = 0

    def votes(self) -> list[Fraction]:
        held = list(self.kept)
        for paper in self.table.papers:
            if paper.pile is not None:
                held[paper.pile] += paper.value * paper.copies
        return held

    def aside(self) -> Fraction:
        total = self.table.total() - self.lost
        return total - sum(self.votes())

    def hand_on(self, papers: list[BallotPaper]) -> None:
        """Put each paper on the pile of its next preference among the hopeful, or aside."""
        self.move += 1
        for paper in papers:
            paper.pile = next((one for one in paper.ranking if one in self.hopeful), None)
            paper.came = self.move

    def pile(self, who: Candidate) -> list[BallotPaper]:
        return [paper for paper in self.table.papers if paper.pile == who]


@dataclass(frozen=True, slots=True)
class _Law:
    """What differs between the laws."""

    quota: Callable[[_Hand], Fraction]
    surplus: Callable[[_Hand, Candidate, Fraction], None]
    ties: Callable[[_Hand, list[Candidate], Purpose], Candidate]
    places: int | None
    more_than_quota: bool = False
    several: bool = False
    wait: bool = False
    steps: Callable[[list[BallotPaper]], list[list[BallotPaper]]] = lambda papers: [papers]
    enough: Callable[[_Hand], Fraction] = lambda hand: hand.quota
    fixed: bool = True
    as_many: bool = False
    leaves: bool = False
    leader: bool = False

    def down(self, value: Fraction) -> Fraction:
        """Drop what is beyond the law's decimal places."""
        if self.places is None:
            return value
        return Fraction(floor(value * 10**self.places), 10**self.places)


def _count(table: Table, law: _Law) -> Recount:
    hand = _Hand(table, law, table.standing, kept=table.zeros())
    hand.hand_on(table.papers)
    hand.first_quota = hand.quota = law.quota(hand)
    while True:
        hand.quota = law.quota(hand)
        votes = hand.votes()
        elected = _deemed_elected(hand, votes)
        if law.leader and not hand.to_move:  # what still lies with the excluded may go to anybody
            elected += _beyond_reach(hand, votes)
        if table.vacancies == 0 or len(hand.hopeful) <= table.vacancies:
            rest = sorted(hand.hopeful, key=lambda one: votes[one], reverse=True)
            rest = rest if table.vacancies else []
            table.winners += rest
            table.write(votes, [*elected, *rest], (), hand.aside(), hand.lost)
            return table.done(hand.first_quota if law.fixed else None)
        if law.leaves and not hand.to_move and _only_who_stay(hand, votes, elected):
            return table.done(hand.first_quota)
        if hand.to_move:
            table.write(votes, elected, (), hand.aside(), hand.lost)
            if law.steps is _first_then_by_value:  # 51(4): the whole exclusion is one stage
                table.history.pop()
            hand.hand_on(hand.to_move.pop(0))
            continue
        no_hope = doomed(table.contest, table.winners, hand.hopeful)
        losers = no_hope or (_cannot_win(hand, votes) if law.several else [])
        first_out = bool(no_hope) or (bool(losers) and not law.wait)
        surplus = None if first_out else _surplus(hand, votes, losers)
        if surplus is not None:
            table.write(votes, elected, (), hand.aside(), hand.lost)
            hand.surpluses.remove(surplus)
            law.surplus(hand, surplus, votes[surplus])
            continue
        out = losers or [_last(hand, votes)]
        hand.hopeful = [one for one in hand.hopeful if one not in out]
        table.write(votes, elected, out, hand.aside(), hand.lost)
        going = [paper for paper in table.papers if paper.pile in out]
        hand.to_move = law.steps(going) or [[]]
        hand.hand_on(hand.to_move.pop(0))


def _beyond_reach(hand: _Hand, votes: list[Fraction]) -> list[Candidate]:
    """Fill the last vacancy where the others together cannot pass one (Northern Ireland, 52(2))."""
    if hand.table.vacancies != 1 or len(hand.hopeful) == 1:
        return []
    spare = sum((votes[one] - hand.quota for one in hand.surpluses), Fraction(0))
    found = []
    for one in hand.hopeful:
        others = sum((votes[other] for other in hand.hopeful if other != one), spare)
        if votes[one] >= others:
            found.append(one)
    if len(found) != 1:
        return []
    hand.hopeful.remove(found[0])
    hand.table.winners.append(found[0])
    return found


def _only_who_stay(hand: _Hand, votes: list[Fraction], elected: list[Candidate]) -> bool:
    """End the count where an exclusion would leave just enough (ERS97, 5.5.1)."""
    table = hand.table
    losers = doomed(table.contest, table.winners, hand.hopeful) or _cannot_win(hand, votes)
    if hand.surpluses and not (losers or _all_wait(hand, votes)):
        return False
    if len(hand.hopeful) - max(1, len(losers)) > table.vacancies:
        return False
    out = losers or [_last(hand, votes)]
    rest = [one for one in hand.hopeful if one not in out]
    rest.sort(key=lambda one: votes[one], reverse=True)
    table.winners += rest
    table.write(votes, [*elected, *rest], out, hand.aside(), hand.lost)
    return True


def _deemed_elected(hand: _Hand, votes: list[Fraction]) -> list[Candidate]:
    """Take the hopeful from the most votes down, while they have enough (rule 48)."""
    elected: list[Candidate] = []
    while hand.table.vacancies and hand.hopeful:
        enough = hand.law.enough(hand)
        no_hope = doomed(hand.table.contest, hand.table.winners, hand.hopeful)
        able = [one for one in hand.hopeful if one not in no_hope]
        most = max((votes[one] for one in able), default=Fraction(-1))
        if most < enough or (most == enough and hand.law.more_than_quota):
            break
        equal = [one for one in able if votes[one] == most]
        contest = hand.table.contest
        reserved = bool(contest.constraints or contest.protected)
        ready = _reserved(hand, equal) if reserved else _who_fit(hand, equal)
        if not ready:
            break
        for one in ready:
            hand.hopeful.remove(one)
            hand.table.winners.append(one)
            if votes[one] > hand.quota:
                hand.surpluses.append(one)
        elected += ready
    return elected


def _reserved(hand: _Hand, equal: list[Candidate]) -> list[Candidate]:
    """Take equals together if reserved places let all of them in, else who comes first."""
    table = hand.table
    rest = [one for one in hand.hopeful if one not in equal]
    if len(equal) <= table.vacancies and is_possible(table.contest, [*table.winners, *equal], rest):
        return equal
    return [equal[0] if len(equal) == 1 else hand.law.ties(hand, equal, Purpose.ELECTION)]


def _who_fit(hand: _Hand, equal: list[Candidate]) -> list[Candidate]:
    """Of too many equals take those whom the first unequal point puts first (ERS97, 5.6.2)."""
    room = hand.table.vacancies
    if len(equal) <= room:
        return equal
    chosen: list[Candidate] = []
    while len(chosen) < room and len(equal) > room - len(chosen):
        left = equal
        for votes in hand.table.history:
            best = max(votes[one] for one in left)
            left = [one for one in left if votes[one] == best]
        if len(left) > 1:
            return chosen
        chosen += left
        equal = [one for one in equal if one not in left]
    return chosen


def _surplus(hand: _Hand, votes: list[Fraction], losers: list[Candidate]) -> Candidate | None:
    """Choose the largest surplus (rule 50), unless the law lets all of them wait."""
    if not hand.surpluses:
        return None
    if hand.law.wait and (losers or _all_wait(hand, votes)):
        return None
    largest = max(votes[one] for one in hand.surpluses)
    equal = [one for one in hand.surpluses if votes[one] == largest]
    return hand.law.ties(hand, equal, Purpose.SURPLUS)


def _all_wait(hand: _Hand, votes: list[Fraction]) -> bool:
    """Whether all surpluses together could not lift the last candidate past the next."""
    together = sum((votes[one] - hand.quota for one in hand.surpluses), Fraction(0))
    two = sorted(votes[one] for one in hand.hopeful)[:2]
    return len(two) > 1 and _below(hand, two[0] + together, two[1])


def _below(hand: _Hand, votes: Fraction, limit: Fraction) -> bool:
    return votes < limit or (hand.law.as_many and votes == limit)


def _free(hand: _Hand) -> list[Candidate]:
    table = hand.table
    kept = guarded(table.contest, table.winners, hand.hopeful)
    return [one for one in hand.hopeful if one not in kept]


def _last(hand: _Hand, votes: list[Fraction]) -> Candidate:
    """Choose who has fewest votes (rule 51)."""
    fewest = min(votes[one] for one in _free(hand))
    equal = [one for one in _free(hand) if votes[one] == fewest]
    return hand.law.ties(hand, equal, Purpose.EXCLUSION)


def _cannot_win(hand: _Hand, votes: list[Fraction]) -> list[Candidate]:
    """Find the most candidates at the bottom who, all votes below and surpluses added, lose."""
    spare = sum((votes[one] - hand.quota for one in hand.surpluses), Fraction(0))
    free = _free(hand)
    found: list[Candidate] = []
    for limit in sorted({votes[one] for one in free})[1:]:
        below = [one for one in free if votes[one] < limit]
        stay = [one for one in hand.hopeful if one not in below]
        fits = len(stay) >= hand.table.vacancies
        if hand.table.contest.constraints or hand.table.contest.protected:
            fits = fits and is_possible(hand.table.contest, hand.table.winners, stay)
        if fits and _below(hand, sum((votes[one] for one in below), spare), limit):
            found = below
    return found


def _whole_pile(hand: _Hand, source: Candidate, held: Fraction, *, twice: bool) -> None:
    """Transfer every paper at its value times the surplus over the votes (rule 49).

    Where a law rounds twice, the share of a whole vote is rounded before it is multiplied.
    """
    law, surplus = hand.law, held - hand.quota
    papers = hand.pile(source)
    moved = Fraction(0)
    for paper in papers:
        share = law.down(surplus / held) if twice else surplus / held
        paper.value = law.down(paper.value * share)
        moved += paper.value * paper.copies
    hand.lost += surplus - moved
    hand.kept[source] = hand.quota
    hand.hand_on(papers)


def _last_papers(hand: _Hand, source: Candidate, held: Fraction) -> None:
    """Transfer the papers that came last, those that can be transferred, to carry the surplus."""
    surplus = held - hand.quota
    pile = hand.pile(source)
    last = [paper for paper in pile if paper.came == max(one.came for one in pile)]
    going = [paper for paper in last if any(one in hand.hopeful for one in paper.ranking)]
    number = sum(paper.copies for paper in going)
    highest = max((paper.value for paper in going), default=Fraction(0))
    if number * highest > surplus:
        value = hand.law.down(surplus / number)
        hand.lost += surplus - value * number
        for paper in going:
            paper.value = value
    for paper in pile:
        paper.pile = None
    hand.kept[source] = hand.quota
    for paper in going:
        paper.value = min(paper.value, highest)
    hand.hand_on(going)


def _latest(hand: _Hand, equal: list[Candidate], why: Purpose) -> Candidate:
    """Tell apart by the most recent unequal stage (rules 50 and 52), else by a lot.

    Where an earlier stage leaves several of them equal, the stages before it are looked at for
    those; the law speaks of two candidates and is silent on more.
    """
    return _told_apart(hand, equal, why, list(reversed(hand.table.history)))


def _first(hand: _Hand, equal: list[Candidate], why: Purpose) -> Candidate:
    """Tell apart by the first unequal stage, else by a lot."""
    return _told_apart(hand, equal, why, hand.table.history)


def _told_apart(
    hand: _Hand, equal: list[Candidate], why: Purpose, past: list[tuple[Fraction, ...]]
) -> Candidate:
    for votes in past:
        best = (min if why is Purpose.EXCLUSION else max)(votes[one] for one in equal)
        equal = [one for one in equal if votes[one] == best]
    return _by_lot(hand, equal, why)


def _by_lot(hand: _Hand, equal: list[Candidate], why: Purpose) -> Candidate:
    if len(equal) > 1 and why is Purpose.ELECTION:  # one order serves all places of a stage
        return hand.table.order(equal, why)[0]
    return hand.table.lot(equal, why)


def _droop(hand: _Hand) -> Fraction:
    """Valid papers over seats plus one, any fraction disregarded, plus one (rule 47)."""
    return Fraction(floor(hand.table.total() / (hand.table.contest.seats + 1)) + 1)


def _exact(hand: _Hand) -> Fraction:
    return hand.table.total() / (hand.table.contest.seats + 1)


def _of_votes_held(hand: _Hand) -> Fraction:
    return Fraction(floor(sum(hand.votes()) / (hand.table.contest.seats + 1)) + 1)


def _thousandths(hand: _Hand) -> Fraction:
    return Fraction(floor(1000 * hand.table.total() / (hand.table.contest.seats + 1)) + 1, 1000)


def _up(value: Fraction) -> Fraction:
    return max(Fraction(ceil(value * 100), 100), Fraction(1, 100))


def _reduced(hand: _Hand) -> Fraction:
    """Give the ERS97 quota: as votes fall aside it shrinks, until somebody is elected."""
    held = sum(hand.votes())
    now = _up(Fraction(held) / (hand.table.contest.seats + 1))
    if hand.quota == 0:
        return now
    return hand.quota if hand.table.winners else min(hand.quota, now)


def _active(hand: _Hand) -> Fraction:
    """Give what elects under ERS97 once somebody is elected: a share of the active votes."""
    if not hand.table.winners:
        return hand.quota
    votes = hand.votes()
    # Glossary, "total active vote": whatever is neither kept by the elected nor lies aside.
    kept = sum(min(votes[one], hand.quota) for one in hand.table.winners)
    active = sum(votes) - kept
    return min(hand.quota, _up(Fraction(active) / (hand.table.vacancies + 1)))


def _by_value(papers: list[BallotPaper]) -> list[list[BallotPaper]]:
    values = sorted({paper.value for paper in papers}, reverse=True)
    return [[paper for paper in papers if paper.value == value] for value in values]


def _first_then_by_value(papers: list[BallotPaper]) -> list[list[BallotPaper]]:
    """Lay out first preferences, then what had been transferred, the highest value first."""
    first = [paper for paper in papers if paper.came == 1]
    rest = _by_value([paper for paper in papers if paper.came != 1])
    return [first, *rest] if first else rest


def _by_parcel(papers: list[BallotPaper]) -> list[list[BallotPaper]]:
    moves = sorted({paper.came for paper in papers})
    return [[paper for paper in papers if paper.came == move] for move in moves]


_WHOLE = partial(_whole_pile, twice=False)
_TWICE = partial(_whole_pile, twice=True)

_LAWS = {
    "scottish-stv": _Law(_droop, _WHOLE, _latest, 5),
    "wigm": _Law(_exact, _WHOLE, _by_lot, None, more_than_quota=True),
    "minneapolis-stv": _Law(_droop, _TWICE, _by_lot, 4, several=True),
    "albany-stv": _Law(_of_votes_held, _TWICE, _by_lot, 6, fixed=False),
    "ers97": _Law(
        _reduced,
        _last_papers,
        _first,
        2,
        several=True,
        wait=True,
        steps=_by_value,
        enough=_active,
        as_many=True,
        leaves=True,
    ),
    "northern-ireland-stv": _Law(
        _droop,
        _last_papers,
        _first,
        2,
        several=True,
        wait=True,
        steps=_first_then_by_value,
        leader=True,
    ),
    "prsa-1977": _Law(_thousandths, _last_papers, _latest, 3, steps=_by_parcel),
}

GREGORY: dict[str, Callable[[Table], Recount]] = {
    name: partial(_count, law=law) for name, law in _LAWS.items()
}
"""The recounts of this file by the name of the rule."""
