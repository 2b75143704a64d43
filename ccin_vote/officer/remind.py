"""Reminding: those whose token is live and who have no ballot in the log yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.correspondence.mail import reminder_mail
from ccin_vote.correspondence.outbox import (
    clear_folder,
    new_stem,
    page_attached,
    sender_of,
)
from ccin_vote.officer.pages import combinations, issue_pages
from ccin_vote.officer.revoke import refuse_before_letters
from ccin_vote.poll.state import Open
from ccin_vote.store.files import write_private
from ccin_vote.store.register import read_holders
from ccin_vote.store.session import Session, in_state

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.randomness import Randomness


def remind(folder: ElectionFolder, randomness: Randomness) -> int:
    """Write a reminder for each member whose credential is live and has no ballot yet.

    Raises:
        Refused: the poll is not open, or no letters were issued.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "remind members")
        box = poll.box
        refuse_before_letters(box)
        holders = read_holders(folder, box.credentials)
        sender = sender_of(folder, poll.manifest)
        pages = issue_pages(session, combinations(poll.manifest, box))
        attached = {frozenset(key): page_attached(path) for key, path in pages.items()}
        clear_folder(folder.reminders)
        waiting = [
            (rows[-1].member, credential)
            for member, rows in holders.of.items()
            if box.live(credential := holders.logged(member, box.credentials))
            and credential not in box.ballots
        ]
        for each_member, credential in waiting:
            page = attached[box.credentials[credential].contests]
            mail = reminder_mail(sender, each_member, page)
            write_private(folder.reminders / f"{new_stem(randomness)}.eml", mail)
        return len(waiting)
