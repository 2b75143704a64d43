"""Places: every path that ``tomllib`` finds has the line where it stands."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.positions import Path, line_of, places

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = {
    "a comment with brackets": ("# [x] = {\na = 1", {("a",): 2}),
    "a comment behind a value": ("a = 1 # ] b = 2\nb = 2", {("a",): 1, ("b",): 2}),
    "a hash and brackets in a text": ("a = \"#[{\"\nb = '#]'\nc = 1", {("b",): 2, ("c",): 3}),
    "an escaped quotation mark": ('a = "\\"]"\nb = 1', {("b",): 2}),
    "a text over lines": ('a = """\nb = 1\n[c]\n"""\nd = 1', {("a",): 1, ("d",): 5}),
    "a text that ends in quotation marks": ('a = """x"""""\nb = 1', {("b",): 2}),
    "a literal text over lines": ("a = '''\n\\'''\nb = 1", {("b",): 3}),
    "an empty text over lines": ('a = """"""\nb = 1', {("b",): 2}),
    "a list over lines": ("a = [\n  1, # ]\n  2,\n]\nb = 1", {("a", 1): 3, ("b",): 5}),
    "a list in a list": ("a = [[1],\n[2,\n3]]", {("a", 1, 0): 2, ("a", 1, 1): 3}),
    "an inline table": ("a = {b = 1, c.d = 2}", {("a", "b"): 1, ("a", "c", "d"): 1}),
    "inline tables in a list": ("a = [\n{b = 1},\n{b = 2},\n]", {("a", 1, "b"): 3}),
    "a dotted key": ("a . b.c = 1\na.d = 2", {("a", "b", "c"): 1, ("a", "d"): 2}),
    "a quoted key": (
        '"a.b" = 1\n\'c d\' = 2\n"\\u00e9" = 3',
        {("a.b",): 1, ("c d",): 2, ("é",): 3},
    ),
    "a table": ("\n[a]\nb = 1\n[ a . c ]\nd = 1", {("a",): 2, ("a", "b"): 3, ("a", "c", "d"): 5}),
    "an array of tables": (
        "[[a]]\nb = 1\n[[a]]\nb = 2",
        {("a", 0): 1, ("a", 1): 3, ("a", 1, "b"): 4},
    ),
    "an array of tables in one": (
        "[[a]]\n[[a.b]]\nc = 1\n[[a]]\n[[a.b]]\n[[a.b]]\nc = 2",
        {("a", 0, "b", 0, "c"): 3, ("a", 1, "b", 0): 5, ("a", 1, "b", 1, "c"): 7},
    ),
    "a table in an array": ("[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2", {("a", 1, "b", "c"): 6}),
    "lines as Windows ends them": ("a = 1\r\n\r\n[b]\r\nc = 2\r\n", {("b",): 3, ("b", "c"): 4}),
    "a line separator that is no line break": ('a = "\u2028\u0085"\nb = 1', {("b",): 2}),
    "a date with a space": ("a = 2026-12-11 12:00:00 # noon\nb = 1", {("b",): 2}),
}


@pytest.mark.parametrize(("text", "lines"), LINES.values(), ids=LINES)
def test_a_key_stands_where_it_is_written(text: str, lines: dict[Path, int]) -> None:
    """Each path has its line, whatever stands around it."""
    assert set(lines) <= set(paths_of(tomllib.loads(text)))
    found = places(text)
    assert {path: found[path].line for path in lines} == lines


@pytest.mark.parametrize("text", [text for text, _ in LINES.values()], ids=LINES)
def test_the_paths_are_those_of_tomllib(text: str) -> None:
    """No path is left out, and none is made up."""
    assert set(places(text)) == set(paths_of(tomllib.loads(text)))


def test_a_value_can_be_cut_out() -> None:
    """The place of a key spans its value, without the comment behind it."""
    text = 'a = "x" # y\nb = [1,\n 2] # z\nc = 1979-05-27 07:32:00  \n'
    found = places(text)
    cut = [text[found[path].start : found[path].end] for path in (("a",), ("b",), ("c",))]
    assert cut == ['"x"', "[1,\n 2]", "1979-05-27 07:32:00"]


def test_what_is_not_there_stands_at_what_is_around_it() -> None:
    """A missing key is shown at its table, and a missing table at the first line."""
    found = places("\n[a]\nb = 1\n")
    assert [line_of(found, path) for path in (("a", "x"), ("a", "b", 0), ("x",))] == [2, 3, 1]


keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
leaves = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.integers(-(2**60), 2**60)
    | st.booleans()
    | st.datetimes()
    | st.floats(allow_nan=False)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(keys, values, max_size=5)


@given(documents, st.booleans())
def test_every_path_of_a_written_document_is_found(
    document: dict[str, Any],
    multiline: bool,  # noqa: FBT001  (an example, not an option)
) -> None:
    """Whatever ``tomli_w`` writes, the index has exactly the paths that ``tomllib`` reads."""
    text = tomli_w.dumps(document, multiline_strings=multiline)
    found, read = places(text), tomllib.loads(text)
    assert set(found) == set(paths_of(read))
    assert all(1 <= place.line <= text.count("\n") + 1 for place in found.values())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1))
def test_a_key_is_on_the_line_of_its_own(names: list[str]) -> None:
    """Keys written one a line, with values over two lines, are found on these lines."""
    unique = list(dict.fromkeys(names))
    text = "".join(f"{_written(name)} = [\n0]\n" for name in unique)
    assert [places(text)[(name,)].line for name in unique] == list(range(1, 2 * len(unique), 2))


def _written(name: str) -> str:
    return (
        json.dumps(name, ensure_ascii=True).replace("\x7f", "\\u007f")
        if name.isascii()
        else (tomli_w.dumps({name: 0}).rpartition(" = ")[0])
    )


def paths_of(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield every path below a parsed value, and its own."""
    if path:
        yield path
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, item in inner:
        yield from paths_of(item, (*path, key))
