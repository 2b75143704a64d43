"""Votes are exact and of one precision; a stage keeps them all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.record.stage import Stage, StageKind, Tally
from ccin_vote.record.votes import Votes


@given(st.integers(), st.integers(0, 9))
def test_votes_read_back_what_they_write(units: int, places: int) -> None:
    """All places are written, zeros too."""
    votes = Votes(units, places)
    assert Votes.parse(str(votes)) == votes


def test_votes_of_two_precisions_do_not_mix() -> None:
    """Adding or comparing them is a mistake of the program."""
    one, other = Votes(1, 0), Votes(100000, 5)
    for mixed in (lambda: one + other, lambda: one - other, lambda: one < other):
        with pytest.raises(TypeError):
            mixed()


def test_votes_add_up() -> None:
    """At one precision they are numbers."""
    assert str(Votes.whole(3, 5) - Votes(1, 5)) == "2.99999"
    assert str(Votes(-1, 2)) == "-0.01"
    assert Votes(1, 2) < Votes(2, 2)


@pytest.mark.parametrize("lost", [0, 2])
def test_a_stage_refuses_a_changed_total(lost: int) -> None:
    """A vote too many or too few makes no stage."""
    tally = Tally((Votes(4, 0), Votes(3, 0)), Votes(1, 0), Votes(lost, 0))
    with pytest.raises(ValueError, match="votes went missing or appeared"):
        Stage(1, StageKind.FIRST_PREFERENCES, (), None, tally, Votes(9, 0), (), ())
