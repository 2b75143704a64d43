"""The command that turns one ballot file format into another."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import say, write_data
from ccin_vote.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable


class Format(Enum):
    """What a ballot file may be written as."""

    BLT = "blt"
    RCTAB = "rctab"
    SCOTTISH = "scottish"
    PREFLIB = "preflib"


_BY_SUFFIX = {
    ".blt": Format.BLT,
    ".csv": Format.RCTAB,
    ".soc": Format.PREFLIB,
    ".soi": Format.PREFLIB,
    ".toc": Format.PREFLIB,
    ".toi": Format.PREFLIB,
}


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="BLT or CSV; - is the input.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write; - is the output.")],
    to: Annotated[
        Format | None, typer.Option("--to", help="The format, if OUT's ending does not say it.")
    ] = None,
) -> None:
    """Write a ballot file in another format: BLT, RCTab CSV, Scottish CSV, PrefLib."""
    from ccin_vote.errors import UsageError
    from ccin_vote.report.words import counted
    from ccin_vote.store.ballot_files import read_ballot_file, write_ballot_file

    wanted = to or _BY_SUFFIX.get(target.suffix.lower())
    if wanted is None:
        raise UsageError(
            f"The format to write is not clear from the name {target.name!r}.",
            remedy=f"--to is one of: {', '.join(form.value for form in Format)}",
        )
    ballots = read_ballot_file(source)
    try:
        text = write_ballot_file(ballots, wanted.value, target.name)
    except ValueError as error:
        raise Refused(f"Nothing was written: {error}.", remedy="--to blt keeps them.") from error
    if str(target) == "-":
        write_data(text.removesuffix("\n"))
        return
    if target.exists():
        raise Refused(f"{target} is there already; nothing was written.", remedy="Name a new file.")
    target.write_text(text, encoding="utf-8", newline="")
    blank = sum(weight.papers for weight in ballots.profile.informal.values())
    say(f"{target}: {counted(ballots.profile.papers, 'paper')} as {wanted.value}.")
    if blank and wanted is not Format.BLT:
        say(f"Without {counted(blank, 'blank paper')}: --to blt keeps them.")


COMMANDS: dict[str, Callable[..., object]] = {"convert": convert}
"""The commands of this file by name."""
