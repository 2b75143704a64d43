"""What came of the ballots: the opened papers, and the result files that a declaration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.conduct.files import read_file
from ccin_vote.election.folder import PublishedFolder
from ccin_vote.errors import IntegrityFailure
from ccin_vote.seal.combining import opening_digest

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Opened


def result_files(root: Path, definition: Definition) -> dict[str, bytes]:
    """Give the result files that are there, by their name below the folder."""
    folder = PublishedFolder(root)
    paths = [folder.result_sheet, folder.result_record]
    if definition.secrecy.publication == "full":
        paths.append(folder.opened_papers)
        paths.extend(folder.ballot_file(contest.id) for contest in definition.contests)
    return {path.relative_to(root).as_posix(): read_file(path) for path in paths if path.exists()}


def opened_papers(folder: ElectionFolder, poll: Opened) -> OpenedPapers:
    """Give the papers that the scrutineers signed.

    Raises:
        IntegrityFailure: what the officer holds is damaged, or other papers.
    """
    path = folder.private / "opened.json"
    try:
        papers = OpenedPapers.from_json(read_file(path))
    except ValueError as error:
        raise IntegrityFailure("the opened papers are damaged", file=str(path)) from error
    if opening_digest(papers) != poll.opening.digest:
        raise IntegrityFailure(
            "these are not the papers that the scrutineers signed",
            file=str(path),
            remedy="`collect` the scrutineers' replies again, or restore a backup.",
        )
    return papers
