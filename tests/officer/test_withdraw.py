"""A candidate withdraws while the poll is open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.errors import Refused
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.declare import declare_result
from ccin_vote.officer.withdraw import withdraw
from ccin_vote.verify.published import verify_published
from tests.support.bench import AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Any]


def test_ballots_for_who_withdrew_count_for_their_next_preference(bench: Make) -> None:
    """The log says who withdrew; sheet, record and recount pass over that candidate."""
    small = bench()
    small.all_vote()
    assert withdraw(small.folder, "chair", "a")
    assert not withdraw(small.folder, "chair", "a")
    closed = small.close()
    first = small.reply(small.scrutinise(1, closed))
    second = small.reply(small.scrutinise(2, closed, first))
    third = small.reply(small.scrutinise(1, closed, second))
    collect(small.folder, [second, third])
    counted = count(small.folder, None)
    record = counted.result.contests[0].record
    assert [record.contest.candidates[candidate] for candidate in record.winners] == ["B"]
    assert dict(record.informal) == {}
    declare_result(small.folder, AFTER)
    published = small.published("declared")
    verification = verify_published(published, None, "")
    assert [str(fault) for fault in verification.faults] == []
    assert "Withdrawn: A." in published.result_sheet.read_text("utf-8")
    log = published.log.read_text("utf-8").splitlines()
    events = [json.loads(line) for line in log if "candidate.withdrawn" in line]
    assert events == [{"type": "candidate.withdrawn", "contest": "chair", "candidate": "a"}]


WRONG = {
    "no such contest": ("seat", "a", "no contest"),
    "no such candidate": ("chair", "z", "no candidate"),
}


@pytest.mark.parametrize(("contest", "candidate", "said"), WRONG.values(), ids=WRONG)
def test_who_is_not_there_cannot_withdraw(
    bench: Make, contest: str, candidate: str, said: str
) -> None:
    """With the nearest right spelling."""
    with pytest.raises(Refused, match=said):
        withdraw(bench().folder, contest, candidate)


def test_nobody_withdraws_after_the_close(bench: Make) -> None:
    """The field is what voters and scrutineers saw."""
    small = bench()
    small.all_vote()
    small.close()
    with pytest.raises(Refused, match="closed"):
        withdraw(small.folder, "chair", "a")
