"""What can be wrong with the cells of one member: a function a rule, and the list of them all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccin_vote.election.document import nearest, quoted
from ccin_vote.election.validity import id_from, is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Fault = tuple[str, str | None]
    """What is wrong, and what helps."""
    Cells = Mapping[str, str]
    """What a row says of each field that has a column."""

_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-][0-9]+|#{3,}")
"""How Excel shows, and saves as CSV, a number that is too long for its column."""
_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)", re.IGNORECASE)
_NONE = {"-", "--", "n/a", "na", "none", "nil", "no", "no email", "unknown", "x"}
"""What offices write where there is no address."""


def faults_of(cells: Cells, channels: Mapping[str, str]) -> Iterator[Fault]:
    """Yield everything that is wrong with the cells of one member."""
    for field, text in cells.items():
        if _ERROR.fullmatch(text):
            yield f"{field}: the spreadsheet shows an error, {text}", "correct its formula"
    for rule in RULES_OF_A_ROW:
        yield from rule(cells)
    yield from _channel_is_one(cells, channels)


def _there_is_a_name(cells: Cells) -> Iterator[Fault]:
    if not cells["name"]:
        yield "there is no name in this row", "if it is no member, delete the row"


def _the_id_is_whole(cells: Cells) -> Iterator[Fault]:
    text = cells.get("id")
    if text is None:
        return
    if _ROUNDED.fullmatch(text):
        hint = "in Excel make the column of the ids wider, format it as Text, and save again"
        yield f"the id {quoted(text)} is not what was typed: Excel turned it into this", hint
    elif not id_from(text):
        yield (f"the id {quoted(text)} has no letter or digit" if text else "there is no id"), None


def _the_address_is_one(cells: Cells) -> Iterator[Fault]:
    text = cells.get("email", "").removeprefix("mailto:")
    if not text or is_address(text):
        return
    if text.casefold() in _NONE:
        yield f"{quoted(text)} is no e-mail address", "if there is none, leave the cell empty"
    elif is_address("".join(text.split())):
        hint = f"did you mean {''.join(text.split())!r}?"
        yield f"the e-mail address {quoted(text)} has a space inside", hint
    elif text.count("@") > 1:
        yield f"{quoted(text)} is more than one address", "keep the one that the ballot goes to"
    else:
        yield f"{quoted(text)} is no e-mail address", None


def _channel_is_one(cells: Cells, channels: Mapping[str, str]) -> Iterator[Fault]:
    text = cells.get("channel", "").casefold()
    if text and text not in channels:
        hint = nearest(text, {"email", "post", "paper"})
        yield f"{quoted(cells['channel'])} is no way to reach a member", hint
    elif channels.get(text) == "email" and not cells.get("email"):
        yield "by e-mail, and there is no address", "give the address, or write post"


RULES_OF_A_ROW: tuple[Callable[[Cells], Iterator[Fault]], ...] = (
    _there_is_a_name,
    _the_id_is_whole,
    _the_address_is_one,
)
"""Every rule that needs nothing but the cells themselves."""
