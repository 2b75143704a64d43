"""Which column of a list is what: by the usual headings, by what is in it, or as somebody says.

Headings are compared without regard to case, hyphens and other signs. Where they say nothing or
too much, the answer is a question for a person, never a guess that could be wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.document import nearest, quoted
from ccin_vote.roll.recognising import columns_without_headings, has_address, the_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ccin_vote.roll.tables import Row, Table

FIELDS = {
    "id": "the member's number",
    "name": "the member's name",
    "first-name": "a first name, where names are in two columns",
    "surname": "a surname, where names are in two columns",
    "contact": "the person who is written to",
    "email": "the e-mail address",
    "channel": "email, post or paper",
    "groups": "the groups that a member is in",
    "votes": "how many votes a member has",
}
"""What a column can be, and what that means."""

_USUAL: Mapping[str, str] = {
    "id": "id; member id; member no; member number; member ref; member code; membership id;"
    " membership no; membership number; membership ref; mem no; ref; reference; no; number",
    "name": "name; member; member name; organisation; organization; organisation name;"
    " organization name; member organisation; company; company name; full name; council;"
    " council name; authority; society; branch",
    "first-name": "first name; firstname; forename; forenames; given name; first",
    "surname": "surname; last name; lastname; family name; last",
    "contact": "contact; contact name; contact person; lead contact; main contact;"
    " primary contact; representative; name of contact",
    "email": "email; e mail; mail; email address; e mail address; mail address; contact email;"
    " contact e mail; email contact; primary email; main email; work email; emailaddress",
    "channel": "channel; voting channel; how to vote; vote by",
    "groups": "groups; group; electorate; electorates; constituency",
    "votes": "votes; votes each; number of votes; no of votes; voting rights",
}
_FIELD_OF = {name: field for field, names in _USUAL.items() for name in names.split("; ")}
_ORGANISATIONS = frozenset(_USUAL["name"].split("; ")) - {"name", "full name", "member name"}
_SEARCHED = 20
"""In so many rows headings are looked for; a title and a date may stand above them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is, by the column's number from 0; the headings, and the first member."""

    places: Mapping[str, int]
    headings: tuple[str, ...]
    begin: int
    """The place in the table of the row below the headings."""

    @property
    def unused(self) -> list[int]:
        """The columns that are not needed, by their numbers from 0."""
        used = set(self.places.values())
        return [at for at in range(len(self.headings)) if at not in used]

    @property
    def words(self) -> str:
        """Which column was taken as what: by its heading, or else by its number from 1."""
        named = sorted((at, field) for field, at in self.places.items())
        return ", ".join(
            f"{field} from {quoted(self.headings[at]) if self.headings[at] else at + 1}"
            for at, field in named
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to say: which of the columns is a field; ``said`` is the reason."""

    field: str
    said: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoSuchColumn:
    """Somebody named a column that the list has not; the words say so and name the nearest."""

    words: str


def folded(heading: str) -> str:
    """Return a heading in lower case and without signs: ``E-mail address:`` is one of many."""
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ")))


def find_columns(
    table: Table, said: Mapping[str, str]
) -> Columns | NoSuchColumn | tuple[Question, ...]:
    """Return which column is what; or what has to be asked first.

    Args:
        table: the list.
        said: fields whose column is known, by its heading or its number from 1; an empty text
            says that there is none.
    """
    begin, headings = _headings(table.rows, said)
    rows = table.rows[begin:]
    width = max((len(row.cells) for row in table.rows), default=0)
    names = headings or ("",) * width
    found = _said(names, said)
    if isinstance(found, NoSuchColumn):
        return found
    claims = _claims(names, found, said) if headings else _by_content(rows, found, said)
    if "email" not in claims and "email" not in said:
        # A column that alone has addresses needs no heading.
        claims |= the_addresses(rows, {at for places in claims.values() for at in places})
    questions = tuple(_questions(claims, names, rows, said))
    if questions:
        return questions
    places = {field: at for field, (at,) in claims.items()}
    return Columns(places, names, begin)


def _headings(rows: Sequence[Row], said: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """Return where the members begin, and the headings above them; none if there are none."""
    known = {folded(heading) for heading in said.values()} - {""} | set(_FIELD_OF)
    first = next((at for at, row in enumerate(rows) if not row.is_blank), 0)
    above: list[tuple[int, Row, int]] = []
    for at, row in enumerate(rows[:_SEARCHED]):
        if has_address(row):
            break
        score = sum(folded(cell) in known for cell in row.cells)
        # One known word alone may be a member's; in the first row it is a heading.
        if score > 1 or (score and at == first):
            above.append((score, row, at))
    if above:
        _, row, at = max(above, key=lambda each: (each[0], -each[2]))
        return at + 1, row.cells
    if rows and not has_address(rows[first]) and any(map(has_address, rows)):
        # Headings that nobody knows are still headings, if addresses stand below them.
        return first + 1, rows[first].cells
    return 0, ()


def _said(names: Sequence[str], said: Mapping[str, str]) -> dict[str, int] | NoSuchColumn:
    """Return the columns that somebody named: by heading, or by number where no heading fits."""
    found = {}
    for field, heading in said.items():
        at = [place for place, name in enumerate(names) if folded(name) == folded(heading)]
        if heading and at:
            found[field] = at[0]
        elif heading.isdecimal() and 0 < int(heading) <= len(names):
            found[field] = int(heading) - 1
        elif heading:
            hint = nearest(heading, filter(None, names)) or "name it by its number, from 1"
            return NoSuchColumn(f"There is no column {quoted(heading)}; {hint}")
    return found


def _claims(
    names: Sequence[str], found: Mapping[str, int], said: Mapping[str, str]
) -> dict[str, list[int]]:
    """Return for each field the columns whose headings claim it; what was said comes first."""
    claims = {field: [at] for field, at in found.items()}
    for at, name in enumerate(names):
        field = _FIELD_OF.get(folded(name))
        if field and field not in said and at not in found.values():
            claims.setdefault(field, []).append(at)
    return _organisations_first(claims, names, said)


def _organisations_first(
    claims: dict[str, list[int]], names: Sequence[str], said: Mapping[str, str]
) -> dict[str, list[int]]:
    """Beside an organisation, `Name` is the person who is written to."""
    at = claims.get("name", [])
    bodies = [place for place in at if folded(names[place]) in _ORGANISATIONS]
    people = [place for place in at if place not in bodies]
    if len(bodies) == 1 and people and not {"name", "contact"} & set(said):
        claims["name"] = bodies
        if "contact" not in claims:
            claims["contact"] = people
    return claims


def _by_content(
    rows: Sequence[Row], found: Mapping[str, int], said: Mapping[str, str]
) -> dict[str, list[int]]:
    claims = {field: [at] for field, at in found.items()}
    seen = columns_without_headings(rows, set(found.values()))
    return claims | {field: at for field, at in seen.items() if field not in said}


def _questions(
    claims: dict[str, list[int]], names: Sequence[str], rows: Sequence[Row], said: Mapping[str, str]
) -> Iterator[Question]:
    """Yield what is not clear: fields that several columns claim, needed ones that none does."""
    taken = {places[0] for places in claims.values() if len(places) == 1}
    free = [at for at in range(len(names)) if at not in taken]
    for field, places in claims.items():
        if len(places) > 1:
            reason = f"more than one column could be {FIELDS[field]}"
            yield Question(field, reason, _named(places, names, rows))
    for field in ("name", "email"):
        nameless = field == "name" and not {"first-name", "surname"} & set(claims)
        if field not in claims and field not in said and (nameless or field == "email"):
            yield Question(
                field, f"no column is plainly {FIELDS[field]}", _named(free, names, rows)
            )


def _named(places: Sequence[int], names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return columns as a person can tell them: number, heading and what stands first in it."""
    told = []
    for at in places:
        cells = (row.cells[at] for row in rows if at < len(row.cells))
        example = next(filter(None, cells), "")
        heading = quoted(names[at]) if names[at] else "no heading"
        told.append(f"{at + 1}: {heading}, such as {quoted(example)}" if example else "")
    return tuple(filter(None, told))
