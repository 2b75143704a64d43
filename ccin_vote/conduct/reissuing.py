"""After the letters went out: a credential revoked, issued again, and members reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.conduct.desk import at_desk, in_state
from ccin_vote.conduct.files import write_private
from ccin_vote.conduct.issuing import credential_in, frozen_roll
from ccin_vote.conduct.letters import (
    clear_folder,
    new_stem,
    page_attached,
    replace_letter,
    sender_of,
)
from ccin_vote.conduct.pages import combinations, issue_pages
from ccin_vote.conduct.register import read_register, write_register
from ccin_vote.election.document import nearest
from ccin_vote.election.validity import is_address
from ccin_vote.errors import Refused, UsageError
from ccin_vote.log.events import CredentialReissued, CredentialRevoked
from ccin_vote.paper.letter import Letter
from ccin_vote.paper.mail import reminder_form, reminder_mail
from ccin_vote.poll.state import Open
from ccin_vote.roll.token import new_token

if TYPE_CHECKING:
    from ccin_vote.conduct.chance import Chance
    from ccin_vote.conduct.desk import Desk
    from ccin_vote.conduct.register import Register
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.events import RevocationReason
    from ccin_vote.roll.roll import Member, Roll


@dataclass(frozen=True, slots=True)
class Change:
    """What a new letter is for: the reason, and the contact and address if they are new."""

    reason: RevocationReason
    contact: str = ""
    email: str = ""
    supersede: bool = False


def revoke(folder: ElectionFolder, member: str, change: Change) -> bool:
    """Revoke a member's credential; give whether that is new.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
    """
    with at_desk(folder) as desk:
        poll = in_state(desk.poll, Open, "revoke a credential")
        register = read_register(folder)
        found = _member(frozen_roll(desk), register, member)
        credential = register.logged(found.id, poll.box.credentials)
        if credential in poll.box.revoked:
            return False
        _revoke(desk, credential, change)
        desk.commit()
        return True


def _revoke(desk: Desk, credential: bytes, change: Change) -> None:
    poll = in_state(desk.poll, Open, "revoke a credential")
    if credential in poll.box.ballots and not change.supersede:
        raise Refused(
            "A ballot of this member is in already; revoking would make it count no more.",
            remedy="If that is right, repeat with --supersede; the log says so.",
        )
    desk.stage(
        CredentialRevoked(type="credential.revoked", credential=credential, reason=change.reason)
    )


def reissue(folder: ElectionFolder, member: str, change: Change, chance: Chance) -> Letter:
    """Write a member a new letter; the old token is void from then on.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
        UsageError: the new address is none.
    """
    if change.email and not is_address(change.email):
        raise UsageError("The new address is no e-mail address.")
    with at_desk(folder) as desk:
        poll = in_state(desk.poll, Open, "issue a letter again")
        register = read_register(folder)
        found = _member(frozen_roll(desk), register, member)
        pages = issue_pages(desk, combinations(poll.manifest, poll.box))
        old = register.logged(found.id, poll.box.credentials)
        superseded = old in poll.box.ballots
        if old not in poll.box.revoked:
            _revoke(desk, old, change)
        if change.contact or change.email:
            reached = register.reached(found)
            new = (change.contact or reached.contact, change.email or reached.email)
            register = register.model_copy(update={"contacts": register.contacts | {found.id: new}})
        entitled = poll.box.credentials[old].contests
        contests = tuple(one for one in poll.manifest.definition.contests if one.id in entitled)
        letter = Letter(register.reached(found), new_token(chance.bits), contests, new_stem(chance))
        credential = credential_in(letter, poll.manifest.election)
        previous = register.letters.get(found.id)
        register = register.replaced(found.id, credential.key)
        letters = register.letters | {found.id: letter.stem}
        desk.stage(
            CredentialReissued(
                type="credential.reissued",
                revoked=old,
                credential=credential,
                superseded=superseded,
            )
        )
        replace_letter(folder, letter, previous, sender_of(folder, poll.manifest), pages)
        write_register(folder, register.model_copy(update={"letters": letters}))
        desk.commit()
        return letter


def _member(roll: Roll, register: Register, name: str) -> Member:
    """Find a member by id.

    Raises:
        Refused: there is none who was sent a letter; names the nearest.
    """
    known = {one.id: one for one in roll.members if one.id in register.credentials}
    if not known:
        raise Refused("No letters were issued yet.", remedy="next, `issue` them.")
    if name not in known:
        hint = nearest(name, known) or "members.toml has the ids"
        raise Refused(f"No letter was issued to a member {name!r}.", remedy=f"{hint}.")
    return known[name]


def remind(folder: ElectionFolder, chance: Chance) -> int:
    """Write a reminder for each member whose credential is live and has no ballot yet.

    Raises:
        Refused: the poll is not open, or no letters were issued.
    """
    with at_desk(folder) as desk:
        poll = in_state(desk.poll, Open, "remind members")
        register, roll, box = read_register(folder), frozen_roll(desk), poll.box
        if not register.credentials:
            raise Refused("No letters were issued yet.", remedy="next, `issue` them.")
        form = reminder_form(sender_of(folder, poll.manifest))
        pages = issue_pages(desk, combinations(poll.manifest, box))
        attached = {frozenset(key): page_attached(path) for key, path in pages.items()}
        clear_folder(folder.reminders)
        waiting = [
            (one, credential)
            for one in roll.members
            if one.id in register.credentials
            and box.live(credential := register.logged(one.id, box.credentials))
            and credential not in box.ballots
        ]
        for one, credential in waiting:
            page = attached[box.credentials[credential].contests]
            mail = reminder_mail(form, register.reached(one), page)
            write_private(folder.reminders / f"{new_stem(chance)}.eml", mail)
        return len(waiting)
