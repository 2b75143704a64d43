"""Issuing: a token for each member, in a letter; its credential in the log, in no order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import Letter
from ccin_vote.correspondence.outbox import (
    clear_folder,
    new_stem,
    sender_of,
    write_letters,
    write_mail_merge,
)
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import Credential, CredentialsIssued
from ccin_vote.officer.pages import issue_pages
from ccin_vote.parallel import map_chunks
from ccin_vote.poll.state import Open, box_of
from ccin_vote.roll.credential import credential_of
from ccin_vote.roll.token import new_token
from ccin_vote.store.register import Holder, read_register, roll_in, write_holders
from ccin_vote.store.session import Session, in_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.randomness import Randomness
    from ccin_vote.roll.roll import Roll


@dataclass(frozen=True, slots=True)
class Issued:
    """How many letters were written; ``again`` if that was done before. How many pages.

    ``mails`` of the letters are e-mails, too; ``paper`` are the ids of those who vote on paper.
    """

    letters: int
    again: bool
    pages: int = 0
    mails: int = 0
    paper: tuple[str, ...] = ()


def issue(folder: ElectionFolder, randomness: Randomness) -> Issued:
    """Write the ballot pages and a letter for every member who may vote; log their credentials.

    Pages, letters and the register are on the disk before the log says that they were issued.

    Raises:
        Refused: the election is not open.
        BadInput: the organisation's own templates have mistakes.
        IntegrityFailure: the roll is not the one that was frozen.
    """
    with Session.open(folder) as session:
        if issued := box_of(session.poll).issued:
            return Issued(issued, again=True)
        poll = in_state(session.poll, Open, "issue letters")
        definition, election = poll.manifest.definition, poll.manifest.election
        sender = sender_of(folder, poll.manifest)
        letters = make_letters(frozen_roll(session), definition, randomness)
        combined = {tuple(contest.id for contest in letter.contests) for letter in letters}
        pages = issue_pages(session, sorted(combined))
        made = list(map_chunks(_made, letters, election))
        clear_folder(folder.letters)
        write_letters(folder, letters, sender, pages)
        write_mail_merge(folder, letters, sender)
        write_holders(folder, [row for _, row in made])
        session.append(credentials_issued([credential for credential, _ in made]))
        members = [letter.member for letter in letters]
        mails = sum(member.is_mailed for member in members)
        paper = tuple(member.id for member in members if member.way == "paper")
        return Issued(len(letters), again=False, pages=len(pages), mails=mails, paper=paper)


def frozen_roll(session: Session) -> Roll:
    """Return the roll that was frozen when the election was opened.

    Raises:
        IntegrityFailure: the register holds another roll.
    """
    poll = in_state(session.poll, Open, "read the roll")
    register = read_register(session.folder)
    if register.roll_digest != poll.manifest.event.roll_digest:
        raise IntegrityFailure(
            "the roll in the register is not the one that was frozen",
            file=str(session.folder.register),
            remedy="Restore a backup of the folder private/.",
        )
    return roll_in(register)


def make_letters(roll: Roll, definition: Definition, randomness: Randomness) -> list[Letter]:
    """Make a token for each member who may vote in a contested contest."""
    contested = [contest for contest in definition.contests if not contest.contest.uncontested]
    entitled = {
        contest.id: {member.id for member in roll.entitled(contest)} for contest in contested
    }
    letters = []
    for member in roll.members:
        contests = tuple(contest for contest in contested if member.id in entitled[contest.id])
        if contests:
            token = new_token(randomness.bits)
            letters.append(Letter(member, token, contests, new_stem(randomness)))
    return letters


def _made(letters: Sequence[Letter], election: str) -> list[tuple[Credential, bytes]]:
    """Return the credential of each letter, and its row of the register."""
    credentials = [credential_in(letter, election) for letter in letters]
    pairs = zip(letters, credentials, strict=True)
    return [(credential, holder_of(pair, credential.key).to_json()) for pair, credential in pairs]


def holder_of(letter: Letter, credential: bytes) -> Holder:
    """Return the row of the register for a letter."""
    return Holder(credential=credential, letter=letter.stem, member=letter.member)


def credentials_issued(credentials: list[Credential]) -> CredentialsIssued:
    """Return the event: credentials sorted by key, so that their order says nothing."""
    return CredentialsIssued(
        type="credentials.issued",
        credentials=tuple(sorted(credentials, key=lambda credential: credential.key)),
    )


def credential_in(letter: Letter, election: str) -> Credential:
    """Return the credential that a letter's token makes, as the log has it."""
    return Credential(
        key=credential_of(letter.token, election),
        votes=letter.member.votes,
        contests=tuple(contest.id for contest in letter.contests),
    )
