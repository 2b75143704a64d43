"""What came back and is no ballot: whose letter did not arrive, and what the officer can do.

Addresses and tokens are looked up in the register, and what is said names members: it is for the
officer's terminal, and nothing of it goes into the log. A delivery report proves nothing, since
anybody can write one; a token in it is proof that somebody had the letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING

from ccin_vote.correspondence.report import DeliveryReport
from ccin_vote.correspondence.sort import AutomaticReply, OtherReport
from ccin_vote.poll.state import Open, box_of
from ccin_vote.store.register import Holders, read_holders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ccin_vote.correspondence.message import Contents
    from ccin_vote.correspondence.report import Recipient
    from ccin_vote.correspondence.sort import Sort
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Poll
    from ccin_vote.roll.roll import Member

_WHY = {
    "1.": "there is no such address",
    "2.2": "its mailbox is full",
    "2.1": "its mailbox is closed",
    "7.": "its server does not want the mail",
    "3.4": "the mail is too large for its server",
    "4.": "its server cannot be reached",
}
"""What a status code says (RFC 3463, section 3), by how it begins without its first figure."""
_NO_ADDRESS = ("1.", "2.1")
"""Statuses after which the same address is of no use."""
_NOTHING = "nothing to do"
_ABOVE = "as above"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a mail: its kind, what it says, what to do next, and of which member.

    ``asks`` if the officer has to do something.
    """

    kind: str
    words: str
    next: str
    member: str | None = None
    asks: bool = False

    def __str__(self) -> str:
        """Return all of it in a sentence."""
        return f"{self.kind}: {self.words}. Next: {self.next}."


@dataclass(frozen=True)
class Returned:
    """The members as they are reached, in the poll as it stands."""

    folder: ElectionFolder
    poll: Poll
    holders: Holders = field(default_factory=Holders)

    @classmethod
    def read(cls, folder: ElectionFolder, poll: Poll) -> Returned:
        """Read the register.

        Raises:
            IntegrityFailure: it is damaged.
        """
        return cls(folder, poll, read_holders(folder, box_of(poll).credentials))

    def told(self, contents: Contents) -> list[Told]:
        """Return what there is to say of a mail: tokens first, then what its headers say."""
        rest = list(self._of_sort(contents.sort)) or _of_unknown(contents.sort)
        # A new letter to an address that there is not would come back, too.
        better = {told.member: f"{told.next}; delete the mail" for told in rest if told.asks}
        tokens = [
            replace(told, next=better.get(told.member, told.next)) if told.asks else told
            for told in self._of_tokens(contents.credentials)
        ]
        warned = {told.member for told in tokens if told.asks}
        return [
            *tokens,
            *(replace(told, next=_ABOVE) if told.member in warned else told for told in rest),
        ]

    def _of_tokens(self, credentials: Iterable[bytes]) -> Iterator[Told]:
        held = {row.credential: row.member for row in self.holders.rows}
        for credential in sorted(credentials):
            if credential in held and credential in box_of(self.poll).credentials:
                yield self._of_token(credential, held[credential])

    def _of_token(self, credential: bytes, member: Member) -> Told:
        kind, box = "a letter that came back", box_of(self.poll)
        if not (isinstance(self.poll, Open) and box.live(credential)):
            words = f"the token of {member.name} stands in it, and is void"
            return Told(kind, words, _NOTHING, member.id)
        words = (
            f"WARNING: THE TOKEN OF {member.name} STANDS IN THIS MAIL, and whoever reads the mail"
            " on its way can vote with it"
        )
        if credential in box.ballots:
            then = f"its ballot is in; {self._reissue(member, '--supersede')} makes both void"
        else:
            then = f"{self._reissue(member)}, and delete the mail"
        return Told(kind, words, then, member.id, asks=True)

    def _reissue(self, member: Member, *options: str) -> str:
        root = quote(str(self.folder.root))
        return f"`{' '.join(('ccin-vote reissue', root, quote(member.id), *options))}`"

    def _of_sort(self, sort: Sort | None) -> Iterator[Told]:
        match sort:
            case DeliveryReport():
                kind = "what looks like a delivery report" if sort.guessed else "a delivery report"
                for recipient in sort.recipients:
                    yield from self._of_recipient(kind, recipient, guessed=sort.guessed)
            case AutomaticReply():
                yield self._of_reply(sort)
            case OtherReport():
                members = self._members(sort.sender)
                sender = _named(members, sort.sender)
                yield Told(sort.words, f"from {sender}", _NOTHING, _first_id(members))

    def _of_reply(self, reply: AutomaticReply) -> Told:
        kind = "an automatic reply" if reply.certain else "what looks like an automatic reply"
        members = self._members(reply.sender)
        words = f"from {_named(members, reply.sender)}; perhaps nobody has read our mail yet"
        then = "ask for another contact if it says that nobody will, else nothing"
        if members and self._settled(members[0], reply.sender):
            then = _NOTHING
        return Told(kind, words, then, _first_id(members))

    def _of_recipient(self, kind: str, recipient: Recipient, *, guessed: bool) -> Iterator[Told]:
        members = self._members(recipient.address)
        if not members and not guessed:
            yield self._of_nobody(kind, recipient)
        for member in members:
            yield self._of_member(kind, recipient, member)

    def _of_nobody(self, kind: str, recipient: Recipient) -> Told:
        words = f"the mail to {recipient.address} {_became(recipient)}; no letter went there"
        asks = recipient.action == "failed"
        then = "read it and look what was sent there" if asks else _NOTHING
        return Told(kind, words, then, asks=asks)

    def _of_member(self, kind: str, recipient: Recipient, member: Member) -> Told:
        words = f"the mail to {member.name} ({recipient.address}) {_became(recipient)}"
        if recipient.action != "failed":
            return Told(kind, words, _NOTHING, member.id)
        settled = self._settled(member, recipient.address)
        if settled:
            return Told(kind, f"{words}; {settled}", _NOTHING, member.id)
        if not recipient.status or recipient.status[2:].startswith(_NO_ADDRESS):
            options = ("--reason", "wrong-address", "--email", "ADDRESS")
            then = f"ask {member.name} for its address, then {self._reissue(member, *options)}"
        else:
            then = f"ask {member.name} whether the letter came; if not, {self._reissue(member)}"
        return Told(kind, words, then, member.id, asks=True)

    def _settled(self, member: Member, address: str) -> str:
        """Say why a mail that did not arrive needs nothing more; empty if it does."""
        box = box_of(self.poll)
        credential = self.holders.logged(member.id, box.credentials)
        if not isinstance(self.poll, Open):
            return "the poll is closed"
        if credential in box.ballots:
            return "its ballot is in the log"
        if not box.live(credential):
            return "its token is void"
        now = self.holders.reached(member).email
        return f"a later letter went to {now}" if now.casefold() != address.casefold() else ""

    def _members(self, address: str) -> list[Member]:
        """Return the members to whom a letter was ever written at an address, each once."""
        wanted = address.casefold()
        rows = (row for row in self.holders.rows if row.member.email.casefold() == wanted)
        return list({row.member.id: row.member for row in rows}.values())


def _of_unknown(sort: Sort | None) -> list[Told]:
    """Return what is said of a report that names nobody."""
    if sort is None:
        return []
    words = "it names nobody to whom a letter went, in a form that is known"
    return [Told("a delivery report", words, "read it and look whom it is about", asks=True)]


def _became(recipient: Recipient) -> str:
    match recipient.action:
        case "failed":
            return f"did not arrive{_why(recipient.status)}"
        case "delayed":
            return "has not arrived yet; its server goes on trying"
        case "delivered":
            return "arrived"
        case _:
            return "was passed on"


def _why(status: str) -> str:
    if not status:
        return ""
    known = (words for start, words in _WHY.items() if status[2:].startswith(start))
    return f" ({next(known, 'no reason is given')}, {status})"


def _named(members: list[Member], address: str) -> str:
    if not members:
        return f"{address or 'nobody'} (no letter went there)"
    return f"{', '.join(member.name for member in members)} ({address})"


def _first_id(members: list[Member]) -> str | None:
    return members[0].id if members else None
