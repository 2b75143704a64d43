"""Issuing: a token for each member, in a letter; its credential in the log, in no order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.conduct.desk import at_desk, in_state
from ccin_vote.conduct.files import private_folder, write_private
from ccin_vote.conduct.register import read_register, write_register
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import Credential, CredentialsIssued
from ccin_vote.paper.letter import Letter, letter_text, mail_merge
from ccin_vote.poll.state import Open, box_of
from ccin_vote.roll.credential import credential_of
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.token import new_token

if TYPE_CHECKING:
    from ccin_vote.conduct.chance import Chance
    from ccin_vote.conduct.desk import Desk
    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.roll import Roll

MAIL_MERGE = "mail-merge.csv"


@dataclass(frozen=True, slots=True)
class Issued:
    """How many letters were written; 0 and ``again`` if that was done before."""

    letters: int
    again: bool


def issue(folder: ElectionFolder, chance: Chance) -> Issued:
    """Write a letter for every member who may vote, and log their credentials.

    The letters and the register are on the disk before the log says that they were issued.

    Raises:
        Refused: the election is not open.
        IntegrityFailure: the roll is not the one that was frozen.
    """
    with at_desk(folder) as desk:
        if issued := len(box_of(desk.poll).credentials):
            return Issued(issued, again=True)
        poll = in_state(desk.poll, Open, "issue letters")
        definition, election = poll.manifest.definition, poll.manifest.election
        letters = make_letters(frozen_roll(desk), definition, chance)
        credentials = {one.member.id: credential_of(one.token, election) for one in letters}
        register = read_register(folder).model_copy(update={"credentials": credentials})
        write_letters(folder, letters, poll)
        write_register(folder, register)
        desk.append(credentials_issued(letters, election))
        return Issued(len(letters), again=False)


def frozen_roll(desk: Desk) -> Roll:
    """Give the roll that was frozen when the election was opened.

    Raises:
        IntegrityFailure: the register holds another roll.
    """
    poll = in_state(desk.poll, Open, "read the roll")
    register = read_register(desk.folder)
    roll, _ = parse_roll(register.roll.encode(), "members.toml")
    if roll is None or register.roll_digest != poll.manifest.event.roll_digest:
        raise IntegrityFailure(
            "the roll in the register is not the one that was frozen",
            file=str(desk.folder.register),
            remedy="Restore a backup of the folder private/.",
        )
    return roll


def make_letters(roll: Roll, definition: Definition, chance: Chance) -> list[Letter]:
    """Make a token for each member who may vote in a contested contest."""
    contested = [one for one in definition.contests if not one.contest.uncontested]
    entitled = {one.id: {member.id for member in roll.entitled(one)} for one in contested}
    letters = []
    for member in roll.members:
        contests = tuple(one for one in contested if member.id in entitled[one.id])
        if contests:
            letters.append(Letter(member, new_token(chance.bits), contests))
    return letters


def credentials_issued(letters: list[Letter], election: str) -> CredentialsIssued:
    """Give the event: credentials sorted by key, so that their order says nothing."""
    credentials = [
        Credential(
            key=credential_of(one.token, election),
            votes=one.member.votes,
            contests=tuple(contest.id for contest in one.contests),
        )
        for one in letters
    ]
    return CredentialsIssued(
        type="credentials.issued", credentials=tuple(sorted(credentials, key=lambda one: one.key))
    )


def write_letters(folder: ElectionFolder, letters: list[Letter], poll: Open) -> None:
    """Write one text letter a member and the mail-merge table, for the officer alone."""
    definition, election = poll.manifest.definition, poll.manifest.election
    private_folder(folder.letters)
    for letter in letters:
        text = letter_text(letter, definition, election)
        write_private(folder.letters / f"{letter.member.id}.txt", text.encode())
    table = mail_merge(letters, definition.timetable.closes)
    write_private(folder.letters / MAIL_MERGE, table.encode("utf-8-sig"))
