"""Reading `members.toml`: every mistake at once, each with its line; and writing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli_w

from ccin_vote.election.document import Document, check_model, nearest, read_document
from ccin_vote.election.loading import EMAIL, texts_are_plain, twice
from ccin_vote.roll.roll import Roll

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.election.definition import Definition
    from ccin_vote.errors import Mistake

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
MAXIMUM_VOTES = 1_000_000


def parse_roll(
    data: bytes, file: str, definition: Definition | None = None
) -> tuple[Roll | None, list[Mistake]]:
    """Read a roll; a roll is given only if there is no mistake at all."""
    document, mistakes = read_document(data, file)
    if document is None:
        return None, mistakes
    for rule in RULES_OF_A_ROLL:
        mistakes.extend(rule(document))
    roll, misfits = check_model(document, Roll)
    if roll and definition:
        mistakes.extend(_electorates_have_members(document, roll, definition))
    mistakes = sorted({*mistakes, *misfits}, key=lambda one: (one.line or 0, one.problem))
    return (None if mistakes else roll), mistakes


def _there_are_members(document: Document) -> Iterator[Mistake]:
    if document.values.get("members") == ():
        yield document.mistake(("members",), "there is no member")


def _nobody_stands_twice(document: Document) -> Iterator[Mistake]:
    yield from twice(document, document.select("members", "*", "id"), "member id")
    yield from twice(document, document.select("members", "*", "email"), "e-mail address")


def _addresses_are_addresses(document: Document) -> Iterator[Mistake]:
    for path, value in document.select("members", "*", "email"):
        if isinstance(value, str) and not EMAIL.fullmatch(value):
            yield document.mistake(path, f"{value!r} is no e-mail address")
    for path, value in document.select("members", "*", "id"):
        if isinstance(value, str) and not _ID.fullmatch(value):
            problem = f"{value!r} is no id: small letters, digits and hyphens, at most 64"
            yield document.mistake(path, problem)


def _votes_are_votes(document: Document) -> Iterator[Mistake]:
    for path, value in document.select("members", "*", "votes"):
        if isinstance(value, int) and not 1 <= value <= MAXIMUM_VOTES:
            yield document.mistake(path, f"votes is a number from 1 to {MAXIMUM_VOTES}")


def _electorates_have_members(
    document: Document, roll: Roll, definition: Definition
) -> Iterator[Mistake]:
    for contest in definition.contests:
        if contest.electorate and contest.electorate not in roll.groups:
            problem = (
                f"nobody on the roll is in the group {contest.electorate!r}, the electorate of"
                f" contest {contest.id!r} in election.toml"
            )
            yield document.mistake((), problem, nearest(contest.electorate, roll.groups))


RULES_OF_A_ROLL: tuple[Callable[[Document], Iterator[Mistake]], ...] = (
    _there_are_members,
    _nobody_stands_twice,
    _addresses_are_addresses,
    _votes_are_votes,
    texts_are_plain,
)
"""Every rule that a roll must meet."""


def write_roll(roll: Roll) -> str:
    """Write a roll as `members.toml`, a table a member."""
    return tomli_w.dumps({"members": [_table(member.model_dump()) for member in roll.members]})


def _table(member: dict[str, object]) -> dict[str, object]:
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in member.items()
    }
