"""What a count said: one stage after another, and the outcome. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate

if TYPE_CHECKING:
    from ccin_vote.election.contest import Contest, Papers
    from ccin_vote.record.ties import Tie
    from ccin_vote.record.votes import Votes
    from ccin_vote.rule import RuleSet


class StageKind(Enum):
    """What a stage does."""

    FIRST_PREFERENCES = "first-preferences"
    SURPLUS = "surplus"
    EXCLUSION = "exclusion"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Tally:
    """Where every vote is at the end of a stage."""

    candidates: tuple[Votes, ...]
    non_transferable: Votes
    lost_to_rounding: Votes

    @property
    def total(self) -> Votes:
        """All votes together; the same at every stage."""
        return sum(self.candidates, self.non_transferable + self.lost_to_rounding)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; refuses a tally whose total is not ``total``.

    ``of`` names the candidates whose votes moved; ``excluded`` those who are excluded on the
    strength of this tally (their votes move at the next stage); ``ties`` the ties broken here.
    """

    number: int
    kind: StageKind
    of: tuple[Candidate, ...]
    quota: Votes | None
    tally: Tally
    total: Votes
    elected: tuple[Candidate, ...]
    excluded: tuple[Candidate, ...]
    ties: tuple[Tie, ...] = ()
    transfer_value: Votes | None = None

    def __post_init__(self) -> None:
        """Hold the first law of a count: no vote appears and none disappears."""
        if self.tally.total != self.total:
            raise ValueError(f"stage {self.number}: votes went missing or appeared")


Ranks = tuple[tuple[Candidate, ...], ...]
"""Candidates from the first rank down; equal ones share a rank."""

Matrix = tuple[tuple[int, ...], ...]
"""For each candidate, the votes that rank the candidate above each other one."""


class Why(Enum):
    """Why a candidate was elected."""

    QUOTA = "quota"
    MOST_VOTES = "most-votes"
    MAJORITY = "majority"
    TIE_BROKEN = "tie-broken"
    LAST_PLACES = "last-places"
    UNCONTESTED = "uncontested"
    BEATS_ALL = "beats-all"
    RANKED_FIRST = "ranked-first"
    UNDEFEATED = "undefeated"
    RUN_OFF = "run-off"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class Continuing:
    """Neither elected nor excluded when the count ended."""


@dataclass(frozen=True, slots=True)
class Elected:
    """Elected at a stage, in a place (from 1), for a reason."""

    stage: int
    place: int
    why: Why


@dataclass(frozen=True, slots=True)
class Excluded:
    """Excluded on the strength of a stage."""

    stage: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Took no part in the count."""


Fate = Continuing | Elected | Excluded | Withdrawn


@dataclass(frozen=True, slots=True)
class Record:
    """The whole outcome of one contest; everything shown is rendered from it.

    ``informal`` gives papers by reason. An uncontested contest has no stages, nor has one whose
    quorum was not reached. ``ranks`` is the order of all who stand, where the rule gives one, and
    ``matrix`` the comparison of each with each.
    """

    contest: Contest
    rule: RuleSet
    papers: Papers
    votes: int
    informal: tuple[tuple[str, int], ...]
    quota: Votes | None
    stages: tuple[Stage, ...]
    fates: tuple[Fate, ...]
    ranks: Ranks = ()
    matrix: Matrix = ()

    @property
    def winners(self) -> tuple[Candidate, ...]:
        """The elected candidates in the order of election, but for "re-open nominations"."""
        elected = [
            (fate.place, Candidate(number))
            for number, fate in enumerate(self.fates)
            if isinstance(fate, Elected) and number != self.contest.reopen
        ]
        return tuple(who for _, who in sorted(elected))

    @property
    def blank(self) -> int:
        """How many papers are blank; ``informal`` counts them among its reasons."""
        return dict(self.informal).get("blank", 0)

    @property
    def reopened(self) -> bool:
        """Whether "re-open nominations" was elected, so that a seat stays vacant."""
        reopen = self.contest.reopen
        return reopen is not None and isinstance(self.fates[reopen], Elected)

    @property
    def inquorate(self) -> bool:
        """Whether fewer papers came in than the quorum."""
        returned = self.papers + sum(papers for _, papers in self.informal)
        return returned < self.contest.quorum
