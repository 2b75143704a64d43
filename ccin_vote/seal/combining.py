"""Combining: k scrutineers' shares become the opened papers, and nothing else.

Choices in contests that a credential may not vote in are ignored. A share that does not match its
digest is named with its scrutineer and log line; another scrutineer's is used instead, or asked
for. A ballot is never dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ccin_vote.ballot.batch import batch_papers
from ccin_vote.ballot.choices import decode_choices
from ccin_vote.ballot.opened import INVALID, UNOPENED, OpenedPapers, opened_contest
from ccin_vote.canonical import bound, sha256, write_json
from ccin_vote.errors import DecisionNeeded, Refused
from ccin_vote.parallel import map_chunks
from ccin_vote.seal.opening import InvalidSeal, OpenedBallot, matching, open_ballot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ccin_vote.ballot.batch import Counts
    from ccin_vote.ballot.profile import Informal, Paper
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.seal.sharing import Shares

    Result = OpenedBallot | InvalidSeal | None
    Results = Sequence[Result]


@dataclass(frozen=True, slots=True)
class CountingBallot:
    """A ballot that counts: its line in the log (from 1), and what its credential may do."""

    line: int
    ballot: SealedBallot
    votes: int
    contests: frozenset[str]


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """Paper ballots, sealed together: the line in the log (from 1), and the papers by contest."""

    line: int
    ballot: SealedBallot
    counts: Counts


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """All ballots and batches that count, in the log's order, and the log that they stand in."""

    election: str
    definition: Definition
    closed_root: bytes
    ballots: tuple[CountingBallot, ...]
    batches: tuple[SealedBatch, ...] = ()

    @property
    def entries(self) -> tuple[CountingBallot | SealedBatch, ...]:
        """Everything that is to be opened: the ballots, then the batches."""
        # One order for everybody, from the log alone: a packet of shares is a bare list, and place
        # in it says which ballot a share belongs to.
        return (*self.ballots, *self.batches)

    @property
    def sealed(self) -> tuple[SealedBallot, ...]:
        """The same, sealed."""
        return tuple(entry.ballot for entry in self.entries)

    @staticmethod
    def weights(
        contest: str, ballots: Iterable[CountingBallot], batches: Iterable[SealedBatch]
    ) -> list[int]:
        """Return the votes of each paper that a contest gets from ballots and batches."""
        # Papers of a batch are in the same crowd as electronic ballots of their weight:
        # once opened, nothing tells them apart.
        electronic = [ballot.votes for ballot in ballots if contest in ballot.contests]
        on_paper = [
            votes
            for batch in batches
            for name, votes, papers in batch.counts
            if name == contest
            for _ in range(papers)
        ]
        return electronic + on_paper


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
        # By weight, not by contest only: the opened papers give the votes of each, so a member with
        # a weight of its own would be seen among a thousand others.
        weights = Counter(box.weights(contest.id, box.ballots, box.batches))
        for votes, ballots in sorted(weights.items()):
            if ballots < minimum:
                raise Refused(
                    f"Contest {contest.id}: only {ballots} ballots with"
                    f" {votes} vote{'' if votes == 1 else 's'} each came in;"
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
    # Before any share is combined, so that nothing is known that should not be. `scrutinise` asks
    # the same before its own shares are unsealed.
    refuse_small_classes(box)
    needed = box.definition.secrecy.needed
    if len(shares) < needed:
        raise Refused(f"Shares of {needed} scrutineers are needed; {len(shares)} are here.")
    # Whether a share that was handed over fits its digest is not asked by `unpack_shares` but in
    # `_opened`, here, where a fault can be named with its line.
    given = [_given(index, shares) for index in range(len(box.entries))]
    opened = list(map_chunks(_opened, zip(box.sealed, given, strict=True), needed))
    results = [result for _, result in opened]
    faults = [
        Fault(number, entry.line)
        for entry, (fitting, _) in zip(box.entries, opened, strict=True)
        # A sender's own "unusable" counts as a fault too: a scrutineer who keeps a share back is
        # named like one whose share is wrong.
        for number in sorted(shares.keys() - fitting)
    ]
    # Without this, one scrutineer could strike ballots from the count by sending bad shares for
    # them. An inconsistent ballot is no such case: it is `InvalidSeal`, whoever opens it.
    if None in results and not last_resort:
        raise DecisionNeeded(
            _named(box, faults), remedy="Ask another scrutineer for shares and combine again."
        )
    # Once more, of what did open: ballots that were set aside do not hide the others.
    refuse_small_classes(_only_opened(box, results))
    return Combined(_papers(box, results), tuple(faults))


def _only_opened(box: ClosedBox, results: Results) -> ClosedBox:
    ballots, batches = results[: len(box.ballots)], results[len(box.ballots) :]
    opened = zip(box.ballots, ballots, strict=True)
    on_paper = zip(box.batches, batches, strict=True)
    return replace(
        box,
        ballots=tuple(ballot for ballot, what in opened if isinstance(what, OpenedBallot)),
        batches=tuple(batch for batch, what in on_paper if isinstance(what, OpenedBallot)),
    )


def _given(index: int, shares: Mapping[int, Shares]) -> dict[int, bytes]:
    """Return the shares of one ballot that are usable, by scrutineer number."""
    return {number: share for number, all_ in shares.items() if (share := all_[index]) is not None}


def _opened(
    ballots: Sequence[tuple[SealedBallot, dict[int, bytes]]], needed: int
) -> list[tuple[set[int], Result]]:
    """Open some ballots with their shares; give also whose shares match their digests."""
    found = []
    for ballot, given in ballots:
        # All shares at hand are tried, not the first k: a bad one
        # does no harm as long as k others fit.
        fitting = matching(ballot, given)
        result = open_ballot(ballot, needed, fitting) if len(fitting) >= needed else None
        found.append((set(fitting), result))
    return found


def _named(box: ClosedBox, faults: Sequence[Fault]) -> str:
    names = box.definition.scrutineers
    lines = [
        f"log.jsonl:{fault.line}: this ballot and the share of scrutineer"
        f" {names[fault.scrutineer - 1].name} do not match; either may be at fault"
        for fault in faults
    ]
    return "\n".join(lines)


def _papers(box: ClosedBox, results: Results) -> OpenedPapers:
    contests = box.definition.contests
    sealed = list(zip(box.entries, results, strict=True))
    # Thousands of voters mark alike; equal bytes are read once. The paper depends on the bytes and
    # the definition only, so that the result is the same.
    decode = cache(lambda choices: decode_choices(contests, choices))
    found: dict[str, list[tuple[Paper | Informal, int]]] = {
        each_contest.id: [] for each_contest in contests
    }
    for counting, result in sealed:
        if isinstance(result, OpenedBallot):
            for contest, paper, votes in _papers_in(counting, result, contests, decode):
                found[contest].append((paper, votes))
    aside = [
        (counting.line, INVALID if isinstance(result, InvalidSeal) else UNOPENED)
        for counting, result in sealed
        if not isinstance(result, OpenedBallot)
    ]
    return OpenedPapers(
        election=box.election,
        salt=_salt(
            box,
            [each_result.key for each_result in results if isinstance(each_result, OpenedBallot)],
        ),
        contests=tuple(opened_contest(name, papers) for name, papers in found.items()),
        set_aside=tuple(sorted(aside)),
    )


def _papers_in(
    counting: CountingBallot | SealedBatch,
    result: OpenedBallot,
    contests: Sequence[ContestDefinition],
    decode: Callable[[bytes], Sequence[Paper | Informal]],
) -> Iterator[tuple[str, Paper | Informal, int]]:
    """Yield contest, paper and votes of what was opened; contests not voted in are ignored."""
    # That a batch says the same as its logged counts is checked in
    # there: its content is known only now.
    if isinstance(counting, SealedBatch):
        yield from batch_papers(contests, result.choices, counting.counts)
        return
    for contest, paper in zip(contests, decode(result.choices), strict=True):
        # Entitlement comes from the log, never from the ballot: a device may fill in every contest,
        # and what its credential may not vote in does not exist.
        if contest.id in counting.contests:
            yield contest.id, paper, counting.votes


def _salt(box: ClosedBox, keys: Sequence[bytes]) -> bytes:
    # HKDF (RFC 5869) from the content keys, which only k scrutineers have: who sees the digest
    # alone cannot try out what a withheld file might say. Sorted, so that any k get the same salt
    # and the order of ballots leaves no trace in it.
    label = bound("ccin-vote opened papers salt v1", box.election.encode())
    return HKDF(SHA256(), 32, salt=label, info=b"").derive(b"".join(sorted(keys)))


def opening_digest(papers: OpenedPapers) -> bytes:
    """Return the SHA-256 of the opened-papers file; its salt is inside it."""
    return sha256(papers.to_json())


def opening_totals(papers: OpenedPapers) -> tuple[tuple[str, int, int], ...]:
    """Return contest, papers and votes of each contest."""
    return tuple(
        (contest.id, contest.paper_count, contest.vote_count) for contest in papers.contests
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What scrutineers attest: the papers' digest, the totals, and the lines set aside."""

    election: str
    closed_root: bytes
    digest: bytes
    totals: tuple[tuple[str, int, int], ...]
    set_aside: tuple[tuple[int, str], ...]

    def statement(self) -> bytes:
        """Return the bytes that a scrutineer signs."""
        totals = [list(total) for total in self.totals]
        aside = [list(line) for line in self.set_aside]
        # The closed root stands here and not in the papers' file: the same papers,
        # attested for another log, would be another statement. Totals and lines set aside
        # are what the log shows without the papers.
        return bound(
            "ccin-vote opening v1",
            self.election.encode(),
            self.closed_root,
            self.digest,
            write_json([totals, aside]),  # type: ignore[list-item]
        )


def opening_of(papers: OpenedPapers, closed_root: bytes) -> Opening:
    """Return what attesting these papers of a closed log means."""
    return Opening(
        papers.election,
        closed_root,
        opening_digest(papers),
        opening_totals(papers),
        papers.set_aside,
    )
