"""Sharing a secret: published values of the field, and the laws of the sharing."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.seal.shamir import divide, interpolate, multiply, split

AES_PRODUCTS = [
    # FIPS 197, 4.2 and 4.2.1
    (0x57, 0x83, 0xC1),
    (0x57, 0x13, 0xFE),
    (0x57, 0x02, 0xAE),
    (0x57, 0x04, 0x47),
    (0x57, 0x08, 0x8E),
    (0x57, 0x10, 0x07),
]


@pytest.mark.parametrize(("left", "right", "product"), AES_PRODUCTS)
def test_multiplication_is_that_of_aes(left: int, right: int, product: int) -> None:
    """The products are those that FIPS 197 works out."""
    assert multiply(left, right) == product
    assert divide(product, right) == left


def test_division_undoes_multiplication_everywhere() -> None:
    """Every product divided by either factor gives the other."""
    for left, right in itertools.product(range(256), range(1, 256)):
        assert divide(multiply(left, right), right) == left


def test_a_known_polynomial_gives_its_known_values() -> None:
    """With the coefficient 0x02, f(x) = 0x57 + 0x02 x is worked out by hand."""
    shares = split(b"\x57", 2, 3, lambda _: b"\x02")
    assert shares == [bytes([0x57 ^ 0x02]), bytes([0x57 ^ 0x04]), bytes([0x57 ^ 0x06])]


@given(
    secret=st.binary(min_size=1, max_size=40),
    needed=st.integers(1, 5),
    more=st.integers(0, 3),
    seed=st.integers(),
)
def test_any_k_shares_give_the_secret_and_every_other_share(
    secret: bytes, needed: int, more: int, seed: int
) -> None:
    """Whichever k shares are at hand, the secret and all n shares follow."""
    total = needed + more
    shares = split(secret, needed, total, random.Random(seed).randbytes)
    for chosen in itertools.combinations(range(1, total + 1), needed):
        held = {number: shares[number - 1] for number in chosen}
        assert interpolate(held, 0) == secret
        assert [interpolate(held, x) for x in range(1, total + 1)] == shares


def test_fewer_than_k_shares_fit_every_secret() -> None:
    """One of two needed shares says nothing: for each other secret a polynomial passes through."""
    share = split(b"\x2a", 2, 2, lambda _: b"\x9d")[0]
    reachable = {interpolate({1: share, 2: bytes([other])}, 0) for other in range(256)}
    assert reachable == {bytes([secret]) for secret in range(256)}


@pytest.mark.parametrize(("needed", "total"), [(0, 3), (4, 3), (1, 256), (-1, 2)])
def test_numbers_that_do_not_fit_are_refused(needed: int, total: int) -> None:
    """K is at least 1 and at most n; n is at most 255."""
    with pytest.raises(ValueError, match="needed"):
        split(b"secret", needed, total, random.Random(1).randbytes)


@pytest.mark.parametrize("shares", [{}, {1: b"ab", 2: b"abc"}, {0: b"a"}, {256: b"a"}], ids=str)
def test_shares_that_do_not_fit_are_refused(shares: dict[int, bytes]) -> None:
    """Shares are numbered from 1 to 255 and of one length."""
    with pytest.raises(ValueError, match="shares"):
        interpolate(shares, 0)
