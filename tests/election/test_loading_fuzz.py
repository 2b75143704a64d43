"""Whatever a definition holds, reading it gives a definition or mistakes, and raises nothing."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.loading import parse_definition

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_mistakes(data: bytes) -> None:
    """Arbitrary bytes raise nothing and are never a definition."""
    definition, mistakes = parse_definition(data, "election.toml")
    assert definition is None
    assert mistakes


pieces = st.sampled_from(
    [*GOOD.split("\n"), '"', "[", "]", "{", "}", "=", "#", "0", "-1", "[]", "{}", "nan", "''", "."]
)


@given(st.lists(st.tuples(st.integers(0, GOOD.count("\n")), pieces), min_size=1, max_size=4))
def test_a_good_file_with_lines_changed_raises_nothing(changes: list[tuple[int, str]]) -> None:
    """Lines put in anywhere give either a definition or mistakes with lines of the file."""
    lines = GOOD.split("\n")
    for at, piece in changes:
        lines.insert(at, piece)
    check(("\n".join(lines)).encode())


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.binary(max_size=6))
def test_a_good_file_with_bytes_changed_raises_nothing(at: int, cut: int, new: bytes) -> None:
    """Bytes cut out and put in anywhere give either a definition or mistakes."""
    data = GOOD.encode()
    check(data[:at] + new + data[at + cut :])


values = st.sampled_from(
    ['""', '"x"', "0", "-1", "99999999999999999999", "1.5", "nan", "true", "[]", "[1]", "{}",
     "{x=1}", "[{}]", "[[]]", "1979-05-27", "07:32:00", "1979-05-27T07:32:00",
     "2026-01-01T00:00:00+23:59", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"]
)  # fmt: skip


@given(st.sampled_from([part for part in GOOD.split("\n") if " = " in part]), values)
def test_any_value_in_any_place_raises_nothing(line: str, value: str) -> None:
    """Each key with a value of every type gives either a definition or mistakes."""
    check(GOOD.replace(line, f"{line.partition(' = ')[0]} = {value}", 1).encode())


def check(data: bytes) -> None:
    """Either a definition or mistakes; each can be shown and stands at a line of the file."""
    definition, mistakes = parse_definition(data, "election.toml")
    assert (definition is None) == bool(mistakes)
    for mistake in mistakes:
        assert mistake.line is not None
        assert 1 <= mistake.line <= data.count(b"\n") + 1
        assert str(mistake).isprintable() or "\n" in str(mistake)
