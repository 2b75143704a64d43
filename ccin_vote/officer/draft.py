"""Drafting: reading a definition and its roll together, and saying what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.loading import parse_definition
from ccin_vote.election.words import listed, some
from ccin_vote.errors import BadInput, Mistake, Refused
from ccin_vote.report.words import counted
from ccin_vote.roll.loading import empty_electorates, parse_roll
from ccin_vote.roll.template import TO_CHANGE, new_election_files, unchanged_lines
from ccin_vote.seal.keys import BadKey, read_public_line
from ccin_vote.store.files import MAXIMUM_DEFINITION, MAXIMUM_ROLL, read_file, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.roll import Roll


_SOME = 12
"""How many lines of a file are named in one sentence."""


@dataclass(frozen=True, slots=True)
class DraftElection:
    """A definition and a roll without a mistake, and their texts."""

    definition: Definition
    roll: Roll
    definition_text: str
    roll_text: str


def refuse_second_election(folder: ElectionFolder, *, rolled: bool) -> None:
    """Refuse where there is an election already, or a roll although one is given."""
    opened = folder.log.exists() and folder.log.stat().st_size > 0
    if opened or (folder.roll.exists() and folder.definition.exists()):
        raise Refused(f"There is an election in {folder.root} already; nothing was written.")
    if folder.roll.exists() and rolled:
        raise Refused(
            f"There is a roll already: {folder.roll}; nothing was written.",
            remedy="Leave out --roll to keep it, or move the file away.",
        )


def new_election(folder: ElectionFolder, roll: Roll | None) -> list[Path]:
    """Write a commented `election.toml` and `members.toml`, or that which is missing; return them.

    Raises:
        Refused: there is an election already, or a roll although one is given.
    """
    refuse_second_election(folder, rolled=roll is not None)
    files = new_election_files(folder.slug, roll)
    missing = [name for name in files if not (folder.root / name).exists()]
    for name in missing:
        write_file(folder.root / name, files[name].encode())
    return [folder.root / name for name in missing]


def read_draft(folder: ElectionFolder) -> DraftElection:
    """Read both files; show every mistake of both at once.

    Raises:
        BadInput: mistakes, or a file that is missing.
    """
    mistakes: list[Mistake] = []
    texts = {}
    for path, most in ((folder.definition, MAXIMUM_DEFINITION), (folder.roll, MAXIMUM_ROLL)):
        try:
            texts[path] = read_file(path, most)
        except BadInput as error:
            mistakes.extend(error.mistakes)
            texts[path] = b""
    if mistakes:
        raise BadInput(mistakes, remedy=f"`ccin-vote new {folder.root}` writes both files.")
    definition, found = parse_definition(texts[folder.definition], str(folder.definition))
    mistakes.extend(found)
    roll, found = parse_roll(texts[folder.roll], str(folder.roll))
    mistakes.extend(found)
    if roll is not None:
        file = str(folder.definition)
        mistakes.extend(empty_electorates(texts[folder.definition], file, roll))
    if definition is not None:
        mistakes.extend(_bad_keys(definition, folder))
    if definition is None or roll is None or mistakes:
        remedy = f"Correct these lines, then run `ccin-vote check {folder.root}` again."
        raise BadInput(mistakes, remedy=remedy)
    return DraftElection(
        definition,
        roll,
        texts[folder.definition].decode("utf-8-sig"),
        texts[folder.roll].decode("utf-8-sig"),
    )


def _bad_keys(definition: Definition, folder: ElectionFolder) -> Iterator[Mistake]:
    for people in (definition.scrutineers, definition.tellers):
        # By the keys, not by their lines: one key can have several lines with different proofs, and
        # one person must never count as two.
        owners: dict[bytes, str] = {}
        for person in people:
            if not person.key:
                continue
            try:
                key = read_public_line(person.key, folder.slug)
            except BadKey as error:
                yield Mistake(str(folder.definition), f"the key of {person.name}: {error}")
                continue
            for part in (key.sign, key.seal):
                owner = owners.setdefault(part, person.name)
                if owner != person.name:
                    problem = f"{owner} and {person.name} have the same key"
                    hint = "each makes a key of their own with `ccin-vote keygen`"
                    yield Mistake(str(folder.definition), problem, hint=hint)
                    break


def to_do(draft: DraftElection, now: datetime, slug: str) -> list[str]:
    """Say what stands in the way of opening."""
    definition = draft.definition
    steps = list(unchanged(draft))
    # Whose name is still to be put in is asked for that first, and for a key afterwards.
    people = (*definition.scrutineers, *definition.tellers)
    nameless = {person.name for person in people if steps and TO_CHANGE in person.name}
    steps += [
        f"The key of scrutineer {person.name} is missing: {person.name} runs"
        f' `ccin-vote keygen {slug} --name "{person.name}"` and sends you the file that it writes;'
        " `ccin-vote collect` puts it in."
        for person in definition.scrutineers
        if not person.key and person.name not in nameless
    ]
    steps += [
        f"The key of teller {teller.name} is missing: `ccin-vote keygen {slug}` makes one, too."
        for teller in definition.tellers
        if not teller.key and teller.name not in nameless
    ]
    if definition.timetable.closes <= now:
        steps.append("The close is in the past: set [timetable] closes to a time to come.")
    if not draft.roll.electors(definition):
        steps.append("No contest is contested: there is nothing to vote on.")
    return steps


def unchanged(draft: DraftElection) -> Iterator[str]:
    """Yield a sentence for each file that still has the template's values; a rehearsal may."""
    texts = {"election.toml": draft.definition_text, "members.toml": draft.roll_text}
    for name, text in texts.items():
        lines = unchanged_lines(text)
        if lines and not draft.definition.rehearsal:
            numbers = [str(line) for line in lines]
            places = listed(numbers) if len(lines) <= _SOME else some(numbers, _SOME)
            where = f"line{'s' if len(lines) > 1 else ''} {places}"
            yield f"{name}, {where}: put your own words where it says {TO_CHANGE}."


def remarks(draft: DraftElection) -> list[str]:
    """Say what is allowed and worth a second look."""
    definition, minimum = draft.definition, draft.definition.secrecy.minimum_opened
    uncontested = [
        f"Contest {contest.id} is uncontested: {len(contest.contest.standing)} candidates for"
        f" {contest.seats} seats; they are elected unopposed."
        for contest in definition.contests
        if contest.contest.uncontested
    ]
    small = [
        f"Contest {contest_id}: only {counted(members, 'member')}"
        f" {'has' if members == 1 else 'have'} {counted(votes, 'vote')}"
        f"{'' if members == 1 else ' each'}, fewer than minimum_opened = {minimum}: the"
        " scrutineers' keys would refuse to open their ballots."
        for contest_id, votes, members in draft.roll.electors(definition)
        if members < minimum
    ]
    return [*uncontested, *small, *_shared(draft.roll), *_forks(definition)]


def _shared(roll: Roll) -> Iterator[str]:
    """Say if one mailbox gets the ballots of several members."""
    if sharing := roll.sharing:
        address = sharing[0].email.casefold()
        at = [member.id for member in sharing if member.email.casefold() == address]
        yield (
            f"{len(sharing)} members share an e-mail address with another, such as"
            f" {' and '.join(at[:2])}: whoever reads that mailbox could vote for both. With"
            ' channel = "post" in members.toml a member gets a letter instead.'
        )


def _forks(definition: Definition) -> Iterator[str]:
    """Say if half of the scrutineers or fewer are enough to open."""
    total = len(definition.scrutineers)
    if total > 1 and 2 * definition.secrecy.needed <= total:
        yield (
            f"{definition.secrecy.needed} of {total} scrutineers suffice, so two groups of them"
            " could each be shown a different log, and the difference would show a vote. More than"
            f" half ({total // 2 + 1}) prevents that."
        )
