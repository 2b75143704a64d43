"""Ways to damage a good published folder: every file, line, field and byte in turn."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccin_vote.canonical import sha256, to_base64url
from ccin_vote.log.checkpoint import Head
from ccin_vote.log.merkle import root_of
from ccin_vote.log.note import Note, sign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = Any


@dataclass(frozen=True)
class Damage:
    """One way: what it is, the files that it changes (None: gone), and where it is to be found."""

    name: str
    files: dict[str, bytes | None]
    line: int | None = None

    def do(self, folder: Path) -> None:
        """Damage a folder."""
        for name, data in self.files.items():
            path = folder / name
            if data is None:
                path.unlink()
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)


def changed(value: Json) -> Iterator[Json]:
    """Yield a value in every way otherwise, one change each."""
    if isinstance(value, dict):
        for key in value:
            rest = {name: one for name, one in value.items() if name != key}
            yield rest
            yield {**rest, f"{key}x": value[key]}
            yield from ({**value, key: one} for one in changed(value[key]))
        yield {**value, "more": 1}
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield value[:at] + value[at + 1 :]
            yield [*value[: at + 1], *value[at:]]
            if value[at : at + 2][::-1] != value[at : at + 2]:
                yield value[:at] + value[at : at + 2][::-1] + value[at + 2 :]
            yield from ([*value[:at], other, *value[at + 1 :]] for other in changed(one))
        if not value:
            yield [0]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, str(value))
    elif isinstance(value, str):
        other = {"A": "B", "a": "b", "1": "2"}.get(value[:1], "A")
        yield from (other + value[1:], value[:-1] if value else "x", None)
    else:
        yield 0


def dump(value: Json) -> bytes:
    """Write canonical JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its name below it."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def every_damage(folder: Path, key: Ed25519PrivateKey, other: Path) -> Iterator[Damage]:
    """Yield every way to damage a folder; ``other`` is that of another election."""
    files = files_of(folder)
    dice = random.Random(2000)
    for name, data in files.items():
        yield from _file(name, data, dice)
        there = other / name
        if there.exists() and there.read_bytes() != data:
            yield Damage(f"{name} of another election", {name: there.read_bytes()})
    lines = files["log.jsonl"].split(b"\n")[:-1]
    yield from _lines(lines)
    yield from _events(lines)
    for name in ("opened.json", "result.json"):
        for number, value in enumerate(changed(json.loads(files[name]))):
            yield Damage(f"{name}, change {number}", {name: dump(value)})
    yield from _forgeries(lines, files, key)


def _file(name: str, data: bytes, dice: random.Random) -> Iterator[Damage]:
    if name != "verify.py":  # whoever does not need it may leave it out
        yield Damage(f"{name} is gone", {name: None})
    for words, new in (
        ("empty", b""),
        ("cut by a byte", data[:-1]),
        ("cut by half", data[: len(data) // 2]),
        ("longer", data + b"x"),
        ("twice", data + data),
        ("another", b"something else\n"),
    ):
        yield Damage(f"{name} is {words}", {name: new})
    for at in sorted(dice.sample(range(len(data)), min(8, len(data)))):
        flipped = data[:at] + bytes([data[at] ^ (1 << dice.randrange(7))]) + data[at + 1 :]
        yield Damage(f"{name}, byte {at} flipped", {name: flipped})


def _log(lines: list[bytes]) -> dict[str, bytes | None]:
    return {"log.jsonl": b"".join(line + b"\n" for line in lines)}


def _lines(lines: list[bytes]) -> Iterator[Damage]:
    for at, line in enumerate(lines):
        rest = [*lines[:at], *lines[at + 1 :]]
        yield Damage(f"line {at + 1} dropped", _log(rest))
        yield Damage(f"line {at + 1} doubled", _log([*lines[: at + 1], *lines[at:]]))
        yield Damage(f"line {at + 1} at the end", _log([*rest, line]) if rest[at:] else _log(rest))
        if at:
            swapped = [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
            yield Damage(f"lines {at} and {at + 1} swapped", _log(swapped))


def _events(lines: list[bytes]) -> Iterator[Damage]:
    """Change every field of one event of each type, and of a few more ballots."""
    seen: dict[str, int] = {}
    for at, line in enumerate(lines):
        event = json.loads(line)
        seen[event["type"]] = seen.get(event["type"], 0) + 1
        if seen[event["type"]] > (3 if event["type"] == "ballot.accepted" else 1):
            continue
        for number, value in enumerate(changed(event)):
            new = [*lines[:at], dump(value), *lines[at + 1 :]]
            yield Damage(f"line {at + 1} ({event['type']}), change {number}", _log(new))


def _forgeries(
    lines: list[bytes], files: dict[str, bytes], key: Ed25519PrivateKey
) -> Iterator[Damage]:
    """Let the officer change what scrutineers had seen, and sign the log anew."""
    ends = {"opened": 0, "closed": 0, "declared": 0}
    for at, line in enumerate(lines):
        kind = json.loads(line)["type"]
        ends |= {"poll.closed": {"closed": at}, "result.declared": {"declared": at}}.get(kind, {})
    accepted = [at for at, line in enumerate(lines) if b'"ballot.accepted"' in line]
    issued = next(at for at, line in enumerate(lines) if b'"credentials.issued"' in line)
    for at in range(1, ends["closed"] + 1):
        yield _signed(f"line {at + 1} dropped", [*lines[:at], *lines[at + 1 :]], files, key)
    for at in accepted:
        event = json.loads(lines[at])
        for other in accepted[:2]:
            stolen = json.loads(lines[other])["ballot"]["credential"]
            if stolen != event["ballot"]["credential"]:
                ballot = {**event["ballot"], "credential": stolen}
                new = [*lines[: at + 1], dump({**event, "ballot": ballot}), *lines[at + 1 :]]
                yield _signed(f"line {at + 1} copied under another credential", new, files, key)
        replayed = [*lines[: ends["closed"]], lines[at], *lines[ends["closed"] :]]
        yield _signed(f"line {at + 1} replayed", replayed, files, key)
        who = event["ballot"]["credential"]
        gone = dump({"credential": who, "reason": "lost", "type": "credential.revoked"})
        new = [*lines[: ends["closed"]], gone, *lines[ends["closed"] :]]
        yield _signed(f"the credential of line {at + 1} revoked after voting", new, files, key)
    event = json.loads(lines[issued])
    for number, value in enumerate(changed(event["credentials"][:1])):
        more = sorted(event["credentials"] + value, key=str)
        new = [*lines[:issued], dump({**event, "credentials": more}), *lines[issued + 1 :]]
        yield _signed(f"credentials added, {number}", new, files, key)


def _signed(
    what: str,
    lines: list[bytes],
    files: dict[str, bytes],
    key: Ed25519PrivateKey,
    more: dict[str, bytes | None] | None = None,
) -> Damage:
    """Sign every head of a changed log, as only the officer could; ``more`` files change too."""
    origin = Note.parse(files["checkpoint"]).text.split("\n")[0]

    def head(size: int) -> bytes:
        text = str(Head(origin, size, root_of(lines[:size])))
        return str(Note(text, (sign(text, origin, key),))).encode()

    new = _log(lines) | {"checkpoint": head(len(lines))} | (more or {})
    for point, kind in POINTS.items():
        at = [n for n, line in enumerate(lines, 1) if f'"{kind}"'.encode() in line[-120:]]
        if at:
            new[f"checkpoints/{point}"] = head(at[0])
    return Damage(f"signed anew: {what}", new)


@dataclass(frozen=True)
class Forgery:
    """Another log for the officer to sign, and the files that change with it."""

    name: str
    lines: list[bytes]
    files: dict[str, bytes | None]

    def damage(self, files: dict[str, bytes], key: Ed25519PrivateKey) -> Damage:
        """Sign it."""
        return _signed(self.name, self.lines, files, key, self.files)


def sign_anew(folder: Path, lines: list[bytes], key: Ed25519PrivateKey) -> None:
    """Let the officer sign another log of a published folder."""
    files = {"checkpoint": (folder / "checkpoint").read_bytes()}
    Forgery("another log", lines, {}).damage(files, key).do(folder)


POINTS = {"opened": "election.opened", "closed": "poll.closed", "declared": "result.declared"}
"""The heads that are kept, and the events that they end in."""

ODD: tuple[Json, ...] = (
    True,
    -1,
    2**53 - 1,
    2**53,
    0.5,
    "",
    "\u0661",
    [],
    {},
    [[]],
    "2026-02-30T00:00:00Z",
    "A",
)
"""What may stand where something else belongs."""


def strange(value: Json) -> Iterator[Json]:
    """Yield a value with each of its leaves, in turn, of another kind."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from ({**value, key: other} for other in strange(one))
    elif isinstance(value, list) and value:
        for at, one in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in strange(one))
    else:
        yield from (one for one in ODD if one != value or type(one) is not type(value))


def at_the_close(folder: Path) -> dict[str, bytes | None]:
    """Return what makes a declared folder one that was published at the close."""
    lines = (folder / "log.jsonl").read_bytes().split(b"\n")[:-1]
    closed = next(n for n, line in enumerate(lines, 1) if b'"poll.closed"' in line)
    later = ["checkpoints/declared", "opened.json", "result.json", "result.md"]
    later += [path.relative_to(folder).as_posix() for path in (folder / "papers").iterdir()]
    head = (folder / "checkpoints" / "closed").read_bytes()
    return _log(lines[:closed]) | {"checkpoint": head} | dict.fromkeys(later)


def every_forgery(files: dict[str, bytes]) -> Iterator[Forgery]:
    """Yield every way in which the officer may change an event, and sign the log anew.

    Some of them give another good log: they are there to compare two verifiers.
    """
    lines = files["log.jsonl"].split(b"\n")[:-1]
    seen: set[str] = set()
    for at, line in enumerate(lines):
        event = json.loads(line)
        for number, value in enumerate((*changed(event), *strange(event))):
            if event["type"] in seen:
                break
            new = [*lines[:at], dump(value), *lines[at + 1 :]]
            yield Forgery(f"line {at + 1} ({event['type']}), change {number}", new, {})
        seen.add(event["type"])
        if at:
            swapped = [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
            yield Forgery(f"lines {at} and {at + 1} swapped", swapped, {})
        doubled = [*lines[: at + 1], *lines[at:]]
        yield Forgery(f"line {at + 1} doubled", doubled, {})
    for at, event in enumerate(_likely(lines)):
        for place in (1, len(lines) // 2, len(lines) - 1, len(lines)):
            new = [*lines[:place], dump(event), *lines[place:]]
            yield Forgery(f"event {at} at line {place + 1}", new, {})


def _likely(lines: list[bytes]) -> Iterator[Json]:
    """Yield events that might stand somewhere: refusals, revocations, incidents, withdrawals."""
    first = json.loads(lines[0])
    credentials = next(json.loads(line) for line in lines if b'"credentials.issued"' in line)
    used = [json.loads(line)["ballot"]["credential"] for line in lines if b'"ballot":' in line]
    digest = first["roll_digest"]
    for who in (credentials["credentials"][0]["key"], used[0], used[-1], digest):
        for reason in ("revoked", "copied", "older-sequence", "not-first", "late"):
            yield {
                "credential": who,
                "digest": digest,
                "reason": reason,
                "type": "ballot.refused",
            }
        for reason in ("lost", "paper", "unknown"):
            yield {"credential": who, "reason": reason, "type": "credential.revoked"}
    yield {"text": "Something happened.", "type": "incident.noted"}
    yield {"digest": digest, "length": 7, "type": "log.recovered"}
    contest = first["order"][0][0] if "order" in first else "nobody"
    for who in (first.get("order", [["", ["x"]]])[0][1][0], "nobody"):
        yield {"candidate": who, "contest": contest, "type": "candidate.withdrawn"}


def strange_heads(files: dict[str, bytes]) -> Iterator[Damage]:
    """Put strange signature lines under every head."""
    for name in [file for file in files if file.startswith("checkpoint")]:
        text, _, marks = files[name].decode().rpartition("\n\n")
        first, *others = marks.splitlines()
        stranger = first.replace("/", "/not-", 1)
        more = [[first, *others, stranger], [first, *others, first], [*others, first], others]
        more.append([first, *others, first.replace(" ccin-vote", " x")])
        more.append([first, *others, f"{first.split(' ')[0]} {first.split(' ')[1]} AAAA"])
        more += [[first, other[:-8] + "AAAAAAA=", *others] for other in others]
        for number, some in enumerate(more):
            data = "\n".join([text, "", *some, ""]).encode()
            if data != files[name]:
                yield Damage(f"{name}, signatures {number}", {name: data})


def redeclared(files: dict[str, bytes]) -> Iterator[Forgery]:
    """Yield every way in which the officer may declare another record or sheet."""
    lines = files["log.jsonl"].split(b"\n")[:-1]
    sheet = files["result.md"].decode()
    others = [("result.json", dump(one)) for one in changed(json.loads(files["result.json"]))]
    others += [("result.json", b"[" * 3000), ("result.json", files["result.json"] + b"\n")]
    for line in [part for part in sheet.split("\n") if "**" in part]:
        for other in ("", line + " x", line.replace(" nominee ", " other "), line.replace("*", "")):
            others.append(("result.md", sheet.replace(line, other, 1).encode()))
    for number, (name, data) in enumerate(others):
        new = with_digests(lines, {name: data})
        yield Forgery(f"declared anew: {name} {number}", new, {name: data})


def with_digests(lines: list[bytes], files: dict[str, bytes | None]) -> list[bytes]:
    """Let the last line, the declaration, name other files by their digests (None: not at all)."""
    event = json.loads(lines[-1])
    assert event["type"] == "result.declared"
    digests = {name: to_base64url(sha256(data)) for name, data in files.items() if data is not None}
    event["files"] = [
        [name, digests.get(name, old)]
        for name, old in event["files"]
        if name in digests or name not in files
    ]
    event["head"] = to_base64url(root_of(lines[:-1]))
    return [*lines[:-1], dump(event)]
