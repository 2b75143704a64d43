"""The letter that carries a member's token, and the mail-merge table of all of them."""

from __future__ import annotations

import csv
import io
import textwrap
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from ccin_vote.correspondence.templates import built_in, filled
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

    def filled(self, template: str, values: Mapping[str, object]) -> str:
        """Return one of the templates, by name, with its places filled in."""
        return filled(template, self.templates[template], values)


def addressee(member: Member) -> dict[str, str]:
    """Return what is filled in of a member."""
    return {"member": member.name, "contact": member.contact}


@dataclass(frozen=True, slots=True)
class Shared:
    """What the letters of all who may vote in the same contests share.

    It is the ballot page, and all that is filled in but the member's own: as plain text, and as
    HTML.
    """

    sender: Sender
    page: Attachment
    plain: Mapping[str, str]
    html: Mapping[str, str]


def shared_by(sender: Sender, contests: Iterable[str], page: Attachment) -> Shared:
    """Return what the letters of all who may vote in these contests, by id, share."""
    wanted = set(contests)
    about = [
        _about(contest, sender) for contest in sender.definition.contests if contest.id in wanted
    ]
    values = sender.common | sender.enclosing(page.name) | {"digest": page.digest}
    plain = {
        "contests": "\n\n".join(contest.plain for contest in about),
        "linkage": "\n\n".join(sender.linkage),
    }
    html = {
        "contests": _part("contests.html", contests=about),
        "linkage": _part("linkage.html", linkage=sender.linkage),
    }
    return Shared(sender, page, values | plain, values | html)


def _part(name: str, **values: object) -> Markup:
    """Return a part of a letter as HTML that is not to be escaped again."""
    return Markup(filled(name, built_in(name), values).strip())  # noqa: S704  (it was escaped)


def own_values(letter: Letter) -> dict[str, str]:
    """Return what is filled in for one member alone."""
    votes = letter.member.votes
    return addressee(letter.member) | {
        "token": letter.token.text,
        "votes": "It has one vote." if votes == 1 else f"Its ballot carries {votes} votes.",
    }


def letter_html(letter: Letter, shared: Shared) -> str:
    """Return the letter to be printed, with the token as a QR code (ISO/IEC 18004)."""
    values = {**shared.html, **own_values(letter), "qr": qr_code(letter.token.text)}
    return shared.sender.filled("letter.html", values)


def qr_code(token: str) -> Markup:
    """Return a token as a QR code, an SVG element."""
    import segno  # not at once: most commands write no letter

    # A telephone reads any of the eight masks; looking for the best takes most of the time.
    code = segno.make(token, error="m", micro=False, mask=3)
    drawn = code.svg_inline(
        scale=4, border=2, title="The token as a QR code", svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704  (the library's own)


def laid_out(text: str) -> str:
    """Return a plain text without the paragraphs that came to nothing, folded to 72 columns.

    Lines that begin with a space stay as they are.
    """
    paragraphs = text.strip("\n").split("\n\n")
    kept = "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip())
    return "\n".join(
        line if line.startswith(" ") or len(line) <= _WIDTH else _folded(line)
        for line in kept.split("\n")
    )


@lru_cache(maxsize=256)
def _folded(line: str) -> str:
    """Fold one long line; most of these stand in every letter."""
    # A web or mail address that is broken in two cannot be followed.
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True, slots=True)
class _About:
    """What a letter says of a contest."""

    title: str
    facts: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The same as plain text."""
        return "\n".join([self.title, *self.facts, *(f"    - {name}" for name in self.names)])


def _about(contest: ContestDefinition, sender: Sender) -> _About:
    order = [contest.choices[at] for at in sender.orders[contest.id]]
    names = (f"{choice.name}{' (withdrawn)' if choice.withdrawn else ''}" for choice in order)
    return _About(contest.title, tuple(_facts(contest)), tuple(names))


def _facts(contest: ContestDefinition) -> Iterator[str]:
    seats = "1 seat" if contest.seats == 1 else f"{contest.seats} seats"
    rule = contest.rule_set
    yield f"{seats}, {rule.title}: {rule.summary}. {rule.tie_words}"
    yield from terms(contest.contest)


def mail_merge(letters: Iterable[Letter], closes: str) -> str:
    """Return the table for a mail-merge program: CSV (RFC 4180) with a row a member."""
    return table(COLUMNS, (_row(letter, closes) for letter in letters))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV (RFC 4180) that no spreadsheet reads a formula in."""
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
        member.email if member.is_mailed else "",
        letter.token.text,
        titles,
        str(member.votes),
        closes,
        letter.stem,
    )


def _cell(value: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
