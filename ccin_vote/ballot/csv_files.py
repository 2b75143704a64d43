"""Two comma-separated formats: RCTab's generic CSV, and the Scottish preference profile.

RCTab's generic CSV has a heading with the candidates' names and a line a paper; a cell holds the
place that the paper gives to the candidate of the column, or nothing. It says neither seats nor
title: one seat, and the file's name. Columns whose heading is ``ID`` or ``Precinct`` are passed
over.

The Scottish preference profile begins with ``candidates,seats,``; then a line a group of papers,
``papers,candidate,candidate,...``; then a line a candidate, ``"Candidate n","name","party"``; then
the title.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from ccin_vote.ballot.ballot_file import BallotFile, check_names
from ccin_vote.ballot.blt import sorted_rows
from ccin_vote.ballot.profile import Paper, Place, Profile, Weight, as_place, members
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAXIMUM_MISTAKES = 50
_NOT_CANDIDATES = {"id", "precinct", ""}
_PROFILE_HEADING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\d+\s*,\s*\d+\s*,?\s*\r?\n")
_COUNT = re.compile("[0-9]{1,6}")
_PERSON = re.compile(r"Candidate\s+([0-9]{1,6})")
_DIGITS = 15
_MOST_EMPTY = 64
"""A wider gap says no more: no rule has more scores, and a ranking only sees that there is one."""


def is_preference_profile(start: bytes) -> bool:
    """Return whether a file that begins so is a Scottish preference profile."""
    return _PROFILE_HEADING.match(start) is not None


class _Rows:
    """The rows of a CSV file with their line numbers, and the mistakes found in them."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise BadInput([Mistake(file, "this line is not UTF-8", line=line)]) from error
        self.lines = text.split("\n")
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        try:
            for row in self._reader:
                cells = [cell.strip() for cell in row]
                if any(cells):
                    yield self._reader.line_num, cells
        except csv.Error as error:
            self.mistake(self._reader.line_num, f"this is not CSV: {error}")

    def mistake(self, line: int, problem: str, cell: str = "") -> None:
        if len(self.mistakes) < MAXIMUM_MISTAKES:
            text = self.lines[line - 1].rstrip("\r") if 0 < line <= len(self.lines) else None
            column = text.find(cell) + 1 if text and cell else 0
            found = Mistake(self.file, problem, line=line, column=column or None, text=text)
            self.mistakes.append(found)

    def names(self, names: list[str], lines: Mapping[int, int], default: int) -> None:
        for at, problem in check_names(names):
            self.mistake(lines.get(at, default), problem)


def read_rctab(data: bytes, file: str) -> BallotFile:
    """Read RCTab's generic CSV.

    Raises:
        BadInput: every mistake with its line, and its column where there is one.
    """
    rows = _Rows(data, file)
    lines = iter(rows)
    number, heading = next(lines, (1, []))
    columns = [at for at, name in enumerate(heading) if name.casefold() not in _NOT_CANDIDATES]
    names = [heading[at] for at in columns]
    if not names:
        rows.mistake(number, "the first line names the candidates, one a column")
    rows.names(names, {}, number)
    papers: Counter[Paper] = Counter()
    for line, cells in lines:
        if len(cells) > len(heading):
            rows.mistake(line, f"{len(cells)} cells, but {len(heading)} columns in the first line")
        else:
            papers[_by_place(line, cells, columns, rows)] += 1
    if rows.mistakes:
        raise BadInput(rows.mistakes)
    contest = Contest(PurePath(file).stem, tuple(names), Seats(1))
    return BallotFile(contest, _profile(papers))


def _by_place(line: int, cells: list[str], columns: list[int], rows: _Rows) -> Paper:
    """Read a row: the place of each candidate, and each place that is left empty."""
    places: dict[int, list[Candidate]] = {}
    for candidate, column in enumerate(columns):
        cell = cells[column] if column < len(cells) else ""
        if not cell:
            continue
        if not (cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS and int(cell)):
            rows.mistake(line, f"a place is a whole number from 1, not {cell[:20]!r}", cell)
        else:
            places.setdefault(int(cell), []).append(Candidate(candidate))
    paper: list[Place] = []
    before = 0
    for place in sorted(places):
        paper += [()] * min(place - before - 1, _MOST_EMPTY)
        paper.append(as_place(places[place]))
        before = place
    return tuple(paper)


def looks_like_profile(heading: list[str]) -> bool:
    """Return whether the first line of a table has the two numbers of a preference profile."""
    return len(heading) > 1 and all(_COUNT.fullmatch(cell) for cell in heading[:2])


def read_preference_profile(data: bytes, file: str) -> BallotFile:
    """Read a Scottish preference profile.

    Raises:
        BadInput: every mistake with its line, and its column where there is one.
    """
    rows = _Rows(data, file)
    lines = iter(rows)
    number, heading = next(lines, (1, []))
    if not looks_like_profile(heading):
        problem = "a preference profile begins with the numbers of candidates and of seats"
        raise BadInput([*rows.mistakes, Mistake(file, problem, line=number)])
    size, seats = (int(cell) for cell in heading[:2])
    papers: Counter[Paper] = Counter()
    names: dict[int, str] = {}
    title = ""
    for line, cells in lines:
        person = _PERSON.fullmatch(cells[0])
        if person and int(person[1]) in names:
            rows.mistake(line, f"candidate {int(person[1])} stands above already", cells[0])
        elif person:
            names[int(person[1])] = cells[1] if len(cells) > 1 else ""
        elif not names:
            paper = _ranking(line, cells, size, rows)
            if paper is not None:
                papers[paper[1]] += paper[0]
        elif not title:
            title = cells[0]
        else:
            rows.mistake(line, "nothing is expected after the title")
        number = line
    if sorted(names) != list(range(1, size + 1)) or not seats:
        rows.mistake(number, f"{size} candidates are expected, from 1 to {size}, and a seat")
    rows.names([names[name] for name in sorted(names)], {}, number)
    if rows.mistakes:
        raise BadInput(rows.mistakes)
    everyone = tuple(names[each_name] for each_name in sorted(names))
    contest = Contest(title or PurePath(file).stem, everyone, Seats(seats))
    return BallotFile(contest, _profile(papers))


def _ranking(line: int, cells: list[str], size: int, rows: _Rows) -> tuple[int, Paper] | None:
    cells = cells[:-1] if cells[-1] == "" else cells
    for cell in cells:
        if not (cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS):
            rows.mistake(line, f"a whole number is expected, not {cell[:20]!r}", cell)
            return None
    weight, *ranked = map(int, cells)
    for who in ranked:
        if not 1 <= who <= size:
            rows.mistake(line, f"there is no candidate {who}", str(who))
            return None
    return weight, tuple(Candidate(candidate - 1) for candidate in ranked)


def _profile(papers: Mapping[Paper, int]) -> Profile:
    formal = {paper: Weight(count, count) for paper, count in papers.items() if count and paper}
    blank = papers.get((), 0)
    return Profile(formal, {"blank": Weight(blank, blank)} if blank else {})


def write_rctab(contest: Contest, profile: Profile) -> str:
    """Write RCTab's generic CSV: a line a paper."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(contest.candidates)
    for paper, weight in sorted_rows(profile):
        cells = [""] * len(contest.candidates)
        for at, place in enumerate(paper, start=1):
            for candidate in members(place):
                cells[candidate] = str(at)
        writer.writerows([cells] * weight.votes)
    return out.getvalue()


def write_preference_profile(contest: Contest, profile: Profile) -> str:
    """Write a Scottish preference profile.

    Raises:
        ValueError: a paper has equal or skipped places, which the format cannot say.
    """
    out = io.StringIO()
    out.write(f"{len(contest.candidates)},{contest.seats},\n")
    for paper, weight in sorted_rows(profile):
        out.write(",".join(map(str, (weight.votes, *_numbers(paper)))) + ",\n")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=",\n")
    for number, name in enumerate(contest.candidates, start=1):
        writer.writerow([f"Candidate {number}", name, "-"])
    writer.writerow([contest.title])
    return out.getvalue()


def _numbers(paper: Paper) -> Iterable[int]:
    for place in paper:
        if isinstance(place, tuple):
            words = "the Scottish preference profile knows no equal or skipped places"
            raise ValueError(words)  # noqa: TRY004  (the paper is wrong, not the program)
        yield place + 1
