"""Reading and writing `members.toml`: every mistake at its line."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.definition import CandidateDefinition, ContestDefinition
from ccin_vote.roll.loading import empty_electorates, parse_roll, write_roll
from ccin_vote.roll.roll import Member, Roll

GOOD = """\
[[members]]
id = "north"
name = "North Society"
contact = "Ada"
email = "north@example.org"
groups = ["full", "youth"]
votes = 2

[[members]]
id = "south"
name = "South Society"
contact = "Ben"
email = "south@example.org"
"""

CHANGES: dict[str, tuple[str, str, int, str, str]] = {
    "an unknown key": ("groups", "group", 6, "unknown key 'group'", "'groups'"),
    "an unknown table": ('[[members]]\nid = "n', '[[member]]\nid = "n', 1, "unknown", "'members'"),
    "a missing key": ('contact = "Ben"\n', "", 9, "'contact' is missing", "contact ="),
    "an id twice": ('"south"', '"north"', 10, "stands in line 2 already", ""),
    "an e-mail to no address": (
        'email = "south@example.org"',
        'channel = "email"',
        13,
        "no address to mail to",
        '"post"',
    ),
    "a channel that is none": ('email = "south@example.org"', 'channel = "fax"', 13, "one of", ""),
    "an address without an at": ("south@example.org", "south.example.org", 13, "no e-mail", ""),
    "an address without a dot": ("south@example.org", "south@example", 13, "no e-mail", ""),
    "two addresses in one": ("south@example.org", "a@b.org, c@d.org", 13, "no e-mail", ""),
    "an id with spaces": ('"south"', '"South Side"', 10, "not an id", "'south-side'"),
    "an empty name": ('"South Society"', '""', 11, "'name': this is empty", ""),
    "a name of spaces": ('"South Society"', '" "', 11, "only spaces", ""),
    "a name that hides": ('"South Society"', '"a\\u200bb"', 11, "U+200B", ""),
    "no vote": ("votes = 2", "votes = 0", 7, "a number from 1 on", ""),
    "a negative vote": ("votes = 2", "votes = -1", 7, "a number from 1 on", ""),
    "too many votes": ("votes = 2", "votes = 1000001", 7, "up to 1000000", ""),
    "half a vote": ("votes = 2", "votes = 0.5", 7, "a whole number", ""),
    "a group outside a list": ('["full", "youth"]', '"full"', 6, "a list is", ""),
    "a group that is a number": ('"youth"]', "5]", 6, "item 2 of 'groups': a text", ""),
    "a group without a name": ('"youth"]', '""]', 6, "item 2 of 'groups': this is empty", ""),
    "no member": (GOOD, "members = []", 1, "there is no member", ""),
}


@pytest.mark.parametrize(("old", "new", "line", "problem", "hint"), CHANGES.values(), ids=CHANGES)
def test_a_mistake_is_named_with_its_line(
    old: str, new: str, line: int, problem: str, hint: str
) -> None:
    """The line, what is wrong and what is meant are given; no roll is."""
    text = GOOD.replace(old, new, 1)
    roll, mistakes = parse_roll(text.encode(), "members.toml")
    assert roll is None
    fitting = [each_mistake for each_mistake in mistakes if problem in each_mistake.problem]
    assert [one.line for one in fitting] == [line], [str(mistake) for mistake in mistakes]
    assert hint in (fitting[0].hint or "")


def test_a_roll_is_read() -> None:
    """Groups and votes are optional."""
    roll, mistakes = parse_roll(GOOD.encode(), "members.toml")
    assert roll is not None, mistakes
    assert [(member.id, member.groups, member.votes) for member in roll.members] == [
        ("north", ("full", "youth"), 2),
        ("south", (), 1),
    ]


WAYS: dict[str, tuple[str, str]] = {
    "an address": ('email = "a@b.org"', "email"),
    "no address": ("", "post"),
    "an empty address": ('email = ""', "post"),
    "an address, and a wish for letters": ('email = "a@b.org"\nchannel = "post"', "post"),
    "an address, and a wish for paper": ('email = "a@b.org"\nchannel = "paper"', "paper"),
    "a wish for paper": ('channel = "paper"', "paper"),
    "both said": ('email = "a@b.org"\nchannel = "email"', "email"),
}


@pytest.mark.parametrize(("lines", "way"), WAYS.values(), ids=WAYS)
def test_a_member_is_reached_as_it_says_or_as_it_can_be(lines: str, way: str) -> None:
    """Without a channel by e-mail if there is an address, else by post."""
    text = GOOD.replace('email = "south@example.org"', lines)
    roll, mistakes = parse_roll(text.encode(), "members.toml")
    assert roll is not None, mistakes
    assert [member.way for member in roll.members] == ["email", way]


def test_members_that_share_an_address_are_members_and_are_known() -> None:
    """Letter case makes no difference; one that gets letters on paper shares nothing."""
    third = GOOD.partition("\n\n")[2].replace("south", "west") + 'channel = "post"\n'
    text = (GOOD + third).replace("south@", "NORTH@").replace("west@", "north@")
    roll, mistakes = parse_roll(text.encode(), "members.toml")
    assert roll is not None, mistakes
    assert [member.id for member in roll.sharing] == ["north", "south"]


def contest(electorate: str, candidates: int = 2) -> ContestDefinition:
    """Return a contest for one seat."""
    return ContestDefinition(
        id="c", title="C", seats=1, rule="alternative-vote", electorate=electorate,
        candidates=tuple(
            CandidateDefinition(id=f"c{number}", name=f"C{number}") for number in range(candidates)
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("electorate", "ids"), [("", ["north", "south"]), ("youth", ["north"]), ("x", [])]
)
def test_an_electorate_is_a_group_or_everybody(electorate: str, ids: list[str]) -> None:
    """A contest without an electorate is for the whole roll."""
    roll, _ = parse_roll(GOOD.encode(), "members.toml")
    assert roll is not None
    assert [one.id for one in roll.entitled(contest(electorate))] == ids


def test_a_group_that_nobody_is_in_is_named_at_the_contest() -> None:
    """The mistake stands in `election.toml`, with the nearest group, whatever else is wrong."""
    roll, _ = parse_roll(GOOD.encode(), "members.toml")
    assert roll is not None
    text = '[[contests]]\nelectorate = ""\n[[contests]]\nbad = 1\nelectorate = "yuoth" # !\n'
    (mistake,) = empty_electorates(text.encode(), "election.toml", roll)
    assert str(mistake).splitlines() == [
        "election.toml:5: nobody on the roll is in the group 'yuoth'",
        '    electorate = "yuoth" # !',
        "    hint: did you mean 'youth'?",
    ]


def test_a_broken_definition_has_no_electorates_to_name() -> None:
    """What is wrong with the file itself is said elsewhere."""
    roll, _ = parse_roll(GOOD.encode(), "members.toml")
    assert roll is not None
    assert empty_electorates(b"contests = [", "election.toml", roll) == []


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
members = st.builds(
    Member,
    id=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True),
    name=names,
    contact=names,
    email=st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True),
    groups=st.lists(names, max_size=3).map(tuple),
    channel=st.sampled_from([None, "email", "post", "paper"]),
    votes=st.integers(1, 1_000_000),
)
rolls = st.lists(
    members, min_size=1, max_size=8, unique_by=(lambda one: one.id, lambda one: one.email)
).map(lambda found: Roll(members=tuple(found)))


@given(rolls)
def test_a_roll_that_was_written_reads_back(roll: Roll) -> None:
    """Writing and reading gives the same roll, a table a member."""
    text = write_roll(roll)
    assert parse_roll(text.encode(), "members.toml") == (roll, [])
    assert text.count("[[members]]\n") == len(roll.members) == len(tomllib.loads(text)["members"])


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.binary(max_size=6))
def test_a_good_file_with_bytes_changed_raises_nothing(at: int, cut: int, new: bytes) -> None:
    """Bytes cut out and put in anywhere give either a roll or mistakes."""
    data = GOOD.encode()
    roll, mistakes = parse_roll(data[:at] + new + data[at + cut :], "members.toml")
    assert (roll is None) == bool(mistakes)


@given(st.binary(max_size=100))
def test_any_bytes_are_answered_with_mistakes(data: bytes) -> None:
    """Arbitrary bytes raise nothing and are never a roll."""
    roll, mistakes = parse_roll(data, "members.toml")
    assert roll is None
    assert mistakes
