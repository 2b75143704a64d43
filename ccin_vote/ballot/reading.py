"""Reading a paper as the rule reads it: what a skipped, repeated or equal preference does."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from ccin_vote.ballot.profile import Informal, Paper, Profile, Weight, as_place, members
from ccin_vote.rule import Committee, Marking, Marks, Points, RuleSet, Unclear

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.ballot.profile import Place
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.election.definition import ContestDefinition


def read_paper(paper: Paper, contest: Contest, rule: RuleSet) -> Paper | Informal:
    """Say what a paper counts for, or why it is informal, in one word of ``INFORMAL_REASONS``.

    Args:
        paper: the places as the voter filled them; candidates may stand twice, places be empty.
        contest: who may be chosen, and how many.
        rule: its marking and its policies.
    """
    named = [candidate for place in paper for candidate in members(place)]
    if not named:
        return Informal("blank")
    if not 0 <= min(named) <= max(named) < len(contest.candidates):
        return Informal("unknown-candidate")
    match rule.marking:
        case Marking.CROSS:
            return _cross(paper, contest.withdrawn)
        case Marking.CROSSES:
            return _crosses(named, most_marks(contest, rule))
        case Marking.SCORES:
            return _scores(paper, named, contest, rule)
        case Marking.RANKING:
            return _ranking(paper[: rule.most_places or None], rule)
        case _:
            assert_never(rule.marking)


def most_marks(contest: Contest, rule: RuleSet) -> int:
    """Return how many candidates a paper may mark."""
    marks = Marks.ONE
    if isinstance(rule.method, Points):
        marks = rule.method.marks
    elif isinstance(rule.method, Committee):
        marks = Marks.ANY
    return {
        Marks.ONE: 1,
        Marks.AS_MANY_AS_SEATS: int(contest.seats),
        Marks.AS_STATED: contest.votes_each,
        Marks.ANY: len(contest.candidates),
    }[marks]


def most_choices(contest: ContestDefinition) -> int:
    """Return how many candidates a voter may choose in a contest."""
    rule = contest.rule_set
    if rule.marking in {Marking.CROSS, Marking.CROSSES}:
        return most_marks(contest.contest, rule)
    return rule.most_places or len(contest.choices)


def _cross(paper: Paper, withdrawn: Collection[Candidate]) -> Paper | Informal:
    """Take the first preference who stands: a ranking says for whom its cross would be."""
    standing = without(paper, withdrawn, keep_places=False) if members(paper[0]) else paper
    first = members((standing or paper)[0])
    if len(first) == 1:
        return first
    return Informal("more-than-one" if first else "no-first-preference")


def _crosses(named: list[Candidate], most: int) -> Paper | Informal:
    marked = set(named)
    return (as_place(marked),) if len(marked) <= most else Informal("more-than-one")


def highest_mark(contest: Contest, rule: RuleSet) -> int:
    """Return the highest score, or the most votes that a voter can give to one candidate."""
    most = contest.votes_each if spreads_votes(rule) else rule.highest_score
    return min(rule.highest_score, most)


def spreads_votes(rule: RuleSet) -> bool:
    """Return whether a voter spreads a number of votes over the candidates."""
    method = rule.method
    stated = isinstance(method, Points) and method.marks is Marks.AS_STATED
    return stated and rule.marking is Marking.SCORES


def _scores(
    paper: Paper, named: list[Candidate], contest: Contest, rule: RuleSet
) -> Paper | Informal:
    if len(set(named)) < len(named):
        return Informal("repeated")
    places = [as_place(members(place)) for place in paper[: rule.highest_score]]
    given = sum((rule.highest_score - at) * len(members(place)) for at, place in enumerate(places))
    if spreads_votes(rule) and given > contest.votes_each:
        return Informal("more-than-one")
    while places and places[-1] == ():
        places.pop()
    # A place below the lowest score gives nothing, as an unmarked candidate has nothing.
    return tuple(places) or Informal("blank")


def _ranking(paper: Paper, rule: RuleSet) -> Paper | Informal:
    named = [candidate for place in paper for candidate in members(place)]
    if len(set(named)) == len(named) == len(paper) and all(map(members, paper)):
        return tuple(named)
    if rule.skipped is Unclear.STOP and not members(paper[0]):
        return Informal("no-first-preference")
    read = _clear(paper, rule)
    if not read:
        return Informal("more-than-one")
    return tuple(read)


def _clear(paper: Paper, rule: RuleSet) -> list[Place]:
    """Follow the places for as long as the rule finds them clear."""
    read: list[Place] = []
    seen: set[Candidate] = set()
    for place in paper:
        new = [candidate for candidate in dict.fromkeys(members(place)) if candidate not in seen]
        repeated = len(new) < len(members(place))
        skipped = not members(place)
        equal = len(new) > 1
        if (
            (repeated and rule.repeated is Unclear.STOP)
            or (skipped and rule.skipped is Unclear.STOP)
            or (equal and rule.equal is Unclear.STOP)
        ):
            break
        seen.update(new)
        if new and (not equal or rule.equal is Unclear.ALLOWED):
            read.append(as_place(new))
    return read


_INTEGERS = {int}


def read_profile(profile: Profile, contest: Contest, rule: RuleSet) -> Profile:
    """Read every paper of a ballot file as the rule reads it."""
    formal: dict[Paper, Weight] = {}
    informal = dict(profile.informal)
    ranked = rule.marking is Marking.RANKING and not rule.most_places
    for paper, weight in profile.formal.items():
        strict = ranked and len(set(paper)) == len(paper) and set(map(type, paper)) == _INTEGERS
        read = paper if strict else read_paper(paper, contest, rule)
        if isinstance(read, Informal):
            informal[read.reason] = informal.get(read.reason, Weight(0, 0)) + weight
        elif read in formal:
            formal[read] += weight
        else:
            formal[read] = weight
    return Profile(formal, informal)


def without(paper: Paper, gone: Iterable[Candidate], *, keep_places: bool) -> Paper:
    """Take candidates out of a paper; places that fall empty close up unless they have to stay."""
    left = (
        as_place(candidate for candidate in members(place) if candidate not in gone)
        for place in paper
    )
    return tuple(place for place in left if keep_places or place != ())
