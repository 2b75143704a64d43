"""Settings of all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from ccin_vote import parallel
from tests.support.bench import Bench, Setting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

settings.register_profile("plain", deadline=None)
settings.load_profile("plain")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden answers are rewritten only when somebody asks for it."""
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite tests/golden")


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
