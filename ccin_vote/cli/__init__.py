"""THE COMMANDS, by role: each parses, calls one function, renders."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command; a person sees one clear message, never a traceback."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from ccin_vote import __version__

        sys.stdout.write(f"ccin-vote {__version__}\n")
        return
    from ccin_vote.cli.app import run

    sys.exit(run(sys.argv[1:]))
