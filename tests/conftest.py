"""Settings of all tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from ccin_vote import parallel
from ccin_vote.seal import keys
from tests.support.bench import Bench, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

settings.register_profile("plain", deadline=None)
settings.load_profile("plain")

MEMORY = Path("/dev/shm")  # noqa: S108  (pytest makes a folder of its own in it)
ROOM = 8 * 1024**3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden answers are rewritten only when somebody asks for it."""
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite tests/golden")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' folders in memory where there is room, so that nobody waits for a disk.

    Long campaigns and benchmarks stay on the disk; so does whatever is given `--basetemp`.
    """
    here = "not long" in config.option.markexpr and os.access(MEMORY, os.W_OK)
    if here and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session", autouse=True)
def _passphrases_cost_little() -> Iterator[None]:
    """Lock keys with the least work that a key file may ask for; commands of their own do not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 8 * 1024)
        patch.setattr(keys, "_PASSES", 1)
        patch.setattr(keys, "_LANES", 1)
        yield


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Return a maker of small elections."""
    made: list[Bench] = []

    def make(**options: int | str | bool) -> Bench:
        setting = Setting(**options)  # type: ignore[arg-type]
        made.append(Bench(tmp_path / str(len(made)), setting))
        return made[-1]

    return make


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call six things many, and have two cores to work on them."""
    monkeypatch.setattr(parallel, "KEPT_HERE", 2)
    monkeypatch.setattr(parallel, "CHUNK", 3)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
