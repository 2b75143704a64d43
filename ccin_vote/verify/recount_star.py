"""STAR and bloc STAR voting, counted a second time.

Equal Vote Coalition, starvoting.org/ties: the Official Tiebreaker Protocol, steps 1 to 4.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_model import by_votes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table

Group = list["Candidate"]

_FINALISTS = 2


def star(table: Table) -> Recount:
    """Fill one seat: the two highest totals, then whom more papers score higher."""
    _fill_seat(table, table.standing)
    return table.done()


def bloc_star(table: Table) -> Recount:
    """Fill seat after seat, each time among those who have none yet (PEP 13)."""
    while left := [name for name in table.standing if name not in table.winners]:
        if not table.vacancies:
            break
        _fill_seat(table, left)
    return table.done()


def _fill_seat(table: Table, running: Group) -> None:
    """Hold one scoring round and one run-off round, each one stage."""
    totals = table.zeros()
    for paper in table.papers:
        for candidate in set(paper.ranking) & set(running):
            totals[candidate] += _score(table, paper, candidate) * paper.copies
    finalists = _finalists(table, running, totals)
    # the others run again for the next seat, if there is one
    last = table.vacancies == 1
    excluded = [name for name in running if name not in finalists] if last else []
    table.write(totals, excluded=excluded)
    _run_off(table, finalists, totals)


def _score(table: Table, paper: BallotPaper, candidate: Candidate) -> int:
    """Return the score on a paper: the first place is the highest; no score is 0."""
    for number, place in enumerate(paper.places):
        if candidate in place:
            return table.highest_score - number
    return 0


def _finalists(table: Table, running: Group, totals: list[Fraction]) -> Group:
    """Return the two candidates with the highest totals."""
    finalists: Group = []
    for tied in by_votes(running, totals):
        finalists += _advance(table, tied, _FINALISTS - len(finalists))
    return finalists


def _advance(table: Table, tied: Group, places: int) -> Group:
    """Choose among equal totals who advances; the protocol is repeated as long as needed."""
    if len(tied) <= places:
        return tied
    if not places:
        return []
    return (
        _by_match_ups(table, tied, places)
        or _by_fives(table, tied, places)
        or _by_lot(table, tied, places)
    )


def _by_match_ups(table: Table, tied: Group, places: int) -> Group:
    """Step 1: eliminate who lost most match-ups among the tied; nobody if all lost as many."""
    lost = {name: sum(_ahead(table, other, name) for other in tied) for name in tied}
    most = max(lost.values())
    losers = [name for name in tied if lost[name] == most]
    kept = [name for name in tied if name not in losers]
    if not kept:
        return []
    return _after(table, kept, losers, places)


def _by_fives(table: Table, tied: Group, places: int) -> Group:
    """Step 3: in favour of most five star ratings; else eliminate who has the least."""
    fives = {name: _fives(table, name) for name in tied}
    if len(set(fives.values())) == 1:
        return []
    most = [name for name in tied if fives[name] == max(fives.values())]
    if len(most) <= places:
        return _after(table, most, [name for name in tied if name not in most], places)
    least = [name for name in tied if fives[name] == min(fives.values())]
    return _after(table, [name for name in tied if name not in least], least, places)


def _by_lot(table: Table, tied: Group, places: int) -> Group:
    """Step 4: randomly; then the protocol again with those still tied, if needed."""
    drawn = table.order(tied, Purpose.RUN_OFF)[0]
    return _after(table, [drawn], [name for name in tied if name != drawn], places)


def _after(table: Table, better: Group, worse: Group, places: int) -> Group:
    """Repeat the protocol: among the better, and for places still free among the worse."""
    advanced = _advance(table, better, places)
    return advanced + _advance(table, worse, places - len(advanced))


def _preferring(table: Table, candidate: Candidate, other: Candidate) -> Fraction:
    """Return the papers that score the first candidate higher than the other."""
    higher = (
        paper.copies
        for paper in table.papers
        if _score(table, paper, candidate) > _score(table, paper, other)
    )
    return Fraction(sum(higher))


def _ahead(table: Table, candidate: Candidate, other: Candidate) -> bool:
    """Return whether the first candidate wins the match-up."""
    return _preferring(table, candidate, other) > _preferring(table, other, candidate)


def _fives(table: Table, candidate: Candidate) -> int:
    """Return the papers that give a candidate the highest score."""
    return sum(
        paper.copies for paper in table.papers if paper.places and candidate in paper.places[0]
    )


def _run_off(table: Table, finalists: Group, totals: list[Fraction]) -> None:
    """Elect the finalist whom more papers score higher."""
    votes, (first, second) = table.zeros(), finalists
    votes[first] = _preferring(table, first, second)
    votes[second] = _preferring(table, second, first)
    best = [name for name in finalists if votes[name] == max(votes[first], votes[second])]
    # step 2: who was scored higher; step 3: most five star ratings; step 4: a lot
    fives = table.zeros()
    for finalist in finalists:
        fives[finalist] += _fives(table, finalist)
    for measure in (totals, fives):
        best = by_votes(best, measure)[0]
    winner = table.lot(best, Purpose.ELECTION)
    table.winners.append(winner)
    table.write(votes, [winner], aside=table.total() - votes[first] - votes[second])


STAR: dict[str, Callable[[Table], Recount]] = {"star": star, "bloc-star": bloc_star}
"""The rules of the STAR family by name."""
