"""Entering paper ballots: two people key each batch, and it is sealed like a ballot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccin_vote.ballot.batch import PaperBallot, counts_of, encode_batch
from ccin_vote.ballot.choices_file import read_marks, read_numbers
from ccin_vote.ballot.marks import MAXIMUM_MARK, UNREADABLE, Marks
from ccin_vote.election.document import nearest, read_document
from ccin_vote.errors import BadInput, DecisionNeeded, Mistake, Refused
from ccin_vote.log.events import PaperEntered
from ccin_vote.poll.state import Open
from ccin_vote.report.words import counted
from ccin_vote.roll.roll import MAXIMUM_VOTES
from ccin_vote.seal.sealing import seal_ballot
from ccin_vote.store.session import Session, in_state
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.ballot.batch import Counts
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.document import Document
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Manifest
    from ccin_vote.randomness import Randomness
    from ccin_vote.seal.keys import SecretKey


INFORMAL = "informal"
"""What tellers key for a paper on which it cannot be told what was meant."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """What one teller keyed, paper by paper in the order of the pile, and the teller's key."""

    key: SecretKey
    papers: tuple[PaperBallot, ...]


def papers_contests(manifest: Manifest) -> tuple[ContestDefinition, ...]:
    """Return the contests that may stand on a paper."""
    return tuple(
        contest for contest in manifest.definition.contests if not contest.contest.uncontested
    )


def read_papers(data: bytes, file: str, contests: Sequence[ContestDefinition]) -> list[PaperBallot]:
    """Read keyed papers from TOML: a table ``[[papers]]`` a paper, in the order of the pile.

    In it ``votes`` (1 if left out) and, for each contest that the paper has, what is marked, as in
    a file of choices, or beside whom which number, ``{ ann = 1, bob = 1 }``; ``[]`` is a blank
    paper, ``"informal"`` one on which it cannot be told what was meant.

    Raises:
        BadInput: every mistake, with its line.
    """
    document, mistakes = read_document(data, file)
    if document is None:
        raise BadInput(mistakes)
    for name in document.values:
        if name != "papers":
            mistakes.append(document.mistake((name,), f"unknown key {name!r}", "[[papers]]"))
    tables = list(document.select("papers", "*"))
    if not tables:
        mistakes.append(document.mistake((), "there is no paper", "add a table [[papers]]"))
    ballots = []
    for path, table in tables:
        if isinstance(table, dict):
            ballots.append(_paper(document, (path, table), contests, mistakes))
        else:
            mistakes.append(document.mistake(path, "a paper is a table [[papers]]"))
    if mistakes:
        raise BadInput(mistakes, remedy="Compare these lines with the papers, then try again.")
    return ballots


def _paper(
    document: Document,
    found: tuple[tuple[str | int, ...], dict[str, object]],
    contests: Sequence[ContestDefinition],
    mistakes: list[Mistake],
) -> PaperBallot:
    path, table = found
    known = {contest.id: contest for contest in contests}
    votes, papers = table.get("votes", 1), {}
    if type(votes) is not int or not 1 <= votes <= MAXIMUM_VOTES:
        problem = f"votes is a whole number from 1 to {MAXIMUM_VOTES:,}"
        mistakes.append(document.mistake((*path, "votes"), problem))
        votes = 1
    for name, chosen in table.items():
        if name in known:
            slips: list[Mistake] = []
            papers[name] = _keyed(chosen, known[name], document.file, slips)
            line = document.mistake((*path, name), "").line
            mistakes.extend(replace(slip, line=line) for slip in slips)
        elif name != "votes":
            problem = f"there is no contest {name!r} on the papers"
            mistakes.append(document.mistake((*path, name), problem, nearest(name, known)))
    if not table.keys() - {"votes"}:
        mistakes.append(document.mistake(path, "this paper has no contest", "a blank one has []"))
    return PaperBallot(votes, papers)


def _keyed(chosen: object, contest: ContestDefinition, file: str, mistakes: list[Mistake]) -> Marks:
    """Read what stands on a paper: also more crosses, or other numbers, than the rule allows."""
    size = len(contest.choices)
    if chosen == INFORMAL:
        return informal_marks(contest)
    if isinstance(chosen, dict):
        ids = [choice.id for choice in contest.choices]
        return read_numbers(chosen, contest.id, ids, (file, mistakes), MAXIMUM_MARK)
    return read_marks(chosen, contest, file, mistakes, most=size)


def informal_marks(contest: ContestDefinition) -> Marks:
    """Return the marks of a paper that both tellers find informal."""
    return (UNREADABLE,) * len(contest.choices)


def differences(
    first: Sequence[PaperBallot], second: Sequence[PaperBallot], manifest: Manifest
) -> Iterator[tuple[int, str]]:
    """Yield the number of each paper, from 1, that was keyed in two ways, and how."""
    if len(first) != len(second):
        yield 0, f"{counted(len(first), 'paper')} keyed by one, {len(second)} by the other"
        return
    for number, (paper, other) in enumerate(zip(first, second, strict=True), start=1):
        if paper.votes != other.votes:
            yield number, f"paper {number}: {counted(paper.votes, 'vote')}, or {other.votes}"
        for contest in papers_contests(manifest):
            ours, theirs = paper.papers.get(contest.id), other.papers.get(contest.id)
            if ours != theirs:
                told = (_told(marks, contest) for marks in (ours, theirs))
                yield number, f"paper {number}, {contest.title}: " + "; or ".join(told)


def _told(marks: tuple[int, ...] | None, contest: ContestDefinition) -> str:
    if marks is None:
        return "not on this paper"
    if UNREADABLE in marks:
        return "informal"
    named = sorted((mark, contest.names[at]) for at, mark in enumerate(marks) if mark)
    return ", ".join(f"{mark} {name}" for mark, name in named) or "blank"


def enter(folder: ElectionFolder, first: Keyed, second: Keyed, randomness: Randomness) -> Counts:
    """Seal and log a batch that both keyed alike; return its counts.

    Raises:
        DecisionNeeded: the two differ; both have to look at those papers again.
        Refused: the poll is not open, the keys are not those of two tellers, or there are more
            papers than members who were given paper.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "enter paper ballots")
        numbers = [_teller(poll.manifest, keyed.key) for keyed in (first, second)]
        if len(set(numbers)) == 1:
            raise Refused("Both keys are the same teller's.", remedy="Two people key each batch.")
        if found := list(differences(first.papers, second.papers, poll.manifest)):
            raise DecisionNeeded(
                "\n".join(words for _, words in found),
                remedy="Both of you look at those papers again, correct what was keyed, and repeat."
                " Nothing was entered.",
            )
        counts = counts_of(first.papers)
        if not counts:
            raise Refused("There is no paper in this batch; nothing was entered.")
        _refuse_too_many(poll, counts)
        number = len(poll.box.batches) + 1
        data = encode_batch(poll.manifest.definition.contests, first.papers)
        batch = seal_ballot(poll.manifest.sealing, data, first.key.sign, number, randomness.data)
        event = PaperEntered(type="paper.entered", batch=batch, counts=counts, signatures=())
        statement = event.statement()
        keys = zip(numbers, (first.key, second.key), strict=True)
        signatures = tuple((number, key.sign.sign(statement)) for number, key in keys)
        session.append(event.model_copy(update={"signatures": signatures}))
        return counts


def _teller(manifest: Manifest, key: SecretKey) -> int:
    if not manifest.tellers:
        raise Refused(
            "The frozen definition names no tellers, so nobody may key paper ballots.",
            remedy="Members who want paper need [[tellers]] in election.toml before it is opened.",
        )
    if key.public not in manifest.tellers:
        names = ", ".join(teller.name for teller in manifest.definition.tellers)
        raise Refused(f"A key is not one of the tellers'. They are: {names}.")
    return manifest.tellers.index(key.public) + 1


def _refuse_too_many(poll: Open, counts: Counts) -> None:
    entered = poll.box.papers + Counter({(row, votes): papers for row, votes, papers in counts})
    for (contest, votes), papers in sorted(entered.items()):
        allowed = poll.box.papers_allowed[contest, votes]
        if papers > allowed:
            raise Refused(
                f"Contest {contest}: {counted(papers, 'paper')} with {counted(votes, 'vote')} each;"
                f" members with as many votes who were given paper: {allowed}.",
                remedy="`revoke E MEMBER --reason paper` for each member who votes on paper; then"
                " repeat. Nothing was entered.",
            )


def manifest_at(folder: ElectionFolder) -> Manifest:
    """Return what was frozen, for those who are about to key papers."""
    return in_state(Snapshot.read(folder).poll, Open, "enter paper ballots").manifest
