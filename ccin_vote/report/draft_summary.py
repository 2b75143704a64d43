"""What `check` shows: everything that will be frozen, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.words import REHEARSAL, WHICH_COUNTS, listed, plain_time, terms
from ccin_vote.errors import shown
from ccin_vote.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.roll.roll import Roll

ORDERS = {
    "as-listed": "Candidates stand on the paper as they are listed.",
    "alphabetical": "Candidates stand on the paper in the order of the alphabet.",
    "lot": "One lot, drawn and logged at `open`, orders the candidates on all papers.",
}
PUBLICATION = {
    "full": "The opened papers are published; everybody can count again.",
    "scrutineers": "The opened papers are withheld; only the scrutineers can count again.",
}


def draft_summary(definition: Definition, roll: Roll) -> str:
    """Say in words what the definition and the roll say."""
    return "\n".join(_lines(definition, roll))


def _lines(definition: Definition, roll: Roll) -> Iterator[str]:
    if definition.rehearsal:
        yield REHEARSAL
    yield shown(definition.title)
    yield shown(definition.organisation)
    yield ""
    yield f"Opens   {plain_time(definition.timetable.opens)}"
    yield f"Closes  {plain_time(definition.timetable.closes)}"
    apart = sum(not member.is_mailed for member in roll.members)
    letters = f", {apart:,} of them by a letter that you print" if apart else ""
    yield f"Roll    {counted(len(roll.members), 'member')}{letters}"
    needed, total = definition.secrecy.needed, len(definition.scrutineers)
    together = "opens the ballots" if needed == 1 else "open the ballots together"
    yield f"Keys    {needed} of {counted(total, 'scrutineer')} {together}"
    yield WHICH_COUNTS[definition.options.revoting]
    yield ORDERS[definition.options.candidate_order]
    if definition.tellers:
        tellers = listed([teller.name for teller in definition.tellers])
        yield f"Paper ballots are keyed by two of these: {shown(tellers)}."
    if definition.options.web:
        yield f"Letters name the address {shown(definition.options.web)}"
    yield PUBLICATION[definition.secrecy.publication]
    fewest = counted(definition.secrecy.minimum_opened, "ballot")
    yield f"Fewer than {fewest} of a kind are never opened."
    electors = roll.electors(definition)
    for contest in definition.contests:
        yield ""
        yield from _contest(contest, electors)


def _contest(contest: ContestDefinition, electors: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    rule = contest.rule_set
    yield f"{shown(contest.title)} ({contest.id})"
    yield f"  {counted(contest.seats, 'seat')}, {rule.title}: {rule.summary}"
    yield f"  {rule.tie_words}"
    yield from (f"  {shown(words)}" for words in terms(contest.contest))
    who = f"the group {contest.electorate}" if contest.electorate else "every member"
    classes = [
        f"{counted(number, 'member')} with {counted(votes, 'vote')}{' each' if number > 1 else ''}"
        for name, votes, number in electors
        if name == contest.id
    ]
    yield f"  Electorate: {who}; {', '.join(classes) or 'no ballot: it is uncontested'}"
    for candidate in contest.choices:
        gone = " (withdrawn)" if candidate.withdrawn else ""
        yield f"  - {shown(candidate.name)}{gone}"
