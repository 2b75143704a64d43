"""Nothing leaks from a whole election through the command line: argv, environment, words, files."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import pytest

from ccin_vote.canonical import to_base64url
from ccin_vote.election.folder import ElectionFolder, LogFiles
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.roll.credential import credential_key
from ccin_vote.roll.token import read_token
from ccin_vote.scrutineer.keyring import Keyring, unlock_key
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.officer_key import read_officer_key
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.voter.vote import enter_booth, seal
from tests.support.bench import DURING as NOW
from tests.support.bench import HEAD
from tests.support.watch import Watch, found, spelled_bytes, spelled_ranking, spelled_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.watch import Spellings

NAMES = ("Quokka", "Numbat", "Bilby", "Potoroo", "Bettong", "Wallaroo")
PEOPLE = ("ada", "bea", "cyd", "dot", "eve", "fay", "gus")
RANKINGS = [
    *((1, 5, 3, 7, 2, 6, 4), (1, 6, 2, 7, 3, 5, 4), (1, 7, 4, 2, 6, 3, 5)),
    *((1, 3, 7, 6, 4, 2, 5), (2, 6, 4, 7, 3, 5, 1), (5, 1, 3, 2, 7, 4, 6)),
]
PASSPHRASES = ("Pelican-Lantern-31", "Walnut-Harbour-58")
ROLL = "".join(
    f'[[members]]\nid = "id-{name.lower()}"\nname = "{name} Council"\ncontact = "Dr {name}"\n'
    f'email = "{name.lower()}@example.org"\n'
    for name in NAMES
)
LETTERS = ("small/private/letters", "small/private/receipts")
BEFORE, AFTER = "2030-01-06T09:00:00+00:00", "2030-01-25T12:01:00+00:00"


class Run:
    """An election with two scrutineers and six members, each step a watched command."""

    def __init__(self, watch: Watch) -> None:
        """Write the definition and the roll."""
        self.watch, self.root = watch, watch.root
        self.folder = ElectionFolder(watch.root / "small")
        self.folder.root.mkdir()
        people = "".join(
            f'[[scrutineers]]\nname = "S{number}"\nemail = "s{number}@x.org"\n' for number in (1, 2)
        )
        head = HEAD.format(
            needed=2,
            minimum=5,
            publication="full",
            revoting="latest",
            options="",
            scrutineers=people,
        )
        contest = '[[contests]]\nid = "chair"\ntitle = "Chair"\nseats = 1\n'
        names = "".join(
            f'[[contests.candidates]]\nid = "{one}"\nname = "{one.title()}"\n' for one in PEOPLE
        )
        text = f'{head}\n{contest}rule = "alternative-vote"\n{names}'
        self.folder.definition.write_text(text, "utf-8")
        self.folder.roll.write_text(ROLL, "utf-8")
        self.tokens: list[str] = []

    def key(self, number: int) -> list[str | Path]:
        """Return the options that name a scrutineer's key."""
        return ["--key", self.root / f"key-{number}", "--passphrase-file", "-"]

    def scrutinise(self, number: int, *files: Path) -> Path:
        """Let a scrutineer do the next step on the closed log; return the reply."""
        out = self.root / f"reply-{number}-{len(files)}.json"
        options = [*self.key(number), "--out", out]
        word = PASSPHRASES[number - 1]
        where = self.root / "closed"
        self.watch.run("scrutinise", where, *files, *options, now=AFTER, stdin=f"{word}\n")
        return out

    def to_the_close(self) -> None:
        """Make keys, open, issue, publish, vote, accept, close and publish."""
        run, E = self.watch.run, self.folder.root  # noqa: N806  (as the README calls it)
        for number, word in enumerate(PASSPHRASES, start=1):
            run("keygen", "small", "--name", f"S{number}", *self.key(number), stdin=f"{word}\n")
        run("collect", E, *(self.root / f"key-{one}" / "public-key.txt" for one in (1, 2)))
        run("open", E, "--confirm", "small", now=BEFORE)
        run("issue", E, now=BEFORE, WATCH_MANY="1")
        table = (self.folder.letters / "mail-merge.csv").read_text("utf-8-sig")
        self.tokens = [row["token"] for row in csv.DictReader(table.splitlines())]
        run("publish", E, self.root / "opened")
        self.vote()
        done = run("accept", E, self.root / "ballots", WATCH_MANY="1")
        assert done.stdout.count(" accepted") == len(NAMES)
        run("status", E)
        run("close", E, "--confirm", "small", now=AFTER)
        run("publish", E, self.root / "closed")

    def vote(self) -> None:
        """Seal every ballot, the first by the command; choices are on the voter's machine alone."""
        choices = self.root / "choices.toml"
        order = sorted(PEOPLE, key=lambda one: RANKINGS[0][PEOPLE.index(one)])
        choices.write_text(f"chair = {order}\n", "utf-8")
        sealed = self.root / "ballots" / "0.txt"
        options: list[str | Path] = ["--sealed", sealed, "--token-file", "-", "--choices", choices]
        self.watch.run("vote", self.root / "opened", *options, stdin=f"{self.tokens[0]}\n")
        choices.unlink()
        poll = Snapshot.read_signed(LogFiles(self.root / "opened")).poll
        for number, token in enumerate(self.tokens[1:], start=1):
            booth = enter_booth(poll, read_token(token))
            ballot = seal(booth, {"chair": RANKINGS[number]}, NOW, SYSTEM)
            sealed.with_name(f"{number}.txt").write_text(to_armour(ballot), "utf-8")

    def to_the_end(self) -> None:
        """Let both scrutineers open; count, declare, publish, verify and report."""
        first = self.scrutinise(1)
        second = self.scrutinise(2, first)
        third = self.scrutinise(1, second, second)
        run, E = self.watch.run, self.folder.root  # noqa: N806  (as the README calls it)
        run("collect", E, second, third, now=AFTER)
        run("count", E, now=AFTER)
        run("declare", E, "--confirm", "small", now=AFTER)
        run("publish", E, self.root / "declared")
        run("report", self.root / "declared", "--certificate")

    def secrets(self) -> dict[str, Spellings]:
        """Return every secret but the choices: tokens, seeds, keys, pass-phrases."""
        election = manifest_of(Snapshot.read(self.folder).poll).election
        words = {f"pass-phrase {one}": spelled_text(one) for one in PASSPHRASES}
        for number, text in enumerate(self.tokens):
            seed = credential_key(read_token(text), election).private_bytes_raw()
            words |= {f"token {number}": spelled_text(text), f"seed {number}": spelled_bytes(seed)}
        for number, word in enumerate(PASSPHRASES, start=1):
            key = unlock_key(Keyring(self.root / f"key-{number}"), word)
            for part in (key._seed, key.sign.private_bytes_raw(), key.unseal.private_bytes_raw()):
                words[f"key {number}, {len(words)}"] = spelled_bytes(part)
        return words

    def credentials(self) -> Spellings:
        """Return every credential, as the log and as others would spell it."""
        keys = box_of(Snapshot.read(self.folder).poll).credentials
        return [
            one for key in keys for one in (key, key.hex().encode(), to_base64url(key).encode())
        ]


def members_beside(run: Run) -> list[str]:
    """Name what has a member and a credential or a token in it, outside private/."""
    members = [one for name in NAMES for one in (f"id-{name}", name, f"{name}@example.org")]
    words = [member.lower().encode() for member in members]
    marks = [*run.credentials(), *(token.encode() for token in run.tokens)]
    return [
        name
        for name, data in run.watch.everything("small/private")
        if any(word in data.lower() for word in words) and any(mark in data for mark in marks)
    ]


def test_a_whole_election_leaves_no_secret_in_argv_environment_words_or_files(
    tmp_path: Path,
) -> None:
    """From the keys to the certificate; workers are processes, too."""
    run = Run(Watch(tmp_path / "run", tmp_path / "seen"))
    run.to_the_close()
    choices = {
        f"choices {number}": spelled_ranking(list(names), marks)
        for number, marks in enumerate(RANKINGS)
        for names in (PEOPLE,)
    }
    assert found(choices, run.watch.everything()) == []
    run.to_the_end()
    starts = [str(record[2]) for record in run.watch.records("started")]
    assert (
        sum("multiprocessing" in each_start and "spawn_main" in each_start for each_start in starts)
        >= 4
    )
    assert sum("'-m', 'ccin_vote'" in start for start in starts) >= 18
    assert found(run.secrets(), run.watch.everything(*LETTERS)) == []
    officer = {"officer": spelled_bytes(read_officer_key(run.folder).private_bytes_raw())}
    assert found(officer, run.watch.everything("small/private/officer.key")) == []
    assert members_beside(run) == []
    assert found(officer, run.watch.everything()) == ["officer in small/private/officer.key"]
    assert {name.split("/")[2] for name in _with_tokens(run)} == {"letters"}


def _with_tokens(run: Run) -> list[str]:
    tokens = {"": [token.encode() for token in run.tokens]}
    return [one.removeprefix(" in ") for one in found(tokens, run.watch.everything())]


SECRET = "QUOK-KAN0-MBAT-B1LB-YPOT-0R00"
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', '', sys.stdin.read()])"
WORKER = "import os, sys; os.execv(sys.executable, [sys.executable, '-c', '', sys.stdin.read()])"
CHANNELS: dict[str, Callable[[Watch], object]] = {
    "the command line": lambda watch: watch.python("-c", "", SECRET),
    "the environment": lambda watch: watch.python("-c", "", MORE=SECRET),
    "a child's command line": lambda watch: watch.python("-c", CHILD, stdin=SECRET),
    "another program": lambda watch: watch.python("-c", WORKER, stdin=SECRET),
    "stdout": lambda watch: watch.python("-c", "print(input())", stdin=SECRET),
    "stderr": lambda watch: watch.python("-c", "raise SystemExit(input())", stdin=SECRET),
    "a file": lambda watch: (watch.root / "f").write_text(f"x{SECRET}x", "utf-8"),
    "a hidden file": lambda watch: (watch.root / ".f").write_text(SECRET, "utf-8"),
    "the name of a file": lambda watch: (watch.root / SECRET).touch(),
    "the name of a folder": lambda watch: (watch.root / SECRET / "x").mkdir(parents=True),
    "a temporary file": lambda watch: watch.python(
        "-c", "import tempfile; open(tempfile.mkstemp()[1], 'w').write(input())", stdin=SECRET
    ),
    "small letters": lambda watch: watch.python("-c", "print(input().lower())", stdin=SECRET),
    "no hyphens": lambda watch: (watch.root / "f").write_text(SECRET.replace("-", ""), "utf-8"),
    "hex": lambda watch: (watch.root / "f").write_text(SECRET.encode().hex(), "utf-8"),
    "base64 of more": lambda watch: (watch.root / "f").write_text(
        to_base64url(f"xx{SECRET}yy".encode()), "utf-8"
    ),
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_secret_that_is_planted_is_found(tmp_path: Path, channel: str) -> None:
    """In each channel and spelling: the search above can fail."""
    watch = Watch(tmp_path / "run", tmp_path / "seen")
    watch.python("-c", "")
    wanted = {"it": spelled_text(SECRET)}
    assert found(wanted, watch.everything()) == []
    CHANNELS[channel](watch)
    assert found(wanted, watch.everything())
    assert watch.records("started")[0][2] == [sys.executable, "-c", ""]


def test_planted_choices_are_found() -> None:
    """As names, as marks, and as the bytes that are sealed."""
    wanted = {"it": spelled_ranking(list(PEOPLE), RANKINGS[0])}
    sealed = b"\x01" + b"".join(mark.to_bytes(2, "big") for mark in RANKINGS[0])
    for planted in (b'x "1, 5, 3, 7, 2, 6, 4" x', b"[1,5,3,7,2,6,4]", sealed):
        assert found(wanted, [("planted", planted)])
        assert found(wanted, [("planted", to_base64url(b"y" + sealed).encode())])
    assert found(wanted, [("planted", b"1 2 3 4 5 6 7")]) == []
