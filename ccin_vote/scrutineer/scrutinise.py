"""Scrutinising: verify, cosign, unseal, combine, as far as what is at hand allows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from ccin_vote.correspondence.reply import Reply, checked_reply, read_replies
from ccin_vote.election.folder import MILESTONES, PublishedFolder
from ccin_vote.errors import BadInput, IntegrityFailure, Refused
from ccin_vote.log.checkpoint import scrutineer_name
from ccin_vote.log.note import MAXIMUM_NOTE, Note, cosign
from ccin_vote.poll.state import Closed, manifest_of, unsealed_of
from ccin_vote.report.words import counted
from ccin_vote.scrutineer.keyring import Keyring, Memory, recognise
from ccin_vote.seal.combining import (
    Combined,
    Fault,
    combine,
    opening_digest,
    opening_of,
    refuse_small_classes,
)
from ccin_vote.seal.sharing import BadShares, Handover, Shares, pack_shares, unpack_shares
from ccin_vote.seal.sharing import unseal_shares as unseal
from ccin_vote.store.files import read_file, write_private
from ccin_vote.verify.published import verify_published

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from ccin_vote.poll.state import Manifest, Poll
    from ccin_vote.seal.combining import ClosedBox
    from ccin_vote.seal.keys import SecretKey


class Upto(IntEnum):
    """How far to go: the single steps of scrutinising, in order."""

    COSIGN = 1
    UNSEAL = 2
    COMBINE = 3


@dataclass(frozen=True, slots=True)
class Scrutineer:
    """A scrutineer at work: the key, its folder, and the number in the definition, from 1."""

    key: SecretKey
    keyring: Keyring
    number: int


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """What was done: the reply to send, whom to send it to, and what is still missing."""

    reply: Reply
    number: int
    done: tuple[str, ...]
    send_to: tuple[str, ...]
    missing: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def scrutinise(  # noqa: PLR0913  (each is a different thing that the scrutineer brings)
    published: PublishedFolder,
    scrutineer: tuple[SecretKey, Keyring],
    files: Iterable[Path],
    now: datetime,
    *,
    upto: Upto = Upto.COMBINE,
    last_resort: bool = False,
) -> Scrutiny:
    """Verify the folder, then do every step that is possible and not yet done.

    Args:
        published: the published folder.
        scrutineer: the unlocked key and its folder.
        files: reply files of other scrutineers.
        now: this machine's time.
        upto: the last step to take.
        last_resort: record ballots that no scrutineer's share opens as unopened.

    Raises:
        IntegrityFailure: the folder does not verify, or contradicts what this key saw before.
        Refused: a step is not allowed now.
        DecisionNeeded: another scrutineer's shares are needed.
    """
    # Before the folder is verified: what was verified by this very key need not be once
    # more, if the log still begins with it.
    memory = scrutineer[1].memory(scrutineer[0].public)
    verification = verify_published(published, verified=memory.verified)
    evidence = verification.checked()
    poll = evidence.poll
    manifest = manifest_of(poll)
    # Nothing is signed before all of this: the folder verifies, the key is one of the election's,
    # the log continues the one seen, and no opening contradicts the one attested.
    worker = _recognised(scrutineer, manifest)
    memory = recognise(worker.keyring, memory, manifest.election, evidence.tree)
    _same_opening(memory, poll)
    # Every head was compared with the log by `verify` (`kept_heads`), and the log with the one seen
    # before: that is what a cosignature says (tlog-cosignature).
    memory, done = _cosign(published, worker, memory, manifest, now)
    reply = Reply(
        election=manifest.election,
        scrutineer=worker.number,
        cosignatures=tuple(sorted(memory.cosignatures.items())),
    )
    scrutiny = Scrutiny(reply, memory.replies + 1, (*verification.passed, *done), ())
    if isinstance(poll, Closed) and upto >= Upto.UNSEAL:
        # Before any share is unsealed: of two closed logs that differ in one ballot, the opened
        # papers would differ in that voter's choices.
        memory = _same_closed_log(memory, poll.root)
        # Each is verified by its signature before its content is looked at.
        others = read_replies(files, manifest)
        # `poll.closed` in the log says so already; this asks the scrutineer's own
        # clock, which the officer does not set.
        _refuse_early(poll, now)
        scrutiny = _open_together(scrutiny, worker, poll, others, (upto, last_resort))
        if scrutiny.reply.opening is not None:
            digest = opening_digest(scrutiny.reply.opening)
            memory = memory.model_copy(update={"opening": digest})
    memory = memory.model_copy(update={"replies": scrutiny.number})
    # Remembered before anything is returned: no reply can leave this machine that the key does not
    # know of. After a crash here the reply is made again, from shares that were kept.
    worker.keyring.remember(memory, worker.key, evidence.tree)
    return _addressed(replace(scrutiny, reply=scrutiny.reply.signed(worker.key)), poll)


def _recognised(scrutineer: tuple[SecretKey, Keyring], manifest: Manifest) -> Scrutineer:
    key, keyring = scrutineer
    if key.public not in manifest.scrutineers:
        raise Refused(
            f"The key in {keyring.root} is not one of this election's scrutineers' keys.",
            remedy="Name the right key folder with --key.",
        )
    # By the key itself: which number somebody has is for the frozen definition to
    # say, not for an option of the command.
    return Scrutineer(key, keyring, manifest.scrutineers.index(key.public) + 1)


def _cosign(
    published: PublishedFolder,
    worker: Scrutineer,
    memory: Memory,
    manifest: Manifest,
    now: datetime,
) -> tuple[Memory, list[str]]:
    cosignatures, done = dict(memory.cosignatures), []
    name = scrutineer_name(manifest.election, worker.number)
    for point in MILESTONES:
        path = published.milestone(point)
        # A cosignature is made once and then repeated as it is: the time
        # in it is when the head was first seen.
        if path.exists() and point not in cosignatures:
            text = Note.parse(read_file(path, MAXIMUM_NOTE)).text
            line = cosign(text, name, worker.key.sign, int(now.timestamp()))
            cosignatures[point] = str(line)
            done.append(f"cosigned the log as it was {point}")
    return memory.model_copy(update={"cosignatures": cosignatures}), done


def _same_opening(memory: Memory, poll: Poll) -> None:
    """Refuse a log whose opening is not the one that this key signed."""
    opened = unsealed_of(poll)
    if opened is not None and memory.opening not in (b"", opened.opening.digest):
        raise IntegrityFailure(
            "the ballots were opened otherwise than this key attested",
            file="log.jsonl",
            remedy="Stop here. Tell the other scrutineers, and keep both folders as evidence.",
        )


def _same_closed_log(memory: Memory, root: bytes) -> Memory:
    if memory.closed_root not in (b"", root):
        raise IntegrityFailure(
            "this key has opened another closed log of this election; it never opens two",
            file="log.jsonl",
            remedy="Stop here. Tell the other scrutineers, and keep both folders as evidence.",
        )
    return memory.model_copy(update={"closed_root": root})


def _refuse_early(poll: Closed, now: datetime) -> None:
    closes = poll.manifest.definition.timetable.closes
    if now < closes:
        raise Refused(f"The poll closes at {closes:%H:%M on %d %B %Y %Z}; nothing was opened.")


def _open_together(
    scrutiny: Scrutiny,
    worker: Scrutineer,
    poll: Closed,
    others: Sequence[Reply],
    how: tuple[Upto, bool],
) -> Scrutiny:
    upto, last_resort = how
    box = poll.closed_box()
    # Here, before this key unseals anything: later would be too late, as
    # the own shares are on the disk by then.
    refuse_small_classes(box)
    own = _own_shares(worker, poll, box)
    # Nobody's shares are trusted, one's own neither: `combine` compares each with its digest.
    shares = {worker.number: own, **_received(worker, box, others)}
    update: dict[str, object] = {
        "closed_root": poll.root,
        "packets": _packets(worker, poll, own),
    }
    batches = f" and {len(box.batches)} batches on paper" if box.batches else ""
    done = [f"unsealed this key's shares of {len(box.ballots)} ballots{batches}"]
    faults: tuple[Fault, ...] = ()
    # Otherwise only packets are sent. The papers are worked out as soon as k shares
    # are together, whoever brings the last.
    if upto >= Upto.COMBINE and len(shares) >= poll.manifest.event.needed:
        combined = combine(box, shares, last_resort=last_resort)
        # Before this key signs: two different openings of one closed log mean that one machine is
        # at fault, and a signature would hide it.
        _compare_openings(combined, others, poll)
        update |= _attested(combined, worker, poll.root)
        faults = combined.faults
        done.append(f"combined the shares of {len(shares)} scrutineers and signed the opening")
    reply = scrutiny.reply.model_copy(update=update)
    missing = max(0, poll.manifest.event.needed - len(shares))
    lacking = (f"shares of {counted(missing, 'more scrutineer')}",) if missing else ()
    return replace(
        scrutiny, reply=reply, done=(*scrutiny.done, *done), missing=lacking, faults=faults
    )


def _own_shares(worker: Scrutineer, poll: Closed, box: ClosedBox) -> Shares:
    """Return this key's shares: unsealed now, or as it kept them in a reply to itself."""
    election, number, kept = poll.manifest.election, worker.number, worker.keyring.shares_file
    to_itself = Handover(election, poll.root, number, number)
    # Kept shares of another closed log, or damaged ones, do not open: they are unsealed again,
    # which gives the same. `_same_closed_log` has by then refused any log but the one of this key's
    # replies.
    with suppress(BadInput, ValueError):
        reply = checked_reply(read_file(kept), poll.manifest)
        if reply.scrutineer == number:
            packet = reply.packet_for(number) or b""
            return unpack_shares(packet, to_itself, worker.key, len(box.sealed))
    own = unseal(worker.key, number, box.sealed)
    # Sealed to the key itself: with the disk alone, behind no pass-phrase, nobody reads a share.
    packet = pack_shares(own, to_itself, worker.key.public)
    reply = Reply(election=election, scrutineer=number, packets=((number, packet),))
    write_private(kept, reply.signed(worker.key).to_json())
    return own


def _received(worker: Scrutineer, box: ClosedBox, others: Sequence[Reply]) -> dict[int, Shares]:
    shares = {}
    for reply in others:
        packet = reply.packet_for(worker.number)
        if reply.scrutineer == worker.number or packet is None:
            continue
        name = box.definition.scrutineers[reply.scrutineer - 1].name
        # `unpack_shares` would fail as well, but only with "does not open"; that somebody was shown
        # another log must be said in these words.
        if reply.closed_root != box.closed_root:
            raise IntegrityFailure(
                f"{name} unsealed another closed log than the one in this folder",
                remedy="Stop here. Compare the checkpoints that each of you received.",
            )
        handover = Handover(box.election, box.closed_root, reply.scrutineer, worker.number)
        try:
            shares[reply.scrutineer] = unpack_shares(packet, handover, worker.key, len(box.sealed))
        except BadShares as error:
            raise Refused(f"The file of {name}: {error}.", remedy=f"Ask {name} again.") from error
    return shares


def _packets(worker: Scrutineer, poll: Closed, own: Shares) -> tuple[tuple[int, bytes], ...]:
    election = poll.manifest.election
    return tuple(
        (number, pack_shares(own, Handover(election, poll.root, worker.number, number), public))
        # To scrutineers only, never to the officer, who keeps the register: with k shares and
        # the register, every vote has a name.
        for number, public in enumerate(poll.manifest.scrutineers, start=1)
        if number != worker.number
    )


def _attested(combined: Combined, worker: Scrutineer, closed_root: bytes) -> dict[str, object]:
    opening = opening_of(combined.papers, closed_root)
    return {
        "opening": combined.papers,
        # Over the statement, apart from the reply's own signature: this one goes into
        # the log, where the reply never comes.
        "opening_signature": worker.key.sign.sign(opening.statement()),
    }


def _compare_openings(combined: Combined, others: Sequence[Reply], poll: Closed) -> None:
    for reply in others:
        # The papers are compared whole, not by digest: the salt comes from the content
        # keys, so equal papers are equal files.
        if reply.opening is not None and reply.opening != combined.papers:
            name = poll.manifest.definition.scrutineers[reply.scrutineer - 1].name
            raise IntegrityFailure(
                f"the papers that {name} signed are not those that the shares give here",
                remedy="Do not send anything. Compare the two replies together, in one room.",
            )


def _addressed(scrutiny: Scrutiny, poll: Poll) -> Scrutiny:
    definition = manifest_of(poll).definition
    officer = f"{definition.officer.name} <{definition.officer.email}>"
    others = tuple(
        f"{scrutineer.name} <{scrutineer.email}>" if scrutineer.email else scrutineer.name
        for number, scrutineer in enumerate(definition.scrutineers, start=1)
        if number != scrutiny.reply.scrutineer
    )
    if not isinstance(poll, Closed):
        return replace(scrutiny, send_to=(officer,))
    if scrutiny.reply.opening is None and scrutiny.reply.packets:
        return replace(scrutiny, send_to=others)
    helped = others if definition.secrecy.needed > 1 else ()
    return replace(scrutiny, send_to=(officer, *helped))
