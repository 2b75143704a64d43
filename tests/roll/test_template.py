"""What `new` writes can be checked at once."""

from __future__ import annotations

import pytest

from ccin_vote.election.loading import parse_definition
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.roll import Member, Roll
from ccin_vote.roll.template import new_election_files, unchanged_lines

ROLL = Roll(members=(Member(id="a", name="Ä", contact="B", email="a@example.org"),))


@pytest.mark.parametrize("slug", ["board-2027", 'a\nb = "', "{slug}"])
@pytest.mark.parametrize("roll", [None, ROLL], ids=["no roll", "a roll"])
def test_new_files_have_no_mistake(slug: str, roll: Roll | None) -> None:
    """Both files load as they are, whatever the folder is called."""
    files = new_election_files(slug, roll)
    definition, mistakes = parse_definition(files["election.toml"].encode(), "election.toml")
    assert definition is not None, mistakes
    read, mistakes = parse_roll(files["members.toml"].encode(), "members.toml")
    assert read is not None, mistakes
    assert roll is None or read == roll


def test_everything_to_be_changed_says_so() -> None:
    """No stand-in could be mistaken for the real thing."""
    definition, _ = parse_definition(
        new_election_files("x", None)["election.toml"].encode(), "election.toml"
    )
    assert definition is not None
    names = [definition.title, definition.organisation, definition.officer.name]
    names += [scrutineer.name for scrutineer in definition.scrutineers]
    names += [candidate.name for contest in definition.contests for candidate in contest.candidates]
    assert [name for name in names if "(change this)" not in name] == []


def test_what_is_still_to_be_changed_is_found_by_line_and_not_in_comments() -> None:
    """A comment that explains the words is no value."""
    text = '# say (change this)\ntitle = "A (change this)"\n\n  # (change this)\nname = "B"\n'
    assert unchanged_lines(text) == [2]


def test_the_example_of_reserved_places_can_be_used_as_it_stands() -> None:
    """Without its comment signs, under a rule that has them."""
    text = new_election_files("x", None)["election.toml"]
    text = text.replace('"alternative-vote"', '"scottish-stv"').replace("seats = 1", "seats = 2")
    text = text.replace("# [[contests.constraints]]", "[[contests.constraints]]")
    text = text.replace('# group = "women"', 'group = "women"')
    text = text.replace("# minimum = 1 ", "minimum = 1 ")
    text = text.replace('id = "candidate-a"', 'id = "candidate-a"\ngroups = ["women"]')
    text = text.replace(
        "[[contests.constraints]]",
        '[[contests.candidates]]\nid = "c"\nname = "C"\n[[contests.constraints]]',
    )
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert definition is not None, mistakes
    (constraint,) = definition.contests[0].contest.constraints
    assert (constraint.group, constraint.minimum) == ("women", 1)
