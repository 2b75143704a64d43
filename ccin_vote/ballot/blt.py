r"""The BLT format: papers grouped while they are read.

``candidates seats``; optional ``-n`` for withdrawn candidate n; a line a paper or group of equal
papers, ``weight preference preference ... 0``; ``0``; the names in quotation marks; the title.
``#`` begins a comment outside quotation marks. A byte-order mark, CRLF and a missing final newline
do not matter. Inside quotation marks ``\"`` and ``\\`` stand for themselves. A weight of n is n
papers with one vote each.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import Informal, Profile, Ranking, Weight, checked_ranking
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAXIMUM_CANDIDATES = 10_000
MAXIMUM_MISTAKES = 50
"""How many lines with mistakes are told; the rest are only counted."""

_DIGITS = 15
_NAME = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_PROBLEMS = {
    "repeated": "a candidate stands twice on this paper",
    "unknown-candidate": "there is no such candidate: one of this paper's numbers is too high",
}


@dataclass(frozen=True, slots=True)
class BallotFile:
    """What a ballot file holds: the contest and its papers."""

    contest: Contest
    profile: Profile


@dataclass(frozen=True, slots=True)
class _Heading:
    """The numbers of the first line, and the index of the line after it."""

    next: int
    candidates: int
    seats: int


def read_blt(data: bytes, file: str) -> BallotFile:
    """Read a BLT file.

    Raises:
        BadInput: every mistake with its line, and its column where there is one.
    """
    reader = _Reader(data, file)
    found = reader.read()
    if reader.mistakes or found is None:
        raise BadInput(sorted(reader.mistakes, key=lambda one: one.line or 0))
    return found


class _Reader:
    def __init__(self, data: bytes, file: str) -> None:
        self.lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        self.file = file
        self.mistakes: list[Mistake] = []

    def mistake(self, number: int, problem: str, column: int | None = None) -> None:
        text = _text(self.lines[number - 1])
        self.mistakes.append(Mistake(self.file, problem, line=number, column=column, text=text))

    def read(self) -> BallotFile | None:
        heading = self.heading()
        if heading is None:
            return None
        withdrawn, start = self.withdrawn(heading)
        end = self.end_of_papers(start)
        if end is None:
            self.mistake(len(self.lines), "the papers do not end with a line 0")
            return None
        profile = self.papers(start, end, heading.candidates)
        names = self.names(end + 1, heading.candidates)
        if self.mistakes:
            return None
        *candidates, title = names
        contest = Contest(title, tuple(candidates), Seats(heading.seats), frozenset(withdrawn))
        return BallotFile(contest, profile)

    def heading(self) -> _Heading | None:
        """Read the first line that is not empty or a comment."""
        at = next((at for at, line in enumerate(self.lines) if _plain(line)), 0)
        match [_number(part) for part in _plain(self.lines[at]).split()]:
            case [int(candidates), int(seats)] if 1 <= candidates <= MAXIMUM_CANDIDATES and seats:
                return _Heading(at + 1, candidates, seats)
            case _:
                self.mistake(at + 1, "the first line gives the numbers of candidates and seats", 1)
                return None

    def withdrawn(self, heading: _Heading) -> tuple[set[Candidate], int]:
        """Read the lines of withdrawn candidates; give them and the index of the line after."""
        found: set[Candidate] = set()
        for at in range(heading.next, len(self.lines)):
            parts = _plain(self.lines[at]).split()
            if parts and not all(part.startswith(b"-") for part in parts):
                return found, at
            for part in parts:
                number = _number(part[1:]) or 0
                if 1 <= number <= heading.candidates:
                    found.add(Candidate(number - 1))
                else:
                    self.mistake(at + 1, f"there is no candidate {_text(part[1:])!r} to withdraw")
        return found, len(self.lines)

    def end_of_papers(self, start: int) -> int | None:
        for spelling in (b"0", b"0\r"):
            try:
                return self.lines.index(spelling, start)
            except ValueError:
                continue
        ends = (at for at in range(start, len(self.lines)) if _plain(self.lines[at]) == b"0")
        return next(ends, None)

    def papers(self, start: int, end: int, candidates: int) -> Profile:
        """Group identical lines first; each different line is read once."""
        votes: Counter[Ranking] = Counter()
        wrong: dict[bytes, str] = {}
        for line, times in Counter(self.lines[start:end]).items():
            paper = _paper(_plain(line), candidates)
            if isinstance(paper, str):
                wrong[line] = paper
            elif paper is not None:
                weight, ranking = paper
                votes[ranking] += weight * times
        self.wrong_papers(start, end, wrong)
        weights = {ranking: Weight(count, count) for ranking, count in votes.items() if count}
        blank = weights.pop((), None)
        return Profile(weights, {"blank": blank} if blank else {})

    def wrong_papers(self, start: int, end: int, wrong: Mapping[bytes, str]) -> None:
        """Tell each wrong line at each of its places, up to a limit."""
        places = [at for at in range(start, end) if self.lines[at] in wrong] if wrong else []
        for at in places[:MAXIMUM_MISTAKES]:
            line = self.lines[at]
            odd = _odd(_plain(line).split())
            self.mistake(at + 1, wrong[line], line.index(odd) + 1 if odd else None)
        if len(places) > MAXIMUM_MISTAKES:
            more = len(places) - MAXIMUM_MISTAKES
            self.mistake(places[-1] + 1, f"this paper and {more - 1:,} before it are wrong too")

    def names(self, start: int, candidates: int) -> list[str]:
        """Read the quoted names and the title."""
        found: list[tuple[int, str]] = []
        for at, text in self.text_lines(start):
            place = 0
            while text[place:].strip() and not text[place:].lstrip().startswith("#"):
                name = _NAME.match(text, place)
                if name is None:
                    self.mistake(at + 1, "a name in quotation marks is expected", place + 1)
                    break
                found.append((at, re.sub(r"\\(.)", r"\1", name.group(1))))
                place = name.end()
        if not self.mistakes:
            self.check_names(found, candidates)
        return [name for _, name in found]

    def check_names(self, found: list[tuple[int, str]], candidates: int) -> None:
        if len(found) != candidates + 1:
            expected = f"{candidates} names and the title are expected here"
            self.mistake(len(self.lines), f"{expected}, {len(found)} in all are found")
            return
        seen: dict[str, int] = {}
        for at, name in found[:-1]:
            if not name.strip():
                self.mistake(at + 1, "this name is empty")
            elif name in seen:
                self.mistake(at + 1, f"a candidate with this name stands in line {seen[name]}")
            seen.setdefault(name, at + 1)

    def text_lines(self, start: int) -> Iterator[tuple[int, str]]:
        for at in range(start, len(self.lines)):
            try:
                yield at, self.lines[at].decode("utf-8")
            except UnicodeDecodeError as error:
                column = len(_text(self.lines[at][: error.start])) + 1
                self.mistake(at + 1, "this line is not UTF-8", column)


def _paper(plain: bytes, candidates: int) -> tuple[int, Ranking] | str | None:
    """Read a paper: its weight and ranking, or what is wrong, or None for an empty line."""
    if not plain:
        return None
    parts = plain.split()
    if odd := _odd(parts):
        return _odd_problem(odd)
    if max(map(len, parts)) > _DIGITS:
        return f"a number has more than {_DIGITS} digits"
    weight, *preferences, end = map(int, parts) if len(parts) > 1 else (0, 0, 1)
    if end != 0 or 0 in preferences:
        return "a paper is a weight, the preferences, and one 0 at its end"
    if not preferences:
        return weight, ()
    ranking = checked_ranking((one - 1 for one in preferences), candidates)
    return _PROBLEMS[ranking.reason] if isinstance(ranking, Informal) else (weight, ranking)


def _odd(parts: Sequence[bytes]) -> bytes | None:
    return next((part for part in parts if not part.isdigit()), None)


def _odd_problem(odd: bytes) -> str:
    if odd == b"-":
        return "a skipped preference (-) is not allowed under this rule"
    if b"=" in odd:
        return "equal preferences (=) are not allowed under this rule"
    return f"a paper has whole numbers only, not {_text(odd[:20])!r}"


def _number(part: bytes) -> int | None:
    return int(part) if part.isdigit() and len(part) <= _DIGITS else None


def _plain(line: bytes) -> bytes:
    return line.partition(b"#")[0].strip()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def write_blt(contest: Contest, profile: Profile) -> str:
    """Write a BLT file: distinct rankings, sorted, with their votes as weights.

    Blank papers are kept; other informal papers have no place in the format, nor has a line break
    in a name: it becomes a space.
    """
    lines = [f"{len(contest.candidates)} {contest.seats}"]
    lines += [f"-{one + 1}" for one in sorted(contest.withdrawn)]
    for ranking, weight in sorted(profile.formal.items()):
        lines.append(" ".join(str(n) for n in (weight.votes, *(one + 1 for one in ranking), 0)))
    blank = profile.informal.get("blank")
    lines += [f"{blank.votes} 0"] if blank else []
    lines += ["0", *(_quoted(name) for name in (*contest.candidates, contest.title)), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\n", " ").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
