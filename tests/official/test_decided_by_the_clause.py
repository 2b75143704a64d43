"""Small elections in which a clause of the law decides, and a reading of it went wrong once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from ccin_vote.anyone.tally import TallyOptions, tally_file
from ccin_vote.ballot.blt import read_blt
from ccin_vote.ballot.profile import grouped
from ccin_vote.ballot.reading import read_profile
from ccin_vote.count import count_contest, settled_keep_values
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.record.lots import LotsNeeded, RecordedLots
from ccin_vote.record.seeded_lots import SeededLots
from ccin_vote.report.record_json import record_to_json
from ccin_vote.rule import RULES
from ccin_vote.verify.compare import differences
from ccin_vote.verify.recount import recount

if TYPE_CHECKING:
    from collections.abc import Sequence


def blt(seats: int, papers: str, names: Sequence[str] = "ABCD") -> bytes:
    """Write a BLT file; papers are separated by commas and end without their 0."""
    lines = "".join(f"{paper.strip()} 0\n" for paper in papers.split(","))
    quoted = "".join(f'"{name}"\n' for name in names)
    return f'{len(names)} {seats}\n{lines}0\n{quoted}"T"\n'.encode()


CLAUSES = {
    "ERS97, glossary, total active vote: papers of the excluded that have not moved are active": (
        "ers97",
        blt(2, "1 4 3 1, 1 3 4, 4 4 1, 2 2"),
        {"A", "D"},
    ),
    "Northern Ireland, rule 52(2): two papers under C still go on to B, so that B has 9 and A 8": (
        "northern-ireland-stv",
        blt(1, "8 1, 7 2, 4 3, 2 4 3 2, 1 4"),
        {"B"},
    ),
    "the same papers under rules that move an excluded candidate's papers at once": (
        "scottish-stv",
        blt(1, "8 1, 7 2, 4 3, 2 4 3 2, 1 4"),
        {"B"},
    ),
    "and parcel by parcel": ("prsa-1977", blt(1, "8 1, 7 2, 4 3, 2 4 3 2, 1 4"), {"B"}),
    "and in exact fractions": ("wigm", blt(1, "8 1, 7 2, 4 3, 2 4 3 2, 1 4"), {"B"}),
    "STAR, protocol, step 1: of three equal totals A lost both comparisons and is out; B beats C": (
        "star",
        b'3 1\n2 2 - - - 3 1 0\n1 3 - - - 2 1 0\n1 1 - - 3 2 0\n1 1 0\n0\n"A"\n"B"\n"C"\n"T"\n',
        {"B"},
    ),
}


@pytest.mark.parametrize(("rule", "file", "elected"), CLAUSES.values(), ids=CLAUSES)
def test_the_clause_decides(rule: str, file: bytes, elected: set[str]) -> None:
    """Both counts elect whom the text elects."""
    ballots = read_blt(file, "clause.blt")
    contest = ballots.contest
    record = tally_file(ballots, RULES[rule], TallyOptions(), "clause.blt")
    assert {contest.candidates[candidate] for candidate in record.winners} == elected
    profile = read_profile(ballots.profile, contest, RULES[rule])
    lots = RecordedLots(contest, contest.title)
    second = recount(contest, profile, RULES[rule], lots)
    assert differences(record_to_json(record), second, contest) == []


def asked(rule: str, file: bytes) -> list[tuple[str, ...]]:
    """Return the lots that a count asks for."""
    ballots = read_blt(file, "tie.blt")
    try:
        tally_file(ballots, RULES[rule], TallyOptions(), "tie.blt")
    except LotsNeeded as needed:
        return [lot.order for lot in needed.lots]
    return []


TRUE_TIES = {
    "Meek: Birch and Cedar have 3 votes each, and no rounding says otherwise": (
        "meek",
        blt(2, "6 1 2, 3 3", ["Ash", "Birch", "Cedar", "Dogwood"]),
        [("Birch", "Cedar")],
    ),
    "Warren: the same": (
        "warren",
        blt(2, "6 1 2, 3 3", ["Ash", "Birch", "Cedar", "Dogwood"]),
        [("Birch", "Cedar")],
    ),
    "Algorithm 123, section 1 (3), a multi-way tie: A, C and D have just the quota in the end": (
        "meek",
        blt(2, "6 3 4, 2 1, 1 2 1"),
        [("A", "D")],
    ),
    "Kemeny-Young: only C and D are first in a best order": (
        "kemeny-young",
        blt(1, "1 3 4 2, 1 4 1"),
        [("C", "D")],
    ),
    "Kemeny-Young: A and B lead all best orders, whichever is first": (
        "kemeny-young",
        blt(2, "1 1 2 3, 1 2 1 3", "ABC"),
        [],
    ),
    "STAR: with two candidates both are finalists, whatever their scores": (
        "star",
        b'2 1\n1 1 2 0\n1 1 2 0\n0\n"A"\n"B"\n"T"\n',
        [],
    ),
    "STAR: three have nothing apart": (
        "star",
        b'3 1\n1 1=2=3 0\n0\n"A"\n"B"\n"C"\n"T"\n',
        [("A", "B", "C")],
    ),
    "ranked pairs: D beats all, so that the circle of the others is nobody's business": (
        "ranked-pairs",
        blt(1, "1 4 1 2 3, 1 4 2 3 1, 1 4 3 1 2"),
        [],
    ),
    "ranked pairs: the circle decides who has the second seat": (
        "ranked-pairs",
        blt(2, "1 4 1 2 3, 1 4 2 3 1, 1 4 3 1 2"),
        [("A", "B", "C")],
    ),
    "points: one lot for two places among three": (
        "borda",
        blt(2, "1 1=2=3", "ABC"),
        [("A", "B", "C")],
    ),
    "proportional approval: A and B are elected in either order": (
        "sequential-proportional-approval",
        blt(2, "2 1, 2 2, 1 3", "ABC"),
        [],
    ),
}


@pytest.mark.parametrize(("rule", "file", "lots"), TRUE_TIES.values(), ids=TRUE_TIES)
def test_a_lot_is_drawn_among_those_who_are_truly_equal_and_only_where_it_matters(
    rule: str, file: bytes, lots: list[tuple[str, ...]]
) -> None:
    """Neither noise nor the order of the list breaks a tie; nobody draws for nothing."""
    assert asked(rule, file) == lots


@pytest.mark.parametrize("rule", ["meek", "warren"])
def test_arrays_and_trees_find_the_same_votes(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many papers there are, the record is the same to the last figure."""
    for seed in range(60):
        dice = Random(seed)
        size = dice.randint(3, 9)
        papers = []
        for _ in range(dice.randint(3, 60)):
            order = [Candidate(at) for at in range(size)]
            dice.shuffle(order)
            papers.append((tuple(order[: dice.randint(1, size)]), 1))
        contest = Contest("x", tuple("ABCDEFGHI"[:size]), Seats(dice.randint(1, 4)))
        records = []
        for least in (0, 10**9):
            monkeypatch.setattr(settled_keep_values, "_VERY_MANY", least)
            lots = SeededLots("a", contest)
            records.append(count_contest(contest, grouped(papers), RULES[rule], lots))
        assert records[0] == records[1], seed


@pytest.mark.parametrize("rule", ["meek", "warren"])
def test_keep_values_settle_for_very_many_votes(rule: str) -> None:
    """A thousand million votes a paper: what each rounds away adds up, and nobody minds."""
    papers = "1000000000 1 2 3, 1000000000 2 1 4, 1 3, 1 4, 1 5"
    ballots = read_blt(blt(3, papers, "ABCDE"), "many.blt")
    contest = ballots.contest
    lots = SeededLots("seed", contest)
    record = count_contest(contest, ballots.profile, RULES[rule], lots)
    assert {0, 1} <= set(record.winners)
    second = recount(contest, ballots.profile, RULES[rule], lots)
    assert differences(record_to_json(record), second, contest) == []
