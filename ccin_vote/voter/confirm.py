"""Confirming: is a ballot in the log, and does it count? From its code, or from its receipt."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.errors import BadInput, IntegrityFailure, Mistake
from ccin_vote.log.checkpoint import Head, Receipt
from ccin_vote.log.events import BallotAccepted
from ccin_vote.log.note import BadNote, Note
from ccin_vote.log.reader import read_line
from ccin_vote.poll.codes import COUNTS, statuses
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.roll.token import ALPHABET
from ccin_vote.seal.armour import ballot_code, envelope_digest
from ccin_vote.store.snapshot import Snapshot, Trust

if TYPE_CHECKING:
    from ccin_vote.election.folder import PublishedFolder

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u00ad\u200b\ufeff-]+")
_SYMBOLS = 16
_MAIL = re.compile(rb"(?:From|To|Subject|Received|Return-Path|Delivered-To|MIME-Version|X-[\w-]+):")
_KEEP = (
    "Keep the receipt and this folder: together they prove it. Tell the scrutineers and the other"
    " members, not the returning officer alone."
)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A ballot's code, its status in words, and whether it counts."""

    code: str
    words: str
    counts: bool


def confirm_code(folder: PublishedFolder, typed: str) -> Confirmation:
    """Look a ballot code up; letter case, spaces and hyphens do not matter.

    Raises:
        BadInput: it is no ballot code, or there is no published folder.
    """
    symbols = _BETWEEN.sub("", typed).upper().translate(_READ_AS)
    if len(symbols) != _SYMBOLS or any(symbol not in ALPHABET for symbol in symbols):
        problem = "this is neither a ballot code (16 letters and digits) nor a receipt file"
        raise BadInput([Mistake(typed[:60], problem)])
    code = "-".join(symbols[at : at + 4] for at in range(0, _SYMBOLS, 4))
    poll = Snapshot.read_signed(folder, Trust.EVERY_LINE).poll
    for digest, words in statuses(manifest_of(poll), box_of(poll)):
        if ballot_code(digest) == code:
            return Confirmation(code, words, words == COUNTS)
    return Confirmation(code, "is not in this log", counts=False)


def confirm_receipt(folder: PublishedFolder, data: bytes, file: str) -> Confirmation:
    """Check a receipt against the published log, offline.

    Raises:
        BadInput: it is no receipt of this election.
        IntegrityFailure: the log is not the one that the receipt was given for.
    """
    snapshot = Snapshot.read_signed(folder, Trust.EVERY_LINE)
    poll, log = snapshot.poll, snapshot.log
    try:
        receipt = Receipt.parse(_receipt_in(data))
        head = Head.parse(Note.parse(receipt.checkpoint.encode()).text)
        _refuse_other_log(snapshot, head)
        line = log.lines[receipt.index] if receipt.index < head.size else b""
        proven = receipt.proves(line, snapshot.officer)
    except BadNote as error:
        raise BadInput(
            [Mistake(file, f"this is not a receipt of this election: {error}")]
        ) from error
    if not proven:
        raise BadInput([Mistake(file, "the receipt is damaged: it proves nothing")])
    event = read_line(line, receipt.index + 1)
    if not isinstance(event, BallotAccepted):
        raise BadInput([Mistake(file, "the receipt is for something else than a ballot")])
    digest = envelope_digest(event.ballot)
    words = dict(statuses(manifest_of(poll), box_of(poll)))[digest]
    return Confirmation(ballot_code(digest), words, words == COUNTS)


def _receipt_in(data: bytes) -> bytes:
    """Return the receipt as it was written, from its file or the mail that brought it."""
    if _MAIL.match(data):
        parts = message_from_bytes(data).walk()
        texts = (part.get_payload(decode=True) for part in parts if part.get_filename())
        data = next((text for text in texts if isinstance(text, bytes)), data)
    plain = data.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    return plain.rstrip(b"\n") + b"\n"


def _refuse_other_log(snapshot: Snapshot, head: Head) -> None:
    """Compare the log with the head inside the receipt."""
    if head.origin != snapshot.officer.name:
        raise BadNote("it is of another election")
    tree = snapshot.log.tree
    if head.size > tree.size:
        raise IntegrityFailure(
            f"the log has {tree.size} lines, and had {head.size} when the receipt was"
            " given: this folder is older than the receipt, or the log was cut",
            file="log.jsonl",
            remedy=f"Ask for the newest published folder. If its log is short, too: {_KEEP}",
        )
    if tree.root(head.size) != head.root:
        raise IntegrityFailure(
            f"the first {head.size} lines are not those of which the receipt was given: the log was"
            " rewritten, or the receipt is damaged",
            file="log.jsonl",
            remedy=_KEEP,
        )


def is_page(data: bytes) -> bool:
    """Return whether a file is a web page: a ballot page, or something that looks like one."""
    start = data[:100].removeprefix(BOM_UTF8).lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def confirm_page(folder: PublishedFolder, page: bytes) -> bool:
    """Return whether a ballot page is one that the log names."""
    known = box_of(Snapshot.read_signed(folder, Trust.EVERY_LINE).poll).pages.values()
    return any(sha256(page) in digests for digests in known)
