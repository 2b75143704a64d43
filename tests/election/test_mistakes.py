"""Bad definitions: every mistake with its line, what is wrong, and what is meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccin_vote.election.definition import KEY_PREFIX
from ccin_vote.election.loading import parse_definition

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")

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
    "an id with capital letters": (
        'id = "chair"',
        'id = "The Chair"',
        23,
        "not an id",
        "'the-chair'",
    ),
    "an id that ends in a hyphen": ('id = "di"', 'id = "di-"', 33, "not an id", "'di'"),
    "an id that leaves the folder": ('id = "di"', 'id = "../di"', 33, "not an id", "'di'"),
    "an id of 65 letters": ('id = "di"', f'id = "{"x" * 65}"', 33, "not an id", "x" * 64),
    "an empty id": ('id = "di"', 'id = ""', 33, "not an id", ""),
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
        "`ccin-vote rules` lists",
    ),
    "a motion that names candidates": (
        '"alternative-vote"',
        '"motion"\nthreshold = "two-thirds"',
        29,
        "a motion has no candidates",
        "",
    ),
    "a motion without a threshold": ('"alternative-vote"', '"motion"', 22, "needs 'threshold'", ""),
    "a threshold that there is not": (
        '"alternative-vote"',
        '"motion"\nthreshold = "two-third"',
        27,
        "is one of",
        "'two-thirds'",
    ),
    "a threshold without a motion": (
        '"alternative-vote"',
        '"borda"\nthreshold = "two-thirds"',
        27,
        "has no meaning",
        "",
    ),
    "a limited vote without its number": (
        '"alternative-vote"',
        '"limited-vote"',
        22,
        "needs 'votes_each'",
        "votes_each = 1",
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
        "no public key",
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
    fitting = [each_mistake for each_mistake in mistakes if problem in each_mistake.problem]
    assert [one.line for one in fitting] == [line], [str(mistake) for mistake in mistakes]
    assert hint in (fitting[0].hint or "")
    assert fitting[0].file == "election.toml"
    assert fitting[0].text is None or fitting[0].text == text.split("\n")[line - 1]


def test_a_candidate_is_not_called_as_re_open_nominations_are() -> None:
    """The paper would have two choices of one name."""
    text = GOOD.replace('"alternative-vote"', '"alternative-vote"\nreopen_nominations = true', 1)
    name = re.search(r'\[\[contests\.candidates\]\]\nid = "[^"]*"\nname = "([^"]*)"', text)
    assert name is not None
    named = text.replace(f'"{name[1]}"', '"re-open Nominations"', 1)
    _, mistakes = parse_definition(named.encode(), "election.toml")
    assert any("the paper has this choice already" in mistake.problem for mistake in mistakes)
    assert parse_definition(text.encode(), "election.toml")[1] == []


def test_a_rule_with_a_limit_has_no_more_candidates() -> None:
    """It is said before the election, not after the votes."""
    more = "".join(
        f'\n[[contests.candidates]]\nid = "more-{n}"\nname = "More {n}"\n' for n in range(14)
    )
    text = GOOD.replace('"alternative-vote"', '"kemeny-young"', 1)
    first = text.index("[[contests.candidates]]")
    _, mistakes = parse_definition((text[:first] + more + text[first:]).encode(), "election.toml")
    assert any("at most 14 candidates" in mistake.problem for mistake in mistakes)
