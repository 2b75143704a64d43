"""A program of its own: Outlook's formats on standard input become a mail on standard output.

It is run as a file, with ``msg`` or ``tnef``, and imports nothing else of the package than its
bounds. The formats are [MS-OXMSG] and [MS-OXTNEF].
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import HeaderParser
from email.policy import compat32
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ccin_vote.apart import bound

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY, SECONDS = 1536 << 20, 5
DEEPEST = 8
_KEPT = (
    *("From", "To", "Subject", "Date", "Return-Path", "Auto-Submitted", "Precedence"),
    *("X-Autoreply", "X-Autorespond", "X-Failed-Recipients"),
)
"""The headers that say what a mail is; those of its form no longer hold."""
_REPORTS = {".NDR": "failed", ".DR": "delivered", ".DELAYED.DR": "delayed"}
_READ = (".IPNRN", ".IPNNRN")
"""How the class of a report ends ([MS-OXOMSG], section 2.2.2.1)."""
_AUTOMATIC = ("IPM.Note.Rules.OofTemplate", "IPM.Note.Rules.ReplyTemplate")
_EMBEDDED = "__substg1.0_3701000D"
_BY_VALUE = 1
_ROOT_HEADER, _EMBEDDED_HEADER = 32, 24
"""The length of what stands before the properties of a message ([MS-OXMSG], section 2.4.1)."""


def of_msg(data: bytes) -> Message:
    """Return the mail in an Outlook message file."""
    from olefile import OleFileIO  # type: ignore[import-untyped]
    from oxmsg.storage import Storage

    with OleFileIO(BytesIO(data)) as ole:
        return _of_storage(Storage.from_ole(ole), _ROOT_HEADER, 0)


def _of_storage(storage: Any, header: int, depth: int) -> Message:  # noqa: ANN401  (untyped)
    from oxmsg.domain import constants as c
    from oxmsg.properties import Properties

    properties = Properties(storage, properties_header_offset=header)
    kind = _text(properties.str_prop_value, c.PID_MESSAGE_CLASS)
    headers = _text(properties.str_prop_value, c.PID_TRANSPORT_MESSAGE_HEADERS)
    mail = _mail(kind, HeaderParser(policy=compat32).parsestr(headers))
    _set(mail, "Subject", _text(properties.str_prop_value, c.PID_SUBJECT))
    for pid in (c.PID_SENDER_SMTP_ADDRESS, c.PID_SENDER_EMAIL_ADDRESS):
        _set(mail, "From", _text(properties.str_prop_value, pid))
    plain = _text(properties.str_prop_value, c.PID_BODY)
    mail.attach(_texts(plain, _html_of(properties)))
    if mail.get_content_type() == "multipart/report":
        mail.attach(_status(kind, storage))
    for inner in storage.iter_attachment_storages():
        with suppress(Exception):
            mail.attach(_attached(inner, depth))
    return mail


def _mail(kind: str, headers: Message) -> Message:
    """Return a mail without parts, of the kind that Outlook says, with headers that matter."""
    action = _action(kind)
    report = "disposition-notification" if kind.endswith(_READ) else "delivery-status"
    is_report = kind.startswith("REPORT.") and (action or kind.endswith(_READ))
    mail = MIMEMultipart("report" if is_report else "mixed")
    if is_report:
        mail.set_param("report-type", report)
    for name in _KEPT:
        _set(mail, name, str(headers.get(name, "")))
    if kind.startswith(_AUTOMATIC):
        _set(mail, "Auto-Submitted", "auto-replied")
    return mail


def _action(kind: str) -> str:
    return next((word for end, word in _REPORTS.items() if kind.endswith(end)), "")


def _status(kind: str, storage: Any) -> Message:  # noqa: ANN401  (untyped)
    """Return the recipients of a report in the form of RFC 3464."""
    from oxmsg.recipient import Recipient

    part = MIMENonMultipart("message", "delivery-status")
    groups: list[Message | str] = [Message()]
    for inner in storage.iter_recipient_storages():
        group = Message()
        address = _text(getattr, Recipient(inner), "email_address")
        group["Final-Recipient"] = _line(f"rfc822; {address}")
        group["Action"] = _action(kind)
        groups.append(group)
    part.set_payload(groups)
    return part


def _attached(storage: Any, depth: int) -> Message:  # noqa: ANN401  (untyped)
    from oxmsg.attachment import Attachment

    for inner in storage.storages:
        if inner.name == _EMBEDDED and depth < DEEPEST:
            return _enclosed(_of_storage(inner, _EMBEDDED_HEADER, depth + 1))
    attachment = Attachment(storage)
    name = _text(getattr, attachment, "file_name")
    return _file(name, attachment.file_bytes or b"")


def of_tnef(data: bytes) -> Message:
    """Return the texts and files of a ``winmail.dat``."""
    from tnefparse import TNEF  # type: ignore[import-untyped]

    return _of_tnef(TNEF(data), 0)


def _of_tnef(tnef: Any, depth: int) -> Message:  # noqa: ANN401  (untyped)
    mail = MIMEMultipart()
    mail.attach(_texts(_words(tnef.body), _words(tnef.htmlbody)))
    for attachment in tnef.attachments:
        with suppress(Exception):
            inner = getattr(attachment, "embed", None)
            if inner is not None and depth < DEEPEST:
                mail.attach(_enclosed(_of_tnef(inner, depth + 1)))
            else:
                mail.attach(_file(_text(attachment.long_filename), bytes(attachment.data)))
    return mail


def _html_of(properties: Any) -> str:  # noqa: ANN401  (untyped)
    from oxmsg.domain import constants as c

    data = b""
    with suppress(Exception):
        data = properties.binary_prop_value(c.PID_HTML) or b""
    return _words(data) or _text(properties.str_prop_value, c.PID_BODY_HTML)


def _text(read: Callable[..., object], *arguments: object) -> str:
    """Return a text of a library; nothing where it cannot read it."""
    try:
        return _words(read(*arguments))
    except Exception:  # noqa: BLE001  (they raise whatever there is)
        return ""


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    return str(value or "").rstrip("\0")


def _line(text: str) -> str:
    return " ".join(text.split())


def _set(mail: Message, name: str, value: str) -> None:
    if value and name not in mail:
        mail[name] = _line(value)


def _texts(plain: str, html: str) -> Message:
    both = MIMEMultipart("alternative")
    for kind, text in (("plain", plain), ("html", html)):
        if text:
            part = _part("text", kind, text.encode("utf-8", "replace"))
            part.set_param("charset", "utf-8")
            both.attach(part)
    return both


def _file(name: str, data: bytes) -> Message:
    part = _part("application", "octet-stream", data)
    part.add_header("Content-Disposition", "attachment", filename=_line(name) or "file")
    return part


def _part(main: str, sub: str, data: bytes) -> Message:
    from email.encoders import encode_base64

    part = MIMENonMultipart(main, sub)
    part.set_payload(data)
    encode_base64(part)
    return part


def _enclosed(mail: Message) -> Message:
    part = MIMENonMultipart("message", "rfc822")
    part.set_payload([mail])
    return part


def main(kind: str) -> int:
    """Open what comes in; anything but 0 says that it cannot be opened."""
    bound(MEMORY, SECONDS)
    logging.disable()
    data = sys.stdin.buffer.read()
    try:
        mail = of_msg(data) if kind == "msg" else of_tnef(data)
        written = mail.as_bytes() if _has_something(mail) else b""
    except BaseException:  # noqa: BLE001  (no word of it is of use: the caller says what to do)
        return 1
    sys.stdout.buffer.write(written)
    return 0 if written else 1


def _has_something(mail: Message) -> bool:
    """Return whether there is a text or a file: of another file of Office nothing is read."""
    return any(part.get_payload() and not part.is_multipart() for part in mail.walk())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
