"""The verifier for anyone: one file of its own, with the same verdict as `ccin-vote verify`."""

from __future__ import annotations

import ast
import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.ballot.profile import grouped
from ccin_vote.ballot.reading import read_profile
from ccin_vote.conduct.rehearsing import rehearse
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.election.folder import ElectionFolder
from ccin_vote.rule import RULES
from ccin_vote.verify.recount import recount
from tests.verify.conftest import ELECTIONS, SCRIPT, Script

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.record.ties import Question
    from tests.verify.conftest import Rehearsal

COUNTED = ("first-past-the-post", "approval", "alternative-vote", "scottish-stv", "ers97", "meek")
BORROWED = {"base64", "json", "re", "sys", "tomllib", "collections", "datetime", "fractions"}
BORROWED |= {"hashlib", "math", "pathlib", "zoneinfo", "__future__", "cryptography"}


def test_it_shares_no_code_with_the_program() -> None:
    """The standard library, and `cryptography` if it is there."""
    found = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    assert found == BORROWED


def run(*arguments: Path | str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    """Run the file as anyone would, in another place, with no package of ours."""
    start = f"import sys, runpy; {before}; sys.argv[1:] = {[str(one) for one in arguments[1:]]!r};"
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


@pytest.mark.parametrize("rule", [*COUNTED, "schulze", "wigm", "score", "motion"])
def test_it_counts_again_under_six_rules_and_names_the_others(
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


Cast = tuple[tuple[int, ...], int]


@st.composite
def papers(draw: st.DrawFn) -> tuple[int, int, list[Cast]]:
    """Make candidates, seats and a few rankings, so that ties are common."""
    size = draw(st.integers(2, 6))
    rankings = st.permutations(range(size)).flatmap(
        lambda order: st.integers(1, size).map(lambda length: tuple(order[:length]))
    )
    cast = draw(
        st.lists(st.tuples(rankings, st.sampled_from([1, 1, 2, 7])), min_size=1, max_size=25)
    )
    return size, draw(st.integers(1, size - 1)), cast


class LotsInOrder:
    """Draws every lot in the order of the names."""

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Give the drawn order."""
        return question.among


@pytest.mark.parametrize("name", [one for one in COUNTED if one != "approval"])
@settings(max_examples=150)
@given(election=papers())
def test_its_count_is_that_of_the_other_recount(
    name: str, election: tuple[int, int, list[Cast]]
) -> None:
    """Stage by stage, over elections made at random, with every lot in the order of the list."""
    size, seats, cast = election
    rule = RULES[name]
    seats = 1 if rule.one_seat or name == "first-past-the-post" else seats
    names = tuple(f"N{at}" for at in range(size))
    contest = Contest("T", names, Seats(seats))
    rankings = ((tuple(map(Candidate, one)), votes) for one, votes in cast)
    profile = read_profile(grouped(rankings), contest, rule)
    found = recount(contest, profile, rule, LotsInOrder())
    module = _SCRIPT.module
    table = {"id": "t", "title": "T", "seats": seats, "rule": name}
    people = [{"id": one.lower(), "name": one} for one in names]
    ours = module.Contest(table | {"candidates": people})
    rows = [([(one,) for one in paper], weight.votes) for paper, weight in profile.formal.items()]
    count, _ = module.RULES[name]
    counted = module.Table(ours, rows, {})
    counted.one = lambda among, purpose, past=(): _first(among, purpose, past)
    count(counted)
    assert counted.winners == list(found.winners)
    told = [(one.votes, one.elected, set(one.excluded)) for one in found.stages]
    ours_told = [
        (tuple(map(Fraction, votes)), frozenset(elected), excluded)
        for votes, _, _, elected, excluded in counted.stages
    ]
    assert ours_told == told


def _first(among: list[int], purpose: str, past: list[list[Fraction]]) -> int:
    """Tell apart as the verifier does, with the first of the list as the lot."""
    for votes in past:
        best = (min if purpose == "exclusion" else max)(votes[one] for one in among)
        among = [one for one in among if votes[one] == best]
    return min(among)


_SCRIPT = Script()
