"""What a rule makes of skipped, repeated and equal preferences."""

from __future__ import annotations

import pytest

from ccin_vote.ballot.profile import Informal, Paper, Profile, Weight
from ccin_vote.ballot.reading import read_paper, read_profile
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.rule import RULES

A, B, C, D = map(Candidate, range(4))
CONTEST = Contest("Committee", ("A", "B", "C", "D"), Seats(2), votes_each=2)

CASES: dict[str, tuple[str, Paper, Paper | Informal]] = {
    "a plain ranking": ("scottish-stv", (C, A), (C, A)),
    "a skipped place ends it": ("scottish-stv", (C, (), A), (C,)),
    "a repeated candidate ends it": ("scottish-stv", (C, A, C, B), (C, A)),
    "equal places end it": ("scottish-stv", (C, (A, B), D), (C,)),
    "an empty first place": ("scottish-stv", ((), A), Informal("no-first-preference")),
    "two first preferences": ("scottish-stv", ((A, B), C), Informal("more-than-one")),
    "equal places where they are allowed": ("schulze", (C, (A, B), D), (C, (A, B), D)),
    "a skipped place that is passed over": ("minneapolis-stv", ((), C, (), A), (C, A)),
    "a repeated candidate who is passed over": ("albany-stv", (C, A, C, B), (C, A, B)),
    "a place of whom is left": ("schulze", (C, (A, C), B), (C, A, B)),
    "an empty paper": ("meek", ((), ()), Informal("blank")),
    "a stranger": ("borda", (A, Candidate(4)), Informal("unknown-candidate")),
    "a number below nought": ("borda", (A, Candidate(-1)), Informal("unknown-candidate")),
    "a cross for the first": ("first-past-the-post", (B, A), (B,)),
    "crosses in any order": ("approval", (C, A, A), ((A, C),)),
    "a cross too many": ("limited-vote", (C, A, B), Informal("more-than-one")),
    "scores with a place left out": ("star", (C, (), A, ()), (C, (), A)),
    "scores below the lowest alone": ("star", ((),) * 5 + (A,), Informal("blank")),
    "votes below the lowest alone": ("cumulative", ((),) * 20 + (A,), Informal("blank")),
    "a score below the lowest beside one": ("score", (B,) + ((),) * 11 + (A,), (B,)),
    "two scores for one candidate": ("star", (C, C), Informal("repeated")),
    "only two choices are read": ("supplementary-vote", (D, C, B), (D, C)),
}


@pytest.mark.parametrize(("rule", "paper", "read"), CASES.values(), ids=CASES)
def test_a_paper_is_read_as_the_rule_says(rule: str, paper: Paper, read: Paper | Informal) -> None:
    """Each policy has one outcome."""
    assert read_paper(paper, CONTEST, RULES[rule]) == read


def test_a_profile_is_read_paper_by_paper_and_grouped_again() -> None:
    """Papers that come to the same are one group; informal ones are counted by reason."""
    raw = Profile(
        {(A, (), B): Weight(2, 2), (A,): Weight(3, 4), ((), A): Weight(1, 1)},
        {"blank": Weight(5, 5)},
    )
    read = read_profile(raw, CONTEST, RULES["scottish-stv"])
    assert read.formal == {(A,): Weight(5, 6)}
    assert read.informal == {"blank": Weight(5, 5), "no-first-preference": Weight(1, 1)}
