"""Marks, rankings and their bytes: one length, and every paper read as the rule reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.ballot.choices import choices_length, decode_choices, encode_choices
from ccin_vote.ballot.marks import Marks, marks_to_paper, paper_to_marks
from ccin_vote.ballot.profile import Informal
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.election.definition import CandidateDefinition, ContestDefinition
from ccin_vote.rule import RULES


def contest(name: str, candidates: int, rule: str) -> ContestDefinition:
    """Make a contest with numbered candidates."""
    made = (CandidateDefinition(id=f"c{n}", name=f"C {n}") for n in range(candidates))
    return ContestDefinition(id=name, title=name, seats=1, rule=rule, candidates=tuple(made))


CONTESTS = (contest("rank", 4, "alternative-vote"), contest("cross", 3, "first-past-the-post"))

READINGS = {
    "a full ranking": ("alternative-vote", (2, 1, 3), (1, 0, 2)),
    "a first preference alone": ("alternative-vote", (0, 1, 0), (1,)),
    "nothing marked": ("alternative-vote", (0, 0, 0), Informal("blank")),
    "no first preference": ("alternative-vote", (2, 3, 0), Informal("no-first-preference")),
    "two first preferences": ("alternative-vote", (1, 1, 2), Informal("more-than-one")),
    "a gap ends the ranking": ("alternative-vote", (1, 3, 4), (0,)),
    "a repeated number ends the ranking": ("alternative-vote", (1, 2, 2), (0,)),
    "a number that is too high is a gap": ("alternative-vote", (1, 900, 0), (0,)),
    "one cross": ("first-past-the-post", (0, 0, 1), (2,)),
    "two crosses": ("first-past-the-post", (1, 0, 1), Informal("more-than-one")),
    "a number where a cross belongs": ("first-past-the-post", (2, 0, 0), Informal("unclear")),
    "no cross": ("first-past-the-post", (0, 0, 0), Informal("blank")),
    "as many crosses as seats": ("block-vote", (1, 0, 1), ((0, 2),)),
    "a cross too many": ("block-vote", (1, 1, 1), Informal("more-than-one")),
    "more crosses than votes": ("limited-vote", (1, 0, 1), Informal("more-than-one")),
    "every candidate approved of": ("approval", (1, 1, 1), ((0, 1, 2),)),
    "equal places where the rule knows them": ("schulze", (1, 1, 2), ((0, 1), 2)),
    "equal places where it does not": ("scottish-stv", (1, 2, 2), (0,)),
    "scores are places from the highest down": ("star", (5, 0, 3), (0, (), 2)),
    "equal scores": ("star", (4, 4, 0), ((), (0, 1))),
    "a score that is too high": ("star", (6, 0, 0), Informal("unclear")),
    "a third choice is not read": ("supplementary-vote", (1, 2, 3), (0, 1)),
}


@pytest.mark.parametrize(("rule", "marks", "read"), READINGS.values(), ids=READINGS)
def test_a_paper_is_read_as_its_rule_reads_it(
    rule: str, marks: Marks, read: tuple[int | tuple[int, ...], ...] | Informal
) -> None:
    """Every way of marking a paper has one reading."""
    names = tuple(f"C {number}" for number in range(len(marks)))
    made = Contest("Committee", names, Seats(2), votes_each=1)
    assert marks_to_paper(marks, made, RULES[rule]) == read
    if not isinstance(read, Informal):
        again = paper_to_marks(read, len(marks), RULES[rule])  # type: ignore[arg-type]
        assert marks_to_paper(again, made, RULES[rule]) == read


@given(st.permutations(range(4)), st.integers(1, 4), st.integers(0, 2))
def test_choices_read_back_and_have_one_length(order: list[int], ranked: int, cross: int) -> None:
    """What was chosen is what is read, at a length that says nothing."""
    papers = {
        "rank": paper_to_marks(tuple(map(Candidate, order[:ranked])), 4, RULES["alternative-vote"]),
        "cross": paper_to_marks((Candidate(cross),), 3, RULES["first-past-the-post"]),
    }
    data = encode_choices(CONTESTS, papers)
    assert len(data) == choices_length(CONTESTS)
    assert decode_choices(CONTESTS, data) == (tuple(order[:ranked]), (cross,))


@given(st.binary(max_size=40))
def test_any_bytes_decode_to_papers(data: bytes) -> None:
    """Bytes that cannot be decoded become one fixed informal value in every contest."""
    papers = decode_choices(CONTESTS, data)
    assert len(papers) == len(CONTESTS)
    if len(data) != choices_length(CONTESTS) or data[:1] != b"\x01":
        assert set(papers) == {Informal("undecodable")}


@pytest.mark.parametrize("papers", [{"other": (0,)}, {"rank": (1,)}, {"cross": (0, 0, 70_000)}])
def test_papers_that_do_not_fit_are_refused(papers: dict[str, Marks]) -> None:
    """An unknown contest, a wrong number of marks, a mark out of range."""
    with pytest.raises(ValueError, match=r"contest|mark"):
        encode_choices(CONTESTS, papers)
