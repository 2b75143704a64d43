"""Rehearsing: a whole election in a scratch folder, with real keys and random ballots.

Everything that comes of it says REHEARSAL. The steps are those of a real election, in its order,
through the same functions: three roles, files handed over, one command each time.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import tomli_w

from ccin_vote.ballot.batch import PaperBallot
from ccin_vote.correspondence.mailbox import Source
from ccin_vote.correspondence.outbox import MAIL_MERGE
from ccin_vote.election.folder import ElectionFolder, PublishedFolder
from ccin_vote.officer.accept import accept
from ccin_vote.officer.close import close_poll
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import Counted, count
from ccin_vote.officer.declare import declare_result
from ccin_vote.officer.draft import read_draft
from ccin_vote.officer.enter import Keyed, enter
from ccin_vote.officer.issue import issue
from ccin_vote.officer.open import open_election
from ccin_vote.officer.publish import publish
from ccin_vote.officer.revoke import Change, revoke
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.record.lots import DrawnLot, LotsNeeded
from ccin_vote.rehearsal.random_voters import (
    given_papers,
    random_marks,
    random_papers,
    read_ballots,
)
from ccin_vote.roll.token import Token, read_token
from ccin_vote.scrutineer.keyring import Keyring, Owner, make_key, unlock_key
from ccin_vote.scrutineer.scrutinise import scrutinise
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.files import read_file, write_file
from ccin_vote.store.register import read_holders
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from ccin_vote.voter.vote import enter_booth, seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.definition import Definition
    from ccin_vote.poll.state import Poll
    from ccin_vote.seal.keys import SecretKey
    from ccin_vote.verify.report import Verification

PASSPHRASE = "rehearsal"  # noqa: S105  (it protects nothing: a rehearsal's keys open no real vote)
_ABSTAINS = 0.12
_VOTES_TWICE = 0.08


class Progress(Protocol):
    """Is told of each step, and how far it is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` parts of a step are finished."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal, and where it lies."""

    counted: Counted
    verification: Verification
    folder: Path
    published: Path


@dataclass(slots=True)
class Stage:
    """Where a rehearsal takes place: the scratch folder, the dice, the pretended time."""

    root: Path
    slug: str
    dice: random.Random
    tell: Progress
    definition: Definition
    keys: list[tuple[SecretKey, Keyring]] = field(default_factory=list)
    tellers: list[SecretKey] = field(default_factory=list)

    @property
    def folder(self) -> ElectionFolder:
        """The officer's folder."""
        return ElectionFolder(self.root / self.slug)

    @property
    def opens(self) -> datetime:
        """The pretended time of opening."""
        return self.definition.timetable.opens

    @property
    def after(self) -> datetime:
        """A pretended time after the close."""
        return self.definition.timetable.closes + timedelta(minutes=1)


def rehearse(
    folder: ElectionFolder, root: Path, seed: int, tell: Progress, ballots: Path | None = None
) -> Rehearsed:
    """Run the whole election in ``root``.

    Args:
        folder: the election to rehearse; nothing in it is touched.
        root: an empty scratch folder.
        seed: for the random ballots and lots; keys and tokens are never made from it.
        tell: is told of the progress.
        ballots: a BLT file whose papers are cast instead of random ones.

    Raises:
        BadInput: the definition, the roll or the ballots have mistakes.
    """
    draft = read_draft(folder)
    dice = random.Random(seed)  # noqa: S311  (a rehearsal's dice, not a secret)
    stage = Stage(root, folder.slug, dice, tell, draft.definition)
    cast = read_ballots(ballots, draft.definition) if ballots else None
    _set_the_scene(stage, draft.definition_text, draft.roll_text)
    open_election(stage.folder, stage.opens - timedelta(days=1), SYSTEM)
    tell("open", 1, 1)
    issue(stage.folder, SYSTEM)
    tell("issue letters", 1, 1)
    _cosign_the_opening(stage)
    _vote(stage, cast)
    if cast is None:
        _on_paper(stage)
    close_poll(stage.folder, stage.after)
    tell("close", 1, 1)
    _open_ballots(stage)
    counted = _count(stage)
    declare_result(stage.folder, stage.after)
    published = root / "published"
    publish(stage.folder, published)
    tell("declare and publish", 1, 1)
    verification = verify_published(PublishedFolder(published))
    tell("verify", 1, 1)
    return Rehearsed(counted, verification, stage.folder.root, published)


def _set_the_scene(stage: Stage, definition: str, roll: str) -> None:
    """Write the folder with REHEARSAL in it and a new key for every scrutineer."""
    text = definition if stage.definition.rehearsal else f"rehearsal = true\n{definition}"
    write_file(stage.folder.definition, _without_keys(text).encode())
    write_file(stage.folder.roll, roll.encode())
    people = [*stage.definition.scrutineers, *stage.definition.tellers]
    made: dict[str, tuple[SecretKey, Keyring]] = {}
    for number, person in enumerate(people, start=1):
        if person.name not in made:
            keyring = Keyring(stage.root / "keys" / f"key-{number}")
            make_key(keyring, Owner(stage.slug, person.name), PASSPHRASE, SYSTEM)
            collect(stage.folder, [keyring.public_line])
            made[person.name] = unlock_key(keyring, PASSPHRASE), keyring
        stage.tell("scrutineers and tellers make their keys", number, len(people))
    stage.keys = [made[scrutineer.name] for scrutineer in stage.definition.scrutineers]
    stage.tellers = [made[teller.name][0] for teller in stage.definition.tellers]


def _without_keys(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join('key = ""\n' if line.lstrip().startswith("key = ") else line for line in lines)


def _cosign_the_opening(stage: Stage) -> None:
    target = stage.root / "published-opened"
    publish(stage.folder, target)
    for number in range(1, stage.definition.secrecy.needed + 1):
        path = _scrutinise(stage, number, target, (), "opened")
        collect(stage.folder, [path])
    stage.tell("scrutineers cosign the opening", 1, 1)


def _scrutinise(stage: Stage, number: int, target: Path, files: Sequence[Path], label: str) -> Path:
    now = stage.opens if label == "opened" else stage.after
    done = scrutinise(PublishedFolder(target), stage.keys[number - 1], files, now)
    path = stage.root / "handed-over" / f"scrutineer-{number}-{label}-{done.number}.json"
    write_file(path, done.reply.to_json() + b"\n")
    return path


def _vote(stage: Stage, cast: dict[str, list[Marks]] | None) -> None:
    """Let members vote from the published folder, and the officer accept what comes back."""
    published = PublishedFolder(stage.root / "published-opened")
    poll = Snapshot.read_signed(published).poll
    tokens = list(_tokens(stage.folder))
    if cast is None:
        tokens = _who_vote(stage, poll, tokens)
    sources: list[Source] = []
    for done, token in enumerate(tokens, start=1):
        booth = enter_booth(poll, token)
        papers = given_papers(booth, cast) if cast is not None else random_papers(booth, stage.dice)
        if papers is None:
            continue
        for again in range(1 + (cast is None and stage.dice.random() < _VOTES_TWICE)):
            now = stage.opens + timedelta(hours=1, seconds=again)
            text = to_armour(seal(booth, papers, now, SYSTEM))
            sources.append(Source(f"reply {len(sources) + 1}", text.encode()))
        stage.tell("members vote", done, len(tokens))
    accept(stage.folder, sources, stage.opens + timedelta(hours=2))
    stage.tell("accept ballots", len(sources), len(sources))


def _who_vote(stage: Stage, poll: Poll, tokens: list[Token]) -> list[Token]:
    """Return the tokens of those who vote: some abstain, but not where too few would be left.

    Scrutineers' keys open no fewer ballots of a kind than the definition says.
    """
    minimum = stage.definition.secrecy.minimum_opened
    booths = {token: enter_booth(poll, token) for token in tokens}
    rights = {
        token: [(contest.id, booth.votes) for contest in booth.contests]
        for token, booth in booths.items()
    }
    left = Counter(right for own in rights.values() for right in own)
    voting = []
    for token, own in rights.items():
        spared = all(left[right] > minimum for right in own)
        if stage.dice.random() <= _ABSTAINS and spared:
            left.subtract(own)
        else:
            voting.append(token)
    return voting


def _tokens(folder: ElectionFolder) -> Iterator[Token]:
    text = read_file(folder.letters / MAIL_MERGE).decode("utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        yield read_token(row["token"])


def _on_paper(stage: Stage) -> None:
    """Let one member vote on paper, where the definition names tellers."""
    manifest = manifest_of(Snapshot.read(stage.folder).poll)
    if not manifest.tellers:
        return
    issued = box_of(Snapshot.read(stage.folder).poll).credentials
    holders = read_holders(stage.folder, issued)
    last = holders.rows[-1]
    member = last.member.id
    revoke(stage.folder, member, Change("paper", supersede=True))
    held = issued[last.credential]
    contests = [
        each_contest
        for each_contest in manifest.definition.contests
        if each_contest.id in held.contests
    ]
    marks = {contest.id: random_marks(contest, stage.dice) for contest in contests}
    papers = (PaperBallot(held.votes, marks),)
    first, second = stage.tellers[:2]
    enter(stage.folder, Keyed(first, papers), Keyed(second, papers), SYSTEM)
    stage.tell("enter papers", 1, 1)


def _open_ballots(stage: Stage) -> None:
    """Let ``needed`` scrutineers open together, each reply handed to the others."""
    target = stage.root / "published-closed"
    publish(stage.folder, target)
    needed = stage.definition.secrecy.needed
    files: list[Path] = []
    for number in range(1, needed + 1):
        files.append(_scrutinise(stage, number, target, files, "closed"))
        stage.tell("scrutineers open the ballots", number, needed)
    for number in range(1, needed):
        others = [file for at, file in enumerate(files, start=1) if at != number]
        files[number - 1] = _scrutinise(stage, number, target, others, "closed")
    collect(stage.folder, files)


def _count(stage: Stage) -> Counted:
    """Count; where a lot is needed, the dice draw it."""
    drawn: list[DrawnLot] = []
    while True:
        path = stage.root / "lots.toml" if drawn else None
        try:
            counted = count(stage.folder, path)
        except LotsNeeded as needed:
            drawn += [_drawn(lot, stage.dice) for lot in needed.lots]
            _write_lots(stage.root / "lots.toml", drawn)
        else:
            stage.tell("count", 1, 1)
            return counted


def _drawn(lot: DrawnLot, dice: random.Random) -> DrawnLot:
    order = dice.sample(lot.order, len(lot.order))
    return DrawnLot(lot.contest, lot.stage, lot.purpose, tuple(order), "REHEARSAL", "REHEARSAL")


def _write_lots(path: Path, drawn: Sequence[DrawnLot]) -> None:
    tables = [
        {
            "contest": lot.contest,
            "stage": lot.stage,
            "purpose": lot.purpose,
            "order": list(lot.order),
            "drawn_by": lot.drawn_by,
            "witnessed_by": lot.witnessed_by,
        }
        for lot in drawn
    ]
    write_file(path, tomli_w.dumps({"lots": tables}).encode())
