"""The stage table: blocks of at most four stages, so that each fits a page and a terminal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import listed
from ccin_vote.errors import shown
from ccin_vote.record.stage import Elected, Excluded, Stage, StageKind, Withdrawn
from ccin_vote.report.because import unit
from ccin_vote.report.compared import dropped, takes_part
from ccin_vote.report.reserved import kept_out
from ccin_vote.rule import Committee, KeepValues, Star, Surplus, Transfers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record
    from ccin_vote.record.votes import Votes

STAGES_A_BLOCK = 4
NONE_LEFT = "-"
FIRST_PREFERENCES = "first preferences"
FOLDED = "first\npreferences"
"""The same in a terminal, where a column is narrow."""
ELECTED, EXCLUDED, RESERVED, DROPPED, WAITING = "E", "X", "R", "D", "W"
LETTERS = {
    ELECTED: "elected at this stage",
    EXCLUDED: "excluded on the strength of this stage",
    RESERVED: "excluded or passed over because of the reserved places",
    DROPPED: "dropped, and compared no further",
}
"""What each letter before a figure means."""
PAIRS = (
    "The table in pairs gives the votes that rank the candidate of the row above that of the"
    " column."
)
PAIRS_A_BLOCK = 6
SHORT = 11
"""Names of so many columns head the table in pairs; longer ones are numbered there."""


def legend(record: Record) -> str:
    """Say what the letters of the stage table mean, those that it has, and which votes wait."""
    return " ".join((*_letters(record), *_waiting(record), *([PAIRS] if record.matrix else [])))


def _letters(record: Record) -> Iterator[str]:
    cells = {
        _cell(record, who, stage).partition(" ")[0]
        for stage in record.stages
        for who in record.contest.standing
    }
    return (f"{letter}: {means}." for letter, means in LETTERS.items() if letter in cells)


def _waiting(record: Record) -> Iterator[str]:
    """Name the votes that a stage leaves with somebody who is to lose them."""
    stages, standing = record.stages, record.contest.standing
    if any(_waits(record, candidate, stage) for stage in stages for candidate in standing):
        yield (
            f"{WAITING}: votes of a candidate excluded before, which wait: the papers move in"
            " several steps, each at its own stage, until the count ends."
        )
    if any(_surplus_waits(record, who, stage) for stage in stages for who in standing):
        yield (
            "An elected candidate's votes above the quota are a surplus that waits, or was not"
            " needed."
        )
    if any(_cell(record, who, stage) == NONE_LEFT for stage in stages for who in standing):
        star = isinstance(record.rule.method, Star | Committee)
        yield f"{NONE_LEFT}: {'takes no part' if star else 'no votes left'}."


@dataclass(frozen=True, slots=True)
class Block:
    """A table: a heading row and rows, all text; the first column names who."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def stage_blocks(record: Record, stages_a_block: int = STAGES_A_BLOCK) -> Iterator[Block]:
    """Yield the stage table in blocks of at most four stages."""
    for start in range(0, len(record.stages), stages_a_block):
        stages = record.stages[start : start + stages_a_block]
        yield Block(
            ("", *(f"Stage {stage.number}" for stage in stages)),
            (
                (_what(record), *(_moved(record, stage) for stage in stages)),
                *_candidate_rows(record, stages),
                *_other_rows(record, stages),
            ),
        )


def pair_blocks(record: Record, columns: int = PAIRS_A_BLOCK) -> Iterator[Block]:
    """Return the comparison in pairs; where a name is long, numbers stand over the columns."""
    names, standing = record.contest.candidates, record.contest.standing
    numbered = any(_width(names[who]) > SHORT for who in standing)
    rows = {who: f"{who + 1} {names[who]}" if numbered else names[who] for who in standing}
    for start in range(0, len(standing) if record.matrix else 0, columns):
        others = standing[start : start + columns]
        yield Block(
            ("In pairs", *(f"above {other + 1}" if numbered else names[other] for other in others)),
            tuple(
                (
                    rows[who],
                    *("-" if who == other else f"{record.matrix[who][other]}" for other in others),
                )
                for who in standing
            ),
        )


def order_words(record: Record) -> str:
    """Return the order of all candidates, and who are equal in it."""
    names = record.contest.candidates
    return "; then ".join(
        names[rank[0]]
        if len(rank) == 1
        else f"{listed([names[who] for who in rank])}, who are equal"
        for rank in record.ranks
    )


def _what(record: Record) -> str:
    """Return the name of the row that says whether votes move or figures are compared."""
    compared = all(stage.kind is StageKind.COMPARISON for stage in record.stages)
    return "What is counted" if compared else "What moved"


def _moved(record: Record, stage: Stage) -> str:
    if stage.kind is StageKind.FIRST_PREFERENCES:
        return FIRST_PREFERENCES if record.rule.marking.value == "ranking" else "votes"
    if stage.kind is StageKind.COMPARISON:
        return unit(record, stage)[1]
    return str(stage.kind.value)


def _candidate_rows(record: Record, stages: tuple[Stage, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a row for everybody who continues, was elected, or has votes at one of these stages."""
    for candidate in record.contest.standing:
        cells = [_cell(record, candidate, stage) for stage in stages]
        if any(cell != NONE_LEFT for cell in cells):
            yield (record.contest.candidates[candidate], *cells)


def _cell(record: Record, who: Candidate, stage: Stage) -> str:
    """Return the votes, with a mark where a candidate is elected or excluded at this stage.

    Votes of a candidate excluded before, which wait to be moved, are shown as well: whatever is
    shown at a stage adds up to the total.
    """
    votes = str(stage.tally.candidates[who])
    if _waits(record, who, stage):
        return f"{WAITING} {votes}"
    if _gone(record, who, stage) or not takes_part(record, who, stage):
        return NONE_LEFT
    letter = _letter(record, who, stage)
    return f"{letter} {votes}" if letter else votes


def _letter(record: Record, who: Candidate, stage: Stage) -> str:
    if who in stage.elected:
        return ELECTED
    if any(who == out.who for out in kept_out(record, stage)):
        return RESERVED
    if any(who == out.who for out in dropped(record)):
        return DROPPED
    return EXCLUDED if who in stage.excluded else ""


def _waits(record: Record, who: Candidate, stage: Stage) -> bool:
    return _gone(record, who, stage) and stage.tally.candidates[who].units != 0


def _gone(record: Record, who: Candidate, stage: Stage) -> bool:
    fate = record.fates[who]
    return isinstance(fate, Excluded) and fate.stage < stage.number


def _surplus_waits(record: Record, who: Candidate, stage: Stage) -> bool:
    """Return whether a candidate was elected before a stage and keeps a surplus unmoved."""
    fate, method = record.fates[who], record.rule.method
    if not isinstance(method, Transfers) or method.surplus is Surplus.NONE or stage.quota is None:
        return False
    if not isinstance(fate, Elected) or fate.stage >= stage.number:
        return False
    moved = any(
        before.kind is StageKind.SURPLUS and who in before.of
        for before in record.stages[: stage.number]
    )
    return not moved and stage.tally.candidates[who] > stage.quota


def _other_rows(record: Record, stages: tuple[Stage, ...]) -> Iterator[tuple[str, ...]]:
    def row(name: str, values: list[Votes]) -> tuple[str, ...]:
        return (name, *(str(value) for value in values))

    if len(stages) > 1 or stages[0].number > 1 or stages[0].quota is not None:
        yield row("Non-transferable", [stage.tally.non_transferable for stage in stages])
    moving = isinstance(record.rule.method, Transfers | KeepValues)
    lost = any(stage.tally.lost_to_rounding.units for stage in record.stages)
    if record.rule.places and (moving or lost):
        yield row("Lost to rounding", [stage.tally.lost_to_rounding for stage in stages])
    yield row("Total", [stage.total for stage in stages])


def markdown_table(block: Block) -> str:
    """Write a block as a GitHub-flavoured table whose columns line up when read raw."""
    rows = [tuple(_escaped(cell) for cell in row) for row in (block.heading, *block.rows)]
    widths = [max(3, *(_width(row[at]) for row in rows)) for at in range(len(block.heading))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [rows[0], tuple(rule), *rows[1:]]
    return "\n".join(_markdown_row(line, widths) for line in lines)


def _markdown_row(cells: tuple[str, ...], widths: list[int]) -> str:
    gaps = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    rest = [gap + cell for cell, gap in zip(cells[1:], gaps[1:], strict=True)]
    return f"| {' | '.join([cells[0] + gaps[0], *rest])} |"


def _width(text: str) -> int:
    """Return how many columns a text takes: wide characters two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(each_character) in "WF" for each_character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


_SPECIAL = set("\\`*_{}[]<>#|~!&$")
_LIST_OR_LINE = re.compile(r"(?<!\S)(?:0*1(?=[.)](?!\S))|(?=[-+=]+(?!\S)))")


def markdown_text(text: str) -> str:
    """Return text from outside so that Markdown shows it as it is, wherever its lines are broken.

    A word such as ``-`` or ``1.`` would begin a list if it came first in a line.
    """
    return _LIST_OR_LINE.sub(r"\g<0>\\", _escaped(text))


def _escaped(text: str) -> str:
    plain = shown(text.replace("\n", " "))
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in plain)


def terminal_tables(record: Record) -> Iterator[Table]:
    """Yield the stage table for a terminal of 80 columns; names fold, figures stay whole."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for block in (*stage_blocks(record, _stages_that_fit(record)), *pair_blocks(record, 5)):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(block.heading[0], overflow="fold", min_width=8)
        for heading in block.heading[1:]:
            table.add_column(Text(shown(heading)), justify="right", no_wrap=True)
        for row in block.rows:
            cells = (FOLDED if cell == FIRST_PREFERENCES else shown(cell) for cell in row)
            table.add_row(*map(Text, cells))
        yield table


def _stages_that_fit(record: Record) -> int:
    """Return how many stages fit beside names of 16 letters, if the figures are very long."""
    figures = (len(f"X {stage.total}") for stage in record.stages)
    wide = max([len("preferences"), *figures]) + 1
    return min(STAGES_A_BLOCK, (80 - 18) // wide)


def fate_word(record: Record, who: Candidate) -> str:
    """Return a candidate's fate in a few words."""
    fate = record.fates[who]
    match fate:
        case Elected(stage=0):
            return "elected unopposed"
        case Elected(stage=stage):
            return f"elected at stage {stage}"
        case Excluded(stage=stage):
            return f"excluded after stage {stage}"
        case Withdrawn():
            return "withdrawn"
        case _:
            return "not elected"
