"""Handing letters to an SMTP server (RFC 5321), over TLS only; what is sent is taken away.

Settings stand in a TOML file that its owner alone may read. A letter that was sent is deleted, so
that a run that was stopped goes on where it stopped; at worst one letter is sent twice.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ccin_vote.correspondence.mail import DRAFT
from ccin_vote.correspondence.outbox import letter_files
from ccin_vote.correspondence.settings import Settings, read_settings
from ccin_vote.errors import Refused
from ccin_vote.store.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from ccin_vote.randomness import Randomness

_TIMEOUT = 30


class Server(Settings):
    """An SMTP server. ``security`` is ``starttls`` (port 587) or ``tls`` (port 465)."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    # There is no third choice: without TLS the tokens could be read on the way.
    security: Literal["starttls", "tls"] = "starttls"
    user: str = ""
    password: Annotated[str, Field(repr=False)] = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one letter: the address, and why it failed (empty: it was sent)."""

    address: str
    failure: str = ""


def read_server(path: Path) -> Server:
    """Read the settings of a server, as `read_settings` does."""
    return read_settings(path, Server)


def send_all(
    folder: Path, server: Server, now: datetime, randomness: Randomness, only: str = ""
) -> Iterator[Sent]:
    """Send every e-mail in a folder, or the one of that name; give each outcome as it comes.

    Raises:
        Refused: the server cannot be reached or does not let us in; nothing more was sent.
    """
    waiting = {stem: path for stem, path in letter_files(folder).items() if only in ("", stem)}
    if not waiting:
        return
    connection = _connected(server)
    try:
        for path in waiting.values():
            yield _send(connection, path, now, randomness)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _send(connection: smtplib.SMTP, path: Path, now: datetime, randomness: Randomness) -> Sent:
    """Send one mail; if that went well, delete it and the letter to print beside it."""
    mail: EmailMessage = message_from_bytes(read_file(path), policy=SMTP)
    if mail["To"] is None or mail["From"] is None or not mail["To"].addresses:
        return Sent(path.name, "the file names no address; it is not one of ours")
    address = mail["To"].addresses[0].addr_spec
    origin = mail["From"].addresses[0].domain
    # Dated when it goes out, since letters may lie for days. The id is random: `make_msgid` would
    # tell the number of the process.
    del mail[DRAFT], mail["Date"], mail["Message-ID"]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{randomness.data(16).hex()}@{origin}>"
    try:
        connection.send_message(mail)
    # Nothing after it would go through either, so this is no failure of one letter.
    except smtplib.SMTPServerDisconnected as error:
        raise Refused(
            "The mail server broke off the connection.",
            remedy="Repeat the command: it goes on with the letters that were not sent.",
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return Sent(address, f"{code} {_plain(words)}")
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        return Sent(address, _words(error))
    # The mail last: as long as it is there, the letter counts as not sent.
    path.with_suffix(".html").unlink(missing_ok=True)
    path.unlink()
    return Sent(address)


def _connected(server: Server) -> smtplib.SMTP:
    """Connect over TLS and log in.

    Raises:
        Refused: it cannot be reached, has no trusted certificate, or refuses the log-in.
    """
    place = f"{server.host}:{server.port}"
    try:
        with ExitStack() as undone:
            # It checks certificate and host name; without a context smtplib checks neither.
            context = ssl.create_default_context(cafile=server.ca_file or None)
            connection = undone.enter_context(_reached(server, context))
            if server.security == "starttls":
                connection.starttls(context=context)
            # Only now: the password must not go out before the connection is encrypted.
            if server.user:
                connection.login(server.user, server.password)
            # From here on the caller closes the connection; an error before this closes it at once.
            undone.pop_all()
    except smtplib.SMTPAuthenticationError as error:
        raise Refused(
            f"{place}: the server does not accept this user and password.",
            remedy="Look at the settings; nothing was sent.",
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(
            f"{place}: {_words(error)}.",
            remedy="Look at host, port and security in the settings; nothing was sent.",
        ) from error
    except ValueError as error:  # the settings are not repeated: a password is among them
        raise Refused(
            f"{server.host[:80]}: host, user or password have characters that mail cannot use.",
            remedy="Look at the settings; nothing was sent.",
        ) from error
    return connection


def _reached(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _plain(words: bytes | str) -> str:
    # Somebody else's text goes to the terminal: on one line, and not without end.
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:200]
