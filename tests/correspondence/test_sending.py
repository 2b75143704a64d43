"""Sending letters: over TLS to a server of our own, resumed where it stopped."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from ccin_vote.correspondence.sending import Server, read_server, send_all
from ccin_vote.errors import BadInput, Refused
from ccin_vote.randomness import SYSTEM
from tests.support.bench import DURING
from tests.support.smtp import Mailbox, certificate, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """Return the server's certificate."""
    return certificate(tmp_path)


def server(mailbox: Mailbox, **more: str) -> Server:
    """Return the settings for a mailbox."""
    given = {"host": "127.0.0.1", "port": mailbox.port, "ca_file": str(mailbox.certificate)}
    return Server.model_validate(given | more)


def test_every_letter_is_sent_once_and_then_deleted(bench: Make, pem: Path) -> None:
    """Each address is said; what was sent has a date, an id, and no draft mark."""
    small = bench()
    waiting = {path.name for path in small.folder.letters.glob("*.eml")}
    with serving(Mailbox(pem)) as mailbox:
        sent = list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    assert len(waiting) == 6
    assert {one.address for one in sent} == {f"m{n}@x.org" for n in range(6)}
    assert not any(one.failure for one in sent)
    assert mailbox.plain == []
    mails = [message_from_bytes(message, policy=default) for message in mailbox.messages]
    assert len({str(mail["Message-ID"]) for mail in mails}) == 6
    assert all(each_mail["X-Unsent"] is None and each_mail["Date"] for each_mail in mails)
    assert [path for path in small.folder.letters.iterdir() if path.suffix != ".csv"] == []


def test_an_address_that_is_refused_is_said_and_the_others_go(bench: Make, pem: Path) -> None:
    """Its letter stays, to be sent again."""
    small = bench()
    with serving(Mailbox(pem, refused=("m2@x.org",))) as mailbox:
        sent = list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    failed = [one for one in sent if one.failure]
    assert [(one.address, one.failure) for one in failed] == [
        ("m2@x.org", "550 no such mailbox here")
    ]
    assert len(list(small.folder.letters.glob("*.eml"))) == 1
    with serving(Mailbox(pem)) as mailbox:
        again = list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    assert [one.address for one in again] == ["m2@x.org"]


def test_a_broken_connection_goes_on_where_it_stopped(bench: Make, pem: Path) -> None:
    """Nobody gets two letters, and nobody none."""
    small = bench()
    with serving(Mailbox(pem, limit=2)) as mailbox, pytest.raises(Refused, match="broke off"):
        list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    first = mailbox.messages
    with serving(Mailbox(pem)) as mailbox:
        list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    to = [message_from_bytes(one)["To"] for one in [*first, *mailbox.messages]]
    assert sorted(to) == sorted(f"C <m{n}@x.org>" for n in range(6))


def test_without_tls_nothing_is_sent(bench: Make, pem: Path) -> None:
    """A server that does not offer it gets no letter."""
    small = bench()
    with serving(Mailbox(pem, tls=False)) as mailbox, pytest.raises(Refused, match="STARTTLS"):
        list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    assert (mailbox.messages, mailbox.plain) == ([], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(bench: Make, pem: Path) -> None:
    """Somebody may stand in between."""
    small = bench()
    with serving(Mailbox(pem)) as mailbox, pytest.raises(Refused, match="not trusted"):
        list(send_all(small.folder.letters, server(mailbox, ca_file=""), DURING, SYSTEM))
    assert mailbox.messages == []


def test_the_password_is_given_over_tls_and_never_shown(bench: Make, pem: Path) -> None:
    """A wrong one stops before the first letter, without repeating it."""
    small = bench()
    with serving(Mailbox(pem, password="right")) as mailbox:
        settings = server(mailbox, user="officer", password="not-it")
        with pytest.raises(Refused, match="user and password") as caught:
            list(send_all(small.folder.letters, settings, DURING, SYSTEM))
        assert "not-it" not in caught.value.diagnostics() + repr(settings)
        assert mailbox.messages == []
        settings = server(mailbox, user="officer", password="right")
        list(send_all(small.folder.letters, settings, DURING, SYSTEM))
    assert len(mailbox.messages) == 6


def test_no_server_is_said_plainly(bench: Make, pem: Path) -> None:
    """Nothing listens there."""
    small = bench()
    settings = server(Mailbox(pem, port=9))
    with pytest.raises(Refused, match=r"127\.0\.0\.1:9: Connection refused"):
        list(send_all(small.folder.letters, settings, DURING, SYSTEM))


def test_settings_that_others_may_read_are_refused(tmp_path: Path) -> None:
    """There is a password in them."""
    path = tmp_path / "smtp.toml"
    path.write_text('host = "mail.example.org"\npassword = "pass-word"\n', "utf-8")
    path.chmod(0o644)
    with pytest.raises(Refused, match="may be read by others"):
        read_server(path)
    path.chmod(0o600)
    assert read_server(path).port == 587


def test_slips_in_the_settings_are_said_without_the_password(tmp_path: Path) -> None:
    """Every one with its line; no line is repeated."""
    path = tmp_path / "smtp.toml"
    path.write_text('hosd = "x"\npassword = "pass-word"\nsecurity = "none"\n', "utf-8")
    path.chmod(0o600)
    with pytest.raises(BadInput) as caught:
        read_server(path)
    told = caught.value.diagnostics()
    assert "host" in told
    assert "smtp.toml:3" in told
    assert "pass-word" not in told


ODD = {
    "a password beyond ASCII": {"user": "officer", "password": "p\u00a3ss"},
    "a host with two dots": {"host": "smtp..example.org"},
    "a label that is too long": {"host": "x" * 70 + ".example.org"},
}


@pytest.mark.parametrize("settings", ODD)
def test_settings_that_no_server_takes_are_said_plainly(
    bench: Make, pem: Path, settings: str
) -> None:
    """Without a traceback, and without the password."""
    small = bench()
    with serving(Mailbox(pem, password="x")) as mailbox:
        made = server(mailbox, **ODD[settings])
        with pytest.raises(Refused) as caught:
            list(send_all(small.folder.letters, made, DURING, SYSTEM))
    assert "p\u00a3ss" not in caught.value.diagnostics()
    assert len(list(small.folder.letters.glob("*.eml"))) == 6


def test_a_strange_file_among_the_letters_does_not_stop_the_others(bench: Make, pem: Path) -> None:
    """It is said, and stays."""
    small = bench()
    (small.folder.letters / "0.eml").write_text("Subject: mine\n\nText", "utf-8")
    with serving(Mailbox(pem)) as mailbox:
        sent = list(send_all(small.folder.letters, server(mailbox), DURING, SYSTEM))
    assert [one.address for one in sent if one.failure] == ["0.eml"]
    assert len(mailbox.messages) == 6


def test_a_certificate_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything is sent."""
    path = tmp_path / "smtp.toml"
    path.write_text('host = "mail.example.org"\nca_file = "none.pem"\n', "utf-8")
    path.chmod(0o600)
    with pytest.raises(BadInput, match=r"none\.pem"):
        read_server(path)
