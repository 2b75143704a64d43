"""A scrutineer's key folder: the locked key, its public line, and what it remembers.

The memory is what makes a forked log useless: the key never opens another closed log, and never
cosigns a log that does not continue the one that it saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ccin_vote.canonical import Binary
from ccin_vote.errors import BadInput, IntegrityFailure, Mistake, Refused
from ccin_vote.log.merkle import EMPTY
from ccin_vote.seal.keys import BadKey, KeyFile, SecretKey
from ccin_vote.seal.signed_file import Signed
from ccin_vote.store.files import read_file, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.log.merkle import Tree
    from ccin_vote.randomness import Randomness
    from ccin_vote.seal.keys import PublicKey


class Memory(Signed):
    """What a key has seen and done.

    The election and the newest head; the root of the closed log that it opened; the digest of the
    opening that it signed; how many replies it wrote; its cosignatures by milestone. The key
    signs it all: who cannot open the key cannot make it believe that it verified a log.
    """

    label: ClassVar[str] = "ccin-vote key memory v1"
    election: str = ""
    size: int = Field(default=0, ge=0)
    root: Binary = b""
    closed_root: Binary = b""
    opening: Binary = b""
    replies: int = 0
    cosignatures: dict[str, str] = Field(default_factory=dict)

    @property
    def verified(self) -> tuple[int, bytes]:
        """Size and root of the newest log: a key remembers none that it has not verified."""
        return (self.size, self.root) if self.size else (0, EMPTY)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The names in a key folder."""

    root: Path

    @property
    def key_file(self) -> Path:
        """The key behind its pass-phrase."""
        return self.root / "scrutineer.key"

    @property
    def public_line(self) -> Path:
        """The line that goes to the returning officer."""
        return self.root / "public-key.txt"

    @property
    def memory_file(self) -> Path:
        """What the key remembers."""
        return self.root / "memory.json"

    @property
    def leaves_file(self) -> Path:
        """The leaf hashes of the log that the key saw, 32 bytes a line."""
        return self.root / "seen.leaves"

    @property
    def shares_file(self) -> Path:
        """The shares that the key unsealed, in a reply to itself: sealed to it, signed by it."""
        return self.root / "own.shares"

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        own = (self.key_file, self.public_line, self.memory_file)
        return (*own, self.leaves_file, self.shares_file)

    def memory(self, key: PublicKey) -> Memory:
        """Read the memory.

        Raises:
            IntegrityFailure: it is damaged, or not signed by the key.
        """
        # A key that was never used. Who deletes the file, or puts an older one back, makes the key
        # forget: no file can prevent that, which is why the remedy below says not to.
        if not self.memory_file.exists():
            return Memory()
        try:
            memory = Memory.from_json(read_file(self.memory_file))
        except ValueError as error:
            raise self._damaged() from error
        # Signed, because it is trusted twice: for what was verified (ballots' signatures are not
        # verified again) and for what may not be opened a second time.
        if not key.verify(memory.signature, memory.statement()):
            raise self._damaged()
        return memory

    def _damaged(self) -> IntegrityFailure:
        return IntegrityFailure(
            "the key's memory is damaged, or this key did not write it",
            file=str(self.memory_file),
            remedy="Restore the key folder from a backup; do not delete the file. If an earlier"
            " version of this program wrote it, end the election with that version.",
        )

    def remember(self, memory: Memory, key: SecretKey, tree: Tree) -> None:
        """Write the memory, signed, and the leaf hashes of the log's lines."""
        # First, and unsigned: it only helps to name the first line that differs. If a crash leaves
        # it newer than the memory, nothing is decided by it.
        write_private(self.leaves_file, b"".join(tree.leaf_hashes))
        write_private(self.memory_file, memory.signed(key).to_json())

    def first_difference(self, tree: Tree) -> int | None:
        """Return the number of the first line that is not the one seen; None if none is known."""
        seen = read_file(self.leaves_file) if self.leaves_file.exists() else b""
        for number, digest in enumerate(tree.leaf_hashes):
            before = seen[32 * number : 32 * number + 32]
            # The end of what is known: a file that was cut names no
            # line, and nothing else depends on it.
            if not before:
                return None
            if before != digest:
                return number + 1
        return None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is: the election's slug, and the name as it stands in the definition."""

    slug: str
    name: str


def make_key(keyring: Keyring, owner: Owner, passphrase: str, randomness: Randomness) -> str:
    """Make a scrutineer's key for one election; return its public line, which ends with the name.

    Where the key is there and its public line is not, that was broken off: the line is written.

    Raises:
        BadInput: the key that is there is damaged.
        Refused: a key is there already, or was lost, or is for another election; or the pass-phrase
            is empty or not that of the key.
    """
    if keyring.key_file.exists():
        _refuse_whole_key(keyring, owner)
    # A new key in this folder would come with the old one's memory, or with none, and the
    # definition would still name the old key.
    elif any(file.exists() or file.is_symlink() for file in keyring.files):
        raise Refused(
            f"The key {keyring.key_file} is lost, and what belongs to it is still there.",
            remedy="Restore it from a backup. For another key: --key FOLDER.",
        )
    if not passphrase:
        raise Refused("The pass-phrase is empty; no key was made.")
    if keyring.key_file.exists():
        # The file is there and its public line is not: `keygen` was broken off between the two. The
        # line is made from the key again; nothing new is drawn.
        key = unlock_key(keyring, passphrase)
    else:
        key = SecretKey(randomness.data(32))
        locked = key.locked(owner.slug, passphrase, randomness.data)
        # The key before its line: nobody can be sent the line of a key that is not kept.
        write_private(keyring.key_file, locked.to_json() + b"\n")
    line = f"{key.public_line(owner.slug)} {owner.name}"
    write_private(keyring.public_line, line.encode() + b"\n")
    return line


def _refuse_whole_key(keyring: Keyring, owner: Owner) -> None:
    """Refuse a key that its public line goes with, or that is for another election."""
    # Without the pass-phrase: all that is asked stands in the header, and a change
    # of it is found when the key is opened.
    locked = _locked(keyring)
    line = read_file(keyring.public_line) if keyring.public_line.exists() else b""
    if locked.election != owner.slug:
        raise Refused(
            f"The key in {keyring.root} is for the election {locked.election}.",
            remedy="For another key: --key FOLDER.",
        )
    if line.startswith(f"{locked.public} ".encode()):
        raise Refused(
            f"There is a key in {keyring.root} already; it was left as it is.",
            remedy=f"Its public line is in {keyring.public_line}. For another key: --key FOLDER.",
        )


def unlock_key(keyring: Keyring, passphrase: str) -> SecretKey:
    """Open the key file.

    Raises:
        BadInput: there is none, or it is damaged.
        Refused: the pass-phrase is wrong.
    """
    try:
        return _locked(keyring).unlock(passphrase)
    except BadKey as error:
        raise Refused(f"{keyring.key_file}: {error}.") from error


def _locked(keyring: Keyring) -> KeyFile:
    try:
        # A small limit, since a wrong file named with --key is read before anything is known of it.
        # An editor's or our own newline at the end is no damage.
        return KeyFile.read(read_file(keyring.key_file, 10_000).removesuffix(b"\n"))
    except BadKey as error:
        raise BadInput([Mistake(str(keyring.key_file), str(error))]) from error


def recognise(keyring: Keyring, memory: Memory, election: str, tree: Tree) -> Memory:
    """Compare a log, by its tree, with what the key remembers; give that with the newest head.

    Raises:
        IntegrityFailure: another election, a shorter log, or one that does not continue it; names
            the first line that differs.
    """
    remedy = "Stop here. Tell the other scrutineers and the members, and keep both folders."
    # By the whole id, not the slug: an election that was opened twice from one folder has two ids,
    # and the second could be a fork of the first.
    if memory.election and memory.election != election:
        raise IntegrityFailure(
            f"this key belongs to {memory.election}; the folder is of {election}", remedy=remedy
        )
    # Append-only: a log that became shorter has lost lines that this key vouched for.
    if memory.size > tree.size:
        raise IntegrityFailure(
            f"the log has {tree.size} lines; it had {memory.size} when this key last saw it",
            file="log.jsonl",
            line=keyring.first_difference(tree) or tree.size + 1,
            remedy=remedy,
        )
    # The key has the whole log at hand, so it compares roots instead of asking for a proof of
    # consistency (RFC 6962, section 2.1.2); both show the same.
    if memory.size and tree.root(memory.size) != memory.root:
        raise IntegrityFailure(
            f"the first {memory.size} lines of the log are not those that this key saw before: the"
            " log was rewritten",
            file="log.jsonl",
            line=keyring.first_difference(tree),
            remedy=remedy,
        )
    return memory.model_copy(update={"election": election, "size": tree.size, "root": tree.root()})
