"""An election at one moment: its log read once, and the poll that it makes; held by nobody.

A ``Snapshot`` says how far it trusts what it read. Whether all of it is right, every signature
and the result too, is what ``verify`` finds out; a ``Session`` is what writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

from ccin_vote.errors import BadInput, IntegrityFailure, Mistake, Refused
from ccin_vote.log.checkpoint import read_checkpoint
from ccin_vote.log.events import MAXIMUM_LINE, ElectionOpened
from ccin_vote.log.note import BadNote
from ccin_vote.log.reader import LOG, WholeLog, read_entries, read_line, read_log
from ccin_vote.poll.apply import Folding, fold
from ccin_vote.poll.signed import fold_signed
from ccin_vote.poll.state import Draft, manifest_of
from ccin_vote.safe_read import MEGABYTE, open_input, read_input
from ccin_vote.verify.evidence import NO_END, log_lines, officer_in, open_log

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder, LogFiles
    from ccin_vote.log.checkpoint import Head
    from ccin_vote.log.note import VerifierKey
    from ccin_vote.poll.state import Manifest, Poll


class Trust(Enum):
    """How far a snapshot trusts the log that it read."""

    CHECKPOINT = "what this folder's own checkpoint signs is taken as judged before"
    EVERY_LINE = "every line was read and judged anew"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An election as it was when it was read; a draft has an empty log."""

    files: LogFiles
    log: WholeLog
    poll: Poll
    trust: Trust

    @classmethod
    def read(cls, folder: ElectionFolder) -> Snapshot:
        """Return where the officer's own election stands.

        What its checkpoint signs was judged before it was signed. Lines past it, which a crash
        may have left, are judged now; so is everything if the checkpoint does not fit.

        Raises:
            BadInput: there is no election in the folder.
            Refused: the log of an election that was opened is missing.
            IntegrityFailure: the log is damaged.
        """
        if election_of(folder) is None:
            return cls(folder, WholeLog.of(b""), Draft(), Trust.EVERY_LINE)
        # Log first, then checkpoint, and no lock: a command may be writing meanwhile, and must not
        # be held up by someone who only looks. A torn end is its work in progress, and left out.
        with open_input(folder.log) as stream:
            log = WholeLog.of(read_log(stream))
        try:
            head = _head(folder, officer_in(_first(log)))
        # Missing or damaged: the officer is told by the next command that writes. For
        # looking, everything is judged anew instead.
        except (BadInput, BadNote):
            return cls(folder, log, fold_signed(log, 0), Trust.EVERY_LINE)
        # A checkpoint that is newer than the log that was read, because a command came between,
        # does not fit either; then too nothing is taken on trust.
        fits = head.size <= log.tree.size and log.tree.root(head.size) == head.root
        poll = fold_signed(log, head.size if fits else 0)
        return cls(folder, log, poll, Trust.CHECKPOINT if fits else Trust.EVERY_LINE)

    @classmethod
    def read_signed(cls, files: LogFiles, trust: Trust = Trust.CHECKPOINT) -> Snapshot:
        """Return an election whose checkpoint signs exactly its log, in either kind of folder.

        Under ``Trust.CHECKPOINT`` ballots are read only when one is asked for: soon done.

        Raises:
            BadInput: there is no log.
            IntegrityFailure: the log or its checkpoint is damaged, or they do not fit.
        """
        with open_log(files) as stream:
            log = WholeLog.of(read_log(stream))
        # A published folder is finished: what was cut in copying must not pass as complete.
        if log.tail:
            raise IntegrityFailure(NO_END, file=LOG, line=len(log.lines) + 1)
        _require_signed(files, officer_in(_first(log)), log)
        # Ballots' signatures are asked in neither case: `verify` does that, and the checkpoint was
        # just verified with the officer's key.
        every_line = trust is Trust.EVERY_LINE
        poll = _judged(log) if every_line else fold_signed(log, log.tree.size)
        return cls(files, log, poll, trust)

    @property
    def manifest(self) -> Manifest:
        """What was frozen when the election was opened.

        Raises:
            TypeError: the election is a draft.
        """
        return manifest_of(self.poll)

    @property
    def officer(self) -> VerifierKey:
        """The officer's key, from the log's first line."""
        return officer_in(_first(self.log))


def frozen_in(files: LogFiles) -> Manifest:
    """Return what was frozen, from the first line of a log; no other line is read.

    Raises:
        BadInput: there is no log.
        IntegrityFailure: the first line is damaged.
    """
    with open_log(files) as stream:
        entries = list(read_entries(islice(log_lines(stream), 1)))
    officer_in(entries[0].event if entries else None)
    return manifest_of(fold(entries))


def election_of(folder: ElectionFolder) -> str | None:
    """Return the election id from the log's first line; None if the election is a draft.

    Raises:
        BadInput: there is no such folder, or no election in it.
        Refused: the log of an election that was opened is missing.
        IntegrityFailure: the first line is damaged.
    """
    if not folder.definition.exists() and not folder.log.exists():
        problem = "there is no election here: no election.toml and no log"
        hint = f"`ccin-vote new {folder.root}` makes one"
        raise BadInput([Mistake(str(folder.root), problem, hint=hint)])
    if not folder.log.exists() or folder.log.stat().st_size == 0:
        # A log that is gone must not be begun anew: tokens are out, and a second log
        # of the same election would be a fork.
        if folder.holders.exists() or folder.checkpoint.exists():
            raise Refused(
                "This election was opened before, and its log is missing.",
                remedy="Restore log.jsonl from a backup; nothing was changed.",
            )
        return None
    with open_input(folder.log) as stream:
        # No more than the longest line: a log without a newline is not read to its end.
        line = stream.readline(MAXIMUM_LINE + 2)
    # `open` crashed while it wrote its first line: nothing was
    # told to anyone, so it is a draft still.
    if not line.endswith(b"\n") and len(line) <= MAXIMUM_LINE:
        return None
    event = read_line(line.removesuffix(b"\n"), 1)
    if not isinstance(event, ElectionOpened):
        raise IntegrityFailure("the log does not begin with election.opened", file=LOG, line=1)
    return event.election


def _first(log: WholeLog) -> ElectionOpened | None:
    event = read_line(log.lines[0], 1) if log.lines else None
    return event if isinstance(event, ElectionOpened) else None


def _judged(log: WholeLog) -> Poll:
    """Read and apply every line, very many on all cores."""
    folding = Folding()
    for _ in folding.follow(read_entries(log.lines)):
        pass
    return folding.poll()


def _head(files: LogFiles, officer: VerifierKey) -> Head:
    head, _ = read_checkpoint(read_input(files.checkpoint, MEGABYTE), officer)
    return head


def _require_signed(files: LogFiles, officer: VerifierKey, log: WholeLog) -> None:
    """Refuse a folder whose checkpoint does not sign exactly this log."""
    try:
        head = _head(files, officer)
    except (BadInput, BadNote) as error:
        raise IntegrityFailure(f"it cannot be used: {error}", file="checkpoint") from error
    # Exactly, not "at least": lines past the checkpoint of a published folder are nobody's.
    if (head.size, head.root) != (log.tree.size, log.tree.root()):
        raise IntegrityFailure("the checkpoint does not sign this log", file="checkpoint")
