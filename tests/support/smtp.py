"""A mail server of one's own (RFC 5321 with STARTTLS), for tests: it keeps what it is sent."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Mailbox:
    """What the server took in, and how it is to behave.

    ``refused`` are addresses that it does not take; after ``limit`` messages it hangs up.
    """

    certificate: Path
    tls: bool = True
    refused: tuple[str, ...] = ()
    limit: int = 1000
    password: str = ""
    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    plain: list[bytes] = field(default_factory=list)


def certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 with its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[Mailbox]:
    """Run the server until the block ends."""
    with listening(lambda handler: _Talk(handler, mailbox).run()) as mailbox.port:
        yield mailbox


class _Talk:
    """One connection."""

    def __init__(self, handler: Any, mailbox: Mailbox) -> None:
        self.mailbox, self.handler = mailbox, handler
        self.stream, self.secure = handler.request.makefile("rwb"), False
        self.to: list[str] = []

    def say(self, line: str) -> None:
        self.stream.write(f"{line}\r\n".encode())
        self.stream.flush()

    def run(self) -> None:
        with suppress(OSError):
            self.talk()
        self.stream.close()
        self.handler.request.close()

    def talk(self) -> None:
        self.say("220 ready")
        while line := self.stream.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT" or not self.answer(verb, line):
                break

    def answer(self, verb: str, line: str) -> bool:
        if verb == "EHLO":
            self.say("250-here")
            if self.mailbox.tls and not self.secure:
                self.say("250-STARTTLS")
            self.say("250-AUTH PLAIN")
            self.say("250 SIZE 50000000")
        elif verb == "STARTTLS" and self.mailbox.tls:
            self.start_tls()
        elif verb == "AUTH":
            import base64

            given = base64.b64decode(line.split(" ")[2]).split(b"\0")[-1].decode()
            right = given == self.mailbox.password
            self.say("235 come in" if right else "535 not you")
        elif verb == "RCPT":
            taken = not any(one in line for one in self.mailbox.refused)
            self.say("250 ok" if taken else "550 no such mailbox here")
        elif verb == "DATA":
            return self.data()
        elif verb in {"MAIL", "RSET", "NOOP"}:
            self.say("250 ok")
        else:
            self.say("502 not here")
        return True

    def start_tls(self) -> None:
        self.say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.mailbox.certificate)
        self.stream.close()
        self.handler.request = context.wrap_socket(self.handler.request, server_side=True)
        self.stream, self.secure = self.handler.request.makefile("rwb"), True

    def data(self) -> bool:
        if len(self.mailbox.messages) >= self.mailbox.limit:
            return False
        self.say("354 go on")
        lines = []
        while (line := self.stream.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        (self.mailbox.messages if self.secure else self.mailbox.plain).append(b"".join(lines))
        self.say("250 taken")
        return True
