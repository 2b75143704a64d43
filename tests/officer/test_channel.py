"""Members whom no e-mail reaches, or none should: a letter to print, and never an e-mail."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from ccin_vote.officer.accept import accept
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.remind import remind
from ccin_vote.officer.revoke import Change
from ccin_vote.randomness import SYSTEM
from tests.support.bench import DURING, Bench, members
from tests.support.command import run
from tests.support.smtp import Mailbox, certificate, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Bench]

ROLL = members(3) + "".join(
    f'[[members]]\nid = "{name}"\nname = "{name.title()}"\ncontact = "Cy {name.title()}"\n{more}\n'
    for name, more in (
        ("posted", 'email = "posted@x.org"\nchannel = "post"'),
        ("papered", 'channel = "paper"'),
        ("bare", ""),
    )
)
"""Three members with addresses, and three that get no e-mail."""


@pytest.fixture
def mixed(bench: Make) -> Bench:
    """Return an election in which half of the members get no e-mail."""
    return bench(roll=ROLL)


def names(folder: Path, ending: str) -> set[str]:
    """Give the names of the files with an ending."""
    return {path.stem for path in folder.glob(f"*{ending}")}


def stems(small: Bench) -> dict[str, str]:
    """Give the name of each member's letter, and its address in the mail-merge table."""
    text = (small.folder.letters / "mail-merge.csv").read_text("utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    return {row["name"]: f"{row['letter']} {row['email']}" for row in rows}


def test_all_have_a_letter_to_print_and_some_an_email(mixed: Bench) -> None:
    """No e-mail is written for post and paper, and the mail merge has no address of theirs."""
    letters = mixed.folder.letters
    assert len(names(letters, ".html")) == 6
    table = stems(mixed)
    assert {table[name].split()[0] for name in ("M0", "M1", "M2")} == names(letters, ".eml")
    assert [table[name].split()[1:] for name in ("Posted", "Papered", "Bare")] == [[], [], []]


def test_a_reminder_is_an_email_or_the_name_of_whom_to_ring(mixed: Bench) -> None:
    """Nobody is forgotten."""
    reminded = remind(mixed.folder, SYSTEM)
    assert reminded.mails == len(names(mixed.folder.reminders, ".eml")) == 3
    assert [member.id for member in reminded.others] == ["posted", "papered", "bare"]


def test_a_reply_to_a_member_without_email_is_a_text_to_print(mixed: Bench) -> None:
    """Its receipt lies beside it as for others."""
    mixed.hand_in(mixed.sealed(mixed.tokens[5], (1, 2, 3)))
    assert names(mixed.folder.receipts, ".eml") == set()
    (text,) = mixed.folder.receipts.glob("*.txt")
    assert text.with_suffix(".tlog-proof").exists()
    assert "Bare" in text.read_text("utf-8")


def test_a_new_address_is_used(mixed: Bench) -> None:
    """A member that got a letter and now has an address gets an e-mail."""
    letter = reissue(mixed.folder, "bare", Change("lost", email="bare@x.org"), SYSTEM)
    assert (mixed.folder.letters / f"{letter.stem}.eml").exists()
    letter = reissue(mixed.folder, "posted", Change("lost"), SYSTEM)
    assert not (mixed.folder.letters / f"{letter.stem}.eml").exists()


def test_letters_to_print_stay_when_the_emails_are_sent(bench: Make, tmp_path: Path) -> None:
    """They are said to wait; what was sent is gone."""
    small = bench(roll=ROLL, issued=False)
    pem = certificate(tmp_path)
    settings = tmp_path / "smtp.toml"
    settings.touch(0o600)
    with serving(Mailbox(pem)) as mailbox:
        text = f'host = "127.0.0.1"\nport = {mailbox.port}\nca_file = "{pem}"\n'
        settings.write_text(text, "utf-8")
        done = run("issue", small.folder.root, "--send", settings)
    assert "3 e-mails (.eml), 6 letters to print (.html), of which 3 go by post" in done.stderr
    assert f"ccin-vote revoke {small.folder.root} papered --reason paper" in done.stderr
    assert "3 letters by post: print the .html files" in done.stderr
    assert (names(small.folder.letters, ".eml"), len(names(small.folder.letters, ".html"))) == (
        set(),
        3,
    )


def test_the_commands_say_what_to_print_and_whom_to_ring(mixed: Bench) -> None:
    """A reissued letter is the one to print; a reminder names who gets none."""
    done = run("reissue", mixed.folder.root, "bare")
    assert done.stdout.strip().endswith(".html")
    assert "Next: print it" in done.stderr
    told = run("remind", mixed.folder.root).stderr
    assert "ring up or write to\n- Posted (Cy Posted)" in told


def test_a_note_is_taken_though_a_member_has_no_address(mixed: Bench) -> None:
    """An empty address stands in every text and names nobody."""
    run("note", mixed.folder.root, "The mail was slow.")
    assert accept(mixed.folder, [], DURING) == []
