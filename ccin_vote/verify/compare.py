"""Holding a published record against the recount: each difference by contest, stage, candidate."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Contest
    from ccin_vote.verify.recount import Recount, RecountStage


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
    quota = None if recount.quota is None else str(recount.quota)
    if published["quota"] != quota:
        yield f"quota: the record says {published['quota']}, the recount {quota}"
    if len(published["stages"]) != len(recount.stages):
        yield f"the record has {len(published['stages'])} stages, the recount {len(recount.stages)}"
    for number, (told, found) in enumerate(
        zip(published["stages"], recount.stages, strict=False), start=1
    ):
        for difference in _stage_differences(told, found, names, number):
            yield f"stage {number}: {difference}"
    winners = [names[one] for one in recount.winners]
    if published["winners"] != winners:
        yield f"the record elects {published['winners']}, the recount {winners}"


def _stage_differences(
    told: dict[str, Any], found: RecountStage, names: list[str], number: int
) -> Iterator[str]:
    if told["number"] != number or list(told["votes"]) != names:
        yield "the number of the stage or the candidates differ"
        return
    for name, votes in zip(names, found.votes, strict=True):
        if _read(told["votes"][name]) != votes:
            yield f"{name}: the record says {told['votes'][name]}, the recount {_plain(votes)}"
    for key, votes in (
        ("non_transferable", found.non_transferable),
        ("lost_to_rounding", found.lost_to_rounding),
    ):
        if _read(told[key]) != votes:
            yield f"{key}: the record says {told[key]}, the recount {_plain(votes)}"
    if sorted(told["elected"]) != sorted(names[one] for one in found.elected):
        yield f"elected: the record says {told['elected']}"
    if told["excluded"] != [names[one] for one in found.excluded]:
        yield f"excluded: the record says {told['excluded']}"


def _read(text: str) -> Fraction:
    """Read a decimal number.

    Raises:
        ValueError: it is none, or has more than 40 digits.
    """
    if not re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,10})?", text):
        raise ValueError("no number of votes")
    return Fraction(text)


def _plain(votes: Fraction) -> str:
    """Give an exact decimal where there is one of five places, else the fraction."""
    scaled = votes * 100_000
    if scaled.denominator != 1:
        return str(votes)
    whole, rest = divmod(int(scaled), 100_000)
    return f"{whole}.{rest:05d}" if rest else str(whole)
