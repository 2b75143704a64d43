"""Verify a published election folder, and count again.

    python3 verify.py FOLDER [CHECKPOINT]

This file is for whoever does not trust the program that ran the election. It shares no code with
that program, needs Python 3.11 or later and nothing else, and is meant to be read. Signatures are
checked if the package `cryptography` is there; without it this says that they were not. CHECKPOINT
is a head of this election's log that you kept from earlier: a log that was cut or rewritten since
cannot agree with it.

The sections below stand in the order of the checks; each says what it decides. Nothing here reads
a clock, asks the network or writes a file. One thing no folder can show: that the scrutineers
opened the ballots rightly. That is what their signatures say.

Exit codes: 0 all verifies; 1 what was checked verifies, but not all could be checked; 3 there is
no published folder (or no such checkpoint); 4 something is wrong, and the first fault is named.
"""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import os
import re
import stat
import sys
import tomllib
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_CHECK_SIGNATURES = True
except ImportError:
    CAN_CHECK_SIGNATURES = False

NEWEST_FORMAT = 2
"""Formats of the log that this file reads: 1 (its first line has no number) and 2."""

# -------------------------------------------------------------------------------------------------
# Faults and files. Whatever stands in the folder was written by strangers: every reader below
# either understands it completely or stops with a fault that names the file and the line. Only
# regular files are opened, because reading a pipe or a device might never end.
# -------------------------------------------------------------------------------------------------

MEGABYTE = 1 << 20
LARGEST_FILE = 64 * MEGABYTE
LARGEST_LINE = 64 * MEGABYTE
LINE_ENDS = (
    "the line ends were changed, as Windows editors, git and some mail programs do;"
    " get the folder again in a way that changes no byte, such as a ZIP file"
)


class Fault(Exception):
    """Something is wrong: the words, and the file and line where it is."""

    def __init__(self, words: str, place: str = "") -> None:
        """Keep the words and the place."""
        super().__init__(words)
        self.words = words
        self.place = place


class NotCountedHere(Exception):
    """This file cannot decide what a count asks; another verifier can."""


def require(condition: object, words: str) -> None:
    """Stop with a fault unless the condition holds."""
    if not condition:
        raise Fault(words)


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Name the place in every fault; what strangers wrote never gives a traceback."""
    try:
        yield
    except Fault as fault:
        raise Fault(fault.words, fault.place or place) from fault
    except NotCountedHere:
        raise
    except Exception as error:
        words = f"this is not of the form that it should have ({type(error).__name__})"
        raise Fault(words, place) from error


def is_there(path: Path) -> bool:
    """Return whether anything stands at a path: a file, or what should be one."""
    return os.path.lexists(path)


def read_file(folder: Path, name: str, largest: int | None = LARGEST_FILE) -> bytes:
    """Return the bytes of a regular file of the folder."""
    path = folder / name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Fault("this is not a regular file, but a folder, a pipe or a device", name)
        if largest is not None and found.st_size > largest:
            raise Fault(f"the file is larger than {largest:,} bytes", name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Fault("the file is missing", name) from error
    except OSError as error:
        raise Fault(f"the file cannot be read: {error.strerror}", name) from error


def require_digest(name: str, data: bytes, allowed: Iterable[bytes], words: str) -> None:
    """Stop unless the SHA-256 of a file is one of those allowed; changed line ends are named."""
    digests = list(allowed)
    if sha256(data) in digests:
        return
    if sha256(data.replace(b"\r\n", b"\n")) in digests:
        raise Fault(LINE_ENDS, name)
    raise Fault(words, name)


# -------------------------------------------------------------------------------------------------
# Bytes. Only canonical bytes are hashed and signed: JSON is read, written again as RFC 8785 wants
# it, and compared. Values of the wrong kind, or more or fewer fields than there should be, are
# refused, so that no two programs can read one line in two ways.
# -------------------------------------------------------------------------------------------------

LARGEST_INTEGER = 2**53 - 1
HASH, KEY, SIGNATURE, SHARE, KEY_LINE = 32, 32, 64, 80, 128


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest."""
    return hashlib.sha256(data).digest()


def to_base64(data: bytes) -> str:
    """Return base64 with padding (RFC 4648, section 4), as signed notes have it."""
    return base64.b64encode(data).decode()


def to_base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5), as the log has it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical_json(value: object) -> bytes:
    """Return JSON as RFC 8785 writes it, for values without fractions."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def read_canonical_json(data: bytes) -> object:
    """Return the value of canonical JSON; refuse every other spelling of it (RFC 8785)."""
    require(not data.endswith(b"\r"), LINE_ENDS)
    try:
        value: object = json.loads(data)
        canonical = canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise Fault("this is not JSON") from error
    require(canonical == data, "this is not canonical JSON (RFC 8785)")
    return value


def as_text(value: object) -> str:
    """Return a value that has to be text."""
    if not isinstance(value, str):
        raise Fault(f"text should stand here, not {value!r:.60}")
    return value


def as_number(value: object, least: int = 0) -> int:
    """Return a value that has to be an integer of at most 53 bits."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Fault(f"a whole number should stand here, not {value!r:.60}")
    require(least <= value <= LARGEST_INTEGER, f"the number {value} cannot stand here")
    return value


def as_list(value: object, length: int | None = None) -> list[object]:
    """Return a value that has to be a list, of a certain length if one is given."""
    if not isinstance(value, list) or length not in {None, len(value)}:
        raise Fault(f"a list of another length should stand here, not {value!r:.60}")
    return value


def as_bytes(value: object, length: int | None = None) -> bytes:
    """Return the bytes that unpadded base64url stands for, in its one spelling."""
    text = as_text(value)
    data = base64.urlsafe_b64decode(text + "===")
    require(to_base64url(data) == text, "bytes are not written in base64url")
    require(length in {None, len(data)}, f"{length} bytes should stand here, not {len(data)}")
    return data


def as_rows(value: object, length: int) -> list[list[object]]:
    """Return a list of rows, each of a certain length."""
    return [as_list(row, length) for row in as_list(value)]


class Fields:
    """The fields of one object; each is taken out once, and none may be left over."""

    def __init__(self, value: object) -> None:
        """Take an object."""
        if not isinstance(value, dict):
            raise Fault(f"an object with fields should stand here, not {value!r:.60}")
        self.left: dict[str, object] = dict(value)

    def take(self, name: str) -> object:
        """Return a field's value."""
        require(name in self.left, f"the field {name!r} is missing")
        return self.left.pop(name)

    def text(self, name: str) -> str:
        """Return a field that has to be text."""
        return as_text(self.take(name))

    def number(self, name: str, least: int = 0) -> int:
        """Return a field that has to be a whole number."""
        return as_number(self.take(name), least)

    def data(self, name: str, length: int | None = None) -> bytes:
        """Return a field that has to be bytes."""
        return as_bytes(self.take(name), length)

    def end(self) -> None:
        """Stop if a field is left over."""
        require(not self.left, f"fields that do not belong here: {', '.join(sorted(self.left))}")


def bound(label: str, *parts: bytes) -> bytes:
    """Return a label and parts, each behind its length in eight bytes: what is signed."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in (label.encode(), *parts))


def require_signature(key: bytes, signature: bytes, message: bytes, whose: str) -> None:
    """Stop unless this Ed25519 signature (RFC 8032) is right; do nothing without the package."""
    if not CAN_CHECK_SIGNATURES:
        return
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Fault(f"the signature of {whose} does not verify") from error


# -------------------------------------------------------------------------------------------------
# The tree of hashes over the log's lines (RFC 6962, section 2.1). Its root stands for all lines:
# whoever keeps one root notices when any line before it is changed, taken out or put in.
# -------------------------------------------------------------------------------------------------


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of a leaf: a line without its newline."""
    return sha256(b"\x00" + line)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two subtrees."""
    return sha256(b"\x01" + left + right)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash, level by level; a last node without a partner moves up."""
    level = list(leaves)
    if not level:
        return sha256(b"")
    while len(level) > 1:
        alone = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [node_hash(left, right) for left, right in pairs] + alone
    return level[0]


# -------------------------------------------------------------------------------------------------
# The definition: what was decided before the poll opened. Its text stands in the log's first line.
# -------------------------------------------------------------------------------------------------

Table = dict[str, Any]
KEY_PREFIX = "ccin-vote-key1."
MOTION = "motion"


class Candidate(NamedTuple):
    """One candidate: the id in files, the name on the paper, whether it withdrew beforehand."""

    id: str
    name: str
    withdrawn: bool


@dataclass(slots=True)
class Contest:
    """One question put to voters; `standing` are the places of those who have not withdrawn."""

    id: str
    title: str
    rule: str
    seats: int
    candidates: list[Candidate]
    names: list[str]
    votes_each: int
    threshold: str
    quorum: int
    reserved_places: bool
    standing: list[int] = field(default_factory=list)
    contested: bool = True
    electorate: int = 0

    @property
    def uncontested(self) -> bool:
        """Whether there are no more candidates than seats, so that no paper decides."""
        return self.rule != MOTION and len(self.standing) <= self.seats

    def withdraw(self, candidate: str) -> None:
        """Take a candidate out who withdrew while the poll was open."""
        places = [at for at in self.standing if at < len(self.candidates)]
        gone = [at for at in places if self.candidates[at].id == candidate]
        require(gone, f"there is no candidate {candidate!r} who could withdraw")
        self.standing.remove(gone[0])


def read_contest(table: Table) -> Contest:
    """Return a contest of the definition; a motion has three choices instead of candidates."""
    candidates = [
        Candidate(str(row["id"]), str(row["name"]), bool(row.get("withdrawn")))
        for row in table.get("candidates", [])
    ]
    names = [candidate.name for candidate in candidates]
    names += ["Re-open nominations"] if table.get("reopen_nominations") else []
    contest = Contest(
        id=str(table["id"]),
        title=str(table["title"]),
        rule=str(table["rule"]),
        seats=as_number(table["seats"], 1),
        candidates=candidates,
        names=names or ["For", "Against", "Abstain"],
        votes_each=as_number(table.get("votes_each", 0)),
        threshold=str(table.get("threshold", "")),
        quorum=as_number(table.get("quorum", 0)),
        reserved_places=bool(table.get("constraints")),
    )
    gone = {at for at, candidate in enumerate(candidates) if candidate.withdrawn}
    contest.standing = [at for at in range(len(contest.names)) if at not in gone]
    contest.contested = not contest.uncontested
    return contest


@dataclass(frozen=True, slots=True)
class Definition:
    """What of `election.toml` the checks need."""

    title: str
    organisation: str
    rehearsal: bool
    closes: str
    needed: int
    withheld: bool
    first_counts: bool
    drawn_order: bool
    scrutineers: list[str]
    tellers: list[str]
    contests: dict[str, Contest]


def read_definition(text: str) -> Definition:
    """Return the definition that stands in the log's first line."""
    table = tomllib.loads(text)
    options, contests = table.get("options", {}), map(read_contest, table["contests"])
    return Definition(
        title=str(table["title"]),
        organisation=str(table["organisation"]),
        rehearsal=bool(table.get("rehearsal")),
        closes=in_utc(table["timetable"]["closes"], str(table["timezone"])),
        needed=as_number(table["secrecy"]["needed"], 1),
        withheld=table["secrecy"].get("publication", "full") != "full",
        first_counts=options.get("revoting") == "first",
        drawn_order=options.get("candidate_order") == "lot",
        scrutineers=[str(person["key"]) for person in table["scrutineers"]],
        tellers=[str(person["key"]) for person in table.get("tellers", [])],
        contests={contest.id: contest for contest in contests},
    )


def in_utc(moment: datetime, zone: str) -> str:
    """Return a time of the definition as the log writes times; without a zone it is local."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# -------------------------------------------------------------------------------------------------
# Keys. The officer signs heads of the log under C2SP signed-note, type 1; a scrutineer cosigns
# them under C2SP tlog-cosignature, type 4. A scrutineer's line in the definition holds two keys (to
# sign, to unseal) and a signature that shows that its owner has the first.
# -------------------------------------------------------------------------------------------------

OFFICER_TYPE, COSIGNER_TYPE = 1, 4


class NoteKey(NamedTuple):
    """A verifier key of the C2SP signed-note format."""

    name: str
    kind: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The key id: four bytes of SHA-256 over name, newline, type and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key)[:4]

    @property
    def line(self) -> str:
        """The verifier key's line: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.key)}"


def read_officer_key(line: str, election: str) -> NoteKey:
    """Return the officer's key, which has to be named for this election."""
    data = base64.b64decode(line.partition("+")[2].partition("+")[2])
    key = NoteKey(f"ccin-vote/{election}", OFFICER_TYPE, data[1:])
    require(len(key.key) == KEY and key.line == line, "this is no key of this election's officer")
    return key


def read_public_key(line: str, election: str) -> bytes:
    """Return the signing key in a scrutineer's or teller's line, made for this election."""
    require(line.startswith(KEY_PREFIX), "a scrutineer's or teller's key is missing")
    data = as_bytes(line.removeprefix(KEY_PREFIX), KEY_LINE)
    sign, unseal, proof = data[:KEY], data[KEY : 2 * KEY], data[2 * KEY :]
    slug = election.rpartition("-")[0].encode()
    message = bound("ccin-vote scrutineer key v1", slug, sign, unseal)
    require_signature(sign, proof, message, "the owner of a scrutineer's or teller's key")
    return sign


# -------------------------------------------------------------------------------------------------
# The log. Each line is an event; whether it may stand where it does is decided by all lines before
# it. `Poll` holds what is known so far, and a method of it, named for the event, is the only way
# to add to that. So ballots cannot come after the close, credentials cannot outnumber the roll,
# and an opening has to account for every ballot that counts.
# -------------------------------------------------------------------------------------------------

DRAFT, OPEN, CLOSED, OPENED, DECLARED = "a draft", "open", "closed", "opened", "declared"
REVOCATIONS = {"lost", "wrong-address", "contact-changed", "misused", "paper", "member-left"}
REPLACED = "replaced"
REFUSALS = {
    "revoked": "its credential was revoked",
    "copied": "a part of it stands in another ballot",
    "older-sequence": "older than the one held; check the device's clock",
    "not-first": "a ballot of this member is held, and the first one counts",
    "late": "it came after the close",
}
PURPOSES = {"election", "surplus", "exclusion", "run-off", "order"}
SMALLEST_SEQUENCE, SEQUENCES_END = 10**14, 10**15
TAG_AND_VERSION = 17
BALLOT_STARTS, BALLOT_ENDS = b'{"ballot":', b',"type":"ballot.accepted"}'
TELLERS_OF_A_BATCH = 2
LONGEST_PAGE_NAME = 100


class Papers(NamedTuple):
    """So many papers (or members) of a contest, each of which carries so many votes."""

    contest: str
    votes: int
    number: int


class Right(NamedTuple):
    """A contest in which a credential may vote, and the votes that its paper carries."""

    contest: str
    votes: int


class Total(NamedTuple):
    """What was opened of a contest: papers, and the votes that they carry together."""

    contest: str
    papers: int
    votes: int


class Held(NamedTuple):
    """An accepted ballot: its line in the log, its sequence number, the hash of its envelope."""

    line: int
    sequence: int
    digest: bytes


class Refused(NamedTuple):
    """A ballot that was refused: its line in the log, the hash of its envelope, the reason."""

    line: int
    digest: bytes
    reason: str


class Signed(NamedTuple):
    """A signature, with the number (from 1) of the person who made it."""

    number: int
    signature: bytes


class Opening(NamedTuple):
    """What the scrutineers signed: digest of the papers, totals, and ballots set aside."""

    line: int
    digest: bytes
    totals: list[Total]
    set_aside: list[tuple[int, str]]


class Declaration(NamedTuple):
    """The declaration: its line in the log, and the SHA-256 of each result file by name."""

    line: int
    files: dict[str, bytes]


class Sealed(NamedTuple):
    """A sealed ballot, or a sealed batch of paper ballots."""

    election: str
    manifest: bytes
    credential: bytes
    sequence: int
    ciphertext: bytes
    digests: list[bytes]
    shares: list[bytes]
    signature: bytes

    @property
    def parts(self) -> list[bytes]:
        """The parts that may stand in one envelope only."""
        return [self.ciphertext, *self.digests, *self.shares]

    @property
    def statement(self) -> bytes:
        """The bytes that are signed: every part, bound to election, credential and sequence."""
        return bound(
            "ccin-vote sealed ballot v1",
            self.election.encode(),
            self.manifest,
            self.credential,
            self.sequence.to_bytes(8, "big"),
            self.ciphertext,
            bound("digests", *self.digests),
            bound("shares", *self.shares),
        )


Lots = Mapping[tuple[str, int, str, tuple[str, ...]], Sequence[str]]
"""Drawn lots: contest, stage, purpose and the names (sorted) among whom; the drawn order."""


def read_sealed(value: object) -> Sealed:
    """Return an envelope."""
    fields = Fields(value)
    sealed = Sealed(
        election=fields.text("election"),
        manifest=fields.data("manifest", HASH),
        credential=fields.data("credential", KEY),
        sequence=fields.number("sequence"),
        ciphertext=fields.data("ciphertext"),
        digests=[as_bytes(part, HASH) for part in as_list(fields.take("digests"))],
        shares=[as_bytes(part, SHARE) for part in as_list(fields.take("shares"))],
        signature=fields.data("signature", SIGNATURE),
    )
    fields.end()
    return sealed


def read_papers(value: object) -> list[Papers]:
    """Return rows of contest, votes and number, sorted, none of them twice."""
    rows = as_rows(value, len(Papers._fields))
    papers = [Papers(as_text(row[0]), as_number(row[1], 1), as_number(row[2], 1)) for row in rows]
    require(is_ascending([row[:2] for row in papers]), "numbers of papers or members not sorted")
    return papers


def read_signatures(value: object) -> list[Signed]:
    """Return signatures with their numbers."""
    rows = as_rows(value, len(Signed._fields))
    return [Signed(as_number(row[0], 1), as_bytes(row[1], SIGNATURE)) for row in rows]


def read_set_aside(value: object) -> list[tuple[int, str]]:
    """Return lines of the log that were set aside, each with the reason."""
    return [(as_number(line), as_text(why)) for line, why in as_rows(value, 2)]


def is_ascending(rows: Sequence[Any]) -> bool:
    """Return whether rows are sorted, and none stands twice."""
    return all(earlier < later for earlier, later in itertools.pairwise(rows))


def read_time(fields: Fields, name: str) -> str:
    """Return a time as RFC 3339 writes it in UTC, with whole seconds, of the years 2000 to 2999."""
    text = fields.text(name)
    moment = datetime.fromisoformat(text)
    require(text.startswith("2") and f"{moment:%Y-%m-%dT%H:%M:%SZ}" == text, "this is not a time")
    return text


class Poll:
    """What the log's lines say together, from the first to the one read last."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.line, self.number, self.state = b"", 0, DRAFT
        self.leaves: list[bytes] = []
        self.heads = {"checkpoints/opened": 1}
        self.format, self.verifier = 1, b""
        self.election, self.definition_text, self.roll_size = "", "", 0
        self.definition: Definition
        self.contests: dict[str, Contest] = {}
        self.manifest, self.keys = b"", list[NoteKey]()
        self.scrutineers, self.tellers = list[bytes](), list[bytes]()
        self.electors: list[Papers] = []
        self.credentials: dict[bytes, list[Right]] = {}
        self.revoked: dict[bytes, str] = {}
        self.held: dict[bytes, list[Held]] = {}
        self.refused: list[Refused] = []
        self.parts: set[bytes] = set()
        self.pages: dict[str, list[bytes]] = {}
        self.batches: dict[int, list[Papers]] = {}
        self.papers_due: Counter[Right] = Counter()
        self.lots: dict[tuple[str, int, str, tuple[str, ...]], list[str]] = {}
        self.opening: Opening | None = None
        self.declaration: Declaration | None = None

    # ---- one line

    def read(self, line: bytes) -> None:
        """Take one more line, without its newline."""
        self.line, self.number = line, len(self.leaves) + 1
        require(len(line) <= LARGEST_LINE, "the line is too long for any event")
        fields = Fields(read_canonical_json(line))
        kind = fields.text("type")
        require(kind in EVENTS, f"there is no event {kind!r}")
        states, apply = EVENTS[kind]
        require(self.state in states, f"{kind} may not stand here: the poll is {self.state}")
        apply(self, fields)
        fields.end()
        self.leaves.append(leaf_hash(line))

    # ---- the opening of the election

    def election_opened(self, fields: Fields) -> None:
        """Freeze the definition, the roll's size and the keys."""
        self.read_format(fields)
        self.election, self.manifest = fields.text("election"), sha256(self.line)
        self.definition_text = fields.text("definition")
        self.definition = read_definition(self.definition_text)
        self.contests = self.definition.contests
        self.read_keys(fields)
        fields.data("roll_digest", HASH)
        self.roll_size = fields.number("roll_size")
        self.read_electors(fields)
        self.read_order(fields)
        fields.text("software")
        read_time(fields, "time")
        self.state = OPEN

    def read_format(self, fields: Fields) -> None:
        """Decide by the number of the format, which the first format did not write."""
        if "format" not in fields.left:
            return
        self.format = fields.number("format", 2)
        self.verifier = fields.data("verifier", HASH)
        require(
            self.format <= NEWEST_FORMAT,
            f"this election was opened with format {self.format}; this verifier reads formats up"
            f" to {NEWEST_FORMAT}; use the verify.py whose SHA-256 is {self.verifier.hex()}"
            f" (in the log: {to_base64url(self.verifier)})",
        )

    def read_keys(self, fields: Fields) -> None:
        """Take the keys; scrutineers and how many are needed stand in the definition, too."""
        people = [as_text(line) for line in as_list(fields.take("scrutineers"))]
        needed, defined = fields.number("needed"), self.definition
        agree = people == defined.scrutineers and needed == defined.needed
        require(agree, "the scrutineers are not those of the definition")
        self.scrutineers = [read_public_key(line, self.election) for line in people]
        # One key can have several lines with different proofs; one person never counts as two.
        for start in (0, KEY):
            parts = {
                as_bytes(line.removeprefix(KEY_PREFIX), KEY_LINE)[start:][:KEY] for line in people
            }
            require(len(parts) == len(people), "two scrutineers have one key")
        self.tellers = [read_public_key(line, self.election) for line in defined.tellers]
        officer = read_officer_key(fields.text("officer"), self.election)
        cosigners = [
            NoteKey(f"{officer.name}/scrutineer-{number}", COSIGNER_TYPE, key)
            for number, key in enumerate(self.scrutineers, start=1)
        ]
        self.keys = [officer, *cosigners]

    def read_electors(self, fields: Fields) -> None:
        """Take how many members may vote in each contest: never more than are on the roll."""
        self.electors = read_papers(fields.take("electors"))
        members: Counter[str] = Counter()
        for row in self.electors:
            known = row.contest in self.contests and self.contests[row.contest].contested
            require(known, f"there is no contest {row.contest!r} to vote on")
            members[row.contest] += row.number
            self.contests[row.contest].electorate += row.votes * row.number
        most = max(members.values(), default=0)
        require(most <= self.roll_size, "there are more electors than members on the roll")

    def read_order(self, fields: Fields) -> None:
        """Take the order of candidates that a lot gave, where the definition wants one."""
        drawn = None
        if "order" in fields.left:
            rows = as_rows(fields.take("order"), 2)
            drawn = [(as_text(name), sorted(map(as_text, as_list(ids)))) for name, ids in rows]
        people = [
            (contest.id, sorted(candidate.id for candidate in contest.candidates))
            for contest in self.contests.values()
        ]
        wanted = people if self.definition.drawn_order else None
        require(drawn == wanted, "the order on the paper is not as the definition wants it")

    # ---- who may vote

    def read_rights(self, value: object) -> tuple[bytes, list[Right]]:
        """Return a credential's key, and the contests that it may vote in."""
        fields = Fields(value)
        key, votes = fields.data("key", KEY), fields.number("votes", 1)
        names = [as_text(name) for name in as_list(fields.take("contests"))]
        fields.end()
        known = all(name in self.contests and self.contests[name].contested for name in names)
        require(known and 0 < len(names) == len(set(names)), "a credential for no such contests")
        return key, [Right(name, votes) for name in sorted(names)]

    def credentials_issued(self, fields: Fields) -> None:
        """Take all credentials: as many, of each contest and weight, as the roll has members."""
        require(not self.credentials, "credentials were issued before")
        rows = [self.read_rights(value) for value in as_list(fields.take("credentials"))]
        require(len(rows) <= self.roll_size, "there are more credentials than members")
        require(is_ascending([key for key, _ in rows]), "credentials are not sorted by their keys")
        self.credentials = dict(rows)
        found = Counter(right for _, rights in rows for right in rights)
        totals = sorted(Papers(*right, number) for right, number in found.items())
        require(totals == self.electors, "the credentials are not those of the roll's electors")

    def credential_revoked(self, fields: Fields) -> None:
        """Take back a credential; a member who votes on paper instead is due one paper."""
        credential, reason = fields.data("credential", KEY), fields.text("reason")
        require(reason in REVOCATIONS, f"nothing is revoked because of {reason!r}")
        live = credential in self.credentials and credential not in self.revoked
        require(live, "the credential is not a live one")
        self.revoked[credential] = reason
        self.papers_due.update(self.credentials[credential] if reason == "paper" else [])

    def credential_reissued(self, fields: Fields) -> None:
        """Put a new credential in the place of a revoked one: the same rights, and only once."""
        old, superseded = fields.data("revoked", KEY), fields.take("superseded")
        new, rights = self.read_rights(fields.take("credential"))
        replaceable = self.revoked.get(old, REPLACED) != REPLACED
        require(replaceable, "the credential was not revoked, or was replaced before")
        require(new not in self.credentials, "the new credential is not new")
        require(rights == self.credentials[old], "the new credential has other rights")
        require(superseded is (old in self.held), "whether a ballot was there is said wrongly")
        self.papers_due.subtract(rights if self.revoked[old] == "paper" else [])
        self.require_papers_due()
        self.credentials[new], self.revoked[old] = rights, REPLACED

    def require_papers_due(self) -> None:
        """Stop if there are more papers than members who gave up a credential for one."""
        few = min(self.papers_due.values(), default=0) < 0
        require(not few, "there are more paper ballots than members who were to vote on paper")

    def page_issued(self, fields: Fields) -> None:
        """Take the digest of an offline ballot page, for contests in the definition's order."""
        names = [as_text(name) for name in as_list(fields.take("contests"))]
        digest = fields.data("digest", HASH)
        voted = [contest.id for contest in self.contests.values() if contest.contested]
        require(names, "a page of no contest")
        require(names == [name for name in voted if name in names], "a page of other contests")
        joined = "_and_".join(names)
        short = joined if len(joined) <= LONGEST_PAGE_NAME else sha256(joined.encode()).hex()[:16]
        known = self.pages.setdefault(f"ballot-{short}.html", [])
        require(digest not in known, "this page was issued before")
        known.append(digest)

    # ---- ballots

    def require_sealed(self, sealed: Sealed, signer: bytes, whose: str) -> None:
        """Stop unless an envelope is of this election, has all its parts, and is signed."""
        home = sealed.election == self.election and sealed.manifest == self.manifest
        require(home, "it was sealed for another election")
        people = len(self.scrutineers)
        whole = len(sealed.digests) == len(sealed.shares) == people
        require(whole, "it has not a share and a digest for each scrutineer")
        require(sealed.credential == signer, "it was sealed under another key")
        require(self.parts.isdisjoint(sealed.parts), "a part of it stands in the log already")
        self.parts.update(sealed.parts)
        require_signature(signer, sealed.signature, sealed.statement, whose)

    def ballot_accepted(self, fields: Fields) -> None:
        """Take a ballot under a live credential; of two the later has the higher sequence."""
        ballot = read_sealed(fields.take("ballot"))
        who = ballot.credential
        marks = sum(len(contest.names) for contest in self.contests.values())
        live = who in self.credentials and who not in self.revoked
        require(live, "the ballot's credential is not a live one")
        sequence = SMALLEST_SEQUENCE <= ballot.sequence < SEQUENCES_END
        length = len(ballot.ciphertext) == TAG_AND_VERSION + 2 * marks
        require(sequence and length, "the ballot is not as long as all others")
        held = self.held.get(who, [])
        first = not (held and self.definition.first_counts)
        require(first, "a ballot of this member was held, and the first one counts")
        newer = not held or ballot.sequence > held[-1].sequence
        require(newer, "the ballot is older than the one held")
        self.require_sealed(ballot, who, "the ballot's credential")
        envelope = self.line.removeprefix(BALLOT_STARTS).removesuffix(BALLOT_ENDS)
        ballots = self.held.setdefault(who, [])
        ballots.append(Held(self.number, ballot.sequence, sha256(envelope)))

    def ballot_refused(self, fields: Fields) -> None:
        """Take a refusal, for which the log has to show the ground."""
        who, reason = fields.data("credential", KEY), fields.text("reason")
        digest = fields.data("digest", HASH)
        require(who in self.credentials, "a refusal for a credential that was never issued")
        require(reason in REFUSALS, f"no ballot is refused because of {reason!r}")
        require((reason == "late") == (self.state != OPEN), "only after the close is a ballot late")
        first = self.definition.first_counts
        grounds = {
            "revoked": who in self.revoked,
            "older-sequence": who in self.held and not first,
            "not-first": who in self.held and first,
        }
        require(grounds.get(reason, True), "the log shows no ground for this refusal")
        self.refused.append(Refused(self.number, digest, reason))

    def paper_entered(self, fields: Fields) -> None:
        """Take a batch of paper ballots, which two different tellers keyed and signed."""
        batch, papers = read_sealed(fields.take("batch")), read_papers(fields.take("counts"))
        signatures = read_signatures(fields.take("signatures"))
        numbers = {signed.number for signed in signatures}
        two = len(signatures) == len(numbers) == TELLERS_OF_A_BATCH
        require(two and max(numbers) <= len(self.tellers), "the batch is not signed by two tellers")
        keys = [self.tellers[signed.number - 1] for signed in signatures]
        require(len(set(keys)) == len(keys), "the batch is signed twice with one key")
        require(batch.sequence == len(self.batches) + 1, "the batches are not numbered in order")
        require(len(batch.ciphertext) >= TAG_AND_VERSION, "the batch is too short for any paper")
        self.require_sealed(batch, keys[0], "the first teller")
        counts = canonical_json([list(row) for row in papers])
        message = bound("ccin-vote paper batch v1", batch.statement, counts)
        for key, signed in zip(keys, signatures, strict=True):
            require_signature(key, signed.signature, message, f"teller {signed.number}")
        self.batches[self.number] = papers
        self.papers_due.subtract({Right(row.contest, row.votes): row.number for row in papers})
        self.require_papers_due()

    # ---- what else may happen

    def candidate_withdrawn(self, fields: Fields) -> None:
        """Take a candidate out of the count."""
        contest, candidate = fields.text("contest"), fields.text("candidate")
        require(contest in self.contests, f"there is no contest {contest!r}")
        self.contests[contest].withdraw(candidate)

    def incident_noted(self, fields: Fields) -> None:
        """Take an incident, in the officer's words; nothing follows from it."""
        fields.text("text")

    def log_recovered(self, fields: Fields) -> None:
        """Take a recovery after a crash: bytes that were no whole line were cut."""
        fields.number("length")
        fields.data("digest", HASH)

    # ---- the close, the opening of the ballots, the result

    def poll_closed(self, fields: Fields) -> None:
        """Close the poll, at the time that the definition sets or after it."""
        time, scheduled = read_time(fields, "time"), read_time(fields, "scheduled")
        require(scheduled == self.definition.closes, "the definition sets another time to close")
        require(scheduled <= time, "the poll was closed too early")
        self.state, self.heads["checkpoints/closed"] = CLOSED, self.number

    def ballots_opened(self, fields: Fields) -> None:
        """Take the opening that enough scrutineers signed: it accounts for all that counts."""
        root, digest = fields.data("closed_root", HASH), fields.data("digest", HASH)
        rows = as_rows(fields.take("totals"), len(Total._fields))
        totals = [Total(as_text(row[0]), as_number(row[1]), as_number(row[2])) for row in rows]
        aside = read_set_aside(fields.take("set_aside"))
        closed = merkle_root(self.leaves[: self.heads["checkpoints/closed"]])
        require(root == closed, "this is the opening of another closed log")
        statement = canonical_json([[list(row) for row in totals], [list(row) for row in aside]])
        message = bound("ccin-vote opening v1", self.election.encode(), root, digest, statement)
        self.require_scrutineers(read_signatures(fields.take("signatures")), message)
        papers = self.papers_that_count(aside)
        counted = [total_of(name, papers) for name in self.contests]
        require(totals == counted, "the papers opened are not those of the ballots that count")
        self.opening, self.state = Opening(self.number, digest, totals, aside), OPENED

    def require_scrutineers(self, signatures: list[Signed], message: bytes) -> None:
        """Stop unless enough different scrutineers signed."""
        numbers = [signed.number for signed in signatures]
        enough = is_ascending(numbers) and len(numbers) >= self.definition.needed
        require(enough, "the opening is not signed by enough scrutineers")
        for number, signature in signatures:
            require(number <= len(self.scrutineers), f"there is no scrutineer {number}")
            key = self.scrutineers[number - 1]
            require_signature(key, signature, message, f"scrutineer {number}")

    def counting(self, held: list[Held]) -> Held:
        """Return which of a member's ballots counts: the first or the latest, as defined."""
        return held[0] if self.definition.first_counts else held[-1]

    def papers_that_count(self, set_aside: Iterable[tuple[int, str]]) -> list[Papers]:
        """Return the papers of all ballots and batches that count, but for those set aside."""
        lines = dict(self.batches)
        for who, held in self.held.items():
            if who not in self.revoked:
                papers = [Papers(right.contest, right.votes, 1) for right in self.credentials[who]]
                lines[self.counting(held).line] = papers
        for line, _ in set_aside:
            require(line in lines, f"line {line} is set aside, and holds no ballot that counts")
            del lines[line]
        return [row for rows in lines.values() for row in rows]

    def lot_drawn(self, fields: Fields) -> None:
        """Take a lot that people drew among candidates of one contest."""
        contest, stage = fields.text("contest"), fields.number("stage", 1)
        purpose = fields.text("purpose")
        among, order = (list(map(as_text, as_list(fields.take(n)))) for n in ("among", "order"))
        fields.text("drawn_by")
        fields.text("witnessed_by")
        require(contest in self.contests and purpose in PURPOSES, "a lot for nothing that there is")
        listed = [name for name in self.contests[contest].names if name in among]
        require(among == listed and len(among) > 1, "a lot among others than its candidates")
        require(sorted(order) == sorted(among), "the drawn order has other names")
        question = (contest, stage, purpose, tuple(sorted(among)))
        require(question not in self.lots, "this lot was drawn before")
        self.lots[question] = order

    def result_declared(self, fields: Fields) -> None:
        """Take the declaration: the SHA-256 of every result file, and the head before it."""
        rows = as_rows(fields.take("files"), 2)
        files = [(as_text(name), as_bytes(digest, HASH)) for name, digest in rows]
        require(is_ascending([name for name, _ in files]), "the declared files are not sorted")
        head = fields.data("head", HASH)
        require(head == merkle_root(self.leaves), "the declaration cites another head of the log")
        read_time(fields, "time")
        self.declaration = Declaration(self.number, dict(files))
        self.state, self.heads["checkpoints/declared"] = DECLARED, self.number

    # ---- what is known when all lines are read

    @property
    def issued(self) -> int:
        """How many members were issued a credential, whatever was issued to them again."""
        return len(self.credentials) - sum(why == REPLACED for why in self.revoked.values())

    @property
    def returned(self) -> int:
        """How many credentials have a ballot that counts."""
        return sum(who not in self.revoked for who in self.held)

    @property
    def superseded(self) -> int:
        """How many accepted ballots gave way to another one of the same credential."""
        return sum(len(held) - 1 for held in self.held.values())


def total_of(contest: str, papers: Iterable[Papers]) -> Total:
    """Return papers and votes of a contest."""
    rows = [row for row in papers if row.contest == contest]
    return Total(
        contest, sum(row.number for row in rows), sum(row.votes * row.number for row in rows)
    )


AFTER_THE_OPENING = (OPEN, CLOSED, OPENED, DECLARED)
EVENTS: dict[str, tuple[tuple[str, ...], Callable[[Poll, Fields], None]]] = {
    "election.opened": ((DRAFT,), Poll.election_opened),
    "credentials.issued": ((OPEN,), Poll.credentials_issued),
    "credential.revoked": ((OPEN,), Poll.credential_revoked),
    "credential.reissued": ((OPEN,), Poll.credential_reissued),
    "page.issued": ((OPEN,), Poll.page_issued),
    "ballot.accepted": ((OPEN,), Poll.ballot_accepted),
    "ballot.refused": (AFTER_THE_OPENING, Poll.ballot_refused),
    "paper.entered": ((OPEN,), Poll.paper_entered),
    "candidate.withdrawn": ((OPEN,), Poll.candidate_withdrawn),
    "incident.noted": (AFTER_THE_OPENING, Poll.incident_noted),
    "log.recovered": (AFTER_THE_OPENING, Poll.log_recovered),
    "poll.closed": ((OPEN,), Poll.poll_closed),
    "ballots.opened": ((CLOSED,), Poll.ballots_opened),
    "lot.drawn": ((OPENED,), Poll.lot_drawn),
    "result.declared": ((OPENED,), Poll.result_declared),
}
"""When an event may stand in the log, and what reads it."""


def read_log(folder: Path) -> Poll:
    """Return what the log says; the first line that cannot stand there is named."""
    *lines, rest = read_file(folder, "log.jsonl", largest=None).split(b"\n")
    poll = Poll()
    for number, line in enumerate(lines, start=1):
        with reading(f"log.jsonl:{number}"):
            poll.read(line)
    if rest or not lines:
        raise Fault("the last line has no end", f"log.jsonl:{len(lines) + 1}")
    return poll


# -------------------------------------------------------------------------------------------------
# The heads. `checkpoint` signs all lines of the log (C2SP tlog-checkpoint in a C2SP signed-note);
# `checkpoints/` keeps the heads of the opening, the close and the declaration, with the
# scrutineers' cosignatures (C2SP tlog-cosignature). A head that somebody kept has to agree, too.
# -------------------------------------------------------------------------------------------------

TURNING_POINTS = ("checkpoints/opened", "checkpoints/closed", "checkpoints/declared")
KEY_ID, STAMP = 4, 8
LARGEST_NOTE = MEGABYTE
SIGNATURE_LINE = re.compile("\u2014 ([^ \n]+) ([^ \n]+)")


def check_heads(folder: Path, poll: Poll) -> str:
    """Check the newest head and those of the milestones, with all cosignatures."""
    for name in TURNING_POINTS:
        if name in poll.heads:
            check_head(name, read_file(folder, name, LARGEST_NOTE), poll, poll.heads[name])
        elif is_there(folder / name):
            raise Fault("the log has not come so far", name)
    data = read_file(folder, "checkpoint", LARGEST_NOTE)
    check_head("checkpoint", data, poll, len(poll.leaves))
    return ""


def check_kept_head(path: Path, poll: Poll) -> str:
    """Check that this log continues the one whose head somebody kept."""
    data = read_file(path.parent, path.name, LARGEST_NOTE)
    with reading(path.name):
        size = int(data.split(b"\n")[1])
        require(0 < size <= len(poll.leaves), f"it signs {size} lines: the log here was cut")
        check_head(path.name, data, poll, size)
    return ""


def check_head(name: str, data: bytes, poll: Poll, size: int) -> None:
    """Check that a head signs the first lines of this log, and every signature under it."""
    officer = poll.keys[0]
    text = f"{officer.name}\n{size}\n{to_base64(merkle_root(poll.leaves[:size]))}\n"
    with reading(name):
        require(b"\r" not in data, LINE_ENDS)
        signed, blank, signatures = data.decode().partition("\n\n")
        require(f"{signed}\n" == text, "it signs other lines than those of this log")
        require(blank and signatures.endswith("\n"), "it has no signatures")
        lines = signatures.removesuffix("\n").split("\n")
        signers = [check_note_signature(line, text, poll.keys) for line in lines]
        require(officer.name in signers, "the officer did not sign it")
        require(len(set(signers)) == len(signers), "a key signed it twice")


def check_signatures(_: Path, __: Poll) -> str:
    """Say whether signatures were checked: each was, where it was read, if it could be."""
    return "" if CAN_CHECK_SIGNATURES else "the Python package `cryptography` is not here"


def check_note_signature(line: str, text: str, keys: list[NoteKey]) -> str:
    """Check one signature line of a C2SP signed-note; return the name of its key."""
    parts = SIGNATURE_LINE.fullmatch(line)
    if parts is None:
        raise Fault("a line under it is no signature")
    name, data = parts[1], base64.b64decode(parts[2])
    key = next((key for key in keys if key.name == name), None)
    if key is None or data[:KEY_ID] != key.id or to_base64(data) != parts[2]:
        raise Fault(f"the signature of {name} is not by a key of this election")
    signature, message = data[KEY_ID:], text
    if key.kind == COSIGNER_TYPE:
        message, signature = cosigned_text(text, signature[:STAMP]), signature[STAMP:]
    require(len(signature) == SIGNATURE, f"the signature of {name} has another length")
    require_signature(key.key, signature, message.encode(), name)
    return name


def cosigned_text(text: str, stamp: bytes) -> str:
    """Return what a scrutineer signs: the head, and when it was seen (C2SP tlog-cosignature)."""
    time = int.from_bytes(stamp, "big")
    require(time < 1 << 63, "a cosignature has no time")
    return f"cosignature/v1\ntime {time}\n{text}"


# -------------------------------------------------------------------------------------------------
# What stands beside the log. Keys, definition and ballot codes are copies of what the log says, and
# are made again here; ballot pages have their digests in the log. Anything else in the folder was
# not published by this election. Ignored are what systems leave behind: names that begin with a
# dot, and those in LEFT_BY_SYSTEMS. Empty folders say nothing, and are ignored, too.
# -------------------------------------------------------------------------------------------------

LEFT_BY_SYSTEMS = {"Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX"}
STRANGE = (
    "this does not belong in a published folder; ask the returning officer where it comes from,"
    " or move it away if you put it there"
)
COPIES = "it is not what the log says it should be"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS, SYMBOL_BITS = 80, 5


def check_copies(folder: Path, poll: Poll) -> str:
    """Check keys, definition and ballot codes against what the log says."""
    officer, *cosigners = (f"{key.line}\n" for key in poll.keys)
    copies = {
        "officer.vkey": officer,
        "scrutineers.vkeys": "".join(cosigners),
        "election.toml": poll.definition_text,
        "ballot-codes.txt": ballot_codes(poll),
    }
    for name, text in copies.items():
        require_digest(name, read_file(folder, name), [sha256(text.encode())], COPIES)
    return ""


def check_this_verifier(folder: Path, poll: Poll) -> str:
    """Check that the verifier in the folder is the one that the log's first line names."""
    if not is_there(folder / "verify.py"):
        return "verify.py is not in this folder"
    if not poll.verifier:
        return "a log of format 1 does not name it"
    words = (
        "it is not the verifier with which the election was opened; that one has the SHA-256"
        f" {poll.verifier.hex()}"
    )
    require_digest("verify.py", read_file(folder, "verify.py"), [poll.verifier], words)
    return ""


def ballot_codes(poll: Poll) -> str:
    """Return the list of ballot codes, each with what became of the ballot."""
    rows = sorted((ballot_code(digest), fate) for digest, fate in fates_of_ballots(poll))
    rehearsal = ["REHEARSAL - this is not a real election", ""]
    lines = [
        *(rehearsal if poll.definition.rehearsal else []),
        poll.definition.title,
        f"Election {poll.election}",
        "",
        "Find the ballot code that you were shown when you voted. It tells that your sealed",
        "ballot arrived and whether it counts; it does not tell how you voted.",
        "",
        *(f"{code}  {fate}" for code, fate in rows),
    ]
    return "\n".join(lines) + "\n"


def fates_of_ballots(poll: Poll) -> Iterator[tuple[bytes, str]]:
    """Return the hash of every envelope in the log, and what became of it."""
    for who, held in poll.held.items():
        for ballot in held:
            if who in poll.revoked:
                yield ballot.digest, "does not count: the credential was revoked"
            elif ballot is poll.counting(held):
                yield ballot.digest, "counts"
            else:
                yield ballot.digest, "superseded by a later ballot of the same member"
    for refused in poll.refused:
        yield refused.digest, f"refused: {REFUSALS[refused.reason]}"


def ballot_code(digest: bytes) -> str:
    """Return the first 80 bits of a hash as four groups of four Crockford base32 symbols."""
    bits = int.from_bytes(digest[: CODE_BITS // 8], "big")
    places = range(CODE_BITS - SYMBOL_BITS, -1, -SYMBOL_BITS)
    symbols = "".join(CROCKFORD[bits >> place & 31] for place in places)
    return "-".join(re.findall("....", symbols))


def check_pages(folder: Path, poll: Poll) -> str:
    """Check that every ballot page that was issued is here, as it was issued."""
    for name, digests in poll.pages.items():
        data = read_file(folder, name)
        require_digest(name, data, digests, "this is not a ballot page that the log names")
    return "" if poll.pages else "no ballot page was issued"


def check_nothing_else(folder: Path, poll: Poll) -> str:
    """Check that nothing stands in the folder that this election does not publish."""
    allowed = {
        "log.jsonl",
        "checkpoint",
        "officer.vkey",
        "scrutineers.vkeys",
        "election.toml",
        "ballot-codes.txt",
        "verify.py",
        "result.md",
        "result.json",
        "opened.json",
        *TURNING_POINTS,
        *poll.pages,
        *(f"papers/{contest}.blt" for contest in poll.contests),
    }
    for name in sorted(names_in(folder)):
        if name not in allowed:
            raise Fault(STRANGE, name)
    return ""


def names_in(folder: Path) -> Iterator[str]:
    """Return the names of all files, pipes, devices and links, but for those left by systems."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if not is_left_by_systems(name)]
        for name in [*files, *links]:
            if not is_left_by_systems(name):
                yield (Path(place) / name).relative_to(folder).as_posix()


def is_left_by_systems(name: str) -> bool:
    """Return whether a name is one that a system leaves behind and does not show."""
    return name.startswith(".") or name in LEFT_BY_SYSTEMS


# -------------------------------------------------------------------------------------------------
# Which result files may be here. None before the ballots are opened; then the opened papers (unless
# they are withheld by definition); then the record and its sheet together; and once the result is
# declared, exactly the files that the declaration names by their SHA-256.
# -------------------------------------------------------------------------------------------------

RECORD, SHEET, PAPERS = "result.json", "result.md", "opened.json"


def check_result_files(folder: Path, poll: Poll) -> str:
    """Check that there is no file of a result that the log does not allow yet, or ever."""
    ballot_files = sorted(f"papers/{contest}.blt" for contest in poll.contests)
    known = [PAPERS, *ballot_files, RECORD, SHEET]
    there = [name for name in known if is_there(folder / name)]
    if poll.declaration is not None:
        check_declared_files(folder, poll.declaration, known, there)
    allowed = allowed_results(poll, there)
    for name in there:
        if name not in allowed:
            raise Fault("the log does not allow this file here, or not yet", name)
    return "" if poll.declaration else "the result is not declared yet"


def allowed_results(poll: Poll, there: list[str]) -> set[str]:
    """Return the names of the result files that the log allows."""
    allowed = set(there)
    if poll.opening is None:
        return set()
    if not {RECORD, SHEET} <= allowed:
        allowed &= {PAPERS}
    if poll.definition.withheld:
        allowed &= {RECORD, SHEET}
    return allowed


def check_declared_files(
    folder: Path, declaration: Declaration, known: list[str], there: list[str]
) -> None:
    """Check every result file against the declaration."""
    names = list(declaration.files)
    with reading(f"log.jsonl:{declaration.line}"):
        both = {RECORD, SHEET} <= set(names) <= set(known)
        require(both, "the declaration names other files than those of a result")
    for name in there:
        if name not in names:
            raise Fault("a result file that was not declared", name)
    for name, digest in declaration.files.items():
        words = "the file is not the one that was declared"
        require_digest(name, read_file(folder, name), [digest], words)


# -------------------------------------------------------------------------------------------------
# The opened papers: what the scrutineers signed, and nothing else; sorted and grouped, so that
# their order says nothing; each paper one that can be under the rule of its contest.
# -------------------------------------------------------------------------------------------------

INFORMAL = {
    "blank",
    "no-first-preference",
    "more-than-one",
    "unclear",
    "uncertain",
    "not-identifiable",
    "voter-identifiable",
    "undecodable",
    "repeated",
    "unknown-candidate",
    "only-withdrawn",
}
Places = list[list[int]]
"""A paper's places from the highest down: the candidates at each, by their places in the list."""


class PaperRow(NamedTuple):
    """Equal papers: their places, the votes that each carries, how many there are."""

    places: Places
    votes: int
    number: int


class InformalRow(NamedTuple):
    """Informal papers: the reason, the votes that each carries, how many there are."""

    reason: str
    votes: int
    number: int


@dataclass(frozen=True, slots=True)
class OpenedContest:
    """The opened papers of one contest."""

    id: str
    papers: list[PaperRow]
    informal: list[InformalRow]

    @property
    def total(self) -> Total:
        """Papers and votes, formal and informal."""
        rows = [(row.votes, row.number) for row in self.papers]
        rows += [(row.votes, row.number) for row in self.informal]
        return total_of(self.id, [Papers(self.id, votes, number) for votes, number in rows])


def read_opened(data: bytes, poll: Poll, opening: Opening) -> list[OpenedContest]:
    """Return the opened papers; stop unless they are those that the scrutineers signed."""
    require_digest(PAPERS, data, [opening.digest], "not the papers that the scrutineers signed")
    fields = Fields(read_canonical_json(data))
    fields.text("election")
    fields.data("salt")
    aside = read_set_aside(fields.take("set_aside"))
    rows = as_list(fields.take("contests"))
    fields.end()
    require(len(rows) == len(poll.contests), "the contests are not those of the definition")
    contests = zip(rows, poll.contests.values(), strict=True)
    opened = [read_opened_contest(row, contest) for row, contest in contests]
    agree = aside == opening.set_aside and [papers.total for papers in opened] == opening.totals
    require(agree, "the papers have other sums than the scrutineers signed")
    return opened


def read_opened_contest(value: object, contest: Contest) -> OpenedContest:
    """Return the papers of one contest."""
    fields = Fields(value)
    name = fields.text("id")
    papers = [read_paper(row, contest) for row in as_rows(fields.take("papers"), 3)]
    informal = [
        InformalRow(as_text(why), as_number(votes, 1), as_number(number, 1))
        for why, votes, number in as_rows(fields.take("informal"), 3)
    ]
    fields.end()
    ordered = is_ascending([row[:2] for row in papers]) and is_ascending(
        [row[:2] for row in informal]
    )
    require(ordered, f"contest {name}: the papers are not sorted and grouped")
    known = all(row.reason in INFORMAL for row in informal)
    require(known, f"contest {name}: papers are informal for an unknown reason")
    return OpenedContest(name, papers, informal)


def read_paper(row: list[object], contest: Contest) -> PaperRow:
    """Return equal papers; a place of one candidate is written as a number, not as a list."""
    written = as_list(row[0])
    places = [
        [as_number(at) for at in place] if isinstance(place, list) else [as_number(place)]
        for place in written
    ]
    plain = [place[0] if len(place) == 1 else sorted(place) for place in places]
    named = [at for place in places for at in place]
    fits = (
        written == plain and 0 < len(named) == len(set(named)) and max(named) < len(contest.names)
    )
    words = f"contest {contest.id}: a paper that cannot be under {contest.rule}"
    rule = RULES.get(contest.rule)
    require(fits and (rule is None or rule.reads(contest, places)), words)
    return PaperRow(places, as_number(row[1], 1), as_number(row[2], 1))


def ballot_file(contest: Contest, opened: OpenedContest) -> bytes:
    """Return a contest's papers as a BLT file, which other programs count."""
    weights: Counter[tuple[tuple[int, ...], ...]] = Counter()
    for row in opened.papers:
        weights[tuple(map(tuple, row.places))] += row.votes * row.number
    blank = sum(row.votes * row.number for row in opened.informal if row.reason == "blank")
    gone = [at for at in range(len(contest.names)) if at not in contest.standing]
    lines = [
        f"{len(contest.names)} {contest.seats}",
        *(f"-{at + 1}" for at in gone),
        *(" ".join([str(votes), *map(blt_place, paper), "0"]) for paper, votes in weights.items()),
        *([f"{blank} 0"] if blank else []),
        "0",
        *(blt_text(name) for name in [*contest.names, contest.title]),
    ]
    return ("\n".join(lines) + "\n").encode()


def blt_place(place: tuple[int, ...]) -> str:
    """Return a place of a BLT file: numbers from 1, equal ones joined; - where it is empty."""
    return "=".join(str(at + 1) for at in sorted(place)) or "-"


def blt_text(name: str) -> str:
    """Return a name in a BLT file, on one line and in quotation marks."""
    return '"' + re.sub(r'(["\\])', r"\\\1", name.replace("\n", " ")) + '"'


# -------------------------------------------------------------------------------------------------
# The count, again: written from the words of each rule, in whole units of the last decimal place
# with which the rule reckons. What each function carries out is named by the rule's own clause.
# `ccin-vote rules NAME` prints these clauses. A lot is never drawn here: it stands in the log.
# -------------------------------------------------------------------------------------------------

NOBODY = -1
LAST_TWO = 2


class Paper(NamedTuple):
    """Equal papers, without those who withdrew: their places, and the votes of all together."""

    places: Places
    votes: int


class Stage(NamedTuple):
    """One stage: votes of each candidate, for nobody and lost to rounding; who was chosen."""

    votes: list[int]
    non_transferable: int
    lost: int
    elected: list[int]
    excluded: list[int]


class Count:
    """One contest's count: what it works on, and what it has found so far."""

    def __init__(self, contest: Contest, papers: list[Paper], rule: Rule, lots: Lots) -> None:
        """Lay out the papers."""
        self.contest, self.papers, self.rule, self.lots = contest, papers, rule, lots
        self.unit: int = 10**rule.places
        self.winners: list[int] = []
        self.stages: list[Stage] = []
        self.quota: int | None = None
        self.pairs: list[list[int]] = []

    @property
    def vacancies(self) -> int:
        """How many seats are not filled."""
        return self.contest.seats - len(self.winners)

    def zeros(self) -> list[int]:
        """Return no votes for each candidate."""
        return [0] * len(self.contest.names)

    def drawn(self, among: list[int], purpose: str) -> list[int]:
        """Return candidates in the order of the lot that stands in the log."""
        if len(among) == 1:
            return among
        names = tuple(sorted(self.contest.names[who] for who in among))
        order = self.lots.get((self.contest.id, len(self.stages) + 1, purpose, names))
        if order is None:
            raise Fault(
                f"contest {self.contest.id}: a lot ({purpose}) among {', '.join(names)} decides,"
                " and is not in the log"
            )
        return [self.contest.names.index(name) for name in order]

    def fill(self, first: Callable[[list[int]], list[int]], among: list[int] | None = None) -> None:
        """Fill the seats with those who come first, again and again.

        One lot puts all who are equal into an order where not all of them can be elected.
        """
        left = list(self.contest.standing if among is None else among)
        while self.vacancies and left:
            best = first(left)
            some = best if len(best) <= self.vacancies else self.drawn(best, "election")
            self.winners += some[: self.vacancies]
            left = [who for who in left if who not in best]

    def write_only_stage(self, votes: list[int]) -> None:
        """Write down the one stage of a rule that has one."""
        self.stages.append(Stage(votes, 0, 0, list(self.winners), []))


Number = TypeVar("Number", int, Fraction)


def most(among: Iterable[int], votes: Sequence[Number]) -> list[int]:
    """Return those who have the most votes."""
    people = list(among)
    highest = max(votes[who] for who in people)
    return [who for who in people if votes[who] == highest]


def fewest(among: Iterable[int], votes: Sequence[Number]) -> list[int]:
    """Return those who have the fewest votes."""
    return most(among, [-number for number in votes])


# ---- Marks: the candidates with most votes are elected. A paper lists all whom it marks at one
# ---- place; under the cumulative vote the first place stands for 20 votes, the second for 19 ...

MOST_VOTES_FOR_ONE = 20


def reads_marks(most_marks: Callable[[Contest], int]) -> Callable[[Contest, Places], bool]:
    """Return what says whether a paper has one place, and no more marks than the rule allows."""
    return lambda contest, places: len(places) == 1 and len(places[0]) <= most_marks(contest)


def reads_votes(contest: Contest, places: Places) -> bool:
    """Return whether a paper gives no more votes than the voter has (section 29)."""
    ends = len(places) <= MOST_VOTES_FOR_ONE and bool(places[-1])
    return ends and sum(votes_at(at) * len(who) for at, who in enumerate(places)) <= (
        contest.votes_each
    )


def votes_at(place: int) -> int:
    """Return how many votes a place of a cumulative paper stands for."""
    return MOST_VOTES_FOR_ONE - place


def count_marks(count: Count) -> None:
    """Each mark is one vote; the candidates with most votes are elected."""
    votes = count.zeros()
    for paper in count.papers:
        for who in paper.places[0]:
            votes[who] += paper.votes
    count.fill(lambda hopeful: most(hopeful, votes))
    count.write_only_stage(votes)


def count_cumulative(count: Count) -> None:
    """The votes that papers give are added up; the candidates with most are elected."""
    votes = count.zeros()
    for paper in count.papers:
        for place, people in enumerate(paper.places):
            for who in people:
                votes[who] += votes_at(place) * paper.votes
    count.fill(lambda hopeful: most(hopeful, votes))
    count.write_only_stage(votes)


# ---- Motions (Citrine): for, against, abstain. Equal votes lose.

FOR, AGAINST = 0, 1


def count_motion(count: Count) -> None:
    """Say whether a motion reaches its threshold."""
    votes = count.zeros()
    for paper in count.papers:
        votes[paper.places[0][0]] += paper.votes
    count.winners = [FOR if is_carried(count.contest, votes) else AGAINST]
    count.write_only_stage(votes)


def is_carried(contest: Contest, votes: list[int]) -> bool:
    """Return whether votes reach the threshold that the definition names."""
    cast, carried = votes[FOR] + votes[AGAINST], votes[FOR] > votes[AGAINST]
    if contest.threshold == "two-thirds":
        return carried and 3 * votes[FOR] >= 2 * cast
    if contest.threshold == "majority-of-electorate":
        return carried and 2 * votes[FOR] > contest.electorate
    require(contest.threshold == "simple-majority", f"no threshold {contest.threshold!r}")
    return carried


# ---- Papers that move, stage by stage: the alternative vote, Scottish STV, ERS97. The loop is the
# ---- same; each law is a class that says where it differs, with the clause at each method.


def reads_one_by_one(contest: Contest, places: Places) -> bool:
    """Return whether a paper ranks one candidate at a place."""
    return all(len(place) == 1 for place in places) and len(places) <= len(contest.names)


@dataclass(slots=True)
class MovingPapers:
    """Equal papers in one pile: their value, whose pile it is, the stage at which they came."""

    ranking: list[int]
    votes: int
    value: int
    pile: int = NOBODY
    came: int = 0

    @property
    def worth(self) -> int:
        """What they are worth together."""
        return self.votes * self.value


class Move(NamedTuple):
    """What a stage ends with: whose surplus moves, or who is excluded."""

    surplus_of: list[int]
    excluded: list[int]


class TransferCount:
    """The stages of a count in which papers move."""

    def __init__(self, count: Count) -> None:
        """Lay out all papers, to be sorted by first preference (rule 46)."""
        self.count = count
        self.papers = [
            MovingPapers([who for (who,) in paper.places], paper.votes, count.unit)
            for paper in count.papers
        ]
        self.continuing = list(count.contest.standing)
        self.batches = [self.papers]
        self.kept, self.held, self.lost = count.zeros(), count.zeros(), 0
        self.valid = sum(paper.votes for paper in count.papers)
        self.quota = self.first_quota()

    # where the laws differ

    def first_quota(self) -> int:
        """Return the quota before the first stage."""
        return (self.valid // (self.count.contest.seats + 1) + 1) * self.count.unit

    def moved_quota(self) -> int:
        """Return the quota of this stage."""
        return self.quota

    def enough_votes(self) -> int:
        """Return with how many votes a candidate is elected now."""
        return self.quota

    def excluded_together(self, _surpluses: int) -> list[int]:
        """Return who is excluded together before any surplus moves."""
        return []

    def carrying(self, pile: list[MovingPapers]) -> list[MovingPapers]:
        """Return the papers of the elected that carry the surplus."""
        return pile

    def in_batches(self, pile: list[MovingPapers]) -> list[list[MovingPapers]]:
        """Return the papers of the excluded in the batches in which they move."""
        return [pile]

    def elect_last_two(self) -> None:
        """Elect one of the last two, where the law has words for that."""

    ends_at_exclusion = False

    # the loop that they share

    def run(self) -> None:
        """Go from stage to stage until the seats are filled."""
        ended = False
        while not ended:
            self.sort(self.batches.pop(0))
            self.quota = self.moved_quota()
            before = len(self.count.winners)
            self.elect()
            self.elect_last_two()
            ended, move = self.is_complete(), Move([], [])
            if not ended and not self.batches:
                move = self.next_move()
                self.continuing = [who for who in self.continuing if who not in move.excluded]
                ended = self.ends_at_exclusion and self.is_complete()
            if ended:
                self.elect_the_rest()
            self.write_stage(before, move)
            self.lay_out(move)

    def sort(self, batch: list[MovingPapers]) -> None:
        """Put papers on the pile of their next continuing candidate, and count the piles."""
        for paper in batch:
            paper.pile = next((who for who in paper.ranking if who in self.continuing), NOBODY)
            paper.came = len(self.count.stages)
        self.held = list(self.kept)
        for paper in self.papers:
            if paper.pile != NOBODY:
                self.held[paper.pile] += paper.worth

    def elect(self) -> None:
        """Elect, from the most votes down, whoever has enough (Scottish rule 48)."""
        count = self.count
        while self.continuing and count.vacancies:
            best = most(self.continuing, self.held)
            if len(best) > count.vacancies:  # ERS97 5.6.2: equal candidates who cannot all be
                best = self.told_apart(best, "election")
            too_many = len(best) > count.vacancies
            if too_many or self.held[best[0]] < self.enough_votes():
                return
            count.winners.append(best[0])
            self.continuing.remove(best[0])

    def is_complete(self) -> bool:
        """Return whether no more candidates are left than seats (rule 53; ERS97 5.5)."""
        return len(self.continuing) <= self.count.vacancies or not self.count.vacancies

    def elect_the_rest(self) -> None:
        """Deem the continuing candidates elected, those with most votes first (rule 53)."""
        order = sorted(self.continuing, key=lambda who: -self.held[who])
        self.count.winners += order[: self.count.vacancies]

    def next_move(self) -> Move:
        """Choose a surplus (rules 49, 50), or who is excluded (rules 51, 52)."""
        waiting = [who for who in self.count.winners if self.held[who] > self.quota]
        together = self.excluded_together(sum(self.held[who] - self.quota for who in waiting))
        if together:
            return Move([], together)
        if waiting:
            largest = self.told_apart(most(waiting, self.held), "surplus")
            return Move(self.count.drawn(largest, "surplus")[:1], [])
        last = self.told_apart(fewest(self.continuing, self.held), "exclusion")
        return Move([], self.count.drawn(last, "exclusion")[:1])

    def told_apart(self, equal: list[int], purpose: str) -> list[int]:
        """Return those of equal candidates who differed at an earlier stage, as the law looks."""
        choose = fewest if purpose == "exclusion" else most
        for stage in self.count.stages[:: self.count.rule.looks_back]:
            equal = choose(equal, stage.votes)
        return equal

    def write_stage(self, before: int, move: Move) -> None:
        """Write down the stage; what nobody holds is non-transferable or was lost to rounding."""
        aside = self.valid * self.count.unit - sum(self.held) - self.lost
        elected = self.count.winners[before:]
        self.count.stages.append(Stage(self.held, aside, self.lost, elected, move.excluded))
        if len(self.count.stages) == 1:
            self.count.quota = self.quota

    def lay_out(self, move: Move) -> None:
        """Take up the papers that move at the next stages."""
        if move.excluded:
            self.batches = self.in_batches([p for p in self.papers if p.pile in move.excluded])
        for elected in move.surplus_of:
            pile = [paper for paper in self.papers if paper.pile == elected]
            self.batches = [self.take_surplus(pile, self.held[elected] - self.quota)]
            self.kept[elected] = self.quota

    def take_surplus(self, pile: list[MovingPapers], surplus: int) -> list[MovingPapers]:
        """Give the papers that carry a surplus their new value, to the rule's decimal places.

        Rule 49: the value when received, times the surplus, divided by the candidate's votes, any
        remainder ignored. ERS97 5.3: no paper is worth more than before.
        """
        carrying = self.carrying(pile)
        worth = sum(paper.worth for paper in carrying)
        for paper in pile:
            paper.pile = NOBODY
        if worth > surplus:
            for paper in carrying:
                paper.value = paper.value * surplus // worth
            self.lost += surplus - sum(paper.worth for paper in carrying)
        return carrying


class AlternativeVote(TransferCount):
    """Parliamentary Voting System and Constituencies Act 2011, rules 45A, 49 and 49A."""

    def moved_quota(self) -> int:
        """Return more votes than all other continuing candidates have together (rule 45A)."""
        return sum(self.held) // 2 + 1

    def elect_last_two(self) -> None:
        """Rule 49A: of two with equal votes, the one with more at the first stage, else a lot."""
        count = self.count
        if count.vacancies and len(self.continuing) == LAST_TWO:
            best = self.told_apart(most(self.continuing, self.held), "election")
            count.winners += count.drawn(best, "election")[:1]

    def write_stage(self, before: int, move: Move) -> None:
        """Write down the stage; there is no quota in this law."""
        super().write_stage(before, move)
        self.count.quota = None


class Ers97(TransferCount):
    """Electoral Reform Society, How to conduct an election by the STV, third edition (1997)."""

    ends_at_exclusion = True  # 5.5.1

    def moved_quota(self) -> int:
        """5.1.6, 5.4.8: until somebody is elected, votes that leave the count reduce the quota."""
        if self.count.winners:
            return self.quota
        share = -(-sum(self.held) // (self.count.contest.seats + 1))
        return min(self.quota, max(share, 1))

    def enough_votes(self) -> int:
        """5.1.7: the quota, or the active vote divided by the places left plus one, if less."""
        if not self.count.winners:
            return self.quota
        settled = sum(min(self.held[who], self.quota) for who in self.count.winners)
        active = sum(self.held) - settled
        return min(self.quota, max(-(-active // (self.count.vacancies + 1)), 1))

    def excluded_together(self, surpluses: int) -> list[int]:
        """5.2.5: the most whose votes, with all surpluses, do not exceed the next candidate's."""
        together: list[int] = []
        for limit in sorted({self.held[who] for who in self.continuing})[1:]:
            below = [who for who in self.continuing if self.held[who] < limit]
            sure = sum(self.held[who] for who in below) + surpluses <= limit
            if sure and len(self.continuing) - len(below) >= self.count.vacancies:
                together = below
        return together

    def carrying(self, pile: list[MovingPapers]) -> list[MovingPapers]:
        """5.3.2, 5.3.7: of the batch last received, the papers that can be transferred."""
        last = max(paper.came for paper in pile)
        return [
            paper
            for paper in pile
            if paper.came == last and any(who in self.continuing for who in paper.ranking)
        ]

    def in_batches(self, pile: list[MovingPapers]) -> list[list[MovingPapers]]:
        """5.4: the papers of the excluded move in batches, the highest value first."""
        values = sorted({paper.value for paper in pile}, reverse=True)
        return [[paper for paper in pile if paper.value == value] for value in values] or [pile]


# ---- Comparisons in pairs. Of two candidates the one whom more votes rank higher beats the other.

VICTORY, DRAW = 10, 5
LARGEST_BRUTE_FORCE = 7
LARGEST_KEMENY = 14


def reads_ranking(contest: Contest, places: Places) -> bool:
    """Return whether a paper ranks candidates, of whom several may share a place."""
    return all(places) and len(places) <= len(contest.names)


def count_in_pairs(count: Count) -> None:
    """Compare each candidate with each other, and follow the rule from there."""
    count.pairs = compared(count)
    votes = count.zeros()
    for one, other in itertools.permutations(count.contest.standing, 2):
        votes[one] += VICTORY * beats(count, one, other)
        votes[one] += DRAW * (count.pairs[one][other] == count.pairs[other][one])
    name = count.contest.rule.removesuffix("-ranked-only").removesuffix("-margins")
    FOLLOWED[name](count, votes)
    if not count.stages:
        count.write_only_stage(votes)


def compared(count: Count) -> list[list[int]]:
    """Return the votes that rank each candidate above each other.

    A paper puts those whom it does not rank below those whom it ranks; under a rule whose name
    ends in `ranked-only` it says nothing of them.
    """
    ignored = count.contest.rule.endswith("-ranked-only")
    pairs = [count.zeros() for _ in count.contest.names]
    for paper in count.papers:
        ranked = {who for place in paper.places for who in place}
        below = set(ranked) if ignored else set(count.contest.standing)
        for place in paper.places:
            below -= set(place)
            for one, other in itertools.product(place, below):
                pairs[one][other] += paper.votes
    return pairs


def beats(count: Count, one: int, other: int) -> bool:
    """Return whether more votes rank one candidate above another than the other way round."""
    return count.pairs[one][other] > count.pairs[other][one]


def strength(count: Count, one: int, other: int) -> int:
    """Return how strong a victory is: the votes for the winner or, by name, the margin."""
    against = count.pairs[other][one] if "-margins" in count.contest.rule else 0
    return count.pairs[one][other] - against


def follow_condorcet(count: Count, _: list[int]) -> None:
    """Elect whoever beats every other; if there is nobody, the rule refuses to choose."""
    standing = count.contest.standing
    for one in standing:
        if all(beats(count, one, other) for other in standing if other != one):
            count.winners = [one]


def follow_copeland(count: Count, votes: list[int]) -> None:
    """Elect the highest scores: a victory is 1, a draw a half, a defeat 0."""
    count.fill(lambda hopeful: most(hopeful, votes))


def follow_minimax(count: Count, _: list[int]) -> None:
    """Elect the candidates whose worst defeat is smallest."""
    worst = count.zeros()
    for one in count.contest.standing:
        others = [other for other in count.contest.standing if other != one]
        worst[one] = max(defeat(count, one, other) for other in others)
    count.fill(lambda hopeful: fewest(hopeful, worst))


def defeat(count: Count, one: int, other: int) -> int:
    """Return the votes for the victor, 0 without a defeat; or the margin, which may be below 0."""
    if "-margins" in count.contest.rule or beats(count, other, one):
        return strength(count, other, one)
    return 0


def follow_schulze(count: Count, _: list[int]) -> None:
    """Sections 2.2 and 2.3: whoever has the stronger chain to the other goes before the other."""
    chains = strongest_chains(count)

    def first(hopeful: list[int]) -> list[int]:
        return [
            one for one in hopeful if all(chains[one][two] >= chains[two][one] for two in hopeful)
        ]

    count.fill(first)


def strongest_chains(count: Count) -> list[list[int]]:
    """Return the strongest chain of victories from each candidate to each other.

    A chain is as strong as its weakest victory (section 2.2).
    """
    standing = count.contest.standing
    chains = [count.zeros() for _ in count.contest.names]
    for one, other in itertools.permutations(standing, 2):
        chains[one][other] = strength(count, one, other) if beats(count, one, other) else 0
    for middle, one, other in itertools.product(standing, repeat=3):
        through = min(chains[one][middle], chains[middle][other])
        chains[one][other] = max(chains[one][other], through) if one != other else 0
    return chains


def layers(count: Count) -> list[list[int]]:
    """Return the smallest group that beats everybody outside it, then that of the rest, ..."""
    left, found = list(count.contest.standing), []
    while left:
        group = smallest_dominant(count, left)
        found.append(group)
        left = [who for who in left if who not in group]
    return found


def smallest_dominant(count: Count, among: list[int]) -> list[int]:
    """Return the smallest group of whom each beats everybody outside (the Smith set)."""
    wins = count.zeros()
    for one, other in itertools.permutations(among, 2):
        wins[one] += beats(count, one, other)
    group = most(among, wins)[:1]  # nobody outside the group has as many victories as one inside
    for member in group:
        group += [
            other for other in among if other not in group and not beats(count, member, other)
        ]
    return sorted(group)


# ---- Ranked pairs. Victories are kept from the strongest down, but for those that close a circle.
# ---- No circle leaves a layer, so that each layer can be ranked by itself.

Pair = tuple[int, int]


def follow_ranked_pairs(count: Count, _: list[int]) -> None:
    """Fill the seats from the layers; in one of them at most can not everybody be elected."""
    for layer in layers(count):
        if count.vacancies:
            elect_from_layer(count, layer)


def elect_from_layer(count: Count, layer: list[int]) -> None:
    """Elect from one layer; a lot orders it where equal victories leave open who is elected.

    Where they leave open only in which order, the elected stand in the order of the list.
    """
    kept = keep_victories(count, layer, [])
    if kept is not None:
        count.fill(undefeated(kept), layer)
    elif len(layer) <= count.vacancies:
        count.winners += layer
    else:
        count.winners += elected_after_a_lot(count, layer)


def undefeated(kept: set[Pair]) -> Callable[[list[int]], list[int]]:
    """Return what finds those whom no kept victory puts below another of them."""
    return lambda left: [who for who in left if not any((one, who) in kept for one in left)]


def keep_victories(count: Count, layer: list[int], order: list[int]) -> set[Pair] | None:
    """Return the victories that are kept; None if equal ones need an order that is not given."""
    kept: set[Pair] = set()
    for equal in equal_victories(count, layer):
        able = [pair for pair in equal if not closes_circle(kept, pair)]
        if not any(closes_circle(kept | set(able), pair) for pair in able):
            kept |= set(able)
        elif not order:
            return None
        else:
            keep_in_order(kept, able, order)
    return kept


def equal_victories(count: Count, layer: list[int]) -> list[list[Pair]]:
    """Return the victories, the strongest first; equal ones stand together.

    Winning votes: the most votes first, and of equals the fewest against. Margins: the greatest.
    """
    ordered: dict[Pair, list[Pair]] = {}
    for one, other in itertools.permutations(layer, 2):
        if beats(count, one, other):
            against = 0 if "-margins" in count.contest.rule else count.pairs[other][one]
            key = (-strength(count, one, other), against)
            ordered.setdefault(key, []).append((one, other))
    return [ordered[key] for key in sorted(ordered)]


def closes_circle(kept: set[Pair], pair: Pair) -> bool:
    """Return whether kept victories lead from the loser of a victory back to its winner."""
    winner, reached = pair[0], [pair[1]]
    for who in reached:
        reached += [loser for one, loser in kept if one == who and loser not in reached]
    return winner in reached


def keep_in_order(kept: set[Pair], able: list[Pair], order: list[int]) -> None:
    """Keep equal victories one by one.

    The victory of the one drawn earlier goes first, then the one over the one drawn later.
    """
    places = {who: place for place, who in enumerate(order)}
    for pair in sorted(able, key=lambda pair: (places[pair[0]], -places[pair[1]])):
        if not closes_circle(kept, pair):
            kept.add(pair)


def elected_in_order(count: Count, layer: list[int], order: list[int]) -> list[int]:
    """Return who is elected from a layer, where one order tells all equals apart."""
    kept, left, elected = keep_victories(count, layer, order) or set(), list(order), list[int]()
    while left:
        first = undefeated(kept)(left)
        elected += first
        left = [who for who in left if who not in first]
    return elected[: count.vacancies]


def elected_after_a_lot(count: Count, layer: list[int]) -> list[int]:
    """Return who is elected in the lot's order; no lot is needed if none can change it."""
    names = tuple(sorted(count.contest.names[who] for who in layer))
    if (count.contest.id, 1, "order", names) in count.lots:
        return elected_in_order(count, layer, count.drawn(layer, "order"))
    if len(layer) > LARGEST_BRUTE_FORCE:
        raise NotCountedHere
    orders = map(list, itertools.permutations(layer))
    outcomes = {frozenset(elected_in_order(count, layer, order)) for order in orders}
    if len(outcomes) > 1:
        return elected_in_order(count, layer, count.drawn(layer, "order"))
    return sorted(outcomes.pop())


# ---- Kemeny-Young. The best orders are found for every group of candidates, from the small ones to
# ---- the large ones: a best order of a group is its first candidate and a best order of the rest.

Group = frozenset[int]


def follow_kemeny(count: Count, _: list[int]) -> None:
    """Elect along the best orders; a lot decides where these elect different candidates."""
    if len(count.contest.standing) > LARGEST_KEMENY:
        raise NotCountedHere
    firsts = firsts_of_best_orders(count)
    left = frozenset(count.contest.standing)
    while count.vacancies:
        if len(elected_by(firsts, left, count.vacancies)) == 1:
            chosen = sorted(common_first(firsts, left))
        else:
            chosen = count.drawn(firsts[left], "election")[:1]
        count.winners += chosen
        left -= set(chosen)


def firsts_of_best_orders(count: Count) -> dict[Group, list[int]]:
    """Return, for every group, who comes first in some order of it with most agreement.

    An order's agreement is, over all pairs, the votes that rank the earlier above the later.
    """
    best: dict[Group, int] = {frozenset(): 0}
    firsts: dict[Group, list[int]] = {}
    for size in range(1, len(count.contest.standing) + 1):
        for members in itertools.combinations(count.contest.standing, size):
            group = frozenset(members)
            found = {who: agreement(count, best, group - {who}, who) for who in members}
            best[group] = max(found.values())
            firsts[group] = [who for who in members if found[who] == best[group]]
    return firsts


def agreement(count: Count, best: dict[Group, int], rest: Group, first: int) -> int:
    """Return the agreement of a candidate before the best order of the rest."""
    return best[rest] + sum(count.pairs[first][other] for other in rest)


def elected_by(firsts: dict[Group, list[int]], group: Group, seats: int) -> set[Group]:
    """Return every set of candidates that the best orders of a group put into the seats."""
    lefts = {group}
    for _ in range(seats):
        lefts = {left - {who} for left in lefts for who in firsts[left]}
    return {group - left for left in lefts}


def common_first(firsts: dict[Group, list[int]], group: Group) -> Group:
    """Return the fewest who fill the first places of all best orders, in whatever order."""
    sets = (elected_by(firsts, group, size) for size in range(1, len(group) + 1))
    return next(some.pop() for some in sets if len(some) == 1)


# ---- Smith set, then alternative vote. Papers that put several continuing candidates highest
# ---- divide their vote equally; votes are shown to one decimal place, and reckoned exactly.


def follow_smith(count: Count, votes: list[int]) -> None:
    """Exclude all outside the Smith set; then the last, until one has more than half."""
    group = smallest_dominant(count, count.contest.standing)
    out = [who for who in count.contest.standing if who not in group]
    count.winners = group if len(group) == 1 else []
    count.stages.append(Stage(votes, 0, 0, list(count.winners), out))
    while not count.winners:
        held = shared_votes(count, group)
        count.winners = majority(count, group, held)
        last = [] if count.winners else count.drawn(fewest(group, held), "exclusion")[:1]
        count.stages.append(rounded_stage(count, held, last))
        group = [who for who in group if who not in last]


def majority(count: Count, group: list[int], held: list[Fraction]) -> list[int]:
    """Return who has more than half of the votes in play; of two who are equal, by lot."""
    leaders = most(group, held)
    if 2 * held[leaders[0]] > sum(held):
        return leaders
    return count.drawn(leaders, "election")[:1] if len(group) == LAST_TWO else []


def shared_votes(count: Count, group: list[int]) -> list[Fraction]:
    """Return the votes of those who continue, a paper's divided among its highest."""
    held = [Fraction(0)] * len(count.contest.names)
    for paper in count.papers:
        highest = [[who for who in place if who in group] for place in paper.places]
        first = next((place for place in highest if place), [])
        for who in first:
            held[who] += Fraction(paper.votes, len(first))
    return held


def rounded_stage(count: Count, held: list[Fraction], out: list[int]) -> Stage:
    """Return a stage whose votes are cut off after the decimal place that is shown."""
    valid = sum(paper.votes for paper in count.papers)
    votes = [int(number * count.unit) for number in held]
    aside = int((valid - sum(held)) * count.unit)
    lost = valid * count.unit - aside - sum(votes)
    return Stage(votes, aside, lost, list(count.winners), out)


# ---- Which rules are counted here.


class Rule(NamedTuple):
    """What follows a rule; which papers it reads; its decimal places; how it looks back.

    `looks_back` is 1 where the first stage tells equal candidates apart, -1 where the latest does.
    """

    follow: Callable[[Count], None]
    reads: Callable[[Contest, Places], bool]
    places: int = 0
    looks_back: int = 1
    keeps_places: bool = False


FOLLOWED: dict[str, Callable[[Count, list[int]], None]] = {
    "condorcet": follow_condorcet,
    "schulze": follow_schulze,
    "ranked-pairs": follow_ranked_pairs,
    "minimax": follow_minimax,
    "copeland": follow_copeland,
    "kemeny-young": follow_kemeny,
    "smith-irv": follow_smith,
}
WITH_MARGINS = ("schulze", "ranked-pairs", "minimax")
IN_PAIRS = [
    name + ending
    for name in (*FOLLOWED, *(f"{name}-margins" for name in WITH_MARGINS))
    for ending in ("", "-ranked-only")
]
ONE_MARK = reads_marks(lambda _: 1)

RULES: dict[str, Rule] = {
    "first-past-the-post": Rule(count_marks, ONE_MARK),
    "sntv": Rule(count_marks, ONE_MARK),
    "block-vote": Rule(count_marks, reads_marks(lambda contest: contest.seats)),
    "limited-vote": Rule(count_marks, reads_marks(lambda contest: contest.votes_each)),
    "approval": Rule(count_marks, reads_marks(lambda contest: len(contest.names))),
    "cumulative": Rule(count_cumulative, reads_votes, keeps_places=True),
    MOTION: Rule(count_motion, ONE_MARK),
    "alternative-vote": Rule(lambda count: AlternativeVote(count).run(), reads_one_by_one),
    "scottish-stv": Rule(
        lambda count: TransferCount(count).run(), reads_one_by_one, places=5, looks_back=-1
    ),
    "ers97": Rule(lambda count: Ers97(count).run(), reads_one_by_one, places=2),
    **dict.fromkeys(IN_PAIRS, Rule(count_in_pairs, reads_ranking, places=1)),
}
"""Every rule that is counted here, without reserved places."""


def left_of(places: Places, standing: list[int], *, keep_places: bool) -> Places:
    """Return a paper without those who withdrew; places that fall empty close up, or stay."""
    left = [[who for who in place if who in standing] for place in places]
    if not any(left):
        return []
    return left if keep_places else [place for place in left if place]


def count_again(contest: Contest, papers: Iterable[Paper], lots: Lots) -> Count:
    """Count a contest; no paper decides where there are no more candidates than seats."""
    rule = RULES[contest.rule]
    left = [
        Paper(left_of(paper.places, contest.standing, keep_places=rule.keeps_places), paper.votes)
        for paper in papers
    ]
    count = Count(contest, [paper for paper in left if paper.places], rule, lots)
    rule.follow(count)
    return count


# -------------------------------------------------------------------------------------------------
# The record and the sheet. `result.json` has to say what the log says of the ballots and, contest
# by contest and stage by stage, what the count above finds. Where nobody can count again (papers
# that are withheld, rules that are not counted here) its figures still have to agree with each
# other and with what the log knows. `result.md` has to name the winners of the record.
# -------------------------------------------------------------------------------------------------

MOVES = {"first-preferences", "surplus", "exclusion"}
ADDS_UP = {
    *("first-past-the-post", "sntv", MOTION, "alternative-vote", "alternative-vote-last-two"),
    *("supplementary-vote", "coombs", "scottish-stv", "ers97", "northern-ireland-stv"),
    *("prsa-1977", "wigm", "minneapolis-stv", "albany-stv"),
    *("meek", "meek-nz", "meek-prf", "warren"),
}
"""Rules under which the votes of each stage, with those for nobody, are all the votes."""
FIGURE, LONGEST_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?"), 100


@dataclass(slots=True)
class Result:
    """What was read of a result: the record, the opened papers, what was not counted again."""

    folder: Path
    record: Table = field(default_factory=dict)
    opened: list[OpenedContest] = field(default_factory=list)
    not_counted: dict[str, str] = field(default_factory=dict)


def check_opened(poll: Poll, result: Result) -> str:
    """Check the opened papers and the ballot files that were made of them."""
    if poll.opening is None:
        return "the ballots are not opened yet"
    if poll.definition.withheld:
        return "the opened papers are withheld by definition"
    with reading(PAPERS):
        result.opened = read_opened(read_file(result.folder, PAPERS), poll, poll.opening)
        ids = [opened.id for opened in result.opened]
        require(ids == list(poll.contests), "the contests are not those of the definition")
    for opened, contest in zip(result.opened, poll.contests.values(), strict=True):
        name = f"papers/{contest.id}.blt"
        if is_there(result.folder / name):
            wanted = [sha256(ballot_file(contest, opened))]
            words = "the ballot file is not that of the opened papers"
            require_digest(name, read_file(result.folder, name), wanted, words)
    return ""


def check_record(poll: Poll, result: Result) -> str:
    """Check what the record says of the election and its ballots, as the log counts them."""
    if poll.opening is None:
        return "the ballots are not opened yet"
    if poll.declaration is None and not is_there(result.folder / RECORD):
        return "the ballots are not counted yet"
    with reading(RECORD):
        result.record = json.loads(read_file(result.folder, RECORD))
        ids = [contest["id"] for contest in result.record["contests"]]
        require(ids == list(poll.contests), "the contests are not those of the definition")
        size = check_cited_head(poll, result.record["head"])
        told, wanted = result.record, log_figures(poll, size)
        for name, value in wanted.items():
            words = f"{name}: the record says {told[name]!r:.80}, the log {value!r:.80}"
            require(same(told[name], value), words)
        for contest, row in zip(poll.contests.values(), told["contests"], strict=True):
            with reading(f"{RECORD}: contest {contest.id}"):
                check_told(contest, row, opened_total(poll, contest))
    return ""


def same(one: object, other: object) -> bool:
    """Return whether two values are one in JSON, where true is not 1 and 1.0 is not 1."""
    return canonical_json(one) == canonical_json(other)


def check_cited_head(poll: Poll, head: Table) -> int:
    """Return the number of lines of the head that the record cites: one after the opening."""
    size = as_number(head["size"], poll.opening.line if poll.opening else 1)
    last = poll.declaration.line - 1 if poll.declaration else len(poll.leaves)
    inside = size == last if poll.declaration else size <= last
    require(inside, "the record cites another head than the one before the declaration")
    root = to_base64(merkle_root(poll.leaves[:size]))
    require(head["root"] == root, "the head that the record cites is not one of this log")
    return size


def log_figures(poll: Poll, size: int) -> Table:
    """Return what the record has to say of the election, from the first lines of the log."""
    reasons = Counter(REFUSALS[one.reason] for one in poll.refused if one.line <= size)
    return {
        "title": poll.definition.title,
        "organisation": poll.definition.organisation,
        "rehearsal": poll.definition.rehearsal,
        "election": poll.election,
        "issued": poll.issued,
        "returned": poll.returned,
        "superseded": poll.superseded,
        "refused": [{"ballots": reasons[why], "reason": why} for why in sorted(reasons)],
    }


def opened_total(poll: Poll, contest: Contest) -> Total:
    """Return the papers and votes that were opened of a contest, as the scrutineers signed."""
    totals = poll.opening.totals if poll.opening else []
    return next(total for total in totals if total.contest == contest.id)


def check_told(contest: Contest, told: Table, total: Total) -> None:
    """Check the record of one contest against the definition and the number of its papers."""
    gone = [at for at in range(len(contest.names)) if at not in contest.standing]
    wanted = {
        "title": contest.title,
        "seats": contest.seats,
        "candidates": contest.names,
        "withdrawn": [contest.names[who] for who in gone],
        "vacant": contest.seats - len(told["winners"]),
    }
    for name, value in wanted.items():
        require(same(told[name], value), f"{name} is not as defined: {told[name]!r:.80}")
    require(told["rule"]["name"] == contest.rule, "it was counted by another rule than defined")
    check_told_papers(told, total)
    check_winners(contest, told, total)
    for number, stage in enumerate(told["stages"], start=1):
        check_stage_figures(contest, told, stage, number)


def check_told_papers(told: Table, total: Total) -> None:
    """Check that the record accounts for all papers that were opened, and for their votes."""
    numbers = [as_number(told[name]) for name in ("valid", "blank", "informal", "votes")]
    valid, blank, informal, votes = numbers
    sums = valid + blank + informal == total.papers
    require(sums, f"it accounts for other papers than the {total.papers:,} that were opened")
    most_votes = total.votes - blank - informal  # each of the others carries one at least
    require(valid <= votes <= most_votes, f"its valid papers cannot carry {votes:,} votes")
    reasons = told["informal_reasons"]
    why = set(reasons) <= INFORMAL and reasons.get("blank", 0) == blank
    papers = sum(as_number(number) for number in reasons.values())
    require(why and papers == blank + informal, "its informal papers do not add up")


def check_winners(contest: Contest, told: Table, total: Total) -> None:
    """Check that such winners can be, and that they are those whom the stages elect."""
    winners = texts(told["winners"])
    people = contest.names[: len(contest.candidates)]
    elected = [who for stage in told["stages"] for who in texts(stage["elected"])]
    if contest.uncontested or total.papers < contest.quorum:
        standing = [contest.names[who] for who in contest.standing]
        wanted = [who for who in standing if who in people] if contest.uncontested else []
        require(winners == wanted and not told["stages"], f"it cannot elect {winners!r:.80}")
        return
    possible = people or contest.names[: AGAINST + 1]
    once = len(set(winners)) == len(winners) <= contest.seats and set(winners) <= set(possible)
    require(once and told["stages"], f"it cannot elect {winners!r:.80}")
    fit = sorted(who for who in elected if who in possible) == sorted(winners)
    require(fit, "its stages elect others than its winners")


def texts(value: object) -> list[str]:
    """Return a list that has to be of texts."""
    return [as_text(one) for one in as_list(value)]


def check_stage_figures(contest: Contest, told: Table, stage: Table, number: int) -> None:
    """Check that the figures of a stage agree with each other and with the votes of all papers."""
    words = f"stage {number}"
    require(same(stage["number"], number), f"{words} has another number")
    require(sorted(stage["votes"]) == sorted(contest.names), f"{words}: votes of other candidates")
    figures = [stage["non_transferable"], stage["lost_to_rounding"], *stage["votes"].values()]
    total = sum(map(figure, figures))
    if contest.rule in ADDS_UP or stage["kind"] in MOVES:
        require(total == told["votes"], f"{words}: its votes add up to {total}, not to all votes")
    chosen = texts(stage["elected"]) + texts(stage["excluded"])
    once = len(set(chosen)) == len(chosen) and set(chosen) <= set(contest.names)
    require(once, f"{words} elects or excludes somebody twice, or who is no candidate")


def figure(text: str) -> Fraction:
    """Return a number of votes as the record writes it."""
    known = FIGURE.fullmatch(as_text(text)) and len(text) <= LONGEST_FIGURE
    require(known, f"not a number of votes: {text!r:.40}")
    return Fraction(text)


def check_counts(poll: Poll, result: Result) -> str:
    """Count every contest again and compare the record with it, stage by stage."""
    why = check_opened_before(poll, result)
    if why:
        return why
    rows = zip(poll.contests.values(), result.opened, result.record["contests"], strict=True)
    for contest, opened, told in rows:
        with reading(f"{RECORD}: contest {contest.id}"):
            check_valid_papers(contest, opened, told)
            check_count(contest, opened, told, poll, result)
    return f"the count {list_of_counts(result)}" if result.not_counted else ""


def list_of_counts(result: Result) -> str:
    """Return the counts that were not made here, each with its rule."""
    return " and ".join(f"of {name} ({why})" for name, why in result.not_counted.items())


def check_opened_before(poll: Poll, result: Result) -> str:
    """Return why nothing is counted again; nothing if it is."""
    if poll.opening is not None and poll.definition.withheld:
        return "the opened papers are withheld by definition"
    return "" if result.record else "the ballots are not counted yet"


def check_valid_papers(contest: Contest, opened: OpenedContest, told: Table) -> None:
    """Check how many papers the record calls valid, blank and informal, and for which reasons."""
    reasons: Counter[str] = Counter()
    valid = votes = 0
    for row in opened.papers:
        if left_of(row.places, contest.standing, keep_places=False):
            valid, votes = valid + row.number, votes + row.votes * row.number
        else:
            reasons["only-withdrawn"] += row.number
    for informal in opened.informal:
        reasons[informal.reason] += informal.number
    require(same(told["valid"], valid), f"the papers say that {valid} are valid")
    require(told["votes"] == votes, f"the papers say that the valid ones carry {votes} votes")
    require(same(told["informal_reasons"], dict(reasons)), f"the papers say {dict(reasons)}")


def check_count(
    contest: Contest, opened: OpenedContest, told: Table, poll: Poll, result: Result
) -> None:
    """Count one contest again, if this file can, and compare."""
    if contest.uncontested or opened.total.papers < contest.quorum:
        return
    if contest.rule not in RULES:
        result.not_counted[contest.id] = f"rule {contest.rule}"
    elif contest.reserved_places:
        result.not_counted[contest.id] = f"rule {contest.rule} with reserved places"
    else:
        papers = [Paper(row.places, row.votes * row.number) for row in opened.papers]
        try:
            compare(contest, count_again(contest, papers, poll.lots), told)
        except NotCountedHere:
            result.not_counted[contest.id] = f"rule {contest.rule}, so many equal candidates"


def compare(contest: Contest, count: Count, told: Table) -> None:
    """Compare the record of a contest with the count, to the last figure."""
    names, places = contest.names, count.rule.places
    quota = (
        None if count.quota is None else shown(count.quota, places).removesuffix("." + "0" * places)
    )
    winners = [names[who] for who in count.winners if names[who] in possible_winners(contest)]
    require(told["winners"] == winners, f"the papers elect {', '.join(winners) or 'nobody'}")
    require(told["quota"] == quota, f"the papers give the quota {quota}")
    if count.pairs:
        rows = zip(names, count.pairs, strict=True)
        pairs = {name: dict(zip(names, row, strict=True)) for name, row in rows}
        require(same(told["pairwise"], pairs), "the papers give other comparisons in pairs")
    require(len(told["stages"]) == len(count.stages), f"the papers give {len(count.stages)} stages")
    for number, stage in enumerate(count.stages, start=1):
        compare_stage(names, places, stage, told["stages"][number - 1], number)


def possible_winners(contest: Contest) -> list[str]:
    """Return who can win: re-open nominations, elected, leaves a seat vacant."""
    return contest.names[: len(contest.candidates)] or contest.names


def compare_stage(names: list[str], places: int, stage: Stage, told: Table, number: int) -> None:
    """Compare one stage of the record with the count."""
    votes = [shown(units, places) for units in stage.votes]
    wanted: Table = {
        "votes": dict(zip(names, votes, strict=True)),
        "non_transferable": shown(stage.non_transferable, places),
        "lost_to_rounding": shown(stage.lost, places),
    }
    for name, value in wanted.items():
        require(told[name] == value, f"stage {number}: the papers give {name} {value}")
    elected, excluded = (sorted(names[who] for who in some) for some in stage[3:])
    require(sorted(told["elected"]) == elected, f"stage {number}: the papers elect {elected}")
    require(sorted(told["excluded"]) == excluded, f"stage {number}: the papers exclude {excluded}")


def shown(units: int, places: int) -> str:
    """Return votes as the record writes them, with all decimal places of the rule."""
    whole, rest = divmod(units, 10**places)
    return f"{whole}.{rest:0{places}}" if places else str(whole)


def check_sheet(poll: Poll, result: Result) -> str:
    """Check that the sheet that people read names the winners of the record."""
    if not result.record:
        return "the ballots are not counted yet"
    with reading(SHEET):
        text = read_file(result.folder, SHEET).decode()
        sheet = re.sub(r"\\(.)", r"\1", " ".join(text.split()))
        for contest, told in zip(poll.contests.values(), result.record["contests"], strict=True):
            outcome = " ".join(outcome_words(contest, told["winners"]).split())
            require(outcome in sheet, f"the sheet does not say: {outcome}")
    return ""


def outcome_words(contest: Contest, winners: list[str]) -> str:
    """Return the line in which a sheet says what a contest decided."""
    if contest.rule == MOTION and winners:
        verdict = "carried" if winners == contest.names[:1] else "lost"
        return f"{contest.title}: **the motion is {verdict}**"
    *others, last = winners or ["nobody"]
    names = f"{', '.join(others)} and {last}" if others else last
    return f"{contest.title}: **{names}** {'are' if others else 'is'} elected"


# -------------------------------------------------------------------------------------------------
# What is said: a line for each check, then what could not be checked and who can, then the verdict.
# -------------------------------------------------------------------------------------------------

ALL_WELL, NOT_ALL, NO_FOLDER, WRONG = 0, 1, 3, 4
ON_THE_LOG: tuple[tuple[str, Callable[[Path, Poll], str]], ...] = (
    ("the newest head and those of the milestones are of this log", check_heads),
    ("the signatures of officer, scrutineers, tellers and voters verify", check_signatures),
    ("keys, definition and ballot codes are what the log says", check_copies),
    ("verify.py is the one that the log names", check_this_verifier),
    ("the ballot pages are those that the log names", check_pages),
    ("nothing stands in the folder that does not belong there", check_nothing_else),
    ("the result files are those that were declared", check_result_files),
)
ON_THE_RESULT: tuple[tuple[str, Callable[[Poll, Result], str]], ...] = (
    ("the opened papers are those that the opening in the log names", check_opened),
    ("the record agrees with the log, and its figures with each other", check_record),
    ("counting the papers again gives the record", check_counts),
    ("the sheet names the winners of the record", check_sheet),
)


def main(arguments: list[str]) -> int:
    """Check a folder; print what was found; return the exit code."""
    if not is_folder(arguments):
        say(*(__doc__ or "").splitlines(), "")
        say("There is no published folder here, or no such checkpoint.")
        return NO_FOLDER
    folder, kept = Path(arguments[0]), [Path(name) for name in arguments[1:]]
    try:
        notes = check_all(folder, kept)
    except Fault as fault:
        say(f"WRONG  {fault.place}: {fault.words}", "")
        say("Something is wrong: do not rely on this folder. Get it again; if the fault stays, ask")
        say("the returning officer about it, and tell the scrutineers.")
        return WRONG
    say(*(f"note   {note}" for note in notes), "")
    say("What was checked verifies; see the notes." if notes else "Everything verifies.")
    return NOT_ALL if notes else ALL_WELL


def is_folder(arguments: list[str]) -> bool:
    """Return whether the arguments name a folder with a log and, perhaps, a kept checkpoint."""
    if len(arguments) not in {1, 2}:
        return False
    folder, kept = Path(arguments[0]), [Path(name) for name in arguments[1:]]
    published = any(is_there(folder / name) for name in ("log.jsonl", "checkpoint"))
    return published and all(map(is_there, kept))


def check_all(folder: Path, kept: list[Path]) -> list[str]:
    """Make every check, in the order in which they build on each other; return the notes."""
    poll = read_log(folder)
    say("ok     every line of the log is an event that may stand there, in canonical form")
    for path in kept:
        check_kept_head(path, poll)
        say(f"ok     the log continues the one that {path.name} signs")
    for words, check in ON_THE_LOG:
        with reading(words):
            tell(words, check(folder, poll))
    result = Result(folder)
    for words, check_result in ON_THE_RESULT:
        with reading(words):
            tell(words, check_result(poll, result))
    return notes_on(poll, result)


def tell(words: str, why_not: str) -> None:
    """Say that a check was made, or why it was not."""
    say(f"-      {words}", f"       (not checked: {why_not})") if why_not else say(
        f"ok     {words}"
    )


def notes_on(poll: Poll, result: Result) -> list[str]:
    """Return what could not be checked here, and who can check it."""
    notes = []
    everything = "Everything is checked except"
    if poll.opening is not None and poll.definition.withheld:
        notes.append(
            f"{everything} the count: the papers are withheld, as the definition says, and only the"
            " scrutineers can count them again."
        )
    if result.not_counted:
        counts = list_of_counts(result)
        notes.append(f'{everything} the count {counts}, which "ccin-vote verify" does.')
    if not CAN_CHECK_SIGNATURES:
        notes = [note.replace(everything, "Not checked:") for note in notes]
        notes.append(
            "No signature was checked, because the Python package `cryptography` is not here."
            " Get it with `python3 -m pip install cryptography`, and run this again."
        )
    return notes


def say(*lines: str) -> None:
    """Print lines; whatever could fool a terminal is shown as an escape."""
    for line in lines:
        sys.stdout.write("".join(map(harmless, line)) + "\n")


def harmless(character: str) -> str:
    """Return a character, or its number where a terminal might obey it."""
    return character if character.isprintable() else f"\\u{ord(character):04x}"


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
