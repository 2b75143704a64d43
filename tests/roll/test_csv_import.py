"""A roll from a spreadsheet: read whole, or refused with the row named."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.roll.csv_import import COLUMNS, parse_roll_csv
from ccin_vote.roll.roll import Member, Roll

NORTH = "north,North,Ada,n@example.org,full;youth,2"
HEAD = "id,name,contact,email,groups,votes"

SAME = {
    "as it is": f"{HEAD}\n{NORTH}\n",
    "columns in another order and case": (
        "VOTES,Email,groups,Contact,ID,Name\n2,n@example.org,full; youth ,Ada,north,North\n"
    ),
    "spaces around cells": f"{HEAD}\n north , North , Ada , n@example.org , full;youth , 2 \n",
    "semicolons, as Excel writes them": (
        'id;name;contact;email;groups;votes\nnorth;North;Ada;n@example.org;"full;youth";2\n'
    ),
    "tabs": f"{HEAD}\n{NORTH}\n".replace(",", "\t"),
    "lines as Windows ends them": f"{HEAD}\r\n{NORTH}\r\n",
    "lines as an old Mac ends them": f"{HEAD}\r{NORTH}\r",
    "a byte order mark": f"\ufeff{HEAD}\n{NORTH}\n",
    "no line break at the end": f"{HEAD}\n{NORTH}",
    "empty rows at the end": f"{HEAD}\n{NORTH}\n,,,,,\n\n\n",
    "quotation marks": f'"id",{HEAD[3:]}\n"north","North",Ada,"n@example.org","full;youth","2"\n',
    "quotation marks behind a space": f'{HEAD}\nnorth, "North",Ada,n@example.org,full;youth,2',
    "no id": f"{HEAD[3:]}\n{NORTH[6:]}\n",
}  # fmt: skip


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_one_table_in_many_dresses(text: str) -> None:
    """Each way in which a spreadsheet may write the table gives the same roll."""
    north = Member(
        id="north", name="North", contact="Ada", email="n@example.org",
        groups=("full", "youth"), votes=2,
    )  # fmt: skip
    assert parse_roll_csv(text.encode(), "m.csv") == (Roll(members=(north,)), [])


def test_what_a_table_does_not_say_is_filled_in() -> None:
    """Ids come from names, the contact is the name, there is one vote and no group."""
    text = "name,email\nÓ Séaghdha & Co.,a@example.org\n東京,b@example.org\n"
    roll, mistakes = parse_roll_csv(text.encode(), "m.csv")
    assert roll is not None, mistakes
    assert [
        (member.id, member.contact, member.groups, member.votes) for member in roll.members
    ] == [
        ("o-seaghdha-co", "Ó Séaghdha & Co.", (), 1),
        ("member-3", "東京", (), 1),
    ]


def test_a_group_may_have_a_space_in_its_name() -> None:
    """Only semicolons separate groups."""
    text = "name,email,groups\nA,a@example.org,Full members;;youth\n"
    roll, mistakes = parse_roll_csv(text.encode(), "m.csv")
    assert roll is not None, mistakes
    assert roll.members[0].groups == ("Full members", "youth")


BAD: dict[str, tuple[str, int, str, str]] = {
    "an empty file": ("", 1, "the file is empty: no row was read", ""),
    "a file of blank lines": ("\n \n", 1, "the file is empty: no row was read", ""),
    "a header alone": (f"{HEAD}\n", 1, "row 1: there is a header and no member", ""),
    "a header and empty rows": (f"{HEAD}\n,,,,,\n", 1, "row 1: there is a header and no", ""),
    "an empty row in front": (f"\n{HEAD}\n{NORTH}", 1, "row 1: this row is empty", ""),
    "no column for addresses": ("id,name\na,A", 1, "row 1: the column 'email' is missing", ""),
    "no header": (f"{NORTH}\n", 1, "row 1: the column 'name' is missing", ""),
    "an unknown column": ("name,e-mial\nA,a@b.org", 1, "unknown column 'e-mial'", "'email'"),
    "a column twice": ("name,email,Name\nA,a@b.org,A", 1, "'name' stands twice", ""),
    "a column without a name": ("name,email,\nA,a@b.org,x", 1, "column 3 has no name", ""),
    "too few cells": (
        f"{HEAD}\nnorth,North\n{NORTH}",
        2,
        "row 2: 2 cells where the header has 6",
        "",
    ),
    "too many cells": (f"{HEAD}\n{NORTH}\na,b,c,d,e,1,f", 3, "row 3: 7 cells", "quotation marks"),
    "an empty row in the middle": (f"{HEAD}\n\n{NORTH}", 2, "row 2: this row is empty", ""),
    "a row of empty cells in the middle": (
        f"{HEAD}\n,,,,,\n{NORTH}",
        2,
        "row 2: this row is empty",
        "",
    ),
    "a quotation mark never closed": (
        f'{HEAD}\n{NORTH}\n"a,b\n',
        3,
        "row 3: a quotation mark",
        "close",
    ),
    "text behind a quotation mark": (
        f'{HEAD}\n"a"b,c,d,e@f.org,,1\n',
        2,
        "row 2: this row cannot",
        "",
    ),
    "a name over lines before a mistake": (
        f'{HEAD}\na,"A",B,a@b.org,,1\n{NORTH},x\n',
        3,
        "row 3: 7 cells",
        "",
    ),
    "no name": ("name,email\n,a@b.org\nB,b@b.org", 2, "row 2: 'name': this is empty", ""),
    "no address": ("name,email\nA,\nB,b@b.org", 2, "row 2: 'email': this is empty", ""),
    "no address at the end of the row": ("name,email\nA,x", 2, "row 2: 'x' is no e-mail", ""),
    "an address twice": ("name,email\nA,a@b.org\nB,A@B.org", 3, "row 3: the member's e-mail", ""),
    "an id twice": ("id,name,email\na,A,a@b.org\na,B,b@b.org", 3, "stands in line 2 already", ""),
    "a name twice without ids": (
        "name,email\nA,a@b.org\nA,b@b.org",
        3,
        "row 3: the member's id 'a'",
        "a column id tells",
    ),
    "an id that is none": ("id,name,email\nA B,A,a@b.org", 2, "row 2: 'A B' is not an id", "'a-b'"),
    "votes in words": ("name,email,votes\nA,a@b.org,two", 2, "row 2: 'votes': a whole number", ""),
    "votes left out": ("name,email,votes\nA,a@b.org,", 2, "row 2: 'votes': a whole number", ""),
    "no vote": ("name,email,votes\nA,a@b.org,0", 2, "row 2: 'votes': a number from 1 on", ""),
    "votes of too many digits": (
        f"name,email,votes\nA,a@b.org,{'9' * 5000}",
        2,
        "row 2: 'votes'",
        "",
    ),
    "votes in other digits": ("name,email,votes\nA,a@b.org,٣", 2, "row 2: 'votes': a whole", ""),
    "a character that does not show": (
        "name,email\nA\x00,a@b.org",
        2,
        "row 2: the character U+0000",
        "",
    ),
    "a name over lines": ('name,email\n"A\nB",a@b.org', 2, "row 2: the character U+000A", ""),
}


@pytest.mark.parametrize(("text", "line", "problem", "hint"), BAD.values(), ids=BAD)
def test_a_bad_table_is_refused_with_its_row(text: str, line: int, problem: str, hint: str) -> None:
    """The row and its line, what is wrong and what helps are given; no roll is."""
    roll, mistakes = parse_roll_csv(text.encode(), "m.csv")
    assert roll is None
    fitting = [each_mistake for each_mistake in mistakes if problem in each_mistake.problem]
    assert [one.line for one in fitting] == [line], [str(mistake) for mistake in mistakes]
    assert hint in (fitting[0].hint or "")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_table_that_is_not_utf_8_is_refused(encoding: str) -> None:
    """Other encodings are not guessed: a guess would misspell names."""
    text = "name,email\nÉire,a@b.org\n"
    roll, mistakes = parse_roll_csv(text.encode(encoding), "m.csv")
    assert roll is None
    assert [mistake.problem[:20] for mistake in mistakes] == ["the file is not UTF-"]
    assert mistakes[0].hint == "save the table as 'CSV UTF-8' in your spreadsheet"


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    """A row over two lines counts once; the line is that of the file."""
    text = 'name,contact,email\nA,"x\ny",a@b.org\nB,b,none\n'
    _, mistakes = parse_roll_csv(text.encode(), "m.csv")
    assert [(mistake.line, mistake.problem[:6]) for mistake in mistakes] == [
        (2, "row 2:"),
        (4, "row 3:"),
    ]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.lists(cells, max_size=7), max_size=6), st.sampled_from(",;\t"))
def test_any_table_is_read_or_refused(rows: list[list[str]], separator: str) -> None:
    """Arbitrary cells under a good header give a roll of as many members, or mistakes."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([COLUMNS, *rows])
    roll, mistakes = parse_roll_csv(written.getvalue().encode(), "m.csv")
    assert (roll is None) == bool(mistakes)
    assert roll is None or len(roll.members) <= len(rows)


@given(st.binary(max_size=120), st.booleans())
def test_any_bytes_are_read_or_refused(
    data: bytes,
    headed: bool,  # noqa: FBT001  (an example, not an option)
) -> None:
    """Arbitrary bytes raise nothing."""
    roll, mistakes = parse_roll_csv(b"name,email\n" * headed + data, "m.csv")
    assert (roll is None) == bool(mistakes)


@given(st.integers(1, 30), st.integers(0, 200))
def test_a_table_cut_short_never_gives_fewer_members_in_silence(count: int, cut: int) -> None:
    """A file cut in the middle of a row is refused, or the loss is of whole rows at the end."""
    rows = [f'm{number},"M, {number}",m{number}@example.org,2' for number in range(count)]
    text = "\n".join(["id,name,email,votes", *rows])
    roll, mistakes = parse_roll_csv(text[: max(len(text) - cut, 0)].encode(), "m.csv")
    assert roll is not None or mistakes
    for member in roll.members if roll else ():
        assert f'{member.id},"{member.name}",{member.email},{member.votes}' in rows
