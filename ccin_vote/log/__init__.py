"""WHAT happened: events, canonical bytes, Merkle tree, checkpoint, the only writer.

The format of the log, byte for byte. Only the events are our own: the tree is that of RFC 6962 and
RFC 9162, the signed files are C2SP `signed-note`, `tlog-checkpoint`, `tlog-cosignature` and
`tlog-proof`, so that other implementations (Go's `sumdb/note` and `sumdb/tlog`) verify them as
they are. Every parser refuses what the formatter would not have written.

**Lines.** `log.jsonl` is a sequence of lines, each an event followed by one newline (0x0A). An
event is a JSON object in the canonical form of RFC 8785, in UTF-8: keys sorted, no space between
tokens, no number but integers of at most 53 bits, no null. Binary values are base64url without
padding (RFC 4648, section 5); times are RFC 3339 in UTC with whole seconds and `Z`. `type` says
which event it is; `events` lists the fields of each. An unknown type or field is refused, and so is
a line of more than 64 MiB. This example has two lines that are shorter than likely ones:

    {"text":"The first line.","type":"incident.noted"}
    {"scheduled":"2026-09-25T11:00:00Z","time":"2026-09-25T11:00:04Z","type":"poll.closed"}

**Format.** The first line is `election.opened`. Its field `format` is the number of this format, 2,
and `verifier` is the SHA-256 of the `verify.py` that belongs to it: the file that is published
beside the log. A verifier decides by that number alone what it reads; a higher one than it knows it
refuses, and names that `verify.py`. The first format had no number: its first line has neither of
the two fields, and is otherwise the same. A line that would end in CR LF is refused: line ends are
part of the bytes that are signed.

**Tree.** The lines, each without its newline, are the leaves of a Merkle tree with SHA-256. A leaf
hashes to SHA-256(0x00 || line), a node to SHA-256(0x01 || left || right); of n > 1 leaves the left
subtree takes the largest power of two below n. The leaves of the example hash to

    6803ed2f59c3ce9268b5d656dd87111e38d1741a3e4b3ce43296afa9d0946a20
    c29d761d6e2ef13d7cc490b48f47402a304cffaf00ea9d1ec59c5e264384accb

and its root is

    2385a1a9d4f3bc7578c55d475a0b3780a2b8b68aebea4384538c921f50e92331

**Keys.** A verifier key is `name+id+key`: `id` is eight hex digits, the first four bytes of
SHA-256(name || 0x0A || type || public key), and `key` is base64 with padding (RFC 4648, section 4)
of type || public key. The officer's type is 0x01, an Ed25519 public key of 32 bytes; the name is
`ccin-vote/` and the election id. It stands in the log's first line and in `officer.vkey`. With the
secret key 000102...1f (32 bytes that count up from 0) and the election id
`seat-00112233445566778899aabbccddeeff`:

    ccin-vote/seat-00112233445566778899aabbccddeeff+7eabfe1c+\
AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4

A scrutineer's type is 0x04; the name is the officer's and `/scrutineer-` and the scrutineer's
number in the definition, from 1. These keys stand in `scrutineers.vkeys`, a line each. With the
secret key 202122...3f:

    ccin-vote/seat-00112233445566778899aabbccddeeff/scrutineer-1+40a17978+\
BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X

**Checkpoint.** `checkpoint` is a signed note. Its text is three lines, each with its newline: the
officer's key name, the number of log lines in decimal, the root in base64. After it stand an empty
line and the signatures, a line each: an em dash, a space, the key's name, a space, and base64 of
key id || signature. The officer's signature is Ed25519 over the text. It is the first; the others
follow in the order of their names, and no key signs twice. A scrutineer's cosignature is time ||
signature: eight bytes, big-endian, of POSIX time, then Ed25519 over the lines `cosignature/v1` and
`time` with a space and the time in decimal, and the text. `checkpoints/opened`, `closed` and
`declared` are the heads whose last line is the first `election.opened`, `poll.closed` and
`result.declared`. The example's checkpoint, cosigned at 1790334000:

    ccin-vote/seat-00112233445566778899aabbccddeeff
    2
    I4WhqdTzvHV4xV1HWgs3gKK4torr6kOEU4ySH1DpIzE=

    — ccin-vote/seat-00112233445566778899aabbccddeeff \
fqv+HCRCG+MS/cemOtbK5raxA2sx5+JRuSNDpMsGXA+S06r5w3iK4aZTPsA/wQx37WWboLG+06nAWsCDKH6eT/D36wQ=
    — ccin-vote/seat-00112233445566778899aabbccddeeff/scrutineer-1 \
QKF5eAAAAABqtlQwAQCXOCzdnoakF3sn/jECJ5Hab7PEpsCqDhIuWJPcJRqZjHNZqQYIfT3nd8J9UXiNgNV9uhuVl\
rrtxh0ojyLICg==

**Receipt.** A receipt proves that one line is in the log that a checkpoint signs. It is the line
`c2sp.org/tlog-proof@v1`, the line `index` with a space and the line's number from 0, the hashes of
the inclusion proof (RFC 6962, section 2.1.1) from the leaf's sibling upwards, a line each in
base64, an empty line, and the checkpoint as it is. For the second line of the example it begins

    c2sp.org/tlog-proof@v1
    index 1
    aAPtL1nDzpJotdZW3YcRHjjRdBo+SzzkMpavqdCUaiA=

**Writing.** One process writes at a time, behind an exclusive lock (`flock`) on `log.jsonl`. Whole
lines are appended with one write and synced; then `checkpoint` is replaced: written beside it,
synced, renamed, the folder synced; only then is anyone told. So after a crash the log may have
lines that no checkpoint signs. The next writer keeps the complete ones and signs them. Bytes after
the last newline are kept in the officer's `private/torn/`, and `log.recovered` takes their place:
how many there were, and their SHA-256. A complete line that is no event, a log shorter than a head
in the folder, or one with another root at that head's size is not repaired but refused.
"""
