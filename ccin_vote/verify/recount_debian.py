"""The vote of the Debian project, counted a second time.

Constitution for the Debian Project, version 1.9 (2022), appendix A.5 (A.6 before version 1.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_pairs import compare, pairs_won

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table
    from ccin_vote.verify.recount_pairs import Pair, Pairs


def debian(table: Table) -> Recount:
    """Drop options by quorum and majority, then weakest defeats, until the rest is undefeated."""
    pairs = compare(table, ranked_only=False)  # A.5.1: ranked are preferred to all unranked
    options = [name for name in table.standing if _undropped(table, pairs, name)]
    # A.5.4: the list of defeats among undropped options
    defeats = {pair for pair in pairs.victories() if pair[0] in options and pair[1] in options}
    schwartz = _schwartz_set(options, defeats)
    while within := [pair for pair in defeats if pair[0] in schwartz and pair[1] in schwartz]:
        defeats -= _weakest(pairs, within)  # A.5.7
        schwartz = _schwartz_set(options, defeats)
    # A.5.8: the elector with the casting vote chooses; here a lot
    table.winners.append(table.lot(schwartz, Purpose.ELECTION))
    table.write(pairs_won(table, pairs), table.winners)
    return table.done()


def _undropped(table: Table, pairs: Pairs, option: Candidate) -> bool:
    """Return whether an option reaches its quorum and its majority over the default option."""
    default = table.contest.reopen
    if default is None or default not in pairs.standing or option == default:
        return True
    for_option, against = pairs.votes[option, default], pairs.votes[default, option]
    ratio = table.contest.majorities[option] if table.contest.majorities else 1
    quorum = for_option >= table.contest.over_default  # A.5.2: at least R votes
    # A.5.3: at least N times as many votes, and strictly more
    return quorum and for_option >= ratio * against and for_option > against


def _schwartz_set(options: list[Candidate], defeats: set[Pair]) -> list[Candidate]:
    """Return the options that transitively defeat all options that transitively defeat them."""
    under = {option: _transitively(option, defeats) for option in options}  # A.5.5
    return [  # A.5.6
        option
        for option in options
        if all(other in under[option] or option not in under[other] for other in options)
    ]


def _transitively(option: Candidate, defeats: set[Pair]) -> set[Candidate]:
    """Return whom an option defeats, directly or through others."""
    found: set[Candidate] = set()
    fresh = [option]
    while fresh:
        upper = fresh.pop()
        defeated = {loser for winner, loser in defeats if winner == upper} - found
        found |= defeated
        fresh += defeated
    return found


def _weakest(pairs: Pairs, within: list[Pair]) -> set[Pair]:
    """Return the defeats with fewest votes for the winner, of these with most for the loser."""

    def strength(pair: Pair) -> tuple[int, int]:  # A.5.7.1
        return pairs.votes[pair], -pairs.votes[pair[1], pair[0]]

    least = min(map(strength, within))
    return {pair for pair in within if strength(pair) == least}
