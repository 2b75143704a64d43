"""Sealing and opening one ballot: what is bound, what fits, what opens for nobody."""

from __future__ import annotations

import itertools
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.seal.armour import BadBallot, ballot_code, envelope_digest, find_armour, to_armour
from ccin_vote.seal.envelope import SealedBallot
from ccin_vote.seal.keys import BadKey, KeyFile, SecretKey, read_public_line
from ccin_vote.seal.opening import InvalidSeal, OpenedBallot, open_ballot, unseal_share
from ccin_vote.seal.sealing import Sealing, seal_ballot, well_formed

KEYS = [SecretKey(bytes([number]) * 32) for number in (1, 2, 3)]
SEALING = Sealing("e-1", b"\x05" * 32, 2, tuple(key.public for key in KEYS), 7)
SEQUENCE = 2**49 + 42
VOTER = Ed25519PrivateKey.from_private_bytes(b"\x06" * 32)
CHOICES = b"\x01\x00\x02\x00\x01\x00\x00"


def sealed() -> SealedBallot:
    """Seal the same choices; every time another envelope."""
    return seal_ballot(SEALING, CHOICES, VOTER, SEQUENCE, secrets.token_bytes)


@pytest.mark.parametrize("sequence", [0, 10**14 - 1, 10**15, 2**53 - 1])
def test_a_number_of_another_length_does_not_fit(sequence: int) -> None:
    """All sealed ballots of an election are equally long, their numbers included."""
    assert well_formed(sealed(), SEALING)
    assert not well_formed(sealed().model_copy(update={"sequence": sequence}), SEALING)


def shares(ballot: SealedBallot, *numbers: int) -> dict[int, bytes]:
    """Unseal the shares of some scrutineers, by number from 1."""
    found = {number: unseal_share(KEYS[number - 1].unseal, ballot, number) for number in numbers}
    return {number: share for number, share in found.items() if share is not None}


def test_any_two_of_three_open_the_choices() -> None:
    """Whoever opens, the choices are those that were sealed."""
    ballot = sealed()
    for pair in itertools.combinations((1, 2, 3), 2):
        opened = open_ballot(ballot, 2, shares(ballot, *pair))
        assert isinstance(opened, OpenedBallot)
        assert opened.choices == CHOICES


def test_one_of_two_needed_shares_opens_nothing() -> None:
    """Fewer shares than needed are refused."""
    ballot = sealed()
    with pytest.raises(ValueError, match="enough shares"):
        open_ballot(ballot, 2, shares(ballot, 1))


def test_the_same_choices_never_look_the_same() -> None:
    """No part of two envelopes is equal, and all have one length."""
    first, second = sealed(), sealed()
    assert first.ciphertext != second.ciphertext
    assert not set(first.shares) & set(second.shares)
    assert well_formed(first, SEALING)
    assert len(first.to_json()) == len(second.to_json())


BOUND = {
    "the election": {"election": "e-2"},
    "the manifest": {"manifest": b"\x07" * 32},
    "the credential": {"credential": b"\x08" * 32},
    "the sequence": {"sequence": SEQUENCE + 1},
}


@pytest.mark.parametrize("change", BOUND.values(), ids=BOUND)
def test_every_part_is_bound_to_its_place(change: dict[str, object]) -> None:
    """Moved to another election, credential or sequence, no share opens."""
    moved = sealed().model_copy(update=change)
    assert shares(moved, 1, 2, 3) == {}


def test_a_share_opens_only_for_its_own_scrutineer() -> None:
    """Another key, or another number, opens nothing."""
    ballot = sealed()
    assert unseal_share(KEYS[1].unseal, ballot, 1) is None
    assert unseal_share(KEYS[0].unseal, ballot, 2) is None


def test_changed_choices_open_for_nobody() -> None:
    """A ciphertext that was changed makes the ballot invalid, whichever pair opens it."""
    ballot = sealed()
    changed = ballot.model_copy(update={"ciphertext": bytes(len(ballot.ciphertext))})
    for pair in itertools.combinations((1, 2, 3), 2):
        assert isinstance(open_ballot(changed, 2, shares(changed, *pair)), InvalidSeal)


def test_the_text_of_a_ballot_reads_back() -> None:
    """Armour and envelope are one; the code comes from the whole envelope."""
    ballot = sealed()
    assert list(find_armour(f"Hello\n{to_armour(ballot)}Bye")) == [ballot]
    code = ballot_code(envelope_digest(ballot))
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]


def test_a_damaged_text_is_an_error_value() -> None:
    """One damaged block does not hide a good one."""
    good = to_armour(sealed())
    bad = good.replace("e", "f", 5)
    kinds = [type(one) for one in find_armour(bad + good)]
    assert kinds == [BadBallot, SealedBallot]


def test_a_key_file_opens_with_its_passphrase_only() -> None:
    """The seed is behind Argon2id; a wrong pass-phrase and a changed header are refused alike."""
    locked = KEYS[0].locked("board", "open sesame", secrets.token_bytes)
    assert locked.unlock("open sesame").public == KEYS[0].public
    assert KeyFile.read(locked.to_json()) == locked
    for other, passphrase in (
        (locked, "open sesam"),
        (locked.model_copy(update={"election": "other"}), "open sesame"),
    ):
        with pytest.raises(BadKey):
            other.unlock(passphrase)


def test_a_public_line_proves_possession_for_one_election() -> None:
    """A line made for another election, changed, or with a useless key is refused."""
    line = KEYS[0].public_line("board")
    assert read_public_line(line, "board") == KEYS[0].public
    for bad in (line[:-3], line.replace("1.", "2."), line[:20] + "A" + line[21:], "hello"):
        with pytest.raises(BadKey):
            read_public_line(bad, "board")
    with pytest.raises(BadKey, match="another election"):
        read_public_line(line, "other")


def test_secrets_are_masked_wherever_they_are_shown() -> None:
    """Neither repr nor a format shows a key."""
    assert repr(KEYS[0]) == "SecretKey(****)"
