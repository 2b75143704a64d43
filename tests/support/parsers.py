"""Every parser of what comes from outside, what it may raise, and good input to start from.

One table for the tests of hostile input and for the coverage-guided runs.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from ccin_vote.ballot.blt import read_blt
from ccin_vote.ballot.csv_files import read_preference_profile, read_rctab
from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.canonical import read_json
from ccin_vote.correspondence.mailbox import messages_in
from ccin_vote.correspondence.message import read_contents
from ccin_vote.correspondence.reply import Reply
from ccin_vote.election.loading import parse_definition
from ccin_vote.errors import ElectionError
from ccin_vote.log.checkpoint import Head, Receipt
from ccin_vote.log.events import line_to_event
from ccin_vote.log.note import Note, VerifierKey
from ccin_vote.record.lots_file import parse_lots
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.token import read_token
from ccin_vote.seal.keys import KeyFile, SecretKey, read_public_line
from ccin_vote.seal.sealing import seal_to
from ccin_vote.seal.sharing import Handover, unpack_shares
from tests.support.bench import CONTESTS, HEAD, members
from tests.support.lists import read_list
from tests.support.mails import ballots_in
from tests.support.returned import qmail, standard

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = (ElectionError, ValueError)
"""ValueError: NotCanonical, BadNote, BadBallot, BadToken, BadKey and pydantic's are kinds of it."""

RECIPIENT = SecretKey(b"\1" * 32)
HANDOVER = Handover("small-1", b"\0" * 32, 1, 2)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _shares(data: bytes) -> object:
    """Open a packet that a scrutineer made of anything: sealed as it should be, odd inside."""
    packet = seal_to(RECIPIENT.public.seal, data, HANDOVER.label())
    return unpack_shares(packet, HANDOVER, RECIPIENT, 3)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "a token": lambda data: read_token(_text(data)),
    "a sealed ballot in a mail": ballots_in,
    "what a mail is, and whose": lambda data: read_contents(data, "small-1"),
    "a mailbox": lambda data: list(messages_in("box", io.BytesIO(data))),
    "a BLT file": lambda data: read_blt(data, "x.blt"),
    "an RCTab file": lambda data: read_rctab(data, "x.csv"),
    "a preference profile": lambda data: read_preference_profile(data, "x.csv"),
    "a roll as CSV": read_list,
    "a definition": lambda data: parse_definition(data, "election.toml"),
    "a roll": lambda data: parse_roll(data, "members.toml"),
    "lots": lambda data: parse_lots(data, "lots.toml"),
    "a log line": line_to_event,
    "canonical JSON": read_json,
    "a signed note": Note.parse,
    "a checkpoint": lambda data: Head.parse(_text(data)),
    "a verifier key": lambda data: VerifierKey.parse(_text(data)),
    "a receipt": Receipt.parse,
    "a reply": Reply.from_json,
    "opened papers": OpenedPapers.from_json,
    "a packet of shares": lambda data: unpack_shares(data, HANDOVER, RECIPIENT, 3),
    "shares in a packet": _shares,
    "a scrutineer's key": lambda data: read_public_line(_text(data), "small"),
    "a key file": KeyFile.read,
}
"""Each takes any bytes, and raises nothing but what is in ``OWN``."""

HASH = "A" * 43
FILLED = {
    "needed": 1,
    "minimum": 1,
    "publication": "full",
    "revoting": "latest",
    "options": "",
    "scrutineers": "",
}
SEEDS = [
    b'2 1\n3 1 2 0\n1 (x) 1=2 - 0\n0\n"A"\n"B"\n"T"\n',
    b"Precinct,rank1,rank2\nP,A,B\n",
    b'2,1,\n3,1,2,\n"Candidate 1","A","-",\n"Candidate 2","B","-",\n"T",\n',
    b"name,email,votes\nA,a@x.org,1\n",
    (HEAD.format(**FILLED) + CONTESTS).encode(),
    members(2).encode(),
    b'[[lots]]\ncontest = "c"\nstage = 1\npurpose = "election"\norder = ["A", "B"]\n',
    json.dumps({"digest": HASH, "contests": ["chair"], "type": "page.issued"}).encode(),
    b"ccin-vote/small-1\n7\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 ccin-vote/small-1 AAAAAAAA\n",
    b"c2sp.org/tlog-proof@v1\nindex 3\n\nccin-vote/small-1\n",
    b'{"election":"small-1","salt":"","contests":[],"set_aside":[]}',
    standard("m1@x.org"),
    qmail("m1@x.org", b"Subject: x\n\nABCD-EFGH-JKMN-PQRS-TVWX-YZ01\n"),
    b"From v@x.org Mon Jan  7 10:00:00 2030\nSubject: x\n\nx\n\nFrom v@x.org Mon 2030\n\ny\n",
]
"""Something of most kinds that is well formed, or nearly."""
