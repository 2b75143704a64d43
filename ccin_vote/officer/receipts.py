"""Receipts of ballots that are in the log, and the replies that tell their voters what became."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.correspondence.letter import Attachment
from ccin_vote.correspondence.mail import receipt_reply, refused_reply
from ccin_vote.poll.acceptance import Refusal
from ccin_vote.store.files import is_written, write_many_private
from ccin_vote.store.register import find_holders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.correspondence.letter import Sender
    from ccin_vote.officer.accept import Outcome
    from ccin_vote.roll.roll import Member
    from ccin_vote.store.session import Session


def write_receipts(session: Session, outcomes: Sequence[Outcome], sender: Sender) -> None:
    """Write the receipt of each ballot that is in the log, and a reply to its voter.

    Whoever holds a credential whose ballot was refused gets a reply that says why.
    """
    signed = {outcome.credential for outcome in outcomes if outcome.credential is not None}
    holders = find_holders(session.folder, signed)
    told: dict[str, tuple[str, str, Member | None]] = {}
    refused: list[tuple[str, str, Member]] = []
    for each_outcome in outcomes:
        member = holders.get(each_outcome.credential or b"")
        if isinstance(each_outcome.verdict, Refusal) and each_outcome.code and member:
            refused.append((each_outcome.code, each_outcome.verdict.words, member))
        if each_outcome.receipt is None or each_outcome.code is None:
            continue
        if not is_written(session.folder.receipts / receipt_name(each_outcome.code)):
            told[each_outcome.code] = (each_outcome.code, str(each_outcome.receipt), member)
    write_many_private(session.folder.receipts, _receipts, list(told.values()), sender)
    write_many_private(session.folder.receipts, _refusals, refused, sender)


def receipt_name(code: str) -> str:
    """Return the name of the file of a receipt."""
    return f"{code}.tlog-proof"


def _receipts(
    told: Sequence[tuple[str, str, Member | None]], sender: Sender
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of some receipts, and of the replies that carry them."""
    for code, receipt, member in told:
        data = receipt.encode()
        if member is not None:
            attached = Attachment(f"receipt-{code}.txt", data, "plain")
            yield receipt_reply(sender, member, attached, code)
        yield receipt_name(code), data  # the last one: where it is, the reply is, too


def _refusals(
    refused: Sequence[tuple[str, str, Member]], sender: Sender
) -> Iterator[tuple[str, bytes]]:
    """Yield the replies to those whose ballots were refused."""
    for code, why, member in refused:
        yield refused_reply(sender, member, code, why)
