"""The letter that carries a member's token, and the mail-merge table of all of them."""

from __future__ import annotations

import csv
import io
import textwrap
from base64 import encodebytes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from string import Template
from typing import TYPE_CHECKING

from ccin_vote.correspondence.qr import qr_svg
from ccin_vote.correspondence.quoted import QuotedText
from ccin_vote.correspondence.templates import in_html, prepared, without_empty
from ccin_vote.election.words import REHEARSAL, REVOTING, plain_time, terms
from ccin_vote.seal.linkage import who_could_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ccin_vote.correspondence.templates import Templates
    from ccin_vote.election.contest import Candidate
    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.roll.roll import Member
    from ccin_vote.roll.token import Token

_WIDTH = 72
COLUMNS = ("name", "contact", "email", "token", "contests", "votes", "closes", "letter")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one member is sent; ``stem`` is the name of the files, which tells nothing."""

    member: Member
    token: Token
    contests: tuple[ContestDefinition, ...]
    stem: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail: the ballot page, or a receipt."""

    name: str
    data: bytes
    subtype: str
    digest: str = ""

    @cached_property
    def encoded(self) -> bytes:
        """The content as a mail has it: base64 in lines of 76 (RFC 2045, section 6.8)."""
        return encodebytes(self.data).rstrip(b"\n").replace(b"\n", b"\r\n")


@dataclass(frozen=True)
class Sender:
    """What all letters of one election share, its texts made once; ``orders``: each paper's."""

    definition: Definition
    election: str
    orders: Mapping[str, tuple[Candidate, ...]]
    templates: Templates

    @cached_property
    def common(self) -> dict[str, str]:
        """What every kind of letter to every member may fill in."""
        definition = self.definition
        return {
            "rehearsal": self.marked,
            "organisation": definition.organisation,
            "title": definition.title,
            "closes": self.closes,
            "officer": definition.officer.name,
            "email": definition.officer.email,
            "election": self.election,
            "revoting": REVOTING[definition.options.revoting],
        }

    def enclosing(self, file: str) -> dict[str, str]:
        """Return what a letter may say of the file that goes with it, by its name."""
        web = self.definition.options.web.rstrip("/")
        return {"page": file, "where": f"The same page is at {web}/{file}" if web else ""}

    @property
    def marked(self) -> str:
        """What stands over everything of a rehearsal; otherwise empty."""
        return REHEARSAL if self.definition.rehearsal else ""

    @cached_property
    def closes(self) -> str:
        """When the poll closes, in words."""
        return plain_time(self.definition.timetable.closes)

    @cached_property
    def linkage(self) -> tuple[str, ...]:
        """Who could link a member to a vote, in sentences."""
        return who_could_link(self.definition).sentences

    @cached_property
    def contests(self) -> Mapping[str, tuple[str, str]]:
        """What each contest is about, by id: as plain text and as HTML."""
        return {
            contest.id: (_contest(contest, self), _contest_html(contest, self))
            for contest in self.definition.contests
        }


def addressee(member: Member) -> dict[str, str]:
    """Return what is filled in of a member."""
    return {"member": member.name, "contact": member.contact}


@dataclass(frozen=True, slots=True)
class Shared:
    """What the letters of all who may vote in the same contests share.

    It is the ballot page, and the templates with all but the member's own places filled in.
    """

    page: Attachment
    mail_text: QuotedText
    mail_html: QuotedText
    letter_html: Template


def shared_by(sender: Sender, contests: Iterable[str], page: Attachment) -> Shared:
    """Return what the letters of all who may vote in these contests, by id, share."""
    about = [sender.contests[contest] for contest in contests]
    values = sender.common | sender.enclosing(page.name) | {"digest": page.digest}
    text = {
        "contests": "\n\n".join(plain for plain, _ in about),
        "linkage": "\n\n".join(sender.linkage),
    }
    html = {
        "contests": "\n".join(html for _, html in about),
        "linkage": "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sender.linkage),
    }
    plain = prepared(sender.templates["mail.txt"], values | text)
    written = in_html(values) | html
    return Shared(
        page,
        QuotedText.of(Template(without_empty(plain.template)), folded),
        QuotedText.of(prepared(sender.templates["mail.html"], written), str),
        prepared(sender.templates["letter.html"], written),
    )


def own_values(letter: Letter) -> dict[str, str]:
    """Return what is filled in for one member alone."""
    votes = letter.member.votes
    return addressee(letter.member) | {
        "token": letter.token.text,
        "votes": "It has one vote." if votes == 1 else f"Its ballot carries {votes} votes.",
    }


def letter_html(letter: Letter, shared: Shared) -> str:
    """Write the letter to be printed, with the token as a QR code (ISO/IEC 18004)."""
    code = qr_svg(letter.token.text, "The token as a QR code")
    return shared.letter_html.substitute(in_html(own_values(letter)) | {"qr": code})


def folded(text: str) -> str:
    """Fold paragraphs to 72 columns; lines that begin with a space or a dash stay as they are."""
    return "\n".join(
        line if line.startswith(" ") or len(line) <= _WIDTH else _folded_line(line)
        for line in text.split("\n")
    )


@lru_cache(maxsize=256)
def _folded_line(line: str) -> str:
    """Fold one long line; most of these stand in every letter, and none is a token's."""
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _facts(contest: ContestDefinition) -> Iterator[str]:
    seats = "1 seat" if contest.seats == 1 else f"{contest.seats} seats"
    rule = contest.rule_set
    yield f"{seats}, {rule.title}: {rule.summary}. {rule.tie_words}"
    yield from terms(contest.contest)


def _named(contest: ContestDefinition, sender: Sender) -> Iterator[str]:
    for at in sender.orders[contest.id]:
        one = contest.choices[at]
        yield f"{one.name} (withdrawn)" if one.withdrawn else one.name


def _contest(contest: ContestDefinition, sender: Sender) -> str:
    names = (f"    - {name}" for name in _named(contest, sender))
    return "\n".join([contest.title, *_facts(contest), *names])


def _contest_html(contest: ContestDefinition, sender: Sender) -> str:
    facts = "".join(f"<p>{escape(fact)}</p>" for fact in _facts(contest))
    names = "".join(f"<li>{escape(name)}</li>" for name in _named(contest, sender))
    return f"<h3>{escape(contest.title)}</h3>{facts}<ul>{names}</ul>"


def mail_merge(letters: Iterable[Letter], closes: str) -> str:
    """Write the table for a mail-merge program: CSV (RFC 4180) with a row a member."""
    return table(COLUMNS, (_row(letter, closes) for letter in letters))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV (RFC 4180) that no spreadsheet reads a formula in."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _row(letter: Letter, closes: str) -> Sequence[str]:
    member = letter.member
    titles = "; ".join(contest.title for contest in letter.contests)
    return (
        member.name,
        member.contact,
        member.email,
        letter.token.text,
        titles,
        str(member.votes),
        closes,
        letter.stem,
    )


def _cell(value: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
