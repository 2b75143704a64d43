"""Every parser, given anything: an error of the tool's own, in bounded time."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.ballot.blt import read_blt
from ccin_vote.ballot.csv_files import read_preference_profile, read_rctab
from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.canonical import read_json
from ccin_vote.conduct.message import ballots_in
from ccin_vote.conduct.reply import Reply
from ccin_vote.election.loading import parse_definition
from ccin_vote.errors import ElectionError, shown
from ccin_vote.log.checkpoint import Head, Receipt
from ccin_vote.log.events import line_to_event
from ccin_vote.log.note import Note, VerifierKey
from ccin_vote.record.lots_file import parse_lots
from ccin_vote.report.table import markdown_text
from ccin_vote.roll.csv_import import parse_roll_csv
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.token import read_token
from ccin_vote.seal.keys import KeyFile, read_public_line
from ccin_vote.seal.sharing import BadShares, Handover, unpack_shares
from tests.support.bench import CONTESTS, HEAD, members

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = (ElectionError, ValueError)
"""ValueError: NotCanonical, BadNote, BadBallot, BadToken, BadKey and pydantic's are kinds of it."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


PARSERS: dict[str, Callable[[bytes], object]] = {
    "a token": lambda data: read_token(_text(data)),
    "a sealed ballot in a mail": ballots_in,
    "a BLT file": lambda data: read_blt(data, "x.blt"),
    "an RCTab file": lambda data: read_rctab(data, "x.csv"),
    "a preference profile": lambda data: read_preference_profile(data, "x.csv"),
    "a roll as CSV": lambda data: parse_roll_csv(data, "x.csv"),
    "a definition": lambda data: parse_definition(data, "election.toml"),
    "a roll": lambda data: parse_roll(data, "members.toml"),
    "lots": lambda data: parse_lots(data, "lots.toml"),
    "a log line": line_to_event,
    "canonical JSON": read_json,
    "a signed note": Note.parse,
    "a checkpoint": lambda data: Head.parse(_text(data)),
    "a verifier key": lambda data: VerifierKey.parse(_text(data)),
    "a receipt": Receipt.parse,
    "a reply": Reply.from_json,
    "opened papers": OpenedPapers.from_json,
    "a scrutineer's key": lambda data: read_public_line(_text(data), "small"),
    "a key file": KeyFile.read,
}

HASH = "A" * 43
FILLED = {"needed": 1, "minimum": 1, "revoting": "latest", "options": "", "scrutineers": ""}
SEEDS = [
    b'2 1\n3 1 2 0\n1 (x) 1=2 - 0\n0\n"A"\n"B"\n"T"\n',
    b"Precinct,rank1,rank2\nP,A,B\n",
    (
        HEAD.format(needed=1, minimum=1, revoting="latest", options="", scrutineers="") + CONTESTS
    ).encode(),
    members(2).encode(),
    b'[[lots]]\ncontest = "c"\nstage = 1\npurpose = "election"\norder = ["A", "B"]\n',
    json.dumps({"digest": HASH, "contests": ["chair"], "type": "page.issued"}).encode(),
    b"ccin-vote/small-1\n7\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 ccin-vote/small-1 AAAAAAAA\n",
    b"c2sp.org/tlog-proof@v1\nindex 3\n\nccin-vote/small-1\n",
    b'{"election":"small-1","salt":"","contests":[],"set_aside":[]}',
]
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
    """Give any bytes, or something good with pieces cut, doubled, and put in."""
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


MEGA = 1_000_000
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
    from ccin_vote.seal.keys import SecretKey

    with pytest.raises(BadShares):
        unpack_shares(data, Handover("small-1", b"\0" * 32, 1, 2), SecretKey(b"\1" * 32), 3)


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_no_text_fools_a_terminal_or_a_table(text: str) -> None:
    """Control characters, marks of direction and Markdown's own signs are shown harmlessly."""
    plain = shown(text)
    assert not {category(one) for one in plain} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    assert "\n" not in markdown_text(text)
    bare = markdown_text(text).replace("\\|", "").replace("\\\\", "")
    assert "|" not in bare
