"""Reminding: those whose token is live and who have no ballot in the log yet."""

from __future__ import annotations

from dataclasses import dataclass
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
    from ccin_vote.roll.roll import Member


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many reminders were written, and the members without a ballot who get no e-mails."""

    mails: int
    others: tuple[Member, ...] = ()


def remind(folder: ElectionFolder, randomness: Randomness) -> Reminded:
    """Write a reminder for each member whose credential is live and has no ballot yet.

    Those who get no e-mails are given by name: they are rung up, or written to on paper.

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
        mailed = [each_pair for each_pair in waiting if each_pair[0].is_mailed]
        for each_member, credential in mailed:
            page = attached[box.credentials[credential].contests]
            mail = reminder_mail(sender, each_member, page)
            write_private(folder.reminders / f"{new_stem(randomness)}.eml", mail)
        others = tuple(member for member, _ in waiting if not member.is_mailed)
        return Reminded(len(mailed), others)
