"""What came of the ballots: the opened papers, and the result files that a declaration names."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.correspondence.reply import checked_reply
from ccin_vote.election.folder import PublishedFolder
from ccin_vote.errors import BadInput, IntegrityFailure
from ccin_vote.report.words import counted
from ccin_vote.seal.combining import opening_digest
from ccin_vote.store.files import read_file

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Unsealed

SMALL_CLASS = 5
"""So few papers of equal votes are worth a word, where others have more votes or fewer."""


def result_files(root: Path, definition: Definition) -> dict[str, bytes]:
    """Return the result files that are there, by their name below the folder.

    There are none before the record: it is written last.
    """
    folder = PublishedFolder(root)
    if not folder.result_record.exists():
        return {}
    sheet, record, *papers = result_paths(folder, definition)
    paths = [sheet, record, *([] if definition.secrecy.withheld else papers)]
    return {path.relative_to(root).as_posix(): read_file(path) for path in paths if path.exists()}


def result_paths(folder: PublishedFolder, definition: Definition) -> list[Path]:
    """Return the places of all files that come of ballots: sheet, record, papers, ballot files."""
    ballots = (folder.ballot_file(contest.id) for contest in definition.contests)
    return [folder.result_sheet, folder.result_record, folder.opened_papers, *ballots]


def clear_away(folder: PublishedFolder, paths: Iterable[Path], but: Container[str]) -> None:
    """Delete those of some files whose names below the folder are not among others."""
    for path in paths:
        if path.relative_to(folder.root).as_posix() not in but:
            path.unlink(missing_ok=True)


def opened_papers(folder: ElectionFolder, poll: Unsealed) -> OpenedPapers:
    """Return the papers that the scrutineers signed: the officer's copy, or one in a kept reply.

    Raises:
        IntegrityFailure: no copy is whole.
    """
    for papers in _copies(folder, poll):
        if opening_digest(papers) == poll.opening.digest:
            return papers
    raise IntegrityFailure(
        "there are no opened papers that the scrutineers signed",
        file=str(folder.private),
        remedy="`collect` again a reply of a scrutineer who signed the opening.",
    )


def _copies(folder: ElectionFolder, poll: Unsealed) -> Iterator[OpenedPapers]:
    with suppress(ValueError, BadInput):
        yield OpenedPapers.from_json(read_file(folder.private / "opened.json"))
    for path in sorted(folder.replies.glob("*.json")):
        with suppress(ValueError, BadInput):
            reply = checked_reply(read_file(path), poll.closed.manifest)
            if reply.opening is not None:
                yield reply.opening


def before_publishing(poll: Unsealed, papers: OpenedPapers) -> Iterator[str]:
    """Say by which papers somebody might be known once they are published, if they will be."""
    definition = poll.closed.manifest.definition
    if definition.secrecy.withheld:
        return
    for contest, opened in zip(definition.contests, papers.contests, strict=True):
        if opened.alone:
            yield (
                f"Before you publish: {opened.alone:,} of {opened.paper_count:,} papers for"
                f" {contest.title} are like no other. Whoever told a member to mark one of these"
                " could find it among them."
            )
        weights = opened.weights
        for votes, number in sorted(weights.items()):
            if len(weights) > 1 and number < SMALL_CLASS:
                yield (
                    f"Before you publish: only {counted(number, 'paper')} for {contest.title} with"
                    f" {counted(votes, 'vote')} each. Who has so many votes may be known."
                )
