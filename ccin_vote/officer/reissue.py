"""Reissuing: a member gets a new token in a new letter, and the old one is void."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import Letter
from ccin_vote.correspondence.outbox import (
    add_letter,
    new_stem,
    sender_of,
)
from ccin_vote.election.validity import is_address
from ccin_vote.errors import Refused, UsageError, shown
from ccin_vote.log.events import CredentialReissued
from ccin_vote.officer.issue import credential_in, holder_of
from ccin_vote.officer.pages import combinations, issue_pages
from ccin_vote.officer.revoke import Change, drop_void_letters, member_named, stage_revocation
from ccin_vote.poll.state import Open
from ccin_vote.roll.roll import LONGEST_NAME
from ccin_vote.roll.token import new_token
from ccin_vote.store.register import add_holder, read_holders
from ccin_vote.store.session import Session, in_state

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Box
    from ccin_vote.randomness import Randomness
    from ccin_vote.roll.roll import Member


def reissue(folder: ElectionFolder, member: str, change: Change, randomness: Randomness) -> Letter:
    """Write a member a new letter; the old token is void from then on.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
        UsageError: the new address is none.
    """
    _refuse_bad_contact(change)
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "issue a letter again")
        holders = read_holders(folder, poll.box.credentials)
        found = member_named(holders, poll.box, member)
        pages = issue_pages(session, combinations(poll.manifest, poll.box))
        sender = sender_of(folder, poll.manifest)
        old = holders.logged(found.id, poll.box.credentials)
        _refuse_keyed(poll.box, old)
        superseded = old in poll.box.ballots
        if old not in poll.box.revoked:
            stage_revocation(session, old, change)
        entitled = poll.box.credentials[old].contests
        contests = tuple(
            contest for contest in poll.manifest.definition.contests if contest.id in entitled
        )
        letter = Letter(
            _reached(found, change), new_token(randomness.bits), contests, new_stem(randomness)
        )
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


def _refuse_bad_contact(change: Change) -> None:
    """Ask of a new contact what the roll asks of one."""
    if change.email and not is_address(change.email):
        raise UsageError("The new address is not an e-mail address.")
    if len(change.contact) > LONGEST_NAME or shown(change.contact) != change.contact:
        raise UsageError("The new contact is not a name: too long, or with hidden characters.")


def _reached(member: Member, change: Change) -> Member:
    """Return a member with the contact and address of a change; a new address is used."""
    contact, email = change.contact or member.contact, change.email or member.email
    channel = "email" if change.email else member.channel
    return member.model_copy(update={"contact": contact, "email": email, "channel": channel})
