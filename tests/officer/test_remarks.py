"""What `check` says of a draft that is allowed and worth a second look."""

from __future__ import annotations

import pytest

from ccin_vote.election.loading import parse_definition
from ccin_vote.officer.draft import DraftElection, remarks
from ccin_vote.roll.roll import Member, Roll
from ccin_vote.roll.template import new_election_files

TOO_FEW = {
    "one member": ([1], "only 1 member has 1 vote, fewer than minimum_opened = 5"),
    "two members": ([3, 3], "only 2 members have 3 votes each, fewer than minimum_opened = 5"),
}


@pytest.mark.parametrize("case", TOO_FEW)
def test_a_class_of_votes_that_would_not_be_opened_is_named(case: str) -> None:
    """Before the election, while the roll or the limit can still be changed."""
    votes, said = TOO_FEW[case]
    members = [
        Member(id=f"m-{at}", name=f"M {at}", contact="C", email=f"m{at}@example.org", votes=number)
        for at, number in enumerate(votes)
    ]
    text = new_election_files("x", None)["election.toml"]
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert definition is not None, mistakes
    (remark,) = remarks(DraftElection(definition, Roll(members=tuple(members)), text, ""))
    assert said in remark
