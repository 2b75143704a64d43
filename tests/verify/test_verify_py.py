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
from ccin_vote.election.contest import Candidate, Contest, Seats
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

COUNTED = ("first-past-the-post", "approval", "alternative-vote", "scottish-stv", "ers97")
EXAMPLES = int(os.environ.get("EXAMPLES", "150"))
BORROWED = {"base64", "collections", "contextlib", "datetime", "hashlib", "json", "pathlib", "re"}
BORROWED |= {"sys", "tomllib", "zoneinfo", "cryptography"}


def test_it_shares_no_code_with_the_program() -> None:
    """The standard library, and `cryptography` if it is there."""
    found = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    assert found == BORROWED


def test_it_is_short_and_has_one_statement_a_line() -> None:
    """At most 400 lines of at most 120 columns; nothing is joined, and no code is made of text."""
    text = SCRIPT.read_text("utf-8")
    assert text.count("\n") <= 400
    assert max(map(len, text.split("\n"))) <= 120
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    assert not [
        token.start for token in tokens if token.type == tokenize.OP and token.string == ";"
    ]
    tree = ast.parse(text)
    statements = [one for one in ast.walk(tree) if isinstance(one, ast.stmt)]
    shared = Counter(statement.lineno for statement in statements if not is_ellipsis(statement))
    assert not [line for line, number in shared.items() if number > 1]
    calls = {ast.unparse(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    assert calls.isdisjoint({"exec", "eval", "compile", "__import__", "globals"})
    assert sum(isinstance(one, ast.Lambda) for one in ast.walk(tree)) <= 2


def is_ellipsis(statement: ast.stmt) -> bool:
    """Return whether a statement is the body of a function that does nothing."""
    return isinstance(statement, ast.Expr) and ast.unparse(statement) == "..."


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
    assert (done.returncode, done.stdout, done.stderr) == (0, "Everything verifies.\n", "")
    done = run(folder / "verify.py", folder, folder / "checkpoints" / "closed")
    assert done.returncode == 0


def test_without_cryptography_it_says_loudly_what_it_did_not_check(
    general_meeting: Rehearsal,
) -> None:
    """Partial, and not 0."""
    folder = general_meeting.published
    done = run(SCRIPT, folder, before="sys.modules['cryptography'] = None")
    assert done.returncode == 1
    assert "NO SIGNATURE WAS CHECKED" in done.stdout
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
    assert done.stdout.endswith("Something is wrong.\n")


def test_withheld_papers_are_said_not_to_be_counted_again(tmp_path: Path, script: Script) -> None:
    """Partial: the scrutineers alone can count again."""
    folder = tmp_path / "agm-2026"
    shutil.copytree(ELECTIONS / folder.name, folder)
    text = (folder / "election.toml").read_text("utf-8")
    text = text.replace("[secrecy]\n", '[secrecy]\npublication = "scrutineers"\n', 1)
    (folder / "election.toml").write_text(text, "utf-8")
    done = rehearse(ElectionFolder(folder), tmp_path / "s", 5, lambda _s, _d, _t: None)
    assert done.verification.ok
    faults, partial = script.verdict(done.published)
    assert (faults, len(partial)) == ([], 1)
    assert "NOT COUNTED AGAIN" in partial[0]


@pytest.mark.parametrize("rule", [*COUNTED, "meek", "schulze", "wigm", "score", "motion"])
def test_it_counts_again_under_five_rules_and_names_the_others(
    tmp_path: Path, script: Script, rule: str
) -> None:
    """Good folders verify; what was not counted again is partial."""
    folder = tmp_path / "affiliate-seat-2026"
    folder.mkdir()
    text = (ELECTIONS / folder.name / "election.toml").read_text("utf-8")
    head, candidates = text.split("rule = ", 1)
    tail = candidates.partition("\n")[2]
    if rule == "motion":
        tail = 'threshold = "two-thirds"\n'
    (folder / "election.toml").write_text(f'{head}rule = "{rule}"\n{tail}', "utf-8")
    roll = (ELECTIONS / folder.name / "members.toml").read_text("utf-8")
    (folder / "members.toml").write_text(roll, "utf-8")
    done = rehearse(ElectionFolder(folder), tmp_path / "s", 5, lambda _s, _d, _t: None)
    assert done.verification.ok
    faults, partial = script.verdict(done.published)
    assert faults == []
    assert bool(partial) == (rule not in COUNTED)


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
    """Draws every lot in the order of the names."""

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the drawn order."""
        return question.among


class LotsOfTheSame:
    """The same lots, as the verifier for anyone looks them up."""

    def get(self, question: tuple[str, int, str, tuple[str, ...]]) -> list[str]:
        """Return the drawn order."""
        return sorted(question[3])


def as_paper(places: tuple[int | tuple[int, ...], ...]) -> Paper:
    """Return a paper as the program has it."""
    return tuple(as_place(map(Candidate, members(cast("Any", place)))) for place in places)


@pytest.mark.parametrize("name", COUNTED)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_its_count_is_that_of_the_other_recount(name: str, data: st.DataObject) -> None:
    """Stage by stage, over elections made at random, with every lot in the order of the list."""
    rule = RULES[name]
    made = data.draw(elections(equal=name == "approval"))
    seats = 1 if rule.one_seat else made.seats
    names = tuple(f"N{at}" for at in range(made.size))
    gone = frozenset(map(Candidate, made.gone))
    contest = Contest("T", names, Seats(seats), withdrawn=gone)
    rankings = ((as_paper(one), votes) for one, votes in made.papers)
    profile = read_profile(grouped(rankings), contest, rule)
    found = recount(contest, profile, rule, LotsInOrder())
    people = [
        {"id": each_name.lower(), "name": each_name, "withdrawn": at in gone}
        for at, each_name in enumerate(names)
    ]
    table = {"id": "t", "title": "T", "seats": seats, "rule": name, "candidates": people}
    ours = _SCRIPT.module.Contest(table, LotsOfTheSame())
    papers = [
        ([members(place) for place in paper], weight) for paper, weight in profile.formal.items()
    ]
    left = [(_SCRIPT.module.only(ours.standing, paper), one.votes) for paper, one in papers]
    count, places, ours.look = _SCRIPT.module.RULES[name]
    ours.quota, unit = None, 10**places
    ours.total = sum(copies for places, copies in left if places) * unit
    count(ours, [candidate for candidate in left if candidate[0]], unit)
    assert ours.winners == list(found.winners)
    assert ours.quota == (found.quota and found.quota * unit)
    assert [stage_told(stage, unit) for stage in found.stages] == [
        (*votes, ours.total - sum(votes) - lost, lost, set(elected), set(excluded))
        for votes, lost, elected, excluded in ours.stages
    ]


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
