"""Verifying a published folder: the list of checks, in the order in which trust is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.checkpoint import read_checkpoint
from ccin_vote.log.merkle import EMPTY
from ccin_vote.log.note import BadNote
from ccin_vote.log.reader import ALL_LINES
from ccin_vote.poll.state import Closed, Declared, Unsealed, unsealed_of
from ccin_vote.verify.evidence import (
    Evidence,
    Finding,
    read_evidence,
)
from ccin_vote.verify.log_checks import (
    cosigned,
    every_ballots_signature,
    issued_pages,
    kept_heads,
    named_verifier,
    newest_head,
    no_verifier,
    nothing_else,
    officers_key,
    order_of_events,
    published_copies,
)
from ccin_vote.verify.record_checks import the_record, the_sheet
from ccin_vote.verify.report import Fault, Verification
from ccin_vote.verify.result_checks import (
    declared_files,
    not_counted,
    not_declared,
    not_opened,
    not_recounted,
    opened_papers,
    results_before_their_time,
    the_recount,
)

if TYPE_CHECKING:
    from ccin_vote.election.folder import PublishedFolder

Check = Callable[[Evidence], Iterator[Finding]]


def _always(_: Evidence) -> str:
    return ""


CHECKS: tuple[tuple[str, Check, Callable[[Evidence], str]], ...] = (
    ("the officer's key is the one in the log", officers_key, _always),
    ("the checkpoint signs exactly this log", newest_head, _always),
    ("events are in order; credentials, acceptance and openings add up", order_of_events, _always),
    (
        "the heads kept at opening, close and declaration, and cosignatures, verify",
        kept_heads,
        _always,
    ),
    ("keys, definition and ballot codes are what the log says", published_copies, _always),
    ("verify.py is the one that the log names", named_verifier, no_verifier),
    ("the ballot pages are those that the log names", issued_pages, _always),
    ("nothing stands in the folder that does not belong there", nothing_else, _always),
    ("every ballot is signed by a credential of this election", every_ballots_signature, _always),
    ("no result is there before its time", results_before_their_time, _always),
    ("the opened papers are those that the scrutineers signed", opened_papers, not_opened),
    (
        "the record fits the definition and the papers that were opened",
        the_record,
        not_counted,
    ),
    ("a second, separate count gives the same record", the_recount, not_recounted),
    ("the sheet names the winners of the record", the_sheet, not_counted),
    ("the result files are those that were declared", declared_files, not_declared),
)
"""Every check by what it shows, and what says why there is nothing yet that it could look at.

None says that it does not concern this election. Each builds on those before it.
"""

_FORMAT = "every line of the log is an event in canonical form"
_FAULT = "because of a fault that was found before"


def verify_published(
    folder: PublishedFolder,
    earlier: bytes | None = None,
    evidence_name: str = "checkpoint",
    verified: tuple[int, bytes] = (0, EMPTY),
) -> Verification:
    """Run every check on a published folder.

    Args:
        folder: the folder.
        earlier: a checkpoint of this election that somebody kept.
        evidence_name: what to call that checkpoint in a fault.
        verified: size and root of a log that whoever asks has verified before; if this log begins
            with it, the signatures of its ballots are not verified once more.

    Raises:
        BadInput: there is no published folder.
    """
    verification = Verification()
    try:
        evidence = _read(folder, verified)
    except IntegrityFailure as error:
        verification.faults.append(_fault(_FORMAT, error))
        verification.not_checked.update((name, _FAULT) for name, _, _ in CHECKS)
        return verification
    verification.evidence = evidence
    verification.passed.append(_FORMAT)
    for position, (name, check, missing) in enumerate(CHECKS, start=1):
        if not _run(name, check, missing, evidence, verification):
            verification.not_checked.update(
                (each_check, _FAULT) for each_check, _, _ in CHECKS[position:]
            )
            return verification
    if earlier is not None:
        _compare_earlier(earlier, evidence_name, evidence, verification)
    if verification.ok:
        _remark(evidence, verification)
    return verification


def _read(folder: PublishedFolder, verified: tuple[int, bytes]) -> Evidence:
    size, root = verified
    evidence = read_evidence(folder, ALL_LINES[size:])
    if size <= evidence.tree.size and evidence.tree.root(size) == root:
        evidence.verified = size
        return evidence
    return read_evidence(folder, ALL_LINES)


def _run(
    name: str,
    check: Check,
    missing: Callable[[Evidence], str],
    evidence: Evidence,
    verification: Verification,
) -> bool:
    """Run one check; say whether the checks after it can be run."""
    try:
        why = missing(evidence)
        if why:
            verification.not_checked[name] = why
            return True
        faults = [Fault(name, words, file, line) for file, line, words in check(evidence)]
    except IntegrityFailure as error:
        verification.faults.append(_fault(name, error))
        return check is not order_of_events
    except Exception as error:  # noqa: BLE001  (hostile files: a fault of this check, no traceback)
        words = f"the folder cannot be checked here ({type(error).__name__})"
        verification.faults.append(Fault(name, words))
        return False
    verification.faults.extend(faults)
    if not faults:
        verification.passed.append(name)
    return True


def _fault(name: str, error: IntegrityFailure) -> Fault:
    message = error.message.split(": ", 1)[-1] if error.file else error.message
    return Fault(name, message, error.file, error.line)


def _compare_earlier(
    data: bytes, name: str, evidence: Evidence, verification: Verification
) -> None:
    check = f"the log continues {name}"
    try:
        head, _ = read_checkpoint(data, evidence.officer)
    except BadNote as error:
        verification.faults.append(Fault(check, str(error), name))
        return
    if head.size > len(evidence.entries):
        words = f"it signs {head.size} lines and the log has {len(evidence.entries)}: lines are cut"
        verification.faults.append(Fault(check, words, "log.jsonl", len(evidence.entries) + 1))
    elif evidence.tree.root(head.size) != head.root:
        words = f"the first {head.size} lines are not those that it signs: the log was rewritten"
        verification.faults.append(Fault(check, words, "log.jsonl"))
    else:
        verification.passed.append(check)


def _remark(evidence: Evidence, verification: Verification) -> None:
    """Say who cosigned, how far the poll has come, and which ballots were not opened."""
    poll = evidence.poll
    verification.notes.extend(cosigned(evidence))
    if not isinstance(poll, Unsealed | Declared):
        state = "closed, not opened" if isinstance(poll, Closed) else "open"
        verification.notes.append(f"The poll is {state}: there is no result to check yet.")
    opened = unsealed_of(evidence.poll)
    for line, reason in opened.opening.set_aside if opened else ():
        verification.notes.append(f"log.jsonl:{line}: counts and was not opened: {reason}.")
