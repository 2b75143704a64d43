"""What a rule set is: a law turned into data, so that two counts can read it on their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Family(Enum):
    """Which loop counts under the rule."""

    PLURALITY = "plurality"
    GREGORY = "gregory"


class Marking(Enum):
    """What a voter writes on the paper."""

    CROSS = "cross"
    RANKING = "ranking"


class Quota(Enum):
    """How the number of votes that elects is set."""

    NONE = "none"
    DROOP = "droop"
    MAJORITY_OF_CONTINUING = "majority-of-continuing"


class Surplus(Enum):
    """What happens to votes above the quota."""

    NONE = "none"
    WEIGHTED_INCLUSIVE = "weighted-inclusive"


class Ties(Enum):
    """How equal candidates are told apart."""

    LOT = "lot"
    LATEST_STAGE_THEN_LOT = "latest-stage-then-lot"
    FIRST_STAGE_THEN_LOT = "first-stage-then-lot"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the rule says: the place in the law and the sense in plain words."""

    source: str
    words: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A named, versioned counting rule with its citation.

    ``places`` is the number of decimal places that a vote is truncated to. ``one_seat`` says that
    the rule fills one seat only. ``tie_words`` is the tie rule as printed on ballot and result.
    """

    name: str
    version: str
    title: str
    citation: str
    summary: str
    family: Family
    marking: Marking
    quota: Quota
    surplus: Surplus
    ties: Ties
    places: int
    one_seat: bool
    tie_words: str
    clauses: tuple[Clause, ...]
