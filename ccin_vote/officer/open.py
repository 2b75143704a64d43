"""Opening: the definition and the roll are frozen, and the log begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import sha256
from ccin_vote.errors import Refused
from ccin_vote.log.checkpoint import origin_of
from ccin_vote.log.events import FORMAT, ElectionOpened
from ccin_vote.log.note import ED25519, VerifierKey
from ccin_vote.log.writer import LogWriter
from ccin_vote.officer.draft import DraftElection, read_draft, to_do
from ccin_vote.store.files import write_file
from ccin_vote.store.filesystem import refuse_network
from ccin_vote.store.officer_key import read_officer_key, write_officer_key
from ccin_vote.store.register import Register, roll_digest, write_register
from ccin_vote.store.session import Milestone, Session, nothing, stamp
from ccin_vote.store.snapshot import election_of
from ccin_vote.verify.evidence import SOFTWARE, verifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.randomness import Randomness

    Order = tuple[tuple[str, tuple[str, ...]], ...]


def open_election(
    folder: ElectionFolder,
    now: datetime,
    randomness: Randomness,
    ask: Callable[[Definition], None] = nothing,
) -> Milestone:
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
    election = f"{folder.slug}-{randomness.data(16).hex()}"
    key = _fresh_key(folder)
    register = Register(election=election, salt=randomness.data(32), roll=draft.roll_text)
    event = _opened(draft, register, key, now, _drawn_order(draft.definition, randomness))
    with LogWriter(folder, origin_of(election), key, folder.private / "torn") as writer:
        if writer.lines:
            return Milestone(writer.head, again=True)
        write_register(folder, register)
        # A later version may bring another verifier; this log is read by this one.
        write_file(folder.verifier, verifier())
        writer.append([event])
        writer.keep_head("opened")
        return Milestone(writer.head)


def ready_draft(folder: ElectionFolder, now: datetime) -> DraftElection:
    """Return a draft that can be opened.

    Raises:
        BadInput: mistakes in the definition or the roll.
        Refused: something is still to be done.
    """
    draft = read_draft(folder)
    if steps := to_do(draft, now, folder.slug):
        raise Refused("The election cannot be opened yet.", remedy="\n- ".join(["", *steps]))
    return draft


def _again(folder: ElectionFolder) -> Milestone:
    """Say that it was done; a head that a crash kept from being written is written now."""
    with Session.open(folder) as session:
        return Milestone(session.writer.head, again=True)


def _fresh_key(folder: ElectionFolder) -> Ed25519PrivateKey:
    """Make the officer's key, or take the one that a broken-off `open` left."""
    if folder.officer_key.exists():
        return read_officer_key(folder)
    key = Ed25519PrivateKey.generate()
    write_officer_key(folder, key)
    return key


def _drawn_order(definition: Definition, randomness: Randomness) -> Order | None:
    """Draw the order of candidates on the paper, if the definition wants a lot."""
    if definition.options.candidate_order != "lot":
        return None
    return tuple((contest.id, _shuffled(contest, randomness)) for contest in definition.contests)


def _shuffled(contest: ContestDefinition, randomness: Randomness) -> tuple[str, ...]:
    """Order the candidates' ids by 128 random bits each."""
    return tuple(
        candidate.id for candidate in sorted(contest.candidates, key=lambda _: randomness.bits(128))
    )


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
        scrutineers=tuple(scrutineer.key for scrutineer in definition.scrutineers),
        needed=definition.secrecy.needed,
        order=order,
        format=FORMAT,
        verifier=sha256(verifier()),
        software=SOFTWARE,
        time=stamp(now),
    )
