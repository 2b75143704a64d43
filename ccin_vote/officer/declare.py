"""Declaring: the log names the SHA-256 of every file of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.errors import Refused
from ccin_vote.log.events import ResultDeclared
from ccin_vote.officer.count import files_of_count
from ccin_vote.officer.result_files import result_files
from ccin_vote.poll.state import Declared, Unsealed
from ccin_vote.store.session import Milestone, Session, in_state, nothing, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.election.folder import ElectionFolder


def declare_result(
    folder: ElectionFolder, now: datetime, ask: Callable[[], None] = nothing
) -> Milestone:
    """Declare: the log names the SHA-256 of every result file. ``ask`` is as for the close.

    Raises:
        Refused: the election was not counted, or a count would give other files now.
    """
    with Session.open(folder) as session:
        if isinstance(session.poll, Declared):
            return Milestone(session.writer.head, again=True)
        poll = in_state(session.poll, Unsealed, "declare the result")
        manifest = poll.closed.manifest
        files = result_files(folder.published.root, manifest.definition)
        if "result.json" not in files:
            raise Refused("The ballots are not counted yet.", remedy="next, `count` them.")
        now_counted = files_of_count(session, poll)
        for name in sorted(files.keys() | now_counted.keys()):
            if files.get(name) != now_counted.get(name):
                raise Refused(
                    f"{folder.published.root / name} is not what a count gives now: it was changed,"
                    " or the log or a cosignature came after it.",
                    remedy="`count` again, read the sheet, and declare that.",
                )
        ask()
        session.append(
            ResultDeclared(
                type="result.declared",
                files=tuple((name, sha256(data)) for name, data in sorted(files.items())),
                head=session.writer.head.root,
                time=stamp(now),
            )
        )
        session.writer.keep_head("declared")
        return Milestone(session.writer.head)
