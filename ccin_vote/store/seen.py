"""Which mails of a mailbox on a server were read: by UID, as long as its UIDVALIDITY holds.

It is written after what was in the mails is on the disk, never before. If it is lost, all mails
are read again, and their ballots are "already there".
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ccin_vote.canonical import Model
from ccin_vote.errors import IntegrityFailure
from ccin_vote.store.files import read_file, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.election.folder import ElectionFolder

_MOST = 10_000_000
"""No mailbox has more mails than this: a file that says so is damaged."""


class SeenMailbox(Model):
    """A folder on a server; ``uids`` are (first, last) of each row of mails that were read."""

    host: str
    user: str
    folder: str
    validity: int
    uids: tuple[tuple[int, int], ...]

    def every(self) -> set[int]:
        """Return each UID."""
        return {uid for first, last in self.uids for uid in range(first, last + 1)}


class SeenMailboxes(Model):
    """All folders from which mails were ever read."""

    mailboxes: tuple[SeenMailbox, ...] = ()


Place = tuple[str, str, str, int]
"""Host, user, folder and UIDVALIDITY."""


def read_seen(folder: ElectionFolder, place: Place) -> set[int]:
    """Return the UIDs that were read; none where the UIDVALIDITY is another one now.

    Raises:
        IntegrityFailure: the file is damaged.
    """
    return _seen(_read(folder), place)


def write_seen(folder: ElectionFolder, place: Place, uids: Iterable[int]) -> None:
    """Add UIDs to those that were read; what an older UIDVALIDITY says is dropped."""
    before = _read(folder)
    others = (box for box in before if _place(box)[:3] != place[:3])
    host, user, name, validity = place
    rows = _rows(_seen(before, place) | set(uids))
    box = SeenMailbox(host=host, user=user, folder=name, validity=validity, uids=rows)
    write_private(folder.seen, SeenMailboxes(mailboxes=(*others, box)).to_json())


def _seen(boxes: Iterable[SeenMailbox], place: Place) -> set[int]:
    return {uid for box in boxes if _place(box) == place for uid in box.every()}


def _place(box: SeenMailbox) -> Place:
    return box.host, box.user, box.folder, box.validity


def _rows(uids: set[int]) -> tuple[tuple[int, int], ...]:
    """Return the first and the last of each row of numbers that follow each other."""
    ordered = sorted(uids)
    breaks = [(before, after) for before, after in pairwise(ordered) if after != before + 1]
    firsts = [*ordered[:1], *(after for _, after in breaks)]
    lasts = [*(before for before, _ in breaks), *ordered[-1:]]
    return tuple(zip(firsts, lasts, strict=True))


def _read(folder: ElectionFolder) -> tuple[SeenMailbox, ...]:
    if not folder.seen.exists():
        return ()
    try:
        boxes = SeenMailboxes.from_json(read_file(folder.seen)).mailboxes
    except ValueError as error:
        raise _damaged(folder) from error
    if any(sum(last - first for first, last in box.uids) > _MOST for box in boxes):
        raise _damaged(folder)
    return boxes


def _damaged(folder: ElectionFolder) -> IntegrityFailure:
    return IntegrityFailure(
        "what was read of the mailbox is damaged",
        file=str(folder.seen),
        remedy="Delete it: all mails are read again, and no ballot counts twice.",
    )
