"""Closing: from the log's next line on no ballot is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.errors import Refused
from ccin_vote.log.events import PollClosed
from ccin_vote.poll.state import Closed, Declared, Open, Unsealed
from ccin_vote.store.session import Milestone, Session, in_state, nothing, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.election.folder import ElectionFolder


def close_poll(
    folder: ElectionFolder, now: datetime, ask: Callable[[], None] = nothing
) -> Milestone:
    """Close the poll: no ballot is accepted any more.

    ``ask`` is called while the election is held, so that what was confirmed is what is done.

    Raises:
        Refused: the election is not open, nothing was issued, or the close is still to come.
    """
    with Session.open(folder) as session:
        if isinstance(session.poll, Closed | Unsealed | Declared):
            return Milestone(session.writer.head, again=True)
        poll = in_state(session.poll, Open, "close the poll")
        closes = poll.manifest.definition.timetable.closes
        if not poll.box.credentials:
            raise Refused("No letters were issued.", remedy="next, `issue` them.")
        if now < closes:
            raise Refused(
                f"The poll closes at {closes:%H:%M on %A} {closes.day} {closes:%B %Y}.",
                remedy="Run the command again then: members rely on that time.",
            )
        ask()
        session.append(PollClosed(type="poll.closed", time=stamp(now), scheduled=stamp(closes)))
        session.writer.keep_head("closed")
        return Milestone(session.writer.head)
