"""An election built step by step through the same functions that the commands call."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ccin_vote.correspondence.mailbox import Source
from ccin_vote.election.folder import ElectionFolder, PublishedFolder
from ccin_vote.officer.accept import Outcome, accept
from ccin_vote.officer.close import close_poll
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.declare import declare_result
from ccin_vote.officer.issue import issue
from ccin_vote.officer.open import open_election
from ccin_vote.officer.publish import publish
from ccin_vote.poll.state import manifest_of
from ccin_vote.randomness import SYSTEM, Randomness
from ccin_vote.roll.token import Token, read_token
from ccin_vote.scrutineer.keyring import Keyring
from ccin_vote.scrutineer.scrutinise import Scrutiny, scrutinise
from ccin_vote.seal.armour import ballot_code, envelope_digest, to_armour
from ccin_vote.seal.keys import SecretKey
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.voter.vote import Booth, seal

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.poll.state import Box
    from ccin_vote.seal.envelope import SealedBallot

OPENS = datetime(2030, 1, 7, 9, tzinfo=UTC)
DURING = OPENS + timedelta(days=3)
AFTER = datetime(2030, 1, 25, 12, 1, tzinfo=UTC)

HEAD = """\
rehearsal = true
title = "A small election"
organisation = "Stand-in"
timezone = "UTC"
officer = {{ name = "Officer", email = "officer@example.org" }}
timetable = {{ opens = 2030-01-07T09:00:00, closes = 2030-01-25T12:00:00 }}
secrecy = {{ needed = {needed}, minimum_opened = {minimum}, publication = "{publication}" }}
[options]
revoting = "{revoting}"
{options}
{scrutineers}
"""
CONTESTS = """\
[[contests]]
id = "chair"
title = "Chair"
seats = 1
rule = "alternative-vote"
candidates = [{ id = "a", name = "A" }, { id = "b", name = "B" }, { id = "c", name = "C" }]
"""
DEPUTY = """
[[contests]]
id = "deputy"
title = "Deputy"
seats = 1
rule = "first-past-the-post"
candidates = [{ id = "d", name = "D" }, { id = "e", name = "E" }]
"""


def members(number: int, more: str = "", first: int = 0) -> str:
    """Write a roll of members m0, m1, ...; ``more`` stands in each table."""
    return "".join(
        f'[[members]]\nid = "m{n}"\nname = "M{n}"\ncontact = "C"\nemail = "m{n}@x.org"\n{more}'
        for n in range(first, first + number)
    )


def _people(table: str, name: str, keys: list[SecretKey]) -> str:
    return "".join(
        f'[[{table}]]\nname = "{name} {number}"\nkey = "{key.public_line("small")}"\n'
        for number, key in enumerate(keys, start=1)
    )


def codes_in(box: Box) -> set[str]:
    """Return the ballot code of every ballot that was accepted."""
    return {
        ballot_code(envelope_digest(held_ballot.ballot))
        for held in box.ballots.values()
        for held_ballot in held
    }


@dataclass(frozen=True)
class Setting:
    """What may differ between small elections; ``options`` and ``contests`` are TOML."""

    needed: int = 2
    total: int = 3
    minimum: int = 2
    publication: str = "full"
    revoting: str = "latest"
    options: str = ""
    contests: str = CONTESTS
    roll: str = field(default_factory=lambda: members(6))
    opened: bool = True
    issued: bool = True
    tellers: bool = True
    randomness: Randomness = SYSTEM


class Bench:
    """One small election with its keys in memory."""

    def __init__(self, root: Path, setting: Setting) -> None:
        """Open the election and issue letters."""
        self.root = root
        self.folder = ElectionFolder(root / "small")
        self.folder.root.mkdir(parents=True)
        self.keys = [SecretKey(bytes([number]) * 32) for number in range(1, setting.total + 1)]
        self.tellers = [SecretKey(bytes([number]) * 32) for number in (101, 102)]
        head = HEAD.format(
            needed=setting.needed,
            minimum=setting.minimum,
            publication=setting.publication,
            revoting=setting.revoting,
            options=setting.options,
            scrutineers=_people("scrutineers", "Scrutineer", self.keys)
            + _people("tellers", "Teller", self.tellers if setting.tellers else []),
        )
        self.folder.definition.write_text(head + setting.contests, "utf-8")
        self.folder.roll.write_text(setting.roll, "utf-8")
        self.randomness = setting.randomness
        if setting.opened:
            open_election(self.folder, OPENS - timedelta(days=1), self.randomness)
        if setting.opened and setting.issued:
            issue(self.folder, self.randomness)

    @property
    def tokens(self) -> list[Token]:
        """The members' tokens, from their letters."""
        text = (self.folder.letters / "mail-merge.csv").read_text("utf-8-sig")
        return [read_token(row["token"]) for row in csv.DictReader(text.splitlines())]

    def sealed(
        self, token: Token, marks: tuple[int, ...], later: int = 0, contest: str = "chair"
    ) -> SealedBallot:
        """Seal a ballot on the voter's machine, whether or not the token opens anything."""
        manifest = manifest_of(Snapshot.read(self.folder).poll)
        booth = Booth(manifest, token, manifest.definition.contests, 1)
        return seal(booth, {contest: marks}, DURING + timedelta(seconds=later), self.randomness)

    def hand_in(self, *ballots: SealedBallot, now: datetime = DURING) -> list[Outcome]:
        """Let the officer accept ballots."""
        sources = [Source("mail", to_armour(ballot).encode()) for ballot in ballots]
        return accept(self.folder, sources, now)

    def all_vote(self, members: int = 6) -> None:
        """Let the first members vote: half for A, the others for B and C."""
        papers = [(1, 2, 3), (1, 3, 2), (2, 1, 3), (1, 2, 0), (2, 1, 0), (3, 2, 1)]
        for token, marks in zip(self.tokens[:members], papers, strict=False):
            self.hand_in(self.sealed(token, marks))

    def write_ballots(self, folder: Path, marks: tuple[int, ...] = (1, 2, 3)) -> None:
        """Write a sealed ballot of every member, all marked alike, to a folder."""
        folder.mkdir(exist_ok=True)
        for number, token in enumerate(self.tokens):
            text = to_armour(self.sealed(token, marks, later=9))
            (folder / f"{number}.txt").write_text(text, "utf-8")

    def close(self) -> PublishedFolder:
        """Close and publish."""
        close_poll(self.folder, AFTER)
        return self.published("closed")

    def published(self, name: str) -> PublishedFolder:
        """Publish as the election now stands."""
        publish(self.folder, self.root / name)
        return PublishedFolder(self.root / name)

    def scrutinise(
        self, number: int, folder: PublishedFolder, *files: Path, last_resort: bool = False
    ) -> Scrutiny:
        """Let scrutineer ``number`` work on a folder."""
        worker = (self.keys[number - 1], Keyring(self.root / f"key-{number}"))
        return scrutinise(folder, worker, files, AFTER, last_resort=last_resort)

    def reply(self, scrutiny: Scrutiny) -> Path:
        """Write a reply to a file of its own."""
        path = self.root / f"reply-{scrutiny.reply.scrutineer}-{scrutiny.number}.json"
        path.write_bytes(scrutiny.reply.to_json() + b"\n")
        return path

    def opened(self) -> None:
        """Close, and let scrutineers 1 and 2 open."""
        closed = self.close()
        first = self.reply(self.scrutinise(1, closed))
        second = self.reply(self.scrutinise(2, closed, first))
        first = self.reply(self.scrutinise(1, closed, second))
        collect(self.folder, [first, second])

    def counted(self) -> None:
        """Close, let scrutineers open, and count."""
        self.opened()
        count(self.folder, None)

    def declared(self) -> PublishedFolder:
        """Close, let scrutineers open, count, declare and publish."""
        self.counted()
        return self.declared_counted()

    def declared_counted(self) -> PublishedFolder:
        """Declare what was counted, and publish."""
        declare_result(self.folder, AFTER)
        return self.published("declared")
