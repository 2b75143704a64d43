"""The letter that carries a member's token, and the mail-merge table of all of them."""

from __future__ import annotations

import csv
import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import REHEARSAL, plain_time, terms
from ccin_vote.seal.linkage import who_could_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ccin_vote.election.definition import CandidateDefinition, ContestDefinition, Definition
    from ccin_vote.roll.roll import Member
    from ccin_vote.roll.token import Token

_WIDTH = 72
COLUMNS = ("name", "contact", "email", "token", "contests", "votes", "closes")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one member is sent."""

    member: Member
    token: Token
    contests: tuple[ContestDefinition, ...]


def letter_text(letter: Letter, definition: Definition, election: str) -> str:
    """Write one member's letter as plain text, at most 72 columns wide."""
    parts = [
        _heading(definition),
        _filled(f"To {letter.member.contact}, for {letter.member.name}"),
        _filled(
            f"Your organisation may vote in this election until"
            f" {plain_time(definition.timetable.closes)}. {_votes(letter.member.votes)}"
        ),
        f"Your token, to be typed once, and kept to yourself:\n\n    {letter.token.text}",
        *(_contest(contest) for contest in letter.contests),
        _how(definition, election.rpartition("-")[0]),
        "Who could link you to your vote\n\n"
        + "\n\n".join(_filled(sentence) for sentence in who_could_link(definition).sentences),
        _filled(
            f"Election {election}. Questions: {definition.officer.name},"
            f" {definition.officer.email}."
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _filled(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _heading(definition: Definition) -> str:
    marked = f"{REHEARSAL}\n\n" if definition.rehearsal else ""
    return f"{marked}{_filled(definition.organisation)}\n{_filled(definition.title)}"


def _votes(votes: int) -> str:
    return "It has one vote." if votes == 1 else f"Its ballot carries {votes} votes."


def _contest(contest: ContestDefinition) -> str:
    seats = "1 seat" if contest.seats == 1 else f"{contest.seats} seats"
    rule = contest.rule_set
    lines = [
        _filled(contest.title),
        _filled(f"{seats}, {rule.title}: {rule.summary}. {rule.tie_words}"),
        *map(_filled, terms(contest.contest)),
        *(_filled(f"- {_named(one)}", "    ") for one in contest.choices),
    ]
    return "\n".join(lines)


def _named(candidate: CandidateDefinition) -> str:
    gone = ", withdrawn" if candidate.withdrawn else ""
    return f"{candidate.name} ({candidate.id}{gone})"


def _how(definition: Definition, slug: str) -> str:
    again = (
        "If you vote again before the close, only your latest ballot counts."
        if definition.options.revoting == "latest"
        else "Your first ballot counts; a later one is refused."
    )
    return "\n\n".join(
        [
            "How to vote",
            _filled(
                "1. Get the published folder of the election from your returning officer"
                f" ({slug}). On your own computer, run:"
            ),
            "    ccin-vote vote FOLDER --sealed my-ballot.txt",
            _filled(
                "2. Type the token, then your choices. The file that it writes is sealed: nobody"
                " can read it on the way."
            ),
            _filled(
                f"3. Send my-ballot.txt by e-mail to {definition.officer.email}. Keep the ballot"
                " code that is shown: with it you can check that your ballot was counted."
            ),
            _filled(again),
        ]
    )


def mail_merge(letters: Iterable[Letter], closes: datetime) -> str:
    """Write the table for a mail-merge program: CSV (RFC 4180) with a row a member."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for letter in letters:
        writer.writerow([_cell(value) for value in _row(letter, closes)])
    return stream.getvalue()


def _row(letter: Letter, closes: datetime) -> Sequence[str]:
    member = letter.member
    titles = "; ".join(contest.title for contest in letter.contests)
    return (
        member.name,
        member.contact,
        member.email,
        letter.token.text,
        titles,
        str(member.votes),
        plain_time(closes),
    )


def _cell(value: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
