"""Choices and numbers as a TOML file has them, read into the marks of a ballot paper."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import MAXIMUM_MARK, Marks, paper_to_marks
from ccin_vote.ballot.reading import highest_mark, most_choices, spreads_votes
from ccin_vote.election.contest import Candidate
from ccin_vote.election.document import nearest
from ccin_vote.errors import BadInput, Mistake
from ccin_vote.rule import Marking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ccin_vote.election.definition import ContestDefinition


def read_choices(data: bytes, file: str, contests: Sequence[ContestDefinition]) -> dict[str, Marks]:
    """Read choices from TOML: one line a contest, ``contest-id = ["first", "second", ...]``.

    Candidates are named by id. ``contest-id = { first = 1, second = 1 }`` gives numbers, or scores,
    as they would stand on paper. A contest that is left out is voted blank.

    Raises:
        BadInput: every mistake; it never repeats a choice that was right.
    """
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadInput([Mistake(file, "the choices are not TOML in UTF-8")]) from error
    mistakes: list[Mistake] = []
    known = {contest.id: contest for contest in contests}
    papers = {}
    for name, chosen in values.items():
        if name not in known:
            problem = f"there is no contest {name!r} on your ballot"
            mistakes.append(Mistake(file, problem, hint=nearest(name, known)))
        else:
            papers[name] = read_marks(chosen, known[name], file, mistakes)
    if mistakes:
        raise BadInput(mistakes)
    return papers


def read_marks(
    chosen: object,
    contest: ContestDefinition,
    file: str,
    mistakes: list[Mistake],
    *,
    most: int | None = None,
) -> Marks:
    """Read what was chosen in one contest, as TOML has it; mistakes are added to the list.

    ``most`` is how many candidates may be named, if not as many as the contest allows.
    """
    ids = [candidate.id for candidate in contest.choices]
    rule = contest.rule_set
    if rule.marking is Marking.SCORES:
        if not isinstance(chosen, dict):
            mistakes.append(
                Mistake(file, f"contest {contest.id}: write {{ candidate = score, ... }}")
            )
            return (0,) * len(ids)
        highest = highest_mark(contest.contest, rule)
        marks = read_numbers(chosen, contest.id, ids, (file, mistakes), highest)
        if spreads_votes(rule) and sum(marks) > contest.votes_each:
            problem = f"{sum(marks)} votes are given, and a voter has {contest.votes_each}"
            mistakes.append(Mistake(file, f"contest {contest.id}: {problem}"))
        return marks
    if isinstance(chosen, dict) and rule.marking is Marking.RANKING:
        return read_numbers(chosen, contest.id, ids, (file, mistakes), MAXIMUM_MARK)
    listed = chosen if isinstance(chosen, list | tuple) else [chosen]
    names = [name if isinstance(name, str) else "(not a text)" for name in listed]
    for name in names:
        if name not in ids:
            problem = f"contest {contest.id}: there is no candidate {str(name)[:80]!r}"
            mistakes.append(Mistake(file, problem, hint=nearest(str(name), ids)))
    if len(set(map(str, names))) < len(names):
        mistakes.append(Mistake(file, f"contest {contest.id}: a candidate stands twice"))
    most = most_choices(contest) if most is None else most
    if len(names) > most:
        words = "one candidate only" if most == 1 else f"at most {most} candidates"
        mistakes.append(Mistake(file, f"contest {contest.id}: {words}"))
    ranking = tuple(Candidate(ids.index(name)) for name in dict.fromkeys(names) if name in ids)
    return paper_to_marks(ranking, len(ids), rule)


def read_numbers(
    chosen: Mapping[str, object],
    contest: str,
    ids: Sequence[str],
    told: tuple[str, list[Mistake]],
    highest: int,
) -> Marks:
    """Read a table of scores or preferences, ``{ id = number, ... }``; who is left out has 0.

    ``told`` is the file, and the list to which its mistakes are added.
    """
    file, mistakes = told
    for name, number in chosen.items():
        if name not in ids:
            problem = f"contest {contest}: there is no candidate {name[:80]!r}"
            mistakes.append(Mistake(file, problem, hint=nearest(name, ids)))
        elif not _within(number, highest):
            problem = f"contest {contest}: a number is a whole one from 0 to {highest}"
            mistakes.append(Mistake(file, problem))
    read = [chosen.get(name) for name in ids]
    return tuple(
        each_number if isinstance(each_number, int) and _within(each_number, highest) else 0
        for each_number in read
    )


def _within(number: object, highest: int) -> bool:
    return type(number) is int and 0 <= number <= highest
