"""Stand-ins for the members in a rehearsal: papers at random, or those of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import Marks, paper_to_marks
from ccin_vote.ballot.reading import most_choices, spreads_votes
from ccin_vote.election.contest import Candidate
from ccin_vote.errors import BadInput, Mistake
from ccin_vote.rule import Marking
from ccin_vote.store.ballot_files import read_ballot_file

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from ccin_vote.ballot.ballot_file import BallotFile
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.rule import RuleSet
    from ccin_vote.voter.vote import Booth

BLANK = 0.03
"""How often a stand-in leaves a paper blank."""


def random_papers(booth: Booth, dice: random.Random) -> dict[str, Marks]:
    """Return a paper for each contest that a voter may vote in."""
    return {contest.id: random_marks(contest, dice) for contest in booth.contests}


def random_marks(contest: ContestDefinition, dice: random.Random) -> Marks:
    """Return one paper."""
    candidates = list(map(Candidate, range(len(contest.choices))))
    rule = contest.rule_set
    if dice.random() < BLANK:
        return (0,) * len(candidates)
    dice.shuffle(candidates)
    if spreads_votes(rule):
        return _spread(contest, dice)
    if rule.marking is Marking.SCORES:
        return tuple(dice.randint(0, rule.highest_score) for _ in candidates)
    chosen = dice.randint(1, min(most_choices(contest), len(candidates)))
    return paper_to_marks(tuple(candidates[:chosen]), len(candidates), rule)


def _spread(contest: ContestDefinition, dice: random.Random) -> Marks:
    """Return marks that give each of a voter's votes to somebody."""
    marks = [0] * len(contest.choices)
    for _ in range(contest.votes_each):
        marks[dice.randrange(len(marks))] += 1
    return tuple(marks)


def read_ballots(path: Path, definition: Definition) -> dict[str, list[Marks]]:
    """Read a ballot file and find the contest that it is for, by its candidates' names.

    Raises:
        BadInput: its candidates are those of no contest.
    """
    ballots = read_ballot_file(path)
    for contest in definition.contests:
        if contest.contest.candidates == ballots.contest.candidates:
            return {contest.id: list(_single_papers(ballots, contest.rule_set))}
    problem = "its candidates are not those of any contest, in the same order"
    raise BadInput([Mistake(str(path), problem)])


def _single_papers(ballots: BallotFile, rule: RuleSet) -> Iterator[Marks]:
    for paper, weight in ballots.profile.formal.items():
        for _ in range(weight.papers):
            yield paper_to_marks(paper, len(ballots.contest.candidates), rule)


def given_papers(booth: Booth, cast: dict[str, list[Marks]]) -> dict[str, Marks] | None:
    """Hand this voter the next paper of the file; None if there is none for this voter."""
    papers = {
        contest.id: cast[contest.id].pop() for contest in booth.contests if cast.get(contest.id)
    }
    return papers or None
