"""BLT files: what they hold, and every mistake in them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.ballot.blt import MAXIMUM_MISTAKES, read_blt, write_blt
from ccin_vote.ballot.profile import Paper, Profile, Weight
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import BadInput

PLAIN = b'3 1\n-2\n4 1 3 0\n2 3 0\n1 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Chair"\n'


def ranked(*numbers: int) -> tuple[Candidate, ...]:
    """Return a ranking by the candidates' numbers in the file."""
    return tuple(Candidate(number - 1) for number in numbers)


def test_a_file_gives_its_contest_and_its_papers_grouped() -> None:
    """Seats, names, title, who withdrew; identical papers together; a blank paper is informal."""
    found = read_blt(PLAIN, "plain.blt")
    assert found.contest == Contest(
        "Chair", ("Ann", "Bob", "Cy"), Seats(1), frozenset({Candidate(1)})
    )
    assert found.profile.formal == {ranked(1, 3): Weight(4, 4), ranked(3): Weight(2, 2)}
    assert found.profile.informal == {"blank": Weight(1, 1)}


SPELLINGS = {
    "a byte-order mark": b"\xef\xbb\xbf" + PLAIN,
    "CRLF line ends": PLAIN.replace(b"\n", b"\r\n"),
    "a missing final newline": PLAIN.rstrip(b"\n"),
    "comments and empty lines": PLAIN.replace(b"\n4 1 3 0", b"\n# papers\n\n4 1 3 0 # four"),
    "papers that are split": PLAIN.replace(b"4 1 3 0", b"1 1 3 0\n2 1 3 0\n1 1 3 0"),
    "spaces and tabs": PLAIN.replace(b"4 1 3 0", b"  4\t1   3 0  "),
    "names on one line": PLAIN.replace(b'"Ann"\n"Bob"', b'"Ann" "Bob" # two'),
    "an end with a comment": PLAIN.replace(b"\n0\n", b"\n0 # end\n"),
    "a paper of no weight": PLAIN.replace(b"1 0\n", b"1 0\n0 2 1 0\n"),
}


@pytest.mark.parametrize("data", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_spelling_that_changes_nothing(data: bytes) -> None:
    """The same contest and papers come out however the file is laid out."""
    assert read_blt(data, "spelled.blt") == read_blt(PLAIN, "plain.blt")


def test_names_hold_quotation_marks_and_any_letters() -> None:
    r"""Inside quotation marks ``\"`` is a quotation mark and ``#`` no comment; UTF-8 is kept."""
    data = '2 1\n1 1 0\n0\n"Zoë \\"Zed\\" #1"\n"李 \\\\ 雷"\n"Título"\n'.encode()
    assert read_blt(data, "names.blt").contest.candidates == ('Zoë "Zed" #1', "李 \\ 雷")


NAMES = b'"A"\n"B"\n"T"\n'
MISTAKES = {
    "an empty file": (b"", "1: the file has no first line"),
    "a heading of one number": (b"2\n0\n" + NAMES, "1:1: the first line gives"),
    "a heading in words": (b"# x\ntwo one\n0\n" + NAMES, "2:1: the first line gives"),
    "no seats": (b"2 0\n0\n" + NAMES, "1:1: the first line gives"),
    "more candidates than anybody can list": (b"10001 1\n0\n" + NAMES, "1:1: the first line gives"),
    "a heading of five thousand digits": (b"9" * 5000 + b" 1\n0\n", "1:1: the first line gives"),
    "a stranger withdrawn": (b"2 1\n-3\n0\n" + NAMES, "2:2: there is no candidate '3' to withdraw"),
    "nobody withdrawn": (
        b"2 1\n-\n0\n" + NAMES,
        "2: a paper begins with a whole number of papers, not '-'",
    ),
    "papers without an end": (b"2 1\n1 1 0\n" + NAMES, "5: the papers do not end with a line 0"),
    "a paper without an end": (b"2 1\n1 1 2\n0\n" + NAMES, "2: a paper is a weight"),
    "a paper of one number": (b"2 1\n7\n0\n" + NAMES, "2: a paper is a weight"),
    "a 0 inside a paper": (b"2 1\n1 1 0 2 0\n0\n" + NAMES, "2: a paper is a weight"),
    "a number too high": (b"2 1\n1 2 3 0\n0\n" + NAMES, "2: there is no such candidate"),
    "a weight of five thousand digits": (
        b"2 1\n" + b"9" * 5000 + b" 1 0\n0\n" + NAMES,
        "2: a number has more than 15 digits",
    ),
    "a candidate equal to itself": (b"2 1\n1 1=1 0\n0\n" + NAMES, "2: '1=1' is no group"),
    "an equal stranger": (b"2 1\n1 1=3 0\n0\n" + NAMES, "2: '1=3' is no group"),
    "short names for too few": (b"2 1\n[nick a]\n1 a 0\n0\n" + NAMES, "2: [nick ...] names each"),
    "a misspelt option": (b"2 1\n[tye 2 1]\n0\n" + NAMES, "2:2: there is no such option"),
    "a misspelt option after a good one": (
        b"2 1\n[tie 2 1] [withdrew 2]\n0\n" + NAMES,
        "2:12: there is no such option",
    ),
    "a candidate twice in the order of ties": (
        b"2 1\n[tie 1 1]\n0\n" + NAMES,
        "2: [tie ...] names a candidate twice",
    ),
    "an option without its end": (b"2 1\n[tie 2 1\n0\n" + NAMES, "2:1: an option is a name"),
    "words after an option": (b"2 1\n[tie 2 1] 3\n0\n" + NAMES, "2:1: an option is a name"),
    "a negative weight": (
        b"2 1\n1 1 0\n-3 1 0\n0\n" + NAMES,
        "3: a paper begins with a whole number",
    ),
    "a fraction": (b"2 1\n 1.5 1 0\n0\n" + NAMES, "2:3: a paper begins with a whole number"),
    "a word": (b"2 1\n1 1 two 0\n0\n" + NAMES, "2:5: a paper has whole numbers only (or - or =)"),
    "a byte that is no text": (b"2 1\n1 \xff 0\n0\n" + NAMES, "2:3: a paper has whole numbers"),
    "a name without marks": (b'2 1\n0\n"A"\nBob\n"T"\n', "4:1: a name in quotation marks"),
    "a mark that never closes": (b'2 1\n0\n"A"\n"Bob\n"T"\n', "4:1: a name in quotation marks"),
    "a name that is not UTF-8": (b'2 1\n0\n"A"\n"\xe9B"\n"T"\n', "4:2: this line is not UTF-8"),
    "an empty name": (b'2 1\n0\n"A"\n" "\n"T"\n', "4: this name is empty"),
    "the same name twice": (b'2 1\n0\n"A"\n"A"\n"T"\n', "4: a candidate with this name stood"),
    "no title": (b'2 1\n0\n"A"\n"B"', "4: 2 names and the title are expected here, 2 in all"),
    "names without end": (
        b'2 1\n0\n"A" "B" "C" "D" "E" "F" "T"',
        "3: 2 names and the title are expected here, 7 in all",
    ),
}


@pytest.mark.parametrize(("data", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_place(data: bytes, said: str) -> None:
    """The message begins with file, line and, where there is one, column."""
    with pytest.raises(BadInput) as caught:
        read_blt(data, "f.blt")
    assert str(caught.value.mistakes[0]).startswith(f"f.blt:{said}")


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    """One reading finds a bad withdrawal, bad papers and bad names alike."""
    data = b'2 1\n-5\n1 1 3 0\n1 2 0\n1 1 3 0\nx\n0\n"A"\nB\n"T"\n'
    with pytest.raises(BadInput) as caught:
        read_blt(data, "f.blt")
    assert [mistake.line for mistake in caught.value.mistakes] == [2, 3, 5, 6, 9]


def test_a_file_of_nothing_but_mistakes_is_told_briefly() -> None:
    """Beyond a limit wrong papers are only counted."""
    data = b"2 1\n" + b"".join(b"%d x 0\n" % number for number in range(30_000)) + b"0\n" + NAMES
    with pytest.raises(BadInput) as caught:
        read_blt(data, "f.blt")
    assert len(caught.value.mistakes) == MAXIMUM_MISTAKES + 1
    assert "29,950 more papers are wrong" in str(caught.value)


def test_equal_and_skipped_places_withdrawn_names_an_order_of_ties_and_short_names_are_read() -> (
    None
):
    """Everything that the format's writers put into it."""
    papers = b"3 2\n[nick a b c] [withdrawn c]\n[tie 2 1]\n2 a=b - c 0\n1 3 1 1 0\n0\n"
    data = papers + b'"A" "B" "C" "T" "source"\nfree text after the title\n'
    found = read_blt(data, "f.blt")
    a, b, c = map(Candidate, range(3))
    assert found.profile.formal == {((a, b), (), c): Weight(2, 2), (c, a, a): Weight(1, 1)}
    assert found.contest.withdrawn == {c}
    assert found.tie_order == (b, a)


@given(st.binary(max_size=200) | st.text('0123 -="#\n\\x').map(str.encode))
def test_whatever_the_bytes_a_file_is_read_or_refused(data: bytes) -> None:
    """No file ends in anything but ballots or a list of mistakes."""
    with suppress(BadInput):
        assert read_blt(data, "any.blt").contest.candidates


NAME = st.text(
    st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1
).filter(str.strip)


@st.composite
def ballot_files(draw: st.DrawFn) -> tuple[Contest, Profile]:
    """Make any contest and its papers."""
    names = draw(st.lists(NAME, min_size=1, max_size=6, unique=True))
    everyone = [Candidate(number) for number in range(len(names))]
    rankings = st.permutations(everyone).flatmap(
        lambda order: st.integers(1, len(order)).map(lambda length: tuple(order[:length]))
    )
    papers = draw(st.dictionaries(rankings, st.integers(1, 10**9), max_size=6))
    blank = draw(st.integers(0, 5))
    contest = Contest(
        draw(NAME),
        tuple(names),
        Seats(draw(st.integers(1, 8))),
        draw(st.frozensets(st.sampled_from(everyone))),
    )
    formal: dict[Paper, Weight] = {paper: Weight(papers[paper], papers[paper]) for paper in papers}
    return contest, Profile(formal, {"blank": Weight(blank, blank)} if blank else {})


@given(ballot_files())
def test_what_is_written_reads_back_the_same(written: tuple[Contest, Profile]) -> None:
    """Writing and reading are inverse, whatever the names."""
    found = read_blt(write_blt(*written).encode(), "round.blt")
    assert (found.contest, found.profile) == written


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    """The format has no way to write it."""
    contest = Contest("T", ("A\nB",), Seats(1))
    text = write_blt(contest, Profile({}))
    assert read_blt(text.encode(), "f.blt").contest.candidates == ("A B",)
