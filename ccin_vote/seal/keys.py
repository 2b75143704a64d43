"""A scrutineer's key: one secret seed, behind a pass-phrase, and its one-line public part.

From the seed HKDF-SHA256 makes two keys: Ed25519, which signs cosignatures, shares and openings,
and X25519, to which shares are sealed. The public line is ``ccin-vote-key1.`` and base64url of
the Ed25519 key (32 bytes), the X25519 key (32) and a signature (64) by the first over both and
the election's slug: whoever puts the line into a definition knows that its owner holds the key.

The key file is canonical JSON; the seed is under AES-256-GCM with a key from Argon2id (RFC 9106,
second recommended parameters: 64 MiB, 3 passes, 4 lanes) and everything else in the file as
additional data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field

from ccin_vote.canonical import (
    Binary,
    Model,
    NotCanonical,
    bound,
    from_base64url,
    to_base64url,
)
from ccin_vote.election.definition import KEY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

_MEMORY_KIB = 64 * 1024
_PASSES = 3
_LANES = 4
# One nonce for all: each key comes from a fresh salt and seals one seed, so that key and nonce
# never meet twice, as GCM demands (NIST SP 800-38D, section 8).
_NONCE = bytes(12)


class BadKey(ValueError):
    """A key line or key file that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public part of a scrutineer's key: two keys of 32 bytes."""

    sign: bytes
    seal: bytes

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Return whether this scrutineer signed the message."""
        return signed_by(self.sign, signature, message)


def signed_by(key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether an Ed25519 public key (32 bytes) made the signature over the message."""
    # Keys and signatures come from strangers: bytes of a wrong length or off the curve are a
    # signature that is not right, and no crash.
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SecretKey:
    """A scrutineer's secret key, made from its seed; shown as a mask."""

    def __init__(self, seed: bytes) -> None:
        """Derive both keys from a seed of 32 bytes."""
        self._seed = seed
        # Two keys, not one key used for two purposes; one seed, so
        # that a scrutineer has one thing to keep.
        self.sign = Ed25519PrivateKey.from_private_bytes(_derive(seed, "sign"))
        self.unseal = X25519PrivateKey.from_private_bytes(_derive(seed, "seal"))

    def __repr__(self) -> str:
        """Mask the key."""
        return "SecretKey(****)"

    @property
    def public(self) -> PublicKey:
        """The public part."""
        return PublicKey(
            self.sign.public_key().public_bytes_raw(), self.unseal.public_key().public_bytes_raw()
        )

    def public_line(self, slug: str) -> str:
        """Return the line that stands in the definition, proving possession for this election."""
        public = self.public
        # Signed for this election alone: without it, somebody could put another's public key into a
        # definition as his own, or one that was made for an earlier election.
        proof = self.sign.sign(_proven(slug, public))
        return KEY_PREFIX + to_base64url(public.sign + public.seal + proof)

    def locked(self, slug: str, passphrase: str, random: Callable[[int], bytes]) -> KeyFile:
        """Put the seed behind a pass-phrase; ``random(n)`` gives n bytes for the salt."""
        blank = KeyFile(
            election=slug,
            public=self.public_line(slug),
            memory=_MEMORY_KIB,
            passes=_PASSES,
            lanes=_LANES,
            salt=random(16),
            sealed=b"",
        )
        # The whole header is additional data: whoever changes the salt, the costs or the public
        # line makes a file that does not open, and not one that opens to something else.
        sealed = blank.cipher(passphrase).encrypt(_NONCE, self._seed, blank.to_json())
        return blank.model_copy(update={"sealed": sealed})


def _derive(seed: bytes, purpose: str) -> bytes:
    info = f"ccin-vote scrutineer {purpose} v1".encode()
    # The seed is uniformly random, so RFC 5869 needs no salt (section 2.2 takes zeros); `info`
    # keeps the two keys apart (section 3.2).
    return HKDF(SHA256(), 32, salt=None, info=info).derive(seed)


def _proven(slug: str, public: PublicKey) -> bytes:
    # Both keys in one statement: nobody can set another sealing key beside an honest signing key.
    return bound("ccin-vote scrutineer key v1", slug.encode(), public.sign, public.seal)


def read_public_line(line: str, slug: str) -> PublicKey:
    """Read a scrutineer's public line and check that its owner made it for this election.

    Raises:
        BadKey: not such a line, damaged, or made for another election.
    """
    if not line.startswith(KEY_PREFIX):
        raise BadKey(f"a scrutineer's key starts with {KEY_PREFIX}")
    try:
        # One spelling only: definition and `election.opened` hold the
        # line as text, and are compared as text.
        data = from_base64url(line.removeprefix(KEY_PREFIX), 128)
    except NotCanonical as error:
        raise BadKey(f"the key is damaged: {error}") from error
    public = PublicKey(data[:32], data[32:64])
    try:
        # RFC 9180, section 7.1.4: a point of low order gives a secret of zeros that anybody knows.
        # Found now, not when the first voter's device refuses to seal to it.
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public.seal))
    except ValueError as error:
        raise BadKey("nothing can be sealed to this key") from error
    if not public.verify(data[64:], _proven(slug, public)):
        raise BadKey(f"the key is damaged, or was made for another election than {slug}")
    return public


class KeyFile(Model):
    """A scrutineer's key on disk, behind a pass-phrase."""

    election: str
    public: str
    # Bounds, because the file's own figures are used before its tag can be checked: a damaged one
    # must not ask for all the memory of the machine, nor for hours.
    memory: int = Field(ge=8 * 1024, le=1024 * 1024)
    passes: int = Field(ge=1, le=16)
    lanes: int = Field(ge=1, le=16)
    salt: Binary
    sealed: Binary

    def cipher(self, passphrase: str) -> AESGCM:
        """Derive the key that seals the seed; takes about a tenth of a second on purpose."""
        kdf = Argon2id(
            salt=self.salt,
            length=32,
            iterations=self.passes,
            lanes=self.lanes,
            memory_cost=self.memory,
        )
        return AESGCM(kdf.derive(passphrase.encode()))

    def unlock(self, passphrase: str) -> SecretKey:
        """Open the key file.

        Raises:
            BadKey: the pass-phrase is wrong or the file is damaged.
        """
        # The tag also covers the public line, so the seed that comes out is known to be that of
        # the line; the two need not be compared.
        header = self.model_copy(update={"sealed": b""}).to_json()
        try:
            seed = self.cipher(passphrase).decrypt(_NONCE, self.sealed, header)
            return SecretKey(seed)
        except (InvalidTag, ValueError) as error:
            # One message for both: AES-GCM cannot tell a wrong key from changed bytes.
            raise BadKey("the pass-phrase is wrong, or the key file is damaged") from error

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a key file.

        Raises:
            BadKey: it is not one.
        """
        try:
            return cls.from_json(data)
        except ValueError as error:
            raise BadKey("not a scrutineer's key file") from error
