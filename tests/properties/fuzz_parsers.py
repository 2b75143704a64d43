"""A coverage-guided run over one parser: ``python -m tests.properties.fuzz_parsers NAME SECONDS``.

Without arguments it names the parsers. It needs atheris, which is in the extra ``fuzz``. It begins
with the seeds of the tests of hostile input, stops at the first exception that is not the tool's
own, at anything that takes more than ten seconds or two gigabytes, and leaves the input that did it
in the folder that it names.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

USAGE = "Usage: python -m tests.properties.fuzz_parsers PARSER SECONDS\nThe parsers:\n"
MISSING = "atheris is not installed. `pip install -e '.[test,fuzz]'` installs it.\n"
INSTRUMENTED = ["ccin_vote", "tomllib", "email", "csv", "html"]
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=8192", "-print_final_stats=1"]


def main(arguments: list[str]) -> int:
    """Run one parser for a time; return the exit code where nothing was run."""
    match arguments:
        case [name, seconds] if seconds.isdigit():
            try:
                atheris = import_module("atheris")
            except ImportError:
                sys.stderr.write(MISSING)
                return 2
            return _fuzz(atheris, name, int(seconds))
        case _:
            from tests.support.parsers import PARSERS

            sys.stderr.write(USAGE + "".join(f"  {one!r}\n" for one in PARSERS))
            return 2


def _fuzz(atheris: Any, name: str, seconds: int) -> int:
    with atheris.instrument_imports(include=INSTRUMENTED):
        table = import_module("tests.support.parsers")
    if name not in table.PARSERS:
        return main([])
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(table.SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    sys.stderr.write(f"{name}: {seconds} seconds, in {folder}\n")
    limits = [*LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], str(corpus), *limits], _tried(table.PARSERS[name], table.OWN))
    atheris.Fuzz()
    return 0


def _tried(parser: Any, own: tuple[type[Exception], ...]) -> Any:
    """Return what atheris calls with each input."""

    def once(data: bytes) -> None:
        with suppress(*own):
            parser(data)

    return once


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
