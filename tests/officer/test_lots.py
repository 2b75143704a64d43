"""Lots in an election: asked for, drawn by people, logged, and read again by the recount."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.declare import declare_result
from ccin_vote.poll.state import Unsealed
from ccin_vote.record.lots import LotsNeeded
from ccin_vote.rehearsal.rehearse import _write_lots
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from tests.support.bench import AFTER, CONTESTS
from tests.verify.conftest import Script

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]


def test_a_tie_of_three_for_two_seats_takes_one_lot_and_verifies(bench: Make) -> None:
    """One lot puts all three into an order; the first two of it are elected."""
    contests = CONTESTS.replace("alternative-vote", "approval").replace("seats = 1", "seats = 2")
    small = bench(contests=contests)
    crosses = [(1, 0, 0), (0, 1, 0), (0, 0, 1)] * 2
    small.hand_in(*map(small.sealed, small.tokens, crosses))
    closed = small.close()
    first = small.reply(small.scrutinise(1, closed))
    second = small.reply(small.scrutinise(2, closed, first))
    collect(small.folder, [second, small.reply(small.scrutinise(1, closed, second))])
    path = small.root / "lots.toml"
    with pytest.raises(LotsNeeded) as needed:
        count(small.folder, None)
    (lot,) = needed.value.lots
    assert lot.order == ("A", "B", "C")
    drawn = replace(lot, order=("C", "B", "A"), drawn_by="Chair", witnessed_by="Both agents")
    _write_lots(path, [drawn])
    (contest,) = count(small.folder, path).result.contests
    winners = [contest.record.contest.candidates[who] for who in contest.record.winners]
    assert winners == ["C", "B"]
    head = small.folder.checkpoint.read_bytes()
    assert len(count(small.folder, path).result.contests) == 1
    assert small.folder.checkpoint.read_bytes() == head
    _write_lots(path, [replace(drawn, order=("C", "A", "B"))])
    with pytest.raises(Refused, match="drawn and logged before, in the order"):
        count(small.folder, path)
    opened = Snapshot.read(small.folder).poll
    assert isinstance(opened, Unsealed)
    with (
        Session.open(small.folder) as session,
        pytest.raises(IntegrityFailure, match="drawn before"),
    ):
        session.stage(opened.lots[0])
    declare_result(small.folder, AFTER)
    published = small.published("declared")
    assert verify_published(published, None).ok
    assert Script().verdict(published.root) == ([], [])
