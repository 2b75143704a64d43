"""Accepting: every rule that a ballot must meet, and what each input is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.correspondence.mailbox import Source
from ccin_vote.log.events import BallotAccepted
from ccin_vote.officer.accept import accept
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.roll.credential import credential_key
from ccin_vote.seal.armour import BEGIN, END, BadBallot, to_armour
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

MARKS = (1, 2, 3)


def test_the_same_envelope_again_is_already_there(bench: Make) -> None:
    """A ballot that comes twice is one ballot."""
    small = bench()
    ballot = small.sealed(small.tokens[0], MARKS)
    first, second = small.hand_in(ballot, ballot)
    assert "accepted" in first.words
    assert "already there" in second.words
    assert box_of(Snapshot.read(small.folder).poll).returned == 1


def test_a_later_ballot_replaces_the_earlier_one(bench: Make) -> None:
    """The highest sequence of a credential counts."""
    small = bench()
    token = small.tokens[0]
    small.hand_in(small.sealed(token, MARKS))
    outcome = small.hand_in(small.sealed(token, (3, 2, 1), later=1))[0]
    assert "replaces" in outcome.words
    assert box_of(Snapshot.read(small.folder).poll).superseded == 1


def test_an_older_ballot_is_refused_and_logged(bench: Make) -> None:
    """A lower sequence is refused with a word about the clock."""
    small = bench()
    token = small.tokens[0]
    small.hand_in(small.sealed(token, MARKS, later=9))
    outcome = small.hand_in(small.sealed(token, MARKS))[0]
    assert "check the device's clock" in outcome.words
    assert [event.reason for _, event in box_of(Snapshot.read(small.folder).poll).refused] == [
        "older-sequence"
    ]


def test_where_the_first_counts_a_second_is_refused(bench: Make) -> None:
    """The definition may say that a member votes once."""
    small = bench(revoting="first")
    token = small.tokens[0]
    small.hand_in(small.sealed(token, MARKS))
    assert "first one counts" in small.hand_in(small.sealed(token, MARKS, later=5))[0].words


def _changed(small: Any, ballot: Any, token: Any, **changes: Any) -> Any:
    changed = ballot.model_copy(update=changes)
    key = credential_key(token, manifest_of(Snapshot.read(small.folder).poll).election)
    return changed.model_copy(update={"signature": key.sign(changed.statement())})


def test_a_part_copied_from_another_ballot_is_refused(bench: Make) -> None:
    """No ciphertext may stand in two ballots, whoever signs them."""
    small = bench()
    one, two = small.tokens[:2]
    stolen = small.sealed(one, MARKS)
    copy = _changed(small, small.sealed(two, MARKS), two, ciphertext=stolen.ciphertext)
    assert "stands in another ballot" in small.hand_in(stolen, copy)[1].words


STRANGERS = {
    "another election's manifest": ({"manifest": b"\x01" * 32}, "another election"),
    "another election's id": ({"election": "other"}, "another election"),
    "a share too few": ({"shares": ()}, "lengths"),
    "a longer ciphertext": ({"ciphertext": b"\x00" * 99}, "lengths"),
    "the highest sequence there is": ({"sequence": 10**15 - 1}, None),
    "a sequence of more digits": ({"sequence": 10**15}, "lengths"),
    "a sequence of fewer digits": ({"sequence": 10**14 - 1}, "lengths"),
}


@pytest.mark.parametrize(("changes", "said"), STRANGERS.values(), ids=STRANGERS)
def test_a_ballot_that_does_not_fit_is_refused_and_not_logged(
    bench: Make, changes: dict[str, Any], said: str | None
) -> None:
    """What no credential of this election signed in form goes to a side file only."""
    small = bench()
    token = small.tokens[0]
    outcome = small.hand_in(_changed(small, small.sealed(token, MARKS), token, **changes))[0]
    if said is None:
        assert "accepted" in outcome.words
        return
    assert said in outcome.words
    assert not box_of(Snapshot.read(small.folder).poll).refused
    assert any(small.folder.rejected.iterdir())


def test_a_ballot_signed_by_somebody_else_is_refused(bench: Make) -> None:
    """A member cannot vote under another member's credential."""
    small = bench()
    one, two = small.tokens[:2]
    ballot = small.sealed(one, MARKS)
    forged = _changed(small, ballot, two)
    assert "signature" in small.hand_in(forged)[0].words


def test_a_ballot_after_the_close_is_late_and_logged(bench: Make) -> None:
    """Late means not accepted before the close; the log says so."""
    small = bench()
    small.all_vote(3)
    late = small.sealed(small.tokens[4], MARKS)
    small.close()
    assert "after the close" in small.hand_in(late)[0].words
    assert [event.reason for _, event in box_of(Snapshot.read(small.folder).poll).refused] == [
        "late"
    ]


def test_a_receipt_proves_the_ballot_is_in_the_log(bench: Make) -> None:
    """Every accepted ballot has a proof of inclusion that verifies offline."""
    from ccin_vote.log.note import VerifierKey

    small = bench()
    small.all_vote(3)
    outcome = small.hand_in(small.sealed(small.tokens[4], MARKS))[0]
    assert outcome.receipt is not None
    key = VerifierKey.parse(manifest_of(Snapshot.read(small.folder).poll).event.officer)
    lines = small.folder.log.read_bytes().split(b"\n")[:-1]
    assert outcome.receipt.proves(lines[outcome.receipt.index], key)
    assert not outcome.receipt.proves(lines[0], key)


TEXTS = {
    "nothing": b"",
    "only words": b"Dear officer, I vote for A.",
    "a begin without an end": BEGIN.encode() + b"\nAAAA",
    "no base64 between the marks": f"{BEGIN}\n!!!\n{END}".encode(),
    "another program's JSON": f"{BEGIN}\ne30=\n{END}".encode(),
    "bytes of every kind": bytes(range(256)),
    "many begins": (BEGIN + "\n").encode() * 5000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_no_ballot_is_kept_aside_untouched(bench: Make, text: bytes) -> None:
    """One clear word, the input kept, the log unchanged."""
    small = bench()
    before = small.folder.log.read_bytes()
    outcomes = accept(small.folder, [Source("mail", text)], _during())
    assert all(isinstance(outcome.verdict, BadBallot) for outcome in outcomes)
    assert [path.read_bytes() for path in small.folder.rejected.iterdir()] == [text]
    assert small.folder.log.read_bytes() == before


def _during() -> Any:
    from datetime import UTC, datetime

    return datetime(2030, 1, 10, tzinfo=UTC)


def test_a_ballot_is_found_in_a_mail_around_it(bench: Make) -> None:
    """Words before and after, and other line ends, do not matter."""
    small = bench()
    text = to_armour(small.sealed(small.tokens[0], MARKS)).replace("\n", "\r\n")
    mail = f"Dear officer,\r\n\r\n{text}\r\nKind regards\r\n".encode()
    assert "accepted" in accept(small.folder, [Source("mail", mail)], _during())[0].words


def test_sealed_ballots_have_one_length(bench: Make) -> None:
    """The length of a sealed ballot says nothing of the choices."""
    small = bench()
    token = small.tokens[0]
    sizes = {
        len(small.sealed(token, marks).ciphertext) for marks in ((0, 0, 0), (1, 0, 0), (1, 2, 3))
    }
    assert len(sizes) == 1


def test_a_number_below_nothing_is_named_by_its_line(bench: Make) -> None:
    """What no signature can cover is a fault of that ballot; the checks after it go on."""
    small = bench()
    small.all_vote(4)
    ballot = small.sealed(small.tokens[4], (1, 2, 3)).model_copy(update={"sequence": -12345})
    with Session.open(small.folder) as session:
        session.append(BallotAccepted(type="ballot.accepted", ballot=ballot))
    verification = verify_published(small.published("open"), None)
    (fault,) = verification.faults
    assert (fault.file, fault.line) == ("log.jsonl", 8)
    assert "parts do not have the lengths" in str(fault)
    assert "because of the fault above" not in verification.not_checked.values()
