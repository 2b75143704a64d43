"""One plain sentence for each stage, each election and each tie, made from the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.election.words import listed
from ccin_vote.record.stage import Elected, Stage, StageKind, Why
from ccin_vote.record.ties import ByEarlierStage, ByLot, Purpose, Tie
from ccin_vote.report.words import votes_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record


def stage_sentence(record: Record, stage: Stage) -> str:
    """Say what happened at a stage, and what it leads to."""
    parts = [_moved(record, stage), *_elected(record, stage)]
    parts.extend(tie_sentence(record, tie) for tie in stage.ties)
    for one in stage.excluded:
        if one not in _told_by_tie(stage):
            fewest = votes_in_words(stage.tally.candidates[one])
            name = record.contest.candidates[one]
            parts.append(f"{name} has the fewest votes ({fewest}) and is excluded.")
    return " ".join(parts)


def _moved(record: Record, stage: Stage) -> str:
    names = listed([record.contest.candidates[one] for one in stage.of]) if stage.of else ""
    match stage.kind:
        case StageKind.FIRST_PREFERENCES:
            return "First preferences are counted." if _ranked(record) else "Votes are counted."
        case StageKind.SURPLUS:
            value = f"each paper at {stage.transfer_value} of its value"
            return f"The surplus of {names} is transferred, {value}{_stuck(record, stage)}."
        case StageKind.EXCLUSION:
            return f"The papers of {names} go to their next preferences{_stuck(record, stage)}."
        case _:
            assert_never(stage.kind)


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
}


def _elected(record: Record, stage: Stage) -> Iterator[str]:
    for why, words in _ELECTED_BECAUSE.items():
        who = [one for one in stage.elected if _why(record, one) is why]
        names = [record.contest.candidates[one] for one in who if one not in _told_by_tie(stage)]
        if names:
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
    }[tie.question.purpose]
    match tie.resolution:
        case ByEarlierStage(stage):
            how = f"their votes at stage {stage} decide"
        case ByLot(order):
            how = _lot_words(record, tie, order)
        case _:
            assert_never(tie.resolution)
    return f"{listed(names)} have equal votes; {how}: {chosen} {outcome}."


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
    }
    return f"{name} was elected at stage {fate.stage} with {votes}, {words[fate.why]}."
