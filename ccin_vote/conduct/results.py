"""The result files of a folder: those whose digests the declaration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.conduct.files import read_file
from ccin_vote.election.folder import PublishedFolder

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.election.definition import Definition


def result_files(root: Path, definition: Definition) -> dict[str, bytes]:
    """Give the result files that are there, by their name below the folder."""
    folder = PublishedFolder(root)
    paths = [folder.result_sheet, folder.result_record]
    if definition.secrecy.publication == "full":
        paths.append(folder.opened_papers)
        paths.extend(folder.ballot_file(contest.id) for contest in definition.contests)
    return {path.relative_to(root).as_posix(): read_file(path) for path in paths if path.exists()}
