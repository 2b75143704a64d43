"""Where the reference elections are, and how they are counted and compared."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.anyone.tally import TallyOptions, tally_file
from ccin_vote.rule import RULES
from ccin_vote.store.ballot_files import read_ballot_file

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"


def cases(collection: str) -> list[str]:
    """Return the names of the cases of a collection; none where the folder is missing."""
    folder = REFERENCE / collection
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def expected(*parts: str) -> dict[str, Any]:
    """Return what was published, or skip loudly."""
    path = REFERENCE.joinpath(*parts) / "expected.json"
    if not path.is_file():
        pytest.skip(f"NOT CHECKED: the reference {'/'.join(parts)} is not at {REFERENCE}")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def tallied(rule: str, *parts: str, seats: int = 0) -> Record:
    """Count a reference under a rule; ties fall in the order that its program used.

    That is the order that the file states, or else the order of its list.
    """
    ballots = read_ballot_file(REFERENCE.joinpath(*parts) / "ballots.blt")
    everyone = list(range(len(ballots.contest.candidates)))
    order = tuple(ballots.tie_order) or tuple(ballots.contest.standing)
    order += tuple(candidate for candidate in ballots.contest.standing if candidate not in order)
    assert set(order) <= set(everyone)
    stated = type(ballots)(ballots.contest, ballots.profile, order)
    return tally_file(stated, RULES[rule], TallyOptions(seats=seats), "/".join(parts))


def winners(record: Record) -> list[str]:
    """Return the names of the elected, in the order of election."""
    return [record.contest.candidates[candidate] for candidate in record.winners]


def states(record: Record) -> list[dict[str, Fraction]]:
    """Return the votes of each candidate at each stage."""
    names = record.contest.candidates
    return [
        {
            name: Fraction(str(votes))
            for name, votes in zip(names, stage.tally.candidates, strict=True)
        }
        for stage in record.stages
    ]


def near(ours: dict[str, Fraction], theirs: dict[str, str | None], within: Fraction) -> bool:
    """Return whether two states agree; a value that was not published says nothing."""
    return all(
        votes is None or abs(ours[name] - Fraction(votes)) <= within
        for name, votes in theirs.items()
    )
