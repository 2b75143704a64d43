"""Ballots straight from the mailbox on a server: read and not changed, and read once."""

from __future__ import annotations

import imaplib
import json
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from ccin_vote.officer import inbox as inbox_module
from ccin_vote.officer.accept import accept
from ccin_vote.seal.armour import to_armour
from tests.support.command import run
from tests.support.imap import ACCESS, PASSWORD, USER, Inbox, serving
from tests.support.mails import SHAPES
from tests.support.returned import standard
from tests.support.smtp import certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

QUOTED = json.dumps(PASSWORD)
PYMAP = "from pymap.main import main; main()"


def ballots(small: Bench, number: int, first: int = 0) -> list[bytes]:
    """Return mails with the ballots of some members."""
    tokens = small.tokens[first : first + number]
    return [SHAPES["a plain text"](to_armour(small.sealed(one, (1, 2, 3)))) for one in tokens]


def settings(path: Path, inbox: Inbox, *lines: str) -> Path:
    """Write the settings of a mailbox, for the officer alone."""
    file = path / "imap.toml"
    file.touch(0o600)
    head = f'host = "127.0.0.1"\nport = {inbox.port}\nuser = "{USER}"\n'
    file.write_text(f'{head}ca_file = "{inbox.certificate}"\n' + "\n".join(lines), "utf-8")
    return file


def test_what_is_new_in_the_mailbox_is_accepted_once(bench: Make, tmp_path: Path) -> None:
    """With a password; the second time only what came since; the folder is only read."""
    small = bench()
    mails = ballots(small, 3)
    inbox = Inbox(certificate(tmp_path), {4: mails[0], 9: standard("m5@x.org"), 12: mails[1]})
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        done = run("accept", small.folder.root, "--imap", file, code=1)
        assert done.stdout.count(" accepted") == 2
        assert "INBOX, message 9: a delivery report: the mail to M5" in done.stdout
        inbox.mails[13] = mails[2]
        inbox.commands.clear()
        done = run("accept", small.folder.root, "--imap", file)
        assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == [
            "INBOX, message 13"
        ]
        verbs = {
            " ".join(one.split(" ")[: 2 if one.startswith("UID") else 1]) for one in inbox.commands
        }
        assert verbs == {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
        assert run("accept", small.folder.root, "--imap", file).stdout == ""
    assert small.folder.seen.stat().st_mode & 0o077 == 0


def test_another_uidvalidity_makes_all_mails_new(bench: Make, tmp_path: Path) -> None:
    """The same numbers are then other mails; a ballot that was there counts once."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), dict(enumerate(ballots(small, 2), start=1)))
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        run("accept", small.folder.root, "--imap", file)
        inbox.validity = 8
        inbox.mails[1] = ballots(small, 1, first=4)[0]
        done = run("accept", small.folder.root, "--imap", file)
        assert done.stdout.count(" accepted") == 1
        assert done.stdout.count(" already there") == 1


def test_an_access_token_comes_from_a_command(bench: Make, tmp_path: Path) -> None:
    """XOAUTH2; the command is run without a shell."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), dict(enumerate(ballots(small, 1), start=1)))
    with serving(inbox):
        command = json.dumps([sys.executable, "-c", f"print({ACCESS!r})"])
        file = settings(tmp_path, inbox, f"token_command = {command}")
        done = run("accept", small.folder.root, "--imap", file)
        assert done.stdout.count(" accepted") == 1


COMMANDS = {
    "fails": f"import sys; print({ACCESS!r}); sys.exit(3)",
    "prints nothing": "",
    "prints two lines": f"print({ACCESS!r}); print({ACCESS!r})",
    "prints a token that is wrong": f"print({ACCESS[:-1]!r})",
}


@pytest.mark.parametrize("what", COMMANDS)
def test_no_error_shows_an_access_token(bench: Make, tmp_path: Path, what: str) -> None:
    """Nor what the server answers, which may repeat it."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), {})
    with serving(inbox):
        command = json.dumps([sys.executable, "-c", COMMANDS[what]])
        file = settings(tmp_path, inbox, f"token_command = {command}")
        done = run("accept", small.folder.root, "--imap", file, code=1)
    assert "token" in done.stderr
    assert ACCESS[:12] not in done.stderr + done.stdout


FAULTS = {
    "does not accept this user and password": ('password = "wrong-word"',),
    "has no folder Ballots": (f"password = {QUOTED}", 'folder = "Ballots"'),
    "its certificate is not trusted": (f"password = {QUOTED}", 'ca_file = ""'),
    "give password or token_command": (),
    "hidden characters": ('password = "wrong-word\\r\\nA1 DELETE INBOX"',),
    "there is no file": (f"password = {QUOTED}", 'ca_file = "/no/such"'),
    "The token_command cannot be run": ('token_command = ["/no/such"]',),
}


@pytest.mark.parametrize("words", FAULTS)
def test_what_is_wrong_with_a_mailbox_is_said_without_a_secret(
    bench: Make, tmp_path: Path, words: str
) -> None:
    """And what to do next."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), {})
    with serving(inbox):
        file = settings(tmp_path, inbox, *FAULTS[words])
        if any("ca_file" in line for line in FAULTS[words]):
            text = file.read_text("utf-8").replace(f'ca_file = "{inbox.certificate}"\n', "")
            file.write_text(text, "utf-8")
        code = 3 if words.startswith(("give", "hidden", "there")) else 1
        done = run("accept", small.folder.root, "--imap", file, code=code)
    assert words in done.stderr
    assert "wrong-word" not in done.stderr
    assert PASSWORD not in done.stderr
    assert not small.folder.seen.exists()


def test_settings_that_others_may_read_are_refused(bench: Make, tmp_path: Path) -> None:
    """Before anything is connected to; and a server that is not there is said to be none."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), {}, port=1)
    file = settings(tmp_path, inbox, f"password = {QUOTED}")
    assert "127.0.0.1:1" in run("accept", small.folder.root, "--imap", file, code=1).stderr
    file.chmod(0o644)
    assert "chmod 600" in run("accept", small.folder.root, "--imap", file, code=1).stderr
    assert "--imap IMAP.toml" in run("accept", small.folder.root, code=2).stderr


@pytest.mark.parametrize("fault", ["breaks_at", "refuses"])
def test_a_server_that_breaks_off_loses_no_ballot(bench: Make, tmp_path: Path, fault: str) -> None:
    """The command repeated reads what was not read."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), dict(enumerate(ballots(small, 3), start=1)))
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        setattr(inbox, fault, 3)
        run("accept", small.folder.root, "--imap", file, code=1)
        assert not small.folder.seen.exists()
        setattr(inbox, fault, 0)
        done = run("accept", small.folder.root, "--imap", file)
        assert done.stdout.count(" accepted") == 3


def test_a_mail_that_is_larger_than_any_is_not_fetched(bench: Make, tmp_path: Path) -> None:
    """It is named, and stays where it is."""
    small = bench()
    mails = dict(enumerate(ballots(small, 2), start=1))
    inbox = Inbox(certificate(tmp_path), mails, sizes={1: (64 << 20) + 1})
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        done = run("accept", small.folder.root, "--imap", file, code=1)
    assert "INBOX, message 1: not a ballot: it is larger than any mail" in done.stdout
    assert not [one for one in inbox.commands if one.startswith("UID FETCH 1 (BODY")]


def test_mails_are_remembered_only_once_they_are_accepted(
    bench: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks off while ballots are logged is read again."""
    from ccin_vote.cli.app import run as run_here
    from ccin_vote.correspondence import imap

    small = bench()
    monkeypatch.setattr(imap, "BATCH_MAILS", 2)
    monkeypatch.setenv("CCIN_VOTE_REHEARSAL_CLOCK", "2030-01-10T09:00:00+00:00")
    calls = list[int]()

    def failing(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return accept(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox_module, "accept", failing)
    inbox = Inbox(certificate(tmp_path), dict(enumerate(ballots(small, 3), start=1)))
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        arguments = ["accept", str(small.folder.root), "--imap", str(file)]
        assert run_here(arguments) == 1
        assert '"uids":[[1,2]]' in small.folder.seen.read_text("utf-8")
        assert run_here(arguments) == 0
        assert '"uids":[[1,3]]' in small.folder.seen.read_text("utf-8")


def test_a_damaged_memory_of_the_mailbox_says_what_to_do(bench: Make, tmp_path: Path) -> None:
    """It may be deleted: no ballot counts twice."""
    small = bench()
    inbox = Inbox(certificate(tmp_path), {})
    with serving(inbox):
        file = settings(tmp_path, inbox, f"password = {QUOTED}")
        small.folder.seen.write_text('{"mailboxes":[{}]}', "utf-8")
        done = run("accept", small.folder.root, "--imap", file, code=4)
    assert "Delete it" in done.stderr


@contextmanager
def other_peoples_server(folder: Path) -> Iterator[int]:
    """Run pymap, an IMAP server with STARTTLS, and yield its port."""
    pem = certificate(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ["--host", "127.0.0.1", "--port", str(port), "--cert", str(pem), "--key", str(pem)]
    who = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    command = [sys.executable, "-c", PYMAP, *where, *who]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.kill()
        server.wait()


def test_other_peoples_server_is_read_and_left_as_it_was(bench: Make, tmp_path: Path) -> None:
    """By STARTTLS, among its own mails; none is marked as read."""
    if find_spec("pymap") is None:
        pytest.skip("NO IMAP SERVER: pip install pymap")
    small = bench()
    with other_peoples_server(tmp_path) as port:
        client = imaplib.IMAP4("127.0.0.1", port)
        client.starttls(ssl.create_default_context(cafile=tmp_path / "server.pem"))
        client.login(USER, PASSWORD)
        for mail in ballots(small, 2):
            client.append("INBOX", "", "", mail)
        client.select("INBOX", readonly=True)
        before = client.uid("FETCH", "1:*", "(FLAGS)")
        inbox = Inbox(tmp_path / "server.pem", {}, port=port)
        file = settings(tmp_path, inbox, f"password = {QUOTED}", 'security = "starttls"')
        done = run("accept", small.folder.root, "--imap", file, code=1)
        assert done.stdout.count(" accepted") == 2
        assert client.uid("FETCH", "1:*", "(FLAGS)") == before
        client.append("INBOX", "", "", ballots(small, 1, first=3)[0])
        done = run("accept", small.folder.root, "--imap", file)
        assert len(done.stdout.splitlines()) == done.stdout.count(" accepted") == 1
        client.logout()
