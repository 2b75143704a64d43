"""Summing up: everything that the result sheet tells, gathered from the poll and the records."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ccin_vote.ballot.opened import SET_ASIDE
from ccin_vote.election.folder import MILESTONES
from ccin_vote.election.words import REVOKED, WHICH_COUNTS, local_time
from ccin_vote.log.checkpoint import scrutineer_name
from ccin_vote.log.note import Note, to_base64
from ccin_vote.poll.acceptance import REFUSALS
from ccin_vote.report.sheet import ContestResult, PaperBatch, Result
from ccin_vote.report.words import by_reason
from ccin_vote.seal.combining import ClosedBox
from ccin_vote.seal.linkage import who_could_link
from ccin_vote.store.files import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.ballot.opened import OpenedPapers
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Box, Manifest, Unsealed
    from ccin_vote.record.stage import Record
    from ccin_vote.store.session import Session


def gather_result(
    session: Session, poll: Unsealed, papers: OpenedPapers, records: Sequence[Record]
) -> Result:
    """Gather everything that the result sheet tells."""
    closed, manifest, box = poll.closed, poll.closed.manifest, poll.closed.box
    definition = manifest.definition
    zone = ZoneInfo(definition.timezone)
    head = session.writer.head
    return Result(
        title=definition.title,
        organisation=definition.organisation,
        rehearsal=definition.rehearsal,
        election=manifest.election,
        officer=definition.officer.name,
        scrutineers=tuple(scrutineer.name for scrutineer in definition.scrutineers),
        needed=manifest.event.needed,
        signers=tuple(
            definition.scrutineers[number - 1].name for number, _ in poll.opening.signatures
        ),
        opened=local_time(manifest.event.time, zone),
        closed=local_time(closed.closing.time, zone),
        issued=box.issued,
        returned=box.returned,
        superseded=box.superseded,
        refused=by_reason([REFUSALS[event.reason] for _, event in box.refused]),
        reissued=len(box.replaced),
        revoked=by_reason(
            [
                REVOKED[why]
                for credential, why in box.revoked.items()
                if credential not in box.replaced
            ]
        ),
        on_paper=_on_paper(manifest, box),
        set_aside=by_reason([SET_ASIDE.get(reason, reason) for _, reason in papers.set_aside]),
        contests=tuple(
            _contest(contest, record, manifest, closed.closed_box())
            for contest, record in zip(definition.contests, records, strict=True)
        ),
        linkage=who_could_link(definition).sentences,
        revoting=WHICH_COUNTS[definition.options.revoting],
        head=(head.size, to_base64(head.root)),
        cosigned=_cosigned(session.folder, manifest),
        incidents=tuple(event.text for _, event in box.incidents),
        software=manifest.event.software,
        published_papers=not definition.secrecy.withheld,
    )


def _on_paper(manifest: Manifest, box: Box) -> tuple[PaperBatch, ...]:
    """Tell of each batch on paper: its papers by contest, and who keyed it."""
    titles = {each_contest.id: each_contest.title for each_contest in manifest.definition.contests}
    tellers = manifest.definition.tellers
    return tuple(
        PaperBatch(
            tuple((titles[contest], votes, papers) for contest, votes, papers in event.counts),
            tuple(tellers[number - 1].name for number, _ in event.signatures),
        )
        for _, event in box.batches
    )


def _contest(
    contest: ContestDefinition,
    record: Record,
    manifest: Manifest,
    closed: ClosedBox,
) -> ContestResult:
    entitled = [
        (votes, members) for name, votes, members in manifest.event.electors if name == contest.id
    ]
    return ContestResult(
        id=contest.id,
        record=record,
        electorate=contest.electorate or "every member on the roll",
        electors=sum(members for _, members in entitled),
        electors_votes=sum(votes * members for votes, members in entitled),
        returned=len(ClosedBox.weights(contest.id, closed.ballots, closed.batches)),
    )


def _cosigned(
    folder: ElectionFolder, manifest: Manifest
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = {
        scrutineer_name(manifest.election, number): scrutineer.name
        for number, scrutineer in enumerate(manifest.definition.scrutineers, start=1)
    }
    found = []
    for point in MILESTONES[:2]:
        note = Note.parse(read_file(folder.milestone(point)))
        signers = (names[line.name] for line in note.signatures if line.name in names)
        found.append((point, tuple(sorted(signers))))
    return tuple(found)
