"""Marks, rankings and their bytes: one length, and every paper read as the rule reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.ballot.choices import choices_length, decode_choices, encode_choices
from ccin_vote.ballot.marks import Marks, marks_to_ranking, ranking_to_marks
from ccin_vote.ballot.profile import Informal
from ccin_vote.election.definition import CandidateDefinition, ContestDefinition
from ccin_vote.rule import Marking


def contest(name: str, candidates: int, rule: str) -> ContestDefinition:
    """Make a contest with numbered candidates."""
    made = (CandidateDefinition(id=f"c{n}", name=f"C {n}") for n in range(candidates))
    return ContestDefinition(id=name, title=name, seats=1, rule=rule, candidates=tuple(made))


CONTESTS = (contest("rank", 4, "alternative-vote"), contest("cross", 3, "first-past-the-post"))

READINGS = {
    "a full ranking": (Marking.RANKING, (2, 1, 3), (1, 0, 2)),
    "a first preference alone": (Marking.RANKING, (0, 1, 0), (1,)),
    "nothing marked": (Marking.RANKING, (0, 0, 0), Informal("blank")),
    "no first preference": (Marking.RANKING, (2, 3, 0), Informal("no-first-preference")),
    "two first preferences": (Marking.RANKING, (1, 1, 2), Informal("more-than-one")),
    "a gap ends the ranking": (Marking.RANKING, (1, 3, 4), (0,)),
    "a repeated number ends the ranking": (Marking.RANKING, (1, 2, 2), (0,)),
    "a number that is too high is a gap": (Marking.RANKING, (1, 900, 0), (0,)),
    "one cross": (Marking.CROSS, (0, 0, 1), (2,)),
    "two crosses": (Marking.CROSS, (1, 0, 1), Informal("more-than-one")),
    "a number where a cross belongs": (Marking.CROSS, (2, 0, 0), Informal("unclear")),
    "no cross": (Marking.CROSS, (0, 0, 0), Informal("blank")),
}


@pytest.mark.parametrize(("marking", "marks", "read"), READINGS.values(), ids=READINGS)
def test_a_paper_is_read_as_its_rule_reads_it(
    marking: Marking, marks: Marks, read: tuple[int, ...] | Informal
) -> None:
    """Every way of marking a paper has one reading."""
    assert marks_to_ranking(marks, marking) == read


@given(st.permutations(range(4)), st.integers(1, 4), st.integers(0, 2))
def test_choices_read_back_and_have_one_length(order: list[int], ranked: int, cross: int) -> None:
    """What was chosen is what is read, at a length that says nothing."""
    papers = {
        "rank": ranking_to_marks(order[:ranked], 4),
        "cross": ranking_to_marks([cross], 3),
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
