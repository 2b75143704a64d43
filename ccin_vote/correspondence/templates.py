"""The templates of letters and mails: the ones that come with the tool, or the organisation's own.

A place to be filled in is written ``$name`` (``string.Template`` of the standard library); a dollar
sign is written ``$$``.
"""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ccin_vote.election.document import nearest, read_text
from ccin_vote.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMON = frozenset(
    [
        "rehearsal",
        "organisation",
        "title",
        "member",
        "contact",
        "closes",
        "page",
        "where",
        "email",
        "officer",
        "election",
        "revoting",
    ]
)
LETTER = COMMON | {"token", "votes", "contests", "digest", "linkage"}
PLACES = {
    "mail.txt": LETTER,
    "mail.html": LETTER,
    "letter.html": LETTER | {"qr"},
    "reminder.txt": COMMON,
    "receipt.txt": COMMON | {"code"},
    "refused.txt": COMMON | {"code", "reason"},
}
"""What may be filled in, by template."""

_NEEDED = {"mail.txt": "token", "mail.html": "token", "letter.html": "token", "receipt.txt": "code"}
_SLIP = re.compile(r"\$(?!\$|[A-Za-z_]\w*|\{[A-Za-z_]\w*\})", re.ASCII)

Templates = dict[str, Template]


def built_in(name: str) -> str:
    """Return the text of a template that comes with the tool."""
    return (files("ccin_vote.correspondence") / "templates" / name).read_text("utf-8")


def read_templates(own: Mapping[str, tuple[str, bytes]]) -> tuple[Templates, list[Mistake]]:
    """Read the organisation's templates, by name (file, content), over the built-in ones."""
    found = {name: Template(built_in(name)) for name in PLACES}
    mistakes: list[Mistake] = []
    for name, (file, data) in own.items():
        text, slips = read_text(data, file, "save the file as UTF-8 in your editor")
        mistakes += slips
        if text is not None:
            mistakes += _mistakes(name, file, text)
            found[name] = Template(text)
    return found, mistakes


def _mistakes(name: str, file: str, text: str) -> Iterator[Mistake]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _SLIP.search(line.replace("$$", "")):
            hint = "a dollar sign is written $$"
            yield Mistake(file, "a lone dollar sign", line=number, text=line, hint=hint)
            continue
        for place in Template(line).get_identifiers():
            if place not in PLACES[name]:
                near = nearest(place, PLACES[name])
                problem = f"there is nothing to fill in for ${place}"
                yield Mistake(file, problem, line=number, text=line, hint=near)
    needed = _NEEDED.get(name)
    sound = not _SLIP.search(text.replace("$$", ""))
    if needed and sound and needed not in Template(text).get_identifiers():
        yield Mistake(file, f"${needed} is missing", hint="a letter without it is of no use")


def prepared(template: Template, values: Mapping[str, str]) -> Template:
    """Fill in what many letters share; return the template of what is left to be filled in."""

    def filled(place: re.Match[str]) -> str:
        name = place["named"] or place["braced"]
        if name in values:
            return values[name].replace("$", "$$")
        return f"${{{name}}}" if name else place.group()

    return Template(template.pattern.sub(filled, template.template))


def filled_text(template: Template, values: Mapping[str, str]) -> str:
    """Fill in a plain text, without an end of its last line."""
    return without_empty(template.substitute(values))


def without_empty(text: str) -> str:
    """Leave out the paragraphs of a plain text that came to nothing."""
    return "\n\n".join(part for part in text.strip("\n").split("\n\n") if part.strip())


def in_html(values: Mapping[str, str]) -> dict[str, str]:
    """Escape values that are to be filled in into HTML."""
    return {key: escape(value) for key, value in values.items()}
