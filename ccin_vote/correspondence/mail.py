"""E-mails as files (RFC 5322, MIME): what a mail program opens as a draft, or SMTP sends."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import addressee, laid_out, own_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import MIMEPart

    from ccin_vote.correspondence.letter import Attachment, Letter, Sender, Shared
    from ccin_vote.roll.roll import Member

DRAFT = "X-Unsent"
"""Mail programs open a file with this header as a message that is still to be sent."""

_SHORT = 60
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')
"""What has to stand in quotation marks in a name (RFC 5322, section 3.2.3)."""


def letter_form(shared: Shared) -> EmailMessage:
    """Return a mail with a ballot page, into which `letter_mail` puts address and texts."""
    mail = _mail(shared.sender, "Your ballot")
    mail.set_content("")
    mail.add_alternative("", subtype="html")
    _attach(mail, shared.page)
    return mail


def letter_mail(form: EmailMessage, letter: Letter, shared: Shared) -> bytes:
    """Return the mail with a member's token and ballot page; the next letter uses its form again.

    To make the form anew for each letter would take twice the time.
    """
    own = own_values(letter)
    _address_to(form, letter.member)
    texts, _page = form.iter_parts()
    plain, html = texts.iter_parts()
    _set_text(plain, laid_out(shared.sender.filled("mail.txt", {**shared.plain, **own})))
    _set_text(html, shared.sender.filled("mail.html", {**shared.html, **own}), "html")
    return form.as_bytes()


def reminder_mail(sender: Sender, member: Member, page: Attachment) -> bytes:
    """Return a reminder; the token is in the first letter alone."""
    mail = _short_mail(sender, member, ("Reminder", "reminder.txt"), sender.enclosing(page.name))
    _attach(mail, page)
    return mail.as_bytes()


def receipt_reply(
    sender: Sender, member: Member, receipt: Attachment, code: str
) -> tuple[str, bytes]:
    """Return the reply to a ballot that was accepted: the name of its file, and what is in it.

    It is a mail with the receipt, or a text to be printed for a member that gets no e-mails.
    """
    kind = "Your ballot has arrived", "receipt.txt"
    return _reply(sender, member, kind, sender.enclosing(receipt.name) | {"code": code}, receipt)


def refused_reply(sender: Sender, member: Member, code: str, reason: str) -> tuple[str, bytes]:
    """Return the reply to a ballot that a member's credential signed and that was refused.

    It is the name of its file, and the mail or the text that is in it.
    """
    kind = "Your ballot was not accepted", "refused.txt"
    return _reply(sender, member, kind, sender.enclosing("") | {"code": code, "reason": reason})


def _reply(
    sender: Sender,
    member: Member,
    kind: tuple[str, str],
    values: Mapping[str, str],
    receipt: Attachment | None = None,
) -> tuple[str, bytes]:
    if not member.is_mailed:
        return f"{values['code']}.txt", _short_text(sender, member, kind[1], values).encode()
    mail = _short_mail(sender, member, kind, values)
    if receipt is not None:
        _attach(mail, receipt)
    return f"{values['code']}.eml", mail.as_bytes()


def _short_mail(
    sender: Sender, member: Member, kind: tuple[str, str], values: Mapping[str, str]
) -> EmailMessage:
    """Return a mail to a member with a text alone; its kind is a subject and a template."""
    subject, template = kind
    mail = _mail(sender, subject)
    _address_to(mail, member)
    _set_text(mail, _short_text(sender, member, template, values))
    return mail


def _short_text(sender: Sender, member: Member, template: str, values: Mapping[str, str]) -> str:
    return laid_out(sender.filled(template, {**sender.common, **addressee(member), **values}))


def _mail(sender: Sender, subject: str) -> EmailMessage:
    """Return a mail with nothing in it yet, and to nobody."""
    definition = sender.definition
    marked = "REHEARSAL: " if sender.marked else ""
    officer = _address(definition.officer.name, definition.officer.email)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = officer
    mail["Reply-To"] = officer
    mail["Subject"] = f"{marked}{subject}: {definition.title}"
    mail[DRAFT] = "1"
    return mail


def _address_to(mail: EmailMessage, member: Member) -> None:
    # A header that is assigned is added to those that are there.
    del mail["To"]
    mail["To"] = _address(member.contact, member.email)


def _address(name: str, address: str) -> Address:
    """Return an address; in a long one the name is without what needs quotation marks.

    Python loses the marks where it folds such a name: a comma in it would begin another address.
    """
    if len(name) + len(address) > _SHORT:
        name = " ".join(_SPECIALS.sub(" ", name).split())
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _set_text(part: MIMEPart, text: str, subtype: str = "plain") -> None:
    # ASCII in short lines, which every server passes on as they are.
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")


def _attach(mail: EmailMessage, file: Attachment) -> None:
    """Add a file as it is, byte by byte."""
    # Given as bytes it goes as base64: a server that changes line endings would otherwise change
    # the page, whose digest is in the letter.
    mail.add_attachment(
        file.data,
        maintype="text",
        subtype=file.subtype,
        filename=file.name,
        params={"charset": "utf-8"},
    )
