"""Credentials after their issue: revoked, issued again, or given up for a vote on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.reader import LOG
from ccin_vote.poll.acceptance import parts_of
from ccin_vote.poll.state import Entitlement
from ccin_vote.seal.sealing import batch_well_formed

if TYPE_CHECKING:
    from ccin_vote.log.events import CredentialReissued, CredentialRevoked, PaperEntered
    from ccin_vote.log.reader import Entry
    from ccin_vote.poll.state import Box, Open

_TWO = 2


def fault(entry: Entry, message: str) -> IntegrityFailure:
    """Return the failure that names the line of an event that may not stand there."""
    return IntegrityFailure(message, file=LOG, line=entry.number)


def credential_revoked(poll: Open, event: CredentialRevoked, entry: Entry) -> Open:
    """Revoke a live credential: what it cast counts no more.

    Raises:
        IntegrityFailure: it was never issued, or is revoked already.
    """
    if not poll.box.live(event.credential):
        raise fault(entry, "a credential is revoked that is not live")
    poll.box.revoked[event.credential] = event.reason
    return poll


def credential_reissued(poll: Open, event: CredentialReissued, entry: Entry) -> Open:
    """Put a new credential with the same votes and contests in place of a revoked one.

    Raises:
        IntegrityFailure: the old one is live or was replaced before, the new one is not new, or
            it may do something else.
    """
    box, new = poll.box, event.credential
    if event.revoked not in box.revoked or event.revoked in box.replaced:
        raise fault(entry, "a credential is issued in place of one that cannot be replaced")
    if new.key in box.credentials:
        raise fault(entry, "a credential is issued that was issued before")
    entitlement = Entitlement.of(new)
    if entitlement != box.credentials[event.revoked] or len(set(new.contests)) < len(new.contests):
        raise fault(entry, "the new credential may do something else than the one it replaces")
    if event.superseded != (event.revoked in box.ballots):
        raise fault(entry, "it is not said rightly whether the old credential had a ballot")
    box.credentials[new.key] = entitlement
    box.replaced[event.revoked] = new.key
    _refuse_too_many_papers(box, entry)
    return poll


def paper_entered(poll: Open, event: PaperEntered, entry: Entry) -> Open:
    """Take a sealed batch of paper ballots, keyed and signed by two different tellers.

    Raises:
        IntegrityFailure: malformed, not signed by two tellers, copied, or more papers than
            credentials revoked for paper.
    """
    manifest, box, batch = poll.manifest, poll.box, event.batch
    number = len(box.batches) + 1
    if (batch.election, batch.manifest, batch.sequence) != (
        manifest.election,
        manifest.digest,
        number,
    ):
        raise fault(entry, "this batch was sealed for another election, or out of its order")
    keys = [count[:2] for count in event.counts]
    if keys != sorted(set(keys)) or any(papers < 1 for *_, papers in event.counts) or not keys:
        raise fault(entry, "the counts of the batch are not sorted, or stand twice")
    if not batch_well_formed(batch, manifest.sealing):
        raise fault(entry, "the parts of the batch do not have their lengths")
    _check_tellers(poll, event, entry)
    parts = {*parts_of(batch)}
    if not box.parts.isdisjoint(parts):
        raise fault(entry, "a part of the batch stands in the log already")
    box.parts |= parts
    box.batches.append((entry.number, event))
    _refuse_too_many_papers(box, entry)
    return poll


def _check_tellers(poll: Open, event: PaperEntered, entry: Entry) -> None:
    tellers, statement = poll.manifest.tellers, event.statement()
    numbers = [number for number, _ in event.signatures]
    if len(numbers) != _TWO or len(set(numbers)) < _TWO:
        raise fault(entry, "the batch is not signed by two different tellers")
    for number, signature in event.signatures:
        if not 1 <= number <= len(tellers):
            raise fault(entry, f"there is no teller {number}")
        if not tellers[number - 1].verify(signature, statement):
            raise fault(entry, f"the signature of teller {number} does not verify")
    first = tellers[numbers[0] - 1]
    if len({tellers[each_number - 1].sign for each_number in numbers}) < _TWO:
        raise fault(entry, "the two tellers have one key")
    batch = event.batch
    if batch.credential != first.sign or not first.verify(batch.signature, batch.statement()):
        raise fault(entry, "the batch is not sealed under the first teller's key")


def _refuse_too_many_papers(box: Box, entry: Entry) -> None:
    """Papers never exceed the credentials revoked for paper, by contest and votes."""
    allowed = box.papers_allowed
    for (contest, votes), papers in sorted(box.papers.items()):
        if papers > allowed[contest, votes]:
            raise fault(
                entry,
                f"contest {contest}, votes {votes} each: {papers} papers, and credentials that were"
                f" revoked for paper: {allowed[contest, votes]}",
            )
