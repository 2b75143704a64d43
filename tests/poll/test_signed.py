"""A signed log folds to the same poll, whether its ballots are read or looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import BallotAccepted, Credential, CredentialsIssued, event_to_line
from ccin_vote.log.reader import WholeLog, read_entries, read_line
from ccin_vote.officer.note import note
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change, revoke
from ccin_vote.officer.withdraw import withdraw
from ccin_vote.poll.acceptance import parts_of
from ccin_vote.poll.apply import fold
from ccin_vote.poll.signed import LOOKUPS, SignedCredentials, fold_signed
from ccin_vote.poll.state import Box, Poll, box_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.store.session import Session
from tests.support.bench import members

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.log.events import Event
    from tests.support.bench import Bench

    Make = Callable[..., Bench]


@pytest.fixture
def eventful(bench: Make) -> Bench:
    """Return an election in which nearly everything happened, closed and declared."""
    small = bench(roll=members(8))
    tokens = small.tokens
    for later, token in enumerate([*tokens, tokens[0], tokens[1]]):
        small.hand_in(small.sealed(token, (1, 2, 3), later=later))
    small.hand_in(small.sealed(tokens[0], (2, 1, 3)))  # older than the one held
    reissue(small.folder, "m2", Change("lost", supersede=True), SYSTEM)
    small.hand_in(small.sealed(tokens[2], (2, 1, 3), later=99))  # its token is void
    revoke(small.folder, "m3", Change("member-left", supersede=True))
    reissue(small.folder, "m3", Change("lost"), SYSTEM)
    revoke(small.folder, "m4", Change("paper", supersede=True))
    withdraw(small.folder, "chair", "c")
    note(small.folder, "The post was late.")
    small.declared()
    return small


def plain(poll: Poll) -> Any:
    """Return all that a poll holds, as plain values."""
    box = box_of(poll)
    return (
        type(poll),
        {name: getattr(box, name) for name in Box.__slots__ if name not in LOOKED_UP},
        dict(box.credentials),
        dict(box.ballots),
        set(box.parts),
        (box.issued, box.returned, box.superseded),
    )


LOOKED_UP = {"credentials", "ballots", "parts"}


def test_every_part_of_a_log_folds_to_the_same_poll(eventful: Bench) -> None:
    """However many of its lines are signed, at every line of the log."""
    lines = eventful.folder.log.read_bytes().split(b"\n")[:-1]
    for end in range(1, len(lines) + 1):
        log = WholeLog.of(b"".join(line + b"\n" for line in lines[:end]))
        wanted = plain(fold(read_entries(lines[:end])))
        for known in {1, end // 2, end - 1, end}:
            assert plain(fold_signed(log, known)) == wanted


def test_what_is_looked_up_is_what_would_be_read(eventful: Bench) -> None:
    """Each ballot, credential and part, and none that is not there; before and after all is."""
    log = WholeLog.of(eventful.folder.log.read_bytes())
    whole = box_of(fold(read_entries(log.lines)))
    credentials = [*whole.credentials, b"\0" * 32, bytes(range(32))]
    ballots = [held_ballot.ballot for held in whole.ballots.values() for held_ballot in held]
    for patience in (0, LOOKUPS):
        box = box_of(fold_signed(log, len(log.lines)))
        for _ in range(patience):
            assert b"\1" * 32 not in box.ballots
        for key in credentials:
            assert box.credentials.get(key) == whole.credentials.get(key)
            assert box.ballots.get(key) == whole.ballots.get(key)
            assert box.live(key) == whole.live(key)
        for ballot in ballots:
            assert all(part in box.parts for part in parts_of(ballot))
            assert box.line_of(ballot) == whole.line_of(ballot)
        assert eventful.keys[0].public.sign not in box.parts
        assert ballots[0].credential not in box.parts
        assert ballots[0].manifest not in box.parts


def test_one_more_ballot_does_not_read_the_others(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a log of 60 ballots the session reads what is no ballot, and the member's own."""
    small = bench(roll=members(60))
    small.hand_in(*(small.sealed(token, (1, 2, 3)) for token in small.tokens))
    read: list[int] = []

    def counted(line: bytes, number: int) -> Event:
        read.append(number)
        return read_line(line, number)

    again = small.sealed(small.tokens[5], (3, 2, 1), later=1)
    monkeypatch.setattr("ccin_vote.poll.signed.read_line", counted)
    outcome = small.hand_in(again)[0]
    assert "replaces" in outcome.words
    assert outcome.receipt is not None
    assert len(read) < 10


def test_a_log_of_nothing_is_a_draft() -> None:
    """An empty log folds to a draft."""
    assert fold_signed(WholeLog.of(b""), 0) == fold([])


def forged(small: Bench) -> Event:
    """Return a ballot of a live credential that somebody else signed."""
    ballot = small.sealed(small.tokens[1], (1, 2, 3))
    return BallotAccepted(
        type="ballot.accepted", ballot=ballot.model_copy(update={"signature": bytes(64)})
    )


def older(small: Bench) -> Event:
    """Return a ballot that is older than the one held."""
    return BallotAccepted(
        type="ballot.accepted", ballot=small.sealed(small.tokens[0], (3, 2, 1), later=-9)
    )


def issued_again(_: Bench) -> Event:
    """Return other credentials than those that were issued."""
    one = Credential(key=bytes(32), votes=9, contests=("chair",))
    return CredentialsIssued(type="credentials.issued", credentials=(one,))


@pytest.mark.parametrize("tail", [b"", b'{"torn'])
@pytest.mark.parametrize("added", [forged, older, issued_again])
def test_a_line_past_the_checkpoint_is_judged_before_it_is_signed(
    bench: Make, added: Callable[[Bench], Event], tail: bytes
) -> None:
    """Somebody else's line is refused by every command, and the officer's key never signs it."""
    small = bench()
    small.hand_in(small.sealed(small.tokens[0], (1, 2, 3)))
    signed = small.folder.checkpoint.read_bytes()
    log = small.folder.log.read_bytes() + event_to_line(added(small)) + b"\n" + tail
    small.folder.log.write_bytes(log)
    for _ in range(2):
        with pytest.raises(IntegrityFailure, match=r"log\.jsonl:5"), Session.open(small.folder):
            pass
        assert small.folder.checkpoint.read_bytes() == signed
        assert small.folder.log.read_bytes() == log


def test_a_damaged_line_of_credentials_is_named() -> None:
    """Who only looks one credential up learns it, too."""
    line = b'{"credentials":[{"contests":["chair"],"key":"%s","votes":1.5}]}' % (b"A" * 43)
    with pytest.raises(IntegrityFailure, match=r"log\.jsonl:3"):
        SignedCredentials(line, 3).get(bytes(32))
