"""The QR code of a token (ISO/IEC 18004), as an image in HTML; very many of them in little time.

The library makes every module of every code. With version, level of correction and mask the same,
a code is an affine function of the bits of its text: masking is an exclusive or, and the check
symbols are linear (Reed-Solomon). So the code of any token is that of the first token, with the
difference that each changed bit makes laid over it; each difference is made once, by the library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The alphanumeric mode: two symbols are 11 bits, one alone is 6 (section 7.4.4)."""

_BASE = len(_SYMBOLS)
_MASK = 3
"""Any of the eight patterns can be read; looking for the best one takes most of the time."""

_SCALE, _BORDER = 4, 2
_PART = 13
"""A row is drawn in parts of so many modules; there are few different ones."""

_RUN = re.compile("1+|0+")


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules of a code, row after row, the first the highest bit; dark ones are set."""

    size: int
    bits: int

    @property
    def text(self) -> str:
        """All modules, row after row, dark ones as 1."""
        return f"{self.bits:0{self.size**2}b}"


def qr_modules(text: str) -> Modules:
    """Return the code of a text, laid together from those that the library made.

    Raises:
        ValueError: the text has symbols other than those of the alphanumeric mode.
    """
    first = _made("0" * len(text))
    bits = first.bits
    for place, value in enumerate(_values(text)):
        bits ^= _difference(len(text), place, value)
    return Modules(first.size, bits)


def qr_svg(text: str, title: str) -> str:
    """Return the code of a text as an SVG element for HTML."""
    modules = qr_modules(text)
    side = (modules.size + 2 * _BORDER) * _SCALE
    return (
        f'<svg width="{side}" height="{side}"><title>{title}</title>'
        f'<path transform="scale({_SCALE})" stroke="#000" d="{_strokes(modules)}"/></svg>'
    )


def _strokes(modules: Modules) -> str:
    """Draw the dark modules as strokes along the middle of each row, one row after the other."""
    text = modules.text
    parts = [_stroke(text[part]) + then for part, then in _cuts(modules.size)]
    return f"M{_BORDER} {_BORDER}.5{''.join(parts)}"


@cache
def _cuts(size: int) -> list[tuple[slice, str]]:
    """Return where each part of a row stands in the text, and the move to the next row's start."""
    places = [(row, at) for row in range(0, size**2, size) for at in range(0, size, _PART)]
    ends = [(row + at, row + min(at + _PART, size)) for row, at in places]
    return [(slice(*end), "" if end[1] % size else f"m-{size} 1") for end in ends]


@cache
def _stroke(part: str) -> str:
    """Draw a part of a row, and go to its end: lines over dark modules, moves over light ones."""
    return "".join(
        f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0" for run in _RUN.findall(part)
    )


def _values(text: str) -> list[int]:
    """Return the numbers that the alphanumeric mode makes of each two symbols, or of the last."""
    symbols = [_SYMBOLS.index(character) for character in text]
    pairs = zip(symbols[::2], symbols[1::2], strict=False)
    values = [_BASE * first + second for first, second in pairs]
    return values + symbols[-1:] if len(symbols) % 2 else values


@cache
def _difference(length: int, place: int, value: int) -> int:
    """Return the modules that change when one number of a text of zeros has this value."""
    changed = 0
    for bit in range(value.bit_length()):
        if value >> bit & 1:
            changed ^= _difference_of_bit(length, place, 1 << bit)
    return changed


@cache
def _difference_of_bit(length: int, place: int, value: int) -> int:
    """Let the library show which modules one bit changes: ``value`` is a power of two."""
    first, second = divmod(value, _BASE)
    pair = _SYMBOLS[second] if 2 * place == length - 1 else _SYMBOLS[first] + _SYMBOLS[second]
    text = ("0" * (2 * place) + pair).ljust(length, "0")
    return _made(text).bits ^ _made("0" * length).bits


@cache
def _made(text: str) -> Modules:
    """Let the library make a code."""
    import segno  # not at once: most commands write no letter

    code = segno.make(text, error="m", mode="alphanumeric", micro=False, mask=_MASK)
    bits = "".join(str(module & 1) for row in code.matrix for module in row)
    return Modules(len(code.matrix), int(bits, 2))
