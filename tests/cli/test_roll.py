"""`new --roll` and `roll`: the list of members as an office has it, by the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.command import run, talk
from tests.support.workbooks import xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

HEAD: list[object] = ["Member No", "Organisation", "First name", "Surname", "E-mail address", "Tel"]


def sixty() -> list[list[object]]:
    """Return a list of 60 members: three without an address, two with one between them."""
    rows: list[list[object]] = [["Members"], [], HEAD]
    rows += [
        [float(n), f" Council {n} ", "Ada", f"L{n}", f"m{n}@x.org", "020"] for n in range(1, 61)
    ]
    for at in (10, 20, 30):
        rows[at][4] = None
    rows[41][4] = "M38@x.org"
    return [*rows, ["Total", 60]]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return the list as a workbook."""
    path = tmp_path / "our members.xlsx"
    path.write_bytes(xlsx({"Members": sixty(), "Sheet2": []}))
    return path


def test_an_election_begins_with_the_offices_own_list(listed: Path, tmp_path: Path) -> None:
    """It says how many were read, how they are reached, who was first, and what comes next."""
    place = tmp_path / "board 2030"
    done = run("new", place, "--roll", listed)
    said = "60 members read: 57 with an e-mail address, 3 by post, 2 share an address\n"
    assert done.stdout == said
    assert "Row 1 stands above the headings: 'Members'." in done.stderr
    assert "Row 64 is no member: 'Total | 60'." in done.stderr
    assert "Passed over, as not needed: column 'Tel'." in done.stderr
    assert "  Council 1 (1)\n    Ada L1, e-mail to m1@x.org\n" in done.stderr
    assert done.stderr.endswith(f"then\n  ccin-vote check '{place}'\n")
    assert run("roll", place, listed).stderr.count("nothing was changed") == 1


def test_a_later_list_takes_the_place_of_the_first(listed: Path, tmp_path: Path) -> None:
    """Who came, went and changed is said, and what was there is kept."""
    place, later = tmp_path / "board", tmp_path / "later.csv"
    run("new", place, "--roll", listed)
    first = (place / "members.toml").read_text("utf-8")
    later.write_text(
        "No;Organisation;Contact;Email\n1;Council 1;Ada L1;new@x.org\n99;Late;L;l@x.org\n", "utf-8"
    )
    done = run("roll", place, later)
    assert done.stdout == "2 members read: 2 with an e-mail address\n"
    assert "New: Late\n" in done.stderr
    assert "No longer on the roll: Council 2, Council 3," in done.stderr
    assert "Changed: Council 1\n" in done.stderr
    assert (place / "members-before.toml").read_text("utf-8") == first
    assert done.stderr.endswith(f"then\n  ccin-vote check {place}\n")


def test_a_bad_list_is_refused_with_all_its_rows_and_nothing_is_written(
    listed: Path, tmp_path: Path
) -> None:
    """Exit 3; neither for a new election nor for one that is there."""
    rows = sixty()
    rows[5][0], rows[7][0], rows[9][4] = "1.23E+05", 4.0, "m 7@x.org"
    bad, place = tmp_path / "bad.xlsx", tmp_path / "board"
    bad.write_bytes(xlsx({"Members": rows}))
    done = run("new", place, "--roll", bad, code=3)
    assert [f"row {row}:" in done.stderr for row in (6, 7, 8, 10)] == [True, False, True, True]
    assert not place.exists()
    run("new", place, "--roll", listed)
    before = (place / "members.toml").read_bytes()
    run("roll", place, bad, code=3)
    assert (place / "members.toml").read_bytes() == before
    assert not (place / "members-before.toml").exists()


def test_what_is_not_clear_is_an_option_or_a_question(tmp_path: Path) -> None:
    """Without a terminal the option to add is named (exit 2); at one the number is typed."""
    unclear, place = tmp_path / "unclear.csv", tmp_path / "board"
    unclear.write_text("Name,Eins,Zwei\nA,a@b.org,b@b.org\n", "utf-8")
    told = run("new", place, "--roll", unclear, code=2).stderr
    assert "- 2: 'Eins', such as 'a@b.org'" in told
    assert "add --column email=HEADING" in told
    run("new", place, "--roll", unclear, "--column", "email=Zwei")
    assert 'email = "b@b.org"' in (place / "members.toml").read_text("utf-8")
    code, seen = talk("roll", place, unclear, typed=["7", "2"])
    assert code == 0, seen
    assert "One of these numbers, please: 2, 3." in seen
    assert 'email = "a@b.org"' in (place / "members.toml").read_text("utf-8")


def test_of_several_sheets_one_is_named_or_chosen(tmp_path: Path) -> None:
    """Exit 2 with the option to add, or a question."""
    book, place = tmp_path / "book.xlsx", tmp_path / "board"
    cells: list[list[object]] = [["Name", "Email"], ["A", "a@b.org"]]
    book.write_bytes(xlsx({"This year": cells, "Last year": [*cells, ["B", "b@b.org"]]}))
    assert "add --sheet 'This year'" in run("new", place, "--roll", book, code=2).stderr
    assert "1 member" in run("new", place, "--roll", book, "--sheet", "This year").stdout
    code, seen = talk("roll", place, book, typed=["2"])
    assert code == 0, seen
    assert "2 members read" in seen


MISUSED: dict[str, list[str]] = {
    "a field that there is not": ["--column", "mail=Email"],
    "no equals sign": ["--column", "email"],
    "a field given twice": ["--column", "email=Email", "--column", "email=Tel"],
    "a heading that there is not": ["--column", "email=Emial"],
}


@pytest.mark.parametrize("options", MISUSED.values(), ids=MISUSED)
def test_an_option_that_fits_nothing_is_a_mistake_of_use(
    listed: Path, tmp_path: Path, options: list[str]
) -> None:
    """Exit 2, and nothing is written."""
    run("new", tmp_path / "board", "--roll", listed, *options, code=2)
    assert not (tmp_path / "board").exists()


def test_the_roll_of_an_open_election_stays(bench: Make, listed: Path) -> None:
    """Exit 1, with what to do instead."""
    small = bench()
    before = small.folder.roll.read_bytes()
    done = run("roll", small.folder.root, listed, code=1)
    assert "its roll is frozen" in done.stderr
    assert small.folder.roll.read_bytes() == before


def test_there_is_no_roll_without_an_election(listed: Path, tmp_path: Path) -> None:
    """Exit 3, and how to begin one."""
    assert "ccin-vote new" in run("roll", tmp_path / "none", listed, code=3).stderr
