"""One plain sentence for each stage, each election and each tie, made from the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.election.contest import FOR
from ccin_vote.election.words import listed
from ccin_vote.record.stage import Elected, Stage, StageKind, Why
from ccin_vote.record.ties import ByEarlierStage, ByLot, ByMeasure, Purpose, Tie
from ccin_vote.report.because import equals, figure, reached, reason
from ccin_vote.report.compared import dropped, finalists, is_run_off
from ccin_vote.report.reserved import kept_out
from ccin_vote.report.words import votes_in_words
from ccin_vote.rule import (
    Bucklin,
    Committee,
    Completion,
    Exclusion,
    KeepValues,
    Marks,
    Pairwise,
    Point,
    Points,
    Star,
    Surplus,
    Transfers,
    Weighing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record
    from ccin_vote.report.reserved import KeptOut


def stage_sentence(record: Record, stage: Stage) -> str:
    """Say what happened at a stage, and what it leads to."""
    last = [who for who in stage.elected if _why(record, who) is Why.LAST_PLACES]
    parts = [_moved(record, stage)]
    parts.extend(_elected(record, stage, [who for who in stage.elected if who not in last]))
    parts.extend(tie_sentence(record, tie) for tie in stage.ties)
    parts.extend(_finalists(record, stage))
    parts.extend(_excluded(record, stage))
    # Whoever is left is elected because the others were excluded: the cause comes first.
    parts.extend(_elected(record, stage, last))
    return " ".join(parts)


def _finalists(record: Record, stage: Stage) -> Iterator[str]:
    if isinstance(record.rule.method, Star) and not is_run_off(stage):
        names = [record.contest.candidates[who] for who in finalists(record, stage)]
        yield f"{listed(names)} {'goes' if len(names) == 1 else 'go'} into the run-off."


def _excluded(record: Record, stage: Stage) -> Iterator[str]:
    if isinstance(record.rule.method, Star):
        return  # whoever is no finalist
    out = [who for who in stage.excluded if who not in _told_by_tie(stage)]
    if barred := kept_out(record, stage):
        yield from _barred(record, barred)
    elif out:
        yield _fewest(record, stage, out)


def _fewest(record: Record, stage: Stage, out: list[Candidate]) -> str:
    names = listed([record.contest.candidates[who] for who in out])
    method = record.rule.method
    if stage.kind is StageKind.COMPARISON:
        be = "are" if len(out) > 1 else "is"
        method = record.rule.method
        smith = isinstance(method, Pairwise) and (
            method.completion is Completion.SMITH_ALTERNATIVE_VOTE
        )
        return f"{names} {f'{be} outside the Smith set and ' if smith else ''}{be} excluded."
    if len(out) > 1:
        return f"{names} have too few votes to be elected and are excluded together."
    if isinstance(method, Transfers) and method.exclusion is Exclusion.MOST_LAST_PLACES:
        return f"{names} is put last by the most papers and is excluded."
    whom = " of those who may be excluded" if _protects(record, stage, out[0]) else ""
    votes = stage.tally.candidates[out[0]]
    return f"{names} has the fewest votes{whom} ({votes}) and is excluded."


def _barred(record: Record, barred: tuple[KeptOut, ...]) -> Iterator[str]:
    """Say for each limit whom it keeps out."""
    by_points = isinstance(record.rule.method, Points)
    for why in dict.fromkeys(out.why for out in barred):
        names = [record.contest.candidates[out.who] for out in barred if out.why == why]
        be = "is" if len(names) == 1 else "are"
        if by_points:
            yield f"{listed(names)} {be} passed over: {why}."
        else:
            yield f"{listed(names)} {be} excluded: {why}."


def _protects(record: Record, stage: Stage, who: Candidate) -> bool:
    """Return whether somebody with fewer votes continues who may not be excluded."""
    votes, fates = stage.tally.candidates, record.fates
    return any(
        votes[candidate] < votes[who]
        and isinstance(fate := fates[candidate], Elected)
        and fate.stage > stage.number
        for candidate in record.contest.protected
    )


def _moved(record: Record, stage: Stage) -> str:
    names = (
        listed([record.contest.candidates[candidate] for candidate in stage.of]) if stage.of else ""
    )
    match stage.kind:
        case StageKind.FIRST_PREFERENCES:
            return "First preferences are counted." if _ranked(record) else "Votes are counted."
        case StageKind.COMPARISON:
            return _compared(record, stage)
        case StageKind.SURPLUS:
            return f"{_surplus(record, stage, names)}{_stuck(record, stage)}."
        case StageKind.EXCLUSION if not stage.of:
            return "First preferences are counted."
        case StageKind.EXCLUSION:
            return f"{_leaving(record, stage, names)}{_stuck(record, stage)}."
        case _:
            assert_never(stage.kind)


def _surplus(record: Record, stage: Stage, names: str) -> str:
    before = record.stages[stage.number - 2].tally
    gained = any(
        now > then for now, then in zip(stage.tally.candidates, before.candidates, strict=True)
    )
    if isinstance(record.rule.method, Transfers) and not gained:
        return f"No paper of the surplus of {names} has a next preference to go to"
    match record.rule.method:
        case KeepValues():
            keeps = "keeps" if len(stage.of) == 1 else "keep"
            return (
                f"{names} now {keeps} of each vote only what the quota needs, and the rest goes on"
            )
        case Transfers(surplus=Surplus.LAST_PARCEL):
            value = f"with the papers last received, at {stage.transfer_value} of a vote each"
        case _:
            value = f"with each paper at {stage.transfer_value} of its value"
    return f"The surplus of {names} is transferred, {value}"


def _leaving(record: Record, stage: Stage, names: str) -> str:
    """Say which papers of the excluded go on: all, some of several steps, or the last."""
    before = record.stages[stage.number - 2]
    if any(stage.tally.candidates[candidate].units for candidate in stage.of):
        return f"Some papers of {names} go to their next preferences, and the others wait"
    last = before.kind is StageKind.EXCLUSION and not set(stage.of).isdisjoint(before.of)
    return f"The {'last ' if last else ''}papers of {names} go to their next preferences"


def _compared(record: Record, stage: Stage) -> str:  # noqa: PLR0911  (a method each)
    match record.rule.method:
        case Pairwise():
            words = "Each candidate is compared with each other; a victory is 1, a draw a half."
            nobody = Completion.NOBODY is record.rule.method.completion and not stage.elected
            told = [
                f"{record.contest.candidates[out.who]} is dropped: {out.why}."
                for out in dropped(record)
            ]
            told += ["Nobody beats every other: nobody is elected."] if nobody else []
            return " ".join([words, *told])
        case Bucklin():
            return f"{_ordinal(stage.number)} preferences are added."
        case Star():
            return _run_off(stage) if is_run_off(stage) else "Scores are added up."
        case Points(point=Point.MARK) | Points(marks=Marks.AS_STATED):
            return "Votes are counted."
        case Committee(by=Weighing.SHARES):
            return (
                "Each paper is worth 1 divided by one more than the number of elected candidates"
                " whom it marks, for each other candidate whom it marks."
            )
        case Committee(by=Weighing.LOADS):
            return (
                "Each figure is 1 divided by the load that electing the candidate would put on"
                " each paper that marks the candidate: the highest is the lightest load."
            )
        case _:
            return "Points are added up."


def _run_off(stage: Stage) -> str:
    aside = stage.tally.non_transferable
    alike = f"; {votes_in_words(aside)} for neither, who score alike" if aside.units else ""
    return f"Each paper is a vote for the finalist whom it scores higher{alike}."


_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"Number {number}"


def _stuck(record: Record, stage: Stage) -> str:
    """Say how many votes became non-transferable at a stage, if any did."""
    before = record.stages[stage.number - 2].tally.non_transferable
    now = stage.tally.non_transferable
    if now == before:
        return ""
    if now < before:
        return f"; {votes_in_words(before - now)} fewer than before cannot be transferred"
    return f"; {votes_in_words(now - before)} cannot be transferred"


def _ranked(record: Record) -> bool:
    return record.rule.marking.value == "ranking"


def _elected(record: Record, stage: Stage, elected: list[Candidate]) -> Iterator[str]:
    told: dict[str, list[str]] = {}
    for who in elected:
        if _why(record, who) is Why.CARRIED:
            yield f"The motion is {'carried' if who == FOR else 'lost'}."
        elif who == record.contest.reopen:
            name = record.contest.candidates[who]
            yield f"{name} is chosen, {reason(record, stage, who)}: the seat stays vacant."
        elif who not in _told_by_tie(stage):
            names = told.setdefault(reason(record, stage, who), [])
            names.append(record.contest.candidates[who])
    for because, names in told.items():
        yield f"{listed(names)} {'is' if len(names) == 1 else 'are'} elected, {because}."


def _told_by_tie(stage: Stage) -> set[Candidate]:
    """Return whose fate the sentence of a tie tells."""
    decides = {Purpose.ELECTION, Purpose.EXCLUSION}
    ties = (tie for tie in stage.ties if tie.question.purpose in decides)
    return {who for tie in ties for who in tie.all_chosen}


def _why(record: Record, who: Candidate) -> Why:
    fate = record.fates[who]
    return fate.why if isinstance(fate, Elected) else Why.QUOTA


def tie_sentence(record: Record, tie: Tie) -> str:
    """Say between whom a tie was, and how it was broken."""
    names = [record.contest.candidates[who] for who in tie.question.among]
    chosen = [record.contest.candidates[candidate] for candidate in tie.all_chosen]
    verb = "is" if len(chosen) == 1 else "are"
    outcome = {
        Purpose.ELECTION: f"{verb} elected",
        Purpose.SURPLUS: "has the surplus transferred first",
        Purpose.EXCLUSION: f"{verb} excluded",
        Purpose.RUN_OFF: "goes into the run-off" if len(chosen) == 1 else "go into the run-off",
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
    return f"{equals(record, tie, listed(names))}; {how}: {listed(chosen)} {outcome}."


def _lot_words(record: Record, tie: Tie, order: tuple[Candidate, ...]) -> str:
    """Tell the drawn order; where an earlier stage set somebody apart, among whom it was drawn."""
    drawn = listed([record.contest.candidates[candidate] for candidate in order])
    apart = [who for who in tie.question.among if who not in order]
    if not apart:
        return f"a lot was drawn, in the order {drawn}"
    names = listed([record.contest.candidates[who] for who in apart])
    return f"an earlier stage tells {names} apart; a lot among the others gave the order {drawn}"


def winner_sentence(record: Record, who: Candidate) -> str:
    """Say when and why a candidate was elected."""
    fate = record.fates[who]
    name = record.contest.candidates[who]
    if not isinstance(fate, Elected):
        return f"{name} was not elected."
    if fate.why is Why.CARRIED:
        votes = " to ".join(str(candidate) for candidate in record.stages[0].tally.candidates[:2])
        verdict = "carried" if who == FOR else "lost"
        return f"The motion is {verdict}: {votes}, for and against ({record.contest.threshold})."
    if fate.why is Why.UNCONTESTED:
        return f"{name} is elected unopposed: there were no more candidates than seats."
    stage = record.stages[fate.stage - 1]
    what = figure(record, stage, who)
    return f"{name} was elected at stage {fate.stage} with {what}, {reached(record, stage, who)}."
