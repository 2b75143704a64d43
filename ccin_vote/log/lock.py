"""The lock on a log: one process holds it; the others wait, or say that they cannot go on."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from ccin_vote.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30.0
"""How long, in seconds, a command waits for another that holds the log."""

# A lock cannot be waited for with a time limit: it is tried, and after a pause tried again.
_PAUSE = 0.02
_MODE = 0o644
# O_NOFOLLOW: a link left at the log's name must not lead the writer to another file. O_NONBLOCK:
# opening a pipe or a device must not wait. O_CLOEXEC: no program that is started keeps the lock.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_locked(path: Path, patience: float = PATIENCE) -> int:
    """Open a log, made if it is not there, and lock it; return the file descriptor.

    Raises:
        Refused: another command holds it, it was replaced meanwhile, or it cannot be opened:
            a symbolic link is not followed.
    """
    try:
        descriptor = os.open(path, _FLAGS, _MODE)
    except OSError as error:
        why = "a symbolic link" if error.errno == errno.ELOOP else error.strerror
        raise Refused(f"{path}: {why}.") from error
    try:
        # On the descriptor, not on the path: what was looked at is what is open.
        _require_file(descriptor, path)
        _wait_for_lock(descriptor, time.monotonic() + patience)
        _require_same(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _require_file(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise Refused(f"{path}: not a regular file.")


def _wait_for_lock(descriptor: int, deadline: float) -> None:
    from filelock import lock_descriptor

    # The log itself, by what is open: a lock file beside it could be deleted while it is held, and
    # then two commands would write; and `FileLock` on the log's own name would empty the log.
    # It is the lock of `flock`: reading the log by another descriptor in the same process does not
    # drop it, and the system drops it when the process dies.
    while not lock_descriptor(descriptor, blocking=False):
        if time.monotonic() > deadline:
            raise Refused(
                "Another command is at work on this election.",
                remedy="Wait until it has finished, then try again.",
            )
        time.sleep(_PAUSE)


def _require_same(descriptor: int, path: Path) -> None:
    """What was opened may have been replaced while waiting: then nothing written would stay."""
    try:
        # Another process may have restored or moved the folder: the lock would be on a file that no
        # name leads to, and two writers could each hold "the" log.
        same = os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        same = False
    if not same:
        raise Refused(
            f"{path} was replaced while this command waited for it.", remedy="Repeat the command."
        )
