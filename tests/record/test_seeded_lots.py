"""Lots from a public seed, and from an order that a file states."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.record.lots import RecordedLots
from ccin_vote.record.seeded_lots import SeededLots, StatedOrder
from ccin_vote.record.ties import Purpose, Question

NAMES = ("Ann", "Bob", "Cy")
CONTEST = Contest("Chair", NAMES, Seats(1))
QUESTION = Question(2, Purpose.EXCLUSION, tuple(map(Candidate, range(3))))


def test_the_order_is_that_of_the_documented_digests() -> None:
    """Anybody can reckon it again from the seed with any SHA-256."""
    keys = {
        at: sha256(f"ccin-vote lot v1\0seed\0Chair\0{2}\0exclusion\0{name}".encode()).digest()
        for at, name in enumerate(NAMES)
    }
    assert SeededLots("seed", CONTEST).draw(QUESTION) == tuple(sorted(keys, key=keys.__getitem__))


@given(st.text(), st.permutations(range(3)))
def test_a_seed_gives_one_order_by_name_however_the_list_is_written(
    seed: str, order: list[int]
) -> None:
    """The place in the list decides nothing."""
    moved = Contest("Chair", tuple(NAMES[candidate] for candidate in order), Seats(1))
    first = SeededLots(seed, CONTEST).draw(QUESTION)
    again = SeededLots(seed, moved).draw(QUESTION)
    assert [NAMES[one] for one in first] == [moved.candidates[one] for one in again]


def test_seeds_differ() -> None:
    """A hundred seeds give all six orders."""
    assert len({SeededLots(str(seed), CONTEST).draw(QUESTION) for seed in range(100)}) == 6


def test_a_stated_order_answers_for_those_whom_it_names() -> None:
    """The file's order, whatever the purpose."""
    a, b, c = map(Candidate, range(3))
    stated = StatedOrder((c, a, b), RecordedLots(CONTEST, "Chair"))
    assert stated.draw(QUESTION) == (c, a, b)
