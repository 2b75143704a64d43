"""The times of a definition: the zone that a local time is in, and what the clocks do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from ccin_vote.election.document import nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.document import Document
    from ccin_vote.errors import Mistake

_KEYS = ("opens", "closes")
# Near the first and last year of `datetime` a zone's offset cannot be added.
_YEARS = range(2000, 2200)

_zones = cache(available_timezones)
"""All names of zones; found once, for Python walks through a folder of hundreds of files."""


def with_zone(document: Document) -> tuple[Document, list[Mistake]]:
    """Put the timetable's times into the definition's zone.

    A time with an offset of its own is the same moment, told in the zone. A local time that the
    clocks skip, or have twice, is a mistake (RFC 5545, section 3.3.5, leaves it to the reader).
    """
    name, table = document.values.get("timezone"), document.values.get("timetable")
    if not isinstance(name, str):
        return document, []
    if name not in _zones():
        # Places, as in Europe/London, rather than GB or EST.
        hint = nearest(name, (zone for zone in _zones() if "/" in zone))
        problem = f"there is no time zone {quoted(name)}"
        return document, [document.mistake(("timezone",), problem, hint)]
    if not isinstance(table, dict):
        return document, []
    zone = ZoneInfo(name)
    zoned = {key: _in_zone(value, zone) for key, value in table.items()}
    found = [mistake for key in _KEYS for mistake in _mistakes(document, key, table.get(key), zone)]
    return replace(document, values=document.values | {"timetable": zoned}), found


def _in_zone(value: object, zone: ZoneInfo) -> object:
    if not isinstance(value, datetime) or value.year not in _YEARS:
        return value
    return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)


def _mistakes(document: Document, key: str, value: object, zone: ZoneInfo) -> Iterator[Mistake]:
    if not isinstance(value, datetime):
        return
    path = ("timetable", key)
    if value.year not in _YEARS:
        yield document.mistake(path, f"the year {value.year} is not one of our time")
    elif value.tzinfo is None:
        yield from _clock_change(document, key, value.replace(tzinfo=zone))


def _clock_change(document: Document, key: str, moment: datetime) -> Iterator[Mistake]:
    # By way of UTC and back, a time that the clocks skip comes out as another.
    back = moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None)
    path = ("timetable", key)
    if back != moment.replace(tzinfo=None):
        problem = "this time does not exist: the clocks go forward then"
        yield document.mistake(path, problem, f"the clocks show {back.isoformat()} at that moment")
    # `fold=1` is the second of two moments that the clocks show alike (PEP 495).
    elif moment.utcoffset() != moment.replace(fold=1).utcoffset():
        first = moment.isoformat()
        problem = "this time happens twice: the clocks go back then"
        second = moment.replace(fold=1).isoformat()
        yield document.mistake(path, problem, f"write {first} or {second}")


def closing_follows_opening(document: Document) -> Iterator[Mistake]:
    """The poll closes after it opens; times without a zone are not compared."""
    opens, closes = (_moment(document, key) for key in _KEYS)
    if opens and closes and closes - opens <= timedelta(0):
        yield document.mistake(("timetable", "closes"), "the poll closes before it opens")


def _moment(document: Document, key: str) -> datetime | None:
    for _, value in document.select("timetable", key):
        if isinstance(value, datetime) and value.tzinfo and value.year in _YEARS:
            return value
    return None
