"""Where an election stands: issued, returned, refused, turnout, time left. Never a result."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.words import REHEARSAL, plain_time
from ccin_vote.errors import BadInput
from ccin_vote.officer.collect import still_missing
from ccin_vote.officer.draft import read_draft
from ccin_vote.poll.state import NAMES, NEXT, Box, Draft, Open, box_of, manifest_of
from ccin_vote.report.words import counted
from ccin_vote.store.files import MAXIMUM_DEFINITION, read_file
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Poll


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an election; ``lines`` are for people."""

    election: str
    state: str
    issued: int
    returned: int
    superseded: int
    refused: int
    reissued: int
    revoked: int
    on_paper: int
    papers: int
    seconds_left: int
    missing: tuple[str, ...]
    following: str
    lines: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the same for programs."""
        return {
            "election": self.election,
            "state": self.state,
            "issued": self.issued,
            "returned": self.returned,
            "superseded": self.superseded,
            "refused": self.refused,
            "reissued": self.reissued,
            "revoked": self.revoked,
            "on_paper": self.on_paper,
            "papers": self.papers,
            "seconds_left": self.seconds_left,
            "missing": list(self.missing),
            "next": self.following,
        }


def status(folder: ElectionFolder, now: datetime) -> Status:
    """Say where an election stands."""
    poll = Snapshot.read(folder).poll
    if isinstance(poll, Draft):
        definition, election = read_draft(folder).definition, folder.slug
        missing: tuple[str, ...] = ()
        box = Box()
    else:
        definition, election = manifest_of(poll).definition, manifest_of(poll).election
        box = box_of(poll)
        missing = tuple(still_missing(folder, poll))
    issued, returned, refused = box.issued, box.returned, len(box.refused)
    left = max(0, int((definition.timetable.closes - now).total_seconds()))
    lines = [
        f"{definition.title}",
        f"State      {NAMES[type(poll)]}",
        f"Issued     {issued:,}",
        f"Returned   {returned:,}{_share(returned, issued)}",
        f"Replaced   {box.superseded:,}",
        f"Refused    {refused:,}",
        f"Time left  {_time_left(left, definition)}",
        *_exceptions(box),
        *(f"Missing    {thing}" for thing in missing),
        *_edited(folder, poll),
    ]
    if definition.rehearsal:
        lines.insert(0, REHEARSAL)
    return Status(
        election=election,
        state=NAMES[type(poll)],
        issued=issued,
        returned=returned,
        superseded=box.superseded,
        refused=refused,
        reissued=len(box.replaced),
        revoked=len(box.revoked) - len(box.replaced),
        on_paper=len(box.on_paper),
        papers=sum(box.papers.values()),
        seconds_left=left,
        missing=missing,
        following=_following(poll, issued, left),
        lines=tuple(lines),
    )


def _exceptions(box: Box) -> Iterator[str]:
    """Tell of letters that were replaced, tokens that are void, and votes on paper."""
    if box.replaced:
        yield f"Reissued   {len(box.replaced):,}"
    void = len(box.revoked) - len(box.replaced) - len(box.on_paper)
    if void:
        yield f"Revoked    {void:,}"
    if box.on_paper:
        papers = counted(sum(box.papers.values()), "paper")
        yield f"On paper   {counted(len(box.on_paper), 'member')}; {papers} entered"


def _share(returned: int, issued: int) -> str:
    return f" of {issued:,} ({returned * 100 // issued} %)" if issued else ""


def _time_left(seconds: int, definition: Definition) -> str:
    closes = plain_time(definition.timetable.closes)
    if seconds == 0:
        return f"none: the close was {closes}"
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    # The two largest units are enough: nobody plans by the minute four days before the close.
    units = [(days, "day"), (hours, "hour"), (rest // 60, "minute")]
    told = [counted(number, unit) for number, unit in units if number][:2]
    return f"{' '.join(told) or 'less than a minute'}, until {closes}"


def _edited(folder: ElectionFolder, poll: Poll) -> list[str]:
    """Say so if election.toml no longer is what was frozen."""
    if isinstance(poll, Draft) or not folder.definition.exists():
        return []
    frozen = manifest_of(poll).event.definition
    with suppress(BadInput):
        now = read_file(folder.definition, MAXIMUM_DEFINITION)
        if now.decode("utf-8-sig", "replace") == frozen:
            return []
    return ["Warning    election.toml was changed after the opening; what was frozen holds"]


def _following(poll: Poll, issued: int, left: int) -> str:
    if isinstance(poll, Open):
        if not issued:
            return "`issue` the letters."
        return "`accept` ballots as they come." if left else "`accept` what came in time; `close`."
    return f"{NEXT[type(poll)]}."
