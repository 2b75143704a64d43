"""Reading `members.toml`: every mistake at once, each with its line; and writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomli_w

from ccin_vote.election.document import limited, nearest, quoted, read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.election.loading import in_order
from ccin_vote.election.validity import no_addresses, no_ids, texts_are_plain, twice
from ccin_vote.roll.roll import Roll

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.election.document import Document
    from ccin_vote.errors import Mistake


def parse_roll(data: bytes, file: str) -> tuple[Roll | None, list[Mistake]]:
    """Read a roll; a roll is given only if there is no mistake at all."""
    document, mistakes = read_document(data, file)
    return (None, mistakes) if document is None else roll_of(document)


def roll_of(document: Document) -> tuple[Roll | None, list[Mistake]]:
    """Make a roll of a document, or say everything that is wrong with it."""
    # Every rule is asked before the model, and all are told at
    # once: an officer mends a roll in one go.
    mistakes = [mistake for rule in RULES_OF_A_ROLL for mistake in limited(rule(document))]
    roll, misfits = check_model(document, Roll)
    mistakes = in_order((*mistakes, *misfits))
    return (None if mistakes else roll), mistakes


def _nobody_stands_twice(document: Document) -> Iterator[Mistake]:
    # An address may stand twice: two organisations can have one clerk. `check` names them.
    yield from twice(document, document.texts("members", "*", "id"), "member's id")


def _ids_are_ids(document: Document) -> Iterator[Mistake]:
    yield from no_ids(document, document.select("members", "*", "id"))


def _addresses_are_addresses(document: Document) -> Iterator[Mistake]:
    yield from no_addresses(document, document.texts("members", "*", "email"))


def _an_email_goes_to_an_address(document: Document) -> Iterator[Mistake]:
    for path, member in document.select("members", "*"):
        mailed = isinstance(member, dict) and member.get("channel") == "email"
        if mailed and not member.get("email"):
            hint = 'give its address, or write channel = "post" for a printed letter'
            yield document.mistake((*path, "channel"), "there is no address to mail to", hint)


RULES_OF_A_ROLL: tuple[Callable[[Document], Iterator[Mistake]], ...] = (
    _nobody_stands_twice,
    _ids_are_ids,
    _addresses_are_addresses,
    _an_email_goes_to_an_address,
    texts_are_plain,
)
"""Every rule that a roll must meet, in no particular order."""


def empty_electorates(data: bytes, file: str, roll: Roll) -> list[Mistake]:
    """Name every electorate of `election.toml` that nobody on the roll is in, at its own line.

    Works on the file, not on the definition: so it is said even if there are other mistakes.
    """
    document, _ = read_document(data, file)
    if document is None:
        return []
    return [
        document.mistake(
            path, f"nobody on the roll is in the group {quoted(group)}", nearest(group, roll.groups)
        )
        for path, group in document.texts("contests", "*", "electorate")
        if group not in roll.groups
    ]


def write_roll(roll: Roll) -> str:
    """Write a roll as `members.toml`, a table a member."""
    return "\n".join(
        "[[members]]\n" + tomli_w.dumps(member.model_dump(exclude_none=True))
        for member in roll.members
    )
