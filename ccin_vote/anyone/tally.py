"""Counting a ballot file under any rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccin_vote.ballot.reading import read_profile
from ccin_vote.count import count_contest
from ccin_vote.count.papers import informal_by_reason, standing_papers, valid_papers, valid_votes
from ccin_vote.election.contest import MOTION_CHOICES, Candidate, Seats
from ccin_vote.election.document import nearest
from ccin_vote.election.reserved_faults import places_are_kept_by
from ccin_vote.errors import BadInput, Mistake, Refused
from ccin_vote.record.lots import LotsNeeded, RecordedLots
from ccin_vote.record.seeded_lots import SeededLots, StatedOrder
from ccin_vote.report.words import counted, informal_words
from ccin_vote.rule import Countback, Marks, Motion, Points

if TYPE_CHECKING:
    from ccin_vote.ballot.ballot_file import BallotFile
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Contest
    from ccin_vote.election.reserved_file import ReservedFile
    from ccin_vote.record.lots import DrawnLot
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet


@dataclass(frozen=True, slots=True)
class TallyOptions:
    """What the command may add to a file; 0 and empty mean: as the file and the rule say."""

    seats: int = 0
    votes_each: int = 0
    threshold: str = ""
    electorate: int = 0
    quorum: int = 0
    over_default: int = 0
    majority: int = 1
    reserved: ReservedFile | None = None
    reopen: str = ""
    withdrawn: tuple[str, ...] = ()
    vacate: str = ""
    lots: tuple[DrawnLot, ...] = ()
    lot_seed: str = ""


def tally_file(ballots: BallotFile, rule: RuleSet, options: TallyOptions, file: str) -> Record:
    """Count a ballot file.

    Raises:
        BadInput: the file and the rule, or the reserved places, do not go together, or an option
            names nobody.
        LotsNeeded: a lot must be drawn.
        Refused: the rule has no countback, or a limit on candidates.
    """
    contest = _contest(ballots.contest, rule, options, file)
    lots = _lots(ballots, contest, options)
    profile = read_profile(ballots.profile, contest, rule)
    if not contest.uncontested:
        _want_valid(contest, profile, rule, file)
    _want_electorate(contest, profile, file)
    try:
        record = count_contest(contest, profile, rule, lots)
    except LotsNeeded as needed:
        words = f"{_papers_words(contest, profile)} {needed.message}"
        raise LotsNeeded(needed.lots, words, needed.remedy) from None
    if not options.vacate:
        return record
    return _countback(record, _named(contest, options.vacate, file), ballots, lots)


def _papers_words(contest: Contest, profile: Profile) -> str:
    """Say how many papers are counted before anybody draws a lot over them."""
    told = f"{counted(valid_papers(contest, profile), 'valid paper')}."
    if informal := informal_by_reason(contest, profile):
        number = sum(papers for _, papers in informal)
        told += f" {counted(number, 'blank or informal paper')}: {informal_words(informal)}."
    return told


def _want_valid(contest: Contest, profile: Profile, rule: RuleSet, file: str) -> None:
    """Refuse papers of which none is valid: a lot among all would elect somebody without a vote."""
    if any(standing_papers(contest, profile)):
        return
    informal = informal_by_reason(contest, profile)
    papers = sum(number for _, number in informal)
    none = (
        "the one paper is not valid" if papers == 1 else f"none of the {papers:,} papers is valid"
    )
    problem = f"{none} under {rule.name}: {informal_words(informal)}"
    hint = "count them under the rule they were given for"
    if not papers:
        problem, hint = "there is no paper in this file", "is it the right one?"
    raise BadInput([Mistake(file, problem, hint=hint)])


def _want_electorate(contest: Contest, profile: Profile, file: str) -> None:
    """Refuse an electorate that has fewer votes than were given."""
    if contest.electorate and (votes := valid_votes(contest, profile)) > contest.electorate:
        problem = (
            f"the electorate has {counted(contest.electorate, 'vote')}, and {votes:,} were given"
        )
        raise BadInput([Mistake(file, problem, hint="--electorate N: all votes of all members")])


def _countback(record: Record, left: Candidate, ballots: BallotFile, lots: Lots) -> Record:
    """Count again without a member who left, under the rule's own provision."""
    contest, rule = record.contest, record.rule
    name = contest.candidates[left]
    if left not in record.winners:
        raise Refused(f"{name} was not elected, so no seat falls vacant.")
    if rule.countback is Countback.NONE:
        raise Refused(
            f"{rule.name} has no provision for a countback; nothing was counted again.",
            remedy="Under this rule a casual vacancy is filled by a new election.",
        )
    again = replace(
        contest,
        withdrawn=contest.withdrawn | {left},
        protected=frozenset(candidate for candidate in record.winners if candidate != left),
    )
    return count_contest(again, read_profile(ballots.profile, again, rule), rule, lots)


def _contest(contest: Contest, rule: RuleSet, options: TallyOptions, file: str) -> Contest:
    seats = Seats(options.seats or contest.seats)
    motion = isinstance(rule.method, Motion)
    changed = replace(
        contest,
        seats=Seats(1) if motion else seats,
        votes_each=options.votes_each,
        threshold=(options.threshold or "simple-majority") if motion else "",
        electorate=options.electorate,
        quorum=options.quorum,
        over_default=options.over_default,
        majorities=() if options.majority == 1 else (options.majority,) * len(contest.candidates),
        constraints=options.reserved.constraints(contest, file) if options.reserved else (),
        withdrawn=contest.withdrawn
        | {_named(contest, candidate, file) for candidate in options.withdrawn},
        reopen=_named(contest, options.reopen, file) if options.reopen else None,
    )
    problems = list(_problems(changed, rule, seats))
    if problems:
        raise BadInput([Mistake(file, problem, hint=hint) for problem, hint in problems])
    if options.reserved:
        options.reserved.want_possible(changed)
    return changed


def _problems(contest: Contest, rule: RuleSet, seats: int) -> list[tuple[str, str]]:
    found = []
    if rule.one_seat and seats > 1:
        problem = f"{rule.name} fills 1 seat, and {seats} are to be filled"
        found.append((problem, "--seats 1 counts it for one seat"))
    if contest.constraints and not rule.guards:
        hint = f"rules that have them: {places_are_kept_by()}"
        found.append((f"{rule.name} has no reserved places", hint))
    limited = isinstance(rule.method, Points) and rule.method.marks is Marks.AS_STATED
    if limited and not contest.votes_each:
        found.append((f"{rule.name} needs the number of votes of each voter", "--votes 2"))
    if isinstance(rule.method, Motion):
        if len(contest.candidates) != len(MOTION_CHOICES):
            words = "a motion has three choices in this order: for, against, abstain"
            found.append((words, f"{len(contest.candidates)} are in the file"))
        if contest.withdrawn:
            # Its papers would be left out, and the motion decided by the others.
            found.append(("no choice of a motion can be withdrawn", "count it with all three"))
        if contest.threshold == "majority-of-electorate" and not contest.electorate:
            found.append(("this threshold needs the votes of the electorate", "--electorate N"))
    return found


def _named(contest: Contest, name: str, file: str) -> Candidate:
    if name not in contest.candidates:
        problem = f"there is no candidate {name[:80]!r}"
        raise BadInput([Mistake(file, problem, hint=nearest(name, contest.candidates))])
    return Candidate(contest.candidates.index(name))


def _lots(ballots: BallotFile, contest: Contest, options: TallyOptions) -> Lots:
    if options.lot_seed:
        return SeededLots(options.lot_seed, contest)
    recorded = RecordedLots(contest, contest.title, options.lots)
    if ballots.tie_order and not options.lots:
        return StatedOrder(ballots.tie_order, recorded)
    return recorded
