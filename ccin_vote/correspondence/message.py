"""One thing that came in, a mail or a text: what it is, and the sealed ballots in it.

Mails are read as RFC 5322 and MIME say. Headers say only whether a person sent one: a ballot that
stands nowhere but in a delivery report or an automatic reply is held, because nothing shows that
its member sent it to the officer, or still means to. One that a person forwards is taken.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccin_vote.correspondence.opening import MAXIMUM, Unopened, kind_of, open_parts, opened
from ccin_vote.correspondence.parts import TEXTS, parsed, places_in, sort_in, texts_in, worth
from ccin_vote.correspondence.returned_token import credentials_in
from ccin_vote.correspondence.sort import is_certain
from ccin_vote.correspondence.text import text_of
from ccin_vote.seal.armour import BadBallot, find_armour

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

    from ccin_vote.correspondence.parts import Found
    from ccin_vote.correspondence.sort import Sort
    from ccin_vote.seal.envelope import SealedBallot

_NONE = BadBallot("there is no sealed ballot in it")


@dataclass(frozen=True, slots=True)
class Contents:
    """What came in: its sort if no person sent it, the ballots sent, and those held.

    ``found`` has an entry, but where the sort or the ballots held say what the mail is.
    ``credentials`` are those of the tokens in it, looked for where no ballot was sent.
    """

    found: Found
    sort: Sort | None = None
    held: tuple[SealedBallot, ...] = ()
    credentials: frozenset[bytes] = frozenset()

    @property
    def has_ballot(self) -> bool:
        """Whether there is a whole ballot in it, sent or held."""
        return bool(self.held or _whole(self.found))


def read_contents(data: bytes, election: str = "") -> Contents:
    """Return what is in a mail or text; whose tokens, too, if the election is named."""
    if len(data) > MAXIMUM:
        return Contents([BadBallot("it is larger than any mail")])
    try:
        data = opened(data) if kind_of(data) else data
    except Unopened as error:
        return Contents([BadBallot(str(error))])
    mail, trouble = _opened_mail(data)
    found = _once(find_armour(text_of(data)))
    contents = _in_mail(mail, found) if mail else Contents(found or [_NONE])
    if trouble and contents.found == [_NONE]:
        contents = Contents([BadBallot(trouble)])
    if not election or _whole(contents.found):
        return contents
    return replace(contents, credentials=_credentials(mail, data, election))


def credentials_of(data: bytes, election: str) -> frozenset[bytes]:
    """Return the credentials of the tokens that stand in a mail or text."""
    with suppress(Unopened):
        data = opened(data) if kind_of(data) else data
    return _credentials(_opened_mail(data)[0], data, election)


def _credentials(mail: Message | None, data: bytes, election: str) -> frozenset[bytes]:
    texts = texts_in(mail) if mail else [text_of(data)[:TEXTS]]
    return credentials_in(texts, election)


def _opened_mail(data: bytes) -> tuple[Message | None, str]:
    """Return a mail, if it is one, with what is in Outlook's formats in it; and what is not."""
    mail = parsed(data)
    try:
        return mail, open_parts(mail) if mail else ""
    except Exception:  # noqa: BLE001  (a damaged part must not hide a ballot in another)
        return mail, ""


def _in_mail(mail: Message, in_source: Found) -> Contents:
    """Return what is in a mail; ``in_source`` stands in its text as it is, whatever the parts."""
    sort = sort_in(mail)
    places = places_in(mail, held=is_certain(sort))
    sent = _once(ballot for ballot, held in places if not held)
    held = [ballot for ballot, held in places if held and not isinstance(ballot, BadBallot)]
    if held or is_certain(sort):
        # The source does not show which part a ballot is of: whatever is not
        # known to be a person's is held.
        held += _whole(in_source)
    else:
        sent = max(sent, in_source, key=worth)
    held = [ballot for ballot in dict.fromkeys(held) if ballot not in sent]
    if sent and not is_certain(sort):
        sort = None  # it only looked like a program's
    return Contents(sent if sent or sort or held else [_NONE], sort, tuple(held))


def _whole(found: Iterable[SealedBallot | BadBallot]) -> list[SealedBallot]:
    return [ballot for ballot in found if not isinstance(ballot, BadBallot)]


def _once(found: Iterable[SealedBallot | BadBallot]) -> Found:
    """Return each ballot once; a damaged copy beside a whole ballot is said to be that."""
    ballots: dict[SealedBallot, None] = {}
    damaged: dict[str, BadBallot] = {}
    for ballot in found:
        if isinstance(ballot, BadBallot):
            damaged[str(ballot)] = ballot
        else:
            ballots[ballot] = None
    beside = " (another one in the same mail is whole)" if ballots else ""
    return [*ballots, *(BadBallot(f"{ballot}{beside}") for ballot in damaged)]
