"""Elections of UK organisations that N. Tideman collected, under every method that we have.

The published results are those of a program that reads papers in two ways: ``implicit`` puts
unranked candidates last, ``explicit`` ignores them. Ours are the rules of that name and those whose
name ends in ``-ranked-only``.

Not compared, and why:

- Ranked pairs, ``explicit``: where victories are equal in every way, the other program keeps none
  of those that would close a circle together; ours follow the lot that Zavist and Tideman (1989)
  ask for. The first of the order is compared.
- Kemeny-Young: of several best orders the other program shows one; ours puts candidates whom the
  best orders place differently into one rank. The other's order must fit into our ranks.
- Borda, ``explicit``: the other program gives unranked candidates no points; ours shares what is
  left among them, as its ``implicit`` does. Dowdall the other way round: no points for the
  unranked, as in Nauru.
- Dodgson's approximations, Minimax by opposition, Schulze by ratio, its STV, CPO-STV, Jefferson and
  Sainte-Lague: we have no such rule.
"""

from __future__ import annotations

import re

import pytest

from ccin_vote.errors import Refused
from tests.official.reference import cases, expected, tallied

FOLDER = "tideman-condorcet"
IN_BOTH = {
    "Schulze Winning": "schulze",
    "Schulze Margin": "schulze-margins",
    "Ranked Pairs Winning": "ranked-pairs",
    "Ranked Pairs Margin": "ranked-pairs-margins",
    "Minimax Winning": "minimax",
    "Minimax Margin": "minimax-margins",
    "Copeland": "copeland",
    "Kemeny\N{EN DASH}Young": "kemeny-young",
}
IN_ONE = {
    ("implicit", "BordaCount"): "borda",
    ("explicit", "DowdallSystem"): "dowdall",
    ("implicit", "Instant-runoff"): "alternative-vote",
    ("implicit", "First-past-the-post voting"): "first-past-the-post",
}
METHODS = {
    **{("implicit", method): rule for method, rule in IN_BOTH.items()},
    **{("explicit", method): f"{rule}-ranked-only" for method, rule in IN_BOTH.items()},
    **IN_ONE,
}

Ranks = list[set[str]]


def number(name: str) -> str:
    """Return a candidate's number: results say 9, Candidate  9 or I."""
    short = re.sub(r"^Candidate +", "", name.strip())
    return str(ord(short) - ord("A") + 1) if short.isalpha() and len(short) == 1 else short


def read_ranks(text: str) -> Ranks:
    """Read a published order."""
    return [set(map(number, rank.split(" = "))) for rank in text.split(" > ")]


@pytest.mark.parametrize("case", cases(FOLDER))
@pytest.mark.parametrize(("reading", "method"), METHODS, ids=lambda one: one.replace(" ", "-"))
def test_a_method_gives_the_published_order(case: str, reading: str, method: str) -> None:
    """Winners and, where the method has one, the whole order."""
    results = expected(FOLDER, case)["results"][reading]
    if method not in results:
        pytest.skip(f"{case}: no result was published for {method}")
    rule = METHODS[reading, method]
    try:
        record = tallied(rule, FOLDER, case, seats=1)
    except Refused:
        assert rule.startswith("kemeny-young")
        pytest.skip(f"{case}: more candidates than {rule} counts exactly")
    names = record.contest.candidates
    published = read_ranks(results[method]["ranking"])
    ours = [{number(names[candidate]) for candidate in rank} for rank in record.ranks]
    if rule.startswith("kemeny-young"):  # a lot chooses within a rank
        assert fits(published, ours)
        assert published[0] <= ours[0]
        return
    if rule in {"ranked-pairs-ranked-only", "ranked-pairs-margins-ranked-only"}:
        assert ours[0] == published[0]
    elif ours:
        assert ours == published
    assert number(names[record.winners[0]]) in published[0]


def fits(published: Ranks, ours: Ranks) -> bool:
    """Return whether an order keeps to our ranks."""
    order = [name for rank in published for name in sorted(rank)]
    for rank in ours:
        if set(order[: len(rank)]) != rank:
            return False
        order = order[len(rank) :]
    return not order


@pytest.mark.parametrize("case", cases(FOLDER))
@pytest.mark.parametrize("reading", ["implicit", "explicit"])
def test_the_condorcet_rule_elects_the_condorcet_winner_or_nobody(case: str, reading: str) -> None:
    """It refuses to choose where there is none."""
    published = expected(FOLDER, case)["results"][reading]["Condorcet"]["Condorcet Winner"]
    rule = "condorcet" if reading == "implicit" else "condorcet-ranked-only"
    record = tallied(rule, FOLDER, case, seats=1)
    names = [number(record.contest.candidates[candidate]) for candidate in record.winners]
    assert names == ([number(published)] if published else [])


@pytest.mark.parametrize("case", cases(FOLDER))
def test_smith_irv_elects_from_the_smith_set(case: str) -> None:
    """And so the Condorcet winner, where there is one."""
    published = expected(FOLDER, case)["results"]["implicit"]["Condorcet"]["Condorcet Winner"]
    record = tallied("smith-irv", FOLDER, case, seats=1)
    winner = number(record.contest.candidates[record.winners[0]])
    assert winner == number(published) if published else winner
