"""A ballot inside a delivery report or an automatic reply: kept for its member to be asked.

It may be one that the member's own mail system sent back, one that the member has replaced since,
or one that a stranger saw on its way. So it is not accepted until the member says that it counts.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from ccin_vote.officer.arrival import judge_now
from ccin_vote.officer.returned import Told
from ccin_vote.poll.acceptance import Accepted, AlreadyThere, Refusal
from ccin_vote.seal.armour import ballot_code, to_armour
from ccin_vote.store.files import write_private

if TYPE_CHECKING:
    from ccin_vote.officer.arrival import Arrival
    from ccin_vote.store.register import Holders
    from ccin_vote.store.session import Session

_KIND = "a sealed ballot in what a program sent"


def hold(session: Session, arrival: Arrival, holders: Holders) -> Told:
    """Keep a ballot aside under its code, and say whom to ask and how it is then taken in."""
    code = ballot_code(arrival.digest)
    match judge_now(session, arrival):
        case AlreadyThere():
            return Told(_KIND, f"{code} is in the log already", "nothing to do")
        case Refusal() as refusal:
            return Told(_KIND, f"{code} would be refused: {refusal.words}", "nothing to do")
        case Accepted():
            return _kept(session, arrival, code, holders)


def _kept(session: Session, arrival: Arrival, code: str, holders: Holders) -> Told:
    path = session.folder.rejected / f"{code}.txt"
    write_private(path, to_armour(arrival.ballot).encode())
    credential = arrival.ballot.credential
    member = next(row.member for row in holders.rows if row.credential == credential)
    then = (
        f"ask {member.name} whether ballot {code} is to count; if so,"
        f" `ccin-vote accept {quote(str(session.folder.root))} {quote(str(path))}`"
    )
    words = f"{code} was NOT accepted: nothing shows that {member.name} sent it to you"
    return Told(_KIND, words, then, member.id, asks=True)
