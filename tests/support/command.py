"""The command line in a real subprocess, at a pretended time."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DURING = "2030-01-10T09:00:00+00:00"


def run(
    *arguments: str | Path, now: str = DURING, stdin: str = "", code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run one command in a subprocess at a pretended time, and check its exit code."""
    environment = {**os.environ, "CCIN_VOTE_REHEARSAL_CLOCK": now, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "ccin_vote", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


def talk(*arguments: str | Path, typed: list[str], now: str = DURING) -> tuple[int, str]:
    """Run one command at a terminal and type these lines; give exit code and all that is seen."""
    screen, stdin = pty.openpty()
    environment = {**os.environ, "CCIN_VOTE_REHEARSAL_CLOCK": now, "NO_COLOR": "1", "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ccin_vote", *map(str, arguments)],
        stdin=stdin,
        stdout=stdin,
        stderr=stdin,
        env=environment,
    )
    os.close(stdin)
    os.write(screen, "".join(f"{line}\n" for line in typed).encode())
    seen = b""
    with suppress(OSError):  # the terminal ends with the command
        while part := os.read(screen, 4096):
            seen += part
    os.close(screen)
    return process.wait(), seen.decode()
