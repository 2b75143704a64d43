"""Lots that people drew: asked for, written down, read."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import shown
from ccin_vote.record.lots import DrawnLot, LotsNeeded, RecordedLots, lot_snippet
from ccin_vote.record.lots_file import parse_lots
from ccin_vote.record.ties import Purpose, Question

CONTEST = Contest("The Chair", ("Ann", "Bob", "Cy"), Seats(1))
QUESTION = Question(2, Purpose.EXCLUSION, (Candidate(0), Candidate(2)))
LOT = DrawnLot("chair", 2, "exclusion", ("Cy", "Ann"), "the officer", "a scrutineer")
FILE = lot_snippet(LOT)


def test_a_recorded_lot_answers_its_question() -> None:
    """The names in drawn order become candidates."""
    assert RecordedLots(CONTEST, "chair", [LOT]).draw(QUESTION) == (2, 0)


OTHERS = {
    "no lot": (),
    "a lot of another contest": (DrawnLot("other", 2, "exclusion", ("Cy", "Ann"), "x", "y"),),
    "a lot of another stage": (DrawnLot("chair", 1, "exclusion", ("Cy", "Ann"), "x", "y"),),
    "a lot for another purpose": (DrawnLot("chair", 2, "surplus", ("Cy", "Ann"), "x", "y"),),
    "a lot among others": (DrawnLot("chair", 2, "exclusion", ("Cy", "Bob"), "x", "y"),),
}


@pytest.mark.parametrize("drawn", OTHERS.values(), ids=OTHERS.keys())
def test_a_lot_that_nobody_drew_is_asked_for(drawn: tuple[DrawnLot, ...]) -> None:
    """It says contest, stage, names and what the first name means, and gives a table to fill in."""
    with pytest.raises(LotsNeeded) as caught:
        RecordedLots(CONTEST, "chair", drawn).draw(QUESTION)
    error = caught.value
    assert error.exit_code == 5
    assert error.message.startswith(
        "Contest The Chair, stage 2: a lot must be drawn among Ann, Cy."
        " The one drawn first is excluded."
    )
    assert error.lots == (DrawnLot("chair", 2, "exclusion", ("Ann", "Cy"), "", ""),)
    assert 'order = ["Ann", "Cy"]' in error.remedy


def test_a_lot_among_others_is_named_when_it_is_asked_for_again() -> None:
    """A misspelt name is seen, not passed over in silence."""
    drawn = DrawnLot("chair", 2, "exclusion", ("Cy", "Anne"), "x", "y")
    with pytest.raises(LotsNeeded, match="The lot given for it is among others: Cy, Anne"):
        RecordedLots(CONTEST, "chair", [drawn]).draw(QUESTION)


GIVEN_INSTEAD = {
    "a lot for another contest": (
        DrawnLot("secretary", 2, "exclusion", ("Cy", "Ann"), "x", "y"),
        "No lot given is for this contest, 'chair'; they are for 'secretary'.",
    ),
    "a lot for another stage": (
        DrawnLot("chair", 3, "exclusion", ("Cy", "Ann"), "x", "y"),
        "No lot given answers this; what was not asked for so far: stage 3, exclusion.",
    ),
    "a lot for another purpose": (
        DrawnLot("chair", 2, "surplus", ("Cy", "Ann"), "x", "y"),
        "No lot given answers this; what was not asked for so far: stage 2, surplus.",
    ),
}


@pytest.mark.parametrize(("drawn", "said"), GIVEN_INSTEAD.values(), ids=GIVEN_INSTEAD.keys())
def test_a_lot_that_answers_nothing_is_not_passed_over_without_a_word(
    drawn: DrawnLot, said: str
) -> None:
    """A stage or a contest that was written wrongly is seen."""
    with pytest.raises(LotsNeeded) as caught:
        RecordedLots(CONTEST, "chair", [drawn]).draw(QUESTION)
    assert caught.value.message.endswith(said)


def test_a_lots_file_is_read() -> None:
    """What the snippet shows, filled in, reads back."""
    assert parse_lots(FILE.encode(), "lots.toml") == ((LOT,), [])


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(TEXT, st.lists(TEXT, min_size=2, max_size=4, unique=True))
def test_any_names_survive_the_snippet(contest: str, names: list[str]) -> None:
    """The table to fill in is TOML whatever the names hold, and shows no control characters."""
    lot = DrawnLot(contest, 1, "surplus", tuple(names), "one", "two")
    assert parse_lots(lot_snippet(lot).encode(), "lots.toml") == ((lot,), [])
    assert all(shown(line) == line for line in lot_snippet(lot).split("\n"))


MISTAKES = {
    "not TOML": ("[[lots", "lots.toml:1"),
    "an empty file": ("", "lots.toml:1"),
    "no lots": ("[other]", "lots.toml:1"),
    "lots that are no tables": ("lots = 3", "lots.toml:1"),
    "one table where a list is meant": (FILE.replace("[[lots]]", "[lots]"), "lots.toml:1"),
    "a key that is missing": (FILE.replace("stage = 2\n", ""), "lots.toml:1"),
    "a key that is unknown": (FILE + "\nwitness = 'x'", "lots.toml:8"),
    "a stage before the first": (FILE.replace("stage = 2", "stage = 0"), "lots.toml:3"),
    "an order that is no list": (FILE.replace('["Cy", "Ann"]', '"Cy"'), "lots.toml:5"),
    "an unknown purpose": (FILE.replace('"exclusion"', '"exclude"'), "lots.toml:4"),
    "an order of one": (FILE.replace('"Cy", ', ""), "lots.toml:5"),
    "a name twice": (FILE.replace('"Cy"', '"Ann"'), "lots.toml:5"),
    "nobody who drew it": (FILE.replace("the officer", ""), "lots.toml:6"),
    "nobody who saw it": (FILE.replace("a scrutineer", " "), "lots.toml:7"),
    "the same lot twice": (f"{FILE}\n{FILE}", "lots.toml:8"),
}


@pytest.mark.parametrize(("text", "place"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_a_lots_file_is_told_with_its_line(text: str, place: str) -> None:
    """There is one mistake, at its line, and no lot is taken."""
    lots, mistakes = parse_lots(text.encode(), "lots.toml")
    assert lots == ()
    assert str(mistakes[0]).startswith(place)


def test_a_hostile_name_cannot_command_the_terminal() -> None:
    """An escape sequence in a candidate's name is shown as text, in the message and the table."""
    contest = Contest("T\x1b[2J", ("A\x1b[31m", "B\u202e"), Seats(1))
    question = Question(1, Purpose.ELECTION, (Candidate(0), Candidate(1)))
    with pytest.raises(LotsNeeded) as caught:
        RecordedLots(contest, contest.title).draw(question)
    text = caught.value.diagnostics()
    assert text.replace("\n", "").isprintable()
    table = tomllib.loads(text[text.index("[[lots]]") :])
    assert table["lots"][0]["order"] == ["A\x1b[31m", "B\u202e"]
