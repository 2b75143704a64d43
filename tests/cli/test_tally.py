"""`tally` and `rules`, as anyone runs them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from ccin_vote.cli.app import run
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '3 1\n6 1 0\n5 2 0\n2 3 2 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Chair"\n'
TIED = '2 1\n2 1 0\n2 2 0\n0\n"Ann"\n"Bob"\n"Vice-Chair"\n'
BAD = "3 1\n6 1\n0\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return a good, a tied and a bad ballot file by name."""
    for name, text in (("good", GOOD), ("tied", TIED), ("bad", BAD)):
        (tmp_path / f"{name}.blt").write_text(text, "utf-8")
    return {name: str(tmp_path / f"{name}.blt") for name in ("good", "tied", "bad")}


def test_json_is_one_document_a_line_and_file(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names its file; nothing else is on stdout."""
    arguments = ["tally", files["good"], files["good"], "--rule", "alternative-vote", "--json"]
    assert run(arguments) == 0
    shown = capsys.readouterr()
    documents = [json.loads(line) for line in shown.out.splitlines()]
    assert [document["file"] for document in documents] == [files["good"]] * 2
    assert documents[0]["winners"] == ["Bob"]
    assert shown.err == ""


def test_the_table_and_a_sentence_for_each_stage_are_shown(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Plain text of at most eighty columns where there is no terminal."""
    assert run(["tally", files["good"], "--rule", "alternative-vote"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Bob +5 +E 7", out)
    assert "2. The papers of Cy go to their next preferences." in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_tie_stops_the_count_until_its_lot_is_drawn(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 5, and the message holds the very table that, filled in, lets it go on."""
    arguments = ["tally", files["tied"], "--rule", "first-past-the-post"]
    assert run(arguments) == 5
    told = capsys.readouterr()
    assert told.out == ""
    assert "a lot must be drawn among Ann, Bob. The one drawn first is elected." in told.err
    table = told.err[told.err.index("[[lots]]") :]
    lots = tmp_path / "lots.toml"
    lots.write_text(
        table.replace('["Ann", "Bob"]', '["Bob", "Ann"]').replace('""', '"somebody"'), "utf-8"
    )
    assert run([*arguments, "--lots", str(lots)]) == 0
    assert "a lot was drawn, in the order Bob and Ann: Bob is elected" in " ".join(
        capsys.readouterr().out.split()
    )
    lots.write_text(table, "utf-8")
    assert run([*arguments, "--lots", str(lots)]) == 3
    assert "'drawn_by' is empty" in (told_again := capsys.readouterr().err)
    assert "hint: write who drew the lot" in told_again


@pytest.mark.parametrize("rule", ["cumulative", "block-vote"])
def test_papers_of_which_none_is_valid_elect_nobody(
    tmp_path: Path, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ranked papers under a rule of marks: no lot is asked for, and the reason is told."""
    ranked = tmp_path / "ranked.blt"
    ranked.write_text('3 1\n4 1 2 3 0\n2 2 3 1 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Chair"\n', "utf-8")
    assert run(["tally", str(ranked), "--rule", rule, "--votes", "2"]) == 3
    told = capsys.readouterr()
    assert "none of the 6 papers is valid" in told.err
    assert "lot" not in told.err
    assert told.out == ""


NAMES = '0\n"For"\n"Against"\n"Abstain"\n"T"\n'
NOT_COUNTED = {
    "papers for withdrawn candidates alone": (
        f"3 1\n-1\n3 1 0\n{NAMES}",
        "--rule first-past-the-post",
        "none of the 3 papers is valid under first-past-the-post: 3 because only candidates who",
    ),
    "one paper that is not valid": (
        f"3 1\n1 - 1 0\n{NAMES}",
        "--rule alternative-vote",
        "the one paper is not valid under alternative-vote: 1 because",
    ),
    "no paper": (
        f"3 1\n{NAMES}",
        "--rule first-past-the-post",
        "there is no paper in this file",
    ),
    "a motion whose choice against was withdrawn": (
        f"3 1\n-2\n1 1 0\n3 2 0\n{NAMES}",
        "--rule motion",
        "no choice of a motion can be withdrawn",
    ),
    "an electorate smaller than its votes": (
        f"3 1\n1 1 0\n1 2 0\n{NAMES}",
        "--rule motion --threshold majority-of-electorate --electorate 1",
        "the electorate has 1 vote, and 2 were given",
    ),
}


@pytest.mark.parametrize("case", NOT_COUNTED)
def test_what_cannot_be_a_result_is_refused_before_any_lot(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted, it would elect somebody for whom nobody voted, or carry what was lost."""
    text, options, said = NOT_COUNTED[case]
    path = tmp_path / "f.blt"
    path.write_text(text, "utf-8")
    assert run(["tally", str(path), *options.split()]) == 3
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_scores_mean_the_same_in_a_table_as_in_a_ballot_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every empty place counts: the sixth is worth 5 of 10, however many before it are empty."""
    source, table = tmp_path / "a.blt", tmp_path / "a.csv"
    source.write_text('2 1\n1 1 - - - - 2 0\n2 2 - 1 0\n0\n"A"\n"B"\n"T"\n', "utf-8")
    assert run(["convert", str(source), str(table)]) == 0
    for path in (source, table):
        capsys.readouterr()
        assert run(["tally", str(path), "--rule", "score", "--json"]) == 0
        (stage,) = json.loads(capsys.readouterr().out)["stages"]
        assert stage["votes"] == {"A": "26", "B": "25"}


def test_nobody_who_withdrew_comes_back_by_another_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A format that cannot say it is not written; how many blank papers are left out is said."""
    source = tmp_path / "a.blt"
    source.write_text(GOOD.replace("3 1\n", "3 1\n-1\n2 0\n", 1), "utf-8")
    for name in ("a.csv", "a.soi"):
        assert run(["convert", str(source), str(tmp_path / name)]) == 1
        assert "has no place for candidates who withdrew" in capsys.readouterr().err
        assert not (tmp_path / name).exists()
    source.write_text(GOOD.replace("3 1\n", "3 1\n2 0\n", 1), "utf-8")
    assert run(["convert", str(source), str(tmp_path / "a.csv")]) == 0
    assert "Without 2 blank papers: --to blt keeps them." in capsys.readouterr().err


def test_what_another_rule_would_not_decide_is_said_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody, where it elects nobody; a refusal without its hint."""
    path = tmp_path / "f.blt"
    names = '0\n"A"\n"B"\n"C"\n"T"\n'
    path.write_text(f"3 1\n1 1 2 3 0\n1 2 3 1 0\n1 3 1 2 0\n{names}", "utf-8")
    others = ["--what-if", "condorcet", "--what-if", "limited-vote"]
    assert run(["tally", str(path), "--rule", "copeland", "--lot-seed", "x", *others]) == 0
    out = capsys.readouterr().out
    assert "- condorcet: nobody\n" in out
    assert re.search(r"- limited-vote: not counted: [^\\]*\n", out)


def test_every_file_is_tried_and_every_error_told(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad file and one that is not there do not keep the good one from being counted."""
    missing = str(tmp_path / "missing.blt")
    arguments = ["tally", files["bad"], missing, files["good"], "--rule", "alternative-vote"]
    assert run([*arguments, "--json"]) == 3
    told = capsys.readouterr()
    assert json.loads(told.out)["file"] == files["good"]
    assert f"{files['bad']}:2: a paper is a weight" in told.err
    assert "missing.blt" in told.err


def test_a_rule_of_one_seat_needs_to_be_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of two seats is counted for one only with --seats 1."""
    path = tmp_path / "two.blt"
    path.write_text(GOOD.replace("3 1", "3 2", 1), "utf-8")
    assert run(["tally", str(path), "--rule", "alternative-vote"]) == 3
    assert "--seats 1" in capsys.readouterr().err
    assert run(["tally", str(path), "--rule", "alternative-vote", "--seats", "1"]) == 0
    assert "Bob was elected" in capsys.readouterr().out


def test_an_unknown_rule_is_a_usage_error(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The nearest name is offered."""
    assert run(["tally", files["good"], "--rule", "alternative-votes"]) == 2
    assert "did you mean 'alternative-vote'?" in capsys.readouterr().err


def test_rules_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """A line or more for each, and everything as JSON."""
    assert run(["rules"]) == 0
    out = capsys.readouterr().out
    assert [name for name in RULES if name in out] == list(RULES)
    assert run(["rules", "--json"]) == 0
    assert [load["name"] for load in json.loads(capsys.readouterr().out)] == list(RULES)


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_is_told_clause_by_clause(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its citation and the place of each clause in the law."""
    assert run(["rules", name]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert RULES[name].citation in out
    for clause in RULES[name].clauses:
        assert f"- {clause.source}: {clause.words}" in out


def test_what_another_rule_would_do_is_marked_as_having_no_effect(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that cannot count says why, and the count itself is what it was."""
    arguments = ["tally", files["good"], "--rule", "alternative-vote"]
    assert run([*arguments, "--what-if", "first-past-the-post", "--what-if", "limited-vote"]) == 0
    out = capsys.readouterr().out
    assert "This has no effect" in out
    assert "- first-past-the-post: Ann" in out
    assert "- limited-vote: not counted" in out
    assert run([*arguments, "--json", "--what-if", "borda"]) == 0
    record, other = map(json.loads, capsys.readouterr().out.splitlines())
    assert record["winners"] == ["Bob"]
    assert other["effect"] == "none"


def test_a_public_seed_draws_the_same_lot_twice(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs never differ, and the record tells the drawn order."""
    arguments = ["tally", files["tied"], "--rule", "borda", "--lot-seed", "in public", "--json"]
    outs = []
    for _ in range(2):
        assert run(arguments) == 0
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]
    assert json.loads(outs[0])["stages"][0]["tie"]["by"] == "lot"


OPTIONS = {
    "a motion": (
        "motion",
        '3 1\n4 1 0\n2 2 0\n0\n"For"\n"Against"\n"Abstain"\n"M"\n',
        ["--threshold", "two-thirds"],
        "The motion is carried",
    ),
    "a quorum": ("first-past-the-post", GOOD, ["--quorum", "99"], "The quorum was not reached"),
    "nobody stands for nobody": ("alternative-vote", GOOD, ["--reopen", "Bob"], "re-opened"),
    "a withdrawn leader": ("first-past-the-post", GOOD, ["--withdrawn", "Ann"], "Bob was elected"),
    "pairs": ("schulze", GOOD, [], "In pairs"),
    "the order of all": ("copeland", GOOD, [], "Order of all"),
    "two votes each": ("limited-vote", GOOD, ["--votes", "2", "--seats", "2"], "Votes are counted"),
    "a countback": ("meek", GOOD, ["--vacate", "Bob"], "Ann was elected"),
}


@pytest.mark.parametrize("case", OPTIONS.values(), ids=OPTIONS)
def test_an_option_shows_in_what_is_told(
    case: tuple[str, str, list[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In eighty columns."""
    rule, text, options, said = case
    path = tmp_path / "f.blt"
    path.write_text(text, "utf-8")
    assert run(["tally", str(path), "--rule", rule, *options]) == 0
    out = capsys.readouterr().out
    assert said in out
    assert max(map(len, out.splitlines())) <= 80


def test_formats_are_told_apart_and_converted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """BLT to each format, and back where the format can be read."""
    source = tmp_path / "a.blt"
    source.write_text(GOOD, "utf-8")
    for name, form in (("b.csv", ""), ("c.csv", "scottish"), ("d.soi", ""), ("e.blt", "")):
        more = ["--to", form] if form else []
        assert run(["convert", str(source), str(tmp_path / name), *more]) == 0
    capsys.readouterr()
    for name in ("b.csv", "c.csv", "e.blt"):
        arguments = ["tally", str(tmp_path / name), "--rule", "alternative-vote", "--json"]
        assert run([*arguments, "--seats", "1"]) == 0
        assert json.loads(capsys.readouterr().out)["winners"] == ["Bob"]
    assert (tmp_path / "d.soi").read_text("utf-8").startswith("# FILE NAME: d.soi\n")
    assert run(["convert", str(source), str(tmp_path / "e.blt")]) == 1
    assert run(["convert", str(source), str(tmp_path / "f.xyz")]) == 2
    assert run(["convert", str(tmp_path / "missing.blt"), "-", "--to", "blt"]) == 3


def test_the_list_of_rules_says_what_is_left_out_and_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody could count again what chance decided."""
    assert run(["rules"]) == 0
    assert "draw papers at random" in capsys.readouterr().out.replace("\n", " ")


def test_a_ranking_that_is_read_as_scores_is_said_to_be(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """On the standard error, so that the sheet itself stays as it is."""
    assert run(["tally", files["good"], "--rule", "star", "--seats", "1"]) == 0
    said = capsys.readouterr().err
    assert "read as scores: the first place is 5, the next 4, and so on." in said


def test_a_lot_is_asked_for_only_after_the_papers_are_told(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody should draw a lot over papers that were read wrongly."""
    assert run(["tally", files["tied"], "--rule", "first-past-the-post"]) == 5
    assert " valid papers. Contest" in capsys.readouterr().err
