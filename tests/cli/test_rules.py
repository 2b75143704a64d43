"""`rules` as anyone runs it: the list, a search in it, and names that are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.command import run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_list_is_in_the_words_of_a_constitution_and_fits_eighty_columns() -> None:
    """Headings say what a voter writes and how it is counted."""
    out = run("rules").stdout
    assert max(map(len, out.splitlines())) <= 80
    assert "Crosses: the most votes win" in out
    assert '"the last batch", "the last parcel"' in out
    words = " ".join(out.split())
    assert "(a quota to two decimal places; votes to two decimal places;" in words
    assert "Places can be reserved for groups under these rules: block-vote," in words


def test_a_rule_is_told_in_eighty_columns() -> None:
    """Its first line too."""
    assert max(map(len, run("rules", "scottish-stv").stdout.splitlines())) <= 80


def test_words_find_a_rule_and_show_the_clause() -> None:
    """The best first, in eighty columns; nothing on stderr."""
    done = run("rules", "--find", "quota two decimals")
    assert done.stdout.startswith("ers97: Single transferable vote (Electoral Reform Society")
    assert "  - 5.1.6: The quota: the valid votes divided by the seats" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == ""


def test_very_many_rules_are_cut_short_and_it_is_said() -> None:
    """Of a word that most rules have."""
    out = run("rules", "--find", "lot").stdout
    assert out.count(": ") > 12
    assert "another word leaves fewer, and --json gives all." in out


def test_words_of_several_clauses_are_said_to_be_so() -> None:
    """No clause of the Society's rules has both."""
    out = run("rules", "--find", "casual decimals batches").stdout
    assert out.startswith("No one clause has all of these words; rules that have them in several:")


def test_a_search_gives_json_with_the_clauses() -> None:
    """Each rule as `rules --json` gives it, and what matched."""
    (found,) = json.loads(run("rules", "--find", "quota 0.01", "--json").stdout)
    assert found["name"] == "ers97"
    assert "5.1.6" in [candidate["source"] for candidate in found["matched"]]
    assert found["in_one_clause"] is True
    assert found["group"].startswith("Single transferable vote: the papers last received")


def test_one_rule_can_be_searched() -> None:
    """With its name before the words."""
    out = run("rules", "scottish-stv", "--find", "lot").stdout
    assert "scottish-stv:" in out
    assert "ers97" not in out


FRUITLESS = {
    "one word too many": (
        "quota xyzzy decimals",
        1,
        "fewer words: `ccin-vote rules --find 'quota decimals'` finds ers97",
    ),
    "a word that is nowhere": ("xyzzy", 1, "such as quota, surplus or lot;"),
    "no word": (" . ", 2, '--find "quota two decimals"'),
    "control characters": ("\x1b[31m", 1, "No rule has all of these words: \\u001b[31m"),
}


@pytest.mark.parametrize(("query", "code", "said"), FRUITLESS.values(), ids=FRUITLESS.keys())
def test_nothing_found_says_what_to_try(query: str, code: int, said: str) -> None:
    """Exit 1, or 2 if nothing was asked."""
    done = run("rules", "--find", query, code=code)
    assert done.stdout == ""
    assert said in done.stderr
    assert "\x1b" not in done.stderr


def test_nothing_found_is_an_empty_list_in_json() -> None:
    """And exit 1 still."""
    assert json.loads(run("rules", "--find", "xyzzy", "--json", code=1).stdout) == []


def test_a_wrong_name_is_told_what_it_means_wherever_a_rule_is_named(tmp_path: Path) -> None:
    """`rules NAME`, `tally --rule` and `--what-if`."""
    file = tmp_path / "a.blt"
    file.write_text('2 1\n2 1 0\n1 2 0\n0\n"Ann"\n"Bob"\n"Chair"\n', "utf-8")
    stv = "did you mean 'scottish-stv', 'ers97', 'wigm', 'meek',"
    for arguments in (
        ("rules", "stv"),
        ("tally", str(file), "--rule", "stv"),
        ("tally", str(file), "--rule", "borda", "--what-if", "stv"),
    ):
        done = run(*arguments, code=2)
        assert stv in done.stderr
        assert "sntv" not in done.stderr


@pytest.mark.parametrize("name", ["ERS97", "Scottish_STV", "scottish stv"])
def test_a_rule_is_named_in_any_spelling_of_its_name(name: str) -> None:
    """Capital letters, spaces and underscores make no difference on the command line."""
    done = run("rules", name)
    assert done.returncode == 0
    assert "reserved places" in done.stdout


def test_a_whole_sentence_is_answered_with_the_likeliest_rules() -> None:
    """And with what to do before one is chosen."""
    done = run("rules", "--find", "at least two of the places shall be held by women")
    assert done.returncode == 0
    assert done.stdout.startswith("No one clause has all of these words. These rules come nearest")
    assert "scottish-stv" in done.stdout
