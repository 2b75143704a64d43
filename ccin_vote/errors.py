"""Every error: what happened, where, and what to do next; the exit codes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


# Scripts act on these: what is wrong with a log (4) is never the same code as a mistake in a file
# (3).
class Exit(IntEnum):
    """What a command's exit code means."""

    WELL = 0
    REFUSED = 1
    USAGE = 2
    BAD_INPUT = 3
    INTEGRITY = 4
    DECISION = 5


LINE_ENDS = (
    "the line ends were changed, as Windows editors, git and some mail programs do;"
    " get the folder again in a way that changes no byte, such as a ZIP file"
)
"""What is wrong with a file that has CR LF where it had LF."""


def shown(text: str) -> str:
    r"""Return text from outside in a form that cannot fool a terminal.

    Control, format and surrogate characters become visible escapes such as ``\u001b``.
    """
    # Nearly every text; the rest is looked at character by character, with the same outcome.
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown_character(character) for character in text)


def _shown_character(character: str) -> str:
    # Cc can move the cursor and rewrite lines; Cf holds the marks that turn the
    # direction of text, by which a name can be shown as another; Cs, Co and Cn have
    # no agreed look; Zl and Zp break lines.
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return f"\\u{ord(character):04x}" if hidden else character


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in one file, as a compiler would show it."""

    file: str
    problem: str
    line: int | None = None
    column: int | None = None
    text: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column: problem``, the line itself and the hint."""
        place = ":".join(
            str(part) for part in (shown(self.file), self.line, self.column) if part is not None
        )
        parts = [f"{place}: {shown(self.problem)}"]
        if self.text is not None:
            # Cut off: one line of a strange file may have megabytes.
            parts.append(f"    {shown(self.text.strip())[:200]}")
        if self.hint:
            parts.append(f"    hint: {shown(self.hint)}")
        return "\n".join(parts)


class ElectionError(Exception):
    """A failure that a person is told about; never shown as a traceback."""

    exit_code: ClassVar[Exit] = Exit.REFUSED

    def __init__(self, message: str, *, remedy: str = "") -> None:
        """Say what happened and, as ``remedy``, what to do next."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def diagnostics(self) -> str:
        """Return the whole text for a person: what happened, then what to do."""
        lines = [self.message]
        if self.remedy:
            lines.append(f"What to do: {self.remedy}")
        return "\n".join(lines)


class Refused(ElectionError):
    """The request is understood and not allowed now (exit 1)."""


class UsageError(ElectionError):
    """The command was called with options that do not fit (exit 2)."""

    exit_code = Exit.USAGE


class BadInput(ElectionError):
    """A file, or several, cannot be used; every mistake is listed (exit 3)."""

    exit_code = Exit.BAD_INPUT

    def __init__(self, mistakes: Iterable[Mistake], *, remedy: str = "") -> None:
        """Keep all mistakes, in the order in which they were found."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes), remedy=remedy)


class IntegrityFailure(ElectionError):
    """What is on disk is not what was signed (exit 4)."""

    exit_code = Exit.INTEGRITY

    def __init__(
        self, message: str, *, file: str = "", line: int | None = None, remedy: str = ""
    ) -> None:
        """Name the file and the line (counted from 1) of the first fault."""
        self.file = file
        self.line = line
        place = ":".join(str(part) for part in (file, line) if part)
        super().__init__(f"{place}: {message}" if place else message, remedy=remedy)


class DecisionNeeded(ElectionError):
    """People must decide before the work can go on: a lot, or another scrutineer (exit 5)."""

    exit_code = Exit.DECISION


def cause(error: OSError) -> str:
    """Say in words why the system gave no access."""
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "this is a folder; a file was expected"
        case PermissionError():
            return "it may not be read or written by you"
        case _:
            return error.strerror or "it cannot be read or written"
