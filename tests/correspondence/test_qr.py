"""The QR codes that are laid together are those that the library makes."""

from __future__ import annotations

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.correspondence.qr import qr_modules, qr_svg

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def made(text: str) -> list[list[int]]:
    """Let the library make a code, as rows of 0 and 1."""
    return [list(row) for row in segno.make(text, error="m", micro=False, mask=3).matrix]


def rows_of(text: str) -> list[list[int]]:
    """Return the modules of a code, as rows of 0 and 1."""
    modules = qr_modules(text)
    flat = [int(character) for character in modules.text]
    return [flat[at : at + modules.size] for at in range(0, len(flat), modules.size)]


def drawn(svg: str, size: int) -> list[list[int]]:
    """Follow the strokes of a drawing."""
    path = re.search(r' d="M2 2[.]5([^"]*)"', svg)
    assert path
    rows = [[0] * size for _ in range(size)]
    column = row = 0
    for step, right, down in re.findall(r"([mh])(-?\d+)(?: (\d+))?", path[1]):
        for at in range(column, column + int(right) if step == "h" else column):
            rows[row][at] = 1
        column, row = column + int(right), row + int(down or 0)
    return rows


@given(st.text(ALPHABET, min_size=29, max_size=29))
def test_a_code_of_the_length_of_a_token_is_the_librarys(text: str) -> None:
    """Module by module, and as it is drawn."""
    text = f"A{text[1:]}"  # only digits: the library would take another mode by itself
    assert rows_of(text) == made(text)
    assert drawn(qr_svg(text, "x"), len(made(text))) == made(text)


@pytest.mark.parametrize("length", [1, 2, 7, 40])
def test_a_code_of_another_length_is_the_librarys(length: int) -> None:
    """An even or an odd number of symbols."""
    text = ("Z:9" * length)[:length]
    assert rows_of(text) == made(text)


def test_what_no_code_of_this_kind_holds_is_refused() -> None:
    """Small letters are no symbols of the alphanumeric mode."""
    with pytest.raises(ValueError, match="substring not found"):
        qr_modules("abc")
