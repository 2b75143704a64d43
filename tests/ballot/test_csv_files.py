"""RCTab's generic CSV, the Scottish preference profile, and PrefLib's ordinal format."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.ballot.csv_files import (
    is_preference_profile,
    read_preference_profile,
    read_rctab,
    write_preference_profile,
    write_rctab,
)
from ccin_vote.ballot.preflib import write_preflib
from ccin_vote.ballot.profile import Paper, Profile, Weight
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput

A, B, C = map(Candidate, range(3))
CONTEST = Contest("Ward, the first", ('Ann "A"', "Bób", "Cy, Jr"), Seats(2))
RCTAB = b"ID,Ann,Bob,Cy\r\n1,1,2,\r\n2,,1,1\r\n3,1,3,\r\n4,,,\r\n"
PROFILE = (
    b'3,2,\n4,1,3,\n2,2,\n"Candidate 1","Ann","Red (R)",\n"Candidate 2","Bob","",\n'
    b'"Candidate 3","Cy","Blue",\n"Ward 1",\n'
)


def test_rctab_rows_are_papers_with_equal_and_skipped_places() -> None:
    """A cell is the place that the paper gives; columns that name nobody are passed over."""
    found = read_rctab(RCTAB, "folder/chair.csv")
    assert found.contest == Contest("chair", ("Ann", "Bob", "Cy"), Seats(1))
    one = Weight(1, 1)
    assert found.profile.formal == {(A, B): one, ((B, C),): one, (A, (), B): one}
    assert found.profile.informal == {"blank": one}


def test_a_preference_profile_has_seats_groups_names_and_a_title() -> None:
    """As councils' data are passed on."""
    assert is_preference_profile(PROFILE)
    assert is_preference_profile(b"\xef\xbb\xbf3,2\r\n")
    assert not is_preference_profile(b"3 2\n")
    found = read_preference_profile(PROFILE, "w.csv")
    assert found.contest == Contest("Ward 1", ("Ann", "Bob", "Cy"), Seats(2))
    assert found.profile.formal == {(A, C): Weight(4, 4), (B,): Weight(2, 2)}


MISTAKES = {
    "no names": (read_rctab, b"", "f.csv:1: the first line names"),
    "a name twice": (read_rctab, b"Ann,Ann\n", "f.csv:1: a candidate with this name"),
    "a word for a place": (read_rctab, b"Ann,Bob\n1,x\n", "f.csv:2:3: a place is a whole number"),
    "the place 0": (read_rctab, b"Ann,Bob\n1,0\n", "f.csv:2:3: a place is a whole number"),
    "too many cells": (read_rctab, b"Ann,Bob\n1,2,3\n", "f.csv:2: 3 cells, but 2 columns"),
    "no UTF-8": (read_rctab, b"Ann,Bob\n1,\xff\n", "f.csv:2: this line is not UTF-8"),
    "a quotation mark inside": (read_rctab, b'Ann,Bob\n"1"x,2\n', "f.csv:2: this is not CSV"),
    "a stranger": (
        read_preference_profile,
        PROFILE.replace(b"4,1,3", b"4,1,9"),
        "f.csv:2:5: there is no candidate 9",
    ),
    "a word in a group": (
        read_preference_profile,
        PROFILE.replace(b"2,2,", b"two,2,"),
        "f.csv:3:1: a whole number is expected",
    ),
    "a candidate missing": (
        read_preference_profile,
        PROFILE.replace(b'"Candidate 2","Bob","",\n', b""),
        "f.csv:6: 3 candidates are expected",
    ),
    "a candidate's number twice": (
        read_preference_profile,
        PROFILE.replace(b'"Candidate 2"', b'"Candidate 1"'),
        "f.csv:5:2: candidate 1 stands above already",
    ),
    "a candidate's number of five thousand digits": (
        read_preference_profile,
        PROFILE.replace(b'"Candidate 2"', b'"Candidate ' + b"9" * 5000 + b'"'),
        "f.csv:7: nothing is expected after the title",
    ),
    "something after the title": (
        read_preference_profile,
        PROFILE + b'"more"\n',
        "f.csv:8: nothing is expected after the title",
    ),
}


@pytest.mark.parametrize(("read", "data", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(read: object, data: bytes, said: str) -> None:
    """File, line and, where there is one, column."""
    assert callable(read)
    with pytest.raises(BadInput) as caught:
        read(data, "f.csv")
    assert str(caught.value.mistakes[0]).startswith(said)


PLACES = st.permutations([A, B, C]).flatmap(
    lambda order: st.integers(1, 3).map(lambda length: tuple(order[:length]))
)


@given(st.dictionaries(PLACES, st.integers(1, 5), max_size=6))
def test_what_is_written_reads_back_the_same(papers: dict[Paper, int]) -> None:
    """Names with quotation marks and commas, any letters; every ranking and its votes."""
    formal = {paper: Weight(count, count) for paper, count in papers.items()}
    profile = Profile(formal)
    found = read_preference_profile(write_preference_profile(CONTEST, profile).encode(), "x")
    assert (found.contest, found.profile) == (CONTEST, profile)
    again = read_rctab(write_rctab(CONTEST, profile).encode(), "x")
    assert again.contest.candidates == CONTEST.candidates
    assert again.profile == profile


def test_equal_and_skipped_places_survive_where_the_format_has_them() -> None:
    """RCTab's format keeps both; the Scottish one knows neither, and says so."""
    profile = Profile({((A, B), (), C): Weight(2, 2)})
    assert read_rctab(write_rctab(CONTEST, profile).encode(), "x").profile == profile
    with pytest.raises(ValueError, match="no equal or skipped"):
        write_preference_profile(CONTEST, profile)


def test_preflib_has_its_heading_and_the_most_frequent_order_first() -> None:
    """The type says whether there are ties and whether all are ranked."""
    profile = Profile({(A,): Weight(1, 1), ((A, B), C): Weight(3, 3)})
    text = write_preflib(CONTEST, profile, "w.toi")
    lines = text.splitlines()
    assert "# DATA TYPE: toi" in lines
    assert "# NUMBER VOTERS: 4" in lines
    assert "# ALTERNATIVE NAME 2: Bób" in lines
    assert lines[-2:] == ["3: {1,2},3", "1: 1"]
    with pytest.raises(ValueError, match="no skipped"):
        write_preflib(CONTEST, Profile({(A, (), B): Weight(1, 1)}), "x.soi")


@pytest.mark.parametrize(
    ("paper", "kind"),
    [((A, B, C), "soc"), ((A,), "soi"), (((A, B), C), "toc"), (((A, B),), "toi")],
)
def test_the_data_type_is_one_of_four(paper: Paper, kind: str) -> None:
    """Strict or tied, complete or not."""
    assert f"DATA TYPE: {kind}" in write_preflib(CONTEST, Profile({paper: Weight(1, 1)}), "x")


@given(st.binary(max_size=200))
def test_whatever_the_bytes_a_file_is_read_or_refused(data: bytes) -> None:
    """No traceback but the list of mistakes."""
    with suppress(BadInput):
        assert read_rctab(data, "f.csv").contest.candidates
    if is_preference_profile(data):
        with suppress(BadInput):
            assert read_preference_profile(data, "f.csv").contest.seats
