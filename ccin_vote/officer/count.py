"""Counting: k signed openings that agree become the opened papers, the record and the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.blt import write_blt
from ccin_vote.count import count_contest
from ccin_vote.errors import BadInput, Refused
from ccin_vote.log.events import BallotsOpened, IncidentNoted, LotDrawn
from ccin_vote.log.note import Note
from ccin_vote.officer.collect import agreed_opening, kept_replies
from ccin_vote.officer.gather_result import gather_result
from ccin_vote.officer.result_files import before_publishing, clear_away, opened_papers
from ccin_vote.poll.state import NEXT, Closed, Declared, Unsealed, contest_to_count, manifest_of
from ccin_vote.record.lots import Drawn, DrawnLot, LotsNeeded, RecordedLots
from ccin_vote.record.lots_file import parse_lots
from ccin_vote.record.ties import ByLot
from ccin_vote.report.result_json import result_json
from ccin_vote.report.sheet import Result, result_sheet
from ccin_vote.safe_read import MEGABYTE
from ccin_vote.seal.combining import opening_digest, opening_totals
from ccin_vote.store.files import read_file, write_file, write_private
from ccin_vote.store.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.ballot.opened import OpenedPapers
    from ccin_vote.correspondence.reply import Reply
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.record.stage import Record


@dataclass(frozen=True, slots=True)
class Counted:
    """The outcome of a count; ``again`` if the result was declared before.

    ``warnings`` say by which of the papers somebody might be known when they are published.
    """

    result: Result
    again: bool = False
    warnings: tuple[str, ...] = ()


UNCOSIGNED = "Counted although only {there} of the {needed} scrutineers needed cosigned the close."


def count(folder: ElectionFolder, lots: Path | None, *, uncosigned: bool = False) -> Counted:
    """Count every contest, and write the record, the sheet and the papers.

    Args:
        folder: the election.
        lots: lots that were drawn.
        uncosigned: count although too few scrutineers cosigned the close; the log says so.

    Raises:
        Refused: the scrutineers have not opened the ballots, too few cosigned the close, or a lot
            differs from the one that was logged.
        LotsNeeded: lots must be drawn.
        BadInput: the lots file has mistakes.
    """
    with Session.open(folder) as session:
        if isinstance(session.poll, Closed):
            _log_opening(session, session.poll, uncosigned=uncosigned)
        elif isinstance(session.poll, Unsealed):
            _want_cosignatures(session, session.poll.closed, uncosigned=uncosigned)
        if isinstance(session.poll, Declared):
            papers = opened_papers(folder, session.poll.unsealed)
            records = _records(session.poll.unsealed, papers, ())
            return Counted(
                gather_result(session, session.poll.unsealed, papers, records), again=True
            )
        if not isinstance(session.poll, Unsealed):
            state = NEXT[type(session.poll)]
            raise Refused("The poll is not closed; nothing is counted.", remedy=f"next, {state}.")
        papers = opened_papers(folder, session.poll)
        new = _not_logged(read_lots(lots), session.poll) if lots else ()
        records = _records(session.poll, papers, new)
        _log_lots(session, records, new)
        result = gather_result(session, session.poll, papers, records)
        _write(folder, result, papers)
        return Counted(result, warnings=tuple(before_publishing(session.poll, papers)))


def _want_cosignatures(session: Session, poll: Closed, *, uncosigned: bool) -> None:
    """Ask that as many scrutineers cosigned the close as open ballots together."""
    manifest = poll.manifest
    note = Note.parse(read_file(session.folder.milestone("closed")))
    there = sum(note.verified_by(key) for key in manifest.cosigners)
    needed = manifest.event.needed
    told = UNCOSIGNED.format(there=there, needed=needed)
    if there >= needed or told in (event.text for _, event in poll.box.incidents):
        return
    if not uncosigned:
        raise Refused(
            f"{there} of the {needed} scrutineers needed have cosigned the close.",
            remedy="`collect` the replies that they made to the closed folder. Or count without"
            " them, with --uncosigned: the log and the result sheet then say so.",
        )
    session.append(IncidentNoted(type="incident.noted", text=told))


def _log_opening(session: Session, poll: Closed, *, uncosigned: bool) -> None:
    agreed, signers = agreed_opening(kept_replies(session.folder, poll.manifest), poll)
    papers = agreed.opening
    if papers is None:
        return
    _want_cosignatures(session, poll, uncosigned=uncosigned)
    write_private(session.folder.private / "opened.json", papers.to_json())
    session.append(opening_event(poll, papers, signers))


def opening_event(poll: Closed, papers: OpenedPapers, signers: list[Reply]) -> BallotsOpened:
    """Return the event that tells of an opening."""
    return BallotsOpened(
        type="ballots.opened",
        closed_root=poll.root,
        digest=opening_digest(papers),
        totals=opening_totals(papers),
        set_aside=papers.set_aside,
        signatures=tuple(sorted((reply.scrutineer, reply.opening_signature) for reply in signers)),
    )


def _records(poll: Unsealed, papers: OpenedPapers, new: tuple[DrawnLot, ...]) -> list[Record]:
    """Count every contest; ask for all lots that are missing at once."""
    definition = poll.closed.manifest.definition
    records, asked = [], []
    for contest, opened in zip(definition.contests, papers.contests, strict=True):
        counted = contest_to_count(poll, contest)
        lots = RecordedLots(counted, contest.id, [*poll.lots, *new])
        try:
            records.append(count_contest(counted, opened.profile(), contest.rule_set, lots))
        except LotsNeeded as error:
            asked.append(error)
    if asked:
        raise LotsNeeded(
            (lot for needed in asked for lot in needed.lots),
            "\n".join(needed.message for needed in asked),
            "\n\n".join([*(needed.remedy for needed in asked), *before_publishing(poll, papers)]),
        )
    return records


def _log_lots(session: Session, records: list[Record], new: tuple[DrawnLot, ...]) -> None:
    """Log the lots that the count used, all at once."""
    definition = manifest_of(session.poll).definition
    for contest, record in zip(definition.contests, records, strict=True):
        names = record.contest.candidates
        for tie in (tie for stage in record.stages for tie in stage.ties):
            if isinstance(tie.resolution, ByLot):
                used = (contest.id, tie.question.stage, tie.question.purpose.value)
                order = tuple(names[candidate] for candidate in tie.resolution.order)
                for lot in new:
                    if (lot.contest, lot.stage, lot.purpose, lot.order) == (*used, order):
                        session.stage(_lot_event(lot, tuple(sorted(order, key=names.index))))
    session.commit()


def _not_logged(lots: tuple[DrawnLot, ...], poll: Unsealed) -> tuple[DrawnLot, ...]:
    """Leave out lots that are in the log; refuse one that was drawn otherwise."""
    logged = {_asked(each_lot): each_lot.order for each_lot in poll.lots}
    for lot in lots:
        if logged.get(_asked(lot), lot.order) != lot.order:
            raise Refused(
                f"Contest {lot.contest}, stage {lot.stage}: this lot was drawn and logged before,"
                f" in the order {', '.join(logged[_asked(lot)])}.",
                remedy="A lot is drawn once. Repeat without it.",
            )
    return tuple(lot for lot in lots if _asked(lot) not in logged)


def _asked(lot: Drawn) -> tuple[str, int, str, frozenset[str]]:
    return lot.contest, lot.stage, lot.purpose, frozenset(lot.order)


def _lot_event(drawn: DrawnLot, among: tuple[str, ...]) -> LotDrawn:
    return LotDrawn.model_validate(
        {
            "type": "lot.drawn",
            "contest": drawn.contest,
            "stage": drawn.stage,
            "purpose": drawn.purpose,
            "among": among,
            "order": drawn.order,
            "drawn_by": drawn.drawn_by,
            "witnessed_by": drawn.witnessed_by,
        }
    )


def read_lots(path: Path) -> tuple[DrawnLot, ...]:
    """Read a file of lots.

    Raises:
        BadInput: every mistake.
    """
    lots, mistakes = parse_lots(read_file(path, MEGABYTE), str(path))
    if mistakes:
        raise BadInput(mistakes)
    return lots


def _write(folder: ElectionFolder, result: Result, papers: OpenedPapers) -> None:
    """Write the files of a result; the record goes last, for where it is, all of them are."""
    public, files = folder.published, _files(result, papers)
    clear_away(public, (public.ballot_file(contest.id) for contest in result.contests), files)
    for name, data in files.items():
        write_file(public.root / name, data)


def _files(result: Result, papers: OpenedPapers) -> dict[str, bytes]:
    """Return the files of a result by their names below the published folder."""
    files = {"result.md": result_sheet(result).encode()}
    if result.published_papers:
        files["opened.json"] = papers.to_json()
        for contest, opened in zip(result.contests, papers.contests, strict=True):
            if contest.record.stages:
                text = write_blt(contest.record.contest, opened.profile())
                files[f"papers/{contest.id}.blt"] = text.encode()
    return files | {"result.json": result_json(result).encode()}


def files_of_count(session: Session, poll: Unsealed) -> dict[str, bytes]:
    """Return the files that a count would write now, by their names below the published folder.

    Raises:
        LotsNeeded: lots must be drawn first.
    """
    papers = opened_papers(session.folder, poll)
    records = _records(poll, papers, ())
    return _files(gather_result(session, poll, papers, records), papers)
