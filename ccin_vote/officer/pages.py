"""The ballot pages: one for each combination of electorates, each named in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.page import Page, ballot_page
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import PageIssued
from ccin_vote.poll.state import Open, box_of, manifest_of
from ccin_vote.store.files import read_file, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ccin_vote.poll.state import Box, Manifest
    from ccin_vote.store.session import Session


def make_page(manifest: Manifest, contests: Iterable[str]) -> bytes:
    """Make the page of those who may vote in these contests, by id."""
    wanted = set(contests)
    shown = tuple(contest for contest in manifest.definition.contests if contest.id in wanted)
    orders = {each_contest.id: manifest.paper_order(each_contest) for each_contest in shown}
    return ballot_page(Page(manifest.definition, manifest.sealing, shown, orders))


def combinations(manifest: Manifest, box: Box) -> list[tuple[str, ...]]:
    """Return every combination of contests that somebody may vote in, in the definition's order."""
    found = {credential.contests for credential in box.credentials.values()}
    order = [contest.id for contest in manifest.definition.contests]
    return sorted(
        tuple(candidate for candidate in order if candidate in contests) for contests in found
    )


def issue_pages(
    session: Session, combined: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], Path]:
    """Write every page that is missing, log its digest if it is new; give all by contests.

    A page that was issued is kept as it was. One that is lost is made again; if this version of
    the program makes it otherwise, that is logged while the poll is open.

    Raises:
        IntegrityFailure: a page is lost, cannot be made as it was, and the poll is closed.
    """
    manifest, box = manifest_of(session.poll), box_of(session.poll)
    paths = {}
    for contests in combined:
        path = session.folder.published.page(contests)
        known = box.pages.get(contests, [])
        if not path.exists() or sha256(read_file(path)) not in known:
            data = make_page(manifest, contests)
            if sha256(data) not in known:
                _log_page(session, contests, data)
            write_file(path, data)
        paths[contests] = path
    return paths


def _log_page(session: Session, contests: tuple[str, ...], data: bytes) -> None:
    if not isinstance(session.poll, Open):
        raise IntegrityFailure(
            "this ballot page is lost or changed, and the poll is closed",
            file=session.folder.published.page(contests).name,
            remedy="Restore the file from a published folder or a backup.",
        )
    session.append(PageIssued(type="page.issued", contests=contests, digest=sha256(data)))
