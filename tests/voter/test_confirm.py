"""Confirming: what a code or a receipt says of a ballot, offline, and what proves tampering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import BadInput, IntegrityFailure
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change
from ccin_vote.randomness import SYSTEM
from ccin_vote.voter.confirm import confirm_code, confirm_page, confirm_receipt
from tests.support.bench import AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A = (1, 2, 3)


def test_every_fate_of_a_ballot_is_said(bench: Make) -> None:
    """Counts, superseded, revoked, refused and why, late, or not there: by code and by receipt."""
    small = bench()
    tokens = small.tokens
    first, second = small.hand_in(small.sealed(tokens[0], A), small.sealed(tokens[0], A, later=9))
    older = small.hand_in(small.sealed(tokens[0], A, later=4))[0]
    gone = small.hand_in(small.sealed(tokens[1], A))[0]
    reissue(small.folder, "m1", Change("misused", supersede=True), SYSTEM)
    small.all_vote(1)
    small.close()
    late = small.hand_in(small.sealed(tokens[2], A), now=AFTER)[0]
    published = small.published("later")
    told = {
        first: "superseded by a later ballot of the same member",
        second: "counts",
        older: "refused: older than the one held",
        gone: "does not count: the credential was revoked",
        late: "refused: it came after the close",
    }
    for outcome, words in told.items():
        found = confirm_code(published, str(outcome.code))
        assert found.words.startswith(words[:20]), found.words
        assert found.counts == (words == "counts")
        if outcome.receipt is not None:
            data = str(outcome.receipt).encode()
            assert confirm_receipt(published, data, "receipt") == found


def test_a_code_is_read_however_it_is_typed(bench: Make) -> None:
    """Small letters, spaces, O for 0; what is no code is said to be none."""
    small = bench()
    code = str(small.hand_in(small.sealed(small.tokens[0], A))[0].code)
    published = small.published("1")
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n"
    assert confirm_code(published, typed).counts
    assert not confirm_code(published, "0000-0000-0000-0000").counts
    for wrong in ("ABCD", "", code + "7", code.replace(code[0], "U")):
        with pytest.raises(BadInput, match="neither a ballot code"):
            confirm_code(published, wrong)


def test_a_receipt_that_went_through_windows_still_holds(bench: Make) -> None:
    """Line ends are not part of it."""
    small = bench()
    receipt = str(small.hand_in(small.sealed(small.tokens[0], A))[0].receipt)
    published = small.published("1")
    assert confirm_receipt(published, receipt.replace("\n", "\r\n").encode(), "r").counts


def test_the_reply_itself_is_taken_for_its_receipt(bench: Make) -> None:
    """A voter saves the mail instead of the attachment, or an editor adds marks and lines."""
    small = bench()
    outcome = small.hand_in(small.sealed(small.tokens[0], A))[0]
    reply = (small.folder.receipts / f"{outcome.code}.eml").read_bytes()
    published = small.published("1")
    assert confirm_receipt(published, reply, "r").counts
    assert confirm_receipt(published, f"\ufeff{outcome.receipt}\n".encode(), "r").counts
    dashes = str(outcome.code).replace("-", "\u2013").replace("0", "o")
    assert confirm_code(published, f"{dashes}\u00a0").counts


def test_a_log_that_lost_the_ballot_is_proof_of_tampering(bench: Make) -> None:
    """The receipt names more lines than the log has; the voter is told whom to tell."""
    small = bench()
    small.all_vote(3)
    earlier = small.published("earlier")
    receipt = str(small.hand_in(small.sealed(small.tokens[5], A))[0].receipt).encode()
    with pytest.raises(IntegrityFailure) as caught:
        confirm_receipt(earlier, receipt, "receipt")
    assert "the log was cut" in caught.value.message
    assert "Tell the scrutineers" in caught.value.diagnostics()


def test_a_rewritten_log_is_proof_of_tampering(bench: Make) -> None:
    """An officer who makes another history, signed all the same, cannot fit the receipt to it."""
    import shutil

    small = bench()
    small.all_vote(2)
    kept = small.root / "kept"
    shutil.copytree(small.folder.root, kept)
    receipt = str(small.hand_in(small.sealed(small.tokens[5], A))[0].receipt).encode()
    shutil.rmtree(small.folder.root)
    shutil.copytree(kept, small.folder.root)
    small.hand_in(small.sealed(small.tokens[4], A), small.sealed(small.tokens[3], A))
    with pytest.raises(IntegrityFailure) as caught:
        confirm_receipt(small.published("other"), receipt, "receipt")
    assert "the log was rewritten" in caught.value.message
    assert "Keep the receipt" in caught.value.diagnostics()


def test_what_is_no_receipt_of_this_election_is_said_to_be_none(bench: Make) -> None:
    """Another election's, a damaged one, any file."""
    small, other = bench(), bench()
    receipt = str(small.hand_in(small.sealed(small.tokens[0], A))[0].receipt)
    strange = str(other.hand_in(other.sealed(other.tokens[0], A))[0].receipt)
    published = small.published("1")
    damaged = receipt.replace("index 2", "index 1").replace("index 3", "index 1")
    for data in (strange, damaged, receipt[:-9], "", "x" * 5000, receipt.replace("A", "B", 1)):
        if data != receipt:
            with pytest.raises((BadInput, IntegrityFailure)):
                confirm_receipt(published, data.encode(), "receipt")


def test_a_page_is_the_one_that_was_issued_or_not(bench: Make) -> None:
    """By the digest in the log."""
    small = bench()
    published = small.published("1")
    page = published.pages[0].read_bytes()
    assert confirm_page(published, page)
    assert not confirm_page(published, page + b" ")
