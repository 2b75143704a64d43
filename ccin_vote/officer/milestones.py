"""The turning points: open, close, declare. Each freezes something and keeps the log's head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import sha256
from ccin_vote.errors import Refused
from ccin_vote.log.checkpoint import origin_of
from ccin_vote.log.events import ElectionOpened, PollClosed, ResultDeclared
from ccin_vote.log.note import ED25519, VerifierKey
from ccin_vote.log.writer import LogWriter
from ccin_vote.officer.count import files_of_count
from ccin_vote.officer.draft import DraftElection, read_draft, to_do
from ccin_vote.officer.result_files import result_files
from ccin_vote.poll.state import Closed, Declared, Open, Opened
from ccin_vote.store.filesystem import refuse_network
from ccin_vote.store.officer_key import read_officer_key, write_officer_key
from ccin_vote.store.register import Register, roll_digest, write_register
from ccin_vote.store.session import Session, in_state, stamp
from ccin_vote.store.snapshot import election_of
from ccin_vote.verify.evidence import SOFTWARE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.checkpoint import Head
    from ccin_vote.randomness import Chance

    Order = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """The log's head at a turning point; ``again`` if it had been passed before."""

    head: Head
    again: bool = False


def _nothing(_: object = None) -> None:
    """Ask nobody."""


def open_election(
    folder: ElectionFolder,
    now: datetime,
    chance: Chance,
    ask: Callable[[Definition], None] = _nothing,
) -> Turned:
    """Freeze the definition and the roll, and begin the log.

    ``ask`` is called with the definition before anything is written, and may refuse.

    Raises:
        BadInput: mistakes in the definition or the roll.
        Refused: something is still to be done.
    """
    if election_of(folder) is not None:
        return _again(folder)
    refuse_network(folder.root)
    draft = ready_draft(folder, now)
    ask(draft.definition)
    election = f"{folder.slug}-{chance.data(16).hex()}"
    key = _fresh_key(folder)
    register = Register(election=election, salt=chance.data(32), roll=draft.roll_text)
    event = _opened(draft, register, key, now, _drawn_order(draft.definition, chance))
    with LogWriter(folder, origin_of(election), key, folder.private / "torn") as writer:
        if writer.lines:
            return Turned(writer.head, again=True)
        write_register(folder, register)
        writer.append([event])
        writer.keep_head("opened")
        return Turned(writer.head)


def ready_draft(folder: ElectionFolder, now: datetime) -> DraftElection:
    """Give a draft that can be opened.

    Raises:
        BadInput: mistakes in the definition or the roll.
        Refused: something is still to be done.
    """
    draft = read_draft(folder)
    if steps := to_do(draft, now, folder.slug):
        raise Refused("The election cannot be opened yet.", remedy="\n- ".join(["", *steps]))
    return draft


def _again(folder: ElectionFolder) -> Turned:
    """Say that it was done; a head that a crash kept from being written is written now."""
    with Session.open(folder) as session:
        return Turned(session.writer.head, again=True)


def _fresh_key(folder: ElectionFolder) -> Ed25519PrivateKey:
    """Make the officer's key, or take the one that a broken-off `open` left."""
    if folder.officer_key.exists():
        return read_officer_key(folder)
    key = Ed25519PrivateKey.generate()
    write_officer_key(folder, key)
    return key


def _drawn_order(definition: Definition, chance: Chance) -> Order | None:
    """Draw the order of candidates on the paper, if the definition wants a lot."""
    if definition.options.candidate_order != "lot":
        return None
    return tuple((contest.id, _shuffled(contest, chance)) for contest in definition.contests)


def _shuffled(contest: ContestDefinition, chance: Chance) -> tuple[str, ...]:
    """Order the candidates' ids by 128 random bits each."""
    return tuple(one.id for one in sorted(contest.candidates, key=lambda _: chance.bits(128)))


def _opened(
    draft: DraftElection,
    register: Register,
    key: Ed25519PrivateKey,
    now: datetime,
    order: Order | None,
) -> ElectionOpened:
    definition = draft.definition
    public = key.public_key().public_bytes_raw()
    return ElectionOpened(
        type="election.opened",
        election=register.election,
        definition=draft.definition_text,
        roll_digest=roll_digest(register.salt, register.roll),
        roll_size=len(draft.roll.members),
        electors=draft.roll.electors(definition),
        officer=str(VerifierKey(origin_of(register.election), ED25519, public)),
        scrutineers=tuple(one.key for one in definition.scrutineers),
        needed=definition.secrecy.needed,
        order=order,
        software=SOFTWARE,
        time=stamp(now),
    )


def close_poll(folder: ElectionFolder, now: datetime, ask: Callable[[], None] = _nothing) -> Turned:
    """Close the poll: no ballot is accepted any more.

    ``ask`` is called while the election is held, so that what was confirmed is what is done.

    Raises:
        Refused: the election is not open, nothing was issued, or the close is still to come.
    """
    with Session.open(folder) as session:
        if isinstance(session.poll, Closed | Opened | Declared):
            return Turned(session.writer.head, again=True)
        poll = in_state(session.poll, Open, "close the poll")
        closes = poll.manifest.definition.timetable.closes
        if not poll.box.credentials:
            raise Refused("No letters were issued.", remedy="next, `issue` them.")
        if now < closes:
            raise Refused(
                f"The poll closes at {closes:%H:%M on %A} {closes.day} {closes:%B %Y}.",
                remedy="Repeat the command then; members rely on that time.",
            )
        ask()
        session.append(PollClosed(type="poll.closed", time=stamp(now), scheduled=stamp(closes)))
        session.writer.keep_head("closed")
        return Turned(session.writer.head)


def declare_result(
    folder: ElectionFolder, now: datetime, ask: Callable[[], None] = _nothing
) -> Turned:
    """Declare: the log names the SHA-256 of every result file. ``ask`` is as for the close.

    Raises:
        Refused: the election was not counted, or a count would give other files now.
    """
    with Session.open(folder) as session:
        if isinstance(session.poll, Declared):
            return Turned(session.writer.head, again=True)
        poll = in_state(session.poll, Opened, "declare the result")
        manifest = poll.closed.manifest
        files = result_files(folder.published.root, manifest.definition)
        if "result.json" not in files:
            raise Refused("The ballots are not counted yet.", remedy="next, `count` them.")
        now_counted = files_of_count(session, poll)
        for name in sorted(files.keys() | now_counted.keys()):
            if files.get(name) != now_counted.get(name):
                raise Refused(
                    f"{folder.published.root / name} is not what a count gives now: it was changed,"
                    " or the log or a cosignature came after it.",
                    remedy="`count` again, read the sheet, and declare that.",
                )
        ask()
        session.append(
            ResultDeclared(
                type="result.declared",
                files=tuple((name, sha256(data)) for name, data in sorted(files.items())),
                head=session.writer.head.root,
                time=stamp(now),
            )
        )
        session.writer.keep_head("declared")
        return Turned(session.writer.head)
