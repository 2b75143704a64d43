"""After the letters went out: a credential revoked, issued again, and members reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import Letter
from ccin_vote.correspondence.mail import reminder_mail
from ccin_vote.correspondence.outbox import (
    add_letter,
    clear_folder,
    keep_letters,
    new_stem,
    page_attached,
    sender_of,
)
from ccin_vote.election.document import nearest
from ccin_vote.election.validity import is_address
from ccin_vote.errors import Refused, UsageError, shown
from ccin_vote.log.events import CredentialReissued, CredentialRevoked
from ccin_vote.officer.issue import credential_in, holder_of
from ccin_vote.officer.pages import combinations, issue_pages
from ccin_vote.poll.state import Open, box_of
from ccin_vote.roll.roll import LONGEST_NAME
from ccin_vote.roll.token import new_token
from ccin_vote.store.files import write_private
from ccin_vote.store.register import add_holder, read_holders
from ccin_vote.store.session import Session, in_state

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.events import RevocationReason
    from ccin_vote.poll.state import Box
    from ccin_vote.randomness import Chance
    from ccin_vote.roll.roll import Member
    from ccin_vote.store.register import Holders


@dataclass(frozen=True, slots=True)
class Change:
    """What a new letter is for: the reason, and the contact and address if they are new."""

    reason: RevocationReason
    contact: str = ""
    email: str = ""
    supersede: bool = False


def revoke(folder: ElectionFolder, member: str, change: Change) -> str | None:
    """Revoke a member's credential; give the reason of the log if it was revoked before.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "revoke a credential")
        holders = read_holders(folder, poll.box.credentials)
        found = _member(holders, poll.box, member)
        credential = holders.logged(found.id, poll.box.credentials)
        if credential in poll.box.revoked:
            return poll.box.revoked[credential]
        _revoke(session, credential, change)
        session.commit()
        drop_void_letters(session)
        return None


def _revoke(session: Session, credential: bytes, change: Change) -> None:
    poll = in_state(session.poll, Open, "revoke a credential")
    if credential in poll.box.ballots and not change.supersede:
        raise Refused(
            "A ballot of this member is in already; revoking would make it count no more.",
            remedy="If that is right, repeat with --supersede; the log says so.",
        )
    session.stage(
        CredentialRevoked(type="credential.revoked", credential=credential, reason=change.reason)
    )


def reissue(folder: ElectionFolder, member: str, change: Change, chance: Chance) -> Letter:
    """Write a member a new letter; the old token is void from then on.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
        UsageError: the new address is none.
    """
    _refuse_bad_contact(change)
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "issue a letter again")
        holders = read_holders(folder, poll.box.credentials)
        found = _member(holders, poll.box, member)
        pages = issue_pages(session, combinations(poll.manifest, poll.box))
        sender = sender_of(folder, poll.manifest)
        old = holders.logged(found.id, poll.box.credentials)
        _refuse_keyed(poll.box, old)
        superseded = old in poll.box.ballots
        if old not in poll.box.revoked:
            _revoke(session, old, change)
        entitled = poll.box.credentials[old].contests
        contests = tuple(one for one in poll.manifest.definition.contests if one.id in entitled)
        letter = Letter(_reached(found, change), new_token(chance.bits), contests, new_stem(chance))
        credential = credential_in(letter, poll.manifest.election)
        session.stage(
            CredentialReissued(
                type="credential.reissued",
                revoked=old,
                credential=credential,
                superseded=superseded,
            )
        )
        add_letter(folder, letter, sender, pages)
        add_holder(folder, holder_of(letter, credential.key))
        session.commit()
        drop_void_letters(session)
        return letter


def _refuse_keyed(box: Box, credential: bytes) -> None:
    """Refuse a new token to a member whose paper, or somebody's in its place, was keyed."""
    held = box.credentials[credential]
    if credential not in box.on_paper:
        return
    for contest in held.contests:
        if box.papers[contest, held.votes] >= box.papers_allowed[contest, held.votes]:
            raise Refused(
                "This member was given paper, and as many papers as were given are keyed.",
                remedy="A member whose paper is in the log does not get a token again.",
            )


def drop_letters(folder: ElectionFolder) -> int:
    """Take away the letters whose token opens nothing; give how many there were."""
    with Session.open(folder) as session:
        return drop_void_letters(session)


def drop_void_letters(session: Session) -> int:
    """Take away the letters whose token opens nothing; give how many there were."""
    box = box_of(session.poll)
    letters = read_holders(session.folder, box.credentials).letters
    return keep_letters(session.folder, lambda stem: stem in letters and box.live(letters[stem]))


def _refuse_bad_contact(change: Change) -> None:
    """Ask of a new contact what the roll asks of one."""
    if change.email and not is_address(change.email):
        raise UsageError("The new address is no e-mail address.")
    if len(change.contact) > LONGEST_NAME or shown(change.contact) != change.contact:
        raise UsageError("The new contact is no name: too long, or with hidden characters.")


def _reached(member: Member, change: Change) -> Member:
    """Give a member with the contact and address of a change, where it has any."""
    contact, email = change.contact or member.contact, change.email or member.email
    return member.model_copy(update={"contact": contact, "email": email})


def _member(holders: Holders, box: Box, name: str) -> Member:
    """Find a member by id, as it is reached now.

    Raises:
        Refused: there is none who was sent a letter; names the nearest.
    """
    _refuse_before_letters(box)
    if name not in holders.of:
        hint = nearest(name, holders.of) or "members.toml has the ids"
        raise Refused(f"No letter was issued to a member {name!r}.", remedy=f"{hint}.")
    return holders.of[name][-1].member


def _refuse_before_letters(box: Box) -> None:
    if not box.credentials:
        raise Refused("No letters were issued yet.", remedy="next, `issue` them.")


def remind(folder: ElectionFolder, chance: Chance) -> int:
    """Write a reminder for each member whose credential is live and has no ballot yet.

    Raises:
        Refused: the poll is not open, or no letters were issued.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "remind members")
        box = poll.box
        _refuse_before_letters(box)
        holders = read_holders(folder, box.credentials)
        sender = sender_of(folder, poll.manifest)
        pages = issue_pages(session, combinations(poll.manifest, box))
        attached = {frozenset(key): page_attached(path) for key, path in pages.items()}
        clear_folder(folder.reminders)
        waiting = [
            (rows[-1].member, credential)
            for member_id, rows in holders.of.items()
            if box.live(credential := holders.logged(member_id, box.credentials))
            and credential not in box.ballots
        ]
        for member, credential in waiting:
            page = attached[box.credentials[credential].contests]
            mail = reminder_mail(sender, member, page)
            write_private(folder.reminders / f"{new_stem(chance)}.eml", mail)
        return len(waiting)
