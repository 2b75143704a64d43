"""Albany's council election of 2022, and the reference Meek count of Hill, Wichmann and Woodall."""

from __future__ import annotations

from fractions import Fraction

from tests.official.reference import expected, near, states, tallied, winners


def test_albany_2022_is_reproduced_stage_by_stage() -> None:
    """Quota and votes of every official stage; the last state is not from the official report."""
    published = expected("albany-2022")
    record = tallied("albany-stv", "albany-2022")
    assert set(winners(record)) == set(published["winners"])
    ours = states(record)
    for at, stage in enumerate(published["stages"][:4]):
        assert record.stages[at].quota is not None
        assert Fraction(str(record.stages[at].quota)) == Fraction(stage["quota"])
        told: dict[str, str | None] = {name: str(votes) for name, votes in stage["votes"].items()}
        assert near(ours[at], told, Fraction(0))


def test_the_reference_meek_count_is_reproduced_where_it_was_published() -> None:
    """Votes, quota and non-transferable votes, to the two places that the reference gives.

    The reference shows the states after surpluses were distributed. The last one is not ours: by
    then all seats are filled, and we end without distributing once more.
    """
    published = expected("ers97-model")
    record = tallied("meek", "ers97-model")
    assert set(winners(record)) == set(published["winners"])
    ours = states(record)
    cent = Fraction(1, 100)
    for stage in published["stages"][:-1]:
        assert any(
            near(state, stage["votes"], cent)
            and abs(Fraction(str(told.quota)) - Fraction(stage["quota"])) <= cent
            and abs(Fraction(str(told.tally.non_transferable)) - Fraction(stage["exhausted"]))
            <= cent
            for state, told in zip(ours, record.stages, strict=True)
        ), stage["reference_stage"]
