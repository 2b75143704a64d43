"""Nothing accepted is lost: every step of an election on a disk that fails, or killed anywhere."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from ccin_vote.conduct.desk import look
from ccin_vote.election.folder import ElectionFolder, PublishedFolder
from ccin_vote.poll.state import Draft, box_of
from ccin_vote.seal.armour import to_armour
from ccin_vote.verify.published import verify_published
from tests.support.bench import Bench, Setting, codes_in
from tests.support.command import DURING
from tests.support.faulty import HOWS, KILLED, Seen, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AFTERWARDS = "2030-01-25T12:01:00+00:00"
A = (1, 2, 3)
SOME = 9
"""Of so many calls one fails in the short run; `-m long` lets each of them fail."""


@dataclass(frozen=True)
class Step:
    """A command, and the folder as it was before."""

    name: str
    arguments: list[str]
    before: Path
    now: str


def steps(root: Path) -> Iterator[Step]:
    """Run a whole election; give each command with a copy of the folder before it."""
    small = Bench(root, Setting(issued=False))
    officer = str(small.folder.root)

    def step(name: str, *arguments: str, now: str = DURING) -> Iterator[Step]:
        before = root / f"before-{name}"
        shutil.copytree(small.folder.root, before)
        made = Step(name, [arguments[0], officer, *arguments[1:]], before, now)
        assert attempt(made.arguments, root, now).code == 0
        yield made

    yield from step("issue", "issue")
    ballots = root / "ballots"
    ballots.mkdir()
    for number, token in enumerate(small.tokens):
        text = to_armour(small.sealed(token, A))
        (ballots / f"{number}.txt").write_text(text, "utf-8")
    yield from step("accept", "accept", str(ballots))
    yield from step("note", "note", "The mail was slow.")
    yield from step("remind", "remind")
    yield from step("revoke", "revoke", "m4", "--reason", "paper", "--supersede")
    yield from step("reissue", "reissue", "m5", "--supersede")
    yield from step("close", "close", "--confirm", "small", now=AFTERWARDS)
    closed = small.published("closed")
    first = small.reply(small.scrutinise(1, closed))
    second = small.reply(small.scrutinise(2, closed, first))
    first = small.reply(small.scrutinise(1, closed, second))
    yield from step("collect", "collect", str(first), str(second), now=AFTERWARDS)
    yield from step("count", "count", now=AFTERWARDS)
    yield from step("declare", "declare", "--confirm", "small", now=AFTERWARDS)
    yield from step("publish", "publish", str(root / "public"), now=AFTERWARDS)


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Step]]:
    """Give the folder of the election, and every step of it."""
    root = tmp_path_factory.mktemp("faults")
    return root, list(steps(root))


def _restored(root: Path, step: Step) -> ElectionFolder:
    """Put the folder back as it was before a step."""
    folder = ElectionFolder(root / "small")
    shutil.rmtree(folder.root)
    shutil.copytree(step.before, folder.root)
    shutil.rmtree(root / "public", ignore_errors=True)
    return folder


def _clear(seen: Seen) -> bool:
    """Say whether a command said what a person understands, unless it was killed."""
    inside = "inside ccin-vote" in seen.err or "Traceback" in seen.err
    return not inside and bool(seen.err or seen.code == KILLED)


def _fail(root: Path, step: Step, at: int, how: str, onward: Step | None) -> list[str]:
    """Let the ``at``-th call of a step fail; repeat it; give what is wrong afterwards.

    The officer may go on first with the step after it, as if nothing had happened.
    """
    folder = _restored(root, step)
    seen = attempt(step.arguments, root, step.now, at, HOWS[how])
    place = f"{step.name}, call {at}, {how}"
    wrong = []
    if how == "killed" and seen.code != KILLED:
        return []
    if not _clear(seen):
        wrong.append(f"{place}: said {seen.err!r}")
    if onward and not _clear(gone := attempt(onward.arguments, root, onward.now)):
        wrong.append(f"{place}, then {onward.name}: said {gone.err!r}")
    promised = {line.split()[1] for line in seen.out.splitlines() if line.endswith(" accepted")}
    again = attempt(step.arguments, root, step.now)
    too_late = onward is not None and "it is not the time to" in again.err
    if again.code != 0 and not too_late:
        wrong.append(f"{place}: again gives {again.code}: {again.err}")
    poll = look(folder)
    assert not isinstance(poll, Draft)
    there = codes_in(box_of(poll))
    if not promised <= there:
        wrong.append(f"{place}: an accepted ballot is lost")
    if step.name == "accept":
        receipts = {one.stem for one in folder.receipts.glob("*.tlog-proof")}
        replies = {one.stem for one in folder.receipts.glob("*.eml")}
        if not len(there) == len(receipts) == len(replies) == 6:
            wrong.append(f"{place}: {len(receipts)} receipts, {len(replies)} replies")
        empty = [one.name for one in folder.receipts.iterdir() if one.stat().st_size == 0]
        wrong.extend(f"{place}: {one} is empty" for one in empty if not one.startswith("."))
    target = root / "checked"
    shutil.rmtree(target, ignore_errors=True)
    done = attempt(["publish", str(folder.root), str(target)], root, step.now)
    if done.code != 0:
        wrong.append(f"{place}: cannot be published: {done.err}")
    else:
        faults = verify_published(PublishedFolder(target)).faults
        wrong.extend(f"{place}: {one}" for one in faults)
    return wrong


def _campaign(election: tuple[Path, list[Step]], stride: int, *, onward: bool) -> list[str]:
    root, all_steps = election
    wrong = []
    number = 0
    for step, after in zip_longest(all_steps, all_steps[1:]):
        _restored(root, step)
        calls = attempt(step.arguments, root, step.now).calls
        assert calls > 3
        for at in range(1, calls + 1):
            for how in HOWS:
                number += 1
                if number % stride == 0:
                    wrong += _fail(root, step, at, how, after if onward else None)
    return wrong


@pytest.mark.parametrize("onward", [False, True])
def test_a_fault_or_a_kill_at_some_calls_loses_nothing(
    election: tuple[Path, list[Step]], *, onward: bool
) -> None:
    """The command says what happened, and repeated it ends well; the folder verifies.

    It does so, too, if the officer goes on before it is repeated.
    """
    stride = SOME * len(HOWS) - (-1 if onward else 1)
    assert "\n".join(_campaign(election, stride, onward=onward)) == ""


@pytest.mark.long
@pytest.mark.parametrize("onward", [False, True])
def test_a_fault_or_a_kill_at_any_call_loses_nothing(
    election: tuple[Path, list[Step]], *, onward: bool
) -> None:
    """Every call of every step."""
    assert "\n".join(_campaign(election, 1, onward=onward)) == ""
