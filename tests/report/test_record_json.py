"""The record as a JSON document: names, figures as strings, one shape for every rule."""

from __future__ import annotations

import json

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.record.lots import DrawnLot, RecordedLots
from ccin_vote.report.record_json import record_to_json
from ccin_vote.rule import RULES


def told(text: str, rule: str, *lots: DrawnLot) -> dict[str, object]:
    """Count a BLT file and give its document, through JSON and back."""
    ballots = read_blt(text.encode(), "hand.blt")
    drawn = RecordedLots(ballots.contest, ballots.contest.title, lots)
    record = count_contest(ballots.contest, ballots.profile, RULES[rule], drawn)
    document: dict[str, object] = json.loads(json.dumps(record_to_json(record)))
    return document


def test_a_scottish_count_is_told_whole() -> None:
    """Every key of the document, and every key of a stage."""
    text = '3 2\n5 1 2 0\n5 1 0\n3 2 0\n2 3 0\n4 0\n0\n"Ann"\n"Bob"\n"Cy"\n"T"\n'
    document = told(text, "scottish-stv")
    stages = document.pop("stages")
    assert document == {
        "title": "T",
        "rule": {
            "name": "scottish-stv",
            "version": "2011",
            "citation": RULES["scottish-stv"].citation,
        },
        "seats": 2,
        "valid": 15,
        "votes": 15,
        "blank": 4,
        "informal": 0,
        "informal_reasons": {"blank": 4},
        "quota": "6",
        "candidates": ["Ann", "Bob", "Cy"],
        "withdrawn": [],
        "winners": ["Ann", "Bob"],
        "vacant": 0,
    }
    assert isinstance(stages, list)
    assert [stage["kind"] for stage in stages] == ["first-preferences", "surplus", "exclusion"]
    assert stages[1] == {
        "number": 2,
        "kind": "surplus",
        "of": ["Ann"],
        "quota": "6",
        "transfer_value": "0.40000",
        "votes": {"Ann": "6.00000", "Bob": "5.00000", "Cy": "2.00000"},
        "non_transferable": "2.00000",
        "lost_to_rounding": "0.00000",
        "elected": [],
        "excluded": ["Cy"],
        "tie": None,
        "sentence": (
            "The surplus of Ann is transferred, with each paper at 0.40000 of its value;"
            " 2.00000 votes cannot be transferred."
            " Cy has the fewest votes (2.00000) and is excluded."
        ),
    }


def test_a_tie_says_among_whom_it_was_and_how_it_was_broken() -> None:
    """By a lot with its order, or by an earlier stage with its number."""
    lot = DrawnLot("T", 1, "election", ("B", "A"), "the officer", "a scrutineer")
    drawn = told('2 1\n2 1 0\n2 2 0\n0\n"A"\n"B"\n"T"\n', "alternative-vote", lot)
    stages = drawn["stages"]
    assert isinstance(stages, list)
    assert stages[0]["tie"] == {
        "purpose": "election",
        "among": ["A", "B"],
        "chosen": "B",
        "by": "lot",
        "order": ["B", "A"],
    }
    text = '3 1\n4 1 0\n3 2 0\n1 3 2 0\n0\n"A"\n"B"\n"C"\n"T"\n'
    stages = told(text, "alternative-vote")["stages"]
    assert isinstance(stages, list)
    assert stages[1]["tie"] == {
        "purpose": "election",
        "among": ["A", "B"],
        "chosen": "A",
        "by": "earlier-stage",
        "stage": 1,
    }


def test_an_uncontested_contest_has_winners_and_no_stage() -> None:
    """There is no quota, and the withdrawn are named."""
    document = told('2 1\n-1\n2 2 0\n0\n"A"\n"B"\n"T"\n', "alternative-vote")
    assert (document["winners"], document["stages"], document["quota"]) == (["B"], [], None)
    assert document["withdrawn"] == ["A"]
