"""Publishing: everything that a scrutineer or a voter needs, and nothing private."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.election.folder import MILESTONES, PublishedFolder
from ccin_vote.errors import BadInput, IntegrityFailure, Refused
from ccin_vote.officer.pages import combinations, issue_pages
from ccin_vote.officer.result_files import clear_away, opened_papers, result_files, result_paths
from ccin_vote.poll.codes import code_list
from ccin_vote.poll.state import Declared, Unsealed, box_of, manifest_of
from ccin_vote.safe_read import open_input
from ccin_vote.store.files import MAXIMUM_DEFINITION, read_file, write_file
from ccin_vote.store.session import Session
from ccin_vote.verify.evidence import verifier

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Manifest


def publish(folder: ElectionFolder, target: Path) -> list[str]:
    """Write the published folder; return the names of the files that are in it now.

    Raises:
        Refused: the election is a draft, or the target holds something else.
        IntegrityFailure: the opened papers are not those that the scrutineers signed, or a result
            file is not the one that was declared.
    """
    with Session.open(folder) as session:
        manifest = manifest_of(session.poll)
        _refuse_strange_target(target, folder, manifest)
        files = {
            "officer.vkey": f"{manifest.event.officer}\n".encode(),
            "scrutineers.vkeys": "".join(f"{key}\n" for key in manifest.cosigners).encode(),
            "election.toml": manifest.event.definition.encode(),
            "verify.py": _verifier_of(folder, manifest),
            "ballot-codes.txt": code_list(manifest, box_of(session.poll)).encode(),
        }
        for name in MILESTONES:
            if folder.milestone(name).exists():
                files[f"checkpoints/{name}"] = read_file(folder.milestone(name))
        combined = combinations(manifest, box_of(session.poll))
        pages = issue_pages(session, combined).values()
        files |= {path.name: read_file(path) for path in pages}
        files |= {path.name: read_file(path) for path in (folder.log, folder.checkpoint)}
        results = result_files(folder.published.root, manifest.definition)
        if isinstance(session.poll, Declared):
            _refuse_changed_results(results, session.poll, folder.published)
        files |= results
        if isinstance(session.poll, Unsealed) and not manifest.definition.secrecy.withheld:
            files["opened.json"] = opened_papers(folder, session.poll).to_json()
    there = PublishedFolder(target)
    clear_away(there, result_paths(there, manifest.definition), files)
    # The key goes first: a folder that was broken off is known for ours. The log goes last: a
    # reader in between sees that its heads do not fit, and nothing that is not in the log.
    order = {"officer.vkey": -1, "log.jsonl": 1}
    for name in sorted(files, key=lambda file: (order.get(file, 0), file)):
        write_file(target / name, files[name])
    return sorted(files)


def _verifier_of(folder: ElectionFolder, manifest: Manifest) -> bytes:
    """Give the verifier that belongs to the log, whatever version of the program publishes it.

    It was kept when the election was opened. A log of format 1 names none: it gets the newest.
    """
    wanted = manifest.event.verifier
    if wanted is None:
        return verifier()
    kept = read_file(folder.verifier) if folder.verifier.exists() else b""
    for data in (kept, verifier()):
        if sha256(data) == wanted:
            return data
    raise IntegrityFailure(
        "the file is missing, or not the one with which the election was opened",
        file=str(folder.verifier),
        remedy="Put back the verify.py of a folder that was published before, or of a backup; its"
        f" SHA-256 is {wanted.hex()}.",
    )


def _refuse_changed_results(
    files: dict[str, bytes], poll: Declared, public: PublishedFolder
) -> None:
    """Refuse to publish what a verifier would refuse; the log cannot name other files any more."""
    declared = dict(poll.declaration.files)
    for name, digest in declared.items():
        path = public.root / name
        if not path.exists() or sha256(read_file(path)) != digest:
            raise IntegrityFailure(
                "the file is missing, or not the one that was declared",
                file=str(path),
                remedy="Restore it from a folder that was published, or from a backup.",
            )
    for name in sorted(files.keys() - declared.keys()):
        raise IntegrityFailure(
            "the file was not declared", file=str(public.root / name), remedy="Move it away."
        )


def _refuse_strange_target(target: Path, folder: ElectionFolder, manifest: Manifest) -> None:
    resolved = target.resolve()
    if resolved == folder.root.resolve() or folder.private.resolve() in (
        resolved,
        *resolved.parents,
    ):
        raise Refused(f"{target} is the officer's own folder.", remedy="Name another folder.")
    published = PublishedFolder(target)
    if not target.exists() or all(path.name.startswith(".new-") for path in target.iterdir()):
        return
    log, key = published.log, published.officer_key
    is_results_only = resolved == folder.published.root.resolve()
    if manifest.election.encode() in _start_of(log, MAXIMUM_DEFINITION):
        return
    officer = f"{manifest.event.officer}\n".encode()
    if _start_of(key, len(officer) + 1) == officer:
        return
    if not is_results_only:
        raise Refused(
            f"{target} holds something else; nothing was written.",
            remedy="Name a new folder, or one that this election was published to.",
        )


def _start_of(path: Path, length: int) -> bytes:
    """Return the beginning of a file that may be anybody's; nothing where it cannot be read."""
    with suppress(BadInput), open_input(path) as stream:
        return stream.read(length)
    return b""
