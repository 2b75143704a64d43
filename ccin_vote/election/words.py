"""Words that letters, sheets and messages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.contest import MOTION_CHOICES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

REHEARSAL = "REHEARSAL - this is not a real election"
"""What stands over everything that comes of a rehearsal."""


def listed(names: Sequence[str]) -> str:
    """Give ``A``, ``A and B`` or ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def outcome_words(title: str, winners: Sequence[str], *, motion: bool = False) -> str:
    """Say in one line of Markdown what a contest decided; names are written as they are given."""
    if motion and winners:
        verdict = "carried" if list(winners) == [MOTION_CHOICES[0]] else "lost"
        return f"{title}: **the motion is {verdict}**"
    if not winners:
        return f"{title}: **nobody** is elected"
    return f"{title}: **{listed(winners)}** {'is' if len(winners) == 1 else 'are'} elected"


def plain_time(moment: datetime) -> str:
    """Give a time as people say it: Friday 27 September 2024, 12:00 BST."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M %Z}"
