"""Canonical bytes: one spelling of every value, and every other spelling refused."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.canonical import (
    Json,
    NotCanonical,
    bound,
    from_base64url,
    read_json,
    to_base64url,
    write_json,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_the_bytes_are_those_of_another_implementation(value: Json) -> None:
    """RFC 8785 as other people read it."""
    assert write_json(value) == rfc8785.dumps(value)


@given(VALUES)
def test_every_value_reads_back(value: Json) -> None:
    """Writing and reading are inverse, and writing again gives the same bytes."""
    data = write_json(value)
    assert read_json(data) == value
    assert write_json(read_json(data)) == data


@given(VALUES)
def test_any_other_spelling_is_refused(value: Json) -> None:
    """Spaces, another order and escapes make the same value; they are not canonical."""
    spaced = json.dumps(value, indent=1).encode()
    if spaced != write_json(value):
        with pytest.raises(NotCanonical):
            read_json(spaced)


REFUSED = {
    "a number with a point": b'{"a":1.0}',
    "a number that is too large": b"9007199254740992",
    "not a number": b"NaN",
    "keys in another order": b'{"b":1,"a":2}',
    "a key that stands twice": b'{"a":1,"a":1}',
    "a space": b'{"a": 1}',
    "an escape that is not needed": b'"\\u0041"',
    "bytes that are not UTF-8": b'"\xff"',
    "half a surrogate pair": b'"\\ud800"',
    "nothing": b"",
    "a newline at the end": b"1\n",
    "a million brackets": b"[" * 1_000_000,
    "a thousand digits": b"9" * 1000,
    "digits beyond what Python reads": b"9" * 10_000,
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_the_tool_would_not_write_is_refused(data: bytes) -> None:
    """One kind of error, whatever the bytes."""
    with pytest.raises(NotCanonical):
        read_json(data)


@given(st.binary(max_size=40))
def test_binary_reads_back_in_one_spelling(data: bytes) -> None:
    """Padding, the other alphabet and loose bits at the end are refused."""
    text = to_base64url(data)
    assert from_base64url(text, len(data)) == data
    for other in (f"{text}=", f"{text}\n", f" {text}"):
        with pytest.raises(NotCanonical):
            from_base64url(other)


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_no_two_lists_of_parts_give_the_same_bytes(one: list[bytes], two: list[bytes]) -> None:
    """Each part is preceded by its length."""
    assert (bound("label", *one) == bound("label", *two)) == (one == two)
