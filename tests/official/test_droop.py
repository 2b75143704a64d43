"""What the program droop committed as its expected output, where its rule is one of ours.

| droop's rule and arithmetic | our rule | compared |
|---|---|---|
| scotland, fixed 5 | scottish-stv | every stage, exactly |
| mpls, fixed 4 | minneapolis-stv | every stage but the last, exactly |
| wigm, rational and guarded 18+9 | wigm | every stage, to twelve places |
| meek, rational and guarded 18+9 | meek | the elected, and every state where both have converged |
| warren, rational and guarded 18+9 | warren | the same |
| meek-prf, fixed 9 | meek-prf | every stage, exactly |
| wigm-prf, wigm-prf-batch, fixed 4 | none: that rule transfers no surplus below a limit | - |
| cfer, cfer-batch, fixed 5 | none: the rules of Californians for Electoral Reform | - |
| qpq, guarded 9+9 | none: quota preferential by quotient is another family | - |

droop excludes sure losers of the Meek family together and before it has converged; Hill, Wichmann
and Woodall exclude one at a time. So states in between differ, and only converged ones of the same
continuing candidates are compared. ``mpls-undeclared`` treats one candidate as the heap of
undeclared write-ins, which is defeated first: we have no such candidate.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.official.reference import cases, expected, near, states, tallied, winners

FOLDER = "droop-reference"
OURS = {
    "scotland-fixed-p5-d5": "scottish-stv",
    "mpls-fixed-p4-d4": "minneapolis-stv",
    "wigm-rational-d12": "wigm",
    "wigm-guarded-p18-g9-d18": "wigm",
    "meek-o10-rational-d12": "meek",
    "meek-o9-guarded-p18-g9-d18": "meek",
    "warren-o10-rational-d12": "warren",
    "warren-o9-guarded-p18-g9-d18": "warren",
    "meek-prf-o6-fixed-p9-d9": "meek-prf",
}
ANOTHER_RULE = ("cfer-", "cfer-batch-", "qpq-", "wigm-prf-")
NOT_OURS = {"mpls-undeclared-mpls-fixed-p4-d4": "a heap of undeclared write-ins is no candidate"}
TIED_OTHERWISE = {
    "42t-meek-o10-rational-d12": "droop excludes Helen as 'tied' with who has the same votes",
    "42t-warren-o9-guarded-p18-g9-d18": "the same",
}
EXACT = {
    "scottish-stv": Fraction(0),
    "minneapolis-stv": Fraction(0),
    "meek-prf": Fraction(0),
    "wigm": Fraction(2, 10**12),
}
CONVERGED = Fraction(1, 10**6)


def rule_of(case: str) -> str | None:
    """Return our rule for a case, by the end of its name."""
    return next((ours for theirs, ours in OURS.items() if case.endswith(theirs)), None)


CASES = [(case, rule_of(case)) for case in cases(FOLDER) if rule_of(case) and case not in NOT_OURS]


def test_every_case_has_a_rule_of_ours_or_a_reason() -> None:
    """No case is dropped in silence."""
    for case in cases(FOLDER):
        theirs = expected(FOLDER, case)["rule"].removeprefix("droop:")
        assert rule_of(case) or theirs.startswith(ANOTHER_RULE), case


@pytest.mark.parametrize(("case", "rule"), CASES, ids=[case for case, _ in CASES])
def test_the_same_are_elected(case: str, rule: str) -> None:
    """The names that droop elects, where ties fall in its order."""
    if case in TIED_OTHERWISE:
        pytest.skip(TIED_OTHERWISE[case])
    assert set(winners(tallied(rule, FOLDER, case))) == set(expected(FOLDER, case)["winners"])


@pytest.mark.parametrize(
    ("case", "rule"),
    [one for one in CASES if one[1] in EXACT],
    ids=[case for case, rule in CASES if rule in EXACT],
)
def test_every_stage_has_the_same_votes(case: str, rule: str) -> None:
    """Each of our states is one of droop's, and in its order."""
    theirs = [stage["votes"] for stage in expected(FOLDER, case)["stages"]]
    ours = states(tallied(rule, FOLDER, case))
    at = 0
    for state in ours[: -1 if rule == "minneapolis-stv" else None]:
        at = next(n for n in range(at, len(theirs)) if near(state, theirs[n], EXACT[rule]))
    assert ours


@pytest.mark.parametrize(
    ("case", "rule"),
    [one for one in CASES if one[1] in {"meek", "warren"}],
    ids=[case for case, rule in CASES if rule in {"meek", "warren"}],
)
def test_converged_states_have_the_same_votes(case: str, rule: str) -> None:
    """Where droop stopped for its tolerance and we excluded from the same field, votes agree."""
    ours = {}
    record = tallied(rule, FOLDER, case)
    for stage, state in zip(record.stages, states(record), strict=True):
        if stage.excluded:
            ours[frozenset(name for name, votes in state.items() if votes)] = state
    compared = 0
    for stage in expected(FOLDER, case)["stages"]:
        field = frozenset(
            name for name, votes in stage["votes"].items() if votes and Fraction(votes)
        )
        if stage["msg"] == "Iterate (omega)" and field in ours:
            assert near(ours[field], stage["votes"], CONVERGED)
            compared += 1
    first = [stage for stage in expected(FOLDER, case)["stages"] if stage["tag"] == "begin"]
    assert near(states(record)[0], first[0]["votes"], CONVERGED)
    assert compared or len(record.stages) < 4 or "SC" in case or "M135" in case
