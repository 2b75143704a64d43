"""Shamir's secret sharing over GF(256), byte by byte, with the field of AES (FIPS 197, 4.2).

A secret of any length becomes n shares, of which any k give it back and fewer say nothing. Share
number i (from 1) is the value at x = i of a random polynomial of degree k - 1 whose constant term
is the secret. A share is a polynomial's value like any other, so k shares also give every other
share: that is how an opener checks all n.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAXIMUM_SHARES = 255


# FIPS 197, section 4.2: multiplication by x modulo x^8 + x^4 + x^3 + x + 1, which is 0x11B.
def _double(value: int) -> int:
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _powers_of_three() -> list[int]:
    powers = [1]
    while len(powers) < MAXIMUM_SHARES:
        # 3, that is x + 1, generates all 255 elements but zero: so
        # every product is a sum of logarithms.
        powers.append(powers[-1] ^ _double(powers[-1]))
    return powers


# Twice in a row, so that the sum of two logarithms needs no remainder by 255.
_EXP = _powers_of_three() * 2
_LOG = {value: exponent for exponent, value in enumerate(_EXP[:MAXIMUM_SHARES])}


def multiply(left: int, right: int) -> int:
    """Multiply two elements of GF(256)."""
    if left == 0 or right == 0:
        return 0
    return _EXP[_LOG[left] + _LOG[right]]


def divide(left: int, right: int) -> int:
    """Divide one element of GF(256) by another.

    Raises:
        ZeroDivisionError: the divisor is 0.
    """
    if right == 0:
        raise ZeroDivisionError("division by zero in GF(256)")
    return 0 if left == 0 else _EXP[_LOG[left] + MAXIMUM_SHARES - _LOG[right]]


# A row of products for each factor: `bytes.translate` then multiplies a whole share at once.
# Look-ups by secret bytes are not in constant time; they happen on a voter's or a scrutineer's own
# machine, which answers nobody's requests.
_TIMES = tuple(bytes(multiply(factor, value) for value in range(256)) for factor in range(256))


def _sum(rows: Iterable[bytes], length: int) -> bytes:
    total = 0
    for row in rows:
        # Addition in GF(256) is XOR; as whole numbers, 32 bytes are added in one step.
        total ^= int.from_bytes(row, "big")
    return total.to_bytes(length, "big")


def split(secret: bytes, needed: int, shares: int, random: Callable[[int], bytes]) -> list[bytes]:
    """Split a secret into ``shares`` shares, any ``needed`` of which give it back.

    Args:
        secret: the bytes to share.
        needed: k, from 1.
        shares: n, from k to 255.
        random: gives that many bytes from a cryptographic source.

    Raises:
        ValueError: k and n do not fit.
    """
    if not 1 <= needed <= shares <= MAXIMUM_SHARES:
        raise ValueError("needed must be from 1 to the number of shares, at most 255")
    # Every coefficient, the highest too, may be zero: a polynomial that is always of full degree
    # would rule out some secrets to k - 1 people together.
    coefficients = [secret, *(random(len(secret)) for _ in range(needed - 1))]
    # From 1: the value at 0 is the secret itself.
    return [_value_at(coefficients, number) for number in range(1, shares + 1)]


def _value_at(coefficients: list[bytes], x: int) -> bytes:
    power, rows = 1, []
    for coefficient in coefficients:
        rows.append(coefficient.translate(_TIMES[power]))
        power = multiply(power, x)
    return _sum(rows, len(coefficients[0]))


def interpolate(shares: Mapping[int, bytes], x: int) -> bytes:
    """Return the value at ``x`` of the polynomial through the given shares; the secret is at 0.

    Args:
        shares: exactly k shares by their number, from 1, all of one length.
        x: 0 for the secret, or the number of another share.

    Raises:
        ValueError: no shares, shares of unequal length, or a number outside 1 to 255.
    """
    lengths = {len(share) for share in shares.values()}
    # Numbers cannot stand twice, as they are the keys of a mapping; that there are exactly k is the
    # caller's to know: too few give a value too, and it is wrong.
    if len(lengths) != 1 or not all(1 <= number <= MAXIMUM_SHARES for number in shares):
        raise ValueError("shares must be of one length and numbered from 1 to 255")
    numbers = tuple(shares)
    rows = [
        share.translate(_TIMES[_weight(numbers, number, x)]) for number, share in shares.items()
    ]
    return _sum(rows, lengths.pop())


# Lagrange's factors depend on who opens and not on the ballot: worked out once for all ballots.
@lru_cache(maxsize=1024)
def _weight(numbers: tuple[int, ...], number: int, x: int) -> int:
    weight = 1
    for other in numbers:
        if other != number:
            # Subtraction is addition here, so x - other is x ^ other.
            weight = multiply(weight, divide(x ^ other, number ^ other))
    return weight
