"""Events about credentials and pages that may not stand where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import CredentialReissued, CredentialRevoked, PageIssued
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change, revoke
from ccin_vote.poll.state import box_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.log.events import Event
    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A = (1, 2, 3)


def revoked(key: bytes) -> CredentialRevoked:
    """Return the event that revokes a credential."""
    return CredentialRevoked(type="credential.revoked", credential=key, reason="lost")


def reissued(old: bytes, new: bytes, **changes: Any) -> CredentialReissued:
    """Return the event that puts a credential in place of another."""
    credential = {"key": new, "votes": 1, "contests": ("chair",)} | changes.pop("credential", {})
    event = {"type": "credential.reissued", "revoked": old, "superseded": False} | changes
    return CredentialReissued.model_validate(event | {"credential": credential})


NEW = b"\x05" * 32
CASES: dict[str, tuple[Callable[[list[bytes]], list[Event]], str]] = {
    "one that was never issued is revoked": (lambda _keys: [revoked(NEW)], "not live"),
    "one is revoked twice": (lambda keys: [revoked(keys[0])] * 2, "not live"),
    "one that is live is replaced": (lambda keys: [reissued(keys[0], NEW)], "cannot be replaced"),
    "one is replaced twice": (
        lambda keys: [
            revoked(keys[0]),
            reissued(keys[0], NEW),
            reissued(keys[0], b"\x06" * 32),
        ],
        "cannot be replaced",
    ),
    "the new one is another member's": (
        lambda keys: [revoked(keys[0]), reissued(keys[0], keys[1])],
        "issued before",
    ),
    "the new one has more votes": (
        lambda keys: [revoked(keys[0]), reissued(keys[0], NEW, credential={"votes": 2})],
        "something else",
    ),
    "the new one has other contests": (
        lambda keys: [revoked(keys[0]), reissued(keys[0], NEW, credential={"contests": ()})],
        "something else",
    ),
    "the new one has a contest twice": (
        lambda keys: [
            revoked(keys[0]),
            reissued(keys[0], NEW, credential={"contests": ("chair", "chair")}),
        ],
        "something else",
    ),
    "a ballot that was there is denied": (
        lambda keys: [revoked(keys[-1]), reissued(keys[-1], NEW)],
        "whether the old credential had a ballot",
    ),
    "a ballot that was not there is claimed": (
        lambda keys: [revoked(keys[0]), reissued(keys[0], NEW, superseded=True)],
        "whether the old credential had a ballot",
    ),
    "a page is issued for contests that nobody has": (
        lambda _keys: [PageIssued(type="page.issued", contests=("other",), digest=NEW)],
        "page",
    ),
    "the same page is issued twice": (
        lambda _keys: [PageIssued(type="page.issued", contests=("chair",), digest=NEW)] * 2,
        "page",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_event_that_may_not_follow_is_refused(bench: Make, case: str) -> None:
    """By the poll, so by every command and every verifier; the log stays as it was."""
    small = bench()
    small.hand_in(small.sealed(small.tokens[0], A))
    box = box_of(Snapshot.read(small.folder).poll)
    voted = next(iter(box.ballots))
    keys = [*(credential for credential in box.credentials if credential != voted), voted]
    make, told = CASES[case]
    with Session.open(small.folder) as session:
        *before, last = make(keys)
        for event in before:
            session.stage(event)
        with pytest.raises(IntegrityFailure, match=told) as caught:
            session.stage(last)
    assert caught.value.line is not None
    assert Snapshot.read(small.folder).poll.box == box  # type: ignore[union-attr]


def test_issued_is_always_live_and_revoked(bench: Make) -> None:
    """Whatever letters are lost: as many live credentials as members, less those given up."""
    small = bench()
    for who in ("m0", "m0", "m1"):
        reissue(small.folder, who, Change("lost"), SYSTEM)
    revoke(small.folder, "m2", Change("paper"))
    box = box_of(Snapshot.read(small.folder).poll)
    live = [key for key in box.credentials if box.live(key)]
    assert (len(live), len(box.revoked), len(box.on_paper)) == (5, 4, 1)
    assert len(box.credentials) == len(live) + len(box.revoked)
    assert box.issued == 6
