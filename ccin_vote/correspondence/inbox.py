"""Where the officer's mailbox is and how one gets in: a password, or an access token (XOAUTH2)."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ccin_vote.correspondence.settings import Settings, read_settings
from ccin_vote.errors import BadInput, Mistake, Refused

if TYPE_CHECKING:
    from pathlib import Path

_ACCESS_TOKEN = re.compile(r"[!-~]{1,10000}")
"""RFC 6750, section 2.1, and whatever else can stand in a header."""
_WAITED = 60


class Inbox(Settings):
    """A folder on an IMAP server. ``security`` is ``tls`` (port 993) or ``starttls`` (port 143).

    ``token_command`` is a program with its arguments that prints an access token (XOAUTH2).
    """

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["tls", "starttls"] = "tls"
    user: Annotated[str, Field(min_length=1)]
    password: Annotated[str, Field(repr=False)] = ""
    token_command: tuple[str, ...] = ()
    folder: Annotated[str, Field(min_length=1)] = "INBOX"

    @property
    def place(self) -> str:
        """The server, for a message."""
        return f"{self.host[:80]}:{self.port or (993 if self.security == 'tls' else 143)}"


def read_inbox(path: Path) -> Inbox:
    """Read the settings of a mailbox.

    Raises:
        Refused: others may read the file.
        BadInput: every mistake; the lines themselves are not repeated.
    """
    inbox = read_settings(path, Inbox)
    if bool(inbox.password) == bool(inbox.token_command):
        raise BadInput([Mistake(str(path), "give password or token_command, and one of them only")])
    texts = (inbox.host, inbox.user, inbox.password, inbox.folder)
    # A line break in one of them would begin another command of IMAP.
    if not all(text.isprintable() for text in texts):
        raise BadInput(
            [Mistake(str(path), "host, user, password or folder have hidden characters")]
        )
    return inbox


def access_token(command: tuple[str, ...]) -> str:
    """Return what a program prints: an access token, which is shown nowhere.

    Raises:
        Refused: it cannot be run, fails, or prints no token.
    """
    remedy = "Give the command of token_command by itself and look at what it says."
    try:
        done = subprocess.run(  # noqa: S603  (the officer's own command, without a shell)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_WAITED, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # The error has what was printed in it: it is not repeated.
        raise Refused("The token_command cannot be run, or failed.", remedy=remedy) from error
    token = done.stdout.decode("ascii", "replace").strip()
    if not _ACCESS_TOKEN.fullmatch(token):
        raise Refused("The token_command printed no access token.", remedy=remedy)
    return token
