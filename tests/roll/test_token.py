"""Tokens: what a tired person may type, and what is noticed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.roll.token import ALPHABET, SYMBOLS, BadToken, Token, new_token, read_token

bits = st.integers(0, 2**110 - 1)


def token_of(value: int) -> Token:
    """Return the token that carries these 110 bits."""
    return new_token(lambda count: value if count == 110 else 0)


@given(bits)
def test_a_token_reads_back_in_any_dress(value: int) -> None:
    """Case, spaces, hyphens and the letters O, I, L for 0 and 1 do not matter."""
    token = token_of(value)
    assert read_token(token.text) == token
    assert read_token(f"  {token.text.lower().replace('-', ' ')} ") == token
    assert read_token(token.text.replace("0", "o").replace("1", "l")) == token


def test_a_token_is_six_groups_of_four() -> None:
    """The printed form is easy to copy."""
    groups = token_of(12345678901234567890).text.split("-")
    assert [len(group) for group in groups] == [4] * 6


@given(bits, st.integers(0, SYMBOLS - 1), st.integers(1, 31))
def test_one_wrong_symbol_is_noticed(value: int, at: int, change: int) -> None:
    """Any single wrong symbol is refused."""
    symbols = list(token_of(value).symbols)
    symbols[at] = ALPHABET[ALPHABET.index(symbols[at]) ^ change]
    with pytest.raises(BadToken):
        read_token("".join(symbols))


def test_every_pair_of_wrong_symbols_is_noticed() -> None:
    """No two slips cancel out: all pairs of places, with every pair of changes on a sample."""
    dice = random.Random(7)
    values = [ALPHABET.index(symbol) for symbol in token_of(dice.getrandbits(110)).symbols]
    for first in range(SYMBOLS):
        for second in range(first):
            for change in range(1, 32):
                changed = list(values)
                changed[first] ^= change
                changed[second] ^= dice.randrange(1, 32)
                with pytest.raises(BadToken):
                    read_token("".join(ALPHABET[value] for value in changed))


@given(bits, st.integers(0, SYMBOLS - 1), st.integers(0, SYMBOLS - 1))
def test_two_swapped_symbols_are_noticed(value: int, first: int, second: int) -> None:
    """A swap of unequal symbols is refused, wherever they stand."""
    symbols = list(token_of(value).symbols)
    if symbols[first] == symbols[second]:
        return
    symbols[first], symbols[second] = symbols[second], symbols[first]
    with pytest.raises(BadToken):
        read_token("".join(symbols))


@pytest.mark.parametrize(
    ("typed", "said"),
    {
        "nothing": ("", "has 24 letters and digits; this has 0"),
        "too short": ("ABCD-EFGH", "this has 8"),
        "too long": ("0" * 25, "this has 25"),
        "a letter that no token has": ("U" * 24, "character that no token contains"),
        "an emoji": ("\N{PARTY POPPER}" * 24, "character that no token contains"),
        "a control character": ("\x1b[2J" + "0" * 20, "character that no token contains"),
    }.values(),
)
def test_a_bad_token_is_told_why_and_not_repeated(typed: str, said: str) -> None:
    """The message says what is wrong, and never shows what was typed."""
    with pytest.raises(BadToken, match=said) as caught:
        read_token(typed)
    assert not typed or typed not in str(caught.value)


def test_a_token_is_masked_wherever_it_is_shown() -> None:
    """Neither repr nor str nor a format shows a symbol of it."""
    token = token_of(2**109)
    assert f"{token} {token!r} {[token]}" == "Token(****) Token(****) [Token(****)]"
