"""The fold: ``apply(poll, entry) -> poll``. An event that may not follow is refused by its line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from ccin_vote.ballot.choices import choices_length
from ccin_vote.canonical import sha256
from ccin_vote.election.loading import parse_definition
from ccin_vote.log.events import (
    BallotAccepted,
    BallotRefused,
    BallotsOpened,
    CandidateWithdrawn,
    CredentialReissued,
    CredentialRevoked,
    CredentialsIssued,
    ElectionOpened,
    IncidentNoted,
    LogRecovered,
    LotDrawn,
    PageIssued,
    PaperEntered,
    PollClosed,
    ResultDeclared,
    accepted_ballot,
)
from ccin_vote.poll.acceptance import Accepted, judge_signed, parts_of
from ccin_vote.poll.credentials import (
    credential_reissued,
    credential_revoked,
    fault,
    paper_entered,
)
from ccin_vote.poll.state import (
    NAMES,
    Box,
    Closed,
    Declared,
    Draft,
    Entitlement,
    Held,
    Manifest,
    Open,
    Poll,
    Unsealed,
    box_of,
    manifest_of,
)
from ccin_vote.seal.combining import ClosedBox, Opening
from ccin_vote.seal.keys import BadKey, PublicKey, read_public_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ccin_vote.election.definition import Definition
    from ccin_vote.errors import IntegrityFailure
    from ccin_vote.log.events import Event
    from ccin_vote.log.reader import Entry


def fold(entries: Iterable[Entry]) -> Poll:
    """Apply every entry of a log in order.

    Raises:
        IntegrityFailure: an event that may not stand where it does.
    """
    poll: Poll = Draft()
    for entry in entries:
        poll = apply(poll, entry)
    return poll


class Folding:
    """A fold that goes on while entries come in; the first that does not fit ends it, not them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._poll: Poll = Draft()
        self._error: Exception | None = None

    def follow(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries as they are, and apply each of them on the way."""
        for entry in entries:
            if self._error is None:
                try:
                    self._poll = apply(self._poll, entry)
                # The entries are wanted whole even where the fold ends: other checks
                # name their own faults, each by its line.
                except Exception as error:  # noqa: BLE001  (whatever it is: told when it is asked for)
                    self._error = error
            yield entry

    def poll(self) -> Poll:
        """Return the poll after all entries.

        Raises:
            IntegrityFailure: an event that may not stand where it does.
        """
        if self._error is not None:
            raise self._error
        return self._poll


def apply(poll: Poll, entry: Entry) -> Poll:
    """Return the poll after one more event. The poll given is used up.

    Raises:
        IntegrityFailure: the event may not follow, or contradicts what came before.
    """
    event = entry.event
    # First of all: before the log's first line says what the election is, nothing can be judged.
    if isinstance(poll, Draft):
        return _opened(entry)
    # At any time, after the declaration too: mishaps do not wait for the right state of a poll.
    if isinstance(event, IncidentNoted):
        box_of(poll).incidents.append((entry.number, event))
        return poll
    if isinstance(event, LogRecovered):
        box_of(poll).recoveries.append((entry.number, event))
        return poll
    if isinstance(event, BallotRefused):
        return _refused(poll, event, entry)
    if isinstance(poll, Open):
        return _while_open(poll, entry)
    return _after_the_close(poll, entry)


def _out_of_order(poll: Poll, entry: Entry) -> IntegrityFailure:
    state = NAMES[type(poll)]
    return fault(entry, f"{entry.event.type} may not stand here: the poll is {state}")


def _opened(entry: Entry) -> Open:
    event = entry.event
    if not isinstance(event, ElectionOpened):
        raise fault(entry, "the log does not begin with election.opened")
    return Open(manifest_from(event, entry), Box())


def manifest_from(event: ElectionOpened, entry: Entry) -> Manifest:
    """Read the frozen definition and check what stands beside it.

    Raises:
        IntegrityFailure: the definition has mistakes, or the event contradicts it.
    """
    # Read again from the text in the log, never from `election.toml`: what was frozen is what
    # counts, whatever the file says today.
    definition, mistakes = parse_definition(event.definition.encode(), "election.toml")
    if definition is None:
        raise fault(entry, f"the frozen definition has mistakes:\n{mistakes[0]}")
    keys = tuple(scrutineer.key for scrutineer in definition.scrutineers)
    # They stand beside the text so that a reader without TOML
    # has them; two sources must not differ.
    if keys != event.scrutineers or definition.secrecy.needed != event.needed:
        raise fault(entry, "scrutineers or needed differ from the frozen definition")
    if not _electors_fit(event, definition):
        raise fault(entry, "the numbers of electors do not fit the frozen definition and roll")
    if not _order_fits(event, definition):
        raise fault(entry, "the order on the paper is not the lot that the definition wants")
    # A scrutineer's line was signed for the folder's name, before there was an election id; the hex
    # digits behind the last hyphen are the random part.
    slug = event.election.rpartition("-")[0]
    scrutineers = tuple(_key(line, slug, entry) for line in keys)
    # By the keys, not by their lines: one key can have several lines with different proofs, and
    # with two of them one person would sign and unseal as two.
    for parts in ({key.sign for key in scrutineers}, {key.seal for key in scrutineers}):
        if len(parts) < len(scrutineers):
            raise fault(entry, "two scrutineers have one key")
    return Manifest(
        event=event,
        definition=definition,
        # Of the line's own bytes: every ballot is sealed for this digest, and with
        # it for every rule in the definition.
        digest=sha256(entry.line),
        scrutineers=scrutineers,
        tellers=tuple(_key(teller.key, slug, entry) for teller in definition.tellers),
        choices_length=choices_length(definition.contests),
    )


def _electors_fit(event: ElectionOpened, definition: Definition) -> bool:
    contested = {
        each_contest.id
        for each_contest in definition.contests
        if not each_contest.contest.uncontested
    }
    classes = [(contest, votes) for contest, votes, _ in event.electors]
    members = Counter[str]()
    for contest, votes, number in event.electors:
        # A number below one is counted as too many, so that a
        # negative one cannot make room for others.
        members[contest] += number if votes > 0 and number > 0 else event.roll_size + 1
    return (
        set(members) <= contested
        # In one order, each class once: a second entry for the same class could hide
        # credentials from the check in `_issued`.
        and classes == sorted(set(classes))
        and all(number <= event.roll_size for number in members.values())
    )


def _order_fits(event: ElectionOpened, definition: Definition) -> bool:
    if definition.options.candidate_order != "lot":
        return event.order is None
    wanted = [
        (each_contest.id, sorted(two.id for two in each_contest.candidates))
        for each_contest in definition.contests
    ]
    # That it is one order of all candidates can be checked; that chance made it
    # cannot, as the officer's machine drew it.
    return [(contest, sorted(drawn)) for contest, drawn in event.order or ()] == wanted


def _key(line: str, slug: str, entry: Entry) -> PublicKey:
    try:
        return read_public_line(line, slug)
    except BadKey as error:
        raise fault(entry, str(error)) from error


def _refused(poll: Poll, event: BallotRefused, entry: Entry) -> Poll:
    box = box_of(poll)
    # In the log, a refusal can be judged only as far as the log goes: the envelope is not in it, so
    # for a copy, and for the signature, the officer's word stands.
    if event.credential not in box.credentials:
        raise fault(entry, "a refusal for a credential that was never issued")
    if isinstance(poll, Open) == (event.reason == "late"):
        raise _out_of_order(poll, entry)
    held = event.credential in box.ballots
    first = manifest_of(poll).definition.options.revoting == "first"
    # The others are checkable, and an officer who turns a ballot away without
    # ground is found out by every reader.
    grounds = {
        "revoked": event.credential in box.revoked,
        "older-sequence": held and not first,
        "not-first": held and first,
    }
    if not grounds.get(event.reason, True):
        raise fault(entry, f"refused as {event.reason}, and the log shows no ground for that")
    box.refused.append((entry.number, event))
    return poll


def _while_open(poll: Open, entry: Entry) -> Poll:
    follow = _WHILE_OPEN.get(type(entry.event))
    if follow is None:
        raise _out_of_order(poll, entry)
    return follow(poll, entry.event, entry)


def _page_issued(poll: Open, event: PageIssued, entry: Entry) -> Open:
    contested = [
        contest.id
        for contest in poll.manifest.definition.contests
        if not contest.contest.uncontested
    ]
    # In the definition's order: one spelling for each combination, as it is a key and a file name.
    if not event.contests or list(event.contests) != [c for c in contested if c in event.contests]:
        raise fault(entry, "a page for contests that are not to be voted on, or in another order")
    digests = poll.box.pages.setdefault(event.contests, [])
    if event.digest in digests:
        raise fault(entry, "this page was issued before")
    digests.append(event.digest)
    return poll


def _withdrawn(poll: Open, event: CandidateWithdrawn, entry: Entry) -> Open:
    contests = {contest.id: contest for contest in poll.manifest.definition.contests}
    known = contests[event.contest].candidates if event.contest in contests else ()
    if event.candidate not in {
        each_contest.id for each_contest in known if not each_contest.withdrawn
    }:
        raise fault(entry, "there is no such candidate who could withdraw")
    if (event.contest, event.candidate) in poll.box.withdrawn:
        raise fault(entry, "this candidate has withdrawn already")
    poll.box.withdrawn.add((event.contest, event.candidate))
    return poll


def _closed(poll: Open, event: PollClosed, entry: Entry) -> Closed:
    closes = poll.manifest.definition.timetable.closes.astimezone(UTC)
    # Both times have one width and are in UTC, so comparing them as text is comparing them in time.
    if event.scheduled != closes.strftime("%Y-%m-%dT%H:%M:%SZ"):
        raise fault(entry, "the scheduled close is not that of the frozen definition")
    if event.time < event.scheduled:
        raise fault(entry, "the poll was closed before the scheduled close")
    # The root has this line in it. Shares and the opening are bound to it, and so to every ballot,
    # refusal and revocation before the close.
    return Closed(poll.manifest, poll.box, event, entry.root or b"")


def _issued(poll: Open, event: CredentialsIssued, entry: Entry) -> Open:
    # Once only: a second issue could add voters. Later ones come by `credential.reissued`,
    # each in place of one that was revoked.
    if poll.box.credentials:
        raise fault(entry, "credentials were issued before")
    keys = [credential.key for credential in event.credentials]
    # Sorted, so that the order does not tell who is who: the keys look random, the roll does not.
    if keys != sorted(set(keys)):
        raise fault(entry, "credentials are not sorted, or one stands twice")
    if len(keys) > poll.manifest.event.roll_size:
        raise fault(entry, "more credentials than members on the frozen roll")
    for issued in event.credentials:
        if not issued.contests or len(set(issued.contests)) < len(issued.contests):
            raise fault(entry, "a credential with no contest, or with one twice")
        poll.box.credentials[issued.key] = Entitlement.of(issued)
    counted = Counter(
        (c, each_credential.votes)
        for each_credential in event.credentials
        for c in each_credential.contests
    )
    electors = {
        (contest, votes): members for contest, votes, members in poll.manifest.event.electors
    }
    # So no officer adds a voter unseen: by contest and weight, the credentials are exactly the
    # electors that were frozen with the roll.
    if dict(counted) != electors:
        raise fault(entry, "the credentials do not match the totals of the frozen roll")
    return poll


def _accepted(poll: Open, event: BallotAccepted, entry: Entry) -> Open:
    ballot, box = event.ballot, poll.box
    # Signature, election and lengths are left out here: `verify.log_checks` asks them
    # of every ballot, on all cores, and `poll.signed` of lines that no checkpoint
    # signs; `accept` asked before it wrote.
    if ballot.credential not in box.credentials:
        raise fault(entry, "a ballot under a credential that was never issued")
    verdict = judge_signed(poll, ballot)
    if not isinstance(verdict, Accepted):
        raise fault(entry, f"a ballot that should not have been accepted: {verdict}")
    box.parts |= {*parts_of(ballot)}
    # The digest of the bytes as they stand in the line: writing the ballot again
    # would give the same and take longer.
    held = Held(entry.number, ballot, sha256(accepted_ballot(entry.line)))
    box.ballots.setdefault(ballot.credential, []).append(held)
    return poll


_WHILE_OPEN: dict[type[Event], Callable[[Open, Any, Entry], Poll]] = {
    CredentialsIssued: _issued,
    CredentialRevoked: credential_revoked,
    CredentialReissued: credential_reissued,
    PageIssued: _page_issued,
    PaperEntered: paper_entered,
    BallotAccepted: _accepted,
    CandidateWithdrawn: _withdrawn,
    PollClosed: _closed,
}
"""What may happen while the poll is open, besides what may happen at any time."""


def _after_the_close(poll: Closed | Unsealed | Declared, entry: Entry) -> Poll:
    match poll, entry.event:
        case Closed(), BallotsOpened() as event:
            return _ballots_opened(poll, event, entry)
        case Unsealed(), LotDrawn() as event:
            return _lot_drawn(poll, event, entry)
        # What the result files say is not in the log; `verify.result_checks` compares them
        # with these digests and counts again.
        case Unsealed(), ResultDeclared() as event:
            return Declared(poll, event)
        case _:
            raise _out_of_order(poll, entry)


def _lot_drawn(poll: Unsealed, event: LotDrawn, entry: Entry) -> Unsealed:
    """Take a lot: of a known contest, among its candidates, drawn once among these."""
    contests = {contest.id: contest for contest in poll.closed.manifest.definition.contests}
    names = contests[event.contest].contest.candidates if event.contest in contests else ()
    # In the order of the definition, so that the same question is always written the same way.
    among = [name for name in names if name in event.among]
    if len(among) < 2 or list(event.among) != among or sorted(event.order) != sorted(among):  # noqa: PLR2004
        raise fault(entry, "this lot is not drawn among candidates of one contest")
    question = (event.contest, event.stage, event.purpose, event.among)
    # A lot for one question is drawn once, or it could be drawn until it pleases.
    if question in {(lot.contest, lot.stage, lot.purpose, lot.among) for lot in poll.lots}:
        raise fault(entry, "this lot was drawn before")
    return replace(poll, lots=(*poll.lots, event))


def _ballots_opened(poll: Closed, event: BallotsOpened, entry: Entry) -> Unsealed:
    # Scrutineers may have opened a log that was forked; their signatures
    # would be right, and for another election.
    if event.closed_root != poll.root:
        raise fault(entry, "the opening is of another closed log")
    check_attestations(poll, event, entry)
    check_totals(poll, event, entry)
    return Unsealed(poll, event)


def check_attestations(poll: Closed, event: BallotsOpened, entry: Entry) -> None:
    """Check that ``needed`` different scrutineers signed this opening.

    Raises:
        IntegrityFailure: too few, one twice, or a signature that does not verify.
    """
    manifest = poll.manifest
    # Built from the event's own fields: what is signed and what is logged cannot differ.
    statement = Opening(
        manifest.election, event.closed_root, event.digest, event.totals, event.set_aside
    ).statement()
    signers = [number for number, _ in event.signatures]
    # Sorted and once each, so that one scrutineer is not counted twice.
    if signers != sorted(set(signers)) or len(signers) < manifest.event.needed:
        raise fault(entry, "the opening is not signed by enough different scrutineers")
    for number, signature in event.signatures:
        if not 1 <= number <= len(manifest.scrutineers):
            raise fault(entry, f"there is no scrutineer {number}")
        if not manifest.scrutineers[number - 1].verify(signature, statement):
            raise fault(entry, f"the signature of scrutineer {number} does not verify")


def check_totals(poll: Closed, event: BallotsOpened, entry: Entry) -> None:
    """Check each contest's papers: the ballots that count for it, less those set aside.

    Raises:
        IntegrityFailure: naming the contest.
    """
    # The officer cannot leave out or add a paper without the totals showing it: they follow from
    # the log alone, whatever the withheld file says.
    box = poll.closed_box()
    counting = {each_entry.line for each_entry in box.entries}
    aside = [line for line, _ in event.set_aside]
    # A line that is set aside takes a paper off the total, so it must be one that counts, and once.
    if len(set(aside)) != len(aside) or not set(aside) <= counting:
        raise fault(entry, "a line is set aside that holds no ballot that counts")
    opened = [ballot for ballot in box.ballots if ballot.line not in set(aside)]
    papers = [batch for batch in box.batches if batch.line not in set(aside)]
    expected = [
        (contest.id, len(weights), sum(weights))
        for contest in box.definition.contests
        for weights in [ClosedBox.weights(contest.id, opened, papers)]
    ]
    if [tuple(total) for total in event.totals] != expected:
        raise fault(entry, "papers and votes opened are not those of the ballots that count")
