"""A workbook (.xlsx, .ods) becomes rows of text, in a process of its own.

A workbook is a ZIP file from outside. Its directory is held against a limit and every part is
unpacked once and thrown away, so that no lie in the directory reaches the reader. A sheet can
still claim a cell in its last corner, for which the reader, compiled code, would take hundreds of
gigabytes and be ended: hence the other process, with bounds of memory and time.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from ccin_vote.apart import run_apart

MEGABYTE = 1 << 20
UNPACKED = 256 * MEGABYTE
"""A workbook of 100,000 members has a quarter of it."""
_PARTS = 10_000
_SECONDS = 60
_PROGRAM = Path(__file__).with_name("sheets.py")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_TOO_LARGE = "unpacked, this workbook is larger than any roll"
_UNREADABLE = "this workbook cannot be read: it is damaged, or larger than any roll"
_DAMAGED = "this workbook is damaged, or is none"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is that is no text; with a problem, if it cannot be a list of members."""

    problem: str = ""
    hint: str = ""


_PAGE = Kind("this is a web page or XML", "open it in your spreadsheet, save it as .xlsx")
_OTHERS = {
    b"%pdf": Kind("this is a PDF; a list of members cannot be read from it"),
    b"{\\rtf": Kind("this is a text document, no table"),
    **dict.fromkeys((b"<!doctype html", b"<html", b"<table", b"<?xml"), _PAGE),
}
"""What other files begin with, in lower case."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The rows of each sheet, by name in their order, and the names of those that are hidden."""

    rows: dict[str, list[list[str]]]
    hidden: frozenset[str] = field(default_factory=frozenset)


def kind_of(data: bytes) -> Kind | None:
    """Return what a file is by its bytes, or nothing if it may be text."""
    if not data:
        return Kind("the file is empty")
    if data.startswith(_OLD):
        return _old_kind(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    start = data[:1000].lstrip().lower()
    return next((kind for begin, kind in _OTHERS.items() if start.startswith(begin)), None)


def _old_kind(data: bytes) -> Kind:
    """Return which of the files that Microsoft Office made before 2007, or locks since, it is."""
    if _LOCKED in data:
        hint = "open it, save it without a password, and delete that copy afterwards"
        return Kind("this workbook has a password", hint)
    return Kind("this is an old Excel workbook (.xls)", "open it in Excel and save it as .xlsx")


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            problem = _unpacks(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError):
        return Kind(_DAMAGED, "open it, save it anew as .xlsx, and try again")
    except RuntimeError:  # what the standard library says of a part that is locked
        return Kind("this file has a password", "take the list out of it without one")
    if problem:
        return Kind(problem, "copy the list alone into a new workbook")
    if "word/document.xml" in names:
        return Kind("this is a Word document", "copy its table into a spreadsheet")
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return Kind("this is a ZIP file, no workbook", "unpack it and name the list in it")
    return Kind()


def _unpacks(archive: zipfile.ZipFile) -> str:
    """Unpack every part and keep nothing of it; return what is wrong, if anything."""
    parts = archive.infolist()
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > UNPACKED:
        return _TOO_LARGE
    for part in parts:
        with archive.open(part) as stream:
            # It gives no more than the directory says, and then holds it against the checksum.
            while stream.read(MEGABYTE):
                pass
    return ""


def read_sheets(data: bytes) -> Sheets | str:
    """Return the sheets of a workbook whose ZIP file is sound, or why it cannot be read."""
    try:
        answer = json.loads(run_apart(_PROGRAM, data=data, seconds=_SECONDS))
    except subprocess.TimeoutExpired:
        return _TOO_LARGE
    except subprocess.SubprocessError:  # ended by the system, or out of memory
        return _UNREADABLE
    if "problem" in answer:
        return str(answer["problem"])
    return Sheets(answer["rows"], frozenset(answer["hidden"]))
