"""The definition of an election: all that can decide the result, frozen at `open`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ccin_vote.canonical import Model
from ccin_vote.election.contest import Contest, Seats
from ccin_vote.rule import RULES, RuleSet

KEY_PREFIX = "ccin-vote-key1."
"""How the public line of a scrutineer's key starts."""

KEY_LENGTH = 128
"""How many bytes follow, as base64url: two public keys of 32 and a signature of 64."""

MAXIMUM_CANDIDATES = 200
"""Of one contest; no contest fills more seats than this either."""

MAXIMUM_SCRUTINEERS = 255
"""As many shares as a polynomial over GF(256) has, 0 being the secret."""

MAXIMUM_OPENED = 1_000_000
"""The highest `minimum_opened`."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=20_000)]


class CandidateDefinition(Model):
    """One candidate: a short id for files, the name on the paper, a statement, a link."""

    id: str
    name: Text
    statement: LongText = ""
    link: LongText = ""


class ContestDefinition(Model):
    """One contest: its seats, rule, electorate (a group of the roll; empty: all) and candidates."""

    id: str
    title: Text
    seats: Annotated[int, Field(ge=1, le=MAXIMUM_CANDIDATES)]
    rule: str
    electorate: str = ""
    candidates: Annotated[
        tuple[CandidateDefinition, ...], Field(min_length=1, max_length=MAXIMUM_CANDIDATES)
    ]

    @property
    def rule_set(self) -> RuleSet:
        """The rule by which the contest is counted."""
        return RULES[self.rule]

    @property
    def contest(self) -> Contest:
        """The contest as the count sees it."""
        return Contest(self.title, tuple(one.name for one in self.candidates), Seats(self.seats))


class Officer(Model):
    """The returning officer."""

    name: Text
    email: Text


class ScrutineerDefinition(Model):
    """A scrutineer; ``key`` is the public line that `keygen` printed, empty until it is there."""

    name: Text
    email: str = ""
    key: str = ""


class Timetable(Model):
    """When ballots are accepted; both times carry their zone."""

    opens: datetime
    closes: datetime


class Secrecy(Model):
    """How many scrutineers open together, and how few ballots may be opened at all."""

    needed: Annotated[int, Field(ge=1, le=MAXIMUM_SCRUTINEERS)]
    minimum_opened: Annotated[int, Field(ge=1, le=MAXIMUM_OPENED)] = 5
    publication: Literal["full", "scrutineers"] = "full"


class Options(Model):
    """Whether a member's latest or first ballot counts."""

    revoting: Literal["latest", "first"] = "latest"


class Definition(Model):
    """The whole of `election.toml`. ``rehearsal`` marks everything that comes of it."""

    title: Text
    organisation: Text
    timezone: str
    rehearsal: bool = False
    officer: Officer
    timetable: Timetable
    secrecy: Secrecy
    options: Options = Options()
    scrutineers: Annotated[
        tuple[ScrutineerDefinition, ...], Field(min_length=1, max_length=MAXIMUM_SCRUTINEERS)
    ]
    contests: Annotated[tuple[ContestDefinition, ...], Field(min_length=1)]
