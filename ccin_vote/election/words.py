"""Words that letters, sheets and messages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

REHEARSAL = "REHEARSAL - this is not a real election"
"""What stands over everything that comes of a rehearsal."""


def listed(names: Sequence[str]) -> str:
    """Give ``A``, ``A and B`` or ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def plain_time(moment: datetime) -> str:
    """Give a time as people say it: Friday 27 September 2024, 12:00 BST."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M %Z}"
