"""Reading `election.toml`: what is one mistake, what are many, and what is none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ccin_vote.election.definition import KEY_PREFIX, MAXIMUM_CANDIDATES, MAXIMUM_SCRUTINEERS
from ccin_vote.election.loading import parse_definition

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")

KEY = KEY_PREFIX + "A" * 171

WHOLE: dict[str, tuple[bytes, int, int | None, str]] = {
    "an empty file": (b"", 1, None, "empty"),
    "a file of comments": (b"# later\n", 1, None, "empty"),
    "a file that is not UTF-8": (
        "title = 1\nx = 'é".encode("cp1252"),
        2,
        6,
        "not UTF-8: byte 0xe9",
    ),
    "a file not UTF-8 behind a byte order mark": (b"\xef\xbb\xbfa\n\xff", 2, 1, "byte 0xff"),
    "a file in UTF-16": ("title = 1".encode("utf-16"), 1, 1, "not UTF-8"),
    "a text that is not closed": (b'a = 1\ntitle = "x\n', 2, 11, "not TOML"),
    "a key twice": (b"a = 1\na = 2\n", 2, 6, "not TOML: cannot overwrite"),
    "lists nested without end": (b"a = " + b"[" * 5000, 1, None, "nested too deeply"),
    "keys nested without end": (b".".join([b"a"] * 3000) + b" = 1", 1, None, "too deeply"),
    "a number of too many digits": (b"a = 1\nb = " + b"9" * 5000, 2, None, "not TOML"),
}


@pytest.mark.parametrize(("data", "line", "column", "problem"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_cannot_be_read_is_one_mistake(
    data: bytes, line: int, column: int | None, problem: str
) -> None:
    """Line, column and the cause are given, and nothing else is said."""
    definition, mistakes = parse_definition(data, "election.toml")
    assert definition is None
    assert [(mistake.line, mistake.column) for mistake in mistakes] == [(line, column)]
    assert problem in mistakes[0].problem


def test_all_mistakes_are_shown_at_once_and_in_order() -> None:
    """One reading finds mistakes of every kind, sorted by line."""
    text = GOOD.replace("Europe/London", "Nowhere").replace("seats = 1", "seats = 0")
    text = text.replace("needed = 2", "needed = 9").replace('id = "di"', 'idd = "cy"')
    lines = [one.line for one in parse_definition(text.encode(), "election.toml")[1]]
    assert lines == [3, 11, 25, 32, 33]


def test_a_mistake_in_one_item_does_not_empty_its_list() -> None:
    """A candidate with a mistake is still a candidate."""
    text = GOOD.replace('name = "Cy"\n', "").replace('name = "Di"\n', "")
    problems = {one.problem for one in parse_definition(text.encode(), "election.toml")[1]}
    assert problems == {"'name' is missing"}


def test_times_without_a_zone_are_in_the_definition_s() -> None:
    """An opening in July is in British Summer Time, a closing in December is not."""
    definition, mistakes = parse_definition(GOOD.encode(), "election.toml")
    assert definition is not None, mistakes
    times = definition.timetable
    assert times.opens.utcoffset() == timedelta(hours=1)
    assert times.closes.utcoffset() == timedelta(0)
    assert (times.opens.hour, times.closes.hour) == (9, 12)


@pytest.mark.parametrize("written", ["2026-10-25T01:30:00+01:00", "2026-10-25T00:30:00Z"])
def test_a_time_with_an_offset_is_that_moment(written: str) -> None:
    """An offset tells apart what the clocks show twice; the time is told in the zone."""
    text = GOOD.replace("2026-12-11T12:00:00", written)
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert definition is not None, mistakes
    assert definition.timetable.closes.isoformat() == "2026-10-25T01:30:00+01:00"


NO_MISTAKE = {
    "more seats than candidates": (
        'seats = 1\nrule = "alternative-vote"',
        'seats = 9\nrule = "scottish-stv"',
    ),
    "no options": ('[options]\nrevoting = "latest"\n', ""),
    "a scrutineer's key of the right form": ('key = ""', f'key = "{KEY}"'),
    "a statement over lines": ('"I am Cy."', '"""\nI\nam Cy."""'),
    "lines as Windows ends them": ("\n", "\r\n"),
    "letters of any language": ('"Cy"', '"Żółć Ó Séaghdha 東京"'),
    "a candidate's name in another contest": (
        "[[contests]]",
        (
            '[[contests]]\nid="x"\ntitle="x"\nseats=1\nrule="scottish-stv"\n'
            'candidates=[{id="cy",name="Cy"}]\n[[contests]]'
        ),
    ),
}


@pytest.mark.parametrize(("old", "new"), NO_MISTAKE.values(), ids=NO_MISTAKE)
def test_what_is_allowed_is_no_mistake(old: str, new: str) -> None:
    """A definition is given, and nothing is said."""
    text = GOOD.replace(old, new)
    assert text != GOOD
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert mistakes == []
    assert definition is not None


def test_a_byte_order_mark_does_not_matter() -> None:
    """The mark that some editors put in front is passed over."""
    plain, marked = (parse_definition(GOOD.encode(how), "x") for how in ("utf-8", "utf-8-sig"))
    assert plain == marked


LARGEST = {
    "candidates": (
        GOOD[GOOD.index("[[contests.candidates]]") :],
        '[[contests.candidates]]\nid = "c{0}"\nname = "C{0}"\n',
        MAXIMUM_CANDIDATES,
    ),
    "scrutineers": (
        GOOD[GOOD.index("[[scru") : GOOD.index("[[contests]]")],
        '[[scrutineers]]\nname = "S{0}"\n',
        MAXIMUM_SCRUTINEERS,
    ),
}


@pytest.mark.parametrize(("old", "item", "most"), LARGEST.values(), ids=LARGEST)
def test_there_is_a_largest_number(old: str, item: str, most: int) -> None:
    """As many as the limit are taken, and one more is a mistake that says the limit."""
    for count in (most, most + 1):
        text = GOOD.replace(old, "".join(item.format(at) for at in range(count)))
        _, mistakes = parse_definition(text.encode(), "election.toml")
        said = [mistake for mistake in mistakes if f"more than {most}" in mistake.problem]
        assert len(said) == len(mistakes) == (count > most)
