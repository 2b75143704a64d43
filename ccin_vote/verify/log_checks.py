"""Checks of the log itself: its heads, the order of events, credentials, ballots, openings."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.election.folder import MILESTONES
from ccin_vote.errors import LINE_ENDS, IntegrityFailure
from ccin_vote.log.checkpoint import Head, origin_of, read_checkpoint
from ccin_vote.log.events import BallotAccepted, ElectionOpened, PollClosed, ResultDeclared
from ccin_vote.log.note import ED25519, BadNote, verifies
from ccin_vote.poll.acceptance import REFUSALS, is_stranger
from ccin_vote.poll.codes import code_list
from ccin_vote.poll.state import Open, box_of
from ccin_vote.verify.evidence import manifest_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccin_vote.log.note import Note
    from ccin_vote.verify.evidence import Evidence, Finding

_POINT_EVENTS: dict[str, type[ElectionOpened | PollClosed | ResultDeclared]] = {
    "opened": ElectionOpened,
    "closed": PollClosed,
    "declared": ResultDeclared,
}


def officers_key(evidence: Evidence) -> Iterator[Finding]:
    """Check that the officer's key in the folder and in the log are one, for this election."""
    first = evidence.entries[0].event
    if isinstance(first, ElectionOpened) and evidence.officer.name != origin_of(first.election):
        yield "log.jsonl", 1, "the officer's key is named for another election"
    if evidence.officer.kind != ED25519:
        yield "log.jsonl", 1, "the officer's key is not of the type that signs checkpoints"
    path = evidence.folder.officer_key
    data = evidence.read(path)
    words = "this is not the officer's key of the log's first line"
    if wrong := evidence.differs(data, [sha256(f"{evidence.officer}\n".encode())], words):
        yield evidence.name(path), 1, wrong
        if data and not data.startswith(f"{evidence.officer.name}+".encode()):
            words = f"it is of another election than {evidence.name(path)}"
            yield "log.jsonl", 1, words


def newest_head(evidence: Evidence) -> Iterator[Finding]:
    """Check that the checkpoint signs exactly this log."""
    head, _ = _checkpoint(evidence, evidence.folder.checkpoint)
    lines = len(evidence.entries)
    if head.size != lines:
        words = f"the checkpoint signs {head.size} lines; the log has {lines}"
        yield "log.jsonl", min(head.size, lines) + 1, words
    elif not _signs(head, evidence):
        first, last = _changed(evidence)
        what = f"line {last}" if first == last else f"a line from {first} to {last}"
        words = f"the checkpoint signs another log: {what} was changed, or the checkpoint itself"
        yield "log.jsonl", first, words


def _signs(head: Head, evidence: Evidence) -> bool:
    """Return whether a head signs as many lines of this log as it names."""
    return head.size <= len(evidence.entries) and evidence.tree.root(head.size) == head.root


def _changed(evidence: Evidence) -> tuple[int, int]:
    """Narrow down, by the heads that were kept, which lines a changed one is among."""
    first, last = 1, len(evidence.entries)
    for point in MILESTONES:
        with suppress(IntegrityFailure):
            head, _ = _checkpoint(evidence, evidence.folder.milestone(point))
            if _signs(head, evidence):
                first = min(max(first, head.size + 1), last)
            else:
                return first, min(max(first, head.size), last)
    return first, last


def _checkpoint(evidence: Evidence, path: Path) -> tuple[Head, Note]:
    name = evidence.name(path)
    data = evidence.read(path)
    if data is None:
        raise IntegrityFailure("the file is missing", file=name)
    if b"\r" in data:
        raise IntegrityFailure(LINE_ENDS, file=name)
    try:
        return read_checkpoint(data, evidence.officer)
    except BadNote as error:
        raise IntegrityFailure(str(error), file=name) from error


def kept_heads(evidence: Evidence) -> Iterator[Finding]:
    """Check the heads kept at the milestones, and every cosignature on them and the newest."""
    newest = evidence.folder.checkpoint
    yield from _cosignatures(evidence, newest, _checkpoint(evidence, newest)[1])
    for point in MILESTONES:
        kind = _POINT_EVENTS[point]
        numbers = [entry.number for entry in evidence.entries if isinstance(entry.event, kind)]
        path = evidence.folder.milestone(point)
        if not numbers:
            if evidence.read(path) is not None:
                yield evidence.name(path), None, f"the log was never {point}"
            continue
        head, note = _checkpoint(evidence, path)
        if head.size != numbers[0] or head.root != evidence.tree.root(numbers[0]):
            yield evidence.name(path), None, f"it does not sign the log as it was {point}"
        yield from _cosignatures(evidence, path, note)


def _cosignatures(evidence: Evidence, path: Path, note: Note) -> Iterator[Finding]:
    keys = manifest_in(evidence).cosigners
    officer = (evidence.officer.name, evidence.officer.key_id)
    for line in note.signatures:
        if (line.name, line.key_id) == officer:
            continue
        if not any(verifies(note.text, line, key) for key in keys):
            yield evidence.name(path), None, f"the signature of {line.name} does not verify"


def cosigned(evidence: Evidence) -> Iterator[str]:
    """Say how many scrutineers cosigned the log at each milestone."""
    keys = manifest_in(evidence).cosigners
    for point in MILESTONES:
        path = evidence.folder.milestone(point)
        if path.exists():
            note = _checkpoint(evidence, path)[1]
            number = sum(1 for key in keys if note.verified_by(key))
            yield f"Cosigned as it was {point}: by {number} of {len(keys)} scrutineers."


def order_of_events(evidence: Evidence) -> Iterator[Finding]:
    """Ask the fold: order, credentials against the roll's totals, acceptance, openings' totals."""
    evidence.poll = evidence.folding.poll()
    yield from ()


def published_copies(evidence: Evidence) -> Iterator[Finding]:
    """Check that keys, definition and ballot codes beside the log say what the log says."""
    manifest = manifest_in(evidence)
    root = evidence.folder.root
    copies = {
        evidence.folder.scrutineer_keys: "".join(f"{key}\n" for key in manifest.cosigners),
        root / "election.toml": manifest.event.definition,
        root / "ballot-codes.txt": code_list(manifest, box_of(evidence.poll)),
    }
    for path, text in copies.items():
        words = "it is not what the log says it should be"
        if wrong := evidence.differs(evidence.read(path), [sha256(text.encode())], words):
            yield evidence.name(path), None, wrong


def no_verifier(evidence: Evidence) -> str:
    """Say why there is no verifier to look at; nothing if there is one that the log names."""
    if manifest_in(evidence).event.verifier is None:
        return "a log of format 1 does not name it"
    there = evidence.read(evidence.folder.verifier) is not None
    return "" if there else "verify.py is not in this folder"


def named_verifier(evidence: Evidence) -> Iterator[Finding]:
    """Check that the verifier in the folder is the one that the log's first line names."""
    wanted = manifest_in(evidence).event.verifier or b""
    words = (
        "it is not the verifier with which the election was opened; that one has the SHA-256"
        f" {wanted.hex()}"
    )
    path = evidence.folder.verifier
    if wrong := evidence.differs(evidence.read(path), [wanted], words):
        yield evidence.name(path), None, wrong


LEFT_BY_SYSTEMS = {"Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX"}
"""Names that systems leave behind; those that begin with a dot are passed over, too."""

_STRANGE = (
    "this does not belong in a published folder; ask the returning officer where it comes from,"
    " or move it away if you put it there"
)


def nothing_else(evidence: Evidence) -> Iterator[Finding]:
    """Check that nothing stands in the folder that an election does not publish.

    Names that systems leave behind say nothing, nor do empty folders; a link to a folder does.
    """
    folder = evidence.folder
    contests = manifest_in(evidence).definition.contests
    known = {
        *(folder.log, folder.checkpoint, folder.officer_key, folder.scrutineer_keys),
        *(folder.root / "election.toml", folder.root / "ballot-codes.txt", folder.verifier),
        *(folder.result_sheet, folder.result_record, folder.opened_papers),
        *(folder.milestone(point) for point in MILESTONES),
        *(folder.ballot_file(contest.id) for contest in contests),
        *folder.pages,  # those that nobody issued are another check's
    }
    for path in sorted(_files_in(folder.root)):
        if path not in known:
            yield evidence.name(path), None, _STRANGE


def _files_in(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.name.startswith(".") or path.name in LEFT_BY_SYSTEMS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_in(path)
        else:
            yield path


def issued_pages(evidence: Evidence) -> Iterator[Finding]:
    """Check that every ballot page here is one that the log names, and that none is missing."""
    pages = box_of(evidence.poll).pages
    expected = {evidence.folder.page(contests): known for contests, known in pages.items()}
    for path in sorted({*expected, *evidence.folder.pages}):
        data = evidence.read(path)
        words = "this is not a ballot page that the log names"
        if wrong := evidence.differs(data, expected.get(path, ()), words):
            yield evidence.name(path), None, wrong


def every_ballots_signature(evidence: Evidence) -> Iterator[Finding]:
    """Check that every accepted ballot is of this election and signed by its credential."""
    poll = Open(manifest_in(evidence), box_of(evidence.poll))
    for entry in evidence.entries:
        if isinstance(entry.event, BallotAccepted):
            signed = entry.signed is True or entry.number <= evidence.verified
            stranger = is_stranger(poll, entry.event.ballot, signed=signed)
            if stranger is not None:
                yield "log.jsonl", entry.number, f"this ballot is refused: {REFUSALS[stranger]}"
