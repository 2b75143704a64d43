"""Sealed ballots as the mails that they come back in, in the shapes of well-known programs."""

from __future__ import annotations

import base64
import html
import quopri
import textwrap
from typing import TYPE_CHECKING

from ccin_vote.correspondence.message import read_contents
from ccin_vote.seal.armour import BadBallot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.seal.envelope import SealedBallot

FLOWED = 76


def ballots_in(data: bytes) -> list[SealedBallot | BadBallot]:
    """Return every sealed ballot that was sent in a mail or text, and each damaged one.

    There is always at least one entry: a thing without a ballot is said to have none.
    """
    return read_contents(data).found or [BadBallot("there is no sealed ballot in it")]


def _head(*lines: str) -> bytes:
    common = ["MIME-Version: 1.0", "From: V <v@example.org>", "To: officer@example.org"]
    return ("\r\n".join([*lines, *common]) + "\r\n").encode()


def _part(kind: str, body: bytes, *headers: str) -> bytes:
    return "\r\n".join([f"Content-Type: {kind}", *headers, "", ""]).encode() + body + b"\r\n"


def _parts(kind: str, *parts: bytes) -> bytes:
    edge = b"=_edge_" + str(len(parts)).encode() + kind[:5].encode()
    inside = b"".join(b"--" + edge + b"\r\n" + part for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{edge.decode()}"\r\n\r\n'.encode()
    return head + inside + b"--" + edge + b"--\r\n"


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _lines_as(text: str, tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(part) or '<br>'}</{tag}>" for part in text.split("\n"))


def plain(ballot: str) -> bytes:
    """Write a text alone, as most programs can."""
    return _head() + _part("text/plain; charset=utf-8", _crlf(f"Dear officer,\n\n{ballot}\nV\n"))


def gmail(ballot: str) -> bytes:
    """Write Gmail's pair: text, and HTML where each line is a ``div``."""
    text = _part('text/plain; charset="UTF-8"', _crlf(ballot))
    rich = _part(
        'text/html; charset="UTF-8"', f'<div dir="ltr">{_lines_as(ballot, "div")}'.encode()
    )
    first = "Received: by 2002:a05:6a20 with HTTP; Mon, 7 Jan 2030 10:00:00 -0800 (PST)"
    return _head(first) + _parts("alternative", text, rich)


def gmail_quoted(ballot: str) -> bytes:
    """Write a reply in Gmail that quotes the ballot."""
    quoted = "".join(f"> {line}\n" for line in ballot.split("\n"))
    said = f"On Mon, 7 Jan 2030 at 10:00, V <v@example.org> wrote:\n\n{quoted}"
    return _head("X-Gm-Message-State: AOJu0") + _part('text/plain; charset="UTF-8"', _crlf(said))


def outlook(ballot: str) -> bytes:
    """Write Outlook's pair: text in quoted-printable, and HTML of its own paragraphs."""
    text = quopri.encodestring(_crlf(ballot).replace(b"\r\n", b"\r\n\r\n"))
    body = _lines_as(ballot.replace("--", "-\u2011"), 'p class="MsoNormal"').replace(
        '</p class="MsoNormal">', "<o:p></o:p></p>"
    )
    rich = quopri.encodestring(
        f"<html><body>{body}</body></html>".encode("windows-1252", "replace")
    )
    how = "Content-Transfer-Encoding: quoted-printable"
    return _head("Thread-Topic: Sealed ballot", "Accept-Language: en-GB") + _parts(
        "alternative",
        _part('text/plain; charset="us-ascii"', text, how),
        _part('text/html; charset="Windows-1252"', rich, how),
    )


def outlook_dashes(ballot: str) -> bytes:
    """Write a text whose hyphens Outlook turned into long dashes, in base64."""
    text = base64.encodebytes(_crlf(ballot.replace("-----", "\u2014\u2014-")))
    how = "Content-Transfer-Encoding: base64"
    return _head("Importance: normal") + _part('text/plain; charset="utf-8"', text, how)


def outlook_attached(ballot: str) -> bytes:
    """Write a mail of Outlook with the saved file attached, and nothing in the text."""
    file = base64.encodebytes(ballot.encode())
    name = 'Content-Disposition: attachment; filename="board-sealed-ballot.txt"'
    how = "Content-Transfer-Encoding: base64"
    return _head("X-MS-Has-Attach: yes") + _parts(
        "mixed",
        _part("text/html; charset=utf-8", b"<html><body>Our ballot.</body></html>"),
        _part('application/octet-stream; name="board-sealed-ballot.txt"', file, name, how),
    )


def apple(ballot: str) -> bytes:
    """Write Apple Mail's format=flowed text, with no-break spaces and folded lines."""
    flowed = "\n".join(textwrap.wrap(ballot.replace("\n", " "), FLOWED, break_on_hyphens=False))
    text = quopri.encodestring(flowed.replace(" ", "\u00a0\n").encode())
    how = "Content-Transfer-Encoding: quoted-printable"
    kind = "text/plain; charset=utf-8; format=flowed; delsp=yes"
    return _head("X-Mailer: Apple Mail (2.3774.300.61.1.2)") + _part(kind, text, how)


def apple_html(ballot: str) -> bytes:
    """Write Apple Mail's HTML alone: line breaks and a quote."""
    body = "<br class=''>".join(html.escape(line) for line in ballot.split("\n"))
    rich = f"<html><body><blockquote type='cite'>{body}</blockquote></body></html>"
    how = "Content-Transfer-Encoding: base64"
    return _head("X-Mailer: iPhone Mail (21A329)") + _part(
        "text/html; charset=utf-8", base64.encodebytes(rich.encode()), how
    )


def apple_attached(ballot: str) -> bytes:
    """Write a mail with the file shown in the text, of a type that Apple Mail makes up."""
    name = "Content-Disposition: inline; filename=ballot.txt"
    return _head("Content-Language: en") + _parts(
        "mixed",
        _part("text/plain; charset=us-ascii", b""),
        _part("text/plain; x-unix-mode=0644; name=ballot.txt", _crlf(ballot), name),
        _part("text/plain; charset=us-ascii", b"Sent from my phone"),
    )


def forwarded(ballot: str) -> bytes:
    """Write a mail that carries the voter's mail as an attachment."""
    return _head() + _parts(
        "mixed",
        _part("text/plain", b"See attached."),
        _part("message/rfc822", gmail(ballot)),
    )


SHAPES: dict[str, Callable[[str], bytes]] = {
    "a plain text": plain,
    "Gmail, text and HTML": gmail,
    "Gmail, quoted in a reply": gmail_quoted,
    "Outlook, text and HTML in quoted-printable": outlook,
    "Outlook, hyphens made dashes, in base64": outlook_dashes,
    "Outlook, attached": outlook_attached,
    "Apple Mail, flowed text": apple,
    "Apple Mail, HTML alone in base64": apple_html,
    "Apple Mail, attached in the text": apple_attached,
    "forwarded as an attachment": forwarded,
}
