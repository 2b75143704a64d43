"""The list of rules, for somebody who has only the sentence of a constitution.

Rules are grouped by what a voter writes and by how that is counted, which such a sentence says;
a rule that is added finds its group by its data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.rule import (
    KeepValues,
    Marking,
    Motion,
    Pairwise,
    Points,
    Quota,
    Surplus,
    Ties,
    Transfers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ccin_vote.rule import RuleSet

VARIANT = "-ranked-only"
"""How the name of a variant ends that says nothing of candidates whom a paper does not rank."""

_CROSSES = {Marking.CROSS, Marking.CROSSES}


def _ranked(rule: RuleSet) -> bool:
    return rule.marking is Marking.RANKING


def _moves_surplus(rule: RuleSet, surplus: Surplus) -> bool:
    return isinstance(rule.method, Transfers) and rule.method.surplus is surplus


_GROUPS: tuple[tuple[str, str, Callable[[RuleSet], bool]], ...] = (
    (
        "Crosses: the most votes win",
        '"the candidate with the most votes", "as many votes as there are vacancies"',
        lambda rule: rule.marking in _CROSSES and isinstance(rule.method, Points),
    ),
    (
        "Preferences, one seat",
        '"the alternative vote", "more than half", "the lowest candidate drops out"',
        lambda rule: _ranked(rule) and rule.one_seat and not isinstance(rule.method, Pairwise),
    ),
    (
        "Single transferable vote: every paper of the elected carries the surplus",
        '"all papers at a transfer value", "weighted inclusive Gregory"',
        lambda rule: _moves_surplus(rule, Surplus.WHOLE_PILE),
    ),
    (
        "Single transferable vote: the papers last received carry the surplus",
        '"the last batch", "the last parcel", "Gregory", "the ERS rules"',
        lambda rule: _moves_surplus(rule, Surplus.LAST_PARCEL),
    ),
    (
        "Single transferable vote: the elected keep a part of every vote",
        '"Meek", "keep values", "counted by computer"',
        lambda rule: isinstance(rule.method, KeepValues),
    ),
    (
        "Preferences, compared in pairs",
        '"Condorcet", "beats every other candidate"',
        lambda rule: isinstance(rule.method, Pairwise),
    ),
    (
        "Preferences that give points",
        '"Borda", "points for each preference"',
        lambda rule: _ranked(rule) and isinstance(rule.method, Points),
    ),
    (
        "A number of points or votes beside each name",
        '"scores", "votes that may be given to one candidate"',
        lambda rule: rule.marking is Marking.SCORES,
    ),
    (
        "For or against",
        '"a resolution is carried by a simple majority", "by two thirds"',
        lambda rule: isinstance(rule.method, Motion),
    ),
    (
        "Crosses: groups of voters share the seats",
        '"proportional", "by approval"',
        lambda rule: rule.marking in _CROSSES,
    ),
    ("Other rules", "", lambda _: True),
)


def group_of(rule: RuleSet) -> str:
    """Return the heading under which a rule stands."""
    return next(heading for heading, _, belongs in _GROUPS if belongs(rule))


def grouped_rules(rules: Iterable[RuleSet]) -> Iterator[tuple[str, str, list[RuleSet]]]:
    """Yield each group that has a rule: its heading, what constitutions say, and its rules."""
    left = [rule for rule in rules if not rule.name.endswith(VARIANT)]
    for heading, said, _ in _GROUPS:
        found = [rule for rule in left if group_of(rule) == heading]
        if found:
            yield heading, said, found


def in_short(rule: RuleSet) -> tuple[str, ...]:
    """Say in what a single transferable vote differs from the others; nothing of other rules."""
    match rule.method:
        case Transfers(quota=quota, surplus=surplus) if surplus is not Surplus.NONE:
            said = _QUOTAS[quota]
        case KeepValues():
            said = _QUOTAS[Quota.DROOP_OF_CONTINUING]
        case _:
            return ()
    return said, _decimals(rule), _TIES[rule.ties]


def _decimals(rule: RuleSet) -> str:
    if isinstance(rule.method, Transfers) and rule.method.exact:
        return "votes in exact fractions"
    return f"votes to {_NUMBERS.get(rule.places, str(rule.places))} decimal places"


_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 9: "nine"}
_QUOTAS = {
    Quota.NONE: "no quota",
    Quota.MAJORITY_OF_CONTINUING: "a majority",
    Quota.DROOP: "a quota of whole votes",
    Quota.DROOP_EXACT: "an exact quota",
    Quota.DROOP_HUNDREDTHS: "a quota to two decimal places",
    Quota.DROOP_THOUSANDTHS: "a quota to three decimal places",
    Quota.DROOP_OF_CONTINUING: "a quota that moves",
}
_TIES = {
    Ties.LOT: "equal candidates: a lot",
    Ties.LATEST_STAGE_THEN_LOT: "equal candidates: the latest stage, else a lot",
    Ties.FIRST_STAGE_THEN_LOT: "equal candidates: the first stage, else a lot",
}
