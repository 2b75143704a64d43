"""Several processes at one log: each appends, none loses or overwrites another's line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ccin_vote.log.checkpoint import read_checkpoint
from ccin_vote.log.events import IncidentNoted
from tests.support.logs import entries_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.writer import LogWriter

PROCESSES, EACH = 8, 5
PROGRAM = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ccin_vote.election.folder import ElectionFolder
from ccin_vote.log.events import IncidentNoted
from ccin_vote.log.writer import LogWriter

root, origin, name, times = sys.argv[1:]
folder = ElectionFolder(Path(root))
key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
for number in range(int(times)):
    with LogWriter(folder, origin, key, folder.private / "torn") as writer:
        writer.append([IncidentNoted(type="incident.noted", text=f"{name} {number}")])
"""


def test_eight_processes_append_to_one_log(
    folder: ElectionFolder, origin: str, writer_of: Callable[[ElectionFolder], LogWriter]
) -> None:
    """Every line of every process is there once, each process's in its order, and all is signed."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder.root), origin, str(name), str(EACH)]
        )
        for name in range(PROCESSES)
    ]
    assert [process.wait(60) for process in running] == [0] * PROCESSES
    before = folder.checkpoint.read_bytes()
    with writer_of(folder) as writer:
        assert folder.checkpoint.read_bytes() == before
        assert writer.head.size == PROCESSES * EACH
        texts = [
            entry.event.text
            for entry in entries_of(writer)
            if isinstance(entry.event, IncidentNoted)
        ]
    for name in range(PROCESSES):
        mine = [text for text in texts if text.startswith(f"{name} ")]
        assert mine == [f"{name} {number}" for number in range(EACH)]


ENDLESS = PROGRAM.replace("range(int(times))", "range(10**6)").replace(
    'f"{name} {number}")])', 'f"{name} {number}")])\n    print(number, flush=True)'
)


def test_a_process_that_is_killed_loses_nothing_that_it_told(
    folder: ElectionFolder, origin: str, writer_of: Callable[[ElectionFolder], LogWriter]
) -> None:
    """Whenever a command is killed, every line that it had told of is in the log and signed."""
    for name in ("a", "b", "c"):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(folder.root), origin, name, "0"],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(20)]
            process.kill()
            told += process.stdout.readlines()
        with writer_of(folder) as writer:
            texts = [
                entry.event.text
                for entry in entries_of(writer)
                if isinstance(entry.event, IncidentNoted) and entry.event.text.startswith(name)
            ]
            head = read_checkpoint(folder.checkpoint.read_bytes(), writer.verifier)[0]
            assert head == writer.head
        numbers = [int(number) for number in told if number.endswith(b"\n")]
        assert numbers == list(range(len(numbers)))
        assert texts[: len(numbers)] == [f"{name} {number}" for number in numbers]
