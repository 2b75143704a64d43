"""Very many things on all cores: the same as a few on one, in their order."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

import pytest

from ccin_vote.errors import Refused
from ccin_vote.parallel import map_chunks
from ccin_vote.store.files import write_many_private

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.bench import Bench

    Make = Callable[..., Bench]


def squares(numbers: Sequence[int], more: int) -> list[int]:
    """Work on some, with what all of them need."""
    return [number * number + more for number in numbers]


def sizes(numbers: Sequence[int], _common: None) -> list[int]:
    """Say of each how many are worked on together."""
    return [len(numbers)] * len(numbers)


def fail(_numbers: Sequence[int], remedy: str) -> list[int]:
    """Fail as a step of an election does."""
    raise Refused("no room", remedy=remedy)


@pytest.mark.usefixtures("both")
def test_many_are_done_in_their_order() -> None:
    """Each once."""
    for size in (0, 1, 5, 6, 7, 100):
        found = list(map_chunks(squares, iter(range(size)), 1))
        assert found == [number * number + 1 for number in range(size)]


@pytest.mark.usefixtures("both")
def test_only_some_are_taken_ahead() -> None:
    """So that very many, or endless ones, do not fill the memory."""
    taken = iter(range(1_000_000_000))
    done = map_chunks(squares, taken, 0)
    assert [next(done), next(done), next(done)] == [0, 1, 4]
    del done
    assert next(taken) < 100


@pytest.mark.usefixtures("both")
def test_heavy_things_are_worked_on_one_by_one() -> None:
    """A chunk ends where it has the weight of very many."""
    assert list(map_chunks(sizes, [9, 1, 1, 1, 1, 9], None, int)) == [1, 3, 3, 3, 2, 2]


@pytest.mark.usefixtures("both")
def test_a_failure_is_told_as_it_was_meant() -> None:
    """With what to do about it."""
    with pytest.raises(Refused) as caught:
        list(map_chunks(fail, range(10), "make room"))
    assert caught.value.diagnostics() == "no room\nWhat to do: make room"


def workers(numbers: Sequence[int], _common: None) -> list[int]:
    """Say who works."""
    return [os.getpid()] * len(numbers)


def end(_numbers: Sequence[int], _common: None) -> list[int]:
    """End at once, as a process that the system kills for want of memory."""
    os._exit(9)


@pytest.mark.usefixtures("both")
def test_the_same_processes_do_every_step() -> None:
    """None of them starts more than once."""
    found = {map_chunk for _ in range(5) for map_chunk in map_chunks(workers, range(30), None)}
    assert len(found) <= 2
    assert os.getpid() not in found


@pytest.mark.usefixtures("both")
def test_a_process_that_ends_breaks_one_step_and_no_later_one() -> None:
    """Others start in their place."""
    with pytest.raises(Refused, match="for want of memory"):
        list(map_chunks(end, range(30), None))
    assert list(map_chunks(squares, range(30), 1)) == [number * number + 1 for number in range(30)]


@pytest.mark.usefixtures("both")
def test_letters_and_receipts_are_the_same_on_many_cores(bench: Make) -> None:
    """Every member's mail, letter and receipt is there."""
    small = bench()
    assert len(list(small.folder.letters.glob("*.eml"))) == 6
    small.all_vote()
    small.hand_in(*(small.sealed(token, (1, 0, 0), later=9) for token in small.tokens))
    assert len(list(small.folder.receipts.glob("*.eml"))) == 12


@pytest.mark.usefixtures("both")
def test_control_c_while_a_process_starts_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes as soon as the process has started."""
    start = ProcessPoolExecutor.submit

    def interrupted(*given: Any, **named: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return start(*given, **named)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        list(map_chunks(squares, range(100), 1))
    signal.signal(signal.SIGINT, before)


def held_back(numbers: Sequence[int], _common: None) -> list[int]:
    """Return whether Control-C is held back in the process that works."""
    time.sleep(0.2)
    blocked = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return [os.getpid() if blocked else 0] * len(numbers)


def alone(code: str) -> bytes:
    """Run Python in a process of its own; return what it prints."""
    root, command = Path(__file__).parents[1], [sys.executable, "-c", code]
    return subprocess.run(command, cwd=root, capture_output=True, timeout=60, check=True).stdout


def test_control_c_reaches_no_process_not_even_the_first() -> None:
    """Else one that has just started would tell of it in Python's words."""
    code = (
        "from ccin_vote import parallel; from tests.test_parallel import held_back;"
        " parallel.CHUNK = 1;"
        " parallel.os.cpu_count = lambda: 2;"
        " found = {*parallel.map_chunks(held_back, range(20), None)}; print(0 in found)"
    )
    assert alone(code) == b"False\n"


def late(numbers: Sequence[int], folder: str) -> list[int]:
    """Leave a file: the first at once, the next after a second, later ones sooner."""
    time.sleep(min(1, 10 / numbers[0] ** 2) if numbers[0] else 0)
    (Path(folder) / f"{numbers[0]}").touch()
    return [*numbers]


@pytest.mark.usefixtures("both")
def test_nothing_goes_on_behind_a_step_that_was_stopped(tmp_path: Path) -> None:
    """Neither what is waited for nor what follows: a folder could be cleared, a lock given up."""
    assert len(list(map_chunks(squares, range(12), 1))) == 12  # the processes have started
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        list(map_chunks(late, range(12), str(tmp_path)))
    left = len(list(tmp_path.iterdir()))
    signal.signal(signal.SIGINT, before)
    assert left == 4
    done = map_chunks(late, range(12, 24), str(tmp_path))
    assert next(done) == 12
    del done
    assert len(list(tmp_path.iterdir())) == 8


def test_a_command_ends_though_a_process_is_killed_while_it_stops(tmp_path: Path) -> None:
    """The step was left early; what it had begun is still worked on when the system ends one."""
    code = (
        "import os, multiprocessing; from threading import Timer; from ccin_vote import parallel;"
        " from tests.test_parallel import late; parallel.CHUNK = 1;"
        f" done = parallel.map_chunks(late, range(30), {str(tmp_path)!r}); next(done);"
        " kill = lambda: multiprocessing.active_children()[0].kill();"
        " Timer(0.3, kill).start(); done.close(); print('end')"
    )
    assert alone(code) == b"end\n"


def hold(_numbers: Sequence[int], folder: str) -> list[int]:
    """Hold a lock that is given up only by ending."""
    with (Path(folder) / f"{os.getpid()}").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write("held")
        stream.flush()
        time.sleep(300)
    return []


def test_no_other_process_outlives_one_that_is_killed(tmp_path: Path) -> None:
    """They know keys, and nobody would wait for them any more."""
    code = (
        "from ccin_vote import parallel; from tests.test_parallel import hold;"
        " parallel.KEPT_HERE = parallel.CHUNK = 1;"
        f" list(parallel.map_chunks(hold, range(9), {str(tmp_path)!r}))"
    )
    root = Path(__file__).parents[1]
    with subprocess.Popen([sys.executable, "-c", code], cwd=root) as command:
        wait_for(lambda: any(path.read_text("utf-8") for path in tmp_path.iterdir()))
        command.kill()
    for path in tmp_path.iterdir():
        with path.open() as stream:
            wait_for(lambda stream=stream: taken(stream))  # type: ignore[misc]


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait a minute at most."""
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def taken(stream: IO[str]) -> bool:
    """Return whether nobody holds the lock any more."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def pieces(items: Sequence[int], _common: None) -> list[tuple[str, bytes]]:
    """Make two files for each item."""
    return [(f"{item}.{end}", end.encode() * item) for item in items for end in ("a", "b")]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("size", [0, 1, 10])
def test_files_of_many_are_whole_private_and_alone(tmp_path: Path, size: int) -> None:
    """What a command that was broken off had left there half done is gone."""
    left = tmp_path / "letters" / ".new" / "77"
    left.mkdir(parents=True)
    (left / "half.a").write_bytes(b"tok")
    write_many_private(tmp_path / "letters", pieces, range(size), None)
    found = {path.name: path.read_bytes() for path in (tmp_path / "letters").iterdir()}
    assert found == dict(pieces(range(size), None))
    modes = {each_path.stat().st_mode & 0o777 for each_path in (tmp_path / "letters").iterdir()}
    assert modes <= {0o600}
