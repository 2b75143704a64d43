"""A batch of paper ballots as bytes: what two people keyed, ready to be sealed.

For each ballot, in sorted order so that the order says nothing: its votes as four bytes, then for
each contest of the definition one byte, 1 if the ballot has a paper for it, and two bytes a
candidate, the mark as a big-endian number (zeros without a paper).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.choices import choices_length, encode_choices
from ccin_vote.ballot.marks import marks_to_paper
from ccin_vote.ballot.profile import Informal, Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.definition import ContestDefinition

_VOTES = 4

Counts = tuple[tuple[str, int, int], ...]
"""Contest, votes a paper, and how many papers; sorted."""


@dataclass(frozen=True, slots=True)
class PaperBallot:
    """One paper ballot: the votes that it carries, and the marks in each contest that it has."""

    votes: int
    papers: Mapping[str, Marks]


def counts_of(ballots: Iterable[PaperBallot]) -> Counts:
    """Count the papers of each contest and number of votes."""
    found = Counter((contest, ballot.votes) for ballot in ballots for contest in ballot.papers)
    return tuple(sorted((*key, papers) for key, papers in found.items()))


def encode_batch(contests: Sequence[ContestDefinition], ballots: Sequence[PaperBallot]) -> bytes:
    """Write a batch.

    Raises:
        ValueError: an unknown contest, a wrong number of marks, or a mark out of range.
    """
    return b"".join(sorted(_encode(contests, ballot) for ballot in ballots))


def _encode(contests: Sequence[ContestDefinition], ballot: PaperBallot) -> bytes:
    held = bytes(contest.id in ballot.papers for contest in contests)
    marks = encode_choices(contests, ballot.papers)
    return ballot.votes.to_bytes(_VOTES, "big") + held + marks


def decode_batch(
    contests: Sequence[ContestDefinition], data: bytes
) -> list[tuple[int, dict[str, Marks]]] | None:
    """Read a batch as votes and marks by contest; None if it is none in its one spelling."""
    length = _VOTES + len(contests) + choices_length(contests)
    rows = [data[at : at + length] for at in range(0, len(data), length)]
    if not rows or rows != sorted(rows):
        return None
    ballots = []
    for row in rows:
        held = row[_VOTES : _VOTES + len(contests)]
        marks = _marks(contests, row[_VOTES + len(contests) :])
        papers = {
            contest.id: marks[contest.id]
            for contest, has in zip(contests, held, strict=True)
            if has
        }
        ballots.append((int.from_bytes(row[:_VOTES], "big"), papers))
    again = encode_batch(contests, [PaperBallot(*ballot) for ballot in ballots])
    return ballots if again == data else None


def _marks(contests: Sequence[ContestDefinition], data: bytes) -> dict[str, Marks]:
    marks, at = {}, 1
    for contest in contests:
        end = at + 2 * len(contest.names)
        row = range(at, end, 2)
        marks[contest.id] = tuple(int.from_bytes(data[i : i + 2], "big") for i in row)
        at = end
    return marks


def batch_papers(
    contests: Sequence[ContestDefinition], data: bytes, counts: Counts
) -> Iterator[tuple[str, Paper | Informal, int]]:
    """Yield contest, paper and votes of every paper in an opened batch.

    A batch that cannot be read, or is not what was counted when it was entered, gives as many
    papers as were counted, all of one fixed informal value.
    """
    ballots = decode_batch(contests, data)
    if ballots is None or counts_of(PaperBallot(*ballot) for ballot in ballots) != counts:
        for contest, votes, papers in counts:
            yield from ((contest, Informal("undecodable"), votes) for _ in range(papers))
        return
    known = {contest.id: contest for contest in contests}
    for votes, papers_by_contest in ballots:
        for name, marks in papers_by_contest.items():
            defined = known[name]
            yield name, marks_to_paper(marks, defined.contest, defined.rule_set), votes
