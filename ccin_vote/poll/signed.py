"""Folding a log that this folder's own checkpoint signs: ballots are read when one is asked for.

What a checkpoint signs was folded before it was signed. So its ballots and credentials need not be
judged again, and very many need not even be read: one is looked up in the lines' bytes. When many
are asked for, all are read. Every other event is read and applied as always.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSet
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from ccin_vote.canonical import sha256, to_base64url
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import (
    BallotAccepted,
    BallotRefused,
    BallotsOpened,
    Credential,
    CredentialsIssued,
    ElectionOpened,
    accepted_ballot,
    ending,
)
from ccin_vote.log.reader import LOG, entry_of, read_line, read_lines
from ccin_vote.poll.acceptance import REFUSALS, is_stranger, parts_of
from ccin_vote.poll.apply import apply
from ccin_vote.poll.state import (
    Box,
    Closed,
    Draft,
    Entitlement,
    Held,
    Open,
    Poll,
    Unsealed,
    box_of,
)

if TYPE_CHECKING:
    from ccin_vote.log.merkle import Tree
    from ccin_vote.log.reader import WholeLog

K = TypeVar("K")
V = TypeVar("V")

# A look-up searches the log's bytes from the beginning; for some dozens that is still faster than
# parsing hundreds of thousands of ballots, for more it is not.
LOOKUPS = 50
"""So many things are looked up one by one; then all are read."""


class _Lookup(MutableMapping[K, V], Generic[K, V]):
    """A mapping whose items are looked up one by one, until many or all are asked for."""

    def __init__(self) -> None:
        self._known: dict[K, V] = {}
        self._left = LOOKUPS

    def _find(self, key: K) -> V | None:
        raise NotImplementedError

    def _read(self) -> dict[K, V]:
        raise NotImplementedError

    @cached_property
    def _all(self) -> dict[K, V]:
        self._left = 0
        # What is known goes on top: it may have grown since,
        # while what is read is as it was signed.
        return self._read() | self._known

    def __getitem__(self, key: K) -> V:
        if not self._left:
            return self._all[key]
        if key not in self._known:
            self._left -= 1
            found = self._find(key)
            if found is None:
                raise KeyError(key)
            # Kept, because callers change what they get: `apply`
            # appends a new ballot to this very list.
            self._known[key] = found
        return self._known[key]

    def __setitem__(self, key: K, value: V) -> None:
        (self._known if self._left else self._all)[key] = value

    def __delitem__(self, key: K) -> None:
        # Everything is read first: a key that was only forgotten
        # here would be found again in the log.
        del self._all[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class SignedBallots(_Lookup[bytes, "list[Held]"]):
    """The accepted ballots of each credential, in the signed lines of a log."""

    def __init__(self, log: WholeLog, signed: int) -> None:
        """Name the log, and how many of its lines are signed; ``others`` are no ballots in them."""
        super().__init__()
        self._log, self._signed = log, range(1, signed + 1)
        no_ballots = [number for number in log.others if number in self._signed]
        self._no_ballots = {*no_ballots}
        self.others = [*no_ballots, *range(signed + 1, len(log.lines) + 1)]

    def holding(self, part: bytes) -> Iterator[Held]:
        """Yield the ballots in whose lines a binary value stands."""
        # In quotation marks and as base64url, which only a binary value is. A hit elsewhere, in
        # another field, is sorted out by whoever asks: each ballot found is parsed and compared.
        for number in self._log.numbers_with(f'"{to_base64url(part)}"'.encode()):
            if number in self._signed and number not in self._no_ballots:
                yield from self._held(number)

    def _held(self, *numbers: int) -> Iterator[Held]:
        events = read_lines((number, self._log.lines[number - 1]) for number in numbers)
        for number, (event, _) in zip(numbers, events, strict=True):
            if not isinstance(event, BallotAccepted):
                raise TypeError(event.type)
            # The same as in `apply`, from the same bytes.
            digest = sha256(accepted_ballot(self._log.lines[number - 1]))
            yield Held(number, event.ballot, digest)

    def _find(self, key: bytes) -> list[Held] | None:
        # In the log's order, as the fold would have made it.
        return [held for held in self.holding(key) if held.ballot.credential == key] or None

    def _read(self) -> dict[bytes, list[Held]]:
        found: dict[bytes, list[Held]] = {}
        for held in self._held(
            *(number for number in self._signed if number not in self._no_ballots)
        ):
            found.setdefault(held.ballot.credential, []).append(held)
        return found


class SignedCredentials(_Lookup[bytes, Entitlement]):
    """The credentials in the one signed line that issued them."""

    def __init__(self, line: bytes, number: int) -> None:
        """Name the line and its number, from 1."""
        super().__init__()
        self._line, self._number = line, number

    def __bool__(self) -> bool:
        """Return whether there are any, without reading them."""
        return b'"key":"' in self._line

    def _find(self, key: bytes) -> Entitlement | None:
        """Find one; who only looks into a log that others signed learns here of its faults."""
        # Keys are in quotation marks and one line holds them all; an object of a credential has no
        # object in it, so its braces are the nearest ones.
        at = self._line.find(b'"key":"' + to_base64url(key).encode() + b'"')
        if at < 0:
            return None
        start, end = self._line.rfind(b"{", 0, at), self._line.find(b"}", at) + 1
        try:
            return Entitlement.of(Credential.from_json(self._line[start:end]))
        except ValueError as error:
            problem = "a credential is not as it should be"
            raise IntegrityFailure(problem, file=LOG, line=self._number) from error

    def _read(self) -> dict[bytes, Entitlement]:
        event = read_line(self._line, self._number)
        issued = event.credentials if isinstance(event, CredentialsIssued) else ()
        return {credential.key: Entitlement.of(credential) for credential in issued}


class SignedParts(MutableSet[bytes]):
    """The parts of the ballots in signed lines, and those that were added."""

    def __init__(self, ballots: SignedBallots) -> None:
        """Name the ballots."""
        # Each ballot asks for several parts: the ciphertext, and for
        # each scrutineer a share and a digest.
        self._ballots, self._left = ballots, LOOKUPS * 4
        self._added: set[bytes] = set()
        self._absent: set[bytes] = set()

    @cached_property
    def _all(self) -> set[bytes]:
        self._left = 0
        ballots = (held_ballot.ballot for held in self._ballots.values() for held_ballot in held)
        return {part for ballot in ballots for part in parts_of(ballot)} | self._added

    def __contains__(self, part: object) -> bool:
        """Return whether a part stands in a ballot."""
        if not isinstance(part, bytes):
            return False
        if not self._left:
            return part in self._all
        if part in self._added or part in self._absent:
            return part in self._added
        self._left -= 1
        # Found in the bytes first, then compared as a part: the same bytes as a
        # credential or a signature are no copy.
        if any(part in parts_of(held.ballot) for held in self._ballots.holding(part)):
            return True
        self._absent.add(part)
        return False

    def add(self, value: bytes) -> None:
        """Add one."""
        (self._added if self._left else self._all).add(value)

    def discard(self, value: bytes) -> None:
        """Take one away."""
        self._all.discard(value)

    def __iter__(self) -> Iterator[bytes]:
        """Return every part."""
        return iter(self._all)

    def __len__(self) -> int:
        """Count them."""
        return len(self._all)


def fold_signed(log: WholeLog, signed: int) -> Poll:
    """Return the poll of a log whose first ``signed`` lines are known to have been folded before.

    Their number is the size of the newest checkpoint of the log's own writer.

    Raises:
        IntegrityFailure: an event past them that may not stand where it does.
    """
    ballots = SignedBallots(log, signed)
    poll: Poll = Draft()
    # Accepted ballots under the checkpoint are passed over: none of them changes what may follow,
    # but by way of the box, which finds them when it is asked.
    for number in ballots.others:
        line = log.lines[number - 1]
        poll = _applied(poll, (number, line), log.tree, ballots if number <= signed else None)
    return poll


def _applied(
    poll: Poll, numbered: tuple[int, bytes], tree: Tree, ballots: SignedBallots | None
) -> Poll:
    """Apply a line; ``ballots`` are given if it is a signed one."""
    number, line = numbered
    # Unread until somebody asks: a line of megabytes that was
    # compared with the roll before it was signed.
    if ballots is not None and line.endswith(ending("credentials.issued")):
        box_of(poll).credentials = SignedCredentials(line, number)
        return poll
    event = read_line(line, number)
    # Its ground was asked when it came, at the box of then; the box here
    # already holds ballots that came later.
    if ballots is not None and isinstance(event, BallotRefused):
        box_of(poll).refused.append((number, event))
        return poll
    # Signatures and totals were checked before the line was signed, and would need every ballot.
    # `verify` does check them again, as does whoever trusts no checkpoint.
    if ballots is not None and isinstance(event, BallotsOpened) and isinstance(poll, Closed):
        return Unsealed(poll, event)
    # Past the checkpoint nobody vouches for the line: `apply` leaves
    # signatures out, so they are asked here.
    if ballots is None and isinstance(event, BallotAccepted) and isinstance(poll, Open):
        _refuse_stranger(poll, event, number)
    poll = apply(poll, entry_of(number, line, event, tree))
    if ballots is not None and isinstance(event, ElectionOpened) and isinstance(poll, Open):
        # The box of a fresh election is empty; this one looks its contents up instead.
        return Open(poll.manifest, Box(ballots=ballots, parts=SignedParts(ballots)))
    return poll


def _refuse_stranger(poll: Open, event: BallotAccepted, number: int) -> None:
    """Refuse a ballot that nobody signed: a line past the checkpoint may be anybody's."""
    # One line at a time, not on all cores: what a crash leaves behind is one commit at most.
    reason = is_stranger(poll, event.ballot, signed=event.ballot.is_signed())
    if reason is not None:
        raise IntegrityFailure(f"this ballot is refused: {REFUSALS[reason]}", file=LOG, line=number)
