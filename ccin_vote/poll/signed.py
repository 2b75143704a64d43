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
        return self._read() | self._known

    def __getitem__(self, key: K) -> V:
        if not self._left:
            return self._all[key]
        if key not in self._known:
            self._left -= 1
            found = self._find(key)
            if found is None:
                raise KeyError(key)
            self._known[key] = found
        return self._known[key]

    def __setitem__(self, key: K, value: V) -> None:
        (self._known if self._left else self._all)[key] = value

    def __delitem__(self, key: K) -> None:
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
        for number in self._log.numbers_with(f'"{to_base64url(part)}"'.encode()):
            if number in self._signed and number not in self._no_ballots:
                yield from self._held(number)

    def _held(self, *numbers: int) -> Iterator[Held]:
        events = read_lines((number, self._log.lines[number - 1]) for number in numbers)
        for number, (event, _) in zip(numbers, events, strict=True):
            if not isinstance(event, BallotAccepted):
                raise TypeError(event.type)
            digest = sha256(accepted_ballot(self._log.lines[number - 1]))
            yield Held(number, event.ballot, digest)

    def _find(self, key: bytes) -> list[Held] | None:
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
    for number in ballots.others:
        line = log.lines[number - 1]
        poll = _applied(poll, (number, line), log.tree, ballots if number <= signed else None)
    return poll


def _applied(
    poll: Poll, numbered: tuple[int, bytes], tree: Tree, ballots: SignedBallots | None
) -> Poll:
    """Apply a line; ``ballots`` are given if it is a signed one."""
    number, line = numbered
    if ballots is not None and line.endswith(ending("credentials.issued")):
        box_of(poll).credentials = SignedCredentials(line, number)
        return poll
    event = read_line(line, number)
    if ballots is not None and isinstance(event, BallotRefused):
        box_of(poll).refused.append((number, event))
        return poll
    if ballots is not None and isinstance(event, BallotsOpened) and isinstance(poll, Closed):
        return Unsealed(poll, event)
    if ballots is None and isinstance(event, BallotAccepted) and isinstance(poll, Open):
        _refuse_stranger(poll, event, number)
    poll = apply(poll, entry_of(number, line, event, tree))
    if ballots is not None and isinstance(event, ElectionOpened) and isinstance(poll, Open):
        return Open(poll.manifest, Box(ballots=ballots, parts=SignedParts(ballots)))
    return poll


def _refuse_stranger(poll: Open, event: BallotAccepted, number: int) -> None:
    """Refuse a ballot that nobody signed: a line past the checkpoint may be anybody's."""
    reason = is_stranger(poll, event.ballot, signed=event.ballot.is_signed())
    if reason is not None:
        raise IntegrityFailure(f"this ballot is refused: {REFUSALS[reason]}", file=LOG, line=number)
