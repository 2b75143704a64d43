"""The elections that come with the tool: what the issue of each says, and no mistake."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccin_vote.election.loading import parse_definition
from ccin_vote.roll.loading import empty_electorates, parse_roll

if TYPE_CHECKING:
    from ccin_vote.election.definition import Definition
    from ccin_vote.roll.roll import Roll

ELECTIONS = Path(__file__).parents[2] / "elections"
SHIPPED = ["affiliate-seat-2024", "affiliate-seat-2026", "agm-2026"]


def load(slug: str) -> tuple[Definition, Roll]:
    """Read a shipped election; any mistake fails the test."""
    data = (ELECTIONS / slug / "election.toml").read_bytes()
    definition, mistakes = parse_definition(data, "election.toml")
    roll, found = parse_roll((ELECTIONS / slug / "members.toml").read_bytes(), "members.toml")
    assert definition is not None, mistakes
    assert roll is not None, found
    assert empty_electorates(data, "election.toml", roll) == []
    return definition, roll


def test_these_are_all() -> None:
    """Every folder that is shipped is looked at here."""
    assert sorted(path.name for path in ELECTIONS.iterdir() if path.is_dir()) == SHIPPED


@pytest.mark.parametrize("slug", SHIPPED)
def test_a_shipped_election_has_no_mistake_and_no_real_person_but_the_public_ones(
    slug: str,
) -> None:
    """Two of three stand-in scrutineers without keys; every address is at example.org."""
    definition, roll = load(slug)
    assert (definition.secrecy.needed, len(definition.scrutineers)) == (2, 3)
    assert [scrutineer.key for scrutineer in definition.scrutineers] == ["", "", ""]
    people = [(definition.officer.name, definition.officer.email)]
    people += [
        (each_scrutineer.name, each_scrutineer.email) for each_scrutineer in definition.scrutineers
    ]
    people += [(member.name, member.email) for member in roll.members]
    assert all("(stand-in)" in name for name, _ in people)
    assert all(email.endswith("@example.org") for _, email in people)


@pytest.mark.parametrize("slug", SHIPPED)
def test_no_class_of_ballots_is_too_small_to_open(slug: str) -> None:
    """In each contest, at least ``minimum_opened`` members have each number of votes."""
    definition, roll = load(slug)
    for contest in definition.contests:
        classes = Counter(member.votes for member in roll.entitled(contest))
        assert min(classes.values()) >= definition.secrecy.minimum_opened


def test_the_seat_of_2026() -> None:
    """44 affiliates with one vote, three nominees, noon on Friday 11 December 2026 in winter."""
    definition, roll = load("affiliate-seat-2026")
    (contest,) = definition.contests
    assert [len(roll.members), {member.votes for member in roll.members}] == [44, {1}]
    assert contest.title == (
        "CCIN Affiliate Representative on the Executive Oversight Committee, term 2026-28"
    )
    assert (contest.seats, contest.rule) == (1, "alternative-vote")
    assert [candidate.name for candidate in contest.candidates] == [
        f"Nominee {letter} (stand-in)" for letter in "ABC"
    ]
    assert all(who.statement for who in contest.candidates)
    opens, closes = definition.timetable.opens, definition.timetable.closes
    assert opens.isoformat() == "2026-11-30T09:00:00+00:00"
    assert closes.isoformat() == "2026-12-11T12:00:00+00:00"
    assert (opens.strftime("%A"), closes.strftime("%A")) == ("Monday", "Friday")


def test_the_seat_of_2024() -> None:
    """Two candidates, 44 stand-in affiliates, noon on Friday 27 September 2024 in summer time."""
    definition, roll = load("affiliate-seat-2024")
    (contest,) = definition.contests
    assert [(candidate.name, candidate.statement) for candidate in contest.candidates] == [
        ("Jonathan Bland", "E3M/SBI"),
        ("John Fahy", "Greenwich Cooperative Development Agency"),
    ]
    closes: datetime = definition.timetable.closes
    assert closes.isoformat() == "2024-09-27T12:00:00+01:00"
    assert (closes.strftime("%A"), closes.utcoffset()) == ("Friday", timedelta(hours=1))
    assert len(roll.members) == 44


def test_the_general_meeting_of_2026() -> None:
    """A committee of five, an officer, and a contest for a second electorate."""
    definition, roll = load("agm-2026")
    seats = [
        (each_contest.rule, each_contest.seats, len(each_contest.candidates))
        for each_contest in definition.contests
    ]
    assert seats == [
        ("scottish-stv", 5, 8),
        ("alternative-vote", 1, 3),
        ("first-past-the-post", 1, 2),
    ]
    electorates = [len(roll.entitled(contest)) for contest in definition.contests]
    assert electorates == [40, 40, 16]
    assert {member.votes for member in roll.members} == {1, 2}
