"""Outlook's own formats, ``.msg`` and ``winmail.dat``, opened into a mail by `opener.py`.

That runs as a process apart with little memory and time, since its libraries trust a file.
Whatever comes of it is read like any mail from a stranger.
"""

from __future__ import annotations

import subprocess
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from typing import TYPE_CHECKING

from ccin_vote.apart import run_apart
from ccin_vote.correspondence.text import payload_of

if TYPE_CHECKING:
    from email.message import Message

MAXIMUM = 64 << 20
"""Nothing larger is opened, nor taken when it comes out."""
_SECONDS = 20
_OPENER = Path(__file__).with_name("opener.py")
_STARTS = {b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "msg", b"\x78\x9f\x3e\x22": "tnef"}
"""[MS-CFB], section 2.2; [MS-OXTNEF], section 2.1.3.1."""
_MOST = 3
"""So many are opened in one mail."""
MSG = "this is a message in Outlook's own format (.msg), and it cannot be opened"
TNEF = "its content is in a winmail.dat of Outlook, and that cannot be opened"
_ASK = {
    "msg": f"{MSG}; save it as text or .eml in Outlook, or copy the sealed ballot into a text file",
    "tnef": f"{TNEF}; ask the sender to send it again as plain text, or the ballot as a file",
}
_EMPTY = (
    "there is no sealed ballot in it, nor in the part of it in Outlook's own format; ask the sender"
    " to send it again as plain text, or the ballot as a file"
)


class Unopened(ValueError):
    """What cannot be opened; the message says so and whom to ask for what."""


def kind_of(data: bytes) -> str | None:
    """Return ``msg`` or ``tnef`` by how the data begin; else None."""
    return next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)


def opened(data: bytes) -> bytes:
    """Return what is in a file of Outlook as a mail.

    Raises:
        Unopened: it is damaged, too large, takes too long, or there is nothing in it.
    """
    kind = kind_of(data) or "tnef"
    try:
        mail = run_apart(_OPENER, kind, data=data, seconds=_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unopened(_ASK[kind]) from error
    if not 0 < len(mail) <= MAXIMUM:
        raise Unopened(_ASK[kind])
    return mail


def open_parts(mail: Message) -> str:
    """Put in place of each part in Outlook's formats the mail that is in it.

    Returns:
        What to say if there is no ballot in the mail; nothing where no part is in such a format.
    """
    parts = [part for part in mail.walk() if not part.is_multipart() and _is_of_outlook(part)]
    try:
        for part in parts[:_MOST]:
            _replace(part, message_from_bytes(opened(payload_of(part)), policy=compat32))
    except Unopened as error:
        return str(error)
    return _EMPTY if parts else ""


def _replace(part: Message, inside: Message) -> None:
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        del part[name]
    part["Content-Type"] = "message/rfc822"
    part.set_payload([inside])


def _is_of_outlook(part: Message) -> bool:
    """Return whether a part is in one of Outlook's formats; its name or type may say so wrongly."""
    if part.get_content_type() in {"application/ms-tnef", "application/vnd.ms-tnef"}:
        return True
    return part.get_content_maintype() != "text" and kind_of(payload_of(part)[:8]) is not None
