"""A key folder: made once, and finished if that broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.conduct.chance import SYSTEM
from ccin_vote.conduct.keyring import Keyring, Owner, make_key, unlock_key
from ccin_vote.errors import BadInput, Refused

if TYPE_CHECKING:
    from pathlib import Path

OWNER = Owner("small", "Scrutineer 1")
WORD = "correct horse"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Make a key."""
    ring = Keyring(tmp_path / "key")
    make_key(ring, OWNER, WORD, SYSTEM)
    return ring


def test_a_public_line_that_was_not_written_is_written_of_the_same_key(keyring: Keyring) -> None:
    """The key is left as it is."""
    key, line = keyring.key_file.read_bytes(), keyring.public_line.read_text("utf-8")
    keyring.public_line.unlink()
    assert f"{make_key(keyring, OWNER, WORD, SYSTEM)}\n" == line
    assert keyring.key_file.read_bytes() == key
    assert keyring.public_line.read_text("utf-8") == line


def test_a_public_line_whose_key_was_lost_is_not_kept(keyring: Keyring) -> None:
    """Nobody could open what was sealed to it."""
    keyring.key_file.unlink()
    line = make_key(keyring, OWNER, WORD, SYSTEM)
    assert keyring.public_line.read_text("utf-8") == f"{line}\n"
    public = unlock_key(keyring, WORD).public_line(OWNER.slug)
    assert line == f"{public} {OWNER.name}"


REFUSED = {
    "the key is whole": (OWNER, WORD, True),
    "another pass-phrase": (OWNER, "incorrect horse", False),
    "no pass-phrase": (OWNER, "", False),
    "another election": (Owner("other", "Scrutineer 1"), WORD, False),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_key_that_is_there_is_never_replaced(keyring: Keyring, case: str) -> None:
    """Whatever is missing beside it; it gives no public line of another election."""
    owner, word, whole = REFUSED[case]
    key = keyring.key_file.read_bytes()
    if not whole:
        keyring.public_line.unlink()
    with pytest.raises(Refused):
        make_key(keyring, owner, word, SYSTEM)
    assert keyring.key_file.read_bytes() == key
    assert keyring.public_line.exists() == whole


def test_a_damaged_key_is_never_replaced(keyring: Keyring) -> None:
    """Somebody may still have a backup of it."""
    keyring.key_file.write_bytes(b"{}")
    keyring.public_line.unlink()
    with pytest.raises(BadInput):
        make_key(keyring, OWNER, WORD, SYSTEM)
    assert keyring.key_file.read_bytes() == b"{}"
