"""Beginning an election: the files to change, and the roll as an office has it."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, bullets, say, say_next, tell
from ccin_vote.cli.officer import folder_at
from ccin_vote.errors import UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ccin_vote.officer.roll import Changes, ListFile
    from ccin_vote.roll.columns import Question
    from ccin_vote.roll.importing import Imported

Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="WHAT=HEADING",
        help="Which column is what, as email='Contact e-mail'; may be given several times.",
    ),
]
Sheet = Annotated[
    str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook with several.")
]
_NAMED = 5


def new(
    root: E,
    roll: Annotated[
        Path | None,
        typer.Option("--roll", metavar="FILE", help="The list of members: .xlsx, .ods or CSV."),
    ] = None,
    column: Column = None,
    sheet: Sheet = "",
) -> None:
    """Write a commented election.toml and members.toml to begin with."""
    from ccin_vote.officer.draft import new_election, refuse_second_election
    from ccin_vote.officer.roll import read_list

    folder = folder_at(root)
    if roll is None and (column or sheet):
        raise UsageError("--column and --sheet say how to read a list; --roll FILE names it.")
    refuse_second_election(folder, rolled=roll is not None)
    imported = None if roll is None else read_list(_given(roll, column, sheet), _ask)
    written = new_election(folder, imported.roll if imported else None)
    if imported:
        _tell_roll(imported)
    for path in written:
        say(f"Written: {path}")
    change = "election.toml" if imported else "both files"
    say_next(f"change {change} to your election, then\n  ccin-vote check {quote(str(root))}")


def roll(
    root: E,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The list of members: .xlsx, .ods or CSV.")
    ],
    column: Column = None,
    sheet: Sheet = "",
) -> None:
    """Take the roll of a draft from a list of members, as your office has it."""
    from ccin_vote.officer.roll import take_roll

    folder = folder_at(root)
    taken = take_roll(folder, _given(file, column, sheet), _ask)
    _tell_roll(taken.imported)
    if taken.again:
        say(f"Already done: {folder.roll} is the same; nothing was changed.")
    else:
        say(f"Written: {folder.roll}")
    if taken.changes:
        _say_changes(taken.changes)
    if taken.kept:
        say(f"The roll before it is kept: {taken.kept}")
    say_next(f"look at members.toml, then\n  ccin-vote check {quote(str(root))}")


def _given(file: Path, column: list[str] | None, sheet: str) -> ListFile:
    from ccin_vote.officer.roll import ListFile

    return ListFile(file, _columns(column or []), sheet)


def _columns(given: Sequence[str]) -> dict[str, str]:
    """Read the options `--column`.

    Raises:
        UsageError: one is not a field, an equals sign and a heading; or a field is given twice.
    """
    from ccin_vote.roll.columns import FIELDS

    columns: dict[str, str] = {}
    for option in given:
        field, sign, heading = option.partition("=")
        field = field.strip().casefold()
        if not sign or field not in FIELDS or field in columns:
            known = "\n".join(f"  {name:<11}{means}" for name, means in FIELDS.items())
            wrong = "is given twice" if field in columns else "names no column"
            raise UsageError(
                f"--column {quote(option)} {wrong}.",
                remedy=f"write --column WHAT='HEADING', where WHAT is one of\n{known}",
            )
        columns[field] = heading.strip()
    return columns


def _ask(questions: Sequence[Question]) -> Mapping[str, str]:
    """Ask a person at the terminal; say elsewhere what to add to the command.

    Raises:
        UsageError: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise UsageError("\n".join(map(_unanswered, questions)), remedy=_to_add(questions))
    return {question.field: _answer(question) for question in questions}


def _unanswered(question: Question) -> str:
    said = question.said[:1].upper() + question.said[1:]
    return f"{said}:\n{bullets(map(shown, question.options))}"


def _to_add(questions: Sequence[Question]) -> str:
    sheets = [question for question in questions if question.field == "sheet"]
    if sheets:
        return f"add --sheet {quote(sheets[0].options[0])}, or whichever it is."
    options = [f"--column {question.field}=HEADING" for question in questions]
    return f"add {' '.join(options)}; nothing behind the = if there is no such column."


def _answer(question: Question) -> str:
    """Return the heading's number, or the sheet, that a person chose; empty for no column."""
    is_sheet = question.field == "sheet"
    options = question.options
    say(f"{question.said[:1].upper()}{question.said[1:]}:")
    for number, option in enumerate(options, start=1):
        say(f"  {number}  {shown(option)}" if is_sheet else f"  {shown(option)}")
    known = [str(at) for at in range(1, len(options) + 1)]
    if not is_sheet:
        known = [option.partition(":")[0] for option in options]
    optional = question.field != "name" and not is_sheet
    ending = " (0 if there is none)" if optional else ""
    what = "Which sheet" if is_sheet else f"Which column is {_means(question.field)}"
    while True:
        typed = str(typer.prompt(f"{what}? Its number{ending}", err=True)).strip()
        if typed in known:
            return options[known.index(typed)] if is_sheet else typed
        if optional and typed == "0":
            return ""
        say(f"One of these numbers, please: {', '.join(known)}.")


def _means(field: str) -> str:
    from ccin_vote.roll.columns import FIELDS

    return FIELDS[field]


def _tell_roll(imported: Imported) -> None:
    from ccin_vote.report.roll_taken import first_members, roll_count, roll_lines

    if lines := list(roll_lines(imported)):
        say(f"Please look at this:\n{bullets(lines)}")
    first = min(len(imported.roll.members), 3)
    say(f"The first {first} as understood:" if first > 1 else "As understood:")
    say(first_members(imported))
    tell(roll_count(imported.roll))


def _say_changes(changes: Changes) -> None:
    from ccin_vote.election.words import some

    for what, names in (
        ("New", changes.new),
        ("No longer on the roll", changes.gone),
        ("Changed", changes.changed),
    ):
        if names:
            say(f"{what}: {shown(some(names, _NAMED))}")


COMMANDS: dict[str, Callable[..., object]] = {"new": new, "roll": roll}
