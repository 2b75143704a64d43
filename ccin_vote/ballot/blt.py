r"""The BLT format: papers grouped while they are read.

``candidates seats``; optional ``-n`` for withdrawn candidate n; optional ``[withdrawn n ...]``,
``[tie n ...]`` (an order in which ties are to be broken) and ``[nick a b ...]`` (short names for
the candidates in the papers); a line a paper or group of equal papers, ``weight preference
preference ... 0``, where ``-`` is a skipped place and ``a=b`` are equal preferences; ``0``; the
names in quotation marks; the title. ``#`` begins a comment outside quotation marks. A byte-order
mark, CRLF and a missing final newline do not matter. Inside quotation marks ``\"`` and ``\\``
stand for themselves. A weight of n is n papers with one vote each.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING

from ccin_vote.ballot.ballot_file import BallotFile, check_names
from ccin_vote.ballot.profile import Paper, Place, Profile, Weight, as_place, members
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAXIMUM_CANDIDATES = 10_000
MAXIMUM_MISTAKES = 50
"""How many lines with mistakes are told; the rest are only counted."""

_TOLD = 1000
_BATCH = 1 << 13
_DIGITS = 15
_ENDS = (b"0\n", b"0\r\n", b"0")
_NAME = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_NO_MORE = re.compile(r"\s*(?:#|\Z)")
_EXTRA = 3
"""How many quoted texts may follow the title: where the file is from, and comments."""

_OPTION = re.compile(rb"\[\s*(\w+)\s+([^\]]*)\]\s*")
_OPTIONS = re.compile(b"(?:%b)+" % _OPTION.pattern)
_OF_OTHERS = {b"droop", b"undeclared"}
"""Options of other programs that change nothing in the papers: passed over."""


@dataclass(slots=True)
class _Head:
    """What stands before the papers."""

    candidates: int
    seats: int
    withdrawn: set[Candidate]
    tie_order: tuple[Candidate, ...]
    spelled: dict[bytes, Candidate]


def read_blt(source: bytes | IO[bytes], file: str) -> BallotFile:
    """Read a BLT file from bytes or from a binary file that can seek.

    Raises:
        BadInput: every mistake with its line, and its column where there is one.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    reader = _Reader(stream, file)
    found = reader.read()
    if reader.mistakes or found is None:
        raise BadInput(sorted(reader.mistakes, key=lambda mistake: mistake.line or 0))
    return found


class _Reader:
    def __init__(self, stream: IO[bytes], file: str) -> None:
        self.stream, self.file = stream, file
        self.mistakes: list[Mistake] = []
        self.line = 0

    def mistake(self, number: int, problem: str, line: bytes, column: int | None = None) -> None:
        text = _text(line[:_TOLD].rstrip(b"\r\n"))
        self.mistakes.append(Mistake(self.file, problem, line=number, column=column, text=text))

    def read(self) -> BallotFile | None:
        head = self.head()
        if head is None:
            return None
        start, before = self.stream.tell(), self.line
        counted, rest = self.count_lines(_ENDS)
        if rest is None:
            ends = tuple(line for line in counted if _plain(line) == b"0")
            self.stream.seek(start)
            self.line = before
            counted, rest = self.count_lines(ends)
        if rest is None:
            self.mistake(self.line, "the papers do not end with a line 0", b"")
            return None
        profile = self.papers(counted, head, start, before)
        names = self.names([*rest, *self.stream], head.candidates)
        if self.mistakes:
            return None
        seats, withdrawn = Seats(head.seats), frozenset(head.withdrawn)
        title, candidates = names[head.candidates], tuple(names[: head.candidates])
        return BallotFile(Contest(title, candidates, seats, withdrawn), profile, head.tie_order)

    def head(self) -> _Head | None:
        """Read the numbers of the first line that counts, and the options after it."""
        head = None
        while head is None:
            line = self.next_line()
            if line is None:
                self.mistake(max(self.line, 1), "the file has no first line", b"")
                return None
            if _plain(line):
                head = self.numbers(line)
                if head is None:
                    return None
        self.options(head)
        return head

    def next_line(self) -> bytes | None:
        line = self.stream.readline()
        if self.line == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line:
            self.line += 1
        return line or None

    def numbers(self, line: bytes) -> _Head | None:
        match [_number(part) for part in _plain(line).split()]:
            case [int(candidates), int(seats)] if 1 <= candidates <= MAXIMUM_CANDIDATES and seats:
                spelled = {str(at + 1).encode(): Candidate(at) for at in range(candidates)}
                return _Head(candidates, seats, set(), (), spelled)
            case _:
                problem = "the first line gives the numbers of candidates and seats"
                self.mistake(self.line, problem, line, 1)
                return None

    def options(self, head: _Head) -> None:
        """Read withdrawn candidates, the order of ties and short names; stop at the papers."""
        while True:
            at = self.stream.tell()
            line = self.next_line()
            parts = _plain(line or b"").split()
            if line is not None and not parts:
                continue
            if line is not None and parts[0].startswith(b"["):
                self.option(line, head)
            elif line is not None and all(
                each_part.startswith(b"-") and each_part != b"-" for each_part in parts
            ):
                head.withdrawn.update(self.named([part[1:] for part in parts], line, head))
            else:
                self.stream.seek(at)
                self.line -= line is not None
                return

    def option(self, line: bytes, head: _Head) -> None:
        if not _OPTIONS.fullmatch(_plain(line)):
            problem = "an option is a name and its values in brackets, such as [tie 2 1]"
            self.mistake(self.line, problem, line, 1)
            return
        for name, values in _OPTION.findall(_plain(line)):
            parts = values.split()
            match name:
                case b"withdrawn":
                    head.withdrawn.update(self.named(parts, line, head))
                case b"tie":
                    head.tie_order = tuple(self.named(parts, line, head))
                    if len(set(head.tie_order)) < len(head.tie_order):
                        self.mistake(self.line, "[tie ...] names a candidate twice", line)
                case b"nick" if len(set(parts)) == len(parts) == head.candidates:
                    head.spelled.update({part: Candidate(at) for at, part in enumerate(parts)})
                case b"nick":
                    self.mistake(self.line, "[nick ...] names each candidate once", line)
                case _ if name not in _OF_OTHERS:
                    # A misspelt order of ties or withdrawal, passed over, could elect another.
                    problem = "there is no such option: withdrawn, tie and nick are read"
                    self.mistake(self.line, problem, line, line.index(name) + 1)

    def named(self, parts: Iterable[bytes], line: bytes, head: _Head) -> list[Candidate]:
        found = []
        for part in parts:
            if part in head.spelled:
                found.append(head.spelled[part])
            elif len(self.mistakes) < MAXIMUM_MISTAKES:
                problem = f"there is no candidate {_text(part[:20])!r} to withdraw or put in order"
                self.mistake(self.line, problem, line, line.index(part) + 1 if part else None)
        return found

    def count_lines(self, ends: tuple[bytes, ...]) -> tuple[Counter[bytes], list[bytes] | None]:
        """Count identical lines up to the end of the papers; return what was read beyond it."""
        counted: Counter[bytes] = Counter()
        while batch := list(islice(self.stream, _BATCH)):
            counted.update(batch)
            if any(end in counted for end in ends):
                at = next(at for at, line in enumerate(batch) if line in ends)
                counted.subtract(batch[at:])
                self.line += at + 1
                return counted, batch[at + 1 :]
            self.line += len(batch)
        return counted, None

    def papers(self, counted: Counter[bytes], head: _Head, start: int, before: int) -> Profile:
        """Read each different line once."""
        votes: dict[Paper, int] = {}
        wrong: dict[bytes, str] = {}
        spelled = head.spelled
        while counted:
            line, times = counted.popitem()
            if times <= 0:
                continue
            parts = line.split()
            try:
                ranking: Paper = tuple([spelled[part] for part in parts[1:-1]])
                plain = parts[-1] == b"0" and parts[0].isdigit() and len(parts[0]) <= _DIGITS
            except (KeyError, IndexError):
                plain = False
            if plain:
                weight = int(parts[0])
            else:
                paper = _paper(_plain(line), spelled)
                if paper is None:
                    continue
                if isinstance(paper, str):
                    wrong[line] = paper
                    continue
                weight, ranking = paper
            votes[ranking] = votes.get(ranking, 0) + weight * times
        self.wrong_papers(wrong, start, before)
        blank = votes.pop((), 0)
        formal = {paper: Weight(count, count) for paper, count in votes.items() if count}
        return Profile(formal, {"blank": Weight(blank, blank)} if blank else {})

    def wrong_papers(self, wrong: Mapping[bytes, str], start: int, before: int) -> None:
        """Find each wrong line again, and tell it at each of its places, up to a limit."""
        if not wrong:
            return
        after = self.stream.tell()
        self.stream.seek(start)
        more, number, line = 0, before, b""
        for number, line in enumerate(islice(self.stream, self.line - before), start=before + 1):
            if line in wrong and len(self.mistakes) < MAXIMUM_MISTAKES:
                self.mistake(number, wrong[line], line, _odd_column(line))
            else:
                more += line in wrong
        if more:
            self.mistake(number, f"{more:,} more papers are wrong", line)
        self.stream.seek(after)

    def names(self, lines: list[bytes], candidates: int) -> list[str]:
        """Read the quoted names and the title; whatever follows the title is passed over."""
        found: list[tuple[int, bytes, str]] = []
        for number, line in enumerate(lines, start=self.line + 1):
            text = self.decoded(number, line)
            place = 0
            while len(found) <= candidates + 1 + _EXTRA and not _NO_MORE.match(text, place):
                name = _NAME.match(text, place)
                if name is None and len(found) > candidates:
                    return self.checked_names(found, candidates)
                if name is None:
                    problem = "a name in quotation marks is expected"
                    self.mistake(number, problem, line, place + 1)
                    break
                found.append((number, line, re.sub(r"\\(.)", r"\1", name.group(1))))
                place = name.end()
        return self.checked_names(found, candidates)

    def checked_names(self, found: list[tuple[int, bytes, str]], candidates: int) -> list[str]:
        if not self.mistakes:
            self.check_names(found, candidates)
        return [name for _, _, name in found]

    def check_names(self, found: list[tuple[int, bytes, str]], candidates: int) -> None:
        if not candidates < len(found) <= candidates + 1 + _EXTRA:
            last = found[-1] if found else (self.line + 1, b"", "")
            expected = f"{candidates} names and the title are expected here"
            self.mistake(last[0], f"{expected}, {len(found)} in all are found", last[1])
            return
        for at, problem in check_names([name for _, _, name in found[:candidates]]):
            number, line, _ = found[at]
            self.mistake(number, problem, line)

    def decoded(self, number: int, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            column = len(_text(line[: error.start])) + 1
            self.mistake(number, "this line is not UTF-8", line, column)
            return ""


def _paper(plain: bytes, spelled: Mapping[bytes, Candidate]) -> tuple[int, Paper] | str | None:
    """Read a paper: its weight and places, or what is wrong, or None for an empty line."""
    if not plain:
        return None
    weight, *places = plain.split()
    if not weight.isdigit():
        return f"a paper begins with a whole number of papers, not {_text(weight[:20])!r}"
    if len(weight) > _DIGITS:
        return f"a number has more than {_DIGITS} digits"
    if not places or places[-1] != b"0" or b"0" in places[:-1]:
        return "a paper is a weight, the preferences, and one 0 at its end"
    read: list[Place] = []
    for place in places[:-1]:
        who = [spelled.get(part.lstrip(b"0")) for part in place.split(b"=")]
        if place == b"-":
            read.append(())
        elif None in who or len(set(who)) < len(who):
            return _odd_problem(place)
        else:
            read.append(as_place(candidate for candidate in who if candidate is not None))
    return int(weight), tuple(read)


def _odd_problem(place: bytes) -> str:
    shown = _text(place[:20])
    if place.replace(b"=", b"").isdigit():
        if b"=" in place:
            return f"{shown!r} is no group of different candidates"
        return "there is no such candidate: one of this paper's numbers is too high"
    return f"a paper has whole numbers only (or - or =), not {shown!r}"


def _odd_column(line: bytes) -> int | None:
    odd = re.search(rb"[^\s0-9=#-][^\s#]*", _plain(line))
    return line.index(odd.group()) + 1 if odd else None


def _number(part: bytes) -> int | None:
    return int(part) if part.isdigit() and len(part) <= _DIGITS else None


def _plain(line: bytes) -> bytes:
    return line.partition(b"#")[0].strip()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def write_blt(contest: Contest, profile: Profile) -> str:
    """Write a BLT file: what papers say, sorted, with their votes as weights.

    Blank papers are kept; other informal papers have no place in the format, nor has a line break
    in a name: it becomes a space.
    """
    lines = [f"{len(contest.candidates)} {contest.seats}"]
    lines += [f"-{candidate + 1}" for candidate in sorted(contest.withdrawn)]
    lines += [
        " ".join([str(weight.votes), *(_written(place) for place in paper), "0"])
        for paper, weight in sorted_rows(profile)
    ]
    blank = profile.informal.get("blank")
    lines += [f"{blank.votes} 0"] if blank else []
    lines += ["0", *(_quoted(name) for name in (*contest.candidates, contest.title)), ""]
    return "\n".join(lines)


def sorted_rows(profile: Profile) -> list[tuple[Paper, Weight]]:
    """Return the different papers, sorted by their places."""
    return sorted(profile.formal.items(), key=lambda row: [members(place) for place in row[0]])


def _written(place: Place) -> str:
    return "=".join(str(candidate + 1) for candidate in members(place)) or "-"


def _quoted(text: str) -> str:
    escaped = text.replace("\n", " ").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
