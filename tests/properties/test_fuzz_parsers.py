"""The coverage-guided run works on the same parsers, from the same seeds, as the tests."""

from __future__ import annotations

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.properties import fuzz_parsers, test_hostile_input
from tests.support import parsers

if TYPE_CHECKING:
    from collections.abc import Callable


class Recorder:
    """Stands in for atheris: keeps what it is set up with, and runs nothing."""

    def __init__(self) -> None:
        """Have been asked for nothing yet."""
        self.options: list[str] = []
        self.once: Callable[[bytes], None] = lambda _: None

    def setup(self, options: list[str], once: Callable[[bytes], None]) -> None:
        """Keep the options and what would be called."""
        self.options, self.once = options, once

    def as_module(self) -> Any:
        """Return what an import of atheris finds."""
        return SimpleNamespace(
            Setup=self.setup, Fuzz=lambda: None, instrument_imports=lambda **_: nullcontext()
        )


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a run leaves in the test's own folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_the_harness_and_the_tests_have_one_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A parser that is put into the table is in both."""
    assert vars(test_hostile_input)["PARSERS"] is parsers.PARSERS
    seen: list[bytes] = []
    monkeypatch.setitem(parsers.PARSERS, "a new parser", seen.append)
    recorder = Recorder()
    monkeypatch.setitem(sys.modules, "atheris", recorder.as_module())
    assert fuzz_parsers.main(["a new parser", "5"]) == 0
    recorder.once(b"data")
    assert seen == [b"data"]
    assert "-max_total_time=5" in recorder.options
    corpus = Path(recorder.options[1])
    assert sorted(path.read_bytes() for path in corpus.iterdir()) == sorted(parsers.SEEDS)
    assert "a new parser: 5 seconds" in capsys.readouterr().err


def test_what_is_not_the_tools_own_ends_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool's own errors are what a parser is for."""

    def broken(data: bytes) -> None:
        raise ValueError if data == b"own" else KeyError

    monkeypatch.setitem(parsers.PARSERS, "a broken parser", broken)
    recorder = Recorder()
    monkeypatch.setitem(sys.modules, "atheris", recorder.as_module())
    fuzz_parsers.main(["a broken parser", "5"])
    recorder.once(b"own")
    with pytest.raises(KeyError):
        recorder.once(b"other")


def test_without_atheris_it_is_said_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And without arguments, which parsers there are."""
    monkeypatch.setitem(sys.modules, "atheris", None)
    assert fuzz_parsers.main(["a token", "5"]) == 2
    assert "fuzz" in capsys.readouterr().err
    assert fuzz_parsers.main([]) == 2
    told = capsys.readouterr().err
    assert all(repr(one) in told for one in parsers.PARSERS)
