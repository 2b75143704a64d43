"""What mail systems and programs send back: delivery reports and automatic replies."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP
from typing import TYPE_CHECKING

from tests.support.mails import _head, _part, _parts

if TYPE_CHECKING:
    from tests.support.bench import Bench

SYSTEM = "From: MAILER-DAEMON@mx.example.org"
HEADERS = b"Subject: Your ballot\r\nTo: m1@x.org\r\n"


def standard(
    address: str, action: str = "failed", status: str = "5.1.1", returned: bytes = HEADERS
) -> bytes:
    """Write a report as RFC 3464 wants it, with what came back: headers, or a whole mail."""
    fields = (
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )
    kind = "text/rfc822-headers" if returned == HEADERS else "message/rfc822"
    mail = _parts(
        "report",
        _part("text/plain", b"Your message could not be delivered."),
        _part("message/delivery-status", fields.encode()),
        _part(kind, returned),
    )
    mail = mail.replace(b"multipart/report;", b"multipart/report; report-type=delivery-status;", 1)
    return f"{SYSTEM}\r\nSubject: Undelivered Mail Returned to Sender\r\n".encode() + mail


def qmail(address: str, copy: bytes = b"") -> bytes:
    """Write a bounce in the form of qmail (QSBMF)."""
    text = (
        "Hi. This is the qmail-send program at mx.example.org.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        f"<{address}>:\nSorry, no mailbox here by that name.\n\n"
        "--- Below this line is a copy of the message.\n\n"
    )
    return f"{SYSTEM}\nSubject: failure notice\n\n{text}".encode() + copy


def exim(address: str) -> bytes:
    """Write a bounce of Exim, whose header names the addresses."""
    text = f"A message that you sent could not be delivered:\n\n  {address}\n    unknown user\n"
    return f"X-Failed-Recipients: {address}\n{SYSTEM}\nSubject: Mail failed\n\n{text}".encode()


def exchange(address: str) -> bytes:
    """Write a bounce of an old Exchange server, in words alone."""
    text = f"Your message did not reach some of the recipients:\n\n  {address} on 7/1/2030\n"
    head = "From: postmaster@example.org\nSubject: Undeliverable: Your ballot\n"
    return f"{head}\n{text}".encode()


def reply(address: str, *headers: str) -> bytes:
    """Write an answer by a program, as its headers say."""
    return b"\r\n".join(
        [
            _head(*headers).rstrip().replace(b"v@example.org", address.encode()),
            b"",
            b"I am on leave until Monday.",
        ]
    )


def letter_to(small: Bench, address: str) -> bytes:
    """Return the letter that was written to an address, with its token."""
    for path in small.folder.letters.glob("*.eml"):
        data = path.read_bytes()
        if address in str(message_from_bytes(data, policy=SMTP)["To"]):
            return data
    raise AssertionError(address)
