"""What a mail is by what its headers say: a delivery report, an automatic reply, a receipt.

Some signs say for certain that no person sent a mail just now; others, such as a subject, are
looked at only where the mail has no ballot in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.report import (
    DeliveryReport,
    delivery_report,
    header_of,
    is_report_of,
    sender_of,
)

if TYPE_CHECKING:
    from email.message import Message

_SUBJECT = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)? ?-?reply|out of (?:the )?office)\b", re.IGNORECASE
)
"""How Outlook and others begin the subject of an automatic reply."""
_BULK = {"auto_reply", "bulk", "junk"}
_OTHER_REPORTS = {
    "disposition-notification": "a read receipt",
    "feedback-report": "a complaint that a mail of ours is unwanted",
}
"""RFC 8098 and RFC 5965."""


@dataclass(frozen=True, slots=True)
class AutomaticReply:
    """A program's answer; ``certain`` if it says so itself."""

    sender: str
    certain: bool


@dataclass(frozen=True, slots=True)
class OtherReport:
    """Another report of a mail system, and who sent it."""

    sender: str
    words: str


Sort = DeliveryReport | AutomaticReply | OtherReport


def sort_of(mail: Message) -> Sort | None:
    """Return what a mail is, if it is not a person's; or None."""
    if mail.get_content_type() == "multipart/report":
        for kind, words in _OTHER_REPORTS.items():
            if is_report_of(mail, kind):
                return OtherReport(sender_of(mail), words)
    if report := delivery_report(mail):
        return report
    if _says_so(mail):
        return AutomaticReply(sender_of(mail), certain=True)
    if _looks_so(mail):
        return AutomaticReply(sender_of(mail), certain=False)
    return None


def is_certain(sort: Sort | None) -> bool:
    """Return whether no person sent the mail: a ballot in it is not taken as sent."""
    match sort:
        case None:
            return False
        case AutomaticReply():
            return sort.certain
        case DeliveryReport() | OtherReport():
            return True


def _says_so(mail: Message) -> bool:
    """Return whether a mail is marked as an answer by a program.

    RFC 3834, section 5: ``auto-generated`` is no answer; a scanner or a form may send for a person.
    """
    marked = header_of(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    autoreply = header_of(mail, "X-Autoreply").strip().lower()
    return marked == "auto-replied" or autoreply not in {"", "no"} or "X-Autorespond" in mail


def _looks_so(mail: Message) -> bool:
    """Return whether a mail looks like an answer by a program.

    X-Auto-Response-Suppress alone is no sign: it asks others not to answer ([MS-OXOMSG],
    2.2.1.77), and mails of people have it, too.
    """
    precedence = header_of(mail, "Precedence").strip().lower()
    subject = header_of(mail, "Subject")
    other = header_of(mail, "Auto-Submitted").strip().lower()
    return precedence in _BULK or bool(_SUBJECT.match(subject)) or other not in {"no", ""}
