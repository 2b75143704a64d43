"""Fixtures of the log's tests: fixed keys, and an election folder with a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.election.folder import ElectionFolder
from ccin_vote.log.checkpoint import origin_of
from ccin_vote.log.events import IncidentNoted
from ccin_vote.log.writer import LogWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ccin_vote.log.events import Event

ORIGIN = origin_of("seat-00112233445566778899aabbccddeeff")


@pytest.fixture
def origin() -> str:
    """Return the log's origin."""
    return ORIGIN


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """Return the officer's key."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def scrutineer() -> Ed25519PrivateKey:
    """Return a scrutineer's signing key."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))


@pytest.fixture
def folder(tmp_path: Path) -> ElectionFolder:
    """Return an election folder in which nothing was logged."""
    return ElectionFolder(tmp_path)


@pytest.fixture
def writer_of(key: Ed25519PrivateKey) -> Callable[[ElectionFolder], LogWriter]:
    """Return a function that makes the writer of a folder, one that does not wait for others."""

    def make(folder: ElectionFolder) -> LogWriter:
        return LogWriter(folder, ORIGIN, key, folder.private / "torn", patience=0)

    return make


@pytest.fixture
def note() -> Callable[[str], Event]:
    """Return a function that makes an event of a text."""
    return lambda text: IncidentNoted(type="incident.noted", text=text)
