"""Delivery reports: which address did not get a mail, and why, by whatever server says so.

The standard form is a ``multipart/report`` with a ``message/delivery-status`` in it (RFC 3464,
RFC 6533). Before it, and beside it, stand the form of qmail (QSBMF) and the header of Exim. What
else calls itself a delivery report is taken for one only if a mail system sent it, and the
addresses in its text are then a guess. Anybody can write such a mail: it proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import TYPE_CHECKING

from ccin_vote.correspondence.text import payload_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 100
"""As many recipients of one report are looked at: a letter goes to one."""
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
"""RFC 3463, section 2."""
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
"""RFC 3464, section 2.3.3."""
_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_SYSTEMS = {"mailer-daemon", "postmaster", "mail-daemon", "microsoftexchange"}
_UNDELIVERED = re.compile(
    r"\s*(?:undeliver|delivery (?:status notification|failure|has failed|report)|failure notice"
    r"|mail delivery (?:failed|failure|system)|returned mail|message not delivered)",
    re.IGNORECASE,
)
_QMAIL = "Hi. This is the"
_FROM_QMAIL = re.compile(r"<([^<>\n]{1,320})>:\s*\n")
_TEXT = 100_000
_HEADER = 2000
"""As many characters of a text and of a header are looked at."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, what became of the mail to it, and the status code, if there is one."""

    address: str
    action: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail system says of a mail; ``guessed`` if it does so in no form that is known."""

    recipients: tuple[Recipient, ...]
    guessed: bool = False


def delivery_report(mail: Message) -> DeliveryReport | None:
    """Return what a mail reports of the delivery of another; None if it is no such report."""
    if mail.get_content_type() == "multipart/report" and is_report_of(mail, "delivery-status"):
        return DeliveryReport(tuple(_standard(mail))[:MOST])
    # Exim's bounces are plain texts; the header is the form.
    if failed := header_of(mail, "X-Failed-Recipients"):
        return _failed(_ADDRESS.findall(failed))
    system = _is_system(mail)
    if mail.is_multipart() and not system:
        return None
    text = first_text(mail)
    if qmail := _of_qmail(text):
        return _failed(qmail)
    if system and _UNDELIVERED.match(header_of(mail, "Subject")):
        return _failed(_ADDRESS.findall(text), guessed=True)
    return None


def _of_qmail(text: str) -> list[str]:
    """Return the addresses in the form of qmail; a person may begin with the same words."""
    # Up to the line of dashes: what follows is the mail itself (QSBMF, section 3).
    said, copy, _ = text.lstrip().partition("\n--- ")
    return _FROM_QMAIL.findall(said) if said.startswith(_QMAIL) and copy else []


def is_report_of(mail: Message, kind: str) -> bool:
    """Return whether a ``multipart/report`` is of a kind (RFC 6522, section 3)."""
    return str(mail.get_param("report-type", "")).lower() == kind


def _standard(mail: Message) -> Iterator[Recipient]:
    """Yield the recipients in the fields of RFC 3464, sections 2.2 and 2.3."""
    for part in inner_parts(mail):
        if part.get_content_type() in _STATUS_TYPES:
            for block in _blocks(part):
                yield from _recipient(block)


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """Yield each group of fields, by name; the first is of the message, the rest of recipients."""
    # The email package takes every group of RFC 3464 for a mail of its own; of RFC 6533 it takes
    # the first group for the headers, and the rest for the text.
    for group in inner_parts(part):
        yield {name.lower(): str(value) for name, value in group.items()}
        rest = "" if group.is_multipart() else str(group.get_payload())[:_TEXT]
        for block in re.split(r"\r?\n[ \t]*\r?\n", rest):
            lines = (line.partition(":") for line in block.splitlines())
            yield {name.strip().lower(): value.strip() for name, _, value in lines}


def _recipient(block: dict[str, str]) -> Iterator[Recipient]:
    """Yield the recipient of a group of fields, under each address that it is known by."""
    action = block.get("action", "").strip().lower()
    found = _STATUS.search(block.get("status", ""))
    # As we wrote it first (RFC 3464, section 2.3.1); a mail that was sent on has another.
    fields = (block.get("original-recipient", ""), block.get("final-recipient", ""))
    named = (_ADDRESS.search(field.partition(";")[2] or field) for field in fields)
    addresses = dict.fromkeys(match[0] for match in named if match)
    for address in addresses:
        yield Recipient(
            address, action if action in _ACTIONS else "failed", found[0] if found else ""
        )


def inner_parts(part: Message) -> list[Message]:
    """Return the parts of a part, if it has any."""
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else []
    return [inner_part for inner_part in inner if isinstance(inner_part, Message)]


def _failed(addresses: list[str], *, guessed: bool = False) -> DeliveryReport:
    once = dict.fromkeys(address.strip(".") for address in addresses)
    recipients = tuple(Recipient(address, "failed") for address in once)
    return DeliveryReport(recipients[:MOST], guessed)


def _is_system(mail: Message) -> bool:
    """Return whether a mail has no sender to answer to (RFC 5321, section 4.5.5), or a system."""
    local = sender_of(mail).partition("@")[0].lower()
    return header_of(mail, "Return-Path").strip() == "<>" or local.startswith(tuple(_SYSTEMS))


def sender_of(mail: Message) -> str:
    """Return the address in the From line, or nothing."""
    return parseaddr(header_of(mail, "From"))[1]


def header_of(mail: Message, name: str) -> str:
    """Return a header in words (RFC 2047), or nothing; of a very long one the beginning."""
    value = str(mail.get(name, ""))[:_HEADER]
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, HeaderParseError):
        return value


def first_text(mail: Message) -> str:
    """Return the beginning of the first text in a mail, wherever it is."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            text = payload_of(part)[:_TEXT].decode("utf-8", "replace")
            return text.replace("\r\n", "\n")
    return ""
