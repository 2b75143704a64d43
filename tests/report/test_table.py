"""The stage table: in Markdown, read raw and rendered, and in the terminal."""

from __future__ import annotations

import io
import textwrap
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from ccin_vote.ballot.blt import read_blt
from ccin_vote.ballot.profile import Profile, Weight
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.errors import shown
from ccin_vote.record.lots import RecordedLots
from ccin_vote.report.table import (
    Block,
    fate_word,
    legend,
    markdown_table,
    markdown_text,
    stage_blocks,
    terminal_tables,
)
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Paper
    from ccin_vote.record.stage import Record

RENDER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def counted(text: str, rule: str) -> Record:
    """Count a BLT file."""
    ballots = read_blt(text.encode(), "hand.blt")
    lots = RecordedLots(ballots.contest, ballots.contest.title)
    return count_contest(ballots.contest, ballots.profile, RULES[rule], lots)


SMALL = '3 2\n5 1 2 0\n5 1 0\n3 2 0\n2 3 0\n0\n"Ann"\n"Bob"\n"Cy"\n"T"\n'

SMALL_TABLE = """\
|                  |           Stage 1 |   Stage 2 |   Stage 3 |
| ---------------- | ----------------: | --------: | --------: |
| What moved       | first preferences |   surplus | exclusion |
| Ann              |        E 10.00000 |   6.00000 |   6.00000 |
| Bob              |           3.00000 |   5.00000 | E 5.00000 |
| Cy               |           2.00000 | X 2.00000 |         - |
| Non-transferable |           0.00000 |   2.00000 |   4.00000 |
| Lost to rounding |           0.00000 |   0.00000 |   0.00000 |
| Total            |          15.00000 |  15.00000 |  15.00000 |"""


def test_the_table_reads_well_raw() -> None:
    """Columns line up; who is elected or excluded at a stage is marked there."""
    (block,) = stage_blocks(counted(SMALL, "scottish-stv"))
    assert markdown_table(block) == SMALL_TABLE


def test_a_long_count_comes_in_blocks_of_four_stages() -> None:
    """Who was excluded in an earlier block has no row in a later one."""
    names = "\n".join(f'"C{number}"' for number in range(9))
    papers = "\n".join(f"{20 - 2 * number} {number + 1} 0" for number in range(9))
    blocks = list(stage_blocks(counted(f'9 1\n{papers}\n0\n{names}\n"T"\n', "alternative-vote")))
    assert [len(block.heading) - 1 for block in blocks] == [4, 4]
    who = [[row[0] for row in block.rows if row[0].startswith("C")] for block in blocks]
    assert who == [[f"C{number}" for number in range(9)], [f"C{number}" for number in range(5)]]


STEPS = '4 1\n6 1 2 0\n5 2 0\n2 3 2 0\n1 4 3 1 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Di"\n"T"\n'


def test_votes_that_wait_are_shown_until_they_move() -> None:
    """Papers of Cy and Ann move in two steps; the votes between them are marked, and no dash."""
    record = counted(STEPS, "prsa-1977")
    rows = [{row[0]: row[1:] for row in block.rows} for block in stage_blocks(record)]
    assert rows[0]["Cy"] == ("2.000", "X 3.000", "W 1.000", "-")
    assert rows[0]["Ann"] == ("6.000", "6.000", "6.000", "X 7.000")
    assert rows[1]["Ann"] == ("W 1.000",)
    assert "Cy" not in rows[1]


LEGEND = "E: elected at this stage. X: excluded on the strength of this stage."

WAITS = {
    "somebody has no votes left": (SMALL, "scottish-stv", " -: no votes left."),
    "papers that move in steps": (
        STEPS,
        "prsa-1977",
        (
            " W: votes of a candidate excluded before, which wait: the papers move in several"
            " steps, each at its own stage, until the count ends. -: no votes left."
        ),
    ),
    "a surplus that changes nothing": (
        '4 2\n11 1 0\n9 2 0\n6 3 0\n4 4 3 0\n0\n"Ann"\n"Bob"\n"Cy"\n"Di"\n"T"\n',
        "ers97",
        (
            " An elected candidate's votes above the quota are a surplus that waits, or was not"
            " needed. -: no votes left."
        ),
    ),
}


@pytest.mark.parametrize(("text", "rule", "told"), WAITS.values(), ids=WAITS.keys())
def test_the_legend_says_what_waits(text: str, rule: str, told: str) -> None:
    """After the letters, and only where the table has it."""
    record = counted(text, rule)
    assert legend(record) == f"{LEGEND}{told}"


def test_the_legend_tells_only_letters_that_the_table_has() -> None:
    """Nobody is excluded at a single stage."""
    record = counted(SMALL.replace("3 2", "3 1", 1), "first-past-the-post")
    assert legend(record) == "E: elected at this stage."


def test_first_past_the_post_has_no_row_for_what_it_does_not_know() -> None:
    """One stage: no transfers, so nothing non-transferable and no rounding."""
    (block,) = stage_blocks(counted(SMALL.replace("3 2", "3 1", 1), "first-past-the-post"))
    assert [row[0] for row in block.rows] == ["What moved", "Ann", "Bob", "Cy", "Total"]


HOSTILE = {
    "pipes": "a|b||c",
    "a pipe behind a backslash": "a\\|b\\\\|c\\",
    "HTML": "<script>alert(1)</script><!-- x",
    "an entity": "&lt;b&gt; &amp; &#124;",
    "emphasis and code": "*a* _b_ `c` ``d ~~e~~",
    "a link and a picture": "[x](javascript:1) ![y](z)",
    "a heading": "# x",
    "a line break": "a\nb",
    "mathematics": "$x$",
    "brackets": "{{x}}",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_shown_as_it_is(name: str) -> None:
    """Rendered, the cell holds the name's own letters and no markup."""
    assert _cell(name) == name.replace("\n", " ")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_name_is_shown_as_it_is(name: str) -> None:
    """Control characters become visible escapes; everything else stays."""
    assert _cell(name).split() == shown(name.replace("\n", " ")).split()


def _cell(name: str) -> str:
    html = RENDER.render(markdown_table(Block(("", "Stage 1"), ((name, "1"),))))
    assert html.count("<td") == 2
    cell = html[html.index("<td>") + 4 : html.index("</td>")]
    assert "<" not in cell
    return unescape(cell)


WORDS = st.text("-+=1.)#> aB|*", min_size=1, max_size=60).filter(str.strip)


@given(WORDS, st.integers(5, 30))
def test_a_name_begins_no_list_wherever_its_line_is_broken(name: str, width: int) -> None:
    """Wrapped into a paragraph at any width, it stays one paragraph."""
    lines = textwrap.fill(
        f"x {markdown_text(name)}", width, break_long_words=False, break_on_hyphens=False
    )
    html = RENDER.render(lines)
    assert html.startswith("<p>")
    assert html.count("<") == 2
    assert unescape(html[3:-5]).split() == ["x", *name.split()]


def test_wide_letters_line_up() -> None:
    """A Chinese letter takes two columns of a terminal, a combining accent none."""
    table = markdown_table(Block(("", "Stage 1"), (("李雷", "1"), ("Zoe\u0308", "2"))))
    assert table.split("\n")[2:] == ["| 李雷 |       1 |", "| Zoe\u0308  |       2 |"]


@pytest.mark.parametrize("papers", [3, 123_456_789])
def test_the_terminal_table_fits_eighty_columns(papers: int) -> None:
    """Long names are folded, figures are never cut."""
    everyone = [Candidate(number) for number in range(6)]
    names = tuple(f"The Very Long Name of Candidate Number {n}, \x1b[31mred" for n in everyone)
    formal: dict[Paper, Weight] = {
        (candidate,): Weight(papers + 7 * candidate, papers + 7 * candidate)
        for candidate in everyone
    }
    contest = Contest("Long", names, Seats(2))
    lots = RecordedLots(contest, "Long")
    record = count_contest(contest, Profile(formal), RULES["scottish-stv"], lots)
    screen = Console(file=io.StringIO(), width=80, color_system=None)
    for table in terminal_tables(record):
        screen.print(table)
    file = screen.file
    assert isinstance(file, io.StringIO)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in file.getvalue()
    whole = file.getvalue()
    for stage in record.stages:
        for votes in stage.tally.candidates:
            assert votes.units == 0 or str(votes) in whole


def test_a_fate_in_a_few_words() -> None:
    """For lists of candidates."""
    record = counted('3 1\n-3\n3 1 0\n2 2 0\n0\n"A"\n"B"\n"C"\n"T"\n', "alternative-vote")
    told = [fate_word(record, Candidate(number)) for number in range(3)]
    assert told == ["elected at stage 1", "not elected", "withdrawn"]
