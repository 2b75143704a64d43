"""A stranger's file, worked on in a process apart whose memory and time are bounded.

The libraries that read office formats believe every length and count in a file: a few bytes can
ask for hours of work or for all memory. There that ends the other process alone.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def run_apart(program: Path, *arguments: str, data: bytes, seconds: int) -> bytes:
    """Return what a program of ours writes when it is given some bytes.

    Raises:
        subprocess.SubprocessError: it fails, is ended by the system, or takes too long.
        OSError: it cannot be started.
    """
    import subprocess

    # -P: what lies in the folder where the command is given is not imported.
    command = [sys.executable, "-P", str(program), *arguments]
    done = subprocess.run(  # noqa: S603  (our own file)
        command, input=data, capture_output=True, timeout=seconds, check=True
    )
    return done.stdout


def bound(memory: int, seconds: int) -> None:
    """Bound this process to bytes of memory and seconds of work; it can write no file.

    Systems differ in which of these they know.
    """
    with suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))
