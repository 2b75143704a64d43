"""What a file is, by its bytes; what cannot be read is named, and nothing hangs or dies."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import Mistake
from ccin_vote.roll import workbook
from ccin_vote.roll.tables import SeveralSheets, Table, read_table
from tests.support.workbooks import archive, ods, xlsx, xlsx_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CELLS: list[list[object]] = [
    ["No", "Name"],
    [123.0, "Ann"],
    ["007", None],
    [1e17, "Bo"],
    [1.5, "C"],
]
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOOK = xlsx({"S": CELLS})


def changed(part: str, change: Callable[[str], str], book: bytes = BOOK) -> bytes:
    """Return a workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    return archive(texts | {part: change(texts[part])})


def lying() -> bytes:
    """Return a workbook whose directory says that a part has one byte."""
    data = bytearray(archive({"xl/workbook.xml": "x" * 1_000_000}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (1).to_bytes(4, "little")
    return bytes(data)


def cells(data: bytes, sheet: str = "") -> list[tuple[str, ...]]:
    """Return the cells of a file that can be read."""
    table = read_table(data, "f", sheet)
    assert isinstance(table, Table), str(table)
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("data", [BOOK, ods({"S": CELLS})], ids=["xlsx", "ods"])
def test_a_number_is_what_a_person_sees(data: bytes) -> None:
    """Whole numbers have no point, zeros in front stay, lost digits are seen to be lost."""
    assert cells(data) == [
        ("No", "Name"), ("123", "Ann"), ("007", ""), ("1e+17", "Bo"), ("1.5", "C"),
    ]  # fmt: skip


def test_rows_have_the_numbers_of_the_screen() -> None:
    """Rows that are empty count."""
    table = read_table(xlsx({"S": [[], [], ["x"]]}), "f")
    assert isinstance(table, Table)
    assert [(row.number, row.cells) for row in table.rows if not row.is_blank] == [(3, ("x",))]


def test_of_several_sheets_one_is_chosen() -> None:
    """By name; the only one with anything in it, or the only one to be seen, without."""
    first, second = [["a"]], [["b"]]
    both = xlsx({"One": first, "Two": second})
    assert read_table(both, "f") == SeveralSheets(("One", "Two"))
    assert cells(both, "Two") == [("b",)]
    assert cells(xlsx({"One": [], "Two": second})) == [("b",)]
    assert cells(xlsx({"One": first, "Two": second}, hidden=["One"])) == [("b",)]
    wrong = read_table(both, "f", "Three")
    assert isinstance(wrong, Mistake)
    assert wrong.hint == "sheets: One, Two"


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the file is empty"),
    "blank lines": (b" \n\n", "the file is empty"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF"),
    "an old workbook": (OLD + bytes(600), "this is an old Excel workbook (.xls)"),
    "a locked workbook": (OLD + "EncryptedPackage".encode("utf-16-le"), "this workbook has a pass"),
    "a web page": (b"\n<html><table>", "this is a web page"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x00\xff\xfe", "this is neither a spreadsheet"),
    "a Word document": (archive({"word/document.xml": ""}), "this is a Word document"),
    "a ZIP file": (archive({"list.csv": "name"}), "this is a ZIP file, no workbook"),
    "half a workbook": (BOOK[: len(BOOK) // 2], "this workbook is damaged"),
    "a workbook with a byte changed": (
        BOOK.replace(b"xl/workbook.xml", b"xl/workbook.xmk", 1), "this workbook is damaged",
    ),
    "a sheet cut off": (
        changed("xl/worksheets/s1.xml", lambda text: text[:150]), "this workbook is damaged",
    ),
    "a list of sheets that is none": (
        changed("xl/workbook.xml", lambda _: "<"), "this workbook is damaged",
    ),
    "a workbook without a cell": (xlsx({"S": []}), "every sheet is empty"),
    "a directory that lies": (lying(), "this workbook is damaged"),
    "a cell in the last corner": (
        changed("xl/worksheets/s1.xml", lambda _: xlsx_sheet(CELLS).replace("B5", "XFD1048576")),
        "this workbook cannot be read",
    ),
    "rows without end": (
        ods({"S": [["x"] * 9]}, 'table:number-rows-repeated="1048576"'), "a sheet of this workbook",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "problem"), BAD.values(), ids=BAD)
def test_what_is_no_list_is_named_with_what_to_do(data: bytes, problem: str) -> None:
    """Whatever the file is called."""
    found = read_table(data, "roll.xlsx")
    assert isinstance(found, Mistake)
    assert found.problem.startswith(problem)
    assert found.hint or "empty" in found.problem


def test_a_workbook_that_unpacks_to_more_than_any_roll_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its directory says so already."""
    monkeypatch.setattr(workbook, "UNPACKED", 1000)
    found = read_table(archive({"xl/workbook.xml": "x" * 1001}), "f")
    assert isinstance(found, Mistake)
    assert found.problem == "unpacked, this workbook is larger than any roll"


@pytest.mark.parametrize("at", range(0, len(BOOK), 97))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(at: int) -> None:
    """Nothing is raised."""
    data = BOOK[:at] + bytes([BOOK[at] ^ 0x55]) + BOOK[at + 1 :]
    assert isinstance(read_table(data, "f"), Table | Mistake)


def test_nothing_in_the_folder_of_the_command_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file beside the list may have the name of a library."""
    (tmp_path / "python_calamine.py").write_text("open('seen', 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert isinstance(read_table(BOOK, "f"), Table)
    assert not (tmp_path / "seen").exists()


def test_a_text_has_no_sheets() -> None:
    """Whoever names one has another file in mind."""
    found = read_table(b"name,email\n", "f", "Members")
    assert isinstance(found, Mistake)
    assert found.hint == "leave out --sheet"
