"""The electoral roll: the members who may vote, their groups and their votes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ccin_vote.canonical import Model

if TYPE_CHECKING:
    from ccin_vote.election.definition import ContestDefinition, Definition

# Small enough that all votes of the largest roll together stay below 2^53.
MAXIMUM_VOTES = 1_000_000
"""The most votes that one member may have."""

LONGEST_NAME = 500

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Channel = Literal["email", "post", "paper"]
"""The ways to a member: an e-mail, a printed letter, or a letter and then a paper ballot."""


class Member(Model):
    """A member organisation: who is written to and how, its groups, how many votes it has."""

    id: str
    name: Name
    contact: Name
    email: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    channel: Channel | None = None
    groups: tuple[Name, ...] = ()
    votes: Annotated[int, Field(ge=1, le=MAXIMUM_VOTES)] = 1

    # The one place that decides: letters, reminders, receipts and what is said of them ask here.
    @property
    def way(self) -> Channel:
        """How the member is reached: as its channel says, else by e-mail if it has an address."""
        return self.channel or ("email" if self.email else "post")

    @property
    def is_mailed(self) -> bool:
        """Whether it gets e-mails; every other member gets a letter to be printed instead."""
        return self.way == "email"


class Roll(Model):
    """All members, in the order of the file."""

    members: Annotated[tuple[Member, ...], Field(min_length=1)]

    @property
    def groups(self) -> frozenset[str]:
        """Every group that somebody is in."""
        return frozenset(group for member in self.members for group in member.groups)

    @property
    def sharing(self) -> tuple[Member, ...]:
        """Every member that gets its e-mails at an address where another gets its own, too."""
        at = Counter(member.email.casefold() for member in self.members if member.is_mailed)
        return tuple(
            member
            for member in self.members
            if member.is_mailed and at[member.email.casefold()] > 1
        )

    def entitled(self, contest: ContestDefinition) -> tuple[Member, ...]:
        """Return the members who may vote in a contest."""
        if not contest.electorate:
            return self.members
        return tuple(member for member in self.members if contest.electorate in member.groups)

    def electors(self, definition: Definition) -> tuple[tuple[str, int, int], ...]:
        """Count, per contested contest and votes a member, the members who may vote in it."""
        rows = []
        for contest in definition.contests:
            if not contest.contest.uncontested:
                votes = [member.votes for member in self.entitled(contest)]
                rows += [(contest.id, vote, votes.count(vote)) for vote in sorted(set(votes))]
        # Sorted, as the fold demands: the log has one spelling for the totals.
        return tuple(sorted(rows))
