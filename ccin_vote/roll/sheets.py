"""The other process of `workbook.py`: a workbook comes in, JSON goes out, within bounds.

It imports nothing else of the package than its bounds, so that it starts at once.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

from ccin_vote.apart import bound

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MEMORY = 3 << 30
_SECONDS = 50
_CELLS = 5_000_000
"""A sheet of 100,000 members has a fifth of it."""
_EXACT = 10**15
"""From here on a spreadsheet's numbers have lost their last digits."""
_LOCKED = "this workbook has a password; open it and save it without one"
_DAMAGED = "this workbook is damaged: its sheets cannot be read"
_TOO_LARGE = "a sheet of this workbook has far more cells than any roll"


def main() -> None:
    """Read a workbook from standard input; write its sheets, or what is wrong with it."""
    bound(_MEMORY, _SECONDS)
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))


def _answer(data: bytes) -> dict[str, object]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return _sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)))
    except PasswordError:
        return {"problem": _LOCKED}
    except (CalamineError, ValueError, OSError):
        return {"problem": _DAMAGED}
    except BaseException as error:
        # What the compiled reader stumbles over is a kind of its own, below all others.
        if type(error).__name__ == "PanicException":
            return {"problem": _DAMAGED}
        raise


def _sheets(book: CalamineWorkbook) -> dict[str, object]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    rows = {}
    for sheet in sheets:
        found = book.get_sheet_by_name(sheet.name)
        if found.total_height * found.total_width > _CELLS:
            return {"problem": _TOO_LARGE}
        rows[sheet.name] = _rows(found)
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    return {"rows": rows, "hidden": hidden}


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    # With the empty rows above and the empty columns before: the numbers are those on the screen.
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(cell: object) -> str:
    """Return a cell as a person would read it: 123.0 is 123, and a day has no hour."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        # Beyond that in the spelling with an exponent, which no id and no number of votes may have.
        whole = cell.is_integer() and abs(cell) < _EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


if __name__ == "__main__":
    main()
