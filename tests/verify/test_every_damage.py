"""Damage of every kind to a good published folder: both verifiers find each, and say where."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ccin_vote.cli.app import run
from ccin_vote.election.folder import PublishedFolder
from ccin_vote.verify.published import verify_published
from tests.support.damage import every_damage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.support.damage import Damage
    from tests.verify.conftest import Rehearsal, Script

SOME = 17
"""Of so many ways one is tried always; `-m long` tries all."""

ASKED = 10
"""Of so many the command itself is asked once."""


@pytest.fixture
def damages(general_meeting: Rehearsal, affiliate_seat: Rehearsal) -> list[Damage]:
    """Return every way."""
    other = affiliate_seat.published
    return list(every_damage(general_meeting.published, general_meeting.key, other))


def _missed(good: Path, scratch: Path, ways: Iterable[Damage], script: Script) -> list[str]:
    """Damage a copy in each way; give those that a verifier misses or does not place.

    A change of the log alone is placed by a line, too. Now and then the command is asked as well.
    """
    folder = scratch / "published"
    missed = []
    for number, way in enumerate(ways):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(good, folder)
        way.do(folder)
        found = verify_published(PublishedFolder(folder)).faults
        placed = any(one.file in {*way.files, "log.jsonl", "checkpoint"} for one in found)
        if way.files.keys() == {"log.jsonl"} and way.files["log.jsonl"] is not None:
            placed = any(who.file == "log.jsonl" and who.line is not None for who in found)
        if not placed:
            missed.append(f"{way.name}: {[str(candidate) for candidate in found]}")
        if "verify.py" not in way.files and not script.verdict(folder)[0]:
            missed.append(f"{way.name}: not by verify.py")
        if number % ASKED == 0 and run(["verify", str(folder)]) not in {1, 4}:
            missed.append(f"{way.name}: another exit code")
    return missed


def test_there_are_thousands_of_ways(damages: list[Damage]) -> None:
    """Each with a name and files of its own."""
    assert len(damages) >= 2000
    assert len({(damage.name, str(damage.files)) for damage in damages}) == len(damages)


def test_some_of_all_damage_is_found(
    general_meeting: Rehearsal, damages: list[Damage], tmp_path: Path, script: Script
) -> None:
    """By both verifiers, and each time with a file."""
    assert _missed(general_meeting.published, tmp_path, damages[::SOME], script) == []


def test_each_file_of_another_election_is_found(
    general_meeting: Rehearsal, damages: list[Damage], tmp_path: Path, script: Script
) -> None:
    """Where it lies; of a log it is said that it is another election's."""
    ways = [damage for damage in damages if damage.name.endswith("of another election")]
    assert "log.jsonl of another election" in {way.name for way in ways}
    assert _missed(general_meeting.published, tmp_path, ways, script) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_all_damage_is_found(
    general_meeting: Rehearsal, damages: list[Damage], tmp_path: Path, script: Script, part: int
) -> None:
    """Every one."""
    assert _missed(general_meeting.published, tmp_path, damages[part::8], script) == []


def test_cut_tails_are_found_with_any_checkpoint_that_somebody_kept(
    general_meeting: Rehearsal, tmp_path: Path, script: Script
) -> None:
    """A folder as it was at the close is good by itself; a later checkpoint shows what is cut."""
    folder = tmp_path / "cut"
    shutil.copytree(general_meeting.published, folder)
    lines = (folder / "log.jsonl").read_bytes().split(b"\n")[:-1]
    closed = next(n for n, line in enumerate(lines, 1) if b'"poll.closed"' in line)
    (folder / "log.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[:closed]))
    shutil.copy(folder / "checkpoints" / "closed", folder / "checkpoint")
    for name in ("checkpoints/declared", "opened.json", "result.json", "result.md"):
        (folder / name).unlink()
    shutil.rmtree(folder / "papers")
    later = general_meeting.published / "checkpoint"
    assert verify_published(PublishedFolder(folder)).ok
    assert script.verdict(folder) == ([], [])
    faults = verify_published(PublishedFolder(folder), later.read_bytes()).faults
    assert [(fault.file, fault.line) for fault in faults] == [("log.jsonl", closed + 1)]
    assert script.verdict(folder, later)[0]
