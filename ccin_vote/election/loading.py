"""Reading `election.toml`: every mistake at once, each with its line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from ccin_vote.election.definition import (
    KEY_PREFIX,
    MAXIMUM_CANDIDATES,
    MAXIMUM_SCRUTINEERS,
    Definition,
)
from ccin_vote.election.document import Document, check_model, nearest, read_document
from ccin_vote.errors import Mistake, shown
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.election.positions import Path

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_ID_WORDS = "an id has small letters, digits and hyphens, at most 64"
_TIMES = (("timetable", "opens"), ("timetable", "closes"))
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")


def parse_definition(data: bytes, file: str) -> tuple[Definition | None, list[Mistake]]:
    """Read a definition; a definition is given only if there is no mistake at all."""
    document, mistakes = read_document(data, file)
    if document is None:
        return None, mistakes
    for rule in RULES_OF_A_DEFINITION:
        mistakes.extend(rule(document))
    definition, misfits = check_model(document, Definition)
    mistakes = sorted({*mistakes, *misfits}, key=lambda one: (one.line or 0, one.problem))
    return (None if mistakes else definition), mistakes


def _times_have_a_zone(document: Document) -> Iterator[Mistake]:
    """Put the timetable's times into the definition's zone; name those that do not exist."""
    name = document.values.get("timezone")
    if not isinstance(name, str):
        return
    if name not in available_timezones():
        hint = nearest(name, (one for one in available_timezones() if "/" in one))
        yield document.mistake(("timezone",), f"there is no time zone {name!r}", hint)
        return
    for pattern in _TIMES:
        for path, value in document.select(*pattern):
            if isinstance(value, datetime) and value.tzinfo is None:
                document.values["timetable"][path[-1]] = zoned = value.replace(
                    tzinfo=ZoneInfo(name)
                )
                yield from _clock_change(document, path, zoned)
            elif isinstance(value, datetime):
                document.values["timetable"][path[-1]] = value.astimezone(ZoneInfo(name))
            elif isinstance(value, date):
                yield document.mistake(path, "the time of day is missing", "add T12:00:00")


def _clock_change(document: Document, path: Path, moment: datetime) -> Iterator[Mistake]:
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        yield document.mistake(path, "this time does not exist: the clocks go forward then")
    elif moment.utcoffset() != moment.replace(fold=1).utcoffset():
        yield document.mistake(
            path, "this time happens twice: the clocks go back then", "add the offset, as in +01:00"
        )


def _closing_follows_opening(document: Document) -> Iterator[Mistake]:
    table = document.values.get("timetable")
    times = [table.get(key) for key in ("opens", "closes")] if isinstance(table, dict) else []
    opens, closes = (
        one if isinstance(one, datetime) and one.tzinfo else None for one in (times or (None, None))
    )
    if opens and closes and closes - opens < timedelta(minutes=1):
        yield document.mistake(("timetable", "closes"), "the poll closes before it opens")


def _rules_exist(document: Document) -> Iterator[Mistake]:
    for path, rule in document.select("contests", "*", "rule"):
        if isinstance(rule, str) and rule not in RULES:
            yield document.mistake(path, f"there is no rule {rule!r}", nearest(rule, RULES))


def _seats_fit(document: Document) -> Iterator[Mistake]:
    for path, contest in document.select("contests", "*"):
        if not isinstance(contest, dict) or not isinstance(contest.get("seats"), int):
            continue
        rule = RULES.get(str(contest.get("rule")))
        if contest["seats"] < 1:
            yield document.mistake((*path, "seats"), "a contest fills at least 1 seat")
        elif rule and rule.one_seat and contest["seats"] > 1:
            problem = f"{rule.name} fills 1 seat, not {contest['seats']}"
            yield document.mistake((*path, "seats"), problem, "for several seats: scottish-stv")


def _there_are_contests(document: Document) -> Iterator[Mistake]:
    if document.values.get("contests") == ():
        yield document.mistake(("contests",), "there is no contest")
    for path, contest in document.select("contests", "*"):
        candidates = contest.get("candidates", ()) if isinstance(contest, dict) else None
        if candidates == ():
            yield document.mistake(path, "this contest has no candidate")
        elif isinstance(candidates, tuple) and len(candidates) > MAXIMUM_CANDIDATES:
            problem = f"more than {MAXIMUM_CANDIDATES} candidates"
            yield document.mistake((*path, "candidates"), problem)


def _ids_are_ids(document: Document) -> Iterator[Mistake]:
    for pattern in (("contests", "*", "id"), ("contests", "*", "candidates", "*", "id")):
        for path, value in document.select(*pattern):
            if isinstance(value, str) and not _ID.fullmatch(value):
                yield document.mistake(path, f"{value!r} is no id: {_ID_WORDS}", _as_id(value))


def _as_id(value: str) -> str | None:
    made = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-")[:64]
    return f"did you mean {made!r}?" if made else None


def _nothing_stands_twice(document: Document) -> Iterator[Mistake]:
    yield from twice(document, document.select("contests", "*", "id"), "contest id")
    yield from twice(document, document.select("scrutineers", "*", "name"), "scrutineer")
    yield from twice(document, document.select("scrutineers", "*", "key"), "scrutineer's key")
    for path, _ in document.select("contests", "*"):
        for key, what in (("id", "candidate id"), ("name", "candidate")):
            chosen = document.select("contests", "*", "candidates", "*", key)
            here = ((at, value) for at, value in chosen if at[:2] == path)
            yield from twice(document, here, what)


def twice(document: Document, values: Iterator[tuple[Path, Any]], what: str) -> Iterator[Mistake]:
    """Name every value that stood before, with the line where it did; case does not matter."""
    first: dict[str, Path] = {}
    for path, value in values:
        if not isinstance(value, str) or not value:
            continue
        before = first.setdefault(value.casefold(), path)
        if before != path:
            line = document.mistake(before, "").line
            yield document.mistake(path, f"{what} {value!r} stands in line {line} already")


def _scrutineers_suffice(document: Document) -> Iterator[Mistake]:
    scrutineers = document.values.get("scrutineers", ())
    if not isinstance(scrutineers, tuple):
        return
    if not scrutineers:
        yield document.mistake(("scrutineers",), "there is no scrutineer to open the ballots")
    if len(scrutineers) > MAXIMUM_SCRUTINEERS:
        problem = f"more than {MAXIMUM_SCRUTINEERS} scrutineers"
        yield document.mistake(("scrutineers",), problem)
    for path, needed in document.select("secrecy", "needed"):
        if isinstance(needed, int) and not 1 <= needed <= len(scrutineers):
            problem = f"needed = {needed}, and there are {len(scrutineers)} scrutineers"
            yield document.mistake(path, problem, f"a number from 1 to {len(scrutineers)}")


def _keys_look_right(document: Document) -> Iterator[Mistake]:
    for path, key in document.select("scrutineers", "*", "key"):
        if isinstance(key, str) and key and not key.startswith(KEY_PREFIX):
            problem = "this is no scrutineer's public key"
            yield document.mistake(path, problem, f"the line that keygen printed: {KEY_PREFIX}...")


def _numbers_and_addresses(document: Document) -> Iterator[Mistake]:
    for path, value in document.select("secrecy", "minimum_opened"):
        if isinstance(value, int) and value < 1:
            yield document.mistake(path, "minimum_opened is at least 1")
    for pattern in (("officer", "email"), ("scrutineers", "*", "email")):
        for path, value in document.select(*pattern):
            if isinstance(value, str) and value and not EMAIL.fullmatch(value):
                yield document.mistake(path, f"{value!r} is no e-mail address")


def texts_are_plain(document: Document) -> Iterator[Mistake]:
    """Name every text with a character that does not show; statements may have line breaks."""
    for path, value in _texts((), document.values):
        allowed = value.replace("\n", " ") if path[-1] == "statement" else value
        if shown(allowed) != allowed:
            yield document.mistake(path, "a character here cannot be seen; please remove it")


def _texts(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts((*path, key), item)
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _texts((*path, at), item)


RULES_OF_A_DEFINITION: tuple[Callable[[Document], Iterator[Mistake]], ...] = (
    _times_have_a_zone,
    _closing_follows_opening,
    _rules_exist,
    _seats_fit,
    _there_are_contests,
    _ids_are_ids,
    _nothing_stands_twice,
    _scrutineers_suffice,
    _keys_look_right,
    _numbers_and_addresses,
    texts_are_plain,
)
"""Every rule that a definition must meet; the first one also fills in the time zone."""
