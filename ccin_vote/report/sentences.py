"""One plain sentence for each stage, each election and each tie, made from the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.election.contest import FOR
from ccin_vote.election.words import listed
from ccin_vote.record.stage import Elected, Stage, StageKind, Why
from ccin_vote.record.ties import ByEarlierStage, ByLot, ByMeasure, Purpose, Tie
from ccin_vote.report.words import votes_in_words
from ccin_vote.rule import (
    Bucklin,
    Completion,
    Exclusion,
    KeepValues,
    Marking,
    Pairwise,
    Point,
    Points,
    Star,
    Surplus,
    Transfers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record


def stage_sentence(record: Record, stage: Stage) -> str:
    """Say what happened at a stage, and what it leads to."""
    parts = [_moved(record, stage), *_elected(record, stage)]
    parts.extend(tie_sentence(record, tie) for tie in stage.ties)
    parts.extend(_excluded(record, stage))
    return " ".join(parts)


def _excluded(record: Record, stage: Stage) -> Iterator[str]:
    out = [one for one in stage.excluded if one not in _told_by_tie(stage)]
    names = listed([record.contest.candidates[one] for one in out]) if out else ""
    if stage.kind is StageKind.COMPARISON and out:
        yield f"{names} {'is' if len(out) == 1 else 'are'} out."
    elif len(out) > 1:
        yield f"{names} have too few votes to be elected and are excluded together."
    elif out:
        method = record.rule.method
        if isinstance(method, Transfers) and method.exclusion is Exclusion.MOST_LAST_PLACES:
            yield f"{names} is put last by most papers and is excluded."
        else:
            fewest = votes_in_words(stage.tally.candidates[out[0]])
            yield f"{names} has the fewest votes ({fewest}) and is excluded."


def _moved(record: Record, stage: Stage) -> str:
    names = listed([record.contest.candidates[one] for one in stage.of]) if stage.of else ""
    match stage.kind:
        case StageKind.FIRST_PREFERENCES:
            return "First preferences are counted." if _ranked(record) else "Votes are counted."
        case StageKind.COMPARISON:
            return _compared(record, stage)
        case StageKind.SURPLUS:
            return f"{_surplus(record, stage, names)}{_stuck(record, stage)}."
        case StageKind.EXCLUSION:
            return f"The papers of {names} go to their next preferences{_stuck(record, stage)}."
        case _:
            assert_never(stage.kind)


def _surplus(record: Record, stage: Stage, names: str) -> str:
    match record.rule.method:
        case KeepValues():
            return f"{names} now keep only what the quota needs of each vote; the rest goes on"
        case Transfers(surplus=Surplus.LAST_PARCEL):
            value = f"the papers last received, at {stage.transfer_value} of a vote each"
        case _:
            value = f"each paper at {stage.transfer_value} of its value"
    return f"The surplus of {names} is transferred, {value}"


def _compared(record: Record, stage: Stage) -> str:
    match record.rule.method:
        case Pairwise():
            words = "Each candidate is compared with each other; a victory is 1, a draw a half."
            nobody = Completion.NOBODY is record.rule.method.completion and not stage.elected
            return f"{words} Nobody beats every other: nobody is elected." if nobody else words
        case Bucklin():
            return f"Preferences down to number {stage.number} are added."
        case Star():
            return (
                "Scores are added up; the two highest go into the run-off."
                if stage.number == 1
                else "Each paper is a vote for the finalist whom it scores higher."
            )
        case Points(point=Point.MARK):
            return "Votes are counted."
        case _:
            return "Points are added up."


def _stuck(record: Record, stage: Stage) -> str:
    """Say how many votes became non-transferable at a stage, if any did."""
    before = record.stages[stage.number - 2].tally.non_transferable
    now = stage.tally.non_transferable
    if now == before:
        return ""
    return f"; {votes_in_words(now - before)} cannot be transferred"


def _ranked(record: Record) -> bool:
    return record.rule.marking.value == "ranking"


_ELECTED_BECAUSE = {
    Why.QUOTA: "with at least the quota",
    Why.MAJORITY: "with more votes than all other continuing candidates together",
    Why.TIE_BROKEN: "a tie being broken",
    Why.MOST_VOTES: "with the most votes",
    Why.LAST_PLACES: "because no more candidates remain than places to fill",
    Why.UNCONTESTED: "without a ballot",
    Why.BEATS_ALL: "beating every other candidate",
    Why.RANKED_FIRST: "coming first in the order that the comparisons give",
    Why.RUN_OFF: "winning the run-off",
    Why.CARRIED: "by the threshold of the motion",
}


def _elected(record: Record, stage: Stage) -> Iterator[str]:
    for why, words in _ELECTED_BECAUSE.items():
        who = [one for one in stage.elected if _why(record, one) is why]
        names = [record.contest.candidates[one] for one in who if one not in _told_by_tie(stage)]
        if names:
            if why is Why.CARRIED:
                yield f"The motion is {'carried' if who == [FOR] else 'lost'}."
            else:
                yield f"{listed(names)} {'is' if len(names) == 1 else 'are'} elected, {words}."


def _told_by_tie(stage: Stage) -> set[Candidate]:
    """Give whose fate the sentence of a tie tells."""
    return {tie.chosen for tie in stage.ties if tie.question.purpose is not Purpose.SURPLUS}


def _why(record: Record, who: Candidate) -> Why:
    fate = record.fates[who]
    return fate.why if isinstance(fate, Elected) else Why.QUOTA


def tie_sentence(record: Record, tie: Tie) -> str:
    """Say between whom a tie was, and how it was broken."""
    names = [record.contest.candidates[one] for one in tie.question.among]
    chosen = record.contest.candidates[tie.chosen]
    outcome = {
        Purpose.ELECTION: "is elected",
        Purpose.SURPLUS: "has the surplus transferred first",
        Purpose.EXCLUSION: "is excluded",
        Purpose.RUN_OFF: "goes into the run-off",
        Purpose.ORDER: "comes first in this order",
    }[tie.question.purpose]
    match tie.resolution:
        case ByEarlierStage(stage):
            how = f"their votes at stage {stage} decide"
        case ByLot(order):
            how = _lot_words(record, tie, order)
        case ByMeasure(words):
            how = words
        case _:
            assert_never(tie.resolution)
    equal = "stand in equal victories" if tie.question.purpose is Purpose.ORDER else "are equal"
    if record.rule.marking is not Marking.SCORES and tie.question.purpose is not Purpose.ORDER:
        equal = "have equal votes"
    return f"{listed(names)} {equal}; {how}: {chosen} {outcome}."


def _lot_words(record: Record, tie: Tie, order: tuple[Candidate, ...]) -> str:
    """Tell the drawn order; where an earlier stage set somebody apart, among whom it was drawn."""
    drawn = listed([record.contest.candidates[one] for one in order])
    apart = [one for one in tie.question.among if one not in order]
    if not apart:
        return f"a lot was drawn, in the order {drawn}"
    names = listed([record.contest.candidates[one] for one in apart])
    return f"an earlier stage tells {names} apart; a lot among the others gave the order {drawn}"


def winner_sentence(record: Record, who: Candidate) -> str:
    """Say when and why a candidate was elected."""
    fate = record.fates[who]
    name = record.contest.candidates[who]
    if not isinstance(fate, Elected):
        return f"{name} was not elected."
    if fate.why is Why.CARRIED:
        votes = " to ".join(str(one) for one in record.stages[0].tally.candidates[:2])
        verdict = "carried" if who == FOR else "lost"
        return f"The motion is {verdict}: {votes}, for and against ({record.contest.threshold})."
    if fate.why is Why.UNCONTESTED:
        return f"{name} is elected without a ballot: there were no more candidates than seats."
    votes = votes_in_words(record.stages[fate.stage - 1].tally.candidates[who])
    words = {
        Why.QUOTA: "reaching the quota",
        Why.MAJORITY: "more than all other continuing candidates together",
        Why.TIE_BROKEN: "a tie being broken",
        Why.MOST_VOTES: "the most votes",
        Why.LAST_PLACES: "as one of the last remaining candidates",
        Why.UNCONTESTED: "",
        Why.BEATS_ALL: "beating every other candidate",
        Why.RANKED_FIRST: "by the order that the comparisons give",
        Why.RUN_OFF: "winning the run-off",
        Why.CARRIED: "by the threshold of the motion",
    }
    return f"{name} was elected at stage {fate.stage} with {votes}, {words[fate.why]}."
