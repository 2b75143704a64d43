"""Huge and strange files where good ones are expected: one clear message, and little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ccin_vote.cli.app import run as run_here
from tests.support.bench import Bench, Setting
from tests.support.command import DURING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTE = 1 << 20
SHORT, LONG = 65 * MEGABYTE, 1 << 30
ROOM = 700 * MEGABYTE
"""Address space of a command; a third of it is the interpreter and its libraries."""
SECONDS = 60


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an election that is open (small), as published (p), and a draft."""
    small = Bench(tmp_path_factory.mktemp("huge"), Setting())
    small.published("p")
    draft = small.root / "draft"
    draft.mkdir()
    (draft / "members.toml").write_bytes(small.folder.roll.read_bytes())
    (draft / "election.toml").write_bytes(small.folder.definition.read_bytes())
    (small.root / "token").write_text(small.tokens[0].text, "utf-8")
    return small.root


Case = tuple[str, int, str]
"""The command, with F for the huge file and what else stands in the folder; code; what is said."""
CASES: dict[str, Case] = {
    "a log": ("verify broken", 4, "log.jsonl:1: the line is too long"),
    "a log that a voter reads": (
        "vote broken --sealed s --token-file token",
        4,
        "line is too long",
    ),
    "a log that a scrutineer reads": ("cosign broken --passphrase-file token", 4, "is too long"),
    "a BLT file": ("tally F.blt --rule scottish-stv", 3, "F.blt:1: the line has more than"),
    "a BLT file on the input": ("tally - --rule scottish-stv", 3, "the line has more than"),
    "an RCTab file": ("tally F.csv --rule scottish-stv", 3, "F.csv:1: the line has more than"),
    "a file to be converted": ("convert F.blt out.csv", 3, "F.blt:1: the line has more than"),
    "lots": ("tally F.blt --rule scottish-stv --lots F.toml", 3, "F.toml: larger than"),
    "a definition": ("check huge-definition", 3, "election.toml: larger than"),
    "a roll": ("check huge-roll", 3, "members.toml: larger than"),
    "a roll as CSV": ("new made --roll F.csv", 3, "F.csv: larger than"),
    "a mail": ("accept small F.eml", 1, "F.eml: not a ballot: it is larger than any mail"),
    "a mail on the input": ("accept small -", 1, "standard input: not a ballot: it is larger"),
    "a receipt": ("confirm p F.txt", 3, "F.txt: larger than"),
    "a reply to be collected": ("collect small F.json", 3, "F.json: larger than"),
    "choices": ("vote p --sealed s --token-file token --choices F.toml", 3, "F.toml: larger than"),
    "a token": ("vote p --sealed s --token-file F.txt", 3, "F.txt: larger than"),
    "a token on the input": ("vote p --sealed s --token-file -", 3, "standard input: "),
    "a checkpoint that was kept": ("verify p --checkpoint F.txt", 3, "F.txt: larger than"),
    "a mail server's settings": ("accept small F.eml --send F.toml", 3, "F.toml: larger than"),
}
ALWAYS = (
    *("a log", "a BLT file", "a BLT file on the input", "an RCTab file", "a definition"),
    *("a roll as CSV", "a mail", "a mail on the input", "a receipt", "a reply to be collected"),
)


def _written(path: Path, size: int, filler: bytes) -> None:
    """Write a file of one line: of the filler, or with nothing in it that takes room."""
    with path.open("wb") as stream:
        for _ in range(size // MEGABYTE if filler else 0):
            stream.write((filler * MEGABYTE)[:MEGABYTE])
        stream.truncate(size)


def _lay_out(place: Path, size: int, filler: bytes) -> Path:
    """Put the huge file under each name and place where the commands look for it."""
    huge = place / f"F-{size}-{filler.hex()}"
    if huge.exists():
        return huge
    for before in place.glob("F-*"):
        before.unlink()
    _written(huge, size, filler)
    for folder in ("broken", "huge-definition", "huge-roll"):
        (place / folder).mkdir(exist_ok=True)
    names = [f"F.{suffix}" for suffix in ("blt", "csv", "toml", "eml", "txt", "json")]
    places = ["broken/log.jsonl", "huge-definition/election.toml", "huge-roll/members.toml"]
    for name in (*names, *places):
        (place / name).unlink(missing_ok=True)
        (place / name).hardlink_to(huge)
    for folder, name in (("huge-definition", "members.toml"), ("huge-roll", "election.toml")):
        (place / folder / name).write_bytes((place / "draft" / name).read_bytes())
    return huge


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))


def _check(place: Path, what: str, size: int, filler: bytes) -> None:
    """Run the command in little memory, and look at all that it says."""
    words, code, said = CASES[what]
    huge = _lay_out(place, size, filler)
    environment = {**os.environ, "CCIN_VOTE_REHEARSAL_CLOCK": DURING, "NO_COLOR": "1"}
    with huge.open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "ccin_vote", *words.split()],
            stdin=stream,
            capture_output=True,
            text=True,
            env=environment,
            cwd=place,
            check=False,
            preexec_fn=_bounded,
            timeout=SECONDS,
        )
    told = done.stdout + done.stderr
    assert done.returncode == code, told
    assert said in told
    assert "Traceback" not in told
    assert "inside ccin-vote" not in told
    assert len(told) < 3000


@pytest.mark.parametrize("what", ALWAYS)
def test_a_large_file_of_one_line_is_refused_in_little_memory(place: Path, what: str) -> None:
    """With the file, what is wrong with it, and a proper exit code."""
    _check(place, what, SHORT, b"")


@pytest.mark.long
@pytest.mark.parametrize("what", CASES)
@pytest.mark.parametrize("filler", [b"", b"x", b"1 ", b"[", b'"', b"From a 2030 "])
def test_a_gigabyte_in_one_line_is_refused_in_little_memory(
    place: Path, what: str, filler: bytes
) -> None:
    """Whatever the line is made of."""
    _check(place, what, LONG, filler)


STRANGE: dict[str, Callable[[Path], object]] = {
    "a pipe that nobody writes to": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to an endless device": lambda path: path.symlink_to("/dev/zero"),
    "an archive of nothing": lambda path: path.write_bytes(b"PK\x05\x06" + b"\0" * 18),
    "an empty file": lambda path: path.write_bytes(b""),
}
READERS = {
    "verify": "verify {}/strange-log",
    "verify with a checkpoint": "verify {0}/p --checkpoint {0}/S",
    "tally": "tally {}/S --rule scottish-stv",
    "tally of a table": "tally {}/S.csv --rule scottish-stv",
    "tally with lots": "tally {0}/good.blt --rule scottish-stv --lots {0}/S",
    "convert": "convert {0}/S {0}/out.blt",
    "check": "check {}/strange-definition",
    "check of a roll": "check {}/strange-roll",
    "new": "new {0}/made --roll {0}/S.csv",
    "confirm": "confirm {0}/p {0}/S",
    "collect": "collect {0}/small {0}/S",
    "vote": "vote {0}/p --sealed {0}/s --token-file {0}/S",
    "vote with choices": "vote {0}/p --sealed {0}/s --token-file {0}/token --choices {0}/S",
    "cosign": "cosign {0}/p --key {0}/nokey --passphrase-file {0}/S",
    "accept": "accept {0}/small {0}/S",
}
MAY_BE_EMPTY = ("vote with choices", "an empty file")
"""Nothing was chosen: a blank paper."""


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("reader", READERS)
def test_a_strange_thing_where_a_file_is_expected_is_named(
    place: Path,
    reader: str,
    strange: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once, whatever it is; nothing waits for it."""
    _clear_away(place)
    for name in ("S", "S.csv", "strange-log/log.jsonl"):
        STRANGE[strange](place / name)
    for name, other in (("definition", "members.toml"), ("roll", "election.toml")):
        (place / f"strange-{name}" / other).write_bytes((place / "draft" / other).read_bytes())
    STRANGE[strange](place / "strange-definition" / "election.toml")
    STRANGE[strange](place / "strange-roll" / "members.toml")
    (place / "good.blt").write_text('2 1\n1 1 0\n0\n"A"\n"B"\n"T"\n', "utf-8")
    monkeypatch.setenv("CCIN_VOTE_REHEARSAL_CLOCK", DURING)
    code = run_here(READERS[reader].format(place).split())
    told = "".join(capfd.readouterr())
    assert "inside ccin-vote" not in told
    if (reader, strange) == MAY_BE_EMPTY:
        assert code == 0, told
    else:
        assert code in {1, 3, 4}, told
        assert any(one in told for one in ("/S", "S:", "strange", "log.jsonl", ".toml", "nokey"))


def _clear_away(place: Path) -> None:
    """Take away what an earlier case left."""
    for folder in ("strange-log", "strange-definition", "strange-roll"):
        (place / folder).mkdir(exist_ok=True)
    for path in (*place.glob("strange-*/*"), place / "S", place / "S.csv"):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    for name in ("out.blt", "s"):
        (place / name).unlink(missing_ok=True)
