"""Accepting straight from the mailbox: what is new in it, some mails at a time.

The election is held while mails are accepted, and not while they are fetched. Which were read is
remembered by the caller, once they are accepted and their outcomes are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.imap import open_inbox
from ccin_vote.officer.accept import accept
from ccin_vote.store.seen import read_seen, write_seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ccin_vote.correspondence.inbox import Inbox
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.officer.accept import Outcome
    from ccin_vote.store.seen import Place


@dataclass(frozen=True, slots=True)
class Fetched:
    """Some mails that were fetched and accepted, and those that are too large, by name."""

    outcomes: list[Outcome]
    too_large: list[str]
    place: Place
    uids: tuple[int, ...]

    def remember(self, folder: ElectionFolder) -> None:
        """Remember that these mails were read."""
        write_seen(folder, self.place, self.uids)


def accept_inbox(folder: ElectionFolder, inbox: Inbox, now: datetime) -> Iterator[Fetched]:
    """Accept what is new in a mailbox, and yield what became of it, as it is on the disk.

    Raises:
        Refused: the server cannot be used, or broke off; what was yielded before stands.
    """
    with open_inbox(inbox) as opened:
        place = (inbox.host, inbox.user, inbox.folder, opened.validity)
        for batch in opened.batches(read_seen(folder, place)):
            mails = [source for source in batch.sources if not source.is_too_large]
            large = [source.name for source in batch.sources if source.is_too_large]
            yield Fetched(accept(folder, mails, now), large, place, batch.uids)
