"""Bucklin voting, counted a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_model import by_votes

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from ccin_vote.verify.recount_model import Recount, Table


def bucklin(table: Table) -> Recount:
    """Add second, third ... preferences until somebody has more than half of the papers."""
    votes, added = table.zeros(), 0
    most_ranked = max((len(paper.ranking) for paper in table.papers), default=0)
    while not table.winners:
        _add_preferences(table, votes, added)
        added += 1
        best = by_votes(table.standing, votes)[0]
        # majority: more than half of the valid papers; end: no preference is left to add
        if votes[best[0]] * 2 > table.total() or added >= most_ranked:
            table.winners.append(table.lot(best, Purpose.ELECTION))
        table.write(votes, table.winners)
    return table.done()


def _add_preferences(table: Table, votes: list[Fraction], number: int) -> None:
    """Add the preferences of one number (counted from 0) of all papers that have one."""
    for paper in table.papers:
        if number < len(paper.ranking):
            votes[paper.ranking[number]] += paper.copies


BUCKLIN: dict[str, Callable[[Table], Recount]] = {"bucklin": bucklin}
"""Bucklin's rule by its name."""
