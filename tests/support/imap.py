"""A small IMAP server (RFC 3501) over TLS, for tests: it notes every command, and can misbehave."""

from __future__ import annotations

import base64
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD, ACCESS = "officer@example.org", 'a "pass\\word"', "ya29.Access-Token~x"


@dataclass
class Inbox:
    """The mails of a folder by UID, and how the server is to behave.

    It hangs up before it gives mail ``breaks_at``, refuses to give ``refuses``, and says of
    ``sizes`` that they are another size.
    """

    certificate: Path
    mails: dict[int, bytes]
    validity: int = 7
    folder: str = "INBOX"
    breaks_at: int = 0
    refuses: int = 0
    sizes: dict[int, int] = field(default_factory=dict)
    port: int = 0
    commands: list[str] = field(default_factory=list)


@contextmanager
def serving(inbox: Inbox) -> Iterator[Inbox]:
    """Run the server until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(inbox.certificate)

    def talk(handler: Any) -> None:
        with suppress(OSError), context.wrap_socket(handler.request, server_side=True) as secure:
            _Talk(secure.makefile("rwb"), inbox).run()

    with listening(talk) as inbox.port:
        yield inbox


class _Talk:
    """One connection."""

    def __init__(self, stream: Any, inbox: Inbox) -> None:
        self.stream, self.inbox = stream, inbox

    def say(self, line: str | bytes) -> None:
        self.stream.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self.stream.flush()

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.stream.readline().decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            self.inbox.commands.append(command)
            verb, _, rest = command.partition(" ")
            answer = getattr(self, verb.lower())(rest)
            if answer is None:
                return
            self.say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    def capability(self, _: str) -> str:
        self.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2")
        return "OK done"

    def login(self, rest: str) -> str:
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        return "OK in" if rest == f'"{USER}" "{quoted}"' else f"NO not you: {rest}"

    def authenticate(self, mechanism: str) -> str:
        self.say("+ ")
        given = base64.b64decode(self.stream.readline())
        wanted = f"user={USER}\1auth=Bearer {ACCESS}\1\1".encode()
        if mechanism == "XOAUTH2" and given == wanted:
            return "OK in"
        self.say("+ " + base64.b64encode(b'{"status":"400"}').decode())
        self.stream.readline()
        return f"NO {given.decode()!r} is not you"

    def examine(self, rest: str) -> str:
        if rest.strip('"') != self.inbox.folder:
            return "NO no such folder"
        self.say(f"* {len(self.inbox.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.inbox.validity}] valid")
        return "OK [READ-ONLY] open"

    def uid(self, rest: str) -> str | None:
        if rest.startswith("SEARCH"):
            self.say(f"* SEARCH {' '.join(map(str, self.inbox.mails))}")
            return "OK done"
        _, wanted, parts = rest.split(" ", 2)
        for uid in map(int, wanted.split(",")):
            data = self.inbox.mails[uid]
            if parts == "(UID RFC822.SIZE)":
                self.say(
                    f"* 1 FETCH (UID {uid} RFC822.SIZE {self.inbox.sizes.get(uid, len(data))})"
                )
                continue
            if uid == self.inbox.breaks_at:
                return None
            if uid == self.inbox.refuses:
                return "NO not now"
            assert re.fullmatch(r"\(BODY\.PEEK\[\]<0\.\d+>\)", parts)
            self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}".encode())
            self.stream.write(data)
            self.say(")")
        return "OK done"

    def logout(self, _: str) -> str:
        self.say("* BYE")
        return "OK done"
