"""What comes in, by the commands: delivery reports and automatic replies beside the ballots."""

from __future__ import annotations

import json
from shlex import split
from typing import TYPE_CHECKING

from ccin_vote.seal.armour import to_armour
from tests.support.command import run
from tests.support.returned import letter_to, reply, standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]


def test_accept_and_bounces_say_whose_letter_did_not_arrive(bench: Make, tmp_path: Path) -> None:
    """Beside the ballots; with one caution, as anybody can write a report."""
    small = bench()
    mails = tmp_path / "the mails"
    mails.mkdir()
    (mails / "a.eml").write_bytes(standard("m1@x.org"))
    (mails / "b.eml").write_bytes(reply("m2@x.org", "Auto-Submitted: auto-replied"))
    (mails / "c.txt").write_text(to_armour(small.sealed(small.tokens[3], (1, 2, 3))), "utf-8")
    done = run("bounces", small.folder.root, mails, code=1)
    assert "a.eml: a delivery report: the mail to M1 (m1@x.org) did not arrive" in done.stdout
    assert "b.eml: an automatic reply: from M2 (m2@x.org)" in done.stdout
    assert "Mails read: 3; nothing was changed. To be asked: 1 member." in done.stderr
    assert "Anybody can write a delivery report." in done.stderr
    command = done.stderr.partition("Next: `ccin-vote ")[2].partition("`")[0]
    done = run(*split(command), code=1)
    assert "1 of 1 are in the log." in done.stderr
    assert done.stderr.count("Anybody can write a delivery report.") == 1
    run("accept", small.folder.root, mails / "b.eml", mails / "c.txt")
    run("bounces", small.folder.root, mails / "b.eml")


def test_each_row_says_what_it_is_and_what_is_next(bench: Make, tmp_path: Path) -> None:
    """One JSON document, with the member's id and the command."""
    small = bench()
    mail = tmp_path / "a.eml"
    mail.write_bytes(standard("m1@x.org", returned=letter_to(small, "m1@x.org")))
    first, second = json.loads(run("bounces", small.folder.root, mail, "--json", code=1).stdout)
    assert (first["kind"], first["member"]) == ("a letter that came back", "m1")
    command = f"`ccin-vote reissue {small.folder.root} m1 --reason wrong-address --email ADDRESS`"
    assert command in first["next"]
    assert (second["kind"], second["next"]) == ("a delivery report", "as above")
    told = run("accept", small.folder.root, mail, "--json", code=1).stdout
    rows = json.loads(told)
    assert [(row["kind"], row["asks"]) for row in rows] == [
        ("a letter that came back", True),
        ("a delivery report", True),
    ]
    assert small.tokens[1].text.split("-")[2] not in told


def test_the_command_that_is_told_writes_the_letter_again(bench: Make, tmp_path: Path) -> None:
    """As it stands, with the address put in."""
    small = bench()
    mail = tmp_path / "a.eml"
    mail.write_bytes(standard("m1@x.org"))
    told = run("accept", small.folder.root, mail, code=1).stdout
    command = told.partition("`ccin-vote ")[2].partition("`")[0].replace("ADDRESS", "n@y.org")
    assert "n@y.org" in run(*split(command)).stderr


def test_bounces_before_the_letters_says_what_comes_first(bench: Make, tmp_path: Path) -> None:
    """Nobody can have been sent anything."""
    small = bench(issued=False)
    mail = tmp_path / "a.eml"
    mail.write_bytes(standard("m1@x.org"))
    assert "issue" in run("bounces", small.folder.root, mail, code=1).stderr
