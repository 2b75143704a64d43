"""Ballots in the mails, files and folders in which they come back."""

from __future__ import annotations

import mailbox
import time
from email.message import Message
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.correspondence.mailbox import sources_in
from ccin_vote.errors import BadInput, Refused
from ccin_vote.seal.armour import BEGIN, END, BadBallot, to_armour
from ccin_vote.seal.envelope import SealedBallot
from tests.support.mails import SHAPES, ballots_in

if TYPE_CHECKING:
    from pathlib import Path


def made(number: int) -> SealedBallot:
    """Return a sealed ballot of the usual size, three scrutineers; nothing in it is true."""
    return SealedBallot(
        election="small-1",
        manifest=bytes([number]) * 32,
        credential=bytes(range(number, number + 32)),
        sequence=number,
        ciphertext=bytes([number, 255]) * 12,
        digests=(bytes([number]) * 32,) * 3,
        shares=(bytes([number, 62, 63]) * 26 + b"ab",) * 3,
        signature=bytes([number]) * 64,
    )


BALLOT = made(1)
TEXT = to_armour(BALLOT)
DAMAGED = TEXT.replace(TEXT[60:70], "", 1)


def whole(data: bytes) -> list[SealedBallot]:
    """Return the whole ballots in what came in."""
    return [one for one in ballots_in(data) if isinstance(one, SealedBallot)]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_ballot_is_found_in_every_shape_of_mail(shape: str) -> None:
    """Once, whole, and without a word about damage."""
    assert ballots_in(SHAPES[shape](TEXT)) == [BALLOT]


@pytest.mark.parametrize("shape", SHAPES)
def test_two_ballots_in_one_mail_are_both_found(shape: str) -> None:
    """A member of two bodies may send both at once."""
    both = f"{TEXT}\n{to_armour(made(2))}"
    assert ballots_in(SHAPES[shape](both)) == [BALLOT, made(2)]


LINES = TEXT.splitlines()
TEXTS = {
    "as it is": TEXT.encode(),
    "with Windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "with old Macintosh line ends": TEXT.replace("\n", "\r").encode(),
    "on one line": TEXT.replace("\n", " ").encode(),
    "folded at 40": "\n".join(TEXT[at : at + 40] for at in range(0, len(TEXT), 40)).encode(),
    "quoted three times": "".join(f"> >> {line}\n" for line in LINES).encode(),
    "quoted with bars": "".join(f"| {line}\n" for line in LINES).encode(),
    "indented": "".join(f"\t  {line}\n" for line in LINES).encode(),
    "between words": f"Hello: this is\n{TEXT}my ballot -----".encode(),
    "in UTF-16 of a Windows editor": TEXT.encode("utf-16"),
    "in UTF-16, big end first": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "with a byte order mark": TEXT.encode("utf-8-sig"),
    "in Latin-1 with a pound sign": f"\xa3 {TEXT}".encode("latin-1"),
    "as a web page": f"<!DOCTYPE html><body><pre>{TEXT}</pre>".encode(),
    "after headers of unknown name": f"X-Strange: 1\r\nZ: 2\r\n\r\n{TEXT}".encode(),
    "with its own headers torn off": f"charset=utf-8\n\n{TEXT}".encode(),
    "twice": (TEXT + TEXT).encode(),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_ballot_is_found_in_every_text(text: str) -> None:
    """Whatever an editor or a mail program did to the lines."""
    assert ballots_in(TEXTS[text]) == [BALLOT]


FAULTS = {
    "there is no sealed ballot": b"I vote for A.",
    "no sealed ballot in it": b"",
    "the end of the sealed ballot is missing": TEXT.replace(END, "").encode(),
    "the beginning of the sealed ballot is missing": TEXT.replace(BEGIN, "").encode(),
    "damaged or cut": DAMAGED.encode(),
    "longer than any": f"{BEGIN}\n{'A' * 500_000}\n{END}".encode(),
    "Outlook's own format": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "(another one in the same mail is whole)": (DAMAGED + TEXT).encode(),
    "larger than any mail": b"x" * ((64 << 20) + 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_ballot_is_said_to_be_none(fault: str) -> None:
    """With the reason, once."""
    told = [str(one) for one in ballots_in(FAULTS[fault]) if isinstance(one, BadBallot)]
    assert len(told) == 1
    assert fault in told[0]


def _message(number: int) -> Message:
    message = Message()
    message["From"] = "v@example.org"
    message["Subject"] = f"Ballot {number}"
    message.set_payload(f"From here on: my ballot.\n\n{to_armour(made(number))}")
    return message


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_mailboxes_are_read_a_message_at_a_time(tmp_path: Path, kind: type) -> None:
    """An mbox file and a Maildir, as other programs write them."""
    box = kind(tmp_path / "box")
    for number in range(1, 4):
        box.add(_message(number))
    box.flush()
    box.close()
    sources = list(sources_in(tmp_path / "box"))
    found = [ballot for each_source in sources for ballot in ballots_in(each_source.data)]
    assert len(sources) == 3
    assert sorted(
        candidate.sequence for candidate in found if isinstance(candidate, SealedBallot)
    ) == [1, 2, 3]
    assert len({source.name for source in sources}) == 3


def test_a_mail_that_is_still_being_delivered_is_left_alone(tmp_path: Path) -> None:
    """A Maildir's tmp holds unfinished messages; hidden files are another program's."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "tmp" / "1").write_text("half of a")
    (tmp_path / ".index").write_text("x")
    (tmp_path / "new" / "2").write_text(TEXT)
    assert [one.name for one in sources_in(tmp_path)] == ["new/2"]


def test_an_empty_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    """The officer may have named the wrong place."""
    with pytest.raises(Refused, match="no message"):
        list(sources_in(tmp_path))
    with pytest.raises(BadInput):
        list(sources_in(tmp_path / "none.eml"))


def _damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Cut, fold, double, drop and overwrite pieces of a mail."""
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 400)))
        piece = data.draw(
            st.one_of(
                st.just(b""),
                st.just(whole[start:end] * 2),
                st.binary(max_size=30),
                st.sampled_from([b"\r\n\r\n", b"--=_edge_2alter--", b"=\r\n", b"\0", b"\xff\xfe"]),
                st.just(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"),
                st.just(
                    b"Content-Transfer-Encoding: base64\r\ncontent-type: \xff/\0; charset=q\r\n"
                ),
            )
        )
        whole = whole[:start] + piece + whole[end:]
    return whole


@settings(max_examples=300)
@given(st.data(), st.sampled_from(sorted(SHAPES)))
def test_no_damaged_mail_stops_the_others(data: st.DataObject, shape: str) -> None:
    """Something is always said of it, and a ballot that is found is the one that was sent."""
    found = ballots_in(_damaged(data, SHAPES[shape](TEXT)))
    assert found
    for candidate in found:
        assert isinstance(candidate, BadBallot) or candidate == BALLOT or candidate.signature != b""


@settings(max_examples=200)
@given(st.binary(max_size=3000))
def test_no_bytes_stop_the_others(data: bytes) -> None:
    """Whatever comes in."""
    assert not whole(data)
    assert ballots_in(data)


SLOW = {
    "tags without end": b"From: a\nContent-Type: text/html\n\n<html>" + b"<a " * 300_000,
    "comments without end": b"From: a\nContent-Type: text/html\n\n<html>" + b"<!--" * 300_000,
    "a slow character set": b"Content-Type: text/plain; charset=punycode\n\n" + b"x-" * 500_000,
    "letters of a mark": b"B" * 500_000 + b" " * 500_000,
    "headers without end": b"A: b\n" * 200_000,
    "ampersands": b"<html>" + b"&am" * 300_000,
}


@pytest.mark.parametrize("mail", SLOW)
def test_no_mail_takes_long(mail: str) -> None:
    """A mail of a megabyte is read in seconds, whatever is in it."""
    began = time.process_time()
    assert isinstance(ballots_in(SLOW[mail])[0], BadBallot)
    assert time.process_time() - began < 5


PARTS = {
    "HTML of no known kind": b"Content-Type: text/html\n\n<html><![foo bar]></html>",
    "many numbers": b"Content-Type: text/plain; charset*" + b"9" * 5000 + b"=x\n\nx",
    "a boundary of nothing": b"Content-Type: multipart/mixed; boundary=\n\n--\n",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_part_does_not_hide_the_ballot_in_another(part: str) -> None:
    """The text is whole, whatever the other form of it is."""
    head = b"From: a\nContent-Type: multipart/alternative; boundary=x\n\n--x\n"
    text = b"Content-Type: text/plain; charset=utf-8\n\n" + TEXT.encode()
    assert whole(head + text + b"\n--x\n" + PARTS[part] + b"\n--x--\n") == [BALLOT]


def test_what_stands_before_the_first_message_of_an_mbox_is_not_lost(tmp_path: Path) -> None:
    """A first line of another form does not take its message away."""
    later = b"\n\nFrom v@example.org Mon Jan  7 10:00:00 2030\n" + to_armour(made(2)).encode()
    (tmp_path / "box").write_bytes(b"From somebody\n\n" + TEXT.encode() + later)
    found = [one for source in sources_in(tmp_path / "box") for one in whole(source.data)]
    assert found == [BALLOT, made(2)]


NESTED = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"


@pytest.mark.parametrize("depth", [50, 5000])
def test_a_mail_nested_without_end_is_said_to_be_unreadable(depth: int) -> None:
    """No recursion and no endless work."""
    assert isinstance(ballots_in(NESTED * depth + TEXT.encode())[0], BadBallot | SealedBallot)
