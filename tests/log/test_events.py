"""Events and their lines: every kind round-trips; what is not canonical is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.canonical import NotCanonical, read_json, write_json
from ccin_vote.log.events import (
    MAXIMUM_LINE,
    TYPES,
    BallotAccepted,
    BallotRefused,
    BallotsOpened,
    CandidateWithdrawn,
    Credential,
    CredentialReissued,
    CredentialRevoked,
    CredentialsIssued,
    ElectionOpened,
    IncidentNoted,
    LogRecovered,
    LotDrawn,
    PageIssued,
    PaperEntered,
    PollClosed,
    ResultDeclared,
    event_to_line,
    line_to_event,
)
from ccin_vote.seal.envelope import SealedBallot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.log.events import Event

HASH = bytes(range(32))
NOON = "2026-09-25T11:00:00Z"
CREDENTIAL = Credential(key=HASH, votes=2, contests=("seat", "motion"))
BALLOT = SealedBallot(
    election="seat-1",
    manifest=HASH,
    credential=HASH,
    sequence=2**52,
    ciphertext=b"\xff\xfe",
    digests=(HASH,),
    shares=(b"share",),
    signature=bytes(64),
)
EVENTS: list[Event] = [
    ElectionOpened(
        type="election.opened",
        election="seat-1",
        definition='title = "Seat"\n# \u00e9 \u2028 \U0001f5f3\n',
        roll_digest=HASH,
        roll_size=3,
        electors=(("seat", 1, 2), ("seat", 2, 1)),
        officer="ccin-vote/seat-1+00000000+AAAA",
        scrutineers=("ccin-vote-key1.AAAA",),
        needed=1,
        software="ccin-vote 1",
        time=NOON,
    ),
    CredentialsIssued(type="credentials.issued", credentials=(CREDENTIAL,)),
    CredentialRevoked(type="credential.revoked", credential=HASH, reason="lost"),
    CredentialReissued(
        type="credential.reissued", revoked=HASH, credential=CREDENTIAL, superseded=True
    ),
    PageIssued(type="page.issued", contests=("seat",), digest=HASH),
    BallotAccepted(type="ballot.accepted", ballot=BALLOT),
    BallotRefused(type="ballot.refused", digest=HASH, credential=HASH, reason="late"),
    PaperEntered(
        type="paper.entered",
        batch=BALLOT,
        counts=(("seat", 1, 4),),
        signatures=((1, bytes(64)), (2, bytes(64))),
    ),
    IncidentNoted(type="incident.noted", text='A "quoted"\ttext\x7f\n'),
    PollClosed(type="poll.closed", time=NOON, scheduled=NOON),
    BallotsOpened(
        type="ballots.opened",
        closed_root=HASH,
        digest=HASH,
        totals=(("seat", 3, 4),),
        set_aside=((7, "invalid"),),
        signatures=((1, bytes(64)),),
    ),
    LotDrawn(
        type="lot.drawn",
        contest="seat",
        stage=1,
        purpose="exclusion",
        among=("a", "b"),
        order=("b", "a"),
        drawn_by="one",
        witnessed_by="two",
    ),
    ResultDeclared(type="result.declared", files=(("result.md", HASH),), head=HASH, time=NOON),
    LogRecovered(type="log.recovered", length=9, digest=HASH),
    CandidateWithdrawn(type="candidate.withdrawn", contest="seat", candidate="a"),
]


def test_the_cases_here_are_every_kind_of_event() -> None:
    """No kind of event is without a case in these tests."""
    assert tuple(event.type for event in EVENTS) == TYPES


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    """Each kind of event is one line, and comes back from it the same."""
    line = event_to_line(event)
    assert b"\n" not in line
    assert line_to_event(line) == event
    assert event_to_line(line_to_event(line)) == line


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_no_field_can_be_missing_and_none_added(event: Event) -> None:
    """A line with a field less or more is refused."""
    line = event_to_line(event)
    with pytest.raises(NotCanonical):
        line_to_event(b'{"a":1,' + line[1:])
    fields = read_json(line)
    assert isinstance(fields, dict)
    for name in fields:
        fewer = {key: value for key, value in fields.items() if key != name}
        with pytest.raises(NotCanonical):
            line_to_event(write_json(fewer))


def test_no_field_is_null() -> None:
    """What may be missing is left out; there is no second spelling of that."""
    fields = read_json(event_to_line(EVENTS[0]))
    assert isinstance(fields, dict)
    with pytest.raises(NotCanonical, match="null"):
        line_to_event(write_json(fields | {"order": None}))


def mutations(good: bytes) -> Iterator[bytes]:
    """Yield every line that differs in one byte dropped or doubled, or in its spelling."""
    for at, byte in enumerate(good):
        yield good[:at] + good[at + 1 :]
        yield good[:at] + bytes([byte, byte]) + good[at + 1 :]
        yield good[:at] + b" " + good[at:]
        yield good[:at] + b"\x00" + good[at:]
        yield good[:at] + b"\xff" + good[at + 1 :]
    yield from (good + extra for extra in (b" ", b"\n", b"\x00", b"{}", good))


def test_every_mutation_of_a_line_without_free_text_is_refused() -> None:
    """Of a line whose fields are all of fixed form, none that differs in one byte is taken."""
    good = event_to_line(EVENTS[6])
    for changed in mutations(good):
        with pytest.raises(NotCanonical):
            line_to_event(changed)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_line_changed_in_any_byte_is_refused_or_is_another_event(event: Event) -> None:
    """No second spelling of an event exists: what is taken is written again as it stood."""
    good = event_to_line(event)
    for at, byte in enumerate(good):
        for other in (byte ^ 1, byte ^ 0x20, 0x30, 0x22):
            changed = good[:at] + bytes([other]) + good[at + 1 :]
            try:
                found = line_to_event(changed)
            except NotCanonical:
                continue
            assert event_to_line(found) == changed


BAD_LINES = {
    "nothing": b"",
    "not JSON": b"hello",
    "not UTF-8": b'{"text":"\xff","type":"incident.noted"}',
    "a number": b"1",
    "an array": b'["incident.noted"]',
    "no type": b'{"text":"a"}',
    "a type that is no text": b'{"text":"a","type":["incident.noted"]}',
    "a type of a later version": b'{"text":"a","type":"incident.withdrawn"}',
    "a space between tokens": b'{"text": "a","type":"incident.noted"}',
    "keys in another order": b'{"type":"incident.noted","text":"a"}',
    "a key twice": b'{"text":"a","text":"a","type":"incident.noted"}',
    "an escape where none is needed": b'{"text":"\\u0061","type":"incident.noted"}',
    "half of a surrogate pair": b'{"text":"\\ud800","type":"incident.noted"}',
    "null for a field": b'{"text":null,"type":"incident.noted"}',
    "a number for a text": b'{"text":1,"type":"incident.noted"}',
    "a byte order mark": b'\xef\xbb\xbf{"text":"a","type":"incident.noted"}',
    "a newline inside": b'{"text":"a",\n"type":"incident.noted"}',
    "a count below nought": event_to_line(EVENTS[13]).replace(b"9,", b"-1,"),
    "a count that is a fraction": event_to_line(EVENTS[13]).replace(b"9,", b"9.0,"),
    "a count beyond 53 bits": event_to_line(EVENTS[13]).replace(b"9,", b"9007199254740992,"),
    "a count of five thousand digits": event_to_line(EVENTS[13]).replace(b"9,", b"9" * 5000 + b","),
    "true for a count": event_to_line(EVENTS[13]).replace(b"9,", b"true,"),
    "a hash too short": event_to_line(
        LogRecovered(type="log.recovered", length=1, digest=HASH)
    ).replace(b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", b"AAEC"),
    "a reason that is no code": event_to_line(EVENTS[6]).replace(b'"late"', b'"disliked"'),
    "nested beyond any event": b"[" * 100_000,
}


@pytest.mark.parametrize("wrong", BAD_LINES)
def test_a_bad_line_is_refused(wrong: str) -> None:
    """A line that is no event in its one spelling is refused."""
    with pytest.raises(NotCanonical):
        line_to_event(BAD_LINES[wrong])


BAD_TIMES = [
    "2026-09-25T11:00:00",
    "2026-09-25T11:00:00+00:00",
    "2026-09-25T11:00:00.0Z",
    "2026-09-25 11:00:00Z",
    "2026-02-30T11:00:00Z",
    "2026-09-25T24:01:00Z",
    "2026-09-25T11:00:60Z",
    "1026-09-25T11:00:00Z",
    "\u0662026-09-25T11:00:00Z",
    "2026-09-25T11:00:00Z\\n",
]


@pytest.mark.parametrize("time", BAD_TIMES)
def test_a_time_in_another_form_is_refused(time: str) -> None:
    """A time is RFC 3339 in UTC with whole seconds, and on the calendar."""
    line = event_to_line(EVENTS[9]).replace(NOON.encode(), time.encode())
    with pytest.raises(NotCanonical):
        line_to_event(line)


def test_a_line_too_long_is_neither_written_nor_read() -> None:
    """What could not be read back is not written."""
    with pytest.raises(NotCanonical, match="too long"):
        event_to_line(IncidentNoted(type="incident.noted", text="a" * MAXIMUM_LINE))
    with pytest.raises(NotCanonical, match="too long"):
        line_to_event(b" " * (MAXIMUM_LINE + 1))


def test_an_event_of_a_later_version_is_told_as_such() -> None:
    """A kind of event that is not known is not taken for damage."""
    with pytest.raises(NotCanonical, match="not an event that this version knows"):
        line_to_event(BAD_LINES["a type of a later version"])


@given(st.text())
def test_any_text_round_trips_or_is_refused(text: str) -> None:
    """Whatever the text of an incident, its line gives it back, or it cannot be written."""
    try:
        event = IncidentNoted(type="incident.noted", text=text)
        line = event_to_line(event)
    except ValueError:
        assert any("\ud800" <= character <= "\udfff" for character in text)
        return
    assert line_to_event(line) == event


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_refused(data: bytes) -> None:
    """Whatever the bytes, they are refused or an event that is written so."""
    try:
        event = line_to_event(data)
    except NotCanonical:
        return
    assert event_to_line(event) == data
