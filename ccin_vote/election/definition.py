"""The definition of an election: all that can decide the result, frozen at `open`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ccin_vote.canonical import Model
from ccin_vote.election.contest import (
    MOTION_CHOICES,
    REOPEN_NOMINATIONS,
    Candidate,
    Constraint,
    Contest,
    Seats,
)
from ccin_vote.rule import RULES, Motion, RuleSet

KEY_PREFIX = "ccin-vote-key1."
"""How the public line of a scrutineer's key starts."""

KEY_LENGTH = 128
"""How many bytes follow, as base64url: two public keys of 32 and a signature of 64."""

MAXIMUM_CANDIDATES = 200
"""Of one contest; no contest fills more seats than this either."""

MAXIMUM_CONSTRAINTS = 12
"""Groups with reserved places in one contest."""

MAXIMUM_SCRUTINEERS = 255
"""As many shares as a polynomial over GF(256) has, 0 being the secret."""

MAXIMUM_OPENED = 1_000_000
"""The highest `minimum_opened`."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=20_000)]


class CandidateDefinition(Model):
    """One candidate: a short id for files, the name on the paper, a statement, a link.

    ``groups`` are those for which places may be reserved. ``majority`` is by how many times the
    votes that prefer an option to the default option must outnumber the others (``debian``).
    """

    id: str
    name: Text
    statement: LongText = ""
    link: LongText = ""
    withdrawn: bool = False
    groups: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    majority: Annotated[int, Field(ge=1, le=100)] = 1


class ConstraintDefinition(Model):
    """Reserved places: how many of a group are elected at least, and at most."""

    group: Text
    minimum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = 0
    maximum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = MAXIMUM_CANDIDATES


_REOPEN = CandidateDefinition(id="re-open-nominations", name=REOPEN_NOMINATIONS)
_MOTION = tuple(
    CandidateDefinition(id=each_choice.lower(), name=each_choice) for each_choice in MOTION_CHOICES
)


class ContestDefinition(Model):
    """One contest: its seats, rule, electorate (a group of the roll; empty: all) and candidates.

    ``votes_each`` belongs to the limited vote, ``threshold`` to a motion, which names no
    candidates. ``quorum`` is the least number of papers that decides anything. ``over_default`` is
    how many votes must prefer an option to the default option (``debian``). ``constraints`` are
    the reserved places.
    """

    id: str
    title: Text
    seats: Annotated[int, Field(ge=1, le=MAXIMUM_CANDIDATES)]
    rule: str
    electorate: str = ""
    votes_each: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = 0
    threshold: Literal["", "simple-majority", "two-thirds", "majority-of-electorate"] = ""
    quorum: Annotated[int, Field(ge=0, le=MAXIMUM_OPENED)] = 0
    over_default: Annotated[int, Field(ge=0, le=MAXIMUM_OPENED)] = 0
    reopen_nominations: bool = False
    candidates: Annotated[
        tuple[CandidateDefinition, ...], Field(max_length=MAXIMUM_CANDIDATES)
    ] = ()
    constraints: Annotated[
        tuple[ConstraintDefinition, ...], Field(max_length=MAXIMUM_CONSTRAINTS)
    ] = ()

    @property
    def rule_set(self) -> RuleSet:
        """The rule by which the contest is counted."""
        return RULES[self.rule]

    @property
    def contest(self) -> Contest:
        """The contest as the count sees it."""
        gone = (at for at, choice in enumerate(self.choices) if choice.withdrawn)
        return Contest(
            title=self.title,
            candidates=self.names,
            seats=Seats(self.seats),
            withdrawn=frozenset(map(Candidate, gone)),
            reopen=Candidate(len(self.candidates)) if self.reopen_nominations else None,
            votes_each=self.votes_each,
            threshold=self.threshold,
            quorum=self.quorum,
            over_default=self.over_default,
            majorities=self.majorities,
            constraints=tuple(
                Constraint(
                    constraint.group,
                    self.members_of(constraint.group),
                    constraint.minimum,
                    constraint.maximum,
                )
                for constraint in self.constraints
            ),
        )

    @property
    def majorities(self) -> tuple[int, ...]:
        """The majority ratio of each choice; nothing where all of them are 1."""
        # Not a row of ones: only one rule knows these ratios.
        ratios = tuple(choice.majority for choice in self.choices)
        return () if set(ratios) <= {1} else ratios

    def members_of(self, group: str) -> frozenset[Candidate]:
        """Return the candidates of a group, by their places in the list."""
        candidates = enumerate(self.candidates)
        return frozenset(Candidate(at) for at, known in candidates if group in known.groups)

    @property
    def choices(self) -> tuple[CandidateDefinition, ...]:
        """What the paper offers: candidates, re-open nominations, or for, against, abstain."""
        if isinstance(self.rule_set.method, Motion):
            return _MOTION
        return (*self.candidates, *([_REOPEN] if self.reopen_nominations else []))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all choices, in the order of the paper."""
        return tuple(choice.name for choice in self.choices)


class Officer(Model):
    """The returning officer."""

    name: Text
    email: Text


class ScrutineerDefinition(Model):
    """A scrutineer; ``key`` is the public line that `keygen` printed, empty until it is there."""

    name: Text
    email: str = ""
    key: str = ""


class TellerDefinition(ScrutineerDefinition):
    """A teller: one of the people who key paper ballots; ``key`` as a scrutineer's."""


class Timetable(Model):
    """When ballots are accepted; both times carry their zone."""

    opens: datetime
    closes: datetime


class Secrecy(Model):
    """How many scrutineers open together, and how few ballots may be opened at all."""

    needed: Annotated[int, Field(ge=1, le=MAXIMUM_SCRUTINEERS)]
    # So that no log can be made up in which one voter's ballot is opened alone.
    minimum_opened: Annotated[int, Field(ge=1, le=MAXIMUM_OPENED)] = 5
    publication: Literal["full", "scrutineers"] = "full"

    @property
    def withheld(self) -> bool:
        """Whether the opened papers stay with the scrutineers."""
        return self.publication != "full"


class Options(Model):
    """Which ballot of a member counts, the order of candidates on the paper, and a web address.

    ``web`` is where the published folder will be found, so that letters can name it.
    """

    revoting: Literal["latest", "first"] = "latest"
    candidate_order: Literal["as-listed", "alphabetical", "lot"] = "as-listed"
    web: Annotated[str, Field(max_length=500)] = ""


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
    tellers: Annotated[tuple[TellerDefinition, ...], Field(max_length=MAXIMUM_SCRUTINEERS)] = ()
    contests: Annotated[tuple[ContestDefinition, ...], Field(min_length=1)]
