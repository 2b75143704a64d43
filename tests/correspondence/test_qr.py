"""The QR code of a token, as it is drawn in a letter."""

from __future__ import annotations

import re

import segno

from ccin_vote.correspondence.letter import qr_code
from ccin_vote.roll.token import new_token


def drawn(svg: str, size: int) -> list[list[int]]:
    """Follow the strokes of a drawing; return its modules as rows of 0 and 1."""
    path = re.search(r' d="M2 2[.]5([^"]*)"', svg)
    assert path
    rows = [[0] * size for _ in range(size)]
    column = row = 0
    for step, right, down in re.findall(r"([mh])(-?\d+)(?: (\d+))?", path[1]):
        for at in range(column, column + int(right) if step == "h" else column):
            rows[row][at] = 1
        column, row = column + int(right), row + int(down or 0)
    return rows


def test_the_drawing_is_the_code_of_the_token_and_nothing_else() -> None:
    """Module by module, with a border around it and a title for those who cannot see it."""
    token = new_token(lambda bits: (1 << bits) - 1).text
    code = segno.make(token, error="m", micro=False, mask=3)
    svg = qr_code(token)
    assert code.mode == "alphanumeric"
    assert drawn(svg, len(code.matrix)) == [[module & 1 for module in row] for row in code.matrix]
    assert f'width="{4 * (len(code.matrix) + 4)}"' in svg
    assert "<title>The token as a QR code</title>" in svg
    assert token not in svg
