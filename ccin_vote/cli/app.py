"""All commands under one name, and the one place where an error becomes a message and a code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from ccin_vote.cli.console import say
from ccin_vote.errors import ElectionError, Exit, Refused, UsageError
from ccin_vote.garbage import keep_very_many

ROLES = {
    "Returning officer": {
        **dict.fromkeys(("new", "roll"), "drafting"),
        **dict.fromkeys(("check", "open"), "officer"),
        **dict.fromkeys(("templates", "issue"), "post"),
        "publish": "officer",
        **dict.fromkeys(("accept", "bounces"), "incoming"),
        "status": "officer",
        **dict.fromkeys(("remind", "reissue", "revoke"), "post"),
        "enter": "papers",
        **dict.fromkeys(("withdraw", "note", "close", "collect", "count"), "officer"),
        "declare": "officer",
    },
    "Voter": {"vote": "voter", "confirm": "voter"},
    "Scrutineer": dict.fromkeys(
        ("keygen", "scrutinise", "cosign", "unseal", "combine"), "scrutineer"
    ),
    "Anyone": {
        **dict.fromkeys(("verify", "report", "rehearse"), "anyone"),
        "tally": "tallying",
        "rules": "rules",
        "convert": "formats",
    },
}
"""Each role's commands in the order of their use, and the file of this package that each is in."""

_INTERRUPTED = 130
_MORE_MEMORY = "nothing that was accepted is lost. Close other programs, or check what you gave it."


def application(arguments: list[str]) -> typer.Typer:
    """Make the command line: all commands, or that one alone which is named: it starts sooner."""
    app = typer.Typer(
        name="ccin-vote",
        help="Elections for membership organisations: secret, repeatable, checkable.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )
    app.callback()(options)
    named = arguments[0] if arguments else ""
    alone = any(named in commands for commands in ROLES.values())
    for role, commands in ROLES.items():
        for name, file in commands.items():
            if name == named or not alone:
                function = import_module(f"ccin_vote.cli.{file}").COMMANDS[name]
                app.command(name, rich_help_panel=role)(function)
    return app


def options(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
) -> None:
    """Run elections for membership organisations: secret, repeatable, checkable.

    Start with `ccin-vote rehearse FOLDER`, or `ccin-vote new FOLDER`.
    """


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code."""
    keep_very_many()
    try:
        result = application(arguments)(arguments, standalone_mode=False)
    except ElectionError as error:
        return _told(error)
    except typer.Exit as stop:
        result = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        result = _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  (never a traceback: it could show a secret)
        return _unexpected(error)
    if result == _INTERRUPTED:  # Typer makes this code of Control-C, too
        say("\nStopped. Nothing that was accepted is lost.")
    return result if isinstance(result, int) else 0


def _told(error: ElectionError) -> int:
    say(error.diagnostics())
    return int(error.exit_code)


def _unexpected(error: Exception) -> int:
    """Say that something is wrong inside, where, and nothing of what was being worked on."""
    usage = getattr(error, "format_message", None)
    if callable(usage):
        return _told(UsageError(usage(), remedy="see `ccin-vote --help` or `ccin-vote COMMAND -h`"))
    if isinstance(error, MemoryError):
        return _told(Refused("There is not enough memory for this.", remedy=_MORE_MEMORY))
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        what = f"{place}{error.strerror or type(error).__name__}"
        return _told(
            Refused(what, remedy="correct that, then try again. Nothing that was accepted is lost.")
        )
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = trace.tb_lineno if trace else 0
    file = Path(trace.tb_frame.f_code.co_filename).name if trace else "?"
    sys.stderr.write(
        f"Something went wrong inside ccin-vote ({type(error).__name__} at {file}:{line}).\n"
        "What to do: nothing that was accepted is lost. Please report these two lines.\n"
    )
    return int(Exit.REFUSED)
