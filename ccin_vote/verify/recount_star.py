"""Recounts of STAR, with the steps of the Official Tiebreaker Protocol; for each seat again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose, Question
from ccin_vote.verify.recount_points import score

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import Recount, Table


class _Scores:
    """What the papers say: totals, highest scores, and who is preferred to whom."""

    def __init__(self, table: Table) -> None:
        self.totals, self.fives = table.zeros(), table.zeros()
        self.prefer: dict[tuple[Candidate, Candidate], int] = {}
        for paper in table.papers:
            given = {who: score(table, paper, who) for who in table.standing}
            for who, stars in given.items():
                self.totals[who] += stars * paper.copies
                self.fives[who] += (stars == table.highest_score) * paper.copies
                for other, fewer in given.items():
                    if stars > fewer:
                        pair = (who, other)
                        self.prefer[pair] = self.prefer.get(pair, 0) + paper.copies

    def beats(self, who: Candidate, other: Candidate) -> bool:
        return self.prefer.get((who, other), 0) > self.prefer.get((other, who), 0)


def count(table: Table) -> Recount:
    """Score and run off, seat by seat, among those who are not elected."""
    scores, left = _Scores(table), table.standing
    while table.vacancies:
        both = _finalists(table, scores, left)
        shown = [
            scores.totals[who] if who in left else Fraction(0) for who in range(len(scores.totals))
        ]
        out = [who for who in left if who not in both] if table.vacancies == 1 else []
        table.write(shown, (), out)
        votes = table.zeros()
        for who, other in (both, both[::-1]) if len(both) > 1 else ():
            votes[who] = Fraction(scores.prefer.get((who, other), 0))
        for measure in (votes, scores.totals, scores.fives):  # run-off; steps 2 and 3
            both = _best(both, measure.__getitem__)
        winner = table.lot(both, Purpose.ELECTION)  # step 4
        table.winners.append(winner)
        left = [who for who in left if who != winner]
        table.write(votes, [winner], (), table.total() - sum(votes))
    return table.done()


def _best(who: list[Candidate], worth: Callable[[Candidate], Fraction]) -> list[Candidate]:
    return [one for one in who if worth(one) == max(map(worth, who))]


def _finalists(table: Table, scores: _Scores, left: list[Candidate]) -> list[Candidate]:
    first = _best(left, scores.totals.__getitem__)
    if len(first) >= 2:  # noqa: PLR2004
        return _go_on(table, scores, first, 2)
    rest = [who for who in left if who not in first]
    return first + (
        _go_on(table, scores, _best(rest, scores.totals.__getitem__), 1) if rest else []
    )


def _go_on(table: Table, scores: _Scores, tied: list[Candidate], places: int) -> list[Candidate]:
    """Say which of the tied go on, so many of them, by the protocol from its first step."""
    if len(tied) <= places:
        return tied
    # Step 1: whoever lost most match-ups against the others who are tied is eliminated.
    lost = {who: sum(scores.beats(other, who) for other in tied) for who in tied}
    worst = [who for who in tied if lost[who] == max(lost.values())]
    if len(worst) == len(tied):
        # Step 3: in favour of most five-star ratings; else those with fewest are eliminated.
        most = _best(tied, scores.fives.__getitem__)
        if len(most) <= places:
            worst = [who for who in tied if who not in most]
        else:
            worst = _best(tied, lambda who: -scores.fives[who])
    if len(worst) == len(tied):
        # Step 4: at random; then from the top with those who remain.
        drawn = _order(table, tied)
        chosen = min(tied, key=drawn.index)
        rest = [who for who in tied if who != chosen]
        return [chosen, *(_go_on(table, scores, rest, places - 1) if places > 1 else [])]
    stay = [who for who in tied if who not in worst]
    if len(stay) >= places:
        return _go_on(table, scores, stay, places)
    return stay + _go_on(table, scores, worst, places - len(stay))


def _order(table: Table, tied: list[Candidate]) -> tuple[Candidate, ...]:
    """Give the drawn order; a second draw at one stage follows the first."""
    before = table.order_drawn.get(len(table.stages))
    if before is None or not set(tied) <= set(before):
        before = table.lots.draw(_question(table, tied))
        table.order_drawn[len(table.stages)] = before
    return before


def _question(table: Table, tied: list[Candidate]) -> Question:
    return Question(len(table.stages) + 1, Purpose.RUN_OFF, tuple(sorted(tied)))


STAR: dict[str, Callable[[Table], Recount]] = {"star": count, "bloc-star": count}
"""The recounts of this file by the name of the rule."""
