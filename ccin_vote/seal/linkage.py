"""Who could link a member to a vote: worked out from the definition, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import listed

if TYPE_CHECKING:
    from ccin_vote.election.definition import Definition


@dataclass(frozen=True, slots=True)
class Linkage:
    """Who could link: ``before`` the opening, ``after`` it, and what else should be known.

    ``alone`` names the people who could read every vote by themselves.
    """

    before: str
    after: str
    alone: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, a sentence each."""
        return (self.before, self.after, *self.notes)


def who_could_link(definition: Definition) -> Linkage:
    """Work out who could link a member to a vote under this definition."""
    # Worked out from the frozen definition alone, so that no text of an organisation
    # can promise more than its keys keep.
    officer = definition.officer.name
    others = [
        scrutineer.name
        for scrutineer in definition.scrutineers
        if not _is_officer(scrutineer.name, definition)
    ]
    also_scrutineer = len(others) < len(definition.scrutineers)
    # Who keeps the register and holds keys needs as many helpers fewer. A person under two names
    # and two addresses cannot be found out here.
    further = definition.secrecy.needed - (len(definition.scrutineers) - len(others))
    return Linkage(
        before=_before(officer, others, further, also_scrutineer=also_scrutineer),
        after=_after(officer, others, also_scrutineer=also_scrutineer),
        alone=(officer,) if also_scrutineer else (),
        notes=_notes(definition, others),
    )


def _is_officer(name: str, definition: Definition) -> bool:
    # Either the name or the address is enough to be taken for the officer: to
    # call two people one is the safe mistake.
    emails = {
        scrutineer.email.casefold()
        for scrutineer in definition.scrutineers
        if scrutineer.name == name
    }
    return (
        name.casefold() == definition.officer.name.casefold()
        or definition.officer.email.casefold() in emails
    )


def _before(officer: str, others: list[str], further: int, *, also_scrutineer: bool) -> str:
    # The tool must not write "nobody alone" where k is 1 and the key is in the officer's hands.
    if also_scrutineer and further <= 0:
        return (
            f"{officer} alone could read every vote at any time: {officer} keeps the register"
            " and holds enough keys to open ballots."
        )
    people = f"any {further} of the scrutineers" if further > 1 else "any one of the scrutineers"
    people += f" {listed(others)}" if len(others) > 1 else ""
    people = others[0] if len(others) == 1 else people
    also = ", who is also a scrutineer," if also_scrutineer else ", who keeps the register,"
    return (
        f"Before the ballots are opened, {officer}{also} and {people} would have to work together"
        " to learn how a member voted."
    )


def _after(officer: str, others: list[str], *, also_scrutineer: bool) -> str:
    # Whoever combines sees each ballot with its line before the papers are sorted; forgetting it is
    # a promise of the program, not of the mathematics.
    if also_scrutineer:
        return (
            f"After the ballots are opened, {officer} alone could read every vote, if {officer}'s"
            " machine kept what it saw when it combined the shares."
        )
    who = others[0] if len(others) == 1 else "any one scrutineer who combined the shares"
    return (
        f"After the ballots are opened, {officer} and {who} together could, if that"
        " scrutineer's machine kept what it saw."
    )


def _notes(definition: Definition, others: list[str]) -> tuple[str, ...]:
    notes = []
    if definition.secrecy.needed == 1:
        names = listed([scrutineer.name for scrutineer in definition.scrutineers])
        notes.append(
            f"One key is enough to open ballots ({names}): the election does not divide that trust."
        )
    if definition.secrecy.minimum_opened < 2 and others:  # noqa: PLR2004  (one ballot is a person)
        notes.append("Even a single ballot may be opened: minimum_opened is 1.")
    notes.append(
        f"{definition.officer.name} can see who has voted, but not how, and makes the tokens: a"
        " member's token could be misused before the member uses it; the member's ballot code"
        " then shows a ballot that is not the member's."
    )
    return tuple(notes)
