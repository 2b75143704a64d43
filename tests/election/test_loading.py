"""Reading `election.toml`: good ones as models, bad ones with every mistake at its line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.definition import KEY_PREFIX, MAXIMUM_CANDIDATES, MAXIMUM_SCRUTINEERS
from ccin_vote.election.loading import parse_definition

GOOD = """\
title = "Election of a chair"
organisation = "A society"
timezone = "Europe/London"
[officer]
name = "Officer"
email = "officer@example.org"
[timetable]
opens = 2026-07-01T09:00:00
closes = 2026-12-11T12:00:00
[secrecy]
needed = 2
minimum_opened = 5
publication = "full"
[options]
revoting = "latest"
[[scrutineers]]
name = "Ada"
email = "ada@example.org"
key = ""
[[scrutineers]]
name = "Ben"
[[contests]]
id = "chair"
title = "Chair"
seats = 1
rule = "alternative-vote"
electorate = "full"
[[contests.candidates]]
id = "cy"
name = "Cy"
statement = "I am Cy."
[[contests.candidates]]
id = "di"
name = "Di"
"""

KEY = KEY_PREFIX + "A" * 171

CHANGES: dict[str, tuple[str, str, int, str, str]] = {
    "an unknown key": ("minimum_opened", "minimum_openned", 12, "unknown key", "'minimum_opened'"),
    "an unknown table": ("[options]", "[option]", 14, "unknown key 'option'", "'options'"),
    "an unknown key of a candidate": ("statement =", "staement =", 31, "unknown", "'statement'"),
    "a missing key": ('organisation = "A society"\n', "", 1, "'organisation' is missing", "add a"),
    "a missing key of a table": ("needed = 2\n", "", 10, "'needed' is missing", "needed = ..."),
    "a missing table": ("[officer]", "[options.x]", 1, "'officer' is missing", "[officer]"),
    "a text where a number belongs": ("seats = 1", 'seats = "1"', 25, "a whole number", ""),
    "a number with a fraction": ("seats = 1", "seats = 1.0", 25, "a whole number", ""),
    "a truth where a number belongs": ("needed = 2", "needed = true", 11, "a whole number", ""),
    "a number where a text belongs": ('"A society"', "5", 2, "a text in quotation marks", ""),
    "a text where a table belongs": ("[officer]", 'officer = "x"\n[x]', 4, "a table is", ""),
    "one table where a list belongs": ("[[contests]]", "[contests]", 22, "a list is", ""),
    "an empty title": ('"Election of a chair"', '""', 1, "'title': this is empty", ""),
    "a title of spaces": ('"Election of a chair"', '"  "', 1, "only spaces", ""),
    "a title with a control character": ("a chair", "a\\u001b[2J chair", 1, "U+001B", ""),
    "a name that runs backwards": ('"Cy"', '"Cy\\u202e"', 30, "U+202E", ""),
    "a name over two lines": ('"Cy"', '"C\\ny"', 30, "U+000A", ""),
    "an overlong title": ('"Election of a chair"', f'"{"x" * 501}"', 1, "longer than 500", ""),
    "a contest without candidates": (
        GOOD[GOOD.index("[[contests.candidates]]") :],
        "",
        22,
        "this contest has no candidate",
        "[[contests.candidates]]",
    ),
    "an empty list of candidates": (
        GOOD[GOOD.index("[[contests.candidates]]") :],
        "candidates = []",
        28,
        "this contest has no candidate",
        "",
    ),
    "no contest": (
        GOOD[GOOD.index("[[contests]]") :],
        "",
        1,
        "there is no contest",
        "[[contests]]",
    ),
    "no scrutineer": (
        GOOD[GOOD.index("[[scru") : GOOD.index("[[contests]]")],
        "",
        1,
        "there is no scrutineer",
        "[[scrutineers]]",
    ),
    "a candidate's id twice": ('id = "di"', 'id = "cy"', 33, "stands in line 29 already", ""),
    "a candidate's name twice": ('"Di"', '" cY "', 34, "stands in line 30 already", ""),
    "a contest's id twice": (
        "[[contests]]",
        (
            '[[contests]]\nid="chair"\ntitle="x"\nseats=1\nrule="alternative-vote"\n'
            'candidates=[{id="x",name="x"}]\n[[contests]]'
        ),
        29,
        "stands in line 23 already",
        "",
    ),
    "a scrutineer twice": ('"Ben"', '"ADA"', 21, "stands in line 17 already", ""),
    "a scrutineer's address twice": (
        '"Ben"',
        '"Ben"\nemail = "Ada@example.org"',
        22,
        "stands in line 18 already",
        "",
    ),
    "a scrutineer's key twice": (
        'key = ""\n[[scrutineers]]\n',
        f'key = "{KEY}"\n[[scrutineers]]\nkey = "{KEY}"\n',
        21,
        "stands in line 19 already",
        "",
    ),
    "an id with capital letters": ('id = "chair"', 'id = "The Chair"', 23, "no id", "'the-chair'"),
    "an id that ends in a hyphen": ('id = "di"', 'id = "di-"', 33, "no id", "'di'"),
    "an id that leaves the folder": ('id = "di"', 'id = "../di"', 33, "no id", "'di'"),
    "an id of 65 letters": ('id = "di"', f'id = "{"x" * 65}"', 33, "no id", "x" * 64),
    "an empty id": ('id = "di"', 'id = ""', 33, "no id", ""),
    "a rule that does not exist": (
        "alternative-vote",
        "alternativ-vote",
        26,
        "no rule",
        "'alternative-vote'",
    ),
    "a rule far from any": (
        '"alternative-vote"',
        '"xyz"',
        26,
        "no rule",
        "known here: alternative",
    ),
    "a rule that is no text": ('"alternative-vote"', "[1]", 26, "a text", ""),
    "several seats by a rule for one": (
        "seats = 1",
        "seats = 3",
        25,
        "one seat only",
        "scottish-stv",
    ),
    "no seat": ("seats = 1", "seats = 0", 25, "a number from 1 on", ""),
    "a number of seats beyond all bounds": (
        "seats = 1",
        "seats = 0x" + "f" * 4000,
        25,
        "up to 200",
        "",
    ),
    "more needed than there are": (
        "needed = 2",
        "needed = 3",
        11,
        "than there are (2)",
        "from 1 to 2",
    ),
    "nobody needed": ("needed = 2", "needed = 0", 11, "a number from 1 on", ""),
    "nothing to be opened at least": ("opened = 5", "opened = 0", 12, "from 1 on", ""),
    "a publication that does not exist": (
        '"full"\n[opt',
        '"ful"\n[opt',
        13,
        "one of: full, scrut",
        "'full'",
    ),
    "a number as a choice": ('"latest"', "0x" + "f" * 5000, 15, "one of: latest, first", ""),
    "a revoting that does not exist": ('"latest"', '"last"', 15, "one of: latest", "'latest'"),
    "a closing before the opening": ("closes = 2026", "closes = 2025", 9, "closes before it", ""),
    "a closing at the opening": ("12-11T12:00", "07-01T09:00", 9, "closes before it", ""),
    "a date without a time": ("2026-12-11T12:00:00", "2026-12-11", 9, "a date and time", ""),
    "a time without a date": ("2026-12-11T12:00:00", "12:00:00", 9, "a date and time", ""),
    "a time in words": ("2026-12-11T12:00:00", '"noon"', 9, "a date and time", ""),
    "a time that the clocks skip": ("12-11T12:00", "03-29T01:30", 9, "does not exist", "02:30"),
    "a time that comes twice": ("12-11T12:00", "10-25T01:30", 9, "happens twice", "+01:00"),
    "a year of long ago": ("2026-12-11", "0026-12-11", 9, "the year 26", ""),
    "the last moment there is": (
        "2026-12-11T12:00:00",
        "9999-12-31T23:00:00-12:00",
        9,
        "year 9999",
        "",
    ),
    "an unknown time zone": (
        "Europe/London",
        "Europe/Londno",
        3,
        "no time zone",
        "'Europe/London'",
    ),
    "a time zone that is a folder": ('"Europe/London"', '"Europe"', 3, "no time zone", ""),
    "a time zone that leads elsewhere": (
        "Europe/London",
        "../../etc/passwd",
        3,
        "no time zone",
        "",
    ),
    "an officer without an address": ("officer@example.org", "officer", 6, "no e-mail", ""),
    "an address with a line break": ("ada@example.org", "ada@example.org\\nx", 18, "no e-mail", ""),
    "a key of something else": (
        'key = ""',
        'key = "ssh-ed25519 AAAA"',
        19,
        "no scrutineer's",
        KEY_PREFIX,
    ),
    "a key cut short": ('key = ""', f'key = "{KEY[:-4]}"', 19, "cut short", "whole line"),
}


def test_the_definition_that_is_changed_here_is_good() -> None:
    """Every mistake below comes of the change alone."""
    assert parse_definition(GOOD.encode(), "election.toml")[1] == []


@pytest.mark.parametrize(("old", "new", "line", "problem", "hint"), CHANGES.values(), ids=CHANGES)
def test_a_mistake_is_named_with_its_line(
    old: str, new: str, line: int, problem: str, hint: str
) -> None:
    """The line, what is wrong, and the nearest right spelling are given; no definition is."""
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert definition is None
    fitting = [one for one in mistakes if problem in one.problem]
    assert [one.line for one in fitting] == [line], [str(one) for one in mistakes]
    assert hint in (fitting[0].hint or "")
    assert fitting[0].file == "election.toml"
    assert fitting[0].text is None or fitting[0].text == text.split("\n")[line - 1]


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
    assert [(one.line, one.column) for one in mistakes] == [(line, column)]
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
        said = [one for one in mistakes if f"more than {most}" in one.problem]
        assert len(said) == len(mistakes) == (count > most)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_mistakes(data: bytes) -> None:
    """Arbitrary bytes raise nothing and are never a definition."""
    definition, mistakes = parse_definition(data, "election.toml")
    assert definition is None
    assert mistakes


pieces = st.sampled_from(
    [*GOOD.split("\n"), '"', "[", "]", "{", "}", "=", "#", "0", "-1", "[]", "{}", "nan", "''", "."]
)


@given(st.lists(st.tuples(st.integers(0, GOOD.count("\n")), pieces), min_size=1, max_size=4))
def test_a_good_file_with_lines_changed_raises_nothing(changes: list[tuple[int, str]]) -> None:
    """Lines put in anywhere give either a definition or mistakes with lines of the file."""
    lines = GOOD.split("\n")
    for at, piece in changes:
        lines.insert(at, piece)
    check(("\n".join(lines)).encode())


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.binary(max_size=6))
def test_a_good_file_with_bytes_changed_raises_nothing(at: int, cut: int, new: bytes) -> None:
    """Bytes cut out and put in anywhere give either a definition or mistakes."""
    data = GOOD.encode()
    check(data[:at] + new + data[at + cut :])


values = st.sampled_from(
    ['""', '"x"', "0", "-1", "99999999999999999999", "1.5", "nan", "true", "[]", "[1]", "{}",
     "{x=1}", "[{}]", "[[]]", "1979-05-27", "07:32:00", "1979-05-27T07:32:00",
     "2026-01-01T00:00:00+23:59", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"]
)  # fmt: skip


@given(st.sampled_from([one for one in GOOD.split("\n") if " = " in one]), values)
def test_any_value_in_any_place_raises_nothing(line: str, value: str) -> None:
    """Each key with a value of every type gives either a definition or mistakes."""
    check(GOOD.replace(line, f"{line.partition(' = ')[0]} = {value}", 1).encode())


def check(data: bytes) -> None:
    """Either a definition or mistakes; each can be shown and stands at a line of the file."""
    definition, mistakes = parse_definition(data, "election.toml")
    assert (definition is None) == bool(mistakes)
    for one in mistakes:
        assert one.line is not None
        assert 1 <= one.line <= data.count(b"\n") + 1
        assert str(one).isprintable() or "\n" in str(one)
