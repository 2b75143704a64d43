"""Every parser, given anything: an error of the tool's own, in bounded time."""

from __future__ import annotations

import time
from contextlib import suppress
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.errors import shown
from ccin_vote.report.table import markdown_text
from ccin_vote.seal.sharing import BadShares, unpack_shares
from tests.support.parsers import HANDOVER, OWN, PARSERS, RECIPIENT, SEEDS

PIECES = [
    *(b"\0", b"\xff", b"\xed\xa0\x80", "\u202e\u2066\U000e0041".encode(), b"9" * 400, b"[", b"{"),
    *(
        b"\r",
        b"\\u0000",
        b'"',
        b"'''",
        b"=",
        b"-" * 90,
        b"1e999",
        b"NaN",
        b"\x1b[2J",
        b"2030-02-30",
    ),
]


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """Return any bytes, or something good with pieces cut, doubled, and put in."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=400))
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        piece = draw(st.sampled_from([b"", data[start:end] * 2, *PIECES]))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=120)
@given(data=hostile())
def test_a_parser_raises_nothing_but_the_tools_own(parser: str, data: bytes) -> None:
    """Whatever is in the file."""
    with suppress(*OWN):
        PARSERS[parser](data)


@pytest.mark.long
@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=20_000)
@given(data=hostile())
def test_a_parser_raises_nothing_but_the_tools_own_in_a_long_run(parser: str, data: bytes) -> None:
    """The same, many times."""
    with suppress(*OWN):
        PARSERS[parser](data)


MEGA, MANY = 1_000_000, 20_000
HUGE = {
    "a million brackets": b"[" * MEGA,
    "a million braces": b'{"a":' * MEGA,
    "a million tables": b"a = " + b"{b=" * MEGA,
    "a million nested arrays": b"a = " + b"[" * MEGA,
    "one long line": b"x" * (16 * MEGA),
    "one long number": b"a = " + b"9" * MEGA,
    "a million lines": b"1 1 0\n" * MEGA,
    "a million quotes": b'"' * MEGA,
    "a million dots": b"a" + b".a" * MEGA + b" = 1",
    "ten thousand candidates": b"10000 5\n1 1 0\n0\n" + b'"N"\n' * 10_000 + b'"T"\n',
    "a million names on one line": b"1 1\n0\n" + b'"N" ' * MEGA,
    "very many comments": b"1 1\n" + b"#\n" * MANY,
    "a million candidates of no place": b"1 1\n1" + b" -" * MEGA + b" 0\n0\n",
    "a million withdrawn": b"1 1\n" + b"-1 " * MEGA + b"\n0\n",
    "a million withdrawn who do not stand": b"1 1\n" + b"-9 " * MEGA + b"\n0\n",
    "a million columns": b"name,email" + b",x" * MEGA + b"\n",
    "a million cells": b"A,B\n" + b"1," * MEGA + b"\n",
    "very many rows": b"name,email\n" + b"A,a@x.org\n" * MANY,
    "very many members of no kind": b"[[members]]\n" * MANY,
    "very many messages": b"From a Mon 2030\n\n" * MANY,
    "a first line of a mailbox without end": b"From a " + b"1" * MEGA,
    "very many signatures": b"a\n\n" + "\N{EM DASH} a AAAAAAAA\n".encode() * MANY,
    "very many hashes": b"c2sp.org/tlog-proof@v1\nindex 3\n" + (b"A" * 43 + b"=\n") * MANY,
    "an archive": b"PK\x05\x06" + b"\0" * 18,
    "nothing": b"",
}
LONGEST = 20


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("what", HUGE)
def test_nothing_huge_takes_long(parser: str, what: str) -> None:
    """Nor overflows anything."""
    began = time.process_time()
    with suppress(*OWN):
        PARSERS[parser](HUGE[what])
    assert time.process_time() - began < LONGEST


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_shares_that_are_none_are_refused(data: bytes) -> None:
    """A packet of another kind opens for nobody."""
    with pytest.raises(BadShares):
        unpack_shares(data, HANDOVER, RECIPIENT, 3)


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_no_text_fools_a_terminal_or_a_table(text: str) -> None:
    """Control characters, marks of direction and Markdown's own signs are shown harmlessly."""
    plain = shown(text)
    assert not {category(character) for character in plain} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    assert "\n" not in markdown_text(text)
    bare = markdown_text(text).replace("\\|", "").replace("\\\\", "")
    assert "|" not in bare
