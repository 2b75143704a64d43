"""The parts of a mail: texts and attachments, and mails inside it, whatever damage they carry.

Of two forms of the same text the one with more whole ballots is taken. What stands in a mail that
a program sent (`sort`) is kept apart from what a person sent, however deep inside it is.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import compat32
from typing import TYPE_CHECKING

from ccin_vote.correspondence.report import inner_parts
from ccin_vote.correspondence.sort import is_certain, sort_of
from ccin_vote.correspondence.text import payload_of, text_in
from ccin_vote.seal.armour import BadBallot, find_armour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

    from ccin_vote.correspondence.sort import Sort
    from ccin_vote.seal.envelope import SealedBallot

    Found = list[SealedBallot | BadBallot]
    Places = list[tuple[SealedBallot | BadBallot, bool]]

TEXTS = 2 << 20
"""So much text of a mail is searched for anything but ballots."""
_HEADER = re.compile(rb"\A\s*(?:From |[!-9;-~]{1,100}:)")
"""How a mail starts: an mbox line, or a header field (RFC 5322, section 2.2)."""


def parsed(data: bytes) -> Message | None:
    """Return a mail; None if it is none, or so damaged that it cannot be read."""
    try:
        # compat32 gives headers as they stand; newer policies parse them, and may fail at it.
        return message_from_bytes(data, policy=compat32) if _HEADER.match(data) else None
    except Exception:  # noqa: BLE001  (a hostile mail must not stop the others)
        return None


def sort_in(mail: Message) -> Sort | None:
    """Return what a mail is by its headers, if they can be read."""
    try:
        return sort_of(mail)
    except Exception:  # noqa: BLE001  (the same)
        return None


def places_in(mail: Message, *, held: bool) -> Places:
    """Return every ballot and damaged one, and whether it stands in what a program sent.

    ``held`` says that a program sent the mail itself.
    """
    try:
        return list(_in_part(mail, held=held))
    except Exception:  # noqa: BLE001  (one damaged part must not hide a ballot in another)
        return []


def _places_inside(part: Message, *, held: bool) -> Places:
    return places_in(part, held=held or is_certain(sort_in(part)))


def _in_part(part: Message, *, held: bool) -> Iterator[tuple[SealedBallot | BadBallot, bool]]:
    if part.is_multipart():
        # A mail inside a mail, and a report beside other parts, are judged by themselves.
        inside = [_places_inside(inner, held=held) for inner in inner_parts(part)]
        if part.get_content_type() == "multipart/alternative" and inside:
            # RFC 2046, section 5.1.4, prefers the last form; but a mail program may have broken the
            # ballot in just that one.
            inside = [max(inside, key=_worth_of_places)]
        for each_part in inside:
            yield from each_part
        return
    if payload := payload_of(part):
        found = [(ballot, held) for ballot in find_armour(text_in(part, payload))]
        # A mail that was sent on as a file, under whatever type.
        attached = None if _is_body(part) else parsed(payload)
        if attached is not None:
            found = max(_places_inside(attached, held=held), found, key=_worth_of_places)
        yield from found


def _is_body(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_filename() is None


def worth(found: Iterable[SealedBallot | BadBallot]) -> tuple[int, int]:
    """Order two forms of the same text: more whole ballots, then less damage."""
    ballots = list(found)
    bad = sum(1 for ballot in ballots if isinstance(ballot, BadBallot))
    return len(ballots) - bad, -bad


def _worth_of_places(places: Places) -> tuple[int, int]:
    return worth(ballot for ballot, _ in places)


def texts_in(mail: Message) -> Iterator[str]:
    """Yield the texts of a mail and of mails inside it, and headers that came back; not all."""
    left = TEXTS
    try:
        for part in _leaves(mail):
            if left > 0:
                payload = payload_of(part)
                yield text_in(part, payload[:left])
                left -= len(payload)
    except Exception:  # noqa: BLE001  (what cannot be read has no text)
        return


def _leaves(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.is_multipart():
            continue
        attached = None if _is_body(part) else parsed(payload_of(part))
        if attached is not None:
            yield from _leaves(attached)
        elif part.get_content_maintype() == "text":
            yield part
