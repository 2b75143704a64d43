"""Figures of a whole election by its size: each step from 1,000 members to 100,000.

Run with ``python -m pytest -m benchmark -s tests/benchmarks/test_size.py``; ``SIZES=1000,10000``
chooses others. Nothing here asserts a time: the table shows whether the cost grows linearly.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from ccin_vote.correspondence.mailbox import Source
from ccin_vote.garbage import keep_very_many
from ccin_vote.officer.accept import accept
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.issue import issue
from ccin_vote.poll.state import manifest_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.scrutineer.keyring import Keyring
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.files import write_private
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.voter.vote import Booth, seal
from tests.support.bench import AFTER, DURING, Bench, Setting, members
from tests.support.command import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ccin_vote.election.folder import PublishedFolder

R = TypeVar("R")
SIZES = [int(part) for part in os.environ.get("SIZES", "1000,10000,100000").split(",")]
MARKS = [(1, 2, 3), (2, 1, 3), (3, 1, 2)]

pytestmark = pytest.mark.benchmark


def _timed(size: int, step: str, do: Callable[[], R]) -> R:
    os.sync()  # what the steps before wrote is theirs to wait for
    began = time.perf_counter()
    found = do()
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    each = seconds / size * 1e6
    print(f"{size:>9,} {step:<24} {seconds:>8.2f} s {each:>7.0f} us each {memory:>6,} MB")
    return found


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_election_of_many_members(tmp_path: Path, size: int) -> None:
    """Every step, and both verifiers."""
    keep_very_many()  # as every command does
    setting = Setting(roll=members(size), issued=False)
    small = _timed(size, "open", lambda: Bench(tmp_path, setting))
    _timed(size, "issue", lambda: issue(small.folder, SYSTEM))
    tokens, manifest = small.tokens, manifest_of(Snapshot.read(small.folder).poll)
    contests = manifest.definition.contests
    sources = [
        Source("mail", to_armour(ballot).encode())
        for ballot in (
            seal(Booth(manifest, token, contests, 1), {"chair": MARKS[at % 3]}, DURING, SYSTEM)
            for at, token in enumerate(tokens)
        )
    ]
    gc.freeze()  # the voters' ballots are this file's, not the officer's to be cleared up
    _timed(size, "accept", lambda: accept(small.folder, sources, DURING))
    late = [Source("mail", to_armour(small.sealed(tokens[0], MARKS[0], later=5)).encode())]
    _timed(size, "accept one more", lambda: accept(small.folder, late, DURING))
    (small.root / "choices").write_text('chair = ["b"]\n', "utf-8")
    (small.root / "token").write_text(f"{tokens[1].text}\n", "utf-8")
    options = ("--token-file", small.root / "token", "--choices", small.root / "choices")
    later = (DURING + timedelta(seconds=9)).isoformat()
    _timed(size, "vote", lambda: run("vote", small.folder.root, *options, now=later))
    closed = _timed(size, "close and publish", small.close)
    first = _timed(size, "scrutineer 1", lambda: _scrutinise(small, 1, closed))
    second = _timed(size, "scrutineer 2", lambda: _scrutinise(small, 2, closed, first))
    again = _timed(size, "scrutineer 1 again", lambda: _scrutinise(small, 1, closed, second))
    _timed(size, "collect", lambda: collect(small.folder, [again, second]))
    _timed(size, "count", lambda: count(small.folder, None))
    published = _timed(size, "declare and publish", small.declared_counted)
    ours = [sys.executable, "-m", "ccin_vote", "verify"]
    anyones = [sys.executable, str(published.root / "verify.py")]
    _alone(size, "verify", [*ours, str(published.root)])
    _alone(size, "verify.py", [*anyones, str(published.root)])
    shutil.rmtree(tmp_path)


def _scrutinise(small: Bench, number: int, folder: PublishedFolder, *files: Path) -> Path:
    """Let a scrutineer give the command, with a key behind a pass-phrase; return the reply."""
    root = small.root
    keyring, reply, phrase = (
        Keyring(root / f"k{number}"),
        root / f"{len(files)}{number}",
        root / "p",
    )
    if not keyring.key_file.exists():
        locked = small.keys[number - 1].locked("small", "pass", SYSTEM.data)
        write_private(keyring.key_file, locked.to_json() + b"\n")
        phrase.write_text("pass\n", "utf-8")
    options = ("--key", keyring.root, "--passphrase-file", phrase, "--out", reply)
    run("scrutinise", folder.root, *files, *options, now=AFTER.isoformat())
    return reply


ALONE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def _alone(size: int, step: str, command: list[str]) -> None:
    """Time a command that must succeed, with the most memory that one of its processes had.

    A small process starts it: a large one's own memory would be counted in.
    """
    whole = [sys.executable, "-c", ALONE, *command]
    done = _timed(size, step, lambda: subprocess.run(whole, capture_output=True, check=True))
    print(f"{size:>9,} {step} alone: {int(done.stdout):,} MB")
