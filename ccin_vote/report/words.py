"""Small words: lists, numbers and times as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ccin_vote.record.votes import Votes


def listed(names: Sequence[str]) -> str:
    """Give ``A``, ``A and B`` or ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """Give ``1 vote`` or ``2 votes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def votes_in_words(votes: Votes) -> str:
    """Give ``1 vote`` or ``2.50000 votes``."""
    return f"{votes} vote" if str(votes) == "1" else f"{votes} votes"


def plain_time(moment: datetime) -> str:
    """Give a time as people say it: Friday 27 September 2024, 12:00 BST."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M %Z}"
