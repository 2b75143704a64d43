"""A whole election through the command line, as its people run it: one command each time."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.support.command import DURING, run

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "board-2030"
CANDIDATES = ("ada", "bea", "cyd")
BEFORE, AFTER = "2030-01-06T09:00:00+00:00", "2030-01-25T12:01:00+00:00"


class Election:
    """The folders of one election, and shorthand for its people's commands."""

    def __init__(self, root: Path) -> None:
        """Write a definition with three scrutineers, two needed, and twelve members."""
        self.root = root
        self.folder = root / SLUG
        self.closed = root / "published-closed"
        run("new", self.folder)
        text = (self.folder / "election.toml").read_text("utf-8")
        head, _, _ = text.partition("\n[[contests]]\n")
        contest = (
            '[[contests]]\nid = "chair"\ntitle = "Chair"\nseats = 1\nrule = "alternative-vote"\n'
        )
        names = "".join(
            f'[[contests.candidates]]\nid = "{one}"\nname = "{one.title()}"\n' for one in CANDIDATES
        )
        definition = f"rehearsal = true\n{head}\n{contest}{names}"
        (self.folder / "election.toml").write_text(definition, "utf-8")
        members = "".join(
            f'[[members]]\nid = "m{n:02}"\nname = "Member {n}"\ncontact = "C {n}"\n'
            f'email = "m{n}@example.org"\n'
            for n in range(12)
        )
        (self.folder / "members.toml").write_text(members, "utf-8")
        self.names = re.findall(r'^name = "(.* Scrutineer .*)"$', definition, re.MULTILINE)

    def key(self, number: int) -> list[str | Path]:
        """Return the options that name a scrutineer's key."""
        return ["--key", self.root / f"key-{number}", "--passphrase-file", "-"]

    def keygen(self, number: int) -> Path:
        """Let scrutineer ``number`` make a key; return the file that goes to the officer."""
        name = self.names[number - 1]
        run("keygen", SLUG, "--name", name, *self.key(number), stdin="correct horse\n")
        return self.root / f"key-{number}" / "public-key.txt"

    def scrutinise(self, number: int, folder: Path, files: list[Path], now: str) -> Path:
        """Let scrutineer ``number`` do the next step; return the one reply file."""
        count = len(list(self.root.glob("reply-*")))
        out = self.root / f"reply-{count}-{number}.json"
        options: list[str | Path] = [*self.key(number), "--out", out]
        run("scrutinise", folder, *files, *options, now=now, stdin="correct horse\n")
        return out

    def open_and_issue(self) -> list[str]:
        """Make three keys, open, issue; return the tokens of the letters."""
        run("collect", self.folder, *(self.keygen(number) for number in (1, 2, 3)))
        run("open", self.folder, "--confirm", SLUG, now=BEFORE)
        run("issue", self.folder, now=BEFORE)
        table = self.folder / "private" / "letters" / "mail-merge.csv"
        rows = csv.DictReader(table.read_text("utf-8-sig").splitlines())
        return [row["token"] for row in rows]

    def vote(self, folder: Path, token: str, ranking: tuple[str, ...]) -> Path:
        """Seal one member's ballot from the published folder; return the file to send."""
        choices = self.root / "choices.toml"
        choices.write_text(f"chair = {json.dumps(ranking)}\n", "utf-8")
        sealed = self.root / "ballots" / f"{len(list(self.root.glob('ballots/*')))}.txt"
        options: list[str | Path] = ["--sealed", sealed, "--token-file", "-", "--choices", choices]
        run("vote", folder, *options, stdin=f"{token}\n")
        return sealed


@pytest.fixture
def election(tmp_path: Path) -> Election:
    """Return a new election in a folder of its own."""
    return Election(tmp_path)


def test_three_keys_two_published_folders_and_five_files_open_an_election(
    election: Election,
) -> None:
    """Two of three scrutineers cosign, open and attest; the officer counts; anyone verifies."""
    tokens = election.open_and_issue()
    opened = election.root / "published-opened"
    run("publish", election.folder, opened)
    handed = [election.scrutinise(number, opened, [], DURING) for number in (1, 2)]
    run("collect", election.folder, *handed)
    rankings = [("ada",)] * 5 + [("bea", "cyd")] * 4 + [("cyd", "bea")] * 2
    for token, ranking in zip(tokens, rankings, strict=False):
        election.vote(opened, token, ranking)
    accepted = run("accept", election.folder, election.root / "ballots")
    assert accepted.stdout.count("accepted") == 11
    again = run("accept", election.folder, election.root / "ballots")
    assert again.stdout.count("already there") == 11
    assert '"returned": 11' in run("status", election.folder, "--json").stdout
    run("close", election.folder, "--confirm", SLUG, now=AFTER)
    run("publish", election.folder, election.closed)
    first = election.scrutinise(1, election.closed, [], AFTER)
    second = election.scrutinise(2, election.closed, [first], AFTER)
    third = election.scrutinise(1, election.closed, [second], AFTER)
    handed += [first, second, third]
    assert len(handed) == 5
    run("collect", election.folder, second, third, now=AFTER)
    counted = run("count", election.folder, now=AFTER)
    assert "Bea was elected" in counted.stdout
    run("declare", election.folder, "--confirm", SLUG, now=AFTER)
    final = election.root / "published"
    run("publish", election.folder, final)
    assert "Everything verifies." in run("verify", final).stderr
    sheet = (final / "result.md").read_text("utf-8")
    assert "**Bea** is elected" in sheet
    assert "REHEARSAL" in sheet
    secrets = [*tokens, *(token.replace("-", "") for token in tokens), "m1@example.org"]
    for path in (each_path for each_path in final.rglob("*") if each_path.is_file()):
        text = path.read_text("utf-8")
        assert not [secret for secret in secrets if secret in text], path.name


def test_turning_points_passed_again_are_already_done(election: Election) -> None:
    """Opening and issuing twice changes nothing and is no failure."""
    election.open_and_issue()
    before = (election.folder / "log.jsonl").read_bytes()
    assert "Already done" in run("open", election.folder).stderr
    assert "Already done" in run("issue", election.folder).stderr
    assert (election.folder / "log.jsonl").read_bytes() == before


def test_private_files_are_for_the_officer_alone(election: Election) -> None:
    """Folders below private/ are 0700 and files 0600; so is a scrutineer's key."""
    election.open_and_issue()
    for top in (election.folder / "private", election.root / "key-1"):
        for path in (top, *top.rglob("*")):
            wanted = 0o700 if path.is_dir() else 0o600
            assert path.stat().st_mode & 0o777 == wanted, path


WRONG_STATES = {
    "issue before it is opened": (("issue", "E"), "is a draft"),
    "accept before it is opened": (("accept", "E", "election.toml"), "is a draft"),
    "close before it is opened": (("close", "E"), "is a draft"),
    "count before it is opened": (("count", "E"), "is a draft"),
    "declare before it is opened": (("declare", "E"), "is a draft"),
    "publish before it is opened": (("publish", "E", "P"), "is a draft"),
    "open without the keys": (("open", "E", "--confirm", SLUG), "key of scrutineer"),
}


@pytest.mark.parametrize(("command", "said"), WRONG_STATES.values(), ids=WRONG_STATES)
def test_a_command_at_the_wrong_time_says_what_comes_next(
    election: Election, command: tuple[str, ...], said: str
) -> None:
    """One clear message, exit code 1, and nothing is changed."""
    places = {"E": election.folder, "P": election.root / "p", "election.toml": election.folder}
    done = run(*(places.get(one, one) for one in command), now=BEFORE, code=1)
    assert said in done.stderr
    assert not (election.folder / "log.jsonl").exists()


def test_closing_too_early_is_refused_with_the_time(election: Election) -> None:
    """Members rely on the scheduled close."""
    election.open_and_issue()
    done = run("close", election.folder, "--confirm", SLUG, code=1)
    assert "12:00" in done.stderr


def test_confirming_another_election_does_nothing(election: Election) -> None:
    """A milestone wants this election's id, and without a person to ask it is a usage error."""
    election.open_and_issue()
    done = run("close", election.folder, "--confirm", "other", now=AFTER, code=1)
    assert "nothing was done" in done.stderr
    assert f"--confirm {SLUG}" in run("close", election.folder, now=AFTER, code=2).stderr


def test_a_real_election_takes_no_pretended_time(election: Election) -> None:
    """The rehearsal clock is a usage error where the definition says nothing of a rehearsal."""
    path = election.folder / "election.toml"
    path.write_text(path.read_text("utf-8").replace("rehearsal = true\n", ""), "utf-8")
    assert "real election" in run("check", election.folder, code=2).stderr


def test_a_wrong_token_is_told_and_never_shown(election: Election) -> None:
    """The voter hears what is wrong before anything else is asked."""
    tokens = election.open_and_issue()
    run("publish", election.folder, election.root / "p")
    wrong = tokens[0][:-1] + ("0" if tokens[0][-1] != "0" else "2")
    options: list[str | Path] = ["--sealed", election.root / "b.txt", "--token-file", "-"]
    done = run("vote", election.root / "p", *options, stdin=f"{wrong}\n", code=3)
    assert "wrong or swapped" in done.stderr
    assert wrong not in done.stderr + done.stdout


def test_a_wrong_passphrase_is_refused(election: Election) -> None:
    """The key stays shut; the message does not repeat the pass-phrase."""
    election.open_and_issue()
    run("publish", election.folder, election.root / "p")
    done = run("cosign", election.root / "p", *election.key(1), stdin="wrong one\n", code=1)
    assert "pass-phrase is wrong" in done.stderr
    assert "wrong one" not in done.stderr


def test_mistakes_in_both_files_come_at_once(election: Election) -> None:
    """Exit code 3, a line number for each, and the nearest right key."""
    path = election.folder / "election.toml"
    path.write_text(path.read_text("utf-8").replace("seats =", "seat ="), "utf-8")
    roll = election.folder / "members.toml"
    roll.write_text(roll.read_text("utf-8").replace("m3@example.org", "m3 example.org"), "utf-8")
    done = run("check", election.folder, code=3)
    assert "did you mean 'seats'" in done.stderr
    assert re.search(r"election\.toml:\d+", done.stderr)
    assert re.search(r"members\.toml:\d+", done.stderr)
    remedy = f"What to do: Correct these lines, then run `ccin-vote check {election.folder}` again."
    assert remedy in done.stderr
