"""The electoral roll: the members who may vote, their groups and their votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccin_vote.canonical import Model

if TYPE_CHECKING:
    from ccin_vote.election.definition import ContestDefinition, Definition

# Small enough that all votes of the largest roll together stay below 2^53.
MAXIMUM_VOTES = 1_000_000
"""The most votes that one member may have."""

LONGEST_NAME = 500

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Member(Model):
    """A member organisation: who is written to, which groups it is in, how many votes it has."""

    id: str
    name: Name
    contact: Name
    email: Name
    groups: tuple[Name, ...] = ()
    votes: Annotated[int, Field(ge=1, le=MAXIMUM_VOTES)] = 1


class Roll(Model):
    """All members, in the order of the file."""

    members: Annotated[tuple[Member, ...], Field(min_length=1)]

    @property
    def groups(self) -> frozenset[str]:
        """Every group that somebody is in."""
        return frozenset(group for member in self.members for group in member.groups)

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
