"""A scrutineer's reply: the one file that a scrutineer sends, signed as a whole.

It holds what that scrutineer has done so far: cosignatures of the log's milestones, shares
sealed to each other scrutineer, and, once combined, the opening and a signature over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.canonical import Binary
from ccin_vote.errors import BadInput, Mistake
from ccin_vote.seal.signed_file import Signed
from ccin_vote.store.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ccin_vote.poll.state import Manifest

MAXIMUM_REPLY = 64 << 20


class Reply(Signed):
    """``scrutineer`` counts from 1; ``packets`` are (recipient, sealed shares).

    ``cosignatures`` are (milestone, signed-note line).
    """

    label: ClassVar[str] = "ccin-vote reply v1"
    type: Literal["ccin-vote-reply"] = "ccin-vote-reply"
    election: str
    scrutineer: int
    cosignatures: tuple[tuple[str, str], ...] = ()
    closed_root: Binary = b""
    packets: tuple[tuple[int, Binary], ...] = ()
    opening: OpenedPapers | None = None
    opening_signature: Binary = b""

    def packet_for(self, recipient: int) -> bytes | None:
        """Return the shares sealed to one scrutineer, by number from 1."""
        return next((data for number, data in self.packets if number == recipient), None)


def read_replies(paths: Iterable[Path], manifest: Manifest) -> list[Reply]:
    """Read reply files; refuse any that its scrutineer did not sign for this election.

    Raises:
        BadInput: every file that cannot be used, with the reason.
    """
    mistakes: list[Mistake] = []
    replies = []
    for path in paths:
        try:
            replies.append(checked_reply(read_file(path, MAXIMUM_REPLY), manifest))
        except ValueError as error:
            mistakes.append(Mistake(str(path), str(error)))
    if mistakes:
        raise BadInput(mistakes, remedy="Ask the sender for the file again.")
    return replies


def checked_reply(data: bytes, manifest: Manifest) -> Reply:
    """Read one reply and check its signature.

    Raises:
        ValueError: it is none, or not by a scrutineer of this election.
    """
    try:
        # Canonical JSON has no line break at its end; a file on its way may get one or lose it.
        reply = Reply.from_json(data.removesuffix(b"\n"))
    except ValueError as error:
        raise ValueError("this is no scrutineer's reply, or it was damaged on the way") from error
    if reply.election != manifest.election:
        raise ValueError("this reply is about another election")
    # Before it is an index: 0 would choose the last scrutineer's key.
    if not 1 <= reply.scrutineer <= len(manifest.scrutineers):
        raise ValueError(f"there is no scrutineer {reply.scrutineer}")
    if not manifest.scrutineers[reply.scrutineer - 1].verify(reply.signature, reply.statement()):
        name = manifest.definition.scrutineers[reply.scrutineer - 1].name
        raise ValueError(f"the signature of scrutineer {name} does not verify")
    return reply
