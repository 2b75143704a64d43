"""Small elections under every rule, worked out by hand or in the literature."""

from __future__ import annotations

import pytest

from ccin_vote.anyone.tally import TallyOptions, tally_file
from ccin_vote.ballot.blt import read_blt
from ccin_vote.errors import BadInput, Refused
from ccin_vote.record.lots import LotsNeeded
from ccin_vote.rule import RULES

CITIES = """\
4 {seats}
42 1 2 3 4 0
26 2 3 4 1 0
15 3 4 2 1 0
17 4 3 2 1 0
0
"M"
"N"
"C"
"K"
"A capital"
"""
"""Four cities choose a capital: the nearest is the best."""

SCHULZE = """\
5 1
5 1 3 2 5 4 0
5 1 4 5 3 2 0
8 2 5 4 1 3 0
3 3 1 2 5 4 0
7 3 1 5 2 4 0
2 3 2 1 4 5 0
7 4 3 5 2 1 0
8 5 2 1 4 3 0
0
"A"
"B"
"C"
"D"
"E"
"The example of section 3.1 of Schulze's article"
"""

CHOICES = '3 {seats}\n6 1 0\n4 2=1 0\n3 3 - 2 0\n2 2 3 0\n0\n"A"\n"B"\n"C"\n"Choices"\n'
SCORES = '3 1\n3 1 2 - 3 0\n2 2 - 1 0\n2 3 2 0\n0\n"A"\n"B"\n"C"\n"Scores"\n'

WINNERS = {
    "most first preferences": ("first-past-the-post", CITIES, 1, ["M"]),
    "two seats to the most votes": ("sntv", CITIES, 2, ["M", "N"]),
    "the last excluded until a majority": ("alternative-vote", CITIES, 1, ["K"]),
    "the last excluded until two are left": ("alternative-vote-last-two", CITIES, 1, ["K"]),
    "only the two leaders and second choices": ("supplementary-vote", CITIES, 1, ["M"]),
    "most last places excluded first": ("coombs", CITIES, 1, ["N"]),
    "second preferences added": ("bucklin", CITIES, 1, ["N"]),
    "points by place": ("borda", CITIES, 1, ["N"]),
    "points by shares": ("dowdall", CITIES, 1, ["N"]),
    "who beats everybody": ("condorcet", CITIES, 1, ["N"]),
    "the strongest chains": ("schulze", SCHULZE, 1, ["E"]),
    "ranked pairs of the same papers": ("ranked-pairs", SCHULZE, 1, ["A"]),
    "most victories": ("copeland", CITIES, 1, ["N"]),
    "the smallest worst defeat": ("minimax", CITIES, 1, ["N"]),
    "the same by margins": ("minimax-margins", CITIES, 1, ["N"]),
    "the best order": ("kemeny-young", CITIES, 1, ["N"]),
    "the Smith set": ("smith-irv", CITIES, 1, ["N"]),
    "every mark counts": ("approval", CHOICES, 1, ["A"]),
    "as many marks as seats": ("block-vote", CHOICES, 2, ["A", "B"]),
    "the highest sum of scores": ("score", SCORES, 1, ["B"]),
    "scores, then a run-off": ("star", SCORES, 1, ["B"]),
}


@pytest.mark.parametrize(("rule", "text", "seats", "elected"), WINNERS.values(), ids=WINNERS)
def test_the_right_candidate_is_elected(
    rule: str, text: str, seats: int, elected: list[str]
) -> None:
    """One election, one winner a rule: the rule decides."""
    ballots = read_blt(text.format(seats=seats).encode(), "hand.blt")
    record = tally_file(ballots, RULES[rule], TallyOptions(seats=seats), "hand.blt")
    assert [record.contest.candidates[candidate] for candidate in record.winners] == elected


def told(text: str, rule: str, **options: object) -> list[list[str]]:
    """Return the votes at each stage, the non-transferable and the lost last."""
    ballots = read_blt(text.encode(), "hand.blt")
    record = tally_file(ballots, RULES[rule], TallyOptions(**options), "hand.blt")  # type: ignore[arg-type]
    return [
        [
            *map(str, stage.tally.candidates),
            str(stage.tally.non_transferable),
            str(stage.tally.lost_to_rounding),
        ]
        for stage in record.stages
    ]


LAST_PARCEL = '3 2\n6 1 2 0\n2 1 3 0\n2 1 0\n3 2 0\n5 3 0\n0\n"A"\n"B"\n"C"\n"Two seats"\n'
STAGES = {
    "Northern Ireland: 3 over 8 papers is 0.37, 0.04 are lost; B cannot pass C (rule 52(2))": (
        "northern-ireland-stv",
        [
            ["10.00", "3.00", "5.00", "0.00", "0.00"],
            ["7.00", "5.22", "5.74", "0.00", "0.04"],
        ],
    ),
    "ERS97: a quota of 6.00 that B and C reach together; the first stage puts C first": (
        "ers97",
        [["10.00", "3.00", "5.00", "0.00", "0.00"], ["6.00", "6.00", "6.00", "0.00", "0.00"]],
    ),
    "PRSA: 3.999 over 8 papers is 0.499, 0.007 are lost, then B's first parcel goes": (
        "prsa-1977",
        [
            ["10.000", "3.000", "5.000", "0.000", "0.000"],
            ["6.001", "5.994", "5.998", "0.000", "0.007"],
            ["6.001", "2.994", "5.998", "3.000", "0.007"],
        ],
    ),
    "Meek by thirds: keep values settle where A has the quota of 5 2/3 and a bit": (
        "meek-nz",
        [["10.000000000", "3.000000000", "5.000000000", "0.000000000", "0.000000000"]],
    ),
}


@pytest.mark.parametrize(("rule", "stages"), STAGES.values(), ids=STAGES)
def test_a_surplus_moves_as_the_law_says(rule: str, stages: list[list[str]]) -> None:
    """To the last decimal place, with what is lost."""
    found = told(LAST_PARCEL, rule)
    assert found[: len(stages)] == stages
    assert len(found) == len(stages) or rule == "meek-nz"


def test_exact_fractions_lose_nothing_and_a_quota_must_be_exceeded() -> None:
    """Ten papers of A with a surplus of 4 over 10: 2.4 to B, 0.8 to C, 0.8 to nobody."""
    stages = told(LAST_PARCEL, "wigm")
    assert stages[1][:4] == ["6.000000000000", "5.400000000000", "5.800000000000", "0.800000000000"]
    assert stages[1][4] == "0.000000000000"


def test_sure_losers_go_together_under_the_minneapolis_ordinance() -> None:
    """C and D together have fewer votes than B, so both are defeated before A's surplus moves.

    A has the threshold of 9 and is elected together with B, once they fill both seats (a).
    """
    text = '4 2\n13 1 2 0\n8 2 0\n2 3 1 0\n1 4 0\n0\n"A"\n"B"\n"C"\n"D"\n"T"\n'
    ballots = read_blt(text.encode(), "hand.blt")
    record = tally_file(ballots, RULES["minneapolis-stv"], TallyOptions(), "hand.blt")
    assert record.stages[0].elected == ()
    assert record.stages[0].excluded == (2, 3)
    assert record.stages[1].of == (2, 3)
    assert record.stages[1].elected == (0, 1)
    assert [record.contest.candidates[candidate] for candidate in record.winners] == ["A", "B"]


THRESHOLDS = {
    "more for than against": ("simple-majority", (5, 4, 9), 0, "For"),
    "as many for as against": ("simple-majority", (4, 4, 0), 0, "Against"),
    "exactly two thirds": ("two-thirds", (6, 3, 9), 0, "For"),
    "just under two thirds": ("two-thirds", (65, 33, 0), 0, "Against"),
    "nobody votes": ("two-thirds", (0, 0, 3), 0, "Against"),
    "more than half of the electorate": ("majority-of-electorate", (6, 0, 0), 11, "For"),
    "half of the electorate": ("majority-of-electorate", (6, 0, 0), 12, "Against"),
}


@pytest.mark.parametrize(
    ("threshold", "votes", "electorate", "decision"), THRESHOLDS.values(), ids=THRESHOLDS
)
def test_a_motion_is_carried_by_its_threshold(
    threshold: str, votes: tuple[int, int, int], electorate: int, decision: str
) -> None:
    """Abstentions are no votes; an equal vote loses."""
    lines = "".join(f"{count} {at} 0\n" for at, count in enumerate(votes, start=1))
    text = f'3 1\n{lines}0\n"For"\n"Against"\n"Abstain"\n"A motion"\n'
    options = TallyOptions(threshold=threshold, electorate=electorate)
    record = tally_file(read_blt(text.encode(), "m.blt"), RULES["motion"], options, "m.blt")
    assert [record.contest.candidates[candidate] for candidate in record.winners] == [decision]


def test_no_rule_breaks_a_tie_by_the_order_of_the_list() -> None:
    """Two candidates whom nothing tells apart need a lot under every rule but the motion."""
    text = '2 1\n3 1 0\n3 2 0\n0\n"A"\n"B"\n"T"\n'
    for name, rule in RULES.items():
        options = TallyOptions(votes_each=rule.highest_score if name == "cumulative" else 1)
        ballots = read_blt(text.encode(), "tie.blt")
        if name == "motion" or name.startswith("condorcet"):
            continue
        with pytest.raises(LotsNeeded):
            tally_file(ballots, rule, options, "tie.blt")


def test_the_condorcet_rule_refuses_to_choose_from_a_circle() -> None:
    """A beats B, B beats C, C beats A: nobody is elected, and no lot is drawn."""
    text = '3 1\n1 1 2 3 0\n1 2 3 1 0\n1 3 1 2 0\n0\n"A"\n"B"\n"C"\n"Circle"\n'
    record = tally_file(
        read_blt(text.encode(), "c.blt"), RULES["condorcet"], TallyOptions(), "c.blt"
    )
    assert record.winners == ()
    assert record.stages[0].ties == ()


def test_re_open_nominations_leaves_its_seat_vacant() -> None:
    """It takes part like a candidate, and nobody is elected in its place."""
    text = '3 2\n9 3 1 0\n6 1 0\n2 2 0\n0\n"A"\n"B"\n"Nobody of these"\n"T"\n'
    ballots = read_blt(text.encode(), "ron.blt")
    options = TallyOptions(reopen="Nobody of these")
    record = tally_file(ballots, RULES["scottish-stv"], options, "ron.blt")
    assert [record.contest.candidates[candidate] for candidate in record.winners] == ["A"]
    assert record.reopened


def test_a_quorum_that_is_not_reached_decides_nothing() -> None:
    """Papers that came in count towards it, blank ones too."""
    text = '2 1\n3 1 0\n1 2 0\n2 0\n0\n"A"\n"B"\n"T"\n'
    ballots = read_blt(text.encode(), "q.blt")
    rule = RULES["first-past-the-post"]
    assert tally_file(ballots, rule, TallyOptions(quorum=6), "q.blt").winners == (0,)
    short = tally_file(ballots, rule, TallyOptions(quorum=7), "q.blt")
    assert (short.winners, short.stages, short.inquorate) == ((), (), True)


def test_a_countback_keeps_the_seats_of_those_who_stay() -> None:
    """B, who would be excluded if the papers were simply counted again, cannot be."""
    text = '4 2\n8 1 2 0\n5 2 0\n6 3 0\n6 4 3 0\n0\n"A"\n"B"\n"C"\n"D"\n"T"\n'
    ballots = read_blt(text.encode(), "v.blt")
    before = tally_file(ballots, RULES["wigm"], TallyOptions(lot_seed="1"), "v.blt")
    names = before.contest.candidates
    stays, leaves = (names[who] for who in reversed(before.winners))
    after = tally_file(ballots, RULES["wigm"], TallyOptions(lot_seed="1", vacate=leaves), "v.blt")
    elected = {names[candidate] for candidate in after.winners}
    assert stays in elected
    assert leaves not in elected
    assert len(elected) == 2


def test_a_rule_without_a_countback_says_so() -> None:
    """The law of Scottish councils holds a by-election."""
    text = '3 2\n5 1 0\n4 2 0\n1 3 0\n0\n"A"\n"B"\n"C"\n"T"\n'
    with pytest.raises(Refused, match="no provision for a countback"):
        tally_file(
            read_blt(text.encode(), "v.blt"), RULES["scottish-stv"], TallyOptions(vacate="A"), ""
        )


def test_an_exact_rule_with_a_limit_refuses_more_candidates() -> None:
    """Kemeny and Young's order is found among all orders."""
    names = "".join(f'"C{number}"\n' for number in range(15))
    text = f'15 1\n1 1 2 0\n0\n{names}"T"\n'
    with pytest.raises(Refused, match="at most 14 candidates"):
        tally_file(read_blt(text.encode(), "k.blt"), RULES["kemeny-young"], TallyOptions(), "")


MISFITS = {
    "two seats under a rule for one": ("alternative-vote", {"seats": 2}, "fills 1 seat"),
    "a limited vote without its number": ("limited-vote", {}, "needs the number of votes"),
    "a motion of two choices": ("motion", {}, "three choices"),
    "a stranger who withdraws": ("borda", {"withdrawn": ("Zed",)}, "no candidate 'Zed'"),
}


@pytest.mark.parametrize(("rule", "options", "said"), MISFITS.values(), ids=MISFITS)
def test_a_file_and_a_rule_that_do_not_fit_are_refused(
    rule: str, options: dict[str, object], said: str
) -> None:
    """With what would fit."""
    ballots = read_blt(b'2 1\n1 1 0\n0\n"A"\n"B"\n"T"\n', "f.blt")
    with pytest.raises(BadInput, match=said):
        tally_file(ballots, RULES[rule], TallyOptions(**options), "f.blt")  # type: ignore[arg-type]
