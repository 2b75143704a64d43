"""Two verifiers, one verdict: on every damage, and on logs that were signed anew."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ccin_vote.election.folder import PublishedFolder
from ccin_vote.verify.published import verify_published
from tests.support.damage import (
    Damage,
    Forgery,
    at_the_close,
    every_forgery,
    files_of,
    redeclared,
    strange_heads,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tests.verify.conftest import Rehearsal, Script

SOME = 23
"""Of so many ways one is tried always; `-m long` tries all."""


def differing(
    good: Path,
    ways: Iterable[Damage | Forgery],
    key: Ed25519PrivateKey,
    script: Script,
    scratch: Path,
) -> list[str]:
    """Damage a copy in each way; give those of which the two verifiers think otherwise."""
    folder, files = scratch / "published", files_of(good)
    found = []
    for way in ways:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(good, folder)
        (way if isinstance(way, Damage) else way.damage(files, key)).do(folder)
        one = [str(fault) for fault in verify_published(PublishedFolder(folder)).faults]
        other, partial = script.verdict(folder)
        assert not partial
        if bool(one) != bool(other):
            found.append(f"{way.name}: {one[:1]} but {other}")
    return found


@pytest.fixture
def closed(general_meeting: Rehearsal, tmp_path: Path) -> Path:
    """Return the folder as it was published at the close."""
    folder = tmp_path / "closed"
    shutil.copytree(general_meeting.published, folder)
    Damage("", at_the_close(folder)).do(folder)
    return folder


def at_the_close_ways(closed: Path) -> list[Damage | Forgery]:
    """Return every way to change a log that was published at the close."""
    files = files_of(closed)
    return [*strange_heads(files), *every_forgery(files)]


def declared_ways(rehearsal: Rehearsal) -> list[Damage | Forgery]:
    """Return every way to change a declared election and sign it anew."""
    files = files_of(rehearsal.published)
    return [*strange_heads(files), *redeclared(files), *every_forgery(files)]


def test_some_events_signed_anew_at_the_close(
    general_meeting: Rehearsal, closed: Path, tmp_path: Path, script: Script
) -> None:
    """Another good log is good to both, and another bad one bad."""
    ways = at_the_close_ways(closed)[::SOME]
    assert len(ways) > 100
    assert differing(closed, ways, general_meeting.key, script, tmp_path) == []


def test_some_declarations_signed_anew(
    general_meeting: Rehearsal, tmp_path: Path, script: Script
) -> None:
    """The same of what comes after the close: openings, lots, records, sheets."""
    ways, key = declared_ways(general_meeting)[:: 2 * SOME], general_meeting.key
    assert differing(general_meeting.published, ways, key, script, tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_all_events_signed_anew_at_the_close(
    general_meeting: Rehearsal, closed: Path, tmp_path: Path, script: Script, part: int
) -> None:
    """Every one."""
    ways = at_the_close_ways(closed)[part::8]
    assert differing(closed, ways, general_meeting.key, script, tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_all_declarations_signed_anew(
    general_meeting: Rehearsal, tmp_path: Path, script: Script, part: int
) -> None:
    """Every one."""
    ways, key = declared_ways(general_meeting)[part::8], general_meeting.key
    assert differing(general_meeting.published, ways, key, script, tmp_path) == []
