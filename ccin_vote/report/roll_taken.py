"""What is said of a roll that was read from a list: the count, the first members, the rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ccin_vote.errors import shown
from ccin_vote.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.roll.importing import Imported
    from ccin_vote.roll.roll import Member, Roll

_FIRST = 3
_MOST = 10
_WAYS = {
    "email": "e-mail to {address}",
    "post": "a letter by post",
    "paper": "a letter, then a paper ballot",
}


def roll_count(roll: Roll) -> str:
    """Return how many members there are and how they are reached, in a sentence."""
    ways = Counter(member.way for member in roll.members)
    parts = [f"{ways['email']:,} with an e-mail address"]
    parts += [f"{ways['post']:,} by post"] if ways["post"] else []
    parts += [f"{ways['paper']:,} on paper"] if ways["paper"] else []
    parts += [f"{len(roll.sharing):,} share an address"] if roll.sharing else []
    return f"{counted(len(roll.members), 'member')} read: {', '.join(parts)}"


def roll_lines(imported: Imported) -> Iterator[str]:
    """Yield what was passed over, which column is what, and whom to look at twice."""
    yield from map(shown, imported.passed)
    if imported.respelt:
        (written, made), *others = imported.respelt
        more = f" (and {len(others)} more)" if others else ""
        yield f"Ids are in lower case, with hyphens: {shown(written)!r} is {made!r}{more}."
    apart = [member for member in imported.roll.members if not member.is_mailed]
    if apart:
        yield f"A letter instead of an e-mail: {_names(apart)}."
    by_address: dict[str, list[Member]] = {}
    for member in imported.roll.sharing:
        by_address.setdefault(member.email.casefold(), []).append(member)
    for address, members in by_address.items():
        yield f"One address for several: {shown(address)} is that of {_names(members)}."


def _names(members: Sequence[Member]) -> str:
    names = [shown(member.name) for member in members[:_MOST]]
    more = len(members) - len(names)
    return "; ".join(names) + (f"; and {more} more" if more else "")


def first_members(imported: Imported) -> str:
    """Return the first three members as they were understood, a block each."""
    return "\n".join(
        line for member in imported.roll.members[:_FIRST] for line in _understood(member)
    )


def _understood(member: Member) -> Iterator[str]:
    yield f"  {shown(member.name)} ({member.id})"
    contact = f"{shown(member.contact)}, " if member.contact != member.name else ""
    yield f"    {contact}{_WAYS[member.way].format(address=shown(member.email))}"
    extra = [f"{member.votes} votes"] if member.votes > 1 else []
    extra += [f"in {', '.join(map(shown, member.groups))}"] if member.groups else []
    if extra:
        yield f"    {'; '.join(extra)}"
