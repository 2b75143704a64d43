"""A key folder: made once, and finished if that broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import BadInput, Refused
from ccin_vote.randomness import SYSTEM
from ccin_vote.scrutineer.keyring import Keyring, Owner, make_key, unlock_key
from ccin_vote.seal.keys import KeyFile
from tests.support.command import run

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


@pytest.mark.parametrize("other", ["", "ccin-vote-key1.AAAA Somebody"])
def test_a_public_line_of_no_key_or_of_another_is_replaced(keyring: Keyring, other: str) -> None:
    """Nobody could open what was sealed to it."""
    line = keyring.public_line.read_text("utf-8")
    keyring.public_line.write_text(other, "utf-8")
    assert f"{make_key(keyring, OWNER, WORD, SYSTEM)}\n" == line
    assert keyring.public_line.read_text("utf-8") == line
    assert f"{unlock_key(keyring, WORD).public_line(OWNER.slug)} {OWNER.name}\n" == line


@pytest.mark.parametrize("left", ["public-key.txt", "memory.json"])
def test_a_key_that_was_lost_is_not_made_anew_beside_what_belongs_to_it(
    keyring: Keyring, left: str
) -> None:
    """The officer may have its line, and it may have opened ballots."""
    keyring.key_file.unlink()
    keyring.public_line.rename(keyring.root / left)
    with pytest.raises(Refused, match="is lost"):
        make_key(keyring, OWNER, WORD, SYSTEM)
    assert not keyring.key_file.exists()


def test_the_command_locks_a_key_as_rfc_9106_recommends(tmp_path: Path) -> None:
    """The tests' own keys are locked with less, for speed."""
    options: list[str | Path] = ["--key", tmp_path / "key", "--passphrase-file", "-"]
    run("keygen", "small", "--name", "S", *options, stdin=f"{WORD}\n")
    made = KeyFile.read((tmp_path / "key" / "scrutineer.key").read_bytes().rstrip())
    assert (made.memory, made.passes, made.lanes) == (64 * 1024, 3, 4)


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
