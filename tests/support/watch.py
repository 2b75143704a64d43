"""Watching a run from outside: what its processes were called with, said, and left on the disk."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import DURING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WATCHED = Path(__file__).parent / "watched"
Spellings = list[bytes]
_SHORT = 8
"""Pieces of base64 as short as this stand in much by chance."""


class Watch:
    """A folder in which commands run, each seen from its start to its end."""

    def __init__(self, root: Path, beside: Path) -> None:
        """Name the folder of the run, and another one for what is seen of it."""
        self.root, self.beside = root, beside
        for name in ("home", "temporary"):
            (root / name).mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        (beside / "record").touch()

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a watched process; its home and temporary files are seen."""
        path = os.pathsep.join([str(WATCHED), str(Path(__file__).parents[2])])
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "temporary"),
            "PYTHONPATH": path,
            "WATCH_RECORD": str(self.beside / "record"),
            "NO_COLOR": "1",
            **more,
        }

    def python(
        self, *arguments: str | Path, stdin: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python, and keep what it says."""
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment(**more),
            cwd=self.root,
            check=False,
        )
        number = len(list(self.beside.glob("*.out")))
        (self.beside / f"{number}.out").write_text(done.stdout, "utf-8")
        (self.beside / f"{number}.err").write_text(done.stderr, "utf-8")
        return done

    def run(
        self, *arguments: str | Path, now: str = DURING, stdin: str = "", code: int = 0, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one command at a pretended time, and check its exit code."""
        more["CCIN_VOTE_REHEARSAL_CLOCK"] = now
        done = self.python("-m", "ccin_vote", *arguments, stdin=stdin, **more)
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return done

    def records(self, what: str) -> list[list[object]]:
        """Return what was recorded of one kind."""
        lines = (self.beside / "record").read_text("utf-8").splitlines()
        return [one for one in map(json.loads, lines) if one[0] == what]

    def everything(self, *exempt: str) -> Iterator[tuple[str, bytes]]:
        """Yield every record, everything said, and every file with its name, but for the exempt.

        Exempt are files by their path below the root, or all that lies below such a path.
        """
        for path in sorted(self.beside.iterdir()):
            for number, line in enumerate(path.read_bytes().splitlines(), start=1):
                yield f"{path.name}:{number}", line
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if not any(name == one or name.startswith(f"{one}/") for one in exempt):
                yield name, name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")


def found(secrets: Mapping[str, Spellings], things: Iterable[tuple[str, bytes]]) -> list[str]:
    """Name every secret that is in one of the things, in any of its spellings."""
    return [
        f"{secret} in {name}"
        for name, data in things
        for secret, spellings in secrets.items()
        if any(spelling in data for spelling in spellings)
    ]


def spelled_bytes(secret: bytes) -> Spellings:
    """Spell bytes raw, as hex, and as base64 of either alphabet wherever they stand in it."""
    found = [
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        repr(secret)[2:-1].encode(),
    ]
    for before in range(3):
        whole = base64.b64encode(bytes(before) + secret)
        inside = whole[4 if before else 0 : (before + len(secret)) // 3 * 4]
        found += [inside, inside.replace(b"+", b"-").replace(b"/", b"_")]
    return [candidate for candidate in found if candidate == secret or len(candidate) > _SHORT]


def spelled_text(secret: str) -> Spellings:
    """Spell a text with and without hyphens and spaces, in small letters, and as bytes."""
    bare = secret.replace("-", "").replace(" ", "")
    texts = {one for text in (secret, bare) for one in (text, text.lower())}
    return [spelled_byte for text in texts for spelled_byte in spelled_bytes(text.encode())]


def spelled_ranking(names: list[str], marks: tuple[int, ...]) -> Spellings:
    """Spell a ranking: the candidates in their order, and the mark of each as numbers or bytes."""
    numbers = [str(mark) for mark in marks]
    order = [str(number + 1) for number in sorted(range(len(marks)), key=marks.__getitem__)]
    between = (", ", ",", " ", '", "', '","', ">", "\n")
    texts = [sep.join(one) for one, sep in product((names, numbers, order), between)]
    wide = b"".join(each_mark.to_bytes(2, "big") for each_mark in marks)
    return [*(text.encode() for text in texts), *spelled_bytes(wide), *spelled_bytes(bytes(marks))]
