"""Combining: k scrutineers' shares become the opened papers, and nothing else.

Choices in contests that a credential may not vote in are ignored. A share that does not match its
digest is named with its scrutineer and log line; another scrutineer's is used instead, or asked
for. A ballot is never dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ccin_vote.ballot.choices import decode_choices
from ccin_vote.ballot.opened import INVALID, UNOPENED, OpenedPapers, opened_contest
from ccin_vote.canonical import bound, sha256, write_json
from ccin_vote.errors import DecisionNeeded, Refused
from ccin_vote.seal.opening import InvalidSeal, OpenedBallot, matches, open_ballot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ccin_vote.ballot.profile import Informal, Paper
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.seal.sharing import Shares


@dataclass(frozen=True, slots=True)
class CountingBallot:
    """A ballot that counts: its line in the log (from 1), and what its credential may do."""

    line: int
    ballot: SealedBallot
    votes: int
    contests: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """All ballots that count, in the log's order, and the log that they stand in."""

    election: str
    definition: Definition
    closed_root: bytes
    ballots: tuple[CountingBallot, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A share that does not match its digest: whose, by number from 1, in which log line."""

    scrutineer: int
    line: int


@dataclass(frozen=True, slots=True)
class Combined:
    """An opening: the papers, and every share that did not match."""

    papers: OpenedPapers
    faults: tuple[Fault, ...]


def refuse_small_classes(box: ClosedBox) -> None:
    """Refuse to open so few ballots of one weight in one contest that a voter would be seen.

    Raises:
        Refused: naming the contest, the votes per ballot and the number of ballots.
    """
    minimum = box.definition.secrecy.minimum_opened
    for contest in box.definition.contests:
        weights = Counter(one.votes for one in box.ballots if contest.id in one.contests)
        for votes, ballots in sorted(weights.items()):
            if ballots < minimum:
                raise Refused(
                    f"Contest {contest.id}: only {ballots} ballots with {votes} votes each came in;"
                    f" opening them could show how a single member voted (minimum_opened is"
                    f" {minimum}).",
                    remedy="Nothing was opened. The frozen definition sets minimum_opened; the"
                    " organisation has to decide how to vote again.",
                )


def combine(box: ClosedBox, shares: Mapping[int, Shares], *, last_resort: bool = False) -> Combined:
    """Open every ballot that counts with the shares at hand, by scrutineer number from 1.

    Args:
        box: the ballots.
        shares: at least ``needed`` scrutineers' shares, each in the log's order.
        last_resort: record ballots that lack a fitting share as unopened instead of asking.

    Raises:
        Refused: too few ballots of one weight, or too few scrutineers.
        DecisionNeeded: a share does not fit and another scrutineer's is needed.
    """
    refuse_small_classes(box)
    needed = box.definition.secrecy.needed
    if len(shares) < needed:
        raise Refused(f"Shares of {needed} scrutineers are needed; {len(shares)} are here.")
    faults: list[Fault] = []
    results = [_open(number, box, shares, faults) for number in range(len(box.ballots))]
    if None in results and not last_resort:
        raise DecisionNeeded(
            _named(box, faults), remedy="Ask another scrutineer for shares and combine again."
        )
    opened = zip(box.ballots, results, strict=True)
    refuse_small_classes(
        replace(box, ballots=tuple(one for one, what in opened if isinstance(what, OpenedBallot)))
    )
    return Combined(_papers(box, results), tuple(faults))


def _open(
    index: int, box: ClosedBox, shares: Mapping[int, Shares], faults: list[Fault]
) -> OpenedBallot | InvalidSeal | None:
    counting = box.ballots[index]
    fitting = {}
    for number, all_shares in sorted(shares.items()):
        share = all_shares[index]
        if share is not None and matches(counting.ballot, number, share):
            fitting[number] = share
        else:
            faults.append(Fault(number, counting.line))
    if len(fitting) < box.definition.secrecy.needed:
        return None
    return open_ballot(counting.ballot, box.definition.secrecy.needed, fitting)


def _named(box: ClosedBox, faults: Sequence[Fault]) -> str:
    names = box.definition.scrutineers
    lines = [
        f"log.jsonl:{fault.line}: this ballot and the share of scrutineer"
        f" {names[fault.scrutineer - 1].name} do not match; either may be at fault"
        for fault in faults
    ]
    return "\n".join(lines)


def _papers(box: ClosedBox, results: Sequence[OpenedBallot | InvalidSeal | None]) -> OpenedPapers:
    contests = box.definition.contests
    rows = [
        (counting, decode_choices(contests, result.choices))
        for counting, result in zip(box.ballots, results, strict=True)
        if isinstance(result, OpenedBallot)
    ]
    aside = [
        (counting.line, INVALID if isinstance(result, InvalidSeal) else UNOPENED)
        for counting, result in zip(box.ballots, results, strict=True)
        if not isinstance(result, OpenedBallot)
    ]
    return OpenedPapers(
        election=box.election,
        closed_root=box.closed_root,
        salt=_salt(box, [one.key for one in results if isinstance(one, OpenedBallot)]),
        contests=tuple(
            opened_contest(contest.id, _papers_of(contest, at, rows))
            for at, contest in enumerate(contests)
        ),
        set_aside=tuple(aside),
    )


def _papers_of(
    contest: ContestDefinition,
    at: int,
    rows: Sequence[tuple[CountingBallot, tuple[Paper | Informal, ...]]],
) -> Iterator[tuple[Paper | Informal, int]]:
    return ((papers[at], one.votes) for one, papers in rows if contest.id in one.contests)


def _salt(box: ClosedBox, keys: Sequence[bytes]) -> bytes:
    label = bound("ccin-vote opened papers salt v1", box.election.encode(), box.closed_root)
    return HKDF(SHA256(), 32, salt=label, info=b"").derive(b"".join(sorted(keys)))


def opening_digest(papers: OpenedPapers) -> bytes:
    """Give the SHA-256 of the opened-papers file; its salt is inside it."""
    return sha256(papers.to_json())


def opening_totals(papers: OpenedPapers) -> tuple[tuple[str, int, int], ...]:
    """Give contest, papers and votes of each contest."""
    return tuple((one.id, one.paper_count, one.vote_count) for one in papers.contests)


@dataclass(frozen=True, slots=True)
class Opening:
    """What scrutineers attest: the papers' digest, the totals, and the lines set aside."""

    election: str
    closed_root: bytes
    digest: bytes
    totals: tuple[tuple[str, int, int], ...]
    set_aside: tuple[tuple[int, str], ...]

    def statement(self) -> bytes:
        """Give the bytes that a scrutineer signs."""
        totals = [list(one) for one in self.totals]
        aside = [list(one) for one in self.set_aside]
        return bound(
            "ccin-vote opening v1",
            self.election.encode(),
            self.closed_root,
            self.digest,
            write_json([totals, aside]),  # type: ignore[list-item]
        )


def opening_of(papers: OpenedPapers) -> Opening:
    """Give what attesting these papers means."""
    return Opening(
        papers.election,
        papers.closed_root,
        opening_digest(papers),
        opening_totals(papers),
        papers.set_aside,
    )
