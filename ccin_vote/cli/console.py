"""Talking to a person: data to stdout, messages to stderr, secrets from prompts and files only."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.errors import Refused, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rich.console import Console

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import PublishedFolder

E = Annotated[Path, typer.Argument(metavar="E", help="The election folder.")]
P = Annotated[Path, typer.Argument(metavar="P", help="The published folder.")]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document instead of text.")]
Confirm = Annotated[
    str,
    typer.Option("--confirm", metavar="ELECTION", help="The election's id, instead of a prompt."),
]
Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar="FILE", help="Read the pass-phrase here; - is stdin."
    ),
]
KeyFolder = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FOLDER", help="Your key folder (else ~/ccin-vote-keys/ELECTION)."
    ),
]

CLOCK = "CCIN_VOTE_REHEARSAL_CLOCK"


WIDTH = 80
LONGEST = 10_000
"""No secret is longer."""


def write(text: str) -> None:
    """Write words to stdout; whatever is in them, they cannot fool a terminal."""
    sys.stdout.write(f"{_harmless(text)}\n")


def write_data(text: str) -> None:
    """Write data to stdout: to a program as it is, to a terminal as words."""
    sys.stdout.write(f"{_harmless(text) if sys.stdout.isatty() else text}\n")


def tell(text: str) -> None:
    """Write words to stdout; on a terminal no word is cut at the edge."""
    write(_folded(text) if sys.stdout.isatty() else text)


def say(text: str) -> None:
    """Write a message to stderr; on a terminal no word is cut at the edge."""
    sys.stderr.write(f"{_harmless(_folded(text) if sys.stderr.isatty() else text)}\n")


def _harmless(text: str) -> str:
    return "\n".join(map(shown, text.split("\n")))


def _folded(text: str) -> str:
    return "\n".join(_folded_line(line) for line in text.split("\n"))


def _folded_line(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return textwrap.fill(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def say_next(text: str) -> None:
    """Say what to do next."""
    say(f"Next: {text}")


def write_json(document: object) -> None:
    """Write one JSON document to stdout, on one line."""
    write_data(json.dumps(document, ensure_ascii=False))


def bullets(lines: Iterable[str]) -> str:
    """Return lines with a dash before each."""
    return "\n".join(f"- {line}" for line in lines)


def console() -> Console:
    """Return a console on stdout: plain where it is no terminal, 80 columns wide at least."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 80
    return Console(width=width, highlight=False, soft_wrap=False)


def published_at(root: Path) -> PublishedFolder:
    """Return the names in a published folder.

    Raises:
        Refused: it is the officer's own folder, whose log alone would look like a damaged one.
    """
    from ccin_vote.election.folder import ElectionFolder, PublishedFolder

    folder = PublishedFolder(root)
    own = False
    with suppress(OSError):  # a folder that is closed to whoever asks
        own = ElectionFolder(root).officer_key.exists()
    if own and not folder.officer_key.exists():
        raise Refused(
            f"{root} is the officer's own folder, not a published one.",
            remedy=f"`ccin-vote publish {root} FOLDER`, and name that FOLDER here.",
        )
    return folder


def confirmed(given: str, slug: str, what: str) -> None:
    """Make sure that the officer means this election.

    Raises:
        Refused: another id was given.
        UsageError: nobody is there to be asked.
    """
    if not given:
        if not sys.stdin.isatty():
            raise UsageError(f"Add `--confirm {slug}` to {what}.")
        given = typer.prompt(shown(f"Type {slug} to {what}"), err=True)
    if given.strip() != slug:
        raise Refused(f"That is not {slug}; nothing was done.")


def secret(file: Path | None, prompt: str, *, twice: bool = False) -> str:
    """Read a secret from a file, from stdin (``-``) or from a prompt that shows nothing.

    Raises:
        UsageError: nobody is there to be asked.
    """
    if file is not None:
        from ccin_vote.store.files import read_file

        from_input = str(file) == "-"
        data = sys.stdin.buffer.readline(LONGEST) if from_input else read_file(file, LONGEST)
        return data.decode("utf-8", "replace").strip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError(f"{prompt} is needed.", remedy="give it in a file, or as - on stdin.")
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))


def clock(definition: Definition) -> datetime:
    """Return the time; a rehearsal may pretend another, a real election never.

    Raises:
        UsageError: a time is pretended for a real election, or is no time.
    """
    from datetime import UTC, datetime

    pretended = os.environ.get(CLOCK)
    if not pretended:
        return datetime.now(UTC)
    if not definition.rehearsal:
        raise UsageError(
            f"{CLOCK} is set, and this is a real election.",
            remedy="unset it; it works only where election.toml says rehearsal = true.",
        )
    try:
        return datetime.fromisoformat(pretended).astimezone(UTC)
    except ValueError as error:
        raise UsageError(f"{CLOCK} is no time such as 2026-12-11T12:01:00+00:00.") from error


def working(text: str) -> AbstractContextManager[object]:
    """Show on a terminal's stderr that something takes a while; nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console
    from rich.text import Text

    return Console(stderr=True).status(Text(text))
