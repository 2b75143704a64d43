"""Checks of what came of the ballots: the opened papers, the recount, the declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccin_vote.ballot.blt import write_blt
from ccin_vote.ballot.marks import INFORMAL_REASONS
from ccin_vote.ballot.opened import OpenedPapers, opened_contest
from ccin_vote.ballot.profile import Informal, Paper, members
from ccin_vote.ballot.reading import read_paper
from ccin_vote.canonical import sha256
from ccin_vote.errors import DecisionNeeded
from ccin_vote.log.events import ResultDeclared
from ccin_vote.poll.state import Declared, Unsealed, contest_to_count, unsealed_of
from ccin_vote.record.lots import RecordedLots
from ccin_vote.seal.combining import opening_digest, opening_totals
from ccin_vote.verify.compare import differences
from ccin_vote.verify.evidence import manifest_in
from ccin_vote.verify.record_checks import records_in
from ccin_vote.verify.recount import recount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccin_vote.ballot.opened import OpenedContest
    from ccin_vote.election.contest import Contest
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.log.events import BallotsOpened
    from ccin_vote.verify.evidence import Evidence, Finding


def not_opened(evidence: Evidence) -> str:
    """Say why there are no opened papers to look at; nothing if there are."""
    if unsealed_of(evidence.poll) is None:
        return "the ballots are not opened yet"
    return "the opened papers are withheld by definition" if _withheld(evidence) else ""


def _withheld(evidence: Evidence) -> bool:
    return manifest_in(evidence).definition.secrecy.withheld


def not_counted(evidence: Evidence) -> str:
    """Say why there is no result to look at."""
    if unsealed_of(evidence.poll) is None:
        return "the ballots are not opened yet"
    if isinstance(evidence.poll, Declared) or _there(evidence, evidence.folder.result_record):
        return ""
    return "the ballots are not counted yet"


def _there(evidence: Evidence, *paths: Path) -> list[str]:
    """Name those files that are there."""
    return [evidence.name(path) for path in paths if evidence.read(path) is not None]


def not_recounted(evidence: Evidence) -> str:
    """Say why the papers were not counted again."""
    return not_opened(evidence) or not_counted(evidence)


def not_declared(evidence: Evidence) -> str:
    """Say why there is no declaration to look at."""
    return "" if isinstance(evidence.poll, Declared) else "the result is not declared yet"


def read_opened(evidence: Evidence) -> OpenedPapers | None:
    """Return the opened papers; None if they are not there or cannot be read."""
    data = evidence.read(evidence.folder.opened_papers)
    try:
        return None if data is None else OpenedPapers.from_json(data)
    except ValueError:
        return None


def results_before_their_time(evidence: Evidence) -> Iterator[Finding]:
    """Check that there is no file of a result that the log does not allow yet, or ever."""
    folder = evidence.folder
    ballot_files = [
        folder.ballot_file(contest.id) for contest in manifest_in(evidence).definition.contests
    ]
    forbidden: list[Path] = []
    if not_opened(evidence):
        forbidden += [folder.opened_papers, *ballot_files]
    if not_counted(evidence):
        forbidden += ballot_files
        forbidden += [folder.result_record, folder.result_sheet]
    for name in sorted(set(_there(evidence, *forbidden))):
        yield name, None, "the log does not allow this file here, or not yet"


def opened_papers(evidence: Evidence) -> Iterator[Finding]:
    """Check the opened papers against the digest and totals that k scrutineers signed."""
    opened, papers = unsealed_of(evidence.poll), read_opened(evidence)
    name = evidence.name(evidence.folder.opened_papers)
    if opened is None or papers is None:
        yield name, None, "the opened papers are missing or damaged"
    elif opening_digest(papers) != opened.opening.digest:
        yield name, None, "these are not the papers that the scrutineers signed"
    else:
        yield from _papers_fit(papers, opened.opening, evidence, name)


def _papers_fit(
    papers: OpenedPapers, opening: BallotsOpened, evidence: Evidence, name: str
) -> Iterator[Finding]:
    definition = manifest_in(evidence).definition
    if opening_totals(papers) != opening.totals or papers.set_aside != opening.set_aside:
        yield name, None, "the totals are not those in the log"
    if [each_contest.id for each_contest in papers.contests] != [
        one.id for one in definition.contests
    ]:
        yield name, None, "the contests are not those of the definition"
        return
    for opened, contest in zip(papers.contests, definition.contests, strict=True):
        yield from ((name, None, words) for words in _odd_papers(opened, contest))


def _odd_papers(opened: OpenedContest, contest: ContestDefinition) -> Iterator[str]:
    singles: list[tuple[Paper | Informal, int]] = []
    for paper, weight in opened.profile_lines():
        checked = read_paper(paper, contest.contest, contest.rule_set)
        if checked != paper:
            said = checked.reason if isinstance(checked, Informal) else "not as the rule reads it"
            yield f"contest {contest.id}: a paper is {said}"
        singles += [(paper, weight.votes)] * max(weight.papers, 0)
    for reason, votes, count in opened.informal:
        if reason not in INFORMAL_REASONS:
            yield f"contest {contest.id}: unknown reason {reason!r}"
        singles += [(Informal(reason), votes)] * max(count, 0)
    if opened_contest(contest.id, singles) != opened:
        yield f"contest {contest.id}: the papers are not sorted and grouped"


def declared_files(evidence: Evidence) -> Iterator[Finding]:
    """Check every result file against the declaration in the log."""
    poll = evidence.poll
    if not isinstance(poll, Declared):
        return
    number = next(
        entry.number for entry in evidence.entries if isinstance(entry.event, ResultDeclared)
    )
    if poll.declaration.head != evidence.tree.root(number - 1):
        yield "log.jsonl", number, "the declaration cites another head of the log"
    known = {"result.md", "result.json", "opened.json"} | {
        evidence.name(evidence.folder.ballot_file(contest.id))
        for contest in manifest_in(evidence).definition.contests
    }
    names = [name for name, _ in poll.declaration.files]
    if names != sorted(set(names)) or not {"result.json", "result.md"} <= set(names) <= known:
        words = "the declaration names other files than those of a result, or not in their order"
        yield "log.jsonl", number, words
    for name in sorted(known - set(names)):
        if evidence.read(evidence.folder.root / name) is not None:
            yield name, None, "a result file that was not declared"
    for name, digest in poll.declaration.files if set(names) <= known else ():
        data = evidence.read(evidence.folder.root / name)
        words = "the file is not the one that was declared"
        if wrong := evidence.differs(data, [digest], words):
            yield name, None, wrong


def the_recount(evidence: Evidence) -> Iterator[Finding]:
    """Count every contest again from the opened papers and compare stage by stage."""
    opened, papers = unsealed_of(evidence.poll), read_opened(evidence)
    name = evidence.name(evidence.folder.result_record)
    if opened is None or papers is None or any(opened_papers(evidence)):
        yield name, None, "not recounted: the opened papers are not those that were signed"
        return
    definition = manifest_in(evidence).definition
    records = records_in(evidence)
    if not records:
        yield name, None, "not recounted: the record's contests are not those of the definition"
        return
    for contest, each_contest, record in zip(
        definition.contests, papers.contests, records, strict=True
    ):
        for words in _compared(contest, each_contest, record, opened):
            yield name, None, f"contest {contest.id}: {words}"
        yield from _ballot_file(
            evidence, contest_to_count(opened, contest), contest.id, each_contest
        )


def _compared(
    contest: ContestDefinition, papers: OpenedContest, record: dict[str, Any], opened: Unsealed
) -> list[str]:
    counted = contest_to_count(opened, contest)
    lots = RecordedLots(counted, contest.id, opened.lots)
    profile = papers.profile()
    try:
        again = recount(counted, profile, contest.rule_set, lots)
    except DecisionNeeded as error:
        return [f"a lot that decides is not in the log: {error.message}"]
    found = differences(record, again, counted)
    informal = {reason: weight.papers for reason, weight in profile.informal.items()}
    valid = sum(
        weight.papers
        for paper, weight in profile.formal.items()
        if not counted.withdrawn.issuperset(
            candidate for place in paper for candidate in members(place)
        )
    )
    if valid < profile.papers:
        informal["only-withdrawn"] = profile.papers - valid
    expected = {
        "valid": valid,
        "informal_reasons": informal,
        "blank": informal.get("blank", 0),
        "informal": sum(informal.values()) - informal.get("blank", 0),
    }
    found += [
        f"{key}: the record says {record.get(key)!r}, the papers say {value!r}"
        for key, value in expected.items()
        if record.get(key) != value
    ]
    rule = record.get("rule")
    if not isinstance(rule, dict) or rule.get("name") != contest.rule:
        found.append("the record names another rule than the definition")
    return found


def _ballot_file(
    evidence: Evidence, contest: Contest, name: str, papers: OpenedContest
) -> Iterator[Finding]:
    path = evidence.folder.ballot_file(name)
    data = evidence.read(path)
    wanted = sha256(write_blt(contest, papers.profile()).encode())
    words = "the ballot file is not that of the opened papers"
    if data is not None and (wrong := evidence.differs(data, [wanted], words)):
        yield evidence.name(path), None, wrong
