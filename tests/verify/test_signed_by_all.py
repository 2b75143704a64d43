"""What officer and scrutineers could sign together: both verifiers say that it cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.canonical import sha256, to_base64url
from ccin_vote.log.merkle import root_of
from ccin_vote.log.note import to_base64
from ccin_vote.officer.count import count
from ccin_vote.officer.withdraw import withdraw
from ccin_vote.record.lots import LotsNeeded
from ccin_vote.seal.combining import Opening
from ccin_vote.store.officer_key import read_officer_key
from ccin_vote.verify.published import verify_published
from tests.support.bench import CONTESTS, members
from tests.support.damage import Damage, dump, sign_anew, with_digests

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.folder import PublishedFolder
    from tests.support.bench import Bench
    from tests.verify.conftest import Script

    Make = Callable[..., Bench]


def verdicts(folder: PublishedFolder, script: Script) -> tuple[bool, bool]:
    """Return whether each verifier finds the folder good."""
    return verify_published(folder).ok, script.verdict(folder.root) == ([], [])


ELECTORS: dict[str, tuple[list[list[Any]], bool]] = {
    "as many as are on the roll": ([["chair", 1, 6]], True),
    "fewer, of two weights": ([["chair", 1, 2], ["chair", 3, 3]], True),
    "nobody": ([], True),
    "more than are on the roll": ([["chair", 1, 7]], False),
    "more in all than are on the roll": ([["chair", 1, 4], ["chair", 2, 3]], False),
    "a contest that there is not": ([["head", 1, 6]], False),
    "no elector of a weight": ([["chair", 1, 0]], False),
    "a weight of nothing": ([["chair", 0, 6]], False),
    "a weight twice": ([["chair", 1, 2], ["chair", 1, 3]], False),
    "another order": ([["chair", 3, 3], ["chair", 1, 2]], False),
}


@pytest.mark.parametrize("case", ELECTORS)
def test_numbers_of_electors_that_cannot_be_are_found_before_anything_is_issued(
    bench: Make, script: Script, case: str
) -> None:
    """The first line alone has them."""
    electors, good = ELECTORS[case]
    small = bench(issued=False)
    folder = small.published("x")
    event = json.loads(folder.log.read_bytes())
    lines = [dump({**event, "electors": electors})]
    sign_anew(folder.root, lines, read_officer_key(small.folder))
    assert verdicts(folder, script) == (good, good)


def change(do: Callable[[Any], object]) -> Callable[[Any], bytes]:
    """Return what writes opened papers in which something is changed."""

    def write(opened: Any) -> bytes:
        do(opened["contests"][0])
        return dump(opened)

    return write


def swap(contest: Any) -> None:
    """Put the papers in another order."""
    contest["papers"].reverse()


def split(contest: Any) -> None:
    """Let two equal papers stand apart."""
    (at,) = [at for at, row in enumerate(contest["papers"]) if row[2] == 2]
    contest["papers"][at][2] = 1
    contest["papers"].insert(at, contest["papers"][at])


def as_lists(contest: Any) -> None:
    """Write single candidates as places that one shares."""
    contest["papers"][0][0] = [[one] for one in contest["papers"][0][0]]


def true_for_one(contest: Any) -> None:
    """Write `true` for a number."""
    (row,) = [row for row in contest["informal"] if row[2] == 1]
    row[2] = True


def reason(word: str) -> Callable[[Any], None]:
    """Return what says of the informal paper that it is that for another reason."""

    def say(contest: Any) -> None:
        contest["informal"][0][0] = word

    return say


OPENED: dict[str, tuple[Callable[[Any], bytes], bool]] = {
    "as they were opened": (dump, True),
    "with a space": (lambda opened: dump(opened) + b" ", False),
    "with one more field": (lambda opened: dump({**opened, "more": 1}), False),
    "with an empty place": (change(lambda one: one["papers"][0][0].append([])), False),
    "with true for a number": (change(true_for_one), False),
    "with a line set aside": (lambda opened: dump({**opened, "set_aside": [[5, "x"]]}), False),
    "in another order": (change(swap), False),
    "not grouped": (change(split), False),
    "with places that one candidate shares": (change(as_lists), False),
    "informal for another reason": (change(reason("unclear")), True),
    "informal for an unknown reason": (change(reason("secret")), False),
}


def with_odd_papers(bench: Make) -> Bench:
    """Let six vote: two alike, one blank."""
    small = bench()
    small.all_vote(5)
    small.hand_in(small.sealed(small.tokens[0], (1, 2, 3), later=9))
    small.hand_in(small.sealed(small.tokens[5], (0, 0, 0)))
    small.hand_in(small.sealed(small.tokens[1], (1, 2, 3), later=9))
    return small


@pytest.mark.parametrize("case", OPENED)
def test_opened_papers_that_cannot_be_are_found_whoever_signed_them(
    bench: Make, script: Script, case: str
) -> None:
    """Scrutineers signed the opening, and the officer the log with its declaration."""
    write, good = OPENED[case]
    small = with_odd_papers(bench)
    folder = small.declared()
    data = write(json.loads(folder.opened_papers.read_bytes()))
    files: dict[str, bytes | None] = {"opened.json": data}
    word = json.loads(data)["contests"][0]["informal"][0][0]
    if word != "blank":
        result = json.loads((folder.root / "result.json").read_bytes())
        result["contests"][0] |= {"blank": 0, "informal": 1, "informal_reasons": {word: 1}}
        result["head"]["root"] = to_base64(root_of(reopened(small, folder, data)[:-1]))
        files |= {"result.json": dump(result), "papers/chair.blt": None}
    Damage("other papers", files).do(folder.root)
    lines = with_digests(reopened(small, folder, data), files)
    sign_anew(folder.root, lines, read_officer_key(small.folder))
    assert verdicts(folder, script) == (good, good)


@pytest.mark.parametrize("case", OPENED)
def test_opened_papers_that_cannot_be_are_found_before_they_are_counted(
    bench: Make, script: Script, case: str
) -> None:
    """The folder that is published until a lot is drawn is looked at as closely."""
    write, good = OPENED[case]
    small = with_odd_papers(bench)
    small.hand_in(small.sealed(small.tokens[3], (0, 0, 1), later=9))
    small.opened()
    with pytest.raises(LotsNeeded):
        count(small.folder, None)
    folder = small.published("opened")
    assert not folder.result_record.exists()
    data = write(json.loads(folder.opened_papers.read_bytes()))
    Damage("other papers", {"opened.json": data}).do(folder.root)
    sign_anew(folder.root, reopened(small, folder, data), read_officer_key(small.folder))
    assert verdicts(folder, script) == (good, good)


def reopened(small: Bench, folder: PublishedFolder, opened: bytes) -> list[bytes]:
    """Let two scrutineers sign other opened papers."""
    lines = folder.log.read_bytes().splitlines()
    at = next(at for at, line in enumerate(lines) if b'"ballots.opened"' in line)
    event = json.loads(lines[at])
    opening = Opening(
        json.loads(lines[0])["election"],
        root_of(lines[:at]),
        sha256(opened),
        tuple(tuple(one) for one in event["totals"]),
        (),
    )
    keys = enumerate(small.keys[:2], start=1)
    event["digest"] = to_base64url(sha256(opened))
    event["signatures"] = [[n, to_base64url(key.sign.sign(opening.statement()))] for n, key in keys]
    return [*lines[:at], dump(event), *lines[at + 1 :]]


FORMS: dict[str, tuple[str, list[Any], bool]] = {
    "equals where none may be": ("alternative-vote", [[0, 1], 2], False),
    "equals under the Scottish rules": ("scottish-stv", [[0, 1], 2], False),
    "all equal under ERS97": ("ers97", [[0, 1, 2]], False),
    "an order of those approved": ("approval", [0, 1], False),
    "two approved": ("approval", [[0, 1]], True),
    "two crosses for one seat": ("first-past-the-post", [[0, 1]], False),
    "a second preference for one seat": ("first-past-the-post", [0, 1], False),
    "a candidate twice": ("meek", [0, 0], False),
    "a candidate who is not there": ("meek", [3], False),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_paper_that_the_rule_does_not_read_is_found_before_it_is_counted(
    bench: Make, script: Script, case: str
) -> None:
    """All papers stay sorted and as many as they were."""
    rule, places, good = FORMS[case]
    small = bench(contests=CONTESTS.replace("alternative-vote", rule))
    marks = [(1, 0, 0), (0, 1, 0), (0, 0, 1)] * 2
    small.hand_in(*map(small.sealed, small.tokens, marks))
    small.opened()
    with pytest.raises(LotsNeeded):
        count(small.folder, None)
    folder = small.published("opened")
    opened = json.loads(folder.opened_papers.read_bytes())
    contest = opened["contests"][0]
    contest["papers"][0][2] -= 1
    contest["papers"].append([places, 1, 1])
    contest["papers"].sort(
        key=lambda row: [one if isinstance(one, list) else [one] for one in row[0]]
    )
    folder.opened_papers.write_bytes(dump(opened))
    lines = reopened(small, folder, dump(opened))
    sign_anew(folder.root, lines, read_officer_key(small.folder))
    assert verdicts(folder, script) == (good, good)


@pytest.mark.parametrize("rule", ["star", "score", "approval", "scottish-stv", "meek"])
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_good_papers_of_every_kind_are_good(
    bench: Make, script: Script, rule: str, gone: int
) -> None:
    """Scores may leave places empty, and a contest may be uncontested when candidates withdrew."""
    small = bench(contests=CONTESTS.replace("alternative-vote", rule))
    marks = [(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 0), (1, 0, 0), (1, 0, 1)]
    if rule in {"star", "score"}:
        marks = [(1, 0, 0), (0, 1, 0), (3, 1, 0), (2, 2, 1), (1, 1, 0), (0, 0, 0)]
    small.hand_in(*map(small.sealed, small.tokens, marks))
    for candidate in ("c", "b")[:gone]:
        withdraw(small.folder, "chair", candidate)
    folder = small.declared()
    assert verify_published(folder).ok
    faults, partial = script.verdict(folder.root)
    assert faults == []
    assert bool(partial) == (rule in {"star", "score", "meek"} and gone < 2)


ODD = CONTESTS.replace('title = "Chair"', r'title = "The \"chair\" \\ of all"').replace(
    'name = "B"', r'name = "B \"Bo\" \\ Büro"'
)
BALLOT_FILES: dict[str, tuple[Callable[[bytes], bytes | None], bool]] = {
    "as it was written": (lambda text: text, True),
    "taken away": (lambda _: None, True),
    "with one paper more": (lambda text: text.replace(b"\n2 1", b"\n3 1", 1), False),
    "without the blank papers": (lambda text: text.replace(b"\n3 0\n", b"\n", 1), False),
    "in another order": (lambda text: text.replace(b"2 1 2 3 0\n", b"") + b"2 1 2 3 0\n", False),
    "with a candidate who withdrew": (lambda text: text.replace(b"\n-3\n", b"\n", 1), False),
    "with another name": (lambda text: text.replace(b"Bo", b"Jo", 1), False),
    "with line ends of another kind": (lambda text: text.replace(b"\n", b"\r\n"), False),
    "empty": (lambda _: b"", False),
}


@pytest.mark.parametrize("case", BALLOT_FILES)
def test_a_ballot_file_is_that_of_the_opened_papers(bench: Make, script: Script, case: str) -> None:
    """The officer alone could declare another; it has odd names, weights and blank papers."""
    write, good = BALLOT_FILES[case]
    roll = members(3) + members(3, "votes = 3\n", first=3)
    small = bench(contests=ODD, roll=roll, minimum=1)
    marks = [(1, 2, 3), (1, 2, 3), (3, 1, 2), (2, 1, 3), (0, 0, 0), (1, 0, 2)]
    small.hand_in(*map(small.sealed, small.tokens, marks))
    withdraw(small.folder, "chair", "c")
    folder = small.declared()
    before = folder.ballot_file("chair").read_bytes()
    files = {"papers/chair.blt": write(before)}
    assert (files["papers/chair.blt"] == before) == (case == "as it was written"), before.decode()
    Damage("another ballot file", files).do(folder.root)
    lines = with_digests(folder.log.read_bytes().splitlines(), files)
    sign_anew(folder.root, lines, read_officer_key(small.folder))
    assert verdicts(folder, script) == (good, good)
