"""The token: what a member types to vote, once.

24 symbols of Crockford's base32 in six groups of four. The first 22 carry 110 random bits; the
last two are Reed-Solomon check symbols over GF(32) (generator polynomial with roots a and a^2,
field polynomial x^5 + x^2 + 1), so that any one or two wrong symbols, and any two symbols
swapped, are noticed. Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_SYMBOLS = 22
SYMBOLS = 24
_GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\t": "", "\n": ""})


class BadToken(ValueError):
    """What was typed is no token; the message says why and never repeats what was typed."""


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A checked token; shown only where ``text`` is asked for by name."""

    # Always in the one spelling, since `read_token` and `new_token` alone
    # make tokens: it is the key material.
    symbols: str

    def __repr__(self) -> str:
        """Mask the token."""
        return "Token(****)"

    __str__ = __repr__

    @property
    def text(self) -> str:
        """The token as it is printed in a letter: six groups of four."""
        groups = (self.symbols[at : at + _GROUP] for at in range(0, SYMBOLS, _GROUP))
        return "-".join(groups)


def new_token(random: Callable[[int], int]) -> Token:
    """Make a token; ``random(n)`` gives n bits from a cryptographic source."""
    # 22 symbols of 5 bits: 110 bits, and every token is equally likely.
    bits = random(5 * DATA_SYMBOLS)
    data = [bits >> (5 * at) & 31 for at in range(DATA_SYMBOLS)]
    return Token("".join(ALPHABET[value] for value in data + _check_symbols(data)))


def read_token(typed: str) -> Token:
    """Read what a person typed.

    Raises:
        BadToken: it is not a token: wrong length, a symbol that does not occur, a slip.
    """
    # Before anything is counted or checked: a person may type it in any of
    # the ways in which a letter can be read.
    symbols = typed.strip().upper().translate(_READ_AS)
    if any(symbol not in ALPHABET for symbol in symbols):
        raise BadToken("the token has a character that no token contains (letters and digits only)")
    if len(symbols) != SYMBOLS:
        raise BadToken(f"a token has {SYMBOLS} letters and digits; this has {len(symbols)}")
    values = [ALPHABET.index(symbol) for symbol in symbols]
    # A slip would not fail by itself: it would make a credential that nobody issued, and
    # the ballot would be refused days later.
    if _check_symbols(values[:DATA_SYMBOLS]) != values[DATA_SYMBOLS:]:
        raise BadToken("one or more characters are wrong or swapped; compare it with the letter")
    return Token(symbols)


def _check_symbols(data: list[int]) -> list[int]:
    """Divide data * x^2 by (x - 2)(x - 4) over GF(32) and give the remainder."""
    # Tables for the two coefficients: letters for very many members make a token each.
    high = low = 0
    for value in data:
        lead = value ^ high
        high, low = low ^ _BY_SUM[lead], _BY_PRODUCT[lead]
    return [high, low]


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            # The field polynomial x^5 + x^2 + 1.
            left ^= 0b100101
        right >>= 1
    return product


_BY_SUM = bytes(_times(value, 2 ^ 4) for value in range(32))
_BY_PRODUCT = bytes(_times(value, _times(2, 4)) for value in range(32))
"""Products of each element with the coefficients of the generator polynomial."""
