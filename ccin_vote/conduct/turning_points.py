"""The turning points: open, close, declare. Each freezes something and keeps the log's head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import sha256
from ccin_vote.conduct.counting import files_of_count
from ccin_vote.conduct.desk import (
    at_desk,
    election_of,
    in_state,
    look,
    read_officer_key,
    stamp,
    write_officer_key,
)
from ccin_vote.conduct.drafting import DraftElection, read_draft, to_do
from ccin_vote.conduct.files import write_file
from ccin_vote.conduct.place import refuse_network
from ccin_vote.conduct.register import Register, roll_digest, write_register
from ccin_vote.conduct.results import result_files
from ccin_vote.errors import Refused
from ccin_vote.log.checkpoint import origin_of
from ccin_vote.log.events import FORMAT, ElectionOpened, PollClosed, ResultDeclared
from ccin_vote.log.note import ED25519, VerifierKey
from ccin_vote.log.writer import LogWriter
from ccin_vote.poll.state import Closed, Declared, Draft, Open, Opened
from ccin_vote.verify.folder import SOFTWARE, verifier

if TYPE_CHECKING:
    from datetime import datetime

    from ccin_vote.conduct.chance import Chance
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.checkpoint import Head

    Order = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """The log's head at a turning point; ``again`` if it had been passed before."""

    head: Head
    again: bool = False


def open_election(folder: ElectionFolder, now: datetime, chance: Chance) -> Turned:
    """Freeze the definition and the roll, and begin the log.

    Raises:
        BadInput: mistakes in the definition or the roll.
        Refused: something is still to be done.
    """
    if election_of(folder) is not None:
        return _again(folder)
    refuse_network(folder.root)
    draft = ready_draft(folder, now)
    election = f"{folder.slug}-{chance.data(16).hex()}"
    key = _fresh_key(folder)
    register = Register(election=election, salt=chance.data(32), roll=draft.roll_text)
    event = _opened(draft, register, key, now, _drawn_order(draft.definition, chance))
    with LogWriter(folder, origin_of(election), key, folder.private / "torn") as writer:
        if writer.lines:
            return Turned(writer.head, again=True)
        write_register(folder, register)
        write_file(folder.verifier, verifier())
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
    with at_desk(folder) as desk:
        return Turned(desk.writer.head, again=True)


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
        format=FORMAT,
        verifier=sha256(verifier()),
        software=SOFTWARE,
        time=stamp(now),
    )


def close_poll(folder: ElectionFolder, now: datetime) -> Turned:
    """Close the poll: no ballot is accepted any more.

    Raises:
        Refused: the election is not open, nothing was issued, or the close is still to come.
    """
    if isinstance(look(folder), Closed | Opened | Declared):
        return _again(folder)
    with at_desk(folder) as desk:
        poll = in_state(desk.poll, Open, "close the poll")
        closes = poll.manifest.definition.timetable.closes
        if not poll.box.credentials:
            raise Refused("No letters were issued.", remedy="next, `issue` them.")
        if now < closes:
            raise Refused(
                f"The poll closes at {closes:%H:%M on %A} {closes.day} {closes:%B %Y}.",
                remedy="Repeat the command then; members rely on that time.",
            )
        desk.append(PollClosed(type="poll.closed", time=stamp(now), scheduled=stamp(closes)))
        desk.writer.keep_head("closed")
        return Turned(desk.writer.head)


def declare_result(folder: ElectionFolder, now: datetime) -> Turned:
    """Declare: the log names the SHA-256 of every result file.

    Raises:
        Refused: the election was not counted, or a count would give other files now.
    """
    if isinstance(look(folder), Declared):
        return _again(folder)
    with at_desk(folder) as desk:
        poll = in_state(desk.poll, Opened, "declare the result")
        manifest = poll.closed.manifest
        files = result_files(folder.published.root, manifest.definition)
        if "result.json" not in files:
            raise Refused("The ballots are not counted yet.", remedy="next, `count` them.")
        now_counted = files_of_count(desk, poll)
        for name in sorted(files.keys() | now_counted.keys()):
            if files.get(name) != now_counted.get(name):
                raise Refused(
                    f"{folder.published.root / name} is not what a count gives now: it was changed,"
                    " or the log or a cosignature came after it.",
                    remedy="`count` again, read the sheet, and declare that.",
                )
        desk.append(
            ResultDeclared(
                type="result.declared",
                files=tuple((name, sha256(data)) for name, data in sorted(files.items())),
                head=desk.writer.head.root,
                time=stamp(now),
            )
        )
        desk.writer.keep_head("declared")
        return Turned(desk.writer.head)


def is_draft(folder: ElectionFolder) -> bool:
    """Say whether the election may still change."""
    return isinstance(look(folder), Draft)
