"""Noting an incident in the log, in the officer's words, without naming a member."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from ccin_vote.errors import Refused, UsageError, shown
from ccin_vote.log.events import IncidentNoted
from ccin_vote.poll.state import box_of
from ccin_vote.store.register import read_holders, read_register, roll_in
from ccin_vote.store.session import Session

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Poll

LONGEST = 2000


def note(folder: ElectionFolder, text: str) -> Poll:
    """Log an incident; return the poll as it is then.

    Raises:
        UsageError: the text is empty, too long, or has characters that cannot be seen.
        Refused: the text has a name or an address of the roll in it, which everybody would read.
    """
    if not text.strip() or len(text) > LONGEST or shown(text) != text:
        raise UsageError(f"A note is one line of 1 to {LONGEST:,} characters that can be seen.")
    with Session.open(folder) as session:
        holders = read_holders(folder, box_of(session.poll).credentials)
        told = f" {_plain(text)} "
        for member in roll_in(read_register(folder)).members:
            now = holders.reached(member)
            ids = () if member.id.isdigit() else (member.id,)
            names = (member.name, member.contact, member.email, now.contact, now.email, *ids)
            for word in map(_plain, filter(None, names)):
                if _stands_in(word, told):
                    raise Refused(
                        f"The note names a member of the roll ({shown(word)}), and everybody can"
                        " read it.",
                        remedy="Say what happened without names, addresses or ids.",
                    )
        session.append(IncidentNoted(type="incident.noted", text=text.strip()))
        return session.poll


def _plain(text: str) -> str:
    """Return a text without regard to case, spaces and how accents are written."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _stands_in(word: str, text: str) -> bool:
    """Return whether a word, or several, stands in a text by itself."""
    at = text.find(word)
    while at != -1:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(word, at + 1)
    return False
