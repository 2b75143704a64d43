"""What can be wrong with reserved places, in a definition and in a file beside ballots.

Three questions, in this order: whether each table says something, whether the groups of
constraints and candidates are the same words, and whether the numbers can be met by those who
stand. What can be filled at all is worked out in `reserved_places`.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ccin_vote.election.definition import ContestDefinition
from ccin_vote.election.document import closest, nearest, quoted
from ccin_vote.election.reserved_places import at_odds, most_elected
from ccin_vote.election.rule_names import rule_of
from ccin_vote.election.words import listed, stand_words
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.contest import Constraint, Contest
    from ccin_vote.election.document import Document
    from ccin_vote.election.positions import Path
    from ccin_vote.election.reserved_places import Limit
    from ccin_vote.errors import Mistake
    from ccin_vote.rule import RuleSet

    Tables = list[tuple[Path, dict[str, Any]]]

_KEYS = {"group", "members", "minimum", "maximum"}


def reserved_places_can_be_filled(document: Document) -> Iterator[Mistake]:
    """Reserved places stand where the rule has them, name groups, and can all be met at once."""
    for path, contest in document.select("contests", "*"):
        rule, tables = rule_of(contest), tables_in(path, contest)
        if rule is None or not tables:
            continue
        place = (*path, "constraints")
        if not rule.guards:
            problem = f"the rule {rule.name} has no reserved places"
            hint = f"rules that have them: {places_are_kept_by()}"
            yield document.mistake(place, problem, hint)
            continue
        found = [
            *wrong_limits(document, tables),
            *_without_effect(document, tables, contest),
            *_unknown_groups(document, tables, contest),
        ]
        yield from found
        yield from _impossible(document, place, contest, told=bool(found))


def groups_have_places(document: Document) -> Iterator[Mistake]:
    """A candidate is in no group but those for which the contest reserves places."""
    for path, contest in document.select("contests", "*"):
        groups = list(_groups(path, contest))
        if not groups:
            continue
        rule, tables = rule_of(contest), tables_in(path, contest)
        if not tables:
            problem = "groups have no effect in a contest without [[contests.constraints]]"
            yield document.mistake(groups[0][0][:-1], problem, _without_constraints(rule))
        elif rule is None or rule.guards:
            yield from _groups_without_places(document, tables, groups)


def places_are_kept_by() -> str:
    """Return the names of the rules that have reserved places."""
    return ", ".join(name for name, rule in RULES.items() if rule.guards)


def tables_in(path: Path, holder: object) -> Tables:
    """Return the constraints of a contest, or of a file, that are tables, with their key paths."""
    constraints = holder.get("constraints") if isinstance(holder, dict) else None
    return [
        ((*path, "constraints", at), table)
        for at, table in enumerate(constraints if isinstance(constraints, tuple) else ())
        if isinstance(table, dict)
    ]


def wrong_limits(document: Document, tables: Tables) -> Iterator[Mistake]:
    """Name every table that limits nothing, contradicts itself, or is a group's second one."""
    first: dict[str, Path] = {}
    for path, table in tables:
        group = table.get("group")
        if isinstance(group, str) and (before := first.setdefault(group, path)) != path:
            line = document.mistake((*before, "group"), "").line
            problem = f"the group {quoted(group)} has its places already, in line {line}"
            hint = "put the minimum and the maximum of a group into one table"
            yield document.mistake((*path, "group"), problem, hint)
        yield from _wrong_limit(document, path, table)


def _wrong_limit(document: Document, path: Path, table: dict[str, Any]) -> Iterator[Mistake]:
    least, most = _number(table, "minimum"), _number(table, "maximum")
    if not table.keys() & {"minimum", "maximum"} and table.keys() <= _KEYS:
        problem = "these reserved places have neither a minimum nor a maximum"
        yield document.mistake(path, problem, "add a line such as minimum = 1")
    elif least == 0 and "maximum" not in table:
        hint = "a minimum of 1 or more, or a maximum"
        yield document.mistake((*path, "minimum"), "a minimum of 0 alone limits nothing", hint)
    elif least is not None and most is not None and least > most:
        problem = f"the minimum, {least}, is above the maximum, {most}"
        hint = f"a minimum of {most} or less, or a maximum of {least} or more"
        yield document.mistake((*path, "minimum"), problem, hint)


def _without_effect(
    document: Document, tables: Tables, contest: dict[str, Any]
) -> Iterator[Mistake]:
    """Name every maximum that stands alone and is no less than the seats."""
    seats = _number(contest, "seats")
    for path, table in tables:
        most = _number(table, "maximum")
        if seats and most is not None and most >= seats and not table.get("minimum"):
            are = "is 1 seat" if seats == 1 else f"are {seats} seats"
            problem = f"a maximum of {most} limits nothing: there {are}"
            hint = f"a maximum of {seats - 1} or less, or a minimum"
            yield document.mistake((*path, "maximum"), problem, hint)


def _unknown_groups(
    document: Document, tables: Tables, contest: dict[str, Any]
) -> Iterator[Mistake]:
    known = {group for _, group in _groups((), contest)}
    for path, table in tables:
        group = table.get("group")
        if isinstance(group, str) and group not in known:
            hint = nearest(group, known) or 'a candidate is put into it by groups = ["..."]'
            problem = f"no candidate is in the group {quoted(group)}"
            yield document.mistake((*path, "group"), problem, hint)


def _without_constraints(rule: RuleSet | None) -> str:
    if rule is None or rule.guards:
        return "remove the groups, or add a table [[contests.constraints]]"
    return f"remove the groups: the rule {rule.name} has no reserved places"


def _groups_without_places(
    document: Document, tables: Tables, groups: list[tuple[Path, str]]
) -> Iterator[Mistake]:
    """Name every group of a candidate that no constraint is for.

    If a constraint is for nobody, that is told there, and not again at the group that is meant.
    """
    used = {table["group"] for _, table in tables if isinstance(table.get("group"), str)}
    if any(not isinstance(table.get("group"), str) for _, table in tables):
        return  # a table without its group is told as such, and may be for any of them
    names = {group for _, group in groups}
    meant = {closest(group, names) for group in used - names}
    for path, group in groups:
        if group not in used | meant:
            problem = f"no [[contests.constraints]] is for the group {quoted(group)}"
            yield document.mistake(path, problem, nearest(group, used))


def _groups(path: Path, contest: object) -> Iterator[tuple[Path, str]]:
    """Yield every group of every candidate, with its key path."""
    candidates = contest.get("candidates") if isinstance(contest, dict) else None
    for at, candidate in enumerate(candidates if isinstance(candidates, tuple) else ()):
        groups = candidate.get("groups") if isinstance(candidate, dict) else None
        for number, group in enumerate(groups if isinstance(groups, tuple) else ()):
            if isinstance(group, str):
                yield (*path, "candidates", at, "groups", number), group


def _number(table: dict[str, Any], key: str) -> int | None:
    """Return a whole number of a table; None if there is none, or something else."""
    value = table.get(key)
    # In Python `True` is an int; in TOML it is no number.
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _impossible(
    document: Document, place: Path, contest: dict[str, Any], *, told: bool
) -> Iterator[Mistake]:
    """Name the numbers that cannot be met, nothing if it is unclear who stands.

    ``told`` says that other mistakes were found: then limits that are at odds with each other wait,
    as one of them may be corrected.
    """
    try:
        read = ContestDefinition.model_validate(contest).contest
    except ValidationError:
        return
    few = _more_than_stand(read)
    for at, standing in few.items():
        problem, hint = _few_words(read.constraints[at], standing)
        yield document.mistake((*place, at, "minimum"), problem, hint)
    for limits in at_odds(read):
        alone = len(limits) == 1
        if (alone and limits[0][0] not in few) or not (alone or told or few):
            yield impossible(document, place, read, limits)


def _more_than_stand(contest: Contest) -> dict[int, int]:
    """Return how many stand of each group of which fewer stand than its minimum."""
    standing = {
        at: len(constraint.members.intersection(contest.standing))
        for at, constraint in enumerate(contest.constraints)
        if constraint.members
    }
    return {at: few for at, few in standing.items() if few < contest.constraints[at].minimum}


def _few_words(constraint: Constraint, standing: int) -> tuple[str, str]:
    stand = stand_words(standing, f"the group {quoted(constraint.group)}")
    problem = f"the minimum is {constraint.minimum}: {stand[:1].lower()}{stand[1:]}"
    lower = f"a minimum of {standing} or less, or " if standing else ""
    return problem, f"{lower}more candidates in the group"


def impossible(
    document: Document, place: Path, contest: Contest, limits: tuple[Limit, ...]
) -> Mistake:
    """Return the mistake that limits, found by `at_odds`, cannot be met.

    Args:
        document: the file that has the limits.
        place: the key path of its list of constraints.
        contest: the contest, with the same constraints.
        limits: one limit, or several that cannot be met together.
    """
    if len(limits) == 1:
        problem, hint = _too_strict(contest, limits)
    else:
        lines = [document.mistake((*place, *limit), "").line for limit in limits]
        problem = _together(contest, limits, lines)
        hint = "change one of these numbers or the seats, or look at who is in which group"
    return document.mistake((*place, *limits[0]), problem, hint)


def _too_strict(contest: Contest, limits: tuple[Limit, ...]) -> tuple[str, str]:
    """Say why one limit alone cannot be met, and what could be."""
    at, key = limits[0]
    constraint = contest.constraints[at]
    if key == "minimum":
        problem = f"the minimum is {constraint.minimum}, and {_seats(contest)}"
        return problem, f"a minimum of {contest.seats} or less, or more seats"
    words = _limit_words(contest, constraint, key)
    others = len(set(contest.standing) - constraint.members)
    least = min(contest.seats, len(contest.standing)) - others
    hint = f"a maximum of {least} or more, or more candidates outside the group"
    return _places_left(contest, limits, words), hint


def _together(contest: Contest, limits: tuple[Limit, ...], lines: list[int | None]) -> str:
    """Say which limits cannot be met together, where they stand, and what they come to."""
    constraints, keys = [contest.constraints[at] for at, _ in limits], {key for _, key in limits}
    words = listed(
        [
            f"{_limit_words(contest, constraint, key)} (line {line})"
            for constraint, (_, key), line in zip(constraints, limits, lines, strict=True)
        ]
    )
    if keys == {"maximum"}:
        return _places_left(contest, limits, words)
    if keys == {"minimum"} and (needed := _needed(contest, constraints)):
        return f"{words} need {needed} seats, and {_seats(contest)}"
    return f"{words} cannot be met together when {_seats(contest)}"


def _needed(contest: Contest, constraints: list[Constraint]) -> int:
    """Return how many seats these minima need; 0 if somebody is in two of the groups."""
    groups = [constraint.members.intersection(contest.standing) for constraint in constraints]
    counts = Counter(chain.from_iterable(groups))
    if any(number > 1 for number in counts.values()):
        return 0
    return sum(
        min(constraint.minimum, len(group))
        for constraint, group in zip(constraints, groups, strict=True)
    )


def _places_left(contest: Contest, limits: tuple[Limit, ...], words: str) -> str:
    can_be = most_elected(contest, limits)
    standing = len(contest.standing)
    should = f"all {standing} who stand are to be" if standing < contest.seats else _seats(contest)
    return f"with {words} only {can_be} can be elected, and {should}"


def _seats(contest: Contest) -> str:
    return "there is 1 seat" if contest.seats == 1 else f"there are {contest.seats} seats"


def _limit_words(contest: Contest, constraint: Constraint, key: str) -> str:
    """Say what a limit asks; where fewer stand than the minimum, it asks for all of them."""
    group = quoted(constraint.group)
    if key == "maximum":
        return f"at most {constraint.maximum} of {group}"
    standing = len(constraint.members.intersection(contest.standing))
    if standing < constraint.minimum:
        return f"{'the only one' if standing == 1 else f'all {standing}'} of {group}"
    return f"at least {constraint.minimum} of {group}"
