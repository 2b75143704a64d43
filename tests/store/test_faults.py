"""Nothing accepted is lost: every step of an election on a disk that fails, or killed anywhere."""

from __future__ import annotations

from itertools import cycle, islice, product
from typing import TYPE_CHECKING

import pytest

from ccin_vote.election.folder import PublishedFolder
from ccin_vote.poll.state import Draft, box_of
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from tests.support.bench import codes_in
from tests.support.command import run
from tests.support.faulty import HOWS, KILLED, Seen, attempt
from tests.support.steps import AFTERWARDS, NAMES, NEW, Whole, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.bench import Bench
    from tests.support.steps import Step

    Make = Callable[..., Bench]

SOME = 40
"""Of so many calls one fails in the short run, whatever it is; `-m long` lets each of them fail."""

WAYS = (*product(HOWS, (False, True)),)
"""How a call fails, and whether people go on before the command is repeated."""

DONE_BEFORE = {
    "new": "There is an election in",
    "keygen": "There is a key in",
    "enter": "were given paper: 1",
    "vote-here": "older than the one held",
}
"""What some steps say, and exit with 1, when what broke off was done already."""


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Return an election with every step of it."""
    return whole(tmp_path_factory.mktemp("faults"))


def _clear(seen: Seen) -> bool:
    """Return whether a command said what a person understands, unless it was killed."""
    inside = "inside ccin-vote" in seen.err or "Traceback" in seen.err
    return not inside and bool(seen.err or seen.code == KILLED)


def _fail(election: Whole, step: Step, at: int, how: str, onward: Step | None) -> list[str]:
    """Let the ``at``-th call of a step fail; repeat it; return what is wrong afterwards.

    Somebody may go on first with the step after it, as if nothing had happened.
    """
    election.restore(step)
    seen = attempt(step.arguments, election.root, step.now, at, HOWS[how])
    place = f"{step.name}, call {at}, {how}"
    wrong = []
    if how == "killed" and seen.code != KILLED:
        return []
    if not _clear(seen):
        wrong.append(f"{place}: said {seen.err!r}")
    if onward and not _clear(gone := attempt(onward.arguments, election.root, onward.now)):
        wrong.append(f"{place}, then {onward.name}: said {gone.err!r}")
    promised = {line.split()[1] for line in seen.out.splitlines() if line.endswith(" accepted")}
    again = attempt(step.arguments, election.root, step.now)
    too_late = onward is not None and "it is not the time to" in again.err
    if again.code != 0 and not too_late and DONE_BEFORE.get(step.name, "?!") not in again.err:
        wrong.append(f"{place}: again gives {again.code}: {again.err}")
    return wrong + [f"{place}: {afterward}" for afterward in _afterwards(election, step, promised)]


def _afterwards(election: Whole, step: Step, promised: set[str]) -> list[str]:
    """Say what is wrong with the folders after a step was repeated."""
    folder, wrong = election.folder, []
    if step.name in {"new", "keygen", "collect-key"}:
        return _left_over(election, step)
    poll = Snapshot.read(folder).poll
    if isinstance(poll, Draft):
        return ["the election is not opened"]
    there = codes_in(box_of(poll))
    if not promised <= there:
        wrong.append("an accepted ballot is lost")
    if step.name == "accept":
        receipts = {each_path.stem for each_path in folder.receipts.glob("*.tlog-proof")}
        replies = {path.stem for path in folder.receipts.glob("*.eml")}
        if not len(there) == len(receipts) == len(replies) == 7:
            wrong.append(f"{len(receipts)} receipts, {len(replies)} replies")
        empty = [one.name for one in folder.receipts.iterdir() if one.stat().st_size == 0]
        wrong.extend(f"{one} is empty" for one in empty if not one.startswith("."))
    if step.now == AFTERWARDS:
        wrong += _to_the_end(election, step)
    target = election.place / "checked"
    done = attempt(["publish", str(folder.root), str(target)], election.root, step.now)
    if done.code != 0:
        return [*wrong, f"cannot be published: {done.err}"]
    return wrong + [str(fault) for fault in verify_published(PublishedFolder(target)).faults]


def _left_over(election: Whole, step: Step) -> list[str]:
    """Return whether what a person was to go on with is not there."""
    if step.name == "new":
        names = {path.name for path in (election.place / NEW).iterdir()}
        return [] if names >= {"election.toml", "members.toml"} else [f"{names} is all"]
    after = election.steps[election.steps.index(step) + 1]
    gone = attempt(after.arguments, election.root, after.now)
    return [f"then {after.name} says {gone.err}"] if gone.code != 0 else []


def _to_the_end(election: Whole, step: Step) -> list[str]:
    """Go on to the end of the election: the result is the one that it always had."""
    for after in election.steps[election.steps.index(step) + 1 :]:
        done = attempt(after.arguments, election.root, after.now)
        if done.code != 0:
            return [f"then {after.name} says {done.err}"]
    sheet = election.folder.published.result_sheet.read_text("utf-8")
    elected = "**A** is elected" in sheet and "**E** is elected" in sheet
    return [] if elected else ["another is elected"]


def _spread(calls: tuple[str, ...]) -> list[int]:
    """Give the first call, the last, the first of each kind, and one of every so many."""
    kinds = {calls.index(kind) for kind in calls}
    return sorted(at + 1 for at in {0, len(calls) - 1, *kinds, *range(0, len(calls), SOME)})


def _calls(election: Whole, step: Step) -> tuple[str, ...]:
    election.restore(step)
    calls = attempt(step.arguments, election.root, step.now).calls
    assert len(calls) > 3
    return calls


def _campaign(election: Whole, name: str, cases: Iterable[tuple[int, tuple[str, bool]]]) -> str:
    """Let calls of a step fail; say what is wrong afterwards."""
    number = NAMES.index(name)
    step, after = election.steps[number], [*election.steps, None][number + 1]
    wrong = []
    for at, (how, onward) in cases:
        wrong += _fail(election, step, at, how, after if onward else None)
    return "\n".join(wrong)


@pytest.mark.parametrize("torn", [b"", b'{"ballot":'])
def test_a_vote_at_the_officers_terminal_finishes_what_broke_off(bench: Make, torn: bytes) -> None:
    """A line that no checkpoint signs yet, and the bytes of another after it."""
    small = bench()
    before = small.folder.checkpoint.read_bytes()
    small.hand_in(small.sealed(small.tokens[1], (1, 2, 3)))
    small.folder.checkpoint.write_bytes(before)
    with small.folder.log.open("ab") as stream:
        stream.write(torn)
    choices = small.root / "choices.toml"
    choices.write_text('chair = ["a"]\n', "utf-8")
    token = f"{small.tokens[0].text}\n"
    run("vote", small.folder.root, "--token-file", "-", "--choices", choices, stdin=token)
    assert len(codes_in(box_of(Snapshot.read(small.folder).poll))) == 2
    assert verify_published(small.published("x")).ok


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_or_a_kill_at_some_calls_loses_nothing(election: Whole, name: str) -> None:
    """The command says what happened, and repeated it ends well; the folder verifies.

    It does so, too, if people go on before it is repeated. Each step begins with another way.
    """
    number = NAMES.index(name)
    places = _spread(_calls(election, election.steps[number]))
    ways = islice(cycle(WAYS), number, None)
    assert _campaign(election, name, zip(places, ways, strict=False)) == ""


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_fault_or_a_kill_at_any_call_loses_nothing(
    election: Whole, name: str, way: tuple[str, bool]
) -> None:
    """Every call of every step."""
    calls = _calls(election, election.steps[NAMES.index(name)])
    cases = ((at, way) for at in range(1, len(calls) + 1))
    assert _campaign(election, name, cases) == ""
