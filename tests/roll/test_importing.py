"""A roll from a list as an office has it: read whole, or refused with every row named."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.errors import Mistake
from ccin_vote.roll.importing import Imported
from ccin_vote.roll.roll import Member
from tests.support.lists import read_list
from tests.support.workbooks import ods, xlsx

NORTH = "north,North,Ada,n@example.org,full;youth,2"
HEAD = "id,name,contact,email,groups,votes"
COLUMNS = HEAD.split(",")
CELLS: list[list[object]] = [
    [*COLUMNS],
    ["north", "North", "Ada", "n@example.org", "full;youth", 2],
]

SAME: dict[str, str | bytes] = {
    "as it is": f"{HEAD}\n{NORTH}\n",
    "columns in another order and case": (
        "VOTES,Email,groups,Contact,ID,Name\n2,n@example.org,full; youth ,Ada,north,North\n"
    ),
    "headings as offices have them": (
        f"Member No.,Organisation,Lead contact,E-mail address:,Electorate,No. of votes\n{NORTH}\n"
    ),
    "a person in two columns": (
        "No,Organisation,First name,Surname,E-Mail,Groups,Votes\n"
        "north,North,Ada,,n@example.org,full;youth,2\n"
    ),
    "an organisation, and a name that is a person's": (
        f"Member No,Organisation,Name,Email,Groups,Votes\n{NORTH}\n"
    ),
    "spaces around cells": f"{HEAD}\n north , North , Ada , n@example.org , full;youth , 2 \n",
    "spaces that nobody sees": (
        f"{HEAD}\nnorth,\u00a0North\u200b,Ada,n@example.org\u00a0,full;youth,2"
    ),
    "semicolons, as Excel writes them": (
        'id;name;contact;email;groups;votes\nnorth;North;Ada;n@example.org;"full;youth";2\n'
    ),
    "what Excel writes above": f"sep=,\n{HEAD}\n{NORTH}\n",
    "tabs": f"{HEAD}\n{NORTH}\n".replace(",", "\t"),
    "lines as Windows ends them": f"{HEAD}\r\n{NORTH}\r\n",
    "lines as an old Mac ends them": f"{HEAD}\r{NORTH}\r",
    "a byte order mark": f"\ufeff{HEAD}\n{NORTH}\n",
    "UTF-16": f"{HEAD}\n{NORTH}\n".encode("utf-16"),
    "UTF-16 without a mark": f"{HEAD}\n{NORTH}\n".encode("utf-16-le"),
    "UTF-16, the other way round": f"{HEAD}\n{NORTH}\n".encode("utf-16-be"),
    "no line break at the end": f"{HEAD}\n{NORTH}",
    "empty rows at the end": f"{HEAD}\n{NORTH}\n,,,,,\n\n\n",
    "empty rows above and between": f"\n,,,\n{HEAD}\n\n{NORTH}\n",
    "empty cells behind": f"{HEAD},,\n{NORTH},,\n",
    "a title above": f"Members of the Network,,,,,\nas of May,,,,,\n{HEAD}\n{NORTH}\n",
    "a total below": f"{HEAD}\n{NORTH}\n,,,,Total,2\n",
    "a number of members below": f"{HEAD}\n{NORTH}\nTotal members: 1,,,,,\n",
    "the headings on each page": f"{HEAD}\n{HEAD}\n{NORTH}\n{HEAD}\n",
    "columns that are not needed": f"Phone,{HEAD},Notes\n020,{NORTH},x\n",
    "quotation marks": f'"id",{HEAD[3:]}\n"north","North",Ada,"n@example.org","full;youth","2"\n',
    "quotation marks behind a space": f'{HEAD}\nnorth, "North",Ada,n@example.org,full;youth,2',
    "no id": f"{HEAD[3:]}\n{NORTH[6:]}\n",
    "a link instead of an address": f"{HEAD}\n{NORTH.replace('n@', 'mailto:n@')}\n",
    "an .xlsx": xlsx({"Members": CELLS}),
    "an .xlsx with an empty sheet and a hidden one": xlsx(
        {"Sheet1": [], "Members": CELLS, "Old": [["x"]]}, hidden=["Old"]
    ),
    "an .ods": ods({"Members": CELLS}),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_one_list_in_many_dresses(text: str | bytes) -> None:
    """Each way in which an office may keep the list gives the same roll."""
    north = Member(
        id="north", name="North", contact="Ada", email="n@example.org",
        groups=("full", "youth"), votes=2,
    )  # fmt: skip
    read = read_list(text if isinstance(text, bytes) else text.encode())
    assert isinstance(read, Imported), [str(mistake) for mistake in read]
    assert read.roll.members == (north,)


SAID: dict[str, tuple[str, str]] = {
    "a title": (f"Members,,,,,\n{HEAD}\n{NORTH}\n", "Row 1 stands above the headings: 'Members'."),
    "the headings": (
        "Members\nName,E-mail address\nA,a@b.org\n",
        "Row 2 has the headings. Taken: name from 'Name', email from 'E-mail address'.",
    ),
    "a blank row": (f"{HEAD}\n\n{NORTH}\n", "Passed over, as blank: row 2."),
    "blank rows": (f"{HEAD}\n\n,,\n{NORTH}\n", "Passed over, as blank: rows 2, 3."),
    "a total": (f"{HEAD}\n{NORTH}\nTotal,,,,,2\n", "Row 3 is no member: 'Total | 2'."),
    "columns": (
        f"Phone,{HEAD},Notes\n020,{NORTH},x\n",
        "Passed over, as not needed: columns 'Phone', 'Notes'.",
    ),
    "no headings": (
        "password,1,a@b.org,Ann\npassword,2,b@b.org,Bob\n",
        "There are no headings. Taken, by their content: id from 2, email from 3, name from 4.",
    ),
    "a column without a heading": (
        "password,1,a@b.org,Ann\npassword,2,b@b.org,Bob\n",
        "Passed over, as not needed: column number 1.",
    ),
}


@pytest.mark.parametrize(("text", "said"), SAID.values(), ids=SAID)
def test_what_is_passed_over_is_said(text: str, said: str) -> None:
    """Nobody has to wonder where a row or a column went."""
    read = read_list(text.encode())
    assert isinstance(read, Imported), [str(mistake) for mistake in read]
    assert said in read.passed


def test_windows_1252_is_read_and_said() -> None:
    """With a word that shows whether the guess was right."""
    read = read_list("id,name,email\na,Zoë Brontë,z@x.org\n".encode("cp1252"))
    assert isinstance(read, Imported)
    assert read.roll.members[0].name == "Zoë Brontë"
    assert read.passed[0] == (
        "The file is not UTF-8; it was read as Windows-1252. Is 'Zoë' spelt right?"
    )


def test_what_a_list_does_not_say_is_filled_in() -> None:
    """Ids come from names, the contact is the name, there is one vote and no group."""
    read = read_list("name,email\nÓ Séaghdha & Co.,a@example.org\n東京,b@example.org\n".encode())
    assert isinstance(read, Imported)
    assert [
        (member.id, member.contact, member.groups, member.votes) for member in read.roll.members
    ] == [
        ("o-seaghdha-co", "Ó Séaghdha & Co.", (), 1),
        ("member-3", "東京", (), 1),
    ]


WAYS: dict[str, tuple[str, list[str]]] = {
    "an address or none": ("name,email\nA,a@b.org\nB,\n", ["email", "post"]),
    "one address for two": ("name,email\nA,a@b.org\nB,A@B.org\n", ["email", "email"]),
    "as the list says": (
        "name,email,channel\nA,a@b.org,Post\nB,,\nC,c@b.org,E-mail\nD,,Paper ballot\n",
        ["post", "post", "email", "paper"],
    ),
}


@pytest.mark.parametrize(("text", "ways"), WAYS.values(), ids=WAYS)
def test_a_member_without_an_address_of_its_own_is_a_member(text: str, ways: list[str]) -> None:
    """Nobody is dropped: by e-mail, by post or on paper."""
    read = read_list(text.encode())
    assert isinstance(read, Imported), [str(mistake) for mistake in read]
    assert [member.way for member in read.roll.members] == ways


IDS: dict[str, tuple[object, str]] = {
    "a number of a spreadsheet": (123.0, "123"),
    "a number with seven digits": (1234567.0, "1234567"),
    "zeros in front": ("00123", "00123"),
    "capitals and spaces": ("CCIN 001", "ccin-001"),
    "a slash": ("A/12", "a-12"),
}


@pytest.mark.parametrize(("cell", "written"), IDS.values(), ids=IDS)
def test_an_id_is_written_so_that_it_can_stand_in_a_command(cell: object, written: str) -> None:
    """And that is said if it is spelt otherwise."""
    read = read_list(xlsx({"S": [["No", "Name", "Email"], [cell, "A", "a@b.org"]]}))
    assert isinstance(read, Imported)
    assert read.roll.members[0].id == written
    same = str(cell).removesuffix(".0") == written
    assert read.respelt == (() if same else ((str(cell), written),))


BAD: dict[str, tuple[str, str, str]] = {
    "an empty file": ("", "the file is empty", ""),
    "a file of blank lines": ("\n \n", "the file is empty: no row was read", ""),
    "a header alone": (f"{HEAD}\n", "there is no member in this list", ""),
    "a header and empty rows": (f"{HEAD}\n,,,,,\n", "there is no member in this list", ""),
    "too few cells": (f"{HEAD}\nnorth,North\n{NORTH}", "row 2: 2 cells where there are 6", ""),
    "too many cells": (f"{HEAD}\n{NORTH}\na,b,c,d@e.org,e,1,f", "row 3: 7 cells", "quotation"),
    "a quotation mark never closed": (f'{HEAD}\n{NORTH}\n"a,b\n', "row 3: a quotation", "close"),
    "text behind a quotation mark": (f'{HEAD}\n"a"b,c,d,e@f.org,,1\n', "row 2: this row", ""),
    "no name": ("name,email\n,a@b.org\nB,b@b.org", "row 2: there is no name", "delete the row"),
    "no id": ("id,name,email\n,A,a@b.org\nb,B,b@b.org", "row 2: there is no id", ""),
    "an id that Excel rounded": (
        "id,name,email\n1.23E+05,A,a@b.org",
        "row 2: the id '1.23E",
        "Text",
    ),
    "an id too wide for its column": ("id,name,email\n####,A,a@b.org", "row 2: the id '####'", ""),
    "an id of signs": ("id,name,email\n*,A,a@b.org", "row 2: the id '*' has no letter", ""),
    "no address at the end of the row": ("name,email\nA,x", "row 2: 'x' is no e-mail", ""),
    "a space in an address": (
        "name,email\nA,a @b.org",
        "row 2: the e-mail address 'a @b",
        "'a@b.org'",
    ),
    "two addresses in a cell": ("name,email\nA,a@b.org; b@b.org", "row 2: 'a@b.org; b@b", "keep"),
    "a word for no address": ("name,email\nA,n/a\nB,b@b.org", "row 2: 'n/a' is no", "empty"),
    "an id twice": ("id,name,email\na,A,a@b.org\nA,B,b@b.org", "row 3: the id 'A' is in row 2", ""),
    "a name twice without ids": (
        "name,email\nA,a@b.org\nA,b@b.org",
        "row 3: 'A' is in row 2",
        "Member No",
    ),
    "votes in words": ("name,email,votes\nA,a@b.org,two", "row 2: 'votes': a whole number", ""),
    "votes left out": ("name,email,votes\nA,a@b.org,", "row 2: 'votes': a whole number", ""),
    "no vote": ("name,email,votes\nA,a@b.org,0", "row 2: 'votes': a number from 1 on", ""),
    "votes of too many digits": (f"name,email,votes\nA,a@b.org,{'9' * 5000}", "row 2: 'votes'", ""),
    "votes in other digits": ("name,email,votes\nA,a@b.org,٣", "row 2: 'votes': a whole", ""),
    "a way that is none": ("name,email,channel\nA,a@b.org,fax", "row 2: 'fax' is no way", ""),
    "e-mail to nowhere": ("name,email,channel\nA,,email\nB,b@b.org,", "row 2: by e-mail, and", ""),
    "an error of the spreadsheet": (
        "name,email\n#REF!,a@b.org",
        "row 2: name: the spread",
        "formula",
    ),
    "a character that does not show": (
        "name,email\nA\x00,a@b.org",
        "row 2: the character U+0000",
        "",
    ),
    "two columns of one heading": (
        "name,email,Email\nA,a@b.org,b@b.org",
        "more than one column",
        "",
    ),
    "no name of any kind": ("x,email\n,a@b.org", "no column is plainly the member's name", ""),
    "no address of any kind": ("name,phone\nA,020", "no column is plainly the e-mail address", ""),
}


@pytest.mark.parametrize(("text", "problem", "hint"), BAD.values(), ids=BAD)
def test_a_bad_list_is_refused_with_its_row(text: str, problem: str, hint: str) -> None:
    """The row, what is wrong and what helps are given; no roll is."""
    mistakes = read_list(text.encode())
    assert isinstance(mistakes, list)
    fitting = [mistake for mistake in mistakes if mistake.problem.startswith(problem)]
    assert len(fitting) == 1, [str(mistake) for mistake in mistakes]
    assert hint in (fitting[0].hint or "")


def test_all_rows_that_are_wrong_are_told_at_once_in_their_order() -> None:
    """What the cells say and what the roll's own rules say, together."""
    mistakes = read_list(
        b"id,name,email,votes\n1,A,a@b.org,none\n1.2E+05,B,b @b.org,1\n1,C,c@b.org,1\n,D,d,1\n"
    )
    assert isinstance(mistakes, list)
    assert [mistake.problem[:14] for mistake in mistakes] == [
        "row 2: 'votes'",
        "row 3: the id ",
        "row 3: the e-m",
        "row 4: the id ",
        "row 5: there i",
        "row 5: 'd' is ",
    ]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    """A row over two lines counts once; the line is that of the file."""
    mistakes = read_list(b'name,contact,email\nA,"x\ny",a@b.org\nB,b,none\n')
    assert isinstance(mistakes, list)
    assert [(mistake.line, mistake.problem[:6]) for mistake in mistakes] == [(4, "row 3:")]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.lists(cells, max_size=7), max_size=6), st.sampled_from(",;\t"))
def test_any_table_is_read_or_refused(rows: list[list[str]], separator: str) -> None:
    """Arbitrary cells under a good header give a roll of as many members, or mistakes."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([COLUMNS, *rows])
    read = read_list(written.getvalue().encode())
    assert isinstance(read, Imported) or read
    assert isinstance(read, list) or len(read.roll.members) <= len(rows)


@given(st.binary(max_size=120), st.booleans())
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(
    data: bytes,
    headed: bool,  # noqa: FBT001  (an example, not an option)
) -> None:
    """Arbitrary bytes raise nothing."""
    read = read_list(b"name,email\n" * headed + data)
    assert isinstance(read, Imported) or all(isinstance(one, Mistake) for one in read)


@given(st.integers(1, 30), st.integers(0, 200))
def test_a_list_cut_short_never_gives_fewer_members_in_silence(count: int, cut: int) -> None:
    """A file cut in the middle of a row is refused, or the loss is of whole rows at the end."""
    rows = [f'm{number},"M, {number}",m{number}@example.org,2' for number in range(count)]
    text = "\n".join(["id,name,email,votes", *rows])
    read = read_list(text[: max(len(text) - cut, 0)].encode())
    for member in read.roll.members if isinstance(read, Imported) else ():
        assert f'{member.id},"{member.name}",{member.email},{member.votes}' in rows
