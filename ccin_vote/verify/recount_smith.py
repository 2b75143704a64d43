"""The Smith set, then the alternative vote, counted a second time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_model import by_votes
from ccin_vote.verify.recount_pairs import compare, pairs_won

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table
    from ccin_vote.verify.recount_pairs import Pairs


def smith_set(pairs: Pairs) -> set[Candidate]:
    """Return the smallest group of whom each beats everybody outside."""
    groups = [_group_round(pairs, candidate) for candidate in pairs.standing]
    return min(groups, key=len)


def _group_round(pairs: Pairs, candidate: Candidate) -> set[Candidate]:
    """Return the smallest such group with a candidate: whoever it does not beat belongs to it."""
    group, fresh = {candidate}, [candidate]
    while fresh:
        member = fresh.pop()
        unbeaten = {name for name in pairs.others(member) if not pairs.beats(member, name)}
        fresh += unbeaten - group
        group |= unbeaten
    return group


def smith_irv(table: Table, *, ranked_only: bool) -> Recount:
    """Keep the Smith set, and hold the alternative vote among it."""
    pairs = compare(table, ranked_only=ranked_only)
    kept = smith_set(pairs)
    elected = sorted(kept) if len(kept) == 1 else []
    table.winners += elected
    table.write(pairs_won(table, pairs), elected, set(table.standing) - kept)
    while not table.winners:
        kept -= set(_count_once(table, kept))
    return table.done()


def _count_once(table: Table, kept: set[Candidate]) -> list[Candidate]:
    """Write one count of the alternative vote; return who is excluded."""
    votes = _first_preferences(table, kept)
    in_play = sum(votes, Fraction(0))
    ranks = by_votes(sorted(kept), votes)
    # elected: more than half of the votes in play; a lot where the last two have half each
    level = len(kept) == 2 and len(ranks) == 1  # noqa: PLR2004  (the last two, as many votes each)
    if level or votes[ranks[0][0]] * 2 > in_play:
        table.winners.append(table.lot(ranks[0], Purpose.ELECTION))
        table.write(votes, table.winners, aside=table.total() - in_play)
        return []
    last = table.lot(ranks[-1], Purpose.EXCLUSION)
    table.write(votes, excluded=[last], aside=table.total() - in_play)
    return [last]


def _first_preferences(table: Table, kept: set[Candidate]) -> list[Fraction]:
    """Divide each paper among the continuing candidates of its highest place."""
    votes = table.zeros()
    for paper in table.papers:
        places = [[name for name in place if name in kept] for place in paper.places]
        highest = next((place for place in places if place), [])
        for candidate in highest:
            votes[candidate] += Fraction(paper.copies, len(highest))
    return votes
