"""The templates of letters and mails: the ones that come with the tool, or the organisation's own.

They are written in the language of Jinja: a place to be filled in is ``{{ name }}``. What an
organisation wrote is input: Jinja runs it in its sandbox, and it is tried before anything is
written.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from traceback import extract_tb
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from ccin_vote.election.document import nearest, read_text
from ccin_vote.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Template

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
_KNOWN = frozenset[str]().union(*PLACES.values())
# To Jinja `$token` is plain text: it would go out as it stands.
_OLD = re.compile(r"\$(?:(\w+)|\{(\w+)\})", re.ASCII)
"""How places were written before Jinja."""

# Told by what they are: Jinja would only say that it has no loader.
_OTHER_FILES = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
_LINE_END = re.compile(r"\r\n|\r|\n")

Templates = dict[str, str]
"""The text of each template, by name."""


def built_in(name: str) -> str:
    """Return the text of a template that comes with the tool."""
    return (files("ccin_vote.correspondence") / "templates" / name).read_text("utf-8")


def filled(name: str, text: str, values: Mapping[str, object]) -> str:
    """Return a template with its places filled in; in HTML all values are escaped."""
    return _compiled(name, text).render(values)


# Compiling takes far longer than filling in, and all letters use the same few.
@lru_cache(maxsize=32)
def _compiled(name: str, text: str) -> Template:
    return _environment(html=name.endswith(".html")).from_string(text)


@cache
def _environment(*, html: bool) -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        autoescape=html,
        # A misspelt name stops the letter; otherwise there would be a hole in it.
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()  # what a template may name is what is filled in
    return made


def read_templates(own: Mapping[str, tuple[str, bytes]]) -> tuple[Templates, list[Mistake]]:
    """Read the organisation's templates, by name (file, content), over the built-in ones."""
    found = {name: built_in(name) for name in PLACES}
    mistakes: list[Mistake] = []
    for name, (file, data) in own.items():
        text, slips = read_text(data, file, "save the file as UTF-8 in your editor")
        mistakes += slips
        if text is not None:
            mistakes += _Reading(name, file, text).mistakes()
            found[name] = text
    return found, mistakes


class _Reading:
    """An organisation's own template, looked through for mistakes."""

    def __init__(self, name: str, file: str, text: str) -> None:
        self._name, self._file, self._text = name, file, text
        self._lines = _LINE_END.split(text)
        self._environment = _environment(html=name.endswith(".html"))

    def mistakes(self) -> Iterator[Mistake]:
        """Yield every mistake, those of a kind in the order of the lines."""
        old = list(self._old())
        yield from old
        try:
            tree = self._environment.parse(self._text)
            found = [*self._other_files(tree), *self._unknown_filters(tree)]
            names = find_undeclared_variables(tree)
            found += self._unknown_places(tree, names)
        except TemplateSyntaxError as error:
            yield self._mistake(error.lineno, f"this is no template: {error.message}")
            return
        except RecursionError:
            yield Mistake(self._file, "this is no template: nested too deeply")
            return
        yield from found
        needed = _NEEDED.get(self._name)
        if needed and needed not in names and not old:
            hint = "a letter without it is of no use"
            yield Mistake(self._file, f"{_place(needed)} is missing", hint=hint)
        if not found:
            yield from self._tried()

    def _old(self) -> Iterator[Mistake]:
        for number, line in enumerate(self._lines, start=1):
            for match in _OLD.finditer(line):
                name = match[1] or match[2]
                if name in _KNOWN:
                    problem = f"{match[0]} is how places were written before"
                    yield self._mistake(number, problem, f"write {_place(name)}")

    def _other_files(self, tree: nodes.Template) -> Iterator[Mistake]:
        for node in tree.find_all(_OTHER_FILES):
            yield self._mistake(node.lineno, "a template cannot take in another file")

    def _unknown_filters(self, tree: nodes.Template) -> Iterator[Mistake]:
        """Yield filters and tests that Jinja lacks, and replace them: what else is wrong shows."""
        for kind, known in (
            (nodes.Filter, self._environment.filters),
            (nodes.Test, self._environment.tests),
        ):
            for node in tree.find_all(kind):
                if node.name not in known:
                    problem = f"there is no {kind.__name__.lower()} {node.name!r}"
                    yield self._mistake(node.lineno, problem, nearest(node.name, known))
                    node.name = next(iter(known))

    def _unknown_places(self, tree: nodes.Template, names: set[str]) -> Iterator[Mistake]:
        unknown = names - PLACES[self._name]
        for node in tree.find_all(nodes.Name):
            if node.name in unknown and node.ctx == "load":
                problem = f"nothing is known to be filled in for {_place(node.name)}"
                yield self._mistake(node.lineno, problem, nearest(node.name, PLACES[self._name]))

    def _tried(self) -> Iterator[Mistake]:
        """Fill in the names of the places: what goes wrong then would go wrong in a letter."""
        try:
            filled(self._name, self._text, {place: place for place in PLACES[self._name]})
        except Exception as error:  # noqa: BLE001  (a template can fail in every way that Python can)
            frames = extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == "<template>"]
            said = str(error) or type(error).__name__
            yield self._mistake(lines[-1] or 1 if lines else 1, f"this cannot be filled in: {said}")

    def _mistake(self, line: int, problem: str, hint: str | None = None) -> Mistake:
        text = self._lines[line - 1] if line <= len(self._lines) else None
        return Mistake(self._file, problem, line=line, text=text, hint=hint)


def _place(name: str) -> str:
    return f"{{{{ {name} }}}}"
