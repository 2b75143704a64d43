"""Laws that every count under every rule keeps, over elections made at random.

Elections are small and have few papers, so that ties and lots are common.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_vote.ballot.blt import read_blt, write_blt
from ccin_vote.ballot.profile import Informal, Paper, as_place, grouped, members
from ccin_vote.ballot.reading import read_profile
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate, Constraint, Contest, Seats
from ccin_vote.errors import DecisionNeeded, Refused
from ccin_vote.record.stage import Elected, Excluded, Withdrawn
from ccin_vote.record.ties import ByLot
from ccin_vote.report.record_json import record_to_json
from ccin_vote.report.table import STAGES_A_BLOCK, stage_blocks
from ccin_vote.rule import RULES, Countback, KeepValues, Motion, Transfers
from ccin_vote.verify.compare import differences
from ccin_vote.verify.recount import recount

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.record.stage import Fate, Record
    from ccin_vote.record.ties import Question, Tie
    from ccin_vote.rule import RuleSet
    from ccin_vote.verify.recount_model import Recount

Cast = tuple[Paper | Informal, int]


@dataclass(frozen=True)
class LotsByName:
    """Draws every lot in the order of the names, read backwards: the same however listed."""

    contest: Contest

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the drawn order."""
        names = self.contest.candidates
        return tuple(sorted(question.among, key=lambda candidate: names[candidate][::-1]))


@dataclass(frozen=True)
class LotsThatWereDrawn:
    """Answers what a count asked, in the same way, and nothing else."""

    record: Record

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the order that the record tells.

        Raises:
            DecisionNeeded: the count drew no such lot.
        """
        for stage in self.record.stages:
            for tie in stage.ties:
                if isinstance(tie.resolution, ByLot) and _same_lot(tie, question):
                    return tie.resolution.order
        raise DecisionNeeded("nobody drew this lot", remedy="")


def _same_lot(tie: Tie, question: Question) -> bool:
    resolution = tie.resolution
    drawn = resolution.order if isinstance(resolution, ByLot) else ()
    told = tie.question
    return (told.stage, told.purpose) == (question.stage, question.purpose) and sorted(
        drawn
    ) == sorted(question.among)


def second(contest: Contest, profile: Profile, rule: RuleSet, record: Record) -> Recount:
    """Count again with the lots of the record."""
    return recount(contest, profile, rule, LotsThatWereDrawn(record))


@st.composite
def elections(draw: st.DrawFn) -> tuple[Contest, list[Cast]]:
    """Make a contest and papers, one by one, each with the votes that it carries."""
    size = draw(st.integers(1, 6))
    everyone = [Candidate(number) for number in range(size)]
    rankings = st.permutations(everyone).flatmap(
        lambda order: st.integers(1, size).map(lambda length: tuple(order[:length]))
    )
    places = st.lists(st.frozensets(st.sampled_from(everyone), max_size=2), min_size=1, max_size=5)
    marked = rankings | places.map(lambda found: tuple(as_place(place) for place in found))
    papers: list[Cast] = draw(
        st.lists(
            st.tuples(marked | st.just(Informal("blank")), st.sampled_from([1, 1, 1, 2, 7])),
            max_size=25,
        )
    )
    names = draw(st.permutations(["Ann X", "Bob T", "Cy Z", "Di S", "Ed Y", "Flo W"]))
    contest = Contest(
        "Committee",
        tuple(names[:size]),
        Seats(draw(st.integers(1, 4))),
        draw(st.frozensets(st.sampled_from(everyone), max_size=2)),
    )
    return contest, papers


def counted(contest: Contest, profile: Profile, rule: RuleSet) -> Record:
    """Count with lots by name; a rule of one seat fills one."""
    seats = Seats(1) if rule.one_seat else contest.seats
    here = fitted(contest, rule, seats)
    return count_contest(here, read_profile(profile, here, rule), rule, LotsByName(here))


def fitted(contest: Contest, rule: RuleSet, seats: Seats) -> Contest:
    """Make a contest one that the rule can count: a motion has three choices."""
    motion = isinstance(rule.method, Motion)
    names = (*contest.candidates, "Gil R", "Hal Q")[:3] if motion else contest.candidates
    gone = frozenset[Candidate]() if motion else contest.withdrawn
    threshold = "two-thirds" if motion else ""
    return Contest(contest.title, names, seats, gone, votes_each=2, threshold=threshold)


@pytest.fixture(scope="module", params=list(RULES.values()), ids=list(RULES))
def rule(request: pytest.FixtureRequest) -> RuleSet:
    """Return each rule in turn."""
    found: RuleSet = request.param
    return found


ELECTIONS = elections()

FEWER = settings(max_examples=40)
"""For each of forty-odd rules; `-m long` runs many more."""


def test_a_paper_of_equal_preferences_goes_on_with_whoever_of_them_stays() -> None:
    """Ann was elected, Bob is excluded: the paper of both is Ann's, and nothing of it is lost."""
    ballots = "5 1 0\n3 1 2 3 0\n1 1 3 0\n1 1 4 0\n3 4 0\n3 3 0\n2 5 0\n1 1=2 0\n"
    names = "".join(f'"{one}"\n' for one in ("Ann X", "Bob T", "Cy Z", "Di S", "Ed Y", "Flo W"))
    file = read_blt(f'6 2\n{ballots}0\n{names}"Committee"\n'.encode(), "a.blt")
    for rule in (RULES["meek"], RULES["warren"], RULES["meek-nz"]):
        record = counted(file.contest, file.profile, rule)
        assert sum(isinstance(fate, Elected) for fate in record.fates) == 2
        profile = read_profile(file.profile, record.contest, rule)
        found = second(record.contest, profile, rule, record)
        assert differences(record_to_json(record), found, record.contest) == []


@FEWER
@given(election=ELECTIONS)
def test_no_vote_appears_or_disappears(rule: RuleSet, election: tuple[Contest, list[Cast]]) -> None:
    """At every stage all votes together are the votes of the valid papers."""
    contest, papers = election
    record = counted(contest, grouped(papers), rule)
    assert record.papers + sum(number for _, number in record.informal) == len(papers)
    for stage in record.stages:
        tally = stage.tally
        units = [one.units for one in (*tally.candidates, tally.non_transferable)]
        assert min(units) >= 0
        assert sum(units) + tally.lost_to_rounding.units == stage.total.units
        if isinstance(rule.method, Transfers | KeepValues):
            assert stage.total.units == record.votes * 10**rule.places


@FEWER
@given(election=ELECTIONS)
def test_the_seats_are_filled_and_every_fate_is_told_by_a_stage(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """As many are elected as there are seats or candidates; fates and stages say the same."""
    contest, papers = election
    record = counted(contest, grouped(papers), rule)
    refuses = rule.name.startswith("condorcet")
    assert refuses or len(record.winners) == min(record.contest.seats, len(record.contest.standing))
    for stage in record.stages:
        for who in stage.elected:
            fate = record.fates[who]
            assert isinstance(fate, Elected)
            assert fate.stage == stage.number
        for candidate in stage.excluded:
            assert record.fates[candidate] == Excluded(stage.number)
    told = {one for stage in record.stages for one in (*stage.elected, *stage.excluded)}
    for number, fate in enumerate(record.fates):
        assert isinstance(fate, Withdrawn) == (Candidate(number) in record.contest.withdrawn)
        if (isinstance(fate, Elected) and fate.stage) or isinstance(fate, Excluded):
            assert number in told
    assert [stage.number for stage in record.stages] == list(range(1, len(record.stages) + 1))


@FEWER
@given(election=ELECTIONS)
def test_the_rows_that_are_shown_add_up_to_their_total(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """In every block of the stage table and in the JSON document no vote is hidden."""
    contest, papers = election
    record = counted(contest, grouped(papers), rule)
    for size in (1, 2, STAGES_A_BLOCK):
        columns = [
            column
            for block in stage_blocks(record, size)
            for column in list(zip(*block.rows, strict=True))[1:]
        ]
        assert len(columns) == len(record.stages)
        for _, *parts, total in columns:
            assert sum(map(_figure, parts)) == _figure(total)
    told = record_to_json(record)["stages"]
    assert isinstance(told, list)
    for stage, outcome in zip(record.stages, told, strict=True):
        assert isinstance(outcome, dict)
        assert isinstance(outcome["votes"], dict)
        parts = [
            *outcome["votes"].values(),
            outcome["non_transferable"],
            outcome["lost_to_rounding"],
        ]
        assert sum(_figure(str(part)) for part in parts) == _figure(str(stage.total))


def _figure(cell: str) -> Fraction:
    """Read a cell such as ``E 2.50``; a dash is nothing."""
    return Fraction(0) if cell == "-" else Fraction(cell.rsplit(maxsplit=1)[-1])


@FEWER
@given(election=ELECTIONS, data=st.data())
def test_the_order_of_papers_is_irrelevant(
    rule: RuleSet, election: tuple[Contest, list[Cast]], data: st.DataObject
) -> None:
    """Shuffled papers give the same record."""
    contest, papers = election
    shuffled = data.draw(st.permutations(papers))
    assert counted(contest, grouped(shuffled), rule) == counted(contest, grouped(papers), rule)


@FEWER
@given(election=ELECTIONS)
def test_equal_papers_merged_or_split_change_nothing(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """A paper of n votes counts as n papers of one; only the number of papers differs."""
    contest, papers = election
    split = [(paper, 1) for paper, votes in papers for _ in range(votes)]
    whole, parts = (counted(contest, grouped(some), rule) for some in (papers, split))
    assert (whole.stages, whole.fates, whole.votes) == (parts.stages, parts.fates, parts.votes)


@FEWER
@given(election=ELECTIONS, data=st.data())
def test_listing_the_candidates_in_another_order_changes_no_fate(
    rule: RuleSet, election: tuple[Contest, list[Cast]], data: st.DataObject
) -> None:
    """By name everything is the same: votes at each stage, elections, exclusions, lots."""
    contest, papers = election
    if isinstance(rule.method, Motion):
        return
    size = len(contest.candidates)
    order = data.draw(st.permutations(range(size)))
    moved = Contest(
        contest.title,
        tuple(contest.candidates[candidate] for candidate in order),
        contest.seats,
        frozenset(Candidate(order.index(who)) for who in contest.withdrawn),
    )
    again = [(_moved(paper, order), votes) for paper, votes in papers]
    one, other = counted(contest, grouped(papers), rule), counted(moved, grouped(again), rule)
    assert _by_name(one) == _by_name(other)


def _moved(paper: Paper | Informal, order: list[int]) -> Paper | Informal:
    if isinstance(paper, Informal):
        return paper
    return tuple(
        as_place(Candidate(order.index(candidate)) for candidate in members(place))
        for place in paper
    )


def _by_name(record: Record) -> object:
    """Return what a record says without regard to the order of the list."""
    names = record.contest.candidates
    stages = [
        (
            stage.kind,
            {names[one] for one in stage.of},
            {name: votes.units for name, votes in zip(names, stage.tally.candidates, strict=True)},
            {names[candidate] for candidate in stage.elected},
            {names[who] for who in stage.excluded},
            [
                (names[tie.chosen], tie.resolution if not isinstance(tie.resolution, ByLot) else ())
                for tie in stage.ties
            ],
        )
        for stage in record.stages
    ]
    return stages, {name: _kind(fate) for name, fate in zip(names, record.fates, strict=True)}


def _kind(fate: Fate) -> tuple[type, int]:
    return type(fate), getattr(fate, "stage", 0)


@FEWER
@given(election=ELECTIONS)
def test_a_blt_file_counts_as_its_papers_do(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """Written to a file and read back, an election has the same stages."""
    contest, papers = election
    profile = grouped(papers)
    found = read_blt(write_blt(contest, profile).encode(), "round.blt")
    one, other = (counted(contest, some, rule) for some in (profile, found.profile))
    assert (one.stages, one.fates) == (other.stages, other.fates)


@FEWER
@given(election=ELECTIONS)
def test_the_second_count_agrees(rule: RuleSet, election: tuple[Contest, list[Cast]]) -> None:
    """The recount in fractions, paper by paper, finds the same figures, fates and lots."""
    contest, papers = election
    record = counted(contest, grouped(papers), rule)
    profile = read_profile(grouped(papers), record.contest, rule)
    found = second(record.contest, profile, rule, record)
    told = record_to_json(record)
    assert differences(told, found, record.contest) == []


@FEWER
@given(election=ELECTIONS)
def test_every_record_can_be_told(rule: RuleSet, election: tuple[Contest, list[Cast]]) -> None:
    """Whatever happened, the JSON document has a sentence for each stage."""
    contest, papers = election
    told = record_to_json(counted(contest, grouped(papers), rule))
    stages = told["stages"]
    assert isinstance(stages, list)
    for stage in stages:
        assert isinstance(stage, dict)
        assert isinstance(stage["sentence"], str)
        assert stage["sentence"].endswith(".")


@st.composite
def reserved(draw: st.DrawFn) -> tuple[Contest, list[Cast]]:
    """Make an election with up to three groups for which places are reserved."""
    contest, papers = draw(elections())
    everyone = st.sampled_from([Candidate(at) for at in range(len(contest.candidates))])
    constraints = []
    for group in ("north", "women", "young")[: draw(st.integers(1, 3))]:
        least = draw(st.integers(0, 2))
        members, most = draw(st.frozensets(everyone)), draw(st.integers(least, 3))
        constraints.append(Constraint(group, members, least, most))
    return replace(contest, constraints=tuple(constraints)), papers


@FEWER
@given(election=reserved())
def test_reserved_places_are_kept_and_a_second_count_agrees(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """Every minimum and maximum is met at once, or the count says that it cannot be."""
    contest, papers = election
    if not rule.guards or contest.uncontested:
        return
    contest = replace(contest, votes_each=2)
    profile = read_profile(grouped(papers), contest, rule)
    possible = any(
        keeps(contest, set(some)) for some in combinations(contest.standing, int(contest.seats))
    )
    if not possible:
        with pytest.raises(Refused, match="reserved"):
            count_contest(contest, profile, rule, LotsByName(contest))
        return
    record = count_contest(contest, profile, rule, LotsByName(contest))
    assert keeps(contest, set(record.winners))
    assert (
        differences(record_to_json(record), second(contest, profile, rule, record), contest) == []
    )


@FEWER
@given(election=reserved(), data=st.data())
def test_in_a_countback_nobody_else_loses_a_seat_and_a_second_count_agrees(
    rule: RuleSet, election: tuple[Contest, list[Cast]], data: st.DataObject
) -> None:
    """One of the elected leaves; the others stay elected, and one more is."""
    contest, papers = election
    if rule.countback is Countback.NONE or contest.uncontested:
        return
    contest = replace(contest, constraints=data.draw(st.sampled_from([(), contest.constraints])))
    try:
        before = count_contest(
            contest, read_profile(grouped(papers), contest, rule), rule, LotsByName(contest)
        )
        left = data.draw(st.sampled_from(before.winners))
        stay = frozenset(before.winners) - {left}
        again = replace(contest, withdrawn=contest.withdrawn | {left}, protected=stay)
        profile = read_profile(grouped(papers), again, rule)
        record = count_contest(again, profile, rule, LotsByName(again))
    except Refused:
        return
    assert stay <= set(record.winners)
    assert differences(record_to_json(record), second(again, profile, rule, record), again) == []


def keeps(contest: Contest, elected: set[Candidate]) -> bool:
    """Return whether the elected keep all constraints, a minimum being no more than who stand."""
    standing = set(contest.standing)
    return all(
        min(constraint.minimum, len(constraint.members & standing))
        <= len(constraint.members & elected)
        <= constraint.maximum
        for constraint in contest.constraints
    )


@pytest.mark.long
@settings(max_examples=5000)
@given(election=ELECTIONS)
def test_the_second_count_agrees_on_very_many_elections(
    rule: RuleSet, election: tuple[Contest, list[Cast]]
) -> None:
    """The same law over thousands of elections a rule."""
    contest, papers = election
    record = counted(contest, grouped(papers), rule)
    profile = read_profile(grouped(papers), record.contest, rule)
    found = second(record.contest, profile, rule, record)
    assert differences(record_to_json(record), found, record.contest) == []
