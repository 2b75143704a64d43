"""Holding a published record against the recount: each difference by contest, stage, candidate."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from ccin_vote.record.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from ccin_vote.election.contest import Contest
    from ccin_vote.verify.recount_model import Recount, RecountStage


def differences(published: dict[str, Any], recount: Recount, contest: Contest) -> list[str]:
    """Say every difference between a published record and the recount, the first one first."""
    try:
        return list(_differences(published, recount, contest))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return [f"the record is not of the form that records have ({type(error).__name__})"]


def _differences(published: dict[str, Any], recount: Recount, contest: Contest) -> Iterator[str]:
    names = list(contest.candidates)
    if published["candidates"] != names or published["seats"] != contest.seats:
        yield "candidates or seats differ from the definition"
    if published["title"] != contest.title:
        yield "the title differs from the definition"
    quota = None if recount.quota is None else str(_cut(recount.quota, recount.places))
    if published["quota"] != (quota and quota.removesuffix("." + "0" * recount.places)):
        yield f"quota: the record says {published['quota']}, the recount {quota}"
    if len(published["stages"]) != len(recount.stages):
        yield f"the record has {len(published['stages'])} stages, the recount {len(recount.stages)}"
    for number, (told, found) in enumerate(
        zip(published["stages"], recount.stages, strict=False), start=1
    ):
        for difference in _stage_differences(told, found, names, number, recount.places):
            yield f"stage {number}: {difference}"
    winners = [names[candidate] for candidate in recount.winners]
    if published["winners"] != winners:
        yield f"the record elects {published['winners']}, the recount {winners}"


def _stage_differences(
    told: dict[str, Any], found: RecountStage, names: list[str], number: int, places: int
) -> Iterator[str]:
    if told["number"] != number or sorted(told["votes"]) != sorted(names):
        yield "the number of the stage or the candidates differ"
        return
    held = [_cut(votes, places) for votes in found.votes]
    aside = _cut(found.non_transferable, places)
    total = _cut(sum(found.votes) + found.non_transferable + found.lost_to_rounding, places)
    lost = Votes(total.units - aside.units - sum(votes.units for votes in held), places)
    for name, votes in zip(names, held, strict=True):
        if told["votes"][name] != str(votes):
            yield f"{name}: the record says {told['votes'][name]}, the recount {votes}"
    for key, votes in (("non_transferable", aside), ("lost_to_rounding", lost)):
        if told[key] != str(votes):
            yield f"{key}: the record says {told[key]}, the recount {votes}"
    if sorted(told["elected"]) != sorted(names[candidate] for candidate in found.elected):
        yield f"elected: the record says {told['elected']}"
    if sorted(told["excluded"]) != sorted(names[who] for who in found.excluded):
        yield f"excluded: the record says {told['excluded']}"


def _cut(votes: Fraction, places: int) -> Votes:
    """Drop what is beyond the decimal places that a record shows."""
    return Votes(floor(votes * 10**places), places)
