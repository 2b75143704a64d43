"""Reserved places in a definition and beside a ballot file: every mistake is said, and where."""

from __future__ import annotations

import json
import random
import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ccin_vote.cli.app import run
from ccin_vote.election.contest import Candidate, Constraint, Contest, Seats
from ccin_vote.election.loading import parse_definition
from ccin_vote.election.reserved_places import at_odds
from ccin_vote.election.words import reserved_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.election.reserved_places import Limit

START = (
    Path(__file__).with_name("good.toml").read_text(encoding="utf-8").partition("[[contests]]")[0]
)
CONTEST = """\
[[contests]]
id = "board"
title = "Board"
seats = 3
rule = "scottish-stv"
candidates = [
  { id = "ann", name = "Ann", groups = ["women", "north"] },
  { id = "bea", name = "Bea", groups = ["women"] },
  { id = "cy", name = "Cy", groups = ["north"] },
  { id = "dan", name = "Dan" },
  { id = "eve", name = "Eve", groups = ["women"] },
]
"""


def told(constraints: str, contest: str = CONTEST) -> list[str]:
    """Return what is wrong with a definition: each line that is to blame, the problem, the hint."""
    text = f"{START}{contest}{constraints}"
    _, mistakes = parse_definition(text.encode(), "election.toml")
    return [
        f"{(mistake.text or '').strip()}: {mistake.problem} ({mistake.hint})"
        for mistake in mistakes
    ]


def constraint(group: str, limits: str) -> str:
    """Write a table of reserved places."""
    return f'[[contests.constraints]]\ngroup = "{group}"\n{limits}\n'


NORTH = constraint("north", "maximum = 1")
"""So that every group of the candidates has its limits."""

MISTAKES = {
    "a group that nobody is in": (
        constraint("woman", "minimum = 1"),
        "group = \"woman\": no candidate is in the group 'woman' (did you mean 'women'?)",
    ),
    "a group twice": (
        constraint("women", "minimum = 1") + constraint("women", "maximum = 2"),
        "group = \"women\": the group 'women' has its places already, in line 38 (put the minimum",
    ),
    "neither a minimum nor a maximum": (
        constraint("women", ""),
        (
            "[[contests.constraints]]: these reserved places have neither a minimum nor a maximum"
            " (add a line such as minimum = 1)"
        ),
    ),
    "a minimum of nothing": (
        constraint("women", "minimum = 0"),
        "minimum = 0: a minimum of 0 alone limits nothing (a minimum of 1 or more, or a maximum)",
    ),
    "a maximum of all seats": (
        constraint("women", "maximum = 3"),
        "maximum = 3: a maximum of 3 limits nothing: there are 3 seats (a maximum of 2 or less",
    ),
    "a minimum above the maximum": (
        constraint("women", "minimum = 3\nmaximum = 1"),
        "minimum = 3: the minimum, 3, is above the maximum, 1 (a minimum of 1 or less",
    ),
    "more than stand": (
        constraint("women", "minimum = 4"),
        (
            "minimum = 4: the minimum is 4: only 3 candidates of the group 'women' stand (a minimum"
            " of 3 or less"
        ),
    ),
    "a maximum that leaves a seat empty": (
        constraint("women", "maximum = 0"),
        (
            "maximum = 0: with at most 0 of 'women' only 2 can be elected, and there are 3 seats (a"
            " maximum of 1 or more"
        ),
    ),
    "an unknown key": (constraint("women", "least = 1"), "least = 1: unknown key 'least'"),
    "a number below nothing": (constraint("women", "minimum = -1"), "a number from 0 on"),
}


@pytest.mark.parametrize(("constraints", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_wrong_with_reserved_places_is_said(constraints: str, problem: str) -> None:
    """One mistake, with the line that is to blame, in words, and nothing else."""
    (mistake,) = told(f"{NORTH}{constraints}")
    assert problem in mistake


APART = CONTEST.replace('["women", "north"]', '["women"]').replace(
    'name = "Dan"', 'name = "Dan", groups = ["north"]'
)
"""Three women and two from the north, none of them both."""

FEW_SEATS = {
    "a minimum above the seats": (
        2,
        constraint("women", "minimum = 3") + NORTH,
        "minimum = 3: the minimum is 3, and there are 2 seats (a minimum of 2 or less, or more",
    ),
    "two minima beyond the seats": (
        3,
        constraint("women", "minimum = 2") + constraint("north", "minimum = 2\nmaximum = 2"),
        (
            "minimum = 2: at least 2 of 'women' (line 36) and at least 2 of 'north' (line 39) need"
            " 4 seats, and there are 3 seats (change one"
        ),
    ),
    "two maxima that leave a seat empty": (
        3,
        NORTH + constraint("women", "maximum = 1"),
        (
            "maximum = 1: with at most 1 of 'north' (line 36) and at most 1 of 'women' (line 39)"
            " only 2 can be elected, and there are 3 seats (change one of these numbers"
        ),
    ),
    "a maximum that leaves a seat empty": (
        5,
        constraint("women", "maximum = 2\nminimum = 1") + constraint("north", "minimum = 1"),
        "maximum = 2: with at most 2 of 'women' only 4 can be elected, and there are 5 seats",
    ),
    "more seats than candidates": (
        9,
        constraint("women", "maximum = 2") + constraint("north", "minimum = 1"),
        "maximum = 2: with at most 2 of 'women' only 4 can be elected, and all 5 who stand are to",
    ),
}


@pytest.mark.parametrize(("seats", "constraints", "problem"), FEW_SEATS.values(), ids=FEW_SEATS)
def test_numbers_that_the_seats_do_not_allow_are_named(
    seats: int, constraints: str, problem: str
) -> None:
    """The limit that is to blame, or those that cannot be met together."""
    (mistake,) = told(constraints, APART.replace("seats = 3", f"seats = {seats}"))
    assert problem in mistake


def test_three_limits_that_are_at_odds_are_named_and_no_fourth() -> None:
    """Any two of the three can be met; the fourth has no part in it."""
    contest = (
        APART.replace("seats = 3", "seats = 2")
        .replace('"bea", name = "Bea", groups = ["women"]', '"bea", name = "Bea", groups = ["c"]')
        .replace('"eve", name = "Eve", groups = ["women"]', '"eve", name = "Eve", groups = ["d"]')
    )
    some = [constraint(group, "minimum = 1") for group in ("women", "north", "c")]
    (mistake,) = told(f"{constraint('d', 'maximum = 1')}{''.join(some)}", contest)
    assert "at least 1 of 'women' (line 39), at least 1 of 'north' (line 42) and" in mistake
    assert "at least 1 of 'c' (line 45) need 3 seats, and there are 2 seats" in mistake
    assert "'d'" not in mistake


def test_a_minimum_and_a_maximum_can_be_at_odds() -> None:
    """Whoever is from the north is a woman as well."""
    contest = CONTEST.replace('groups = ["north"]', 'groups = ["north", "women"]')
    limits = constraint("women", "maximum = 1") + constraint("north", "minimum = 2")
    (mistake,) = told(limits, contest.replace("seats = 3", "seats = 2"))
    assert "at most 1 of 'women' (line 36) and at least 2 of 'north' (line 39) cannot be" in mistake
    assert "cannot be met together when there are 2 seats" in mistake


def test_every_mistake_of_reserved_places_is_said_at_once() -> None:
    """Also where one of them has to do with numbers and another with words."""
    limits = constraint("woman", "minimum = 1") + constraint("north", "minimum = 4")
    found = told(limits)
    assert len(found) == 2
    assert "no candidate is in the group 'woman'" in found[0]
    assert "only 2 candidates of the group 'north' stand" in found[1]


def test_whoever_withdrew_does_not_stand() -> None:
    """A minimum wants people who can be elected."""
    contest = CONTEST.replace('name = "Cy"', 'name = "Cy", withdrawn = true')
    (mistake,) = told(
        constraint("women", "minimum = 1") + NORTH.replace("maximum = 1", "minimum = 2"), contest
    )
    assert "only 1 candidate of the group 'north' stands (a minimum of 1 or less" in mistake


GROUPS = {
    "a misspelling": (
        'groups = ["womem"]',
        constraint("women", "minimum = 1") + NORTH,
        "no [[contests.constraints]] is for the group 'womem' (did you mean 'women'?)",
    ),
    "a group that nothing is reserved for": (
        'groups = ["women", "Wales"]',
        constraint("women", "minimum = 1") + NORTH,
        "no [[contests.constraints]] is for the group 'Wales' (known here: north, women)",
    ),
    "groups and no reserved places": (
        'groups = ["women"]',
        "",
        (
            "groups have no effect in a contest without [[contests.constraints]] (remove the"
            " groups, or add a table"
        ),
    ),
}


@pytest.mark.parametrize(("groups", "constraints", "problem"), GROUPS.values(), ids=GROUPS)
def test_a_group_that_has_no_places_is_a_mistake(
    groups: str, constraints: str, problem: str
) -> None:
    """A candidate's groups are for reserved places only, so it is a slip of somebody's."""
    (mistake,) = told(constraints, CONTEST.replace('groups = ["women"]', groups, 1))
    assert problem in mistake
    assert mistake.startswith("{ id = ")


def test_groups_under_a_rule_without_reserved_places_are_to_be_removed() -> None:
    """A table of constraints would be the next mistake."""
    (mistake,) = told("", CONTEST.replace("scottish-stv", "northern-ireland-stv"))
    assert "remove the groups: the rule northern-ireland-stv has no reserved places" in mistake


def test_a_rule_without_reserved_places_names_those_that_have_them() -> None:
    """The officer may choose another rule."""
    contest = CONTEST.replace("scottish-stv", "northern-ireland-stv")
    (mistake,) = told(constraint("women", "minimum = 1"), contest)
    assert "northern-ireland-stv has no reserved places" in mistake
    assert "ers97" in mistake


def test_limits_that_can_just_be_met_are_no_mistake() -> None:
    """With as many seats as candidates all are elected, three women and two from the north."""
    contest = CONTEST.replace("seats = 3", "seats = 5")
    north = NORTH.replace("maximum = 1", "minimum = 2\nmaximum = 2")
    assert told(constraint("women", "minimum = 3\nmaximum = 3") + north, contest) == []


def test_good_reserved_places_are_read() -> None:
    """By the groups of the candidates."""
    text = f"{START}{CONTEST}{constraint('women', 'minimum = 2')}{NORTH}"
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert mistakes == []
    assert definition is not None
    women, _ = definition.contests[0].contest.constraints
    assert (women.group, sorted(women.members), women.minimum) == ("women", [0, 1, 4], 2)


@pytest.mark.parametrize("seed", range(60))
def test_limits_at_odds_are_so_and_none_can_be_left_out(seed: int) -> None:
    """Tried out on small contests: whom else the seats may go to is of no account."""
    contest = some_contest(random.Random(seed))
    everything = tuple(
        limit for at in range(len(contest.constraints)) for limit in ((at, MINIMUM), (at, MAXIMUM))
    )
    found = at_odds(contest)
    assert bool(found) != met_by_somebody(contest, everything)
    for limits in found:
        assert not met_by_somebody(contest, limits)
        for number in range(len(limits)):
            assert met_by_somebody(contest, limits[:number] + limits[number + 1 :])


MINIMUM: Literal["minimum"] = "minimum"
MAXIMUM: Literal["maximum"] = "maximum"


def some_contest(chance: random.Random) -> Contest:
    """Make a contest of six candidates with three groups whose limits are often at odds."""
    constraints = []
    for group in "abc":
        members = frozenset(Candidate(at) for at in range(6) if chance.random() < 0.5)
        least = chance.randint(0, min(2, len(members)))
        constraints.append(Constraint(group, members, least, chance.randint(least, 3)))
    return Contest("T", tuple("ABCDEF"), Seats(3), constraints=tuple(constraints))


def met_by_somebody(contest: Contest, limits: Sequence[Limit]) -> bool:
    """Return whether any three of the six meet the limits."""
    return any(
        all(
            meets(len(contest.constraints[at].members.intersection(chosen)), contest, at, key)
            for at, key in limits
        )
        for chosen in combinations(contest.standing, contest.seats)
    )


def meets(number: int, contest: Contest, at: int, key: str) -> bool:
    """Return whether so many of a group meet one limit."""
    limits = contest.constraints[at]
    return number >= limits.minimum if key == MINIMUM else number <= limits.maximum


DEFAULT_OPTION = {
    "a quorum under another rule": ("over_default = 3\n", "scottish-stv", "has no meaning under"),
    "a quorum without a default option": ("over_default = 3\n", "debian", "needs a default option"),
}


@pytest.mark.parametrize(("line", "rule", "problem"), DEFAULT_OPTION.values(), ids=DEFAULT_OPTION)
def test_what_concerns_a_default_option_wants_one(line: str, rule: str, problem: str) -> None:
    """It stands with the rule that has one, and with the option on the paper."""
    contest = re.sub(r", groups = \[.*?\]", "", CONTEST).replace("scottish-stv", rule)
    contest = contest.replace("seats = 3\n", f"seats = 1\n{line}")
    (mistake,) = told("", contest)
    assert problem in mistake


BALLOTS = '4 2\n6 1 2 0\n5 2 1 0\n2 3 0\n1 4 3 0\n0\n"Ann"\n"Bea"\n"Cy"\n"Dan"\n"Board"\n'
RESERVED = '[[constraints]]\ngroup = "north"\nmembers = ["Cy", "Dan"]\nminimum = 1\n'


@pytest.mark.parametrize("rule", ["scottish-stv", "ers97", "wigm", "meek", "warren", "sntv"])
def test_a_ballot_file_is_counted_with_reserved_places(
    rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ann has most, Bea the next; but one of the two is for the north, where Cy has more."""
    ballots, reserved = tmp_path / "b.blt", tmp_path / "r.toml"
    ballots.write_text(BALLOTS, "utf-8")
    reserved.write_text(RESERVED, "utf-8")
    command = ["tally", str(ballots), "--rule", rule, "--reserved", str(reserved), "--json"]
    assert run(command) == 0
    assert sorted(json.loads(capsys.readouterr().out)["winners"]) == ["Ann", "Cy"]


SOUTH = RESERVED.replace("north", "south").replace('"Cy", "Dan"', '"Ann", "Bea"')

WRONG_FILES = {
    "somebody who does not stand": (
        RESERVED.replace("Dan", "Don"),
        "r.toml:3: there is no candidate 'Don' in b.blt",
    ),
    "no members": (RESERVED.replace('"Cy", "Dan"', ""), "members"),
    "not TOML": ("[[constraints", "this is not TOML"),
    "no limit": (
        RESERVED.replace("minimum = 1", ""),
        "r.toml:1: these reserved places have neither a minimum nor a maximum",
    ),
    "a minimum above the maximum": (
        f"{RESERVED}maximum = 0",
        "r.toml:4: the minimum, 1, is above the maximum, 0",
    ),
    "a group twice": (
        RESERVED + RESERVED,
        "r.toml:6: the group 'north' has its places already, in line 2",
    ),
    "more than the seats": (
        RESERVED.replace('"Cy",', '"Bea", "Cy",').replace("minimum = 1", "minimum = 3"),
        "r.toml:4: the minimum is 3, and there are 2 seats",
    ),
    "places that nobody can fill": (
        RESERVED.replace("minimum = 1", "maximum = 0") + SOUTH.replace("minimum", "maximum"),
        (
            "r.toml:4: with at most 0 of 'north' (line 4) and at most 1 of 'south' (line 8) only 1"
            " can be elected, and there are 2 seats"
        ),
    ),
    "more places than seats, all of whom stand": (
        RESERVED.replace("minimum = 1", "minimum = 3") + SOUTH,
        "r.toml:4: all 2 of 'north' (line 4) and at least 1 of 'south' (line 8) need 3 seats, and",
    ),
}


@pytest.mark.parametrize(("text", "problem"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_of_reserved_places_is_said(
    text: str,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With file and line, never with a traceback, and nothing is counted."""
    monkeypatch.chdir(tmp_path)
    Path("b.blt").write_text(BALLOTS, "utf-8")
    Path("r.toml").write_text(text, "utf-8")
    assert run(["tally", "b.blt", "--rule", "ers97", "--reserved", "r.toml"]) == 3
    shown = capsys.readouterr()
    assert problem in " ".join(shown.err.split())
    assert shown.out == ""


def test_all_strangers_of_a_file_of_reserved_places_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its line and the name that is meant."""
    monkeypatch.chdir(tmp_path)
    Path("b.blt").write_text(BALLOTS, "utf-8")
    Path("r.toml").write_text(RESERVED.replace("Dan", "Don") + SOUTH.replace("Bea", "Beah"))
    assert run(["tally", "b.blt", "--rule", "ers97", "--reserved", "r.toml"]) == 3
    told = capsys.readouterr().err
    assert "r.toml:3: there is no candidate 'Don'" in told
    assert "r.toml:7: there is no candidate 'Beah'" in told
    assert "did you mean 'Bea'?" in told


def test_the_limits_that_a_tally_applied_stand_before_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence each, and one more where fewer stand than the minimum."""
    monkeypatch.chdir(tmp_path)
    Path("b.blt").write_text(BALLOTS, "utf-8")
    Path("r.toml").write_text(RESERVED.replace('"Cy", ', "").replace("minimum = 1", "minimum = 2"))
    assert run(["tally", "b.blt", "--rule", "ers97", "--reserved", "r.toml"]) == 0
    before = capsys.readouterr().out.partition("Stage 1")[0]
    assert "All 2 places are reserved for north: Dan.\n" in before
    assert "Only 1 candidate of north stands, and is to be elected.\n" in before


WORDS = {
    "a minimum": (5, 2, 200, "At least 2 of the 5 places are reserved for west: Ann, Bea and Cy."),
    "a minimum of one": (5, 1, 200, "At least 1 of the 5 places is reserved for west: Ann, Bea"),
    "a maximum": (5, 0, 3, "At most 3 of the 5 places may go to west: Ann, Bea and Cy."),
    "both": (5, 1, 2, "At least 1 and at most 2 of the 5 places are for west: Ann, Bea and Cy."),
    "both alike": (5, 2, 2, "Exactly 2 of the 5 places are for west: Ann, Bea and Cy."),
    "all": (3, 3, 200, "All 3 places are reserved for west: Ann, Bea and Cy."),
    "none": (5, 0, 0, "None of the 5 places goes to west: Ann, Bea and Cy."),
    "no limit": (5, 0, 200, "Any number of the 5 places may go to west: Ann, Bea and Cy."),
    "one place": (1, 1, 1, "The one place is reserved for west: Ann, Bea and Cy."),
    "one more than stand": (5, 4, 5, "Only 3 candidates of west stand: all 3 are to be elected."),
}


@pytest.mark.parametrize(("seats", "least", "most", "words"), WORDS.values(), ids=WORDS)
def test_a_limit_is_said_in_a_plain_sentence(seats: int, least: int, most: int, words: str) -> None:
    """With the number of places, the group, and those of it who stand."""
    west = Constraint("west", frozenset(map(Candidate, range(3))), least, most)
    contest = Contest("T", ("Ann", "Bea", "Cy", "Di", "Ed"), Seats(seats), constraints=(west,))
    assert words in " ".join(reserved_words(contest))


FEW_STAND = {
    0: "Only 3 candidates of west stand: all 3 are to be elected.",
    1: "Only 2 candidates of west stand: both are to be elected.",
    2: "Only 1 candidate of west stands, and is to be elected.",
    3: "west: nobody stands. No candidate of west stands, and the minimum has no effect.",
}


@pytest.mark.parametrize(("gone", "words"), FEW_STAND.items())
def test_a_minimum_above_those_who_stand_is_said(gone: int, words: str) -> None:
    """As `tally`, and a withdrawal after the opening, lower it."""
    west = Constraint("west", frozenset(map(Candidate, range(3))), 4, 200)
    names, withdrawn = ("Ann", "Bea", "Cy", "Di", "Ed"), frozenset(map(Candidate, range(gone)))
    contest = Contest("T", names, Seats(5), withdrawn=withdrawn, constraints=(west,))
    assert words in " ".join(reserved_words(contest))
