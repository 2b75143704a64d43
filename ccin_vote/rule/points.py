"""Rules that add up marks or points: the highest totals are elected."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.ruleset import (
    Clause,
    Marking,
    Marks,
    Motion,
    Point,
    Points,
    RuleSet,
    Ties,
    Unclear,
)

LOT_WORDS = "If candidates are equal for the last place, a lot decides."

FIRST_PAST_THE_POST = RuleSet(
    name="first-past-the-post",
    version="1983",
    title="First past the post",
    citation="Representation of the People Act 1983, schedule 1, rules 17, 18, 47 and 49",
    summary="each voter marks one candidate; the candidate with most votes is elected",
    method=Points(point=Point.MARK, marks=Marks.ONE),
    marking=Marking.CROSS,
    ties=Ties.LOT,
    one_seat=True,
    tie_words="If the first candidates have equal votes, a lot decides.",
    clauses=(
        Clause("rule 17", "No more candidates than seats: they are elected without a ballot."),
        Clause("rule 18", "The votes given to each candidate are counted; most votes elect."),
        Clause("rule 47", "A paper with votes for more than one candidate, or unmarked, is void."),
        Clause("rule 49", "Equal votes: a lot decides, and counts as one more vote."),
    ),
)

BLOCK_VOTE = RuleSet(
    name="block-vote",
    version="2006",
    title="Block vote",
    citation=(
        "The Local Elections (Principal Areas) (England and Wales) Rules 2006 (SI 2006/3304),"
        " schedule 2"
    ),
    summary="each voter marks as many candidates as there are seats; the most votes are elected",
    method=Points(point=Point.MARK, marks=Marks.AS_MANY_AS_SEATS),
    marking=Marking.CROSSES,
    ties=Ties.LOT,
    guards=True,
    tie_words=LOT_WORDS,
    clauses=(
        Clause("marking", "A voter may mark as many candidates as there are seats, or fewer."),
        Clause("void papers", "A paper with more marks than seats, or with none, is not counted."),
        Clause("counting", "Each mark is one vote. The candidates with most votes are elected."),
        Clause("equal votes", "A lot decides, and counts as one more vote."),
    ),
)

LIMITED_VOTE = replace(
    BLOCK_VOTE,
    name="limited-vote",
    version="1867",
    title="Limited vote",
    citation="Representation of the People Act 1867, section 9 (three seats, two votes each)",
    summary="each voter marks fewer candidates than there are seats; the most votes are elected",
    method=Points(point=Point.MARK, marks=Marks.AS_STATED),
    clauses=(
        Clause("section 9", "A voter has the stated number of votes (`votes_each`), one a mark."),
        Clause("void papers", "A paper with more marks than votes, or with none, is not counted."),
        Clause("counting", "Each mark is one vote. The candidates with most votes are elected."),
        Clause("equal votes", "A lot decides."),
    ),
)

SNTV = replace(
    FIRST_PAST_THE_POST,
    name="sntv",
    version="1",
    title="Single non-transferable vote",
    citation="Grofman and others, Elections in Japan, Korea and Taiwan under the SNTV (1999)",
    summary="each voter marks one candidate; several seats go to those with most votes",
    one_seat=False,
    guards=True,
    tie_words=LOT_WORDS,
    clauses=(
        Clause("marking", "A voter marks one candidate, however many seats there are."),
        Clause("void papers", "A paper with more than one mark, or with none, is not counted."),
        Clause("counting", "The candidates with most votes are elected."),
        Clause("equal votes", "A lot decides."),
    ),
)

APPROVAL = replace(
    BLOCK_VOTE,
    name="approval",
    version="1978",
    title="Approval voting",
    citation="Brams and Fishburn, Approval Voting, American Political Science Review 72 (1978)",
    summary="each voter marks every candidate of whom the voter approves; most marks elect",
    method=Points(point=Point.MARK, marks=Marks.ANY),
    clauses=(
        Clause("marking", "A voter marks any number of candidates."),
        Clause("void papers", "A paper without a mark is blank."),
        Clause("counting", "Each mark is one vote. The candidates with most votes are elected."),
        Clause("ballot files", "Every candidate on a line is marked; the order says nothing."),
        Clause("equal votes", "A lot decides."),
    ),
)

SCORE = RuleSet(
    name="score",
    version="1",
    title="Score voting",
    citation="Smith, Range Voting (2000): sums of scores, here from 0 to 10",
    summary="each voter scores candidates from 0 to 10; the highest totals are elected",
    method=Points(point=Point.SCORE),
    marking=Marking.SCORES,
    ties=Ties.LOT,
    tie_words=LOT_WORDS,
    guards=True,
    highest_score=10,
    equal=Unclear.ALLOWED,
    skipped=Unclear.ALLOWED,
    clauses=(
        Clause("marking", "A voter gives each candidate a whole number from 0 to 10."),
        Clause("no score", "A candidate without a score has 0."),
        Clause("void papers", "A paper without any score, or with a score above 10, is informal."),
        Clause("counting", "Scores are added up. The candidates with most points are elected."),
        Clause(
            "ballot files",
            "The first place of a line stands for 10, the second for 9, and so on; `=` gives"
            " several candidates one score, and `-` leaves a score out.",
        ),
        Clause("equal totals", "A lot decides."),
    ),
)

BORDA = RuleSet(
    name="borda",
    version="1781",
    title="Borda count",
    citation="Borda, Memoire sur les elections au scrutin (1781)",
    summary="of n candidates a first preference gives n points, a second n - 1, and so on",
    method=Points(point=Point.BORDA),
    marking=Marking.RANKING,
    ties=Ties.LOT,
    tie_words=LOT_WORDS,
    guards=True,
    places=6,
    equal=Unclear.ALLOWED,
    clauses=(
        Clause("marking", "A voter ranks as many candidates as the voter wishes."),
        Clause("points", "With n candidates a first preference gives n points, a second n - 1 ..."),
        Clause(
            "equal and unranked",
            "Candidates in one place share its points equally: with the places below it if they"
            " are several. Those not ranked share the points that are left.",
        ),
        Clause("counting", "The candidates with most points are elected."),
        Clause("equal points", "A lot decides."),
    ),
)

DOWDALL = replace(
    BORDA,
    name="dowdall",
    version="1971",
    title="Dowdall system (Nauru)",
    citation="Electoral Act 1971 (Nauru); Fraenkel and Grofman, The Borda Count and its real-world"
    " alternatives (2014)",
    summary="a first preference gives 1 point, a second a half, a third a third, and so on",
    method=Points(point=Point.DOWDALL),
    equal=Unclear.STOP,
    clauses=(
        Clause("marking", "A voter ranks candidates. Nauru wants all ranked; here one suffices."),
        Clause("points", "A first preference gives 1 point, a second 1/2, a third 1/3 ..."),
        Clause("unranked", "Candidates who are not ranked have no point from that paper."),
        Clause(
            "exactness",
            "Points are compared as exact fractions; the table shows six places of them.",
        ),
        Clause("counting", "The candidates with most points are elected; equal points: a lot."),
    ),
)

MOTION = RuleSet(
    name="motion",
    version="1",
    title="Motion",
    citation="Citrine, ABC of Chairmanship: votes for, against, and abstentions",
    summary="for, against or abstain; carried if it reaches the threshold",
    method=Motion(),
    marking=Marking.CROSS,
    ties=Ties.LOT,
    tie_words="A motion with equal votes for and against is lost; no lot is drawn.",
    one_seat=True,
    clauses=(
        Clause("marking", "A voter marks one of: for, against, abstain."),
        Clause(
            "simple-majority", "Carried by more votes for than against; who abstains has no part."
        ),
        Clause(
            "two-thirds", "Carried if at least two thirds of the votes for and against are for."
        ),
        Clause(
            "majority-of-electorate", "Carried if more than half of all entitled votes are for."
        ),
        Clause("equal votes", "The motion is lost: everything stays as it was."),
    ),
)

CUMULATIVE = replace(
    SCORE,
    name="cumulative",
    version="1870",
    title="Cumulative vote",
    citation="Elementary Education Act 1870, section 29 (school boards); Sawyer and MacRae, APSR 56"
    " (1962)",
    summary="each voter spreads a number of votes over the candidates; the most votes are elected",
    method=Points(point=Point.SCORE, marks=Marks.AS_STATED),
    highest_score=20,
    clauses=(
        Clause(
            "section 29",
            "A voter has the stated number of votes (`votes_each`), and may give all of them to one"
            " candidate or spread them as the voter wishes: a whole number beside each name.",
        ),
        Clause(
            "void papers", "A paper that gives more votes than the voter has, or none, is void."
        ),
        Clause("counting", "The votes are added up. The candidates with most votes are elected."),
        Clause(
            "ballot files",
            "The first place of a line stands for 20 votes, the second for 19, and so on; `=` gives"
            " several candidates the same number, and `-` leaves a number out.",
        ),
        Clause("equal votes", "A lot decides."),
    ),
)

POINT_RULES = (
    FIRST_PAST_THE_POST,
    BLOCK_VOTE,
    LIMITED_VOTE,
    SNTV,
    APPROVAL,
    SCORE,
    CUMULATIVE,
    BORDA,
    DOWDALL,
    MOTION,
)
"""The rules of this file."""
