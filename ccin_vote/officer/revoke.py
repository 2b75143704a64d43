"""Revoking: a token opens nothing from then on; its letter, if it is still here, goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.outbox import (
    keep_letters,
)
from ccin_vote.election.document import nearest
from ccin_vote.errors import Refused
from ccin_vote.log.events import CredentialRevoked
from ccin_vote.poll.state import Open, box_of
from ccin_vote.store.register import read_holders
from ccin_vote.store.session import Session, in_state

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.events import RevocationReason
    from ccin_vote.poll.state import Box
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
    """Revoke a member's credential; return the reason of the log if it was revoked before.

    Raises:
        Refused: the poll is not open, there is no such member, or its ballot is in already.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "revoke a credential")
        holders = read_holders(folder, poll.box.credentials)
        found = member_named(holders, poll.box, member)
        credential = holders.logged(found.id, poll.box.credentials)
        if credential in poll.box.revoked:
            return poll.box.revoked[credential]
        stage_revocation(session, credential, change)
        session.commit()
        drop_void_letters(session)
        return None


def stage_revocation(session: Session, credential: bytes, change: Change) -> None:
    """Stage the revocation of a credential.

    Raises:
        Refused: a ballot is in under it, and the change does not say that it may be superseded.
    """
    poll = in_state(session.poll, Open, "revoke a credential")
    if credential in poll.box.ballots and not change.supersede:
        raise Refused(
            "This member's ballot is already in; without its token it would no longer count.",
            remedy="If that is what you want, repeat with --supersede; the log will say so.",
        )
    session.stage(
        CredentialRevoked(type="credential.revoked", credential=credential, reason=change.reason)
    )


def drop_letters(folder: ElectionFolder) -> int:
    """Take away the letters whose token opens nothing; return how many there were."""
    with Session.open(folder) as session:
        return drop_void_letters(session)


def drop_void_letters(session: Session) -> int:
    """Take away the letters whose token opens nothing; return how many there were."""
    box = box_of(session.poll)
    letters = read_holders(session.folder, box.credentials).letters
    return keep_letters(session.folder, lambda stem: stem in letters and box.live(letters[stem]))


def member_named(holders: Holders, box: Box, name: str) -> Member:
    """Find a member by id, as it is reached now.

    Raises:
        Refused: there is none who was sent a letter; names the nearest.
    """
    refuse_before_letters(box)
    if name not in holders.of:
        hint = nearest(name, holders.of) or "members.toml has the ids"
        raise Refused(f"No letter was issued to a member {name!r}.", remedy=f"{hint}.")
    return holders.of[name][-1].member


def refuse_before_letters(box: Box) -> None:
    """Refuse where no letters were issued yet."""
    if not box.credentials:
        raise Refused("No letters were issued yet.", remedy="next, `issue` them.")
