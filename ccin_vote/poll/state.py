"""What a poll is after each milestone: five classes, so that no step can come too early."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from ccin_vote.election.contest import Candidate
from ccin_vote.errors import Refused
from ccin_vote.log.checkpoint import scrutineer_name
from ccin_vote.log.note import COSIGNATURE, VerifierKey
from ccin_vote.seal.combining import ClosedBox, CountingBallot, SealedBatch
from ccin_vote.seal.sealing import Sealing

if TYPE_CHECKING:
    from collections.abc import MutableMapping, MutableSet

    from ccin_vote.election.contest import Contest
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.log.events import (
        BallotRefused,
        BallotsOpened,
        Credential,
        ElectionOpened,
        IncidentNoted,
        LogRecovered,
        LotDrawn,
        PaperEntered,
        PollClosed,
        ResultDeclared,
    )
    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.seal.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a credential may do: its votes, and the contests that it may vote in."""

    votes: int
    contests: frozenset[str]

    @classmethod
    def of(cls, credential: Credential) -> Self:
        """Return what a logged credential may do."""
        return cls(credential.votes, frozenset(credential.contests))


@dataclass(frozen=True, slots=True)
class Held:
    """An accepted ballot, its line in the log, from 1, and the envelope's digest."""

    line: int
    ballot: SealedBallot
    digest: bytes


# Not frozen, unlike all else: one box for the whole fold, or each event would copy all before it.
@dataclass(slots=True)
class Box:
    """The credentials and ballots so far; grows in place, and only ``apply`` touches it."""

    credentials: MutableMapping[bytes, Entitlement] = field(default_factory=dict)
    revoked: dict[bytes, str] = field(default_factory=dict)
    ballots: MutableMapping[bytes, list[Held]] = field(default_factory=dict)
    parts: MutableSet[bytes] = field(default_factory=set)
    withdrawn: set[tuple[str, str]] = field(default_factory=set)
    replaced: dict[bytes, bytes] = field(default_factory=dict)
    pages: dict[tuple[str, ...], list[bytes]] = field(default_factory=dict)
    batches: list[tuple[int, PaperEntered]] = field(default_factory=list)
    refused: list[tuple[int, BallotRefused]] = field(default_factory=list)
    incidents: list[tuple[int, IncidentNoted]] = field(default_factory=list)
    recoveries: list[tuple[int, LogRecovered]] = field(default_factory=list)

    @property
    def issued(self) -> int:
        """How many credentials were issued, each member's once, whatever was issued again."""
        # A replaced credential and its successor are one member's.
        return len(self.credentials) - len(self.replaced)

    @property
    def on_paper(self) -> frozenset[bytes]:
        """The credentials revoked for a vote on paper, and not replaced since."""
        # "And not replaced": who gave up paper for a new token must not have both.
        return frozenset(
            key for key, why in self.revoked.items() if why == "paper" and key not in self.replaced
        )

    @property
    def papers(self) -> Counter[tuple[str, int]]:
        """How many papers were entered, by contest and votes."""
        found = Counter[tuple[str, int]]()
        for _, event in self.batches:
            found.update({(contest, votes): papers for contest, votes, papers in event.counts})
        return found

    @property
    def papers_allowed(self) -> Counter[tuple[str, int]]:
        """How many papers there may be, by contest and votes: one a credential given up for it."""
        return Counter(
            (contest, self.credentials[papers].votes)
            for papers in self.on_paper
            for contest in self.credentials[papers].contests
        )

    def live(self, credential: bytes) -> bool:
        """Return whether a credential was issued and not revoked."""
        return credential in self.credentials and credential not in self.revoked

    def line_of(self, ballot: SealedBallot) -> int | None:
        """Return the line of this very envelope in the log; None if it is not there."""
        held = self.ballots.get(ballot.credential, [])
        # Whole envelopes are compared, the signature too: what differs in one byte is
        # another ballot, and is judged as one.
        return next(
            (held_ballot.line for held_ballot in held if held_ballot.ballot == ballot), None
        )

    @property
    def returned(self) -> int:
        """How many live credentials have a ballot that counts."""
        return sum(1 for credential in self.ballots if credential not in self.revoked)

    @property
    def superseded(self) -> int:
        """How many accepted ballots were replaced by a later one of the same credential."""
        return sum(len(held) - 1 for held in self.ballots.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was frozen when the election was opened."""

    event: ElectionOpened
    definition: Definition
    digest: bytes
    scrutineers: tuple[PublicKey, ...]
    tellers: tuple[PublicKey, ...]
    choices_length: int

    @property
    def election(self) -> str:
        """The election id: the slug and 128 random bits."""
        return self.event.election

    @property
    def slug(self) -> str:
        """The folder's name when the election was opened."""
        # From the right: the name may have hyphens of its own, the hex digits have none.
        return self.election.rpartition("-")[0]

    def paper_order(self, contest: ContestDefinition) -> tuple[Candidate, ...]:
        """Return a contest's candidates in the order of the paper, as the definition wants it.

        Re-open nominations stand last, and the choices of a motion as they are.
        """
        places = list(range(len(contest.candidates)))
        match self.definition.options.candidate_order:
            case "alphabetical":
                places.sort(key=lambda at: contest.candidates[at].name.casefold())
            case "lot":
                # As the log froze it, so that the page, the paper and the verifier show one order.
                drawn = dict(self.event.order or ())[contest.id]
                places.sort(key=lambda at: drawn.index(contest.candidates[at].id))
        last = range(len(contest.candidates), len(contest.choices))
        return tuple(map(Candidate, (*places, *last)))

    @property
    def cosigners(self) -> tuple[VerifierKey, ...]:
        """The keys under which the scrutineers cosign, in the order of the definition."""
        return tuple(
            VerifierKey(scrutineer_name(self.election, number), COSIGNATURE, public.sign)
            # The name has the number, and with it the key id: the same
            # key in two elections is two cosigners.
            for number, public in enumerate(self.scrutineers, start=1)
        )

    @property
    def sealing(self) -> Sealing:
        """To whom ballots are sealed."""
        return Sealing(
            self.election,
            self.digest,
            self.event.needed,
            self.scrutineers,
            self.choices_length,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """Nothing is frozen; the definition may change."""


@dataclass(frozen=True, slots=True)
class Open:
    """Frozen; credentials are issued and ballots accepted."""

    manifest: Manifest
    box: Box


@dataclass(frozen=True, slots=True)
class Closed:
    """No ballot is accepted any more. ``root`` is the log's root with ``poll.closed`` in it."""

    manifest: Manifest
    box: Box
    closing: PollClosed
    root: bytes

    def closed_box(self) -> ClosedBox:
        """Return the ballots that count, in the log's order, for opening."""
        latest = self.manifest.definition.options.revoting == "latest"
        # Nothing is asked of a ballot but its place: for the highest number, the last in the log is
        # enough, since `judge_signed` lets only higher ones in.
        counting = [
            self._counting(held[-1 if latest else 0])
            for credential, held in self.box.ballots.items()
            if credential not in self.box.revoked
        ]
        # By line, not by first ballot of a credential: the order in which every
        # scrutineer's packet lists its shares.
        counting.sort(key=lambda ballot: ballot.line)
        return ClosedBox(
            self.manifest.election,
            self.manifest.definition,
            self.root,
            tuple(counting),
            tuple(
                SealedBatch(line, entered.batch, entered.counts)
                for line, entered in self.box.batches
            ),
        )

    def _counting(self, held: Held) -> CountingBallot:
        entitlement = self.box.credentials[held.ballot.credential]
        return CountingBallot(held.line, held.ballot, entitlement.votes, entitlement.contests)


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Scrutineers attested the opened papers; lots may have been drawn."""

    closed: Closed
    opening: BallotsOpened
    lots: tuple[LotDrawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """The result stands."""

    unsealed: Unsealed
    declaration: ResultDeclared


def contest_to_count(poll: Unsealed, contest: ContestDefinition) -> Contest:
    """Return a contest as it is counted: without who withdrew, with the votes of its electorate."""
    manifest, box = poll.closed.manifest, poll.closed.box
    # Withdrawn while the poll was open: the papers that were sealed before still name
    # them, and the count passes them over.
    gone = {
        Candidate(at)
        for at, candidate in enumerate(contest.candidates)
        if (contest.id, candidate.id) in box.withdrawn
    }
    electors = (elector for elector in manifest.event.electors if elector[0] == contest.id)
    plain = contest.contest
    return replace(
        plain,
        withdrawn=plain.withdrawn | gone,
        electorate=sum(votes * number for _, votes, number in electors),
    )


Poll = Draft | Open | Closed | Unsealed | Declared

NAMES = {Draft: "draft", Open: "open", Closed: "closed", Unsealed: "unsealed", Declared: "declared"}
"""The state in one word."""

NEXT = {
    Draft: "check it, then `open` it",
    Open: "`issue` the letters, `accept` ballots, then `close` it",
    Closed: "`publish` it for the scrutineers, `collect` what they send, then `count` it",
    Unsealed: "`count` it, then `declare` the result",
    Declared: "`publish` the result; anyone can `verify` it",
}
"""What comes next in each state."""


def closed_of(poll: Poll) -> Closed:
    """Return the closed poll inside a later one.

    Raises:
        Refused: the poll is not closed.
    """
    match poll:
        case Declared():
            return poll.unsealed.closed
        case Unsealed():
            return poll.closed
        case Closed():
            return poll
        case _:
            raise Refused("The poll is not closed.", remedy=f"next, {NEXT[type(poll)]}.")


def unsealed_of(poll: Poll) -> Unsealed | None:
    """Return the unsealed poll, also inside a declared one; None if no ballot was opened yet."""
    poll = poll.unsealed if isinstance(poll, Declared) else poll
    return poll if isinstance(poll, Unsealed) else None


def begun(poll: Poll) -> Open | Closed:
    """Return the open poll, or the closed one inside a later one.

    Raises:
        Refused: the election is a draft.
    """
    if isinstance(poll, Draft):
        raise Refused("The election is a draft.", remedy=f"next, {NEXT[Draft]}.")
    return poll if isinstance(poll, Open) else closed_of(poll)


def manifest_of(poll: Poll) -> Manifest:
    """Return what was frozen.

    Raises:
        Refused: the election is a draft.
    """
    return begun(poll).manifest


def box_of(poll: Poll) -> Box:
    """Return the credentials and ballots.

    Raises:
        Refused: the election is a draft.
    """
    return begun(poll).box
