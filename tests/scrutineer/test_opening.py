"""Opening together: what honest scrutineers get, and what a cheat of any role runs into."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.ballot.opened import INVALID, UNOPENED
from ccin_vote.correspondence.reply import Reply
from ccin_vote.election.folder import PublishedFolder
from ccin_vote.errors import BadInput, DecisionNeeded, IntegrityFailure, Refused
from ccin_vote.log.events import event_to_line
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.poll.codes import code_list
from ccin_vote.poll.state import Closed, box_of, manifest_of
from ccin_vote.roll.credential import credential_key
from ccin_vote.scrutineer.keyring import Keyring
from ccin_vote.scrutineer.scrutinise import scrutinise
from ccin_vote.seal.combining import ClosedBox, combine
from ccin_vote.seal.linkage import who_could_link
from ccin_vote.seal.sealing import place_of
from ccin_vote.seal.sharing import Handover, pack_shares, unseal_shares
from ccin_vote.store.snapshot import Snapshot
from tests.support.damage import sign_anew

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ccin_vote.seal.envelope import SealedBallot

    Make = Callable[..., Any]


def box_in(folder: PublishedFolder) -> ClosedBox:
    """Return the ballots that count in a closed published folder."""
    poll = Snapshot.read_signed(folder).poll
    assert isinstance(poll, Closed)
    return poll.closed_box()


def test_every_pair_of_three_opens_the_same_papers(bench: Make) -> None:
    """Whichever two work together, papers, salt and digest are one."""
    small = bench()
    small.all_vote()
    folder = small.close()
    openings = set()
    for first, second in itertools.combinations((1, 2, 3), 2):
        sent = small.reply(small.scrutinise(first, folder))
        openings.add(small.scrutinise(second, folder, sent).reply.opening.to_json())
    assert len(openings) == 1


def _resigned(small: Any, ballot: SealedBallot, token: Any, **changes: Any) -> SealedBallot:
    changed = ballot.model_copy(update=changes)
    key = credential_key(token, manifest_of(_poll(small)).election)
    return changed.model_copy(update={"signature": key.sign(changed.statement())})


def _poll(small: Any) -> Any:
    from ccin_vote.store.snapshot import Snapshot

    return Snapshot.read(small.folder).poll


def test_a_voter_who_corrupts_one_share_is_invalid_for_all_three_pairs_alike(
    bench: Make,
) -> None:
    """A digest of another share breaks the polynomial: the ballot is set aside, the same by all."""
    small = bench()
    small.all_vote(5)
    token = small.tokens[5]
    ballot = small.sealed(token, (1, 2, 3))
    from ccin_vote.seal.sealing import seal_to

    false_share = b"\x07" * 32
    place = place_of(ballot)
    key = manifest_of(_poll(small)).scrutineers[2]
    shares = (*ballot.shares[:2], seal_to(key.seal, false_share, place.share_label(3)))
    digests = (*ballot.digests[:2], place.digest(3, false_share))
    small.hand_in(_resigned(small, ballot, token, shares=shares, digests=digests))
    box = box_in(small.close())
    ballots = [each_ballot.ballot for each_ballot in box.ballots]
    held = {n: unseal_shares(small.keys[n - 1], n, ballots) for n in (1, 2, 3)}
    combined = [
        combine(box, {n: held[n] for n in pair}) for pair in itertools.combinations((1, 2, 3), 2)
    ]
    assert len({one.papers.to_json() for one in combined}) == 1
    line = box.ballots[-1].line
    assert combined[0].papers.set_aside == ((line, INVALID),)
    assert combined[0].faults == ()


def test_a_scrutineer_who_lies_about_a_share_is_named_and_another_is_asked(bench: Make) -> None:
    """The opening stops with exit code 5 and the log line; a third scrutineer's shares mend it."""
    small = bench()
    small.all_vote()
    folder = small.close()
    box = box_in(folder)
    ballots = [ballot.ballot for ballot in box.ballots]
    lies = (b"\x00" * 32, *unseal_shares(small.keys[0], 1, ballots)[1:])
    honest = small.scrutinise(1, folder)
    packet = pack_shares(lies, Handover(box.election, box.closed_root, 1, 2), small.keys[1].public)
    reply = honest.reply.model_copy(update={"packets": ((2, packet),)}).signed(small.keys[0])
    lying = small.root / "lying.json"
    lying.write_bytes(reply.to_json() + b"\n")
    with pytest.raises(DecisionNeeded) as caught:
        small.scrutinise(2, folder, lying)
    assert f"log.jsonl:{box.ballots[0].line}" in caught.value.message
    assert "Scrutineer 1" in caught.value.message
    third = small.reply(small.scrutinise(3, folder))
    mended = small.scrutinise(2, folder, lying, third)
    assert [fault.scrutineer for fault in mended.faults] == [1]
    assert mended.reply.opening.set_aside == ()


def test_a_ballot_that_nobody_can_open_is_recorded_as_unopened(bench: Make) -> None:
    """As a last resort the line is set aside with its reason, and signed."""
    small = bench()
    small.all_vote(5)
    token = small.tokens[5]
    ballot = small.sealed(token, (1, 2, 3))
    small.hand_in(
        _resigned(small, ballot, token, digests=(b"\x01" * 32, b"\x02" * 32, b"\x03" * 32))
    )
    folder = small.close()
    sent = small.reply(small.scrutinise(1, folder))
    with pytest.raises(DecisionNeeded):
        small.scrutinise(2, folder, sent)
    opening = small.scrutinise(2, folder, sent, last_resort=True).reply.opening
    assert [reason for _, reason in opening.set_aside] == [UNOPENED]


def _forked(small: Any, folder: PublishedFolder, drop: int) -> PublishedFolder:
    """Let a cheating officer publish a log without one ballot, signed like the true one."""
    from ccin_vote.store.officer_key import read_officer_key

    target = PublishedFolder(small.root / "forked")
    shutil.copytree(folder.root, target.root)
    lines = folder.log.read_bytes().split(b"\n")[:-1]
    del lines[drop]
    sign_anew(target.root, lines, read_officer_key(small.folder))
    poll = Snapshot.read_signed(target).poll
    codes = code_list(manifest_of(poll), box_of(poll))
    (target.root / "ballot-codes.txt").write_text(codes, "utf-8")
    return target


def test_a_forked_log_is_refused_by_a_key_that_saw_the_true_one(bench: Make) -> None:
    """A key opens one closed log of an election and never another, however well it is signed."""
    small = bench()
    small.all_vote()
    folder = small.close()
    forked = _forked(small, folder, drop=4)
    small.scrutinise(1, folder)
    with pytest.raises(IntegrityFailure, match="this key"):
        small.scrutinise(1, forked)
    assert small.scrutinise(2, forked).reply.packets


def test_a_fork_is_noticed_when_scrutineers_hand_each_other_files(bench: Make) -> None:
    """Shares of another closed log are refused by name."""
    small = bench()
    small.all_vote()
    folder = small.close()
    sent = small.reply(small.scrutinise(1, _forked(small, folder, drop=4)))
    with pytest.raises(IntegrityFailure, match="Scrutineer 1"):
        small.scrutinise(2, folder, sent)


def test_fewer_than_minimum_opened_ballots_are_never_opened(bench: Make) -> None:
    """The key refuses before it unseals a single share."""
    small = bench(minimum=5)
    small.all_vote(4)
    with pytest.raises(Refused, match="only 4 ballots"):
        small.scrutinise(1, small.close())


def test_the_last_resort_cannot_single_out_a_voter(bench: Make) -> None:
    """Setting ballots aside until fewer than the minimum remain is refused."""
    small = bench(minimum=3)
    small.all_vote()
    box = box_in(small.close())
    ballots = [ballot.ballot for ballot in box.ballots]
    own = unseal_shares(small.keys[0], 1, ballots)
    withheld = (own[0], *([None] * 5))
    other = unseal_shares(small.keys[1], 2, ballots)
    with pytest.raises(Refused, match="only 1 ballots"):
        combine(box, {1: withheld, 2: other}, last_resort=True)


def test_one_of_one_works_and_is_labelled_for_what_it_is(bench: Make) -> None:
    """One scrutineer opens in one command; the definition says that one key is enough."""
    small = bench(needed=1, total=1)
    small.all_vote()
    done = small.scrutinise(1, small.close())
    assert done.reply.opening is not None
    collect(small.folder, [small.reply(done)])
    sheet = count(small.folder, None).result.linkage
    assert any("One key is enough" in sentence for sentence in sheet)


def test_a_stranger_to_the_election_cannot_scrutinise(bench: Make) -> None:
    """A key that is not in the definition is refused."""
    small, other = bench(), bench(total=2)
    small.all_vote()
    folder = small.close()
    from ccin_vote.seal.keys import SecretKey

    with pytest.raises(Refused, match="not one of this election"):
        scrutinise(folder, (SecretKey(b"\x09" * 32), Keyring(other.root / "k")), (), other_time())


def other_time() -> Any:
    """Return a time after the close."""
    from datetime import UTC, datetime

    return datetime(2031, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("change", ["cut", "flip", "empty", "not utf-8"])
def test_a_damaged_reply_is_bad_input(bench: Make, change: str) -> None:
    """A reply that was damaged on the way is named and refused."""
    small = bench()
    small.all_vote()
    path: Path = small.reply(small.scrutinise(1, small.close()))
    data = path.read_bytes()
    damaged = {
        "cut": data[:-40],
        "flip": data.replace(b'"closed_root":"', b'"closed_root":"A', 1),
        "empty": b"",
        "not utf-8": b"\xff\xfe",
    }[change]
    path.write_bytes(damaged)
    with pytest.raises(BadInput):
        collect(small.folder, [path])


def test_an_opening_with_false_totals_is_refused_before_it_is_logged(bench: Make) -> None:
    """Even k scrutineers together cannot make the log say what cannot be."""
    small = bench()
    small.all_vote()
    folder = small.close()
    replies = []
    first = small.reply(small.scrutinise(1, folder))
    true = small.scrutinise(2, folder, first).reply.opening
    contest = true.contests[0]
    false = true.model_copy(
        update={"contests": (contest.model_copy(update={"papers": contest.papers[1:]}),)}
    )
    from ccin_vote.seal.combining import opening_of

    for number in (1, 2):
        key = small.keys[number - 1]
        reply = small.scrutinise(number, folder).reply
        reply = reply.model_copy(
            update={
                "opening": false,
                "opening_signature": key.sign.sign(
                    opening_of(false, reply.closed_root).statement()
                ),
            }
        )
        path = small.root / f"false-{number}.json"
        path.write_bytes(reply.signed(key).to_json() + b"\n")
        replies.append(path)
    collect(small.folder, replies)
    before = small.folder.log.read_bytes()
    with pytest.raises(IntegrityFailure, match="papers and votes"):
        count(small.folder, None)
    assert small.folder.log.read_bytes() == before


def test_linkage_names_an_officer_who_is_also_a_scrutineer(bench: Make) -> None:
    """Who keeps the register and a key is said to be able to read alone after combining."""
    small = bench()
    definition = manifest_of(_poll(small)).definition
    officer = definition.officer.model_copy(update={"name": "Scrutineer 2"})
    linkage = who_could_link(definition.model_copy(update={"officer": officer}))
    assert linkage.alone == ("Scrutineer 2",)
    assert "Scrutineer 2 alone could read every vote" in linkage.after
    assert who_could_link(definition).alone == ()


def test_linkage_counts_every_key_that_the_officer_holds(bench: Make) -> None:
    """Two of three by name and by address: with two needed, nobody's help is wanted."""
    small = bench()
    definition = manifest_of(_poll(small)).definition
    officer = definition.officer.model_copy(
        update={"name": "Scrutineer 2", "email": "third@example.org"}
    )
    third = definition.scrutineers[2].model_copy(update={"email": "third@example.org"})
    people = (*definition.scrutineers[:2], third)
    both = definition.model_copy(update={"officer": officer, "scrutineers": people})
    assert "Scrutineer 2 alone could read every vote at any time" in who_could_link(both).before


def test_the_log_holds_only_events_that_it_would_write(bench: Make) -> None:
    """Every line of a finished log is its event's canonical form."""
    small = bench()
    small.all_vote()
    folder = small.close()
    from ccin_vote.log.reader import read_entries

    lines = folder.log.read_bytes().split(b"\n")[:-1]
    assert [event_to_line(read_entry.event) for read_entry in read_entries(lines)] == lines


def test_a_key_does_not_cosign_an_opening_other_than_its_own(bench: Make) -> None:
    """What a scrutineer attested is remembered and compared with what was declared."""
    from ccin_vote.officer.count import count as count_ballots

    small = bench()
    small.all_vote()
    folder = small.close()
    first = small.reply(small.scrutinise(1, folder))
    second = small.reply(small.scrutinise(2, folder, first))
    collect(small.folder, [second, small.reply(small.scrutinise(1, folder, second))])
    count_ballots(small.folder, None)
    opened = small.published("opened")
    assert small.scrutinise(2, opened).done
    keyring, key = Keyring(small.root / "key-2"), small.keys[1]
    other = keyring.memory(key.public).model_copy(update={"opening": b"\x01" * 32})
    keyring.memory_file.write_bytes(other.signed(key).to_json())
    with pytest.raises(IntegrityFailure, match="otherwise"):
        small.scrutinise(2, opened)


def _wrong_shares(small: Any, poll: Closed) -> bytes:
    """Seal false shares to scrutineer 1, as if it had done so: whoever knows its key can."""
    to_itself = Handover(poll.manifest.election, poll.root, 1, 1)
    return pack_shares(
        (bytes(32),) * len(poll.closed_box().sealed), to_itself, small.keys[0].public
    )


def test_a_key_keeps_its_shares_for_itself_alone_and_unseals_anew_if_they_do_not_fit(
    bench: Make,
) -> None:
    """Sealed to the key, for this closed log; a lost, damaged or strange file changes nothing."""
    small = bench()
    small.all_vote()
    folder = small.close()
    first = small.scrutinise(1, folder)
    kept = Keyring(small.root / "key-1").shares_file
    own, others = kept.read_bytes(), Keyring(small.root / "key-2").shares_file
    poll = Snapshot.read_signed(folder).poll
    assert isinstance(poll, Closed)
    box = poll.closed_box()
    shares = unseal_shares(small.keys[0], 1, box.sealed)
    assert kept.stat().st_mode & 0o077 == 0
    assert not any(share in own for share in shares if share)
    sent = small.reply(small.scrutinise(2, folder, small.reply(first)))
    expected = small.scrutinise(1, folder, sent).reply.opening
    assert kept.read_bytes() == own
    forged = Reply.from_json(own).model_copy(
        update={"scrutineer": 2, "packets": ((1, _wrong_shares(small, poll)),)}
    )
    strange = [forged.signed(key).to_json() for key in small.keys[:2]]
    for data in (b"", own[:-1], own[:99] + b"x" + own[100:], others.read_bytes(), *strange):
        kept.write_bytes(data)
        assert small.scrutinise(1, folder, sent).reply.opening == expected
        assert kept.read_bytes() not in (data, own)
    kept.unlink()
    assert small.scrutinise(1, folder, sent).reply.opening == expected
