"""E-mails as files (RFC 5322, MIME): what a mail program opens as a draft, or SMTP sends.

The library makes each kind of mail once, with marks where mails differ; the member's address, the
texts (quoted-printable, RFC 2045) and the file then stand in the places of the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import addressee, folded, own_values
from ccin_vote.correspondence.quoted import quoted
from ccin_vote.correspondence.templates import filled_text, in_html, prepared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from string import Template

    from ccin_vote.correspondence.letter import Attachment, Letter, Sender, Shared
    from ccin_vote.roll.roll import Member

DRAFT = "X-Unsent"
"""Mail programs open a file with this header as a message that is still to be sent."""

_TO, _TEXT, _HTML, _NAME, _FILE = (f"zzmark{number}zz" for number in range(5))
_SHORT = 70
_PLAIN = re.compile(r"[A-Za-z0-9'-]+( [A-Za-z0-9'-]+)* <[a-z0-9]+([._-][a-z0-9]+)*@[a-z0-9.-]+>")
"""Addresses that stand in a header as they are (RFC 5322, section 3.4)."""

_MARK = re.compile(rb"To: zzmark0zz@zz\.zz\r\n|zzmark[1-3]zz|enptYXJrNHp6")
"""The marks in the order in which they stand in a mail, the last of them as base64 has it."""


@dataclass(frozen=True)
class MailForm:
    """One kind of mail of an election: a text and, if ``rich``, HTML; a file of a ``subtype``."""

    sender: Sender
    subject: str
    template: str
    subtype: str
    rich: bool = False

    @cached_property
    def _text(self) -> Template:
        return prepared(self.sender.templates[self.template], self.sender.common)

    def text(self, member: Member, file: Attachment | None, more: Mapping[str, str]) -> bytes:
        """Return the plain text for a member, as quoted-printable."""
        values = addressee(member) | self.sender.enclosing(file.name if file else "") | dict(more)
        return quoted(folded(filled_text(self._text, values)))

    @cached_property
    def _pieces(self) -> list[bytes]:
        definition = self.sender.definition
        marked = "REHEARSAL: " if self.sender.marked else ""
        officer = _address(definition.officer.name, definition.officer.email)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = officer
        mail["To"] = _address("", f"{_TO}@zz.zz")
        mail["Reply-To"] = officer
        mail["Subject"] = f"{marked}{self.subject}: {definition.title}"
        mail[DRAFT] = "1"
        mail.set_content(_TEXT, charset="utf-8", cte="quoted-printable")
        if self.rich:
            mail.add_alternative(_HTML, subtype="html", charset="utf-8", cte="quoted-printable")
        charset = {"charset": "utf-8"}
        if self.subtype:
            mail.add_attachment(
                _FILE.encode(),
                maintype="text",
                subtype=self.subtype,
                filename=_NAME,
                params=charset,
            )
        return _MARK.split(mail.as_bytes())

    def filled(self, member: Member, texts: tuple[bytes, ...], file: Attachment | None) -> bytes:
        """Return the mail for a member, with its texts as quoted-printable (plain, then HTML).

        The file is the one that the form is for, or None if it is for none.
        """
        parts = [
            _to(member),
            *texts,
            *((file.name.encode(), file.encoded) if file else ()),
        ]
        first, *rest = self._pieces
        return first + b"".join(part + piece for part, piece in zip(parts, rest, strict=True))


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _to(member: Member) -> bytes:
    """Write the line with a member's address; the library folds and encodes what is not plain."""
    plain = f"{member.contact} <{member.email}>"
    if len(plain) <= _SHORT and _PLAIN.fullmatch(plain):
        return f"To: {plain}\r\n".encode()
    to = SMTP.header_factory("To", str(_address(member.contact, member.email)))
    folded: str = to.fold(policy=SMTP)
    return folded.encode()


def letter_form(sender: Sender) -> MailForm:
    """Return the form of the mail with a member's token and ballot page."""
    return MailForm(sender, "Your ballot", "mail.txt", "html", rich=True)


def letter_mail(form: MailForm, letter: Letter, shared: Shared) -> bytes:
    """Write the mail with a member's token and ballot page."""
    own = own_values(letter)
    texts = shared.mail_text.filled(own), shared.mail_html.filled(in_html(own))
    return form.filled(letter.member, texts, shared.page)


def reminder_form(sender: Sender) -> MailForm:
    """Return the form of a reminder."""
    return MailForm(sender, "Reminder", "reminder.txt", "html")


def reminder_mail(form: MailForm, member: Member, page: Attachment) -> bytes:
    """Write a reminder; the token is in the first letter alone."""
    return form.filled(member, (form.text(member, page, {}),), page)


def receipt_form(sender: Sender) -> MailForm:
    """Return the form of the reply to a ballot that was accepted."""
    return MailForm(sender, "Your ballot has arrived", "receipt.txt", "plain")


def receipt_mail(form: MailForm, member: Member, receipt: Attachment, code: str) -> bytes:
    """Write the reply to a ballot that was accepted, with its receipt."""
    return form.filled(member, (form.text(member, receipt, {"code": code}),), receipt)


def refused_form(sender: Sender) -> MailForm:
    """Return the form of the reply to a ballot that was refused."""
    return MailForm(sender, "Your ballot was not accepted", "refused.txt", "")


def refused_mail(form: MailForm, member: Member, code: str, reason: str) -> bytes:
    """Write the reply to a ballot that a member's credential signed and that was refused."""
    text = form.text(member, None, {"code": code, "reason": reason})
    return form.filled(member, (text,), None)
