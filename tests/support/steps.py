"""A whole election as a list of commands, each with all folders as they were before it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ccin_vote.election.folder import ElectionFolder
from ccin_vote.randomness import SYSTEM
from ccin_vote.scrutineer.keyring import Keyring
from tests.support.bench import CONTESTS, DEPUTY, Bench, Setting
from tests.support.command import DURING
from tests.support.faulty import attempt

if TYPE_CHECKING:
    from ccin_vote.seal.keys import SecretKey

BEFORE, AFTERWARDS = "2030-01-06T09:00:00+00:00", "2030-01-25T12:01:00+00:00"
WORD = "correct horse"
NEW = "another-2030"
NAMES = (
    *("new", "keygen", "collect-key", "open", "issue", "publish-opened", "cosign"),
    *("collect-cosigned", "vote-here", "vote-sealed", "accept", "note", "remind", "revoke"),
    *("enter", "reissue", "withdraw", "close", "publish-closed", "scrutinise-0"),
    *("scrutinise-1", "scrutinise-2", "collect", "count", "declare", "publish"),
)
"""The steps of a whole election in their order."""
LOT = """
[[lots]]
contest = "deputy"
stage = 1
purpose = "election"
order = ["E", "D"]
drawn_by = "The chair"
witnessed_by = "Both agents"
"""


@dataclass(frozen=True)
class Step:
    """A command, and where to find all folders as they were before it."""

    name: str
    arguments: list[str]
    before: Path
    now: str


@dataclass
class Whole:
    """An election that was run once from its beginning to its end, by its commands."""

    root: Path
    steps: list[Step] = field(default_factory=list)

    @property
    def place(self) -> Path:
        """Where everybody's folders are."""
        return self.root / "place"

    @property
    def folder(self) -> ElectionFolder:
        """The officer's folder."""
        return ElectionFolder(self.place / "small")

    def restore(self, step: Step) -> None:
        """Put all folders back as they were before a step."""
        shutil.rmtree(self.place)
        shutil.copytree(step.before, self.place)

    def do(self, name: str, now: str, *arguments: str | Path) -> None:
        """Do one more step, and keep all folders as they were before."""
        step = Step(name, [*map(str, arguments)], self.root / f"before-{name}", now)
        shutil.copytree(self.place, step.before)
        done = attempt(step.arguments, self.root, now)
        assert done.code == 0, f"{name}: {done.err}"
        self.steps.append(step)


def whole(root: Path) -> Whole:
    """Run an election: every command that writes, by officer, tellers, voters and scrutineers."""
    made = Whole(root)
    small = Bench(made.place, Setting(opened=False, contests=CONTESTS + DEPUTY))
    for part in (_drafting, _voting, _ending):
        part(made, small)
    assert tuple(step.name for step in made.steps) == NAMES
    return made


Arguments = list[str | Path]


def _key(place: Path, name: str) -> Arguments:
    return ["--key", place / name, "--passphrase-file", place / "word.txt"]


def _keys(place: Path, name: str, keys: list[SecretKey]) -> None:
    """Put keys that are known into folders."""
    for number, key in enumerate(keys, start=1):
        ring = Keyring(place / f"{name}-{number}")
        ring.root.mkdir()
        ring.key_file.write_bytes(key.locked("small", WORD, SYSTEM.data).to_json() + b"\n")


def _drafting(made: Whole, small: Bench) -> None:
    place, officer = made.place, made.folder.root
    (place / "word.txt").write_text(f"{WORD}\n", "utf-8")
    _keys(place, "key", small.keys)
    _keys(place, "teller", small.tellers)
    new = place / NEW
    made.do("new", BEFORE, "new", new)
    name = "First Scrutineer (change this)"
    made.do("keygen", BEFORE, "keygen", NEW, "--name", name, *_key(place, "new-key"))
    made.do("collect-key", BEFORE, "collect", new, place / "new-key" / "public-key.txt")
    made.do("open", BEFORE, "open", officer, "--confirm", "small")
    made.do("issue", DURING, "issue", officer)


def _voting(made: Whole, small: Bench) -> None:
    place, officer = made.place, made.folder.root
    (place / "choices.toml").write_text('chair = ["a", "b"]\ndeputy = []\n', "utf-8")
    (place / "lots.toml").write_text(LOT, "utf-8")
    (place / "token.txt").write_text(str(small.tokens[0].text), "utf-8")
    keyed = [place / "papers-1.toml", place / "papers-2.toml"]
    for path in keyed:
        path.write_text('[[papers]]\nchair = ["b", "a"]\ndeputy = []\n', "utf-8")
    ballot: Arguments = ["--token-file", place / "token.txt", "--choices", place / "choices.toml"]
    opened = place / "opened"
    made.do("publish-opened", DURING, "publish", officer, opened)
    made.do("cosign", DURING, "cosign", opened, *_key(place, "key-1"), "--out", place / "c.json")
    made.do("collect-cosigned", DURING, "collect", officer, place / "c.json")
    made.do("vote-here", DURING, "vote", officer, *ballot, "--receipt", place / "receipt")
    sealed = place / "ballots"
    made.do("vote-sealed", DURING, "vote", opened, *ballot, "--sealed", sealed / "0.txt")
    small.write_ballots(sealed)
    made.do("accept", DURING, "accept", officer, sealed)
    made.do("note", DURING, "note", officer, "The mail was slow.")
    made.do("remind", DURING, "remind", officer)
    made.do("revoke", DURING, "revoke", officer, "m4", "--reason", "paper", "--supersede")
    tellers = [*_key(place, "teller-1"), *_key(place, "teller-2")]
    made.do("enter", DURING, "enter", officer, *tellers, "--papers", keyed[0], "--papers", keyed[1])
    made.do("reissue", DURING, "reissue", officer, "m5", "--supersede")
    made.do("withdraw", DURING, "withdraw", officer, "chair", "c", "--confirm", "small")


def _ending(made: Whole, _: Bench) -> None:
    place, officer = made.place, made.folder.root
    closed, replies = (
        place / "closed",
        [place / f"reply-{each_number}.json" for each_number in range(3)],
    )
    made.do("close", AFTERWARDS, "close", officer, "--confirm", "small")
    made.do("publish-closed", AFTERWARDS, "publish", officer, closed)
    for at, (number, files) in enumerate(((1, []), (2, replies[:1]), (1, replies[1:2]))):
        key = [*_key(place, f"key-{number}"), "--out", replies[at]]
        made.do(f"scrutinise-{at}", AFTERWARDS, "scrutinise", closed, *files, *key)
    made.do("collect", AFTERWARDS, "collect", officer, *replies[1:])
    made.do("count", AFTERWARDS, "count", officer, "--lots", place / "lots.toml")
    made.do("declare", AFTERWARDS, "declare", officer, "--confirm", "small")
    made.do("publish", AFTERWARDS, "publish", officer, place / "declared")
