"""A candidate withdraws while the poll is open: the log says so, and the count passes over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.document import nearest
from ccin_vote.errors import Refused
from ccin_vote.log.events import CandidateWithdrawn
from ccin_vote.poll.state import Open
from ccin_vote.store.session import Session, in_state, nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.definition import ContestDefinition, Definition
    from ccin_vote.election.folder import ElectionFolder


def withdraw(
    folder: ElectionFolder, contest: str, candidate: str, ask: Callable[[], None] = nothing
) -> bool:
    """Log that a candidate withdrew; return whether that is new.

    ``ask`` is called while the election is held, before anything is logged, and may refuse.

    Ballots that are in stay as they are: each counts for its next preference.

    Raises:
        Refused: the poll is not open, or there is no such contest or candidate.
    """
    with Session.open(folder) as session:
        poll = in_state(session.poll, Open, "withdraw a candidate")
        found = _contest(poll.manifest.definition, contest)
        known = {each.id for each in found.candidates}
        if candidate not in known:
            words = f"There is no candidate {candidate!r} in {contest}."
            raise Refused(words, remedy=nearest(candidate, known) or "")
        before = {each.id for each in found.candidates if each.withdrawn}
        if candidate in before or (contest, candidate) in poll.box.withdrawn:
            return False
        ask()
        session.append(
            CandidateWithdrawn(type="candidate.withdrawn", contest=contest, candidate=candidate)
        )
        return True


def _contest(definition: Definition, name: str) -> ContestDefinition:
    contests = {contest.id: contest for contest in definition.contests}
    if name not in contests:
        raise Refused(f"There is no contest {name!r}.", remedy=nearest(name, contests) or "")
    return contests[name]
