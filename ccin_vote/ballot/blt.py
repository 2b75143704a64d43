r"""The BLT format: papers grouped while they are read.

``candidates seats``; optional ``-n`` for withdrawn candidate n; a line a paper or group of equal
papers, ``weight preference preference ... 0``; ``0``; the names in quotation marks; the title.
``#`` begins a comment outside quotation marks. A byte-order mark, CRLF and a missing final newline
do not matter. Inside quotation marks ``\"`` and ``\\`` stand for themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import Profile, Ranking, Weight, checked_ranking
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAXIMUM_CANDIDATES = 10_000
_NAME = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_NUMBERS = re.compile(rb"[0-9 \t]+")


@dataclass(frozen=True, slots=True)
class BallotFile:
    """What a ballot file holds: the contest and its papers."""

    contest: Contest
    profile: Profile


def read_blt(data: bytes, file: str) -> BallotFile:
    """Read a BLT file.

    Raises:
        BadInput: every mistake with its line, and its column where there is one.
    """
    reader = _Reader(data, file)
    found = reader.read()
    if reader.mistakes or found is None:
        raise BadInput(reader.mistakes)
    return found


class _Reader:
    def __init__(self, data: bytes, file: str) -> None:
        self.lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        self.file = file
        self.mistakes: list[Mistake] = []

    def mistake(self, number: int, problem: str, column: int | None = None) -> None:
        text = self.lines[number - 1].decode("utf-8", "replace") if self.lines else None
        self.mistakes.append(Mistake(self.file, problem, line=number, column=column, text=text))

    def read(self) -> BallotFile | None:
        heading = self.heading()
        if heading is None:
            return None
        at, candidates, seats = heading
        withdrawn, at = self.withdrawn(at, candidates)
        end = self.end_of_papers(at)
        if end is None:
            self.mistake(len(self.lines), "the papers do not end with a line 0")
            return None
        profile = self.papers(at, end, candidates)
        names = self.names(end + 1, candidates)
        if self.mistakes:
            return None
        contest = Contest(names[-1], tuple(names[:-1]), Seats(seats), frozenset(withdrawn))
        return BallotFile(contest, profile)

    def heading(self) -> tuple[int, int, int] | None:
        for at, line in enumerate(self.lines):
            parts = _plain(line).split()
            if not parts:
                continue
            if len(parts) == 2 and all(part.isdigit() for part in parts):  # noqa: PLR2004
                candidates, seats = int(parts[0]), int(parts[1])
                if 1 <= candidates <= MAXIMUM_CANDIDATES and seats >= 1:
                    return at + 1, candidates, seats
            break
        else:
            at = 0
        self.mistake(at + 1, "the first line gives the numbers of candidates and of seats", 1)
        return None

    def withdrawn(self, at: int, candidates: int) -> tuple[set[Candidate], int]:
        found: set[Candidate] = set()
        while at < len(self.lines):
            parts = _plain(self.lines[at]).split()
            if parts and not all(part.startswith(b"-") for part in parts):
                break
            for part in parts:
                number = int(part[1:]) if part[1:].isdigit() else 0
                if not 1 <= number <= candidates:
                    self.mistake(at + 1, f"there is no candidate {_text(part[1:])} to withdraw")
                else:
                    found.add(Candidate(number - 1))
            at += 1
        return found, at

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
        blank = 0
        for line, times in Counter(self.lines[start:end]).items():
            plain = _plain(line)
            if not plain:
                continue
            paper = self.paper(line, plain, candidates, start)
            if paper is None:
                continue
            weight, ranking = paper
            if ranking:
                votes[ranking] += weight * times
            else:
                blank += weight * times
        formal = {ranking: Weight(count, count) for ranking, count in votes.items() if count}
        return Profile(formal, {"blank": Weight(blank, blank)} if blank else {})

    def paper(
        self, line: bytes, plain: bytes, candidates: int, start: int
    ) -> tuple[int, Ranking] | None:
        if not _NUMBERS.fullmatch(plain):
            self.odd_character(line, plain, start)
            return None
        numbers = [int(part) for part in plain.split()]
        if len(numbers) < 2 or numbers[-1] != 0 or 0 in numbers[1:-1]:  # noqa: PLR2004
            self.mistake(self.lines.index(line, start) + 1, "a paper ends with one 0")
            return None
        if len(numbers) == 2:  # noqa: PLR2004  (a weight and the end: a blank paper)
            return numbers[0], ()
        ranking = checked_ranking((one - 1 for one in numbers[1:-1]), candidates)
        if not isinstance(ranking, tuple):
            words = {
                "repeated": "a candidate stands twice",
                "unknown-candidate": "no such candidate",
            }
            self.mistake(
                self.lines.index(line, start) + 1, f"{words[ranking.reason]} on this paper"
            )
            return None
        return numbers[0], ranking

    def odd_character(self, line: bytes, plain: bytes, start: int) -> None:
        column = next(
            at for at, one in enumerate(plain, start=1) if not _NUMBERS.fullmatch(bytes([one]))
        )
        odd = _text(plain[column - 1 : column])
        problem = {
            "=": "equal preferences are not allowed under this rule",
            "-": "a skipped preference is not allowed here",
        }.get(odd, f"a paper has numbers only, not {odd!r}")
        self.mistake(self.lines.index(line, start) + 1, problem, column)

    def names(self, start: int, candidates: int) -> list[str]:
        """Read the quoted names and the title."""
        found: list[str] = []
        for at, text in self.text_lines(start):
            place = 0
            while text[place:].strip() and not text[place:].lstrip().startswith("#"):
                name = _NAME.match(text, place)
                if name is None or not name.group(1).strip():
                    self.mistake(at + 1, "a name in quotation marks is expected", place + 1)
                    break
                found.append(re.sub(r"\\(.)", r"\1", name.group(1)))
                place = name.end()
        if not self.mistakes:
            self.check_names(found, candidates)
        return found

    def check_names(self, found: Sequence[str], candidates: int) -> None:
        wanted = candidates + 1
        if len(found) != wanted:
            problem = f"{wanted} quoted lines are expected (names and title), found {len(found)}"
            self.mistake(len(self.lines), problem)
        elif len(set(found[:-1])) < candidates:
            self.mistake(len(self.lines), "two candidates have the same name")

    def text_lines(self, start: int) -> Iterator[tuple[int, str]]:
        for at in range(start, len(self.lines)):
            try:
                yield at, self.lines[at].decode("utf-8")
            except UnicodeDecodeError as error:
                self.mistake(at + 1, "this line is not UTF-8", error.start + 1)


def _plain(line: bytes) -> bytes:
    return line.partition(b"#")[0].strip()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def write_blt(contest: Contest, profile: Profile) -> str:
    """Write a BLT file: distinct rankings, sorted, with their votes as weights."""
    lines = [f"{len(contest.candidates)} {contest.seats}"]
    lines += [f"-{one + 1}" for one in sorted(contest.withdrawn)]
    for ranking, weight in sorted(profile.formal.items()):
        lines.append(" ".join(str(n) for n in (weight.votes, *(one + 1 for one in ranking), 0)))
    blank = profile.informal.get("blank")
    lines += [f"{blank.votes} 0"] if blank else []
    quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in contest.candidates)
    title = contest.title.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join([*lines, "0", *(f'"{name}"' for name in quoted), f'"{title}"', ""])
