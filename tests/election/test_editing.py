"""A scrutineer's key goes into the text of a definition, and nothing else changes."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.election.editing import with_key
from ccin_vote.errors import BadInput, Refused

KEY = "ccin-vote-key1.AbC-_9"

EDITS = {
    "an empty key": (
        '# é\n[[scrutineers]]\nname = "Ben"\nkey = ""\n',
        f'# é\n[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n',
    ),
    "an empty key with a comment": (
        "[[scrutineers]]\nkey=''  # his = \"own\"\nname='Ben'",
        f"[[scrutineers]]\nkey=\"{KEY}\"  # his = \"own\"\nname='Ben'",
    ),
    "no key": (
        '[[scrutineers]]\n  name = "Ben" # he\n  email = "b@example.org"\n',
        f'[[scrutineers]]\n  name = "Ben" # he\n  key = "{KEY}"\n  email = "b@example.org"\n',
    ),
    "no key and no line break at the end": (
        '[[scrutineers]]\nname = "Ben"',
        f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n',
    ),
    "lines as Windows ends them": (
        '\ufeff[[scrutineers]]\r\nname = "Ben"\r\n\r\n',
        f'\ufeff[[scrutineers]]\r\nname = "Ben"\r\nkey = "{KEY}"\r\n\r\n',
    ),
    "the second of two": (
        '[[scrutineers]]\nname = "Ada"\nkey = ""\n[[scrutineers]]\nname = "Ben"\nkey = ""\n',
        (
            '[[scrutineers]]\nname = "Ada"\nkey = ""\n'
            f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n'
        ),
    ),
    "inline tables": (
        'scrutineers = [{name = "Ada"}, {name = "Ben"}]\n',
        f'scrutineers = [{{name = "Ada"}}, {{name = "Ben", key = "{KEY}"}}]\n',
    ),
    "a line separator in a text before": (
        'x = "\u2028"\n[[scrutineers]]\nname = "Ben"\n',
        f'x = "\u2028"\n[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n',
    ),
    "a text before that looks like a table": (
        'x = """\n[[scrutineers]]\nname = "Ben"\n"""\n[[scrutineers]]\nname = "Ben"\nkey = ""\n',
        (
            'x = """\n[[scrutineers]]\nname = "Ben"\n"""\n'
            f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n'
        ),
    ),
    "tables by turns": (
        '[[scrutineers]]\nname = "Ada"\n[[tellers]]\nname = "Cy"\n[[scrutineers]]\nname = "Ben"\n',
        (
            '[[scrutineers]]\nname = "Ada"\n[[tellers]]\nname = "Cy"\n'
            f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n'
        ),
    ),
    "somebody who is both": (
        '[[tellers]]\nname = "Ben" \n# he\n[[scrutineers]]\nname = "Ben"\nkey = ""\n',
        (
            f'[[tellers]]\nname = "Ben" \nkey = "{KEY}"\n# he\n'
            f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}"\n'
        ),
    ),
    "an inline table with spaces and more keys": (
        'scrutineers = [\n  { name = "Ben" , votes = 1 }, # he\n]\n',
        f'scrutineers = [\n  {{ name = "Ben", key = "{KEY}" , votes = 1 }}, # he\n]\n',
    ),
    "the same key already": (
        f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}" #x\n',
        f'[[scrutineers]]\nname = "Ben"\nkey = "{KEY}" #x\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), EDITS.values(), ids=EDITS)
def test_the_key_is_put_in_and_all_else_stays(before: str, after: str) -> None:
    """Comments, spaces, line endings and the other scrutineers stay, character by character."""
    assert with_key(before, "Ben", KEY) == after


@given(st.text("ab#\"'[]=\u2028é ", min_size=1, max_size=8), st.text("# \t", max_size=3))
def test_any_name_can_have_a_key(name: str, indent: str) -> None:
    """A name of quotation marks, brackets and hashes is found, and its key is read back."""
    indent = indent.replace("#", " ")
    written = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = f'x = 1\n{indent}[[scrutineers]]\n{indent}name = {written}\n[y]\nz = "k"\n'
    after = with_key(text, name, KEY)
    assert tomllib.loads(after) == tomllib.loads(text) | {
        "scrutineers": [{"name": name, "key": KEY}]
    }


def test_an_unknown_scrutineer_is_refused_with_the_nearest_name() -> None:
    """A misspelt name changes nothing and is answered with the one that is meant."""
    with pytest.raises(Refused, match="no scrutineer or teller 'Bne'") as caught:
        with_key('[[scrutineers]]\nname = "Ben"\n', "Bne", KEY)
    assert caught.value.remedy == "did you mean 'Ben'?"


def test_another_key_is_not_replaced() -> None:
    """A key that is there stays until a person takes it out."""
    with pytest.raises(Refused, match="another key") as caught:
        with_key('[[scrutineers]]\nname = "Ben"\nkey = "old"\n', "Ben", KEY)
    assert 'set key = ""' in caught.value.remedy


def test_a_text_that_cannot_be_edited_safely_is_refused() -> None:
    """A definition in which the key has no place of its own is left to a person."""
    with pytest.raises(Refused, match="cannot be put") as caught:
        with_key('scrutineers = [{name = "Ben"}]\nx = nan\n', "Ben", KEY)
    assert KEY in caught.value.remedy


@pytest.mark.parametrize("data", [b"a = ", b"", b"# \xe9"], ids=["no value", "empty", "Latin-1"])
def test_a_text_that_is_not_toml_is_bad_input(data: bytes) -> None:
    """A definition that is broken in the meantime is named as such."""
    with pytest.raises(BadInput, match=r"election\.toml:1"):
        with_key(data.decode("utf-8", "surrogateescape"), "Ben", KEY)
