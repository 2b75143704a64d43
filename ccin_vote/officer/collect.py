"""Collecting: what scrutineers sent goes where it belongs; what is missing is said by name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.reply import Reply, checked_reply, read_replies
from ccin_vote.election.definition import KEY_PREFIX
from ccin_vote.election.editing import with_key
from ccin_vote.election.folder import MILESTONES
from ccin_vote.election.loading import parse_definition
from ccin_vote.errors import BadInput, IntegrityFailure, Mistake, Refused
from ccin_vote.log.note import BadNote, Note, SignatureLine, verifies
from ccin_vote.log.writer import replace_file
from ccin_vote.poll.state import Closed, Poll, manifest_of
from ccin_vote.report.words import counted
from ccin_vote.seal.combining import opening_digest, opening_of
from ccin_vote.seal.keys import BadKey, read_public_line
from ccin_vote.store.files import (
    MAXIMUM_DEFINITION,
    read_file,
    write_file,
    write_private,
)
from ccin_vote.store.snapshot import Snapshot, election_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Manifest


@dataclass(frozen=True, slots=True)
class Collected:
    """What was taken in, what is still missing and whom to mail."""

    taken: tuple[str, ...]
    missing: tuple[str, ...]


def collect(folder: ElectionFolder, paths: Sequence[Path]) -> Collected:
    """Take in scrutineers' key lines (while a draft) or replies (afterwards).

    Raises:
        BadInput: a file that cannot be used.
        Refused: a key that fits nobody.
    """
    if election_of(folder) is None:
        return _collect_keys(folder, paths)
    poll = Snapshot.read(folder).poll
    manifest = manifest_of(poll)
    taken = []
    for reply in read_replies(paths, manifest):
        _keep(folder, reply)
        points = _add_cosignatures(folder, reply, manifest)
        taken.append(_described(reply, points, manifest))
    return Collected(tuple(taken), tuple(still_missing(folder, poll)))


def _collect_keys(folder: ElectionFolder, paths: Sequence[Path]) -> Collected:
    taken = []
    for path in paths:
        line, _, name = read_file(path, 10_000).decode("utf-8", "replace").strip().partition(" ")
        if not line.startswith(KEY_PREFIX) or not name:
            problem = "this is not a file that `keygen` wrote; the election is still a draft"
            raise BadInput([Mistake(str(path), problem)])
        try:
            read_public_line(line, folder.slug)
        except BadKey as error:
            raise BadInput([Mistake(str(path), str(error))]) from error
        text = read_file(folder.definition, MAXIMUM_DEFINITION).decode("utf-8", "surrogateescape")
        write_file(folder.definition, with_key(text, name, line).encode())
        taken.append(f"the key of {name} stands in election.toml")
    return Collected(tuple(taken), tuple(_without_key(folder)))


def _without_key(folder: ElectionFolder) -> list[str]:
    data = read_file(folder.definition, MAXIMUM_DEFINITION)
    definition, mistakes = parse_definition(data, str(folder.definition))
    if definition is None:
        raise BadInput(mistakes)
    people = (*definition.scrutineers, *definition.tellers)
    return [f"the key of {person.name} <{person.email}>" for person in people if not person.key]


def _keep(folder: ElectionFolder, reply: Reply) -> None:
    """Keep a scrutineer's newest reply; one with an opening is not replaced by one without."""
    path = folder.replies / f"scrutineer-{reply.scrutineer}.json"
    before = None
    if path.exists():
        with suppress(ValueError):  # a copy that was damaged is replaced
            before = Reply.from_json(read_file(path))
    if before is None or before.opening is None or reply.opening is not None:
        write_private(path, reply.to_json())


def kept_replies(folder: ElectionFolder, manifest: Manifest) -> list[Reply]:
    """Return the replies kept so far, by scrutineer number."""
    paths = (
        folder.replies / f"scrutineer-{number}.json"
        for number in range(1, len(manifest.scrutineers) + 1)
    )
    return [_kept(path, manifest) for path in paths if path.exists()]


def _kept(path: Path, manifest: Manifest) -> Reply:
    try:
        return checked_reply(read_file(path), manifest)
    except ValueError as error:
        raise IntegrityFailure(
            str(error), file=str(path), remedy="Delete the file and `collect` the reply again."
        ) from error


def _add_cosignatures(folder: ElectionFolder, reply: Reply, manifest: Manifest) -> list[str]:
    key = manifest.cosigners[reply.scrutineer - 1]
    added = []
    for point, text in reply.cosignatures:
        path = folder.milestone(point)
        if point not in MILESTONES or not path.exists():
            continue
        note = Note.parse(read_file(path))
        try:
            line = SignatureLine.parse(text)
        except BadNote as error:
            raise BadInput([Mistake(str(path), f"a cosignature is damaged: {error}")]) from error
        if not verifies(note.text, line, key):
            who = manifest.definition.scrutineers[reply.scrutineer - 1].name
            raise Refused(
                f"{who} cosigned another log than this one as it was {point}.",
                remedy="Stop and compare: one of you has a folder that was changed.",
            )
        if not note.verified_by(key):
            replace_file(path, str(note.with_signature(line)).encode())
        added.append(point)
    return added


def _described(reply: Reply, points: Iterable[str], manifest: Manifest) -> str:
    name = manifest.definition.scrutineers[reply.scrutineer - 1].name
    parts = [f"cosignatures of: {', '.join(points) or 'nothing'}"]
    if reply.packets:
        parts.append("shares (sealed to the other scrutineers)")
    if reply.opening is not None:
        parts.append("a signed opening")
    return f"{name}: {'; '.join(parts)}"


def still_missing(folder: ElectionFolder, poll: Poll) -> list[str]:
    """Say what is still missing before the next step, and from whom."""
    manifest = manifest_of(poll)
    replies = kept_replies(folder, manifest)
    if not isinstance(poll, Closed):
        return []
    signed = {reply.scrutineer for reply in replies if attests(reply, poll)}
    lacking = manifest.event.needed - len(signed)
    if lacking <= 0:
        return []
    people = [
        f"{scrutineer.name} <{scrutineer.email}>"
        for number, scrutineer in enumerate(manifest.definition.scrutineers, start=1)
        if number not in signed
    ]
    return [f"{counted(lacking, 'more signed opening')}, from any of: {', '.join(people)}"]


def attests(reply: Reply, poll: Closed) -> bool:
    """Return whether a reply holds an opening of this closed log that its scrutineer signed."""
    opening = reply.opening
    if opening is None or opening.election != poll.manifest.election:
        return False
    key = poll.manifest.scrutineers[reply.scrutineer - 1]
    return key.verify(reply.opening_signature, opening_of(opening, poll.root).statement())


def agreed_opening(replies: Sequence[Reply], poll: Closed) -> tuple[Reply, list[Reply]]:
    """Return the opening that ``needed`` scrutineers signed, and the replies that attest it.

    Raises:
        Refused: too few have signed one.
    """
    manifest = poll.manifest
    groups: dict[bytes, list[Reply]] = {}
    for reply in replies:
        if reply.opening is not None and attests(reply, poll):
            groups.setdefault(opening_digest(reply.opening), []).append(reply)
    best = max(groups.values(), key=len, default=[])
    if len(best) < manifest.event.needed:
        differ = " The openings differ from each other." if len(groups) > 1 else ""
        raise Refused(
            f"{len(best)} of {manifest.event.needed} scrutineers have signed the same opening."
            + differ,
            remedy="`publish`, send the folder to the scrutineers, and `collect` their replies.",
        )
    return best[0], best
