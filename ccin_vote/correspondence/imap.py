"""The officer's mailbox on a server (IMAP, RFC 3501), read and never changed.

The folder is opened with EXAMINE and mails are taken with BODY.PEEK, so that none is marked as
read (sections 6.3.2 and 6.4.5). A mail is known by its UID for as long as the folder keeps its
UIDVALIDITY (section 2.3.1.1). No answer of the server is repeated: it could have a secret in it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccin_vote.correspondence.inbox import access_token
from ccin_vote.correspondence.mailbox import Source
from ccin_vote.correspondence.opening import MAXIMUM
from ccin_vote.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from imap_tools import BaseMailBox

    from ccin_vote.correspondence.inbox import Inbox

_TIMEOUT = 30
_ASKED = 500
"""So many mails are asked for their size at once."""
BATCH_MAILS, BATCH_BYTES = 500, MAXIMUM
"""So much is held at a time: then it is accepted before the next is fetched."""
_UID, _SIZE = re.compile(rb"\bUID (\d{1,10})\b"), re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_LOOK = "Look at host, port, security and ca_file in the settings; nothing was fetched."
_AGAIN = "Repeat the command: it goes on with the mails that were not read."


@dataclass(frozen=True, slots=True)
class Batch:
    """Some mails with the UIDs by which they are known, and the folder's UIDVALIDITY."""

    validity: int
    uids: tuple[int, ...]
    sources: tuple[Source, ...]


class OpenInbox:
    """A folder that is open for reading."""

    def __init__(self, inbox: Inbox, box: BaseMailBox) -> None:
        """Take a connection that has opened the folder."""
        self.inbox, self.box = inbox, box
        found = box.client.response("UIDVALIDITY")[1]
        self.validity = int(found[0]) if found and found[0] else 0

    def batches(self, seen: Collection[int]) -> Iterator[Batch]:
        """Yield the mails that were not seen, in the order of their UIDs, some at a time.

        Raises:
            Refused: the server broke off.
        """
        with _told(self.inbox):
            new = sorted({int(uid) for uid in self.box.uids(charset=None)} - set(seen))
            sizes = self._sizes(new)
            uids, sources, held = list[int](), list[Source](), 0
            for uid in new:
                source = self._fetched(uid, sizes.get(uid, 0))
                if source is None:  # gone by now, or asked for again the next time
                    continue
                uids.append(uid)
                sources.append(source)
                held += len(source.data)
                if len(uids) == BATCH_MAILS or held > BATCH_BYTES:
                    yield Batch(self.validity, tuple(uids), tuple(sources))
                    uids, sources, held = [], [], 0
            if uids:
                yield Batch(self.validity, tuple(uids), tuple(sources))

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        sizes = {}
        for at in range(0, len(uids), _ASKED):
            wanted = ",".join(map(str, uids[at : at + _ASKED]))
            for row in self._answer(wanted, "(UID RFC822.SIZE)"):
                head = row[0] if isinstance(row, tuple) else row
                uid, size = _UID.search(head), _SIZE.search(head)
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
        return sizes

    def _fetched(self, uid: int, size: int) -> Source | None:
        """Return a mail, of one that is too large its size alone; None if it is not given."""
        name = f"{self.inbox.folder}, message {uid}"
        if size > MAXIMUM:
            return Source(name, b"", too_large=True)
        answer = self._answer(str(uid), f"(BODY.PEEK[]<0.{MAXIMUM + 1}>)")
        return next((Source(name, row[1]) for row in answer if isinstance(row, tuple)), None)

    def _answer(self, uids: str, parts: str) -> list[Any]:
        """Return what the server says of some mails; a mail that it cannot give now is no answer.

        Raises:
            ValueError: it refuses.
        """
        kind, answer = self.box.client.uid("FETCH", uids, parts)
        if kind != "OK":
            raise ValueError(kind)
        return [row for row in answer if row]


@contextmanager
def open_inbox(inbox: Inbox) -> Iterator[OpenInbox]:
    """Connect over TLS, log in, and open the folder for reading only.

    Raises:
        Refused: the server cannot be reached, has no trusted certificate, refuses the log-in, or
            has no such folder.
    """
    secret = inbox.password or access_token(inbox.token_command)
    with _told(inbox):
        box = _connected(inbox)
    try:
        _log_in(inbox, box, secret)
        with _told(inbox, f"has no folder {inbox.folder} that can be read"):
            box.folder.set(inbox.folder, readonly=True)
        yield OpenInbox(inbox, box)
    finally:
        with suppress(Exception):
            box.logout()


def _connected(inbox: Inbox) -> BaseMailBox:
    from imap_tools import MailBox, MailBoxStartTls

    context = ssl.create_default_context(cafile=inbox.ca_file or None)
    if inbox.security == "tls":
        return MailBox(inbox.host, inbox.port or 993, _TIMEOUT, ssl_context=context)
    return MailBoxStartTls(inbox.host, inbox.port or 143, _TIMEOUT, ssl_context=context)


def _log_in(inbox: Inbox, box: BaseMailBox, secret: str) -> None:
    what = "token" if inbox.token_command else "password"
    with _told(inbox, f"does not accept this user and {what}"):
        log_in: Any = box.login if secret.isascii() and inbox.user.isascii() else box.login_utf8
        if inbox.token_command:
            log_in = box.xoauth2
        # No folder yet: it would be opened for writing.
        log_in(inbox.user, secret, initial_folder=None)


@contextmanager
def _told(inbox: Inbox, refused: str = "gave an answer that cannot be used") -> Iterator[None]:
    """Make of whatever goes wrong a message without a word of the server's."""
    from imap_tools.errors import ImapToolsError

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        words = f"its certificate is not trusted ({error.verify_message})"
        raise Refused(f"{inbox.place}: {words}.", remedy=_LOOK) from error
    except OSError as error:
        words = error.strerror or "it does not answer"
        raise Refused(f"{inbox.place}: {words}.", remedy=f"{_LOOK} Or repeat it later.") from error
    except imaplib.IMAP4.abort as error:
        raise Refused(f"{inbox.place}: the connection broke off.", remedy=_AGAIN) from error
    except (imaplib.IMAP4.error, ImapToolsError, ValueError, LookupError) as error:
        remedy = "Look at user, password, token_command and folder in the settings."
        raise Refused(f"{inbox.place}: the server {refused}.", remedy=remedy) from error
