"""Paper ballots: keyed twice, sealed as a batch, merged when scrutineers open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.ballot.batch import PaperBallot, encode_batch
from ccin_vote.ballot.opened import OpenedPapers
from ccin_vote.errors import BadInput, DecisionNeeded, Exit, IntegrityFailure, Refused
from ccin_vote.log.events import PaperEntered
from ccin_vote.officer.enter import Keyed, enter, papers_contests, read_papers
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change, revoke
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.seal.keys import SecretKey
from ccin_vote.seal.sealing import seal_ballot
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from tests.support.bench import CONTESTS, members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.ballot.batch import Counts
    from ccin_vote.election.definition import ContestDefinition
    from tests.support.bench import Bench

    Make = Callable[..., Bench]
    Contests = Sequence[ContestDefinition]

A, B, BLANK = (1, 2, 3), (2, 1, 0), (0, 0, 0)


def papers(*marks: tuple[int, ...]) -> tuple[PaperBallot, ...]:
    """Return papers for the chair with one vote each."""
    return tuple(PaperBallot(1, {"chair": mark}) for mark in marks)


def keyed(small: Bench, first: Sequence[PaperBallot], second: Sequence[PaperBallot]) -> Counts:
    """Let both tellers key."""
    one, two = small.tellers
    return enter(small.folder, Keyed(one, tuple(first)), Keyed(two, tuple(second)), SYSTEM)


def on_paper(small: Bench, *ids: str) -> None:
    """Revoke the credentials of members who vote on paper."""
    for id_ in ids:
        revoke(small.folder, id_, Change("paper"))


def opened(small: Bench) -> OpenedPapers:
    """End the election, verify it, and give the opened papers."""
    published = small.declared()
    assert [str(fault) for fault in verify_published(published, None).faults] == []
    return OpenedPapers.from_json(published.opened_papers.read_bytes().strip())


def test_papers_are_merged_with_the_sealed_ballots(bench: Make) -> None:
    """Three by mail, two batches on paper: six papers, and nothing tells them apart."""
    small = bench()
    on_paper(small, "m3", "m4", "m5")
    small.all_vote(3)
    assert keyed(small, papers(B, BLANK), papers(B, BLANK)) == (("chair", 1, 2),)
    keyed(small, papers(A), papers(A))
    (chair,) = opened(small).contests
    assert chair.papers == (
        (((0), (1), (2)), 1, 2),
        (((0), (2), (1)), 1, 1),
        (((1), (0)), 1, 1),
        (((1), (0), (2)), 1, 1),
    )
    assert chair.informal == (("blank", 1, 1),)


def test_the_order_in_which_papers_were_keyed_is_not_kept(bench: Make) -> None:
    """The sealed bytes are the same for any order of the pile."""
    contests = manifest_of(Snapshot.read(bench().folder).poll).definition.contests
    assert encode_batch(contests, papers(A, B, BLANK)) == encode_batch(
        contests, papers(BLANK, B, A)
    )


DIFFERENT = {
    "another mark": (papers(A, B), papers(A, A), "paper 2, Chair: 1 B, 2 A; or 1 A, 2 B, 3 C"),
    "a blank": (papers(BLANK), papers(A), "paper 1, Chair: blank; or 1 A"),
    "one paper more": (papers(A), papers(A, B), "1 paper keyed by one, 2 by the other"),
    "other votes": (
        papers(A),
        (PaperBallot(2, {"chair": A}),),
        "paper 1: 1 vote, or 2",
    ),
}


@pytest.mark.parametrize("how", DIFFERENT)
def test_two_tellers_who_keyed_differently_have_to_look_again(bench: Make, how: str) -> None:
    """Exit code 5, each difference with its paper; nothing is logged."""
    small = bench()
    on_paper(small, "m4", "m5")
    before = small.folder.log.read_bytes()
    first, second, told = DIFFERENT[how]
    with pytest.raises(DecisionNeeded) as caught:
        keyed(small, first, second)
    assert told in caught.value.message
    assert caught.value.exit_code is Exit.DECISION
    assert small.folder.log.read_bytes() == before


def test_there_are_never_more_papers_than_members_given_paper(bench: Make) -> None:
    """Neither in one batch nor in two; and not after the member got a letter again."""
    small = bench()
    with pytest.raises(Refused, match="given paper: 0"):
        keyed(small, papers(A), papers(A))
    on_paper(small, "m5")
    with pytest.raises(Refused, match="given paper: 1"):
        keyed(small, papers(A, A), papers(A, A))
    keyed(small, papers(A), papers(A))
    with pytest.raises(Refused, match="given paper: 1"):
        keyed(small, papers(B), papers(B))
    with pytest.raises(Refused, match="as many papers as were given"):
        reissue(small.folder, "m5", Change("lost"), SYSTEM)


def test_papers_carry_the_votes_of_their_members(bench: Make) -> None:
    """One with three votes is not one with one vote."""
    small = bench(roll=members(5) + members(1, "votes = 3\n", first=5), minimum=1)
    on_paper(small, "m5")
    with pytest.raises(Refused, match="1 vote each"):
        keyed(small, papers(A), papers(A))
    three = (PaperBallot(3, {"chair": A}),)
    keyed(small, three, three)
    small.all_vote(5)
    (chair,) = opened(small).contests
    assert ((0, 1, 2), 3, 1) in chair.papers


def test_two_different_tellers_of_the_definition_key(bench: Make) -> None:
    """Not one person twice, and nobody else."""
    small = bench()
    on_paper(small, "m5")
    one, _ = small.tellers
    stranger = Keyed(SecretKey(b"\x09" * 32), papers(A))
    with pytest.raises(Refused, match="same teller"):
        enter(small.folder, Keyed(one, papers(A)), Keyed(one, papers(A)), SYSTEM)
    with pytest.raises(Refused, match=r"They are: Teller 1, Teller 2\."):
        enter(small.folder, Keyed(one, papers(A)), stranger, SYSTEM)


def test_after_the_close_no_paper_is_entered(bench: Make) -> None:
    """The batch belongs before the opening, and before the close."""
    small = bench()
    on_paper(small, "m5")
    small.all_vote(5)
    small.close()
    with pytest.raises(Refused, match="closed"):
        keyed(small, papers(A), papers(A))


def _forged(small: Bench, data: bytes, counts: Counts) -> PaperEntered:
    """Return a batch that both tellers signed, whatever is in it."""
    manifest = manifest_of(Snapshot.read(small.folder).poll)
    one, two = small.tellers
    batch = seal_ballot(manifest.sealing, data, one.sign, 1, SYSTEM.data)
    event = PaperEntered(type="paper.entered", batch=batch, counts=counts, signatures=())
    signed = tuple(
        (number, key.sign.sign(event.statement())) for number, key in enumerate((one, two), start=1)
    )
    return event.model_copy(update={"signatures": signed})


BATCHES: dict[str, Callable[[Contests], bytes]] = {
    "garbage": lambda _contests: b"garbage in the batch",
    "another number of papers": lambda contests: encode_batch(contests, papers(A)),
    "unsorted": lambda contests: b"".join(encode_batch(contests, papers(one)) for one in (B, A)),
}


@pytest.mark.parametrize("what", BATCHES)
def test_a_batch_that_is_not_what_was_counted_is_informal(bench: Make, what: str) -> None:
    """As many informal papers as were counted: two tellers together cannot add a vote."""
    small = bench()
    on_paper(small, "m4", "m5")
    small.all_vote(4)
    contests = manifest_of(Snapshot.read(small.folder).poll).definition.contests
    with Session.open(small.folder) as session:
        data = BATCHES[what](contests)
        if what == "unsorted":
            assert data != encode_batch(contests, papers(A, B))
        session.append(_forged(small, data, (("chair", 1, 2),)))
    (chair,) = opened(small).contests
    assert ("undecodable", 1, 2) in chair.informal
    assert chair.paper_count == 6


GOOD = (("chair", 1, 1),)
FORGERIES: dict[str, tuple[Callable[[PaperEntered], dict[str, Any]], str]] = {
    "signed by one": (lambda event: {"signatures": event.signatures[:1]}, "two different tellers"),
    "signed twice by one": (
        lambda event: {"signatures": event.signatures[:1] * 2},
        "two different tellers",
    ),
    "signed by a third": (
        lambda event: {"signatures": (event.signatures[0], (3, b"x" * 64))},
        "no teller 3",
    ),
    "the signature of other counts": (lambda _event: {"counts": (("chair", 1, 2),)}, "not verify"),
    "unsorted counts": (lambda _event: {"counts": GOOD * 2}, "not sorted"),
    "no papers": (lambda _event: {"counts": (("chair", 1, 0),)}, "not sorted"),
    "no counts": (lambda _event: {"counts": ()}, "not sorted"),
    "out of order": (
        lambda event: {"batch": event.batch.model_copy(update={"sequence": 2})},
        "out of its order",
    ),
    "a share too few": (
        lambda event: {"batch": event.batch.model_copy(update={"shares": event.batch.shares[:2]})},
        "lengths",
    ),
    "the batch's own signature broken": (
        lambda event: {"batch": event.batch.model_copy(update={"signature": b"\1" * 64})},
        "not verify|first teller",
    ),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_batch_that_is_not_as_it_should_be_never_enters_the_log(bench: Make, how: str) -> None:
    """Whoever writes it: the poll refuses it, and so does every verifier."""
    small = bench()
    on_paper(small, "m5")
    contests = manifest_of(Snapshot.read(small.folder).poll).definition.contests
    event = _forged(small, encode_batch(contests, papers(A)), GOOD)
    change, told = FORGERIES[how]
    before = small.folder.log.read_bytes()
    with (
        Session.open(small.folder) as session,
        pytest.raises(IntegrityFailure, match=told),
    ):
        session.append(event.model_copy(update=change(event)))
    assert small.folder.log.read_bytes() == before


def test_the_same_batch_cannot_be_entered_twice(bench: Make) -> None:
    """Not even as the next one: its parts stand in the log."""
    small = bench()
    on_paper(small, "m4", "m5")
    keyed(small, papers(A), papers(A))
    line, event = box_of(Snapshot.read(small.folder).poll).batches[0]
    assert line
    one, two = small.tellers
    batch = event.batch.model_copy(update={"sequence": 2})
    batch = batch.model_copy(update={"signature": one.sign.sign(batch.statement())})
    again = event.model_copy(update={"batch": batch})
    signed = tuple(
        (number, key.sign.sign(again.statement())) for number, key in enumerate((one, two), start=1)
    )
    with (
        Session.open(small.folder) as session,
        pytest.raises(IntegrityFailure, match="stands in the log"),
    ):
        session.append(again.model_copy(update={"signatures": signed}))


KEYED = b"""\
[[papers]]
chair = ["a", "b"]
[[papers]]
votes = 2
chair = { c = 1, a = 1 }
[[papers]]
chair = []
"""


def test_papers_are_read_from_a_file(bench: Make) -> None:
    """As choices are: in order, or with numbers as they stand on the paper."""
    contests = papers_contests(manifest_of(Snapshot.read(bench().folder).poll))
    read = read_papers(KEYED, "one.toml", contests)
    assert [(number.votes, number.papers["chair"]) for number in read] == [
        (1, (1, 2, 0)),
        (2, (1, 0, 1)),
        (1, (0, 0, 0)),
    ]


SPOILT = b"""\
[[papers]]
treasurer = ["g", "h"]
[[papers]]
treasurer = "informal"
[[papers]]
treasurer = { h = 3 }
"""


def test_a_paper_that_the_rule_does_not_allow_is_keyed_as_it_is(bench: Make) -> None:
    """Two crosses, scrawls, a three: informal when opened, each for its reason."""
    contests = CONTESTS.replace('"chair"', '"treasurer"').replace("Chair", "Treasurer")
    contests = contests.replace("alternative-vote", "first-past-the-post")
    contests = contests.replace('"a"', '"g"').replace('"b"', '"h"')
    small = bench(contests=contests)
    found = manifest_of(Snapshot.read(small.folder).poll).definition.contests
    read = read_papers(SPOILT, "one.toml", found)
    on_paper(small, "m3", "m4", "m5")
    keyed(small, read, read)
    cast = [small.sealed(token, (1, 0, 0), contest="treasurer") for token in small.tokens[:3]]
    small.hand_in(*cast)
    (treasurer,) = opened(small).contests
    assert treasurer.informal == (("more-than-one", 1, 1), ("unclear", 1, 2))


SLIPS = {
    "an unknown candidate": ('[[papers]]\nchair = ["x"]', 2, "no candidate"),
    "an unknown contest": ("[[papers]]\nchairs = []", 2, "no contest"),
    "votes that are none": ("[[papers]]\nvotes = 0\nchair = []", 2, "whole number"),
    "a paper without a contest": ("[[papers]]\nvotes = 1", 1, "no contest"),
    "another table": ("[[papers]]\nchair = []\n[[more]]\nx = 1", 3, "unknown key"),
    "no paper": ("other = 1", None, "no paper"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_file_of_papers_is_said_with_its_line(bench: Make, slip: str) -> None:
    """All at once, and nothing is entered."""
    text, line, told = SLIPS[slip]
    contests = papers_contests(manifest_of(Snapshot.read(bench().folder).poll))
    with pytest.raises(BadInput) as caught:
        read_papers(text.encode(), "one.toml", contests)
    assert any(told in each_mistake.problem for each_mistake in caught.value.mistakes)
    assert line is None or [mistake.line for mistake in caught.value.mistakes] == [line]


def test_an_election_without_tellers_takes_no_paper(bench: Make) -> None:
    """And says what the definition would have needed."""
    small = bench(tellers=False)
    on_paper(small, "m5")
    with pytest.raises(Refused) as caught:
        keyed(small, papers(A), papers(A))
    assert "[[tellers]]" in caught.value.diagnostics()


def test_no_contest_is_called_votes_where_papers_are_keyed(bench: Make) -> None:
    """On a keyed paper that word is the number of its votes."""
    contests = CONTESTS.replace('"chair"', '"votes"')
    assert bench(contests=contests, tellers=False).tokens
    with pytest.raises(BadInput, match="no contest has the id"):
        bench(contests=contests)
