"""Who takes part in a comparison: the finalists of STAR, and the options that Debian's rule keeps.

Worked out from the record alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.record.stage import Elected
from ccin_vote.record.ties import Purpose
from ccin_vote.report.words import counted
from ccin_vote.rule import Committee, Completion, Pairwise, Star

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record, Stage


def takes_part(record: Record, who: Candidate, stage: Stage) -> bool:
    """Return whether a figure of a stage means anything for a candidate.

    Under rules that fill seat after seat the elected take no further part; in a run-off of STAR,
    only the finalists do.
    """
    if not isinstance(record.rule.method, Star | Committee):
        return True
    if isinstance(record.rule.method, Star) and is_run_off(stage):
        return who in finalists(record, record.stages[stage.number - 2])
    fate = record.fates[who]
    return not (isinstance(fate, Elected) and fate.stage < stage.number)


def finalists(record: Record, stage: Stage) -> tuple[Candidate, ...]:
    """Return who goes into the run-off after the scores of a stage were added up."""
    scores = stage.tally.candidates
    left = [who for who in record.contest.standing if takes_part(record, who, stage)]
    chosen = [
        who
        for tie in stage.ties
        if tie.question.purpose is Purpose.RUN_OFF
        for who in tie.all_chosen
    ]
    tied = {
        who
        for tie in stage.ties
        if tie.question.purpose is Purpose.RUN_OFF
        for who in tie.question.among
    }
    # Those who are tied at the edge stand below whoever is in without question.
    sure = sorted((who for who in left if who not in tied), key=scores.__getitem__, reverse=True)
    return tuple(sorted([*sure[: 2 - len(chosen)], *chosen]))


def is_run_off(stage: Stage) -> bool:
    """Return whether a stage of STAR is a run-off: scores and run-offs alternate, scores first."""
    return stage.number % 2 == 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """An option that Debian's rule drops before it compares, and why."""

    who: Candidate
    why: str


def dropped(record: Record) -> tuple[Dropped, ...]:
    """Return the options that do not beat the default option as they have to (A.5.2, A.5.3)."""
    contest, method, default = record.contest, record.rule.method, record.contest.reopen
    debian = isinstance(method, Pairwise) and method.completion is Completion.SCHWARTZ_DROPPING
    if not debian or default is None or not record.matrix:
        return ()
    found = []
    for who in contest.standing:
        above, below = record.matrix[who][default], record.matrix[default][who]
        ratio = contest.majorities[who] if contest.majorities else 1
        name = contest.candidates[default]
        prefer = f"{counted(above, 'vote')} {'prefers' if above == 1 else 'prefer'} it to {name}"
        if who == default:
            continue
        if above < contest.over_default:
            found.append(Dropped(who, f"{prefer}, and the quorum is {contest.over_default:,}"))
        elif above <= below or above < ratio * below:
            wanted = "more" if ratio == 1 else f"at least {ratio} times as many"
            reverse = f"{below:,} {'prefers' if below == 1 else 'prefer'} the reverse"
            found.append(Dropped(who, f"{prefer} and {reverse}, but {wanted} must"))
    return tuple(found)
