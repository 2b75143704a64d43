"""The verifier for anyone: one file of its own, with the same verdict as `ccin-vote verify`."""

from __future__ import annotations

import ast
import io
import os
import shutil
import subprocess
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.ballot.profile import as_place, grouped, members
from ccin_vote.ballot.reading import read_profile
from ccin_vote.election.contest import MOTION_CHOICES, Candidate, Contest, Seats
from ccin_vote.election.folder import ElectionFolder
from ccin_vote.rehearsal.rehearse import rehearse
from ccin_vote.rule import RULES
from ccin_vote.verify.recount import recount
from tests.verify.conftest import ELECTIONS, SCRIPT, Script

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Paper
    from ccin_vote.record.ties import Question
    from ccin_vote.verify.recount_model import RecountStage
    from tests.verify.conftest import Rehearsal

IN_PAIRS = [
    name + ending
    for name in (
        *("condorcet", "copeland", "kemeny-young", "smith-irv"),
        *("schulze", "schulze-margins", "ranked-pairs", "ranked-pairs-margins"),
        *("minimax", "minimax-margins"),
    )
    for ending in ("", "-ranked-only")
]
MARKS = ["first-past-the-post", "sntv", "block-vote", "limited-vote", "approval", "cumulative"]
COUNTED = [*MARKS, "motion", "alternative-vote", "scottish-stv", "ers97", *IN_PAIRS]
EXAMPLES = int(os.environ.get("EXAMPLES", "150"))


def test_it_shares_no_code_with_the_program() -> None:
    """The standard library, and `cryptography` if it is there."""
    found = {"cryptography"}
    for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    assert found - sys.stdlib_module_names == {"cryptography"}


def test_it_has_one_statement_a_line_and_makes_no_code_of_text() -> None:
    """It is there to be read."""
    text = SCRIPT.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    assert not [
        token.start for token in tokens if token.type == tokenize.OP and token.string == ";"
    ]
    tree = ast.parse(text)
    statements = [one for one in ast.walk(tree) if isinstance(one, ast.stmt)]
    shared = Counter(statement.lineno for statement in statements)
    assert not [line for line, number in shared.items() if number > 1]
    calls = {ast.unparse(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    assert calls.isdisjoint({"exec", "eval", "compile", "__import__", "globals"})


def run(*arguments: Path | str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    """Run the file as anyone would, in another place, with no package of ours."""
    start = f"import sys, runpy; {before}; sys.argv[1:] = {[*map(str, arguments[1:])]!r};"
    start += f"runpy.run_path({str(arguments[0])!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-W", "error", "-I", "-c", start],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_published_folder_verifies_itself(general_meeting: Rehearsal) -> None:
    """The file is in the folder, runs there, and says so."""
    folder = general_meeting.published
    done = run(folder / "verify.py", folder)
    assert (done.returncode, done.stderr) == (0, "")
    *checks, empty, verdict = done.stdout.splitlines()
    assert {line[:7] for line in checks} == {"ok     "}
    assert (empty, verdict) == ("", "Everything verifies.")
    done = run(folder / "verify.py", folder, folder / "checkpoints" / "closed")
    assert done.returncode == 0


def test_without_cryptography_it_says_loudly_what_it_did_not_check(
    general_meeting: Rehearsal,
) -> None:
    """It says how to get it, too; the exit code is not 0."""
    folder = general_meeting.published
    done = run(SCRIPT, folder, before="sys.modules['cryptography'] = None")
    assert done.returncode == 1
    assert "note   No signature was checked" in done.stdout
    assert "python3 -m pip install cryptography" in done.stdout
    assert "Everything" not in done.stdout


def test_a_folder_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    """With no traceback; nor without any folder."""
    for arguments in ((), (tmp_path,), (tmp_path, tmp_path, tmp_path)):
        done = run(SCRIPT, *arguments)
        assert done.returncode == 3
        assert "Traceback" not in done.stderr


def test_a_checkpoint_that_is_none_is_said_to_be_none(general_meeting: Rehearsal) -> None:
    """A file that is not there is no fault of the folder."""
    folder = general_meeting.published
    done = run(SCRIPT, folder, folder / "no-such-file")
    assert (done.returncode, done.stderr) == (3, "")


def test_damage_is_told_with_its_line_and_exit_code(
    general_meeting: Rehearsal, tmp_path: Path
) -> None:
    """4, the file and line, and no traceback."""
    folder = Path(shutil.copytree(general_meeting.published, tmp_path / "published"))
    log = (folder / "log.jsonl").read_bytes()
    (folder / "log.jsonl").write_bytes(log.replace(b"paper.entered", b"paper.eaten", 1))
    line = log[: log.index(b"paper.entered")].count(b"\n") + 1
    done = run(SCRIPT, folder)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.startswith(f"WRONG  log.jsonl:{line}: ")
    assert "Something is wrong: do not rely on this folder." in done.stdout


def test_withheld_papers_are_said_not_to_be_counted_again(tmp_path: Path, script: Script) -> None:
    """The scrutineers alone can count again."""
    folder = tmp_path / "agm-2026"
    shutil.copytree(ELECTIONS / folder.name, folder)
    text = (folder / "election.toml").read_text("utf-8")
    text = text.replace("[secrecy]\n", '[secrecy]\npublication = "scrutineers"\n', 1)
    (folder / "election.toml").write_text(text, "utf-8")
    done = rehearse(ElectionFolder(folder), tmp_path / "s", 5, lambda _s, _d, _t: None)
    assert done.verification.ok
    faults, partial = script.verdict(done.published)
    assert (faults, len(partial)) == ([], 1)
    assert "Everything is checked except the count: the papers are withheld" in partial[0]


@pytest.mark.parametrize("rule", [*RULES])
def test_it_counts_again_or_names_the_rule_and_who_counts_it(
    tmp_path: Path, script: Script, rule: str
) -> None:
    """Good folders verify; what was not counted again is said in a note."""
    folder = tmp_path / "affiliate-seat-2026"
    folder.mkdir()
    text = (ELECTIONS / folder.name / "election.toml").read_text("utf-8")
    head, candidates = text.split("rule = ", 1)
    tail = candidates.partition("\n")[2]
    if rule == "motion":
        tail = 'threshold = "two-thirds"\n'
    if rule in {"limited-vote", "cumulative"}:
        tail = f"votes_each = 2\n{tail}"
    if rule == "debian":
        tail = f"reopen_nominations = true\n{tail}"
    (folder / "election.toml").write_text(f'{head}rule = "{rule}"\n{tail}', "utf-8")
    roll = (ELECTIONS / folder.name / "members.toml").read_text("utf-8")
    (folder / "members.toml").write_text(roll, "utf-8")
    done = rehearse(ElectionFolder(folder), tmp_path / "s", 5, lambda _s, _d, _t: None)
    assert done.verification.ok
    faults, partial = script.verdict(done.published)
    assert faults == []
    note = "note   Everything is checked except the count of affiliate-representative"
    note += f' (rule {rule}), which "ccin-vote verify" does.'
    assert partial == ([] if rule in COUNTED else [note])


@dataclass(frozen=True)
class Cast:
    """An election made at random: so that ties, withdrawals and equal preferences are common."""

    size: int
    seats: int
    gone: frozenset[int]
    papers: list[tuple[tuple[int | tuple[int, ...], ...], int]]


@st.composite
def elections(draw: st.DrawFn, *, equal: bool) -> Cast:
    """Make candidates, seats, withdrawals and a few papers; ``equal``: with equal preferences."""
    size = draw(st.integers(2, 6))
    gone = draw(st.frozensets(st.integers(0, size - 1), max_size=size - 2))
    papers = []
    for _ in range(draw(st.integers(0, 25))):
        order = draw(st.permutations(range(size)))[: draw(st.integers(1, size))]
        places: list[int | tuple[int, ...]] = list(order)
        if equal and len(order) > 1 and draw(st.booleans()):
            first = draw(st.integers(0, len(order) - 2))
            last = draw(st.integers(first + 2, len(order)))
            places[first:last] = [tuple(sorted(order[first:last]))]
        papers.append((tuple(places), draw(st.sampled_from([1, 1, 2, 7]))))
    return Cast(size, draw(st.integers(1, size - len(gone) - 1)), gone, papers)


class LotsInOrder:
    """Draws every lot in the order of the names, and notes it as the log does."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Begin without lots."""
        self.names = names
        self.drawn: dict[tuple[str, int, str, tuple[str, ...]], list[str]] = {}

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the drawn order."""
        order = [self.names[candidate] for candidate in question.among]
        self.drawn["t", question.stage, question.purpose.value, tuple(sorted(order))] = order
        return question.among


def as_paper(places: tuple[int | tuple[int, ...], ...]) -> Paper:
    """Return a paper as the program has it."""
    return tuple(as_place(map(Candidate, members(cast("Any", place)))) for place in places)


def definition(name: str, made: Cast, seats: int, votes_each: int) -> tuple[Contest, Any]:
    """Return a contest as each of the two reads it."""
    names = tuple(f"N{at}" for at in range(made.size))
    gone = made.gone
    table: dict[str, Any] = {"id": "t", "title": "T", "seats": seats, "rule": name}
    table |= {"votes_each": votes_each}
    if name == "motion":
        names, gone = MOTION_CHOICES, frozenset()
        table |= {"threshold": "two-thirds"}
    else:
        people = [
            {"id": each_name.lower(), "name": each_name, "withdrawn": at in gone}
            for at, each_name in enumerate(names)
        ]
        table |= {"candidates": people}
    withdrawn = frozenset(map(Candidate, gone))
    threshold = str(table.get("threshold", ""))
    contest = Contest(
        "T", names, Seats(seats), withdrawn, votes_each=votes_each, threshold=threshold
    )
    return contest, _SCRIPT.module.read_contest(table)


@pytest.mark.parametrize("name", COUNTED)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_its_count_is_that_of_the_other_recount(name: str, data: st.DataObject) -> None:
    """Stage by stage, over elections made at random, with the same lots and no others."""
    rule = RULES[name]
    made = data.draw(elections(equal=name in MARKS or name in IN_PAIRS))
    seats = 1 if rule.one_seat else made.seats
    map_chunks = name == "cumulative"
    contest, ours = definition(name, made, seats, 60 if map_chunks else min(2, made.size))
    papers = [(places, votes) for places, votes in made.papers if fits(contest, places)]
    profile = read_profile(
        grouped((as_paper(places), votes) for places, votes in papers), contest, rule
    )
    lots = LotsInOrder(contest.candidates)
    found = recount(contest, profile, rule, lots)
    rows = [
        _SCRIPT.module.Paper([list(members(place)) for place in paper], weight.votes)
        for paper, weight in profile.formal.items()
    ]
    count = _SCRIPT.module.count_again(ours, rows, lots.drawn)
    unit = 10**found.places
    assert count.winners == list(found.winners)
    assert count.quota == (found.quota and found.quota * unit)
    assert [stage_told(stage, unit) for stage in found.stages] == [
        (
            *each_stage.votes,
            each_stage.non_transferable,
            each_stage.lost,
            set(each_stage.elected),
            set(each_stage.excluded),
        )
        for each_stage in count.stages
    ]


def fits(contest: Contest, places: tuple[int | tuple[int, ...], ...]) -> bool:
    """Return whether a paper names candidates whom the contest has: a motion has three choices."""
    named = [candidate for place in places for candidate in members(cast("Any", place))]
    return max(named) < len(contest.candidates)


def stage_told(stage: RecountStage, unit: int) -> tuple[object, ...]:
    """Return votes, those for nobody and those lost as a record shows them, and whom a stage chose.

    What is cut off where votes are shown is lost to rounding.
    """
    votes = [floor(vote * unit) for vote in stage.votes]
    aside = floor(stage.non_transferable * unit)
    whole = floor((sum(stage.votes) + stage.non_transferable + stage.lost_to_rounding) * unit)
    lost = whole - aside - sum(votes)
    return (*votes, aside, lost, set(stage.elected), set(stage.excluded))


_SCRIPT = Script()
