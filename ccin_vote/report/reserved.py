"""Whom reserved places kept out, and by which limit: the reasons that the sheet gives.

Worked out from the record alone, by asking again whether the seats could have been filled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccin_vote.election.reserved_places import can_be_filled
from ccin_vote.record.stage import Elected, Excluded, Why
from ccin_vote.rule import Points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.election.contest import Candidate, Constraint, Contest
    from ccin_vote.record.stage import Record, Stage


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A candidate who could not be elected; ``limit`` is None where only several together say so.

    ``full`` says that as many of the group were elected as may be; otherwise the places that were
    left had to go to the group.
    """

    who: Candidate
    limit: Constraint | None
    full: bool

    @property
    def why(self) -> str:
        """The limit as the end of a sentence."""
        if self.limit is None:
            return "the reserved places together leave no room"
        if not self.full:
            return f"the places left are reserved for the group {self.limit.group}"
        most = f"at most {self.limit.maximum}" if self.limit.maximum else "nobody"
        return f"{most} of the group {self.limit.group} can be elected"


def kept_out(record: Record, stage: Stage) -> tuple[KeptOut, ...]:
    """Return those whom the reserved places kept out at a stage."""
    if not record.contest.constraints:
        return ()
    passed = _passed_over if isinstance(record.rule.method, Points) else _doomed
    return tuple(passed(record, stage))


def fills_reserved(record: Record, stage: Stage, who: Candidate) -> Constraint | None:
    """Return the limit because of which somebody was elected whom others would have beaten."""
    votes = stage.tally.candidates
    for earlier in record.stages[: stage.number]:
        for out in kept_out(record, earlier):
            beaten = not isinstance(record.rule.method, Points) or votes[out.who] > votes[who]
            if out.limit is not None and not out.full and who in out.limit.members and beaten:
                return out.limit
    return None


def _doomed(record: Record, stage: Stage) -> Iterator[KeptOut]:
    """Yield the excluded of a stage if none of them could still be elected."""
    contest = record.contest
    elected = [who for who in contest.standing if _elected_by(record, who, stage.number)]
    left = [
        who
        for who in contest.standing
        if who not in elected and not _excluded_before(record, who, stage.number)
    ]
    if not any(_may_win(contest, elected, left, who) for who in stage.excluded):
        for who in stage.excluded:
            yield _kept_out(contest, elected, left, who)


def _passed_over(record: Record, stage: Stage) -> Iterator[KeptOut]:
    """Yield those with more votes than somebody elected, the highest first."""
    contest, votes = record.contest, stage.tally.candidates
    least = min((votes[who] for who in stage.elected), default=None)
    if least is None:
        return
    higher = [who for who in contest.standing if votes[who] > least and who not in stage.elected]
    left = list(contest.standing)
    for who in sorted(higher, key=votes.__getitem__, reverse=True):
        before = [winner for winner in stage.elected if votes[winner] >= votes[who]]
        yield _kept_out(contest, before, [other for other in left if other not in before], who)
        left.remove(who)


def _kept_out(
    contest: Contest, elected: Sequence[Candidate], left: Sequence[Candidate], who: Candidate
) -> KeptOut:
    """Return the limit that by itself keeps a candidate out: one that is full before others."""
    found = [
        KeptOut(who, limit, full=_is_full(limit, elected, who))
        for limit in contest.constraints
        if not _may_win(replace(contest, constraints=(limit,)), elected, left, who)
    ]
    return min(found, key=lambda out: not out.full, default=KeptOut(who, None, full=False))


def _is_full(limit: Constraint, elected: Sequence[Candidate], who: Candidate) -> bool:
    return who in limit.members and len(limit.members.intersection(elected)) >= limit.maximum


def _may_win(
    contest: Contest, elected: Sequence[Candidate], left: Sequence[Candidate], who: Candidate
) -> bool:
    return can_be_filled(contest, [*elected, who], [other for other in left if other != who])


def _elected_by(record: Record, who: Candidate, stage: int) -> bool:
    """Return whether somebody was elected before the excluded of a stage were told."""
    fate = record.fates[who]
    if not isinstance(fate, Elected):
        return False
    # The last places are filled after, and because, the others were excluded.
    return fate.stage < stage or (fate.stage == stage and fate.why is not Why.LAST_PLACES)


def _excluded_before(record: Record, who: Candidate, stage: int) -> bool:
    fate = record.fates[who]
    return isinstance(fate, Excluded) and fate.stage < stage
