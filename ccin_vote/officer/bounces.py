"""Bounces: whose letters did not arrive, read from the mailbox; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.correspondence.message import read_contents
from ccin_vote.errors import Refused
from ccin_vote.officer.returned import Returned, Told
from ccin_vote.officer.revoke import refuse_before_letters
from ccin_vote.poll.state import Draft, box_of, manifest_of
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.correspondence.mailbox import Source
    from ccin_vote.election.folder import ElectionFolder


@dataclass
class Bounces:
    """What was read: each thing said with its source; how many mails, and of them with a ballot."""

    told: list[tuple[str, Told]] = field(default_factory=list)
    mails: int = 0
    ballots: int = 0


def bounces(folder: ElectionFolder, sources: Iterable[Source]) -> Bounces:
    """Say of each mail that a program sent, or that has a token in it, what it is and what to do.

    Raises:
        Refused: no letters were issued yet.
    """
    poll = Snapshot.read(folder).poll
    if isinstance(poll, Draft):
        raise Refused("The election is a draft: no letters were issued.", remedy="`open` it.")
    refuse_before_letters(box_of(poll))
    returned, read = Returned.read(folder, poll), Bounces()
    for source in sources:
        contents = read_contents(source.data, manifest_of(poll).election)
        read.mails += 1
        read.ballots += contents.has_ballot
        read.told += [(source.name, told) for told in returned.told(contents)]
    return read
