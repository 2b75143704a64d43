"""A disk that fails at the k-th call, or a command that is killed there; in a child process."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccin_vote.cli.app import run as run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOWS = {"no space": errno.ENOSPC, "a fault of the disk": errno.EIO, "killed": 0}
CALLS = (
    *("pwrite", "fsync", "ftruncate", "replace", "rename", "open", "sync", "mkdir", "unlink"),
    *("rmdir", "chmod", "fchmod"),
)
KILLED = 137


@dataclass(frozen=True)
class Seen:
    """What came of a command: its exit code, what it printed, and the names of its calls."""

    code: int
    out: str
    err: str
    calls: tuple[str, ...]


class Shim:
    """Notes the calls that touch the disk or the lock, and fails the ``at``-th of them."""

    def __init__(self, at: int, error: int) -> None:
        """Stand before the calls of this process."""
        self.calls, self.at, self.error = list[str](), at, error
        for name in CALLS:
            setattr(os, name, self.before(name, getattr(os, name)))
        os.fdopen = self.before("fdopen", self.writing(os.fdopen))
        fcntl.flock = self.before("flock", fcntl.flock)

    def writing(self, fdopen: Callable[..., Any]) -> Callable[..., Any]:
        """Return what opens a stream whose writing may fail."""

        def opened(*arguments: Any, **named: Any) -> Any:
            stream = fdopen(*arguments, **named)
            stream.write = self.before("write", stream.write)
            return stream

        return opened

    def before(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that may fail."""

        def guarded(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            if len(self.calls) == self.at:
                if self.error == 0:
                    os._exit(KILLED)
                raise OSError(self.error, os.strerror(self.error))
            return call(*arguments, **named)

        return guarded


def attempt(arguments: list[str], folder: Path, now: str, at: int = 0, error: int = 0) -> Seen:
    """Run a command in a child of this process, whose ``at``-th call fails."""
    names = {one: folder / f".{one}" for one in ("out", "err", "calls")}
    for path in names.values():
        path.write_bytes(b"")
    child = os.fork()
    if child == 0:
        os.environ["CCIN_VOTE_REHEARSAL_CLOCK"] = now
        code = 99
        try:
            sys.stdout = names["out"].open("w", encoding="utf-8")
            sys.stderr = names["err"].open("w", encoding="utf-8")
            shim = Shim(at, error)
            code = run_command(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            names["calls"].write_text(" ".join(shim.calls), "utf-8")
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = {one: path.read_text("utf-8") for one, path in names.items()}
    return Seen(code, texts["out"], texts["err"], tuple(texts["calls"].split()))
