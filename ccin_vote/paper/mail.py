"""E-mails as files (RFC 5322, MIME): what a mail program opens as a draft, or SMTP sends."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from ccin_vote.paper.letter import common_values, folded, letter_mail_html, letter_text
from ccin_vote.paper.templates import filled_text

if TYPE_CHECKING:
    from ccin_vote.paper.letter import Attachment, Letter, Sender
    from ccin_vote.roll.roll import Member

DRAFT = "X-Unsent"
"""Mail programs open a file with this header as a message that is still to be sent."""


def letter_mail(letter: Letter, sender: Sender, page: Attachment) -> bytes:
    """Write the mail with a member's token and ballot page."""
    text = letter_text(letter, sender, page)
    mail = _mail("Your ballot", text, sender, letter.member)
    mail.add_alternative(letter_mail_html(letter, sender, page), subtype="html")
    return _attached(mail, page)


def reminder_mail(member: Member, sender: Sender, page: Attachment) -> bytes:
    """Write a reminder; the token is in the first letter alone."""
    return _plain_mail("reminder.txt", "Reminder", (sender, member, page), {})


def receipt_mail(member: Member, sender: Sender, receipt: Attachment, code: str) -> bytes:
    """Write the reply to a ballot that was accepted, with its receipt."""
    about = (sender, member, receipt)
    return _plain_mail("receipt.txt", "Your ballot has arrived", about, {"code": code})


def _plain_mail(
    template: str,
    subject: str,
    about: tuple[Sender, Member, Attachment],
    more: dict[str, str],
) -> bytes:
    sender, member, attachment = about
    values = common_values(sender, member, attachment.name) | more
    text = folded(filled_text(sender.templates[template], values))
    return _attached(_mail(subject, text, sender, member), attachment)


def _mail(subject: str, text: str, sender: Sender, member: Member) -> EmailMessage:
    definition = sender.definition
    marked = "REHEARSAL: " if sender.marked else ""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(definition.officer.name, definition.officer.email)
    mail["To"] = _address(member.contact, member.email)
    mail["Reply-To"] = _address(definition.officer.name, definition.officer.email)
    mail["Subject"] = f"{marked}{subject}: {definition.title}"
    mail[DRAFT] = "1"
    mail.set_content(text)
    return mail


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _attached(mail: EmailMessage, attachment: Attachment) -> bytes:
    mail.add_attachment(
        attachment.data,
        maintype="text",
        subtype=attachment.subtype,
        filename=attachment.name,
        params={"charset": "utf-8"},
    )
    return mail.as_bytes()
