"""Outlook's own formats: ballots in message files and in `winmail.dat`, and what is done if not."""

from __future__ import annotations

import base64
import struct
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.correspondence.message import Contents, read_contents
from ccin_vote.correspondence.report import DeliveryReport, Recipient
from ccin_vote.correspondence.sort import AutomaticReply
from ccin_vote.seal.armour import BadBallot, to_armour
from tests.correspondence.test_mailbox import BALLOT, TEXT, made
from tests.support.mails import SHAPES, _head, _part, _parts, ballots_in
from tests.support.outlook import attachment, message, msg, recipient, tnef
from tests.support.returned import standard

if TYPE_CHECKING:
    from pathlib import Path

BODY, HTML, HEADERS = 0x1000, 0x1013, 0x7D
WEB = "<html><body>" + TEXT.replace("\n", "<br>") + "</body></html>"


def winmail(data: bytes) -> bytes:
    """Write a mail as Outlook sends it in its own format."""
    name = "Content-Disposition: attachment; filename=winmail.dat"
    how = "Content-Transfer-Encoding: base64"
    file = _part("application/ms-tnef", base64.encodebytes(data), name, how)
    return _head() + _parts("mixed", _part("text/plain", b"Our ballot."), file)


def attached(data: bytes) -> bytes:
    """Write a mail with a message file attached."""
    name = "Content-Disposition: attachment; filename=ballot.msg"
    how = "Content-Transfer-Encoding: base64"
    file = _part("application/vnd.ms-outlook", base64.encodebytes(data), name, how)
    return _head() + _parts("mixed", _part("text/plain", b"Our ballot."), file)


WHOLE = {
    "a message file, in its text": msg({BODY: TEXT}),
    "a message file, in its HTML": msg({HTML: WEB.encode()}),
    "a message file, as a file": msg({BODY: "x"}, attachment(0, "b.txt", TEXT.encode())),
    "a message file, in a message inside it": msg(
        {BODY: "See below."}, attachment(0, "", message({BODY: TEXT}, header=24))
    ),
    "a message file attached to a mail": attached(msg({BODY: TEXT})),
    "a winmail.dat, in its text": winmail(tnef(TEXT.encode())),
    "a winmail.dat, as a file": winmail(tnef(b"x", (b"b.txt", TEXT.encode()))),
    "a winmail.dat by itself": tnef(b"x", (b"b.txt", TEXT.encode())),
}


@pytest.mark.parametrize("where", WHOLE)
def test_a_ballot_is_found_in_outlooks_own_formats(where: str) -> None:
    """Once and whole."""
    assert read_contents(WHOLE[where]) == Contents([BALLOT])


def test_two_ballots_in_a_message_file_are_both_found() -> None:
    """In its text and as a file."""
    file = attachment(0, "b.txt", to_armour(made(2)).encode())
    assert ballots_in(msg({BODY: TEXT}, file)) == [BALLOT, made(2)]


def test_a_message_file_says_what_it_is() -> None:
    """By its class or its headers; a ballot that came back inside one is held."""
    report = msg({BODY: "x"}, recipient("m1@x.org"), kind="REPORT.IPM.Note.NDR")
    assert read_contents(report).sort == DeliveryReport((Recipient("m1@x.org", "failed"),))
    kind = "IPM.Note.Rules.OofTemplate.Microsoft"
    assert read_contents(msg({BODY: "x", 0x5D01: "m1@x.org"}, kind=kind)).sort == AutomaticReply(
        "m1@x.org", certain=True
    )
    headers = "From: m1@x.org\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\n"
    held = read_contents(msg({BODY: TEXT, HEADERS: headers}))
    assert (held.found, held.held) == ([], (BALLOT,))
    back = attachment(0, "", message({BODY: TEXT}, header=24))
    returned = msg({BODY: "x"}, back, recipient("m1@x.org"), kind="REPORT.IPM.Note.NDR")
    assert read_contents(returned).held == (BALLOT,)
    bounce = standard("o@x.org", returned=SHAPES["a plain text"](TEXT))
    assert read_contents(msg({BODY: "x"}, attachment(0, "b.eml", bounce))).held == (BALLOT,)


MSG, TNEF = msg({BODY: TEXT}), tnef(TEXT.encode(), (b"b.txt", TEXT.encode()))
OBJECT = b"\x01\x03\x90\x06\x00"
BOMBS = {
    "a message file cut in half": (MSG[: len(MSG) // 2], "save it as text or .eml"),
    "a message file of nothing": (MSG[:8], "save it as text or .eml"),
    "an old Word file": (MSG.replace("__prop".encode("utf-16-le"), b"\0" * 12), "save it as text"),
    "a chain of sectors without end": (
        MSG[:512] + b"\0\0\0\0" * 128 + MSG[1024:],
        "save it as text or .eml",
    ),
    "a winmail.dat that is none": (winmail(b"\x78\x9f\x3e\x22"), "send it again as plain text"),
    "a winmail.dat without a ballot": (winmail(tnef(b"Hello.")), "send it again as plain text"),
    "four thousand million properties": (
        winmail(tnef() + OBJECT + struct.pack("<IIH", 4, 0xFFFFFFFF, 0)),
        "send it again as plain text",
    ),
    "a value of four thousand million parts": (
        winmail(tnef() + OBJECT + struct.pack("<IIHHIH", 12, 1, 0x1002, 1, 0xFFFFFFFF, 0)),
        "send it again as plain text",
    ),
    "very many objects": (
        winmail(tnef() + (OBJECT + bytes(6)) * 400_000),
        "send it again as plain text",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_cannot_be_opened_says_whom_to_ask_for_what(bomb: str) -> None:
    """In bounded time, whatever the file asks for."""
    data, words = BOMBS[bomb]
    began = time.monotonic()
    (found,) = ballots_in(data)
    assert isinstance(found, BadBallot)
    assert words in str(found)
    assert time.monotonic() - began < 60


def test_a_part_that_cannot_be_opened_hides_no_ballot() -> None:
    """The text of the mail has it."""
    mail = winmail(b"\x78\x9f\x3e\x22").replace(b"Our ballot.", TEXT.encode())
    assert ballots_in(mail) == [BALLOT]


def test_no_more_than_a_few_parts_of_a_mail_are_opened() -> None:
    """A stranger cannot make one mail start a thousand programs."""
    part = _part("application/ms-tnef", tnef(b"x"))
    began = time.monotonic()
    assert isinstance(ballots_in(_head() + _parts("mixed", *[part] * 1000))[0], BadBallot)
    assert time.monotonic() - began < 10


def test_nothing_in_the_folder_of_the_command_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file beside the mails may have the name of a library."""
    (tmp_path / "oxmsg.py").write_text("open('seen', 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert ballots_in(MSG) == [BALLOT]
    assert not (tmp_path / "seen").exists()


@settings(max_examples=25)
@given(st.data(), st.sampled_from([MSG, TNEF]))
def test_no_damaged_file_of_outlook_stops_the_others(data: st.DataObject, good: bytes) -> None:
    """Something is said of each."""
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(good) - 4))
        good = good[:at] + data.draw(st.binary(min_size=4, max_size=4)) + good[at + 4 :]
    assert ballots_in(good)
