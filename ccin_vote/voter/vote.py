"""Voting: token and choices become a sealed ballot on the machine in front of the voter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.choices import encode_choices
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.poll.state import Open, manifest_of
from ccin_vote.roll.credential import credential_key, credential_of, sequence_at
from ccin_vote.seal.sealing import seal_ballot
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Manifest, Poll
    from ccin_vote.randomness import Randomness
    from ccin_vote.roll.token import Token
    from ccin_vote.seal.envelope import SealedBallot


@dataclass(frozen=True, slots=True)
class Booth:
    """What a voter with a checked token sees: the contests that the token opens."""

    manifest: Manifest
    token: Token
    contests: tuple[ContestDefinition, ...]
    votes: int


def snapshot_at_officers(folder: ElectionFolder) -> Snapshot:
    """Return the election at the officer's terminal, where one may finish what broke off.

    Raises:
        BadInput: there is no log.
        Refused: the election is a draft, its log is missing, or another command holds it.
        IntegrityFailure: the log is not what was signed.
    """
    try:
        return Snapshot.read_signed(folder)
    except IntegrityFailure:
        with Session.open(folder) as session:
            return session.snapshot


def enter_booth(poll: Poll, token: Token) -> Booth:
    """Find what a token opens.

    Raises:
        Refused: the election takes no ballots, or the token is not one of this election's.
    """
    if not isinstance(poll, Open):
        raise Refused(
            "This election is not taking ballots now.", remedy="Ask the returning officer."
        )
    manifest = manifest_of(poll)
    credential = credential_of(token, manifest.election)
    entitlement = poll.box.credentials.get(credential)
    if entitlement is None or credential in poll.box.revoked:
        raise Refused(
            "This token does not belong to this election, or it was replaced.",
            remedy=f"Compare it with your newest letter, or ask {manifest.definition.officer.name}"
            f" <{manifest.definition.officer.email}>.",
        )
    contests = tuple(
        contest for contest in manifest.definition.contests if contest.id in entitlement.contests
    )
    return Booth(manifest, token, contests, entitlement.votes)


def seal(
    booth: Booth, papers: Mapping[str, Marks], now: datetime, randomness: Randomness
) -> SealedBallot:
    """Seal the choices: after this nobody can read them but the scrutineers together."""
    manifest = booth.manifest
    return seal_ballot(
        manifest.sealing,
        encode_choices(manifest.definition.contests, papers),
        credential_key(booth.token, manifest.election),
        sequence_at(booth.token, manifest.election, now),
        randomness.data,
    )
