"""A ballot that came in, judged by the poll as it stands; nothing is logged here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.errors import Refused
from ccin_vote.poll.acceptance import AlreadyThere, Refusal, Verdict, is_stranger, judge
from ccin_vote.poll.state import Closed, Declared, Open, Unsealed, box_of, closed_of

if TYPE_CHECKING:
    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.store.session import Session


@dataclass(frozen=True, slots=True)
class Arrival:
    """A ballot that came in, its canonical JSON, and whether its credential signed it."""

    ballot: SealedBallot
    data: bytes
    signed: bool

    @property
    def digest(self) -> bytes:
        """The envelope's digest."""
        return sha256(self.data)


def arrival_of(ballot: SealedBallot) -> Arrival:
    """Return what can be said of a ballot by itself."""
    return Arrival(ballot, ballot.to_json(), ballot.is_signed())


def judge_now(session: Session, arrival: Arrival) -> Verdict:
    """Judge a ballot in the poll as it stands; after the close it is late, or already there."""
    poll, ballot = session.poll, arrival.ballot
    if isinstance(poll, Open):
        return judge(poll, ballot, signed=arrival.signed)
    if not isinstance(poll, Closed | Unsealed | Declared):
        raise Refused("The election is a draft: it is not taking ballots yet.")
    line = box_of(poll).line_of(ballot)
    if line is not None:
        return AlreadyThere(line)
    as_open = Open(closed_of(poll).manifest, box_of(poll))
    stranger = is_stranger(as_open, ballot, signed=arrival.signed)
    return Refusal(stranger, None) if stranger else Refusal("late", "late")
