"""What a log holds, read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.log.reader import read_entries

if TYPE_CHECKING:
    from ccin_vote.log.reader import Entry
    from ccin_vote.log.writer import LogWriter


def entries_of(writer: LogWriter) -> list[Entry]:
    """Read every line of a log that is held."""
    return list(read_entries(writer.lines))
