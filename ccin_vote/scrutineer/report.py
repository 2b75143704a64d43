"""Reporting on a published folder: what scrutineers sign, and the certificate of the result."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ccin_vote.ballot.marks import INFORMAL_REASONS
from ccin_vote.election.folder import MILESTONES
from ccin_vote.election.words import REVOKED, listed, local_time
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.log.note import BadNote, Note, to_base64
from ccin_vote.poll.acceptance import REFUSALS
from ccin_vote.poll.state import Closed, Declared, Unsealed, begun, unsealed_of
from ccin_vote.report.formal_reports import ContestReport, FormalReport
from ccin_vote.report.words import by_reason
from ccin_vote.rule import Motion
from ccin_vote.verify.published import verify_published
from ccin_vote.verify.record_checks import told_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.folder import PublishedFolder
    from ccin_vote.poll.state import Box, Manifest, Poll
    from ccin_vote.verify.evidence import Evidence
    from ccin_vote.verify.record_checks import ToldContest


def gather_report(folder: PublishedFolder, *, declared: bool = False) -> FormalReport:
    """Verify a published folder and gather what is reported of it.

    Raises:
        IntegrityFailure: the log cannot be read, or, if ``declared`` is wanted, anything is wrong.
        Refused: the election was not opened, or, if that is wanted, not declared.
    """
    # First of all: a certificate is never drawn up from what the officer says of the
    # result, but from what was just verified.
    verification = verify_published(folder)
    evidence = verification.checked() if declared else verification.evidence
    if evidence is None or not _is_opened(evidence.poll, declared=declared):
        if verification.faults:
            raise IntegrityFailure(str(verification.faults[0]))
        state = "declared" if declared else "opened by the scrutineers"
        raise Refused(f"The election is not {state}: there is nothing to report yet.")
    poll = evidence.poll
    manifest, box = begun(poll).manifest, begun(poll).box
    definition, zone = manifest.definition, ZoneInfo(manifest.definition.timezone)
    return FormalReport(
        title=definition.title,
        organisation=definition.organisation,
        rehearsal=definition.rehearsal,
        election=manifest.election,
        officer=definition.officer.name,
        scrutineers=tuple(scrutineer.name for scrutineer in definition.scrutineers),
        tellers=tuple(teller.name for teller in definition.tellers),
        times=tuple((what, local_time(when, zone)) for what, when in _times(poll, manifest)),
        papers=tuple(_papers(box)),
        refused=by_reason(REFUSALS[event.reason] for _, event in box.refused),
        incidents=tuple(event.text for _, event in box.incidents),
        handled=tuple(_handled(evidence, manifest, box)),
        # No winner is named in a report of a folder in which anything is
        # wrong; the faults stand there instead.
        contests=tuple(_contests(evidence, manifest)) if verification.ok else (),
        passed=tuple(verification.passed),
        not_checked=tuple(verification.not_checked.items()),
        faults=tuple(map(str, verification.faults)),
        notes=tuple(verification.notes),
        head=(len(evidence.entries), to_base64(evidence.tree.root())),
    )


def _is_opened(poll: Poll, *, declared: bool) -> bool:
    return isinstance(poll, Declared if declared else Unsealed | Declared)


def _times(poll: Poll, manifest: Manifest) -> Iterator[tuple[str, str]]:
    yield "Opened", manifest.event.time
    opened = unsealed_of(poll)
    if opened is not None and isinstance(opened.closed, Closed):
        yield "Closed", opened.closed.closing.time
    if isinstance(poll, Declared):
        yield "Declared", poll.declaration.time


def _papers(box: Box) -> Iterator[tuple[str, int]]:
    yield "Tokens issued, one a member", box.issued
    yield "Members whose sealed ballot counts", box.returned
    yield "Ballots replaced by a later one", box.superseded
    yield "Ballots refused", len(box.refused)
    yield "Letters issued again", len(box.replaced)
    voided = Counter(
        why for credential, why in box.revoked.items() if credential not in box.replaced
    )
    for why, number in sorted(voided.items()):
        yield f"Tokens void because {REVOKED[why]}", number
    if box.batches:
        yield "Batches of paper ballots", len(box.batches)


def _handled(evidence: Evidence, manifest: Manifest, box: Box) -> Iterator[str]:
    """Tell who did what, by the keys that signed it."""
    definition = manifest.definition
    names = [scrutineer.name for scrutineer in definition.scrutineers]
    yield f"{definition.officer.name} issued the tokens, accepted the ballots and kept the log."
    for point in MILESTONES:
        path = evidence.folder.milestone(point)
        with suppress(BadNote):
            note = Note.parse(evidence.read(path) or b"")
            # By signatures that verify, not by the names on their lines.
            who = [
                name
                for name, key in zip(names, manifest.cosigners, strict=True)
                if note.verified_by(key)
            ]
            yield f"The log as it was {point} was cosigned by {listed(who) if who else 'nobody'}."
    opened = unsealed_of(evidence.poll)
    if opened is not None:
        signers = [names[number - 1] for number, _ in opened.opening.signatures]
        yield f"The ballots were opened together by {listed(signers)}."
        for lot in opened.lots:
            people = f"drawn by {lot.drawn_by} and witnessed by {lot.witnessed_by}"
            yield f"A lot in the contest {lot.contest} was {people}."
    for _, batch in box.batches:
        tellers = [definition.tellers[number - 1].name for number, _ in batch.signatures]
        yield f"A batch of paper ballots was keyed by {listed(tellers)}."


def _contests(evidence: Evidence, manifest: Manifest) -> Iterator[ContestReport]:
    if evidence.read(evidence.folder.result_record) is None:
        return
    try:
        contests = told_result(evidence).contests
    except ValueError as error:
        raise IntegrityFailure(str(error), file="result.json") from error
    for contest, told in zip(manifest.definition.contests, contests, strict=True):
        yield _contest(contest, told, manifest)


def _contest(contest: ContestDefinition, told: ToldContest, manifest: Manifest) -> ContestReport:
    """Tell of a contest, by its record, which verifies."""
    stages = told.stages
    electors = sum(number for name, _, number in manifest.event.electors if name == contest.id)
    return ContestReport(
        title=contest.title,
        rule=contest.rule_set.title,
        motion=isinstance(contest.rule_set.method, Motion),
        electors=electors,
        papers=told.valid + told.informal + told.blank,
        valid=told.valid,
        informal=tuple(
            (INFORMAL_REASONS[why], number) for why, number in told.informal_reasons.items()
        ),
        votes=tuple(
            (name, stages[0].votes[name], stages[-1].votes[name], name in told.winners)
            for name in (contest.names if stages else ())
        ),
        winners=tuple(told.winners),
    )
