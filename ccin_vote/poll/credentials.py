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
    # Twice revoked would overwrite the reason, and with it the
    # number of papers that may be entered.
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
    # One new credential for each revoked one, and only once: so issued
    # less revoked never exceeds the roll.
    if event.revoked not in box.revoked or event.revoked in box.replaced:
        raise fault(entry, "a credential is issued in place of one that cannot be replaced")
    # Also a revoked one is not new: it would come back to life with the ballots that it has.
    if new.key in box.credentials:
        raise fault(entry, "a credential is issued that was issued before")
    entitlement = Entitlement.of(new)
    # Same votes, same contests: a reissue is no way to a larger vote. Contests are compared as
    # sets, so that one that stands twice has to be asked for separately.
    if entitlement != box.credentials[event.revoked] or len(set(new.contests)) < len(new.contests):
        raise fault(entry, "the new credential may do something else than the one it replaces")
    # The log itself shows whether it had one; the field is there so that a reader sees it at
    # this line, and it must not be wrong.
    if event.superseded != (event.revoked in box.ballots):
        raise fault(entry, "it is not said rightly whether the old credential had a ballot")
    box.credentials[new.key] = entitlement
    box.replaced[event.revoked] = new.key
    # A member who gets a token again no longer votes on paper; papers that were
    # entered for it may by now be too many.
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
    # Numbered one after another, without gaps: an entry cannot be
    # replayed, nor left out behind another.
    if (batch.election, batch.manifest, batch.sequence) != (
        manifest.election,
        manifest.digest,
        number,
    ):
        raise fault(entry, "this batch was sealed for another election, or out of its order")
    # Sorted and once each, so that the batch has one spelling and
    # no class can be split to pass a limit.
    keys = [count[:2] for count in event.counts]
    if keys != sorted(set(keys)) or any(papers < 1 for *_, papers in event.counts) or not keys:
        raise fault(entry, "the counts of the batch are not sorted, or stand twice")
    if not batch_well_formed(batch, manifest.sealing):
        raise fault(entry, "the parts of the batch do not have their lengths")
    _check_tellers(poll, event, entry)
    # As for ballots: a part of a member's sealed ballot must not be smuggled
    # in as paper, or the other way about.
    parts = {*parts_of(batch)}
    if not box.parts.isdisjoint(parts):
        raise fault(entry, "a part of the batch stands in the log already")
    box.parts |= parts
    box.batches.append((entry.number, event))
    # After the batch is in the box, so that it is counted with those before it. The
    # poll is not used any more if this fails.
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
    # By the keys, not by the numbers: the definition refuses a line that stands twice, but two
    # lines of one key, with different proofs, would pass there.
    first = tellers[numbers[0] - 1]
    if len({tellers[each_number - 1].sign for each_number in numbers}) < _TWO:
        raise fault(entry, "the two tellers have one key")
    batch = event.batch
    # The batch is a sealed ballot like any other, with the first teller in the place of the voter.
    if batch.credential != first.sign or not first.verify(batch.signature, batch.statement()):
        raise fault(entry, "the batch is not sealed under the first teller's key")


def _refuse_too_many_papers(box: Box, entry: Entry) -> None:
    """Papers never exceed the credentials revoked for paper, by contest and votes."""
    allowed = box.papers_allowed
    # By contest and weight: a paper of five votes cannot take the place of five credentials of one.
    for (contest, votes), papers in sorted(box.papers.items()):
        if papers > allowed[contest, votes]:
            raise fault(
                entry,
                f"contest {contest}, votes {votes} each: {papers} papers, and credentials that were"
                f" revoked for paper: {allowed[contest, votes]}",
            )
