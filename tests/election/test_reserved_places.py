"""Reserved places in a definition and beside a ballot file: every mistake is said, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccin_vote.cli.app import run
from ccin_vote.election.loading import parse_definition

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
    """Give what is wrong with a definition, each mistake without its place, and its hint."""
    text = f"{START}{contest}{constraints}"
    _, mistakes = parse_definition(text.encode(), "election.toml")
    return [f"{mistake.problem} ({mistake.hint})" for mistake in mistakes]


def constraint(group: str, limits: str) -> str:
    """Write a table of reserved places."""
    return f'[[contests.constraints]]\ngroup = "{group}"\n{limits}\n'


MISTAKES = {
    "a group that nobody is in": (
        constraint("woman", "minimum = 1"),
        "no candidate is in the group 'woman' (did you mean 'women'?)",
    ),
    "a group twice": (
        constraint("women", "minimum = 1") + constraint("women", "maximum = 2"),
        "the group 'women' has its places already",
    ),
    "a minimum above the maximum": (
        constraint("women", "minimum = 3\nmaximum = 1"),
        "the minimum is above the maximum",
    ),
    "more than stand": (
        constraint("north", "minimum = 3"),
        "the group 'north' has 2 candidates, and its minimum is 3 (a minimum of 2 or less",
    ),
    "limits that cannot all be met": (
        constraint("women", "maximum = 0") + constraint("north", "maximum = 1"),
        "no choice of those who stand fills the seats within these limits",
    ),
    "an unknown key": (constraint("women", "least = 1"), "unknown key 'least'"),
    "a number below nothing": (constraint("women", "minimum = -1"), "a number from 0 on"),
}


@pytest.mark.parametrize(("constraints", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_wrong_with_reserved_places_is_said(constraints: str, problem: str) -> None:
    """One mistake, in words, and nothing else."""
    (mistake,) = told(constraints)
    assert problem in mistake


def test_a_rule_without_reserved_places_names_those_that_have_them() -> None:
    """The officer may choose another rule."""
    contest = CONTEST.replace("scottish-stv", "northern-ireland-stv")
    (mistake,) = told(constraint("women", "minimum = 1"), contest)
    assert "northern-ireland-stv has no reserved places" in mistake
    assert "ers97" in mistake


def test_all_who_stand_may_be_too_many_of_a_group() -> None:
    """With as many seats as candidates all are elected, and a maximum of two women is not kept."""
    contest = CONTEST.replace("seats = 3", "seats = 5")
    (mistake,) = told(constraint("women", "maximum = 2"), contest)
    assert "no choice of those who stand fills the seats" in mistake
    assert told(constraint("women", "maximum = 3"), contest) == []


def test_good_reserved_places_are_read() -> None:
    """By the groups of the candidates."""
    text = f"{START}{CONTEST}{constraint('women', 'minimum = 2')}"
    definition, mistakes = parse_definition(text.encode(), "election.toml")
    assert mistakes == []
    assert definition is not None
    (found,) = definition.contests[0].contest.constraints
    assert (found.group, sorted(found.members), found.minimum) == ("women", [0, 1, 4], 2)


DEFAULT_OPTION = {
    "a quorum under another rule": ("over_default = 3\n", "scottish-stv", "has no meaning under"),
    "a quorum without a default option": ("over_default = 3\n", "debian", "needs a default option"),
}


@pytest.mark.parametrize(("line", "rule", "problem"), DEFAULT_OPTION.values(), ids=DEFAULT_OPTION)
def test_what_concerns_a_default_option_wants_one(line: str, rule: str, problem: str) -> None:
    """It stands with the rule that has one, and with the option on the paper."""
    contest = CONTEST.replace("seats = 3\n", f"seats = 1\n{line}").replace("scottish-stv", rule)
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


WRONG_FILES = {
    "somebody who does not stand": (RESERVED.replace("Dan", "Don"), "there is no candidate 'Don'"),
    "no members": (RESERVED.replace('"Cy", "Dan"', ""), "members"),
    "not TOML": ("[[constraints", "this is not TOML"),
    "places that nobody can fill": (
        RESERVED.replace("minimum = 1", "maximum = 0")
        + RESERVED.replace("north", "south")
        .replace('"Cy", "Dan"', '"Ann", "Bea"')
        .replace("minimum = 1", "maximum = 1"),
        "Nobody can fill the 2 seats",
    ),
}


@pytest.mark.parametrize(("text", "problem"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_of_reserved_places_is_said(
    text: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never with a traceback, and nothing is counted."""
    ballots, reserved = tmp_path / "b.blt", tmp_path / "r.toml"
    ballots.write_text(BALLOTS, "utf-8")
    reserved.write_text(text, "utf-8")
    command = ["tally", str(ballots), "--rule", "ers97", "--reserved", str(reserved)]
    assert run(command) in {1, 3}
    shown = capsys.readouterr()
    assert problem in " ".join(shown.err.split())
    assert shown.out == ""
