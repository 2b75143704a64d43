"""Outlook's own formats, written for tests: a message file ([MS-CFB], [MS-OXMSG]) and a TNEF."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


@dataclass
class Entry:
    """An entry of the directory: a storage or a stream."""

    name: str
    kind: int
    data: bytes = b""
    inside: list[int] = field(default_factory=list)
    start: int = END


def compound(tree: Tree) -> bytes:
    """Write a compound file, version 3; ``tree`` is its root storage."""
    entries = [Entry("Root Entry", 5)]
    _enter(entries, 0, tree)
    sectors: list[bytes] = []
    chain: list[int] = []
    mini, mini_chain = b"", list[int]()
    for entry in entries[1:]:
        if entry.kind == 2 and len(entry.data) >= CUTOFF:
            entry.start = _put(sectors, chain, entry.data)
        elif entry.data:
            entry.start = len(mini_chain)
            count = -(-len(entry.data) // MINI)
            mini_chain += [*range(entry.start + 1, entry.start + count), END]
            mini += entry.data.ljust(count * MINI, b"\0")
    entries[0].data, entries[0].start = mini, _put(sectors, chain, mini)
    first_mini = _put(sectors, chain, struct.pack(f"<{len(mini_chain)}I", *mini_chain), b"\xff")
    minis = -(-len(mini_chain) * 4 // SECTOR)
    directory = _put(sectors, chain, b"".join(map(_entry, entries, _siblings(entries))))
    count = 1
    while (len(chain) + count) * 4 > count * SECTOR:
        count += 1
    first_fat = len(chain)
    chain += [FAT] * count
    sectors += [struct.pack(f"<{len(chain)}I", *chain).ljust(count * SECTOR, b"\xff")]
    fats = [*range(first_fat, first_fat + count)]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory),
        *(0, CUTOFF, first_mini, minis, END, 0),
    )
    return head + struct.pack("<109I", *fats, *[FREE] * (109 - count)) + b"".join(sectors)


def _enter(entries: list[Entry], parent: int, tree: Tree) -> None:
    for name, value in tree.items():
        entries[parent].inside.append(len(entries))
        entries.append(Entry(name, 2, value) if isinstance(value, bytes) else Entry(name, 1))
        if not isinstance(value, bytes):
            _enter(entries, len(entries) - 1, value)


def _put(sectors: list[bytes], chain: list[int], data: bytes, fill: bytes = b"\0") -> int:
    if not data:
        return END
    start, count = len(chain), -(-len(data) // SECTOR)
    chain += [*range(start + 1, start + count), END]
    sectors.append(data.ljust(count * SECTOR, fill))
    return start


def _siblings(entries: list[Entry]) -> list[int]:
    """Return the next sibling of each entry: they stand in a row, not in a balanced tree."""
    after = {
        one: next_one
        for entry in entries
        for one, next_one in zip(entry.inside, entry.inside[1:], strict=False)
    }
    return [after.get(number, FREE) for number in range(len(entries))]


def _entry(entry: Entry, after: int) -> bytes:
    name = f"{entry.name}\0".encode("utf-16-le")
    child = entry.inside[0] if entry.inside else FREE
    return struct.pack(
        "<64sHBBIII36xIQ",
        *(name, len(name), entry.kind, 1, FREE, after, child, entry.start, len(entry.data)),
    )


def properties(header: int, values: dict[int, str | bytes | int]) -> Tree:
    """Write properties of an object: numbers in their list, texts and bytes in streams."""
    tree: Tree = {}
    rows = b""
    for pid, value in values.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIII", 3, pid, 6, value, 0)
            continue
        kind = 0x1F if isinstance(value, str) else 0x102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{pid:04X}{kind:04X}"] = data
        rows += struct.pack("<HHIII", kind, pid, 6, len(data), 0)
    return {"__properties_version1.0": bytes(header) + rows, **tree}


def attachment(number: int, name: str, content: bytes | Tree) -> Tree:
    """Write an attachment: a file, or a message inside the message."""
    own: dict[int, str | bytes | int] = {0x3707: name, 0x3705: 1}
    if isinstance(content, bytes):
        own[0x3701] = content
    tree = properties(8, own)
    if not isinstance(content, bytes):
        tree["__substg1.0_3701000D"] = content
    return {f"__attach_version1.0_#{number:08X}": tree}


def message(
    values: dict[int, str | bytes | int], *more: Tree, kind: str = "IPM.Note", header: int = 32
) -> Tree:
    """Write a message: its class, properties, and attachments or recipients."""
    tree = properties(header, {0x1A: kind, **values})
    for part in more:
        tree |= part
    return tree


def recipient(address: str) -> Tree:
    """Write a recipient."""
    return {"__recip_version1.0_#00000000": properties(8, {0x39FE: address})}


def msg(values: dict[int, str | bytes | int], *more: Tree, kind: str = "IPM.Note") -> bytes:
    """Write a message file; 0x1000 is its text, 0x1013 its HTML, 0x7D its headers."""
    return compound(message(values, *more, kind=kind))


def tnef(body: bytes = b"", *files: tuple[bytes, bytes]) -> bytes:
    """Write a TNEF with a text and files ([MS-OXTNEF])."""
    data = struct.pack("<IH", 0x223E9F78, 1) + _object(1, 0x00089006, b"\0\0\1\0")
    data += _object(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        data += _object(1, 0x0002800C, body + b"\0")
    for name, content in files:
        data += _object(2, 0x00069002, bytes(14)) + _object(2, 0x00018010, name + b"\0")
        data += _object(2, 0x0006800F, content)
    return data


def _object(level: int, name: int, data: bytes) -> bytes:
    return (
        struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    )
