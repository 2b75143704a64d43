"""The command line in a real subprocess, at a pretended time."""

from __future__ import annotations

import os
import subprocess
import sys
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
