"""What a rule set is: a law turned into data, so that two counts can read it on their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Marking(Enum):
    """What a voter writes on the paper."""

    CROSS = "cross"
    CROSSES = "crosses"
    RANKING = "ranking"
    SCORES = "scores"


class Marks(Enum):
    """How many candidates a paper may mark with a cross."""

    ONE = "one"
    AS_MANY_AS_SEATS = "as-many-as-seats"
    AS_STATED = "as-stated"
    ANY = "any"


class Point(Enum):
    """What a paper gives a candidate."""

    MARK = "mark"
    SCORE = "score"
    BORDA = "borda"
    DOWDALL = "dowdall"


class Quota(Enum):
    """How the number of votes that elects is set."""

    NONE = "none"
    DROOP = "droop"
    DROOP_EXACT = "droop-exact"
    DROOP_HUNDREDTHS = "droop-hundredths"
    DROOP_THOUSANDTHS = "droop-thousandths"
    DROOP_OF_CONTINUING = "droop-of-continuing"
    MAJORITY_OF_CONTINUING = "majority-of-continuing"


class Surplus(Enum):
    """Which papers carry the votes above the quota away."""

    NONE = "none"
    WHOLE_PILE = "whole-pile"
    LAST_PARCEL = "last-parcel"


class Exclusion(Enum):
    """Who is excluded when nobody has a surplus to transfer."""

    FEWEST = "fewest"
    FEWEST_TOGETHER = "fewest-together"
    ALL_BUT_TWO = "all-but-two"
    MOST_LAST_PLACES = "most-last-places"


class Steps(Enum):
    """In which steps the papers of an excluded candidate move."""

    ALL_AT_ONCE = "all-at-once"
    BY_VALUE = "by-value"
    FIRST_THEN_BY_VALUE = "first-then-by-value"
    BY_PARCEL = "by-parcel"


class Ending(Enum):
    """When the continuing candidates are elected without a quota."""

    LAST_VACANCIES = "last-vacancies"
    TWO_LEFT = "two-left"
    LAST_VACANCIES_OR_LEADER = "last-vacancies-or-leader"


class Completion(Enum):
    """Who is elected by comparisons in pairs when nobody beats everybody."""

    NOBODY = "nobody"
    SCHULZE = "schulze"
    RANKED_PAIRS = "ranked-pairs"
    MINIMAX = "minimax"
    COPELAND = "copeland"
    KEMENY = "kemeny"
    SMITH_ALTERNATIVE_VOTE = "smith-alternative-vote"
    RANKED_ROBIN = "ranked-robin"
    SCHWARTZ_DROPPING = "schwartz-dropping"


class Weighing(Enum):
    """What a paper is worth for an approval committee when some whom it marks are elected."""

    SHARES = "shares"
    LOADS = "loads"


class Strength(Enum):
    """How strong a victory of one candidate over another is."""

    WINNING_VOTES = "winning-votes"
    MARGINS = "margins"


class Unranked(Enum):
    """How a paper compares a candidate whom it does not rank."""

    LAST = "last"
    IGNORED = "ignored"


class Ties(Enum):
    """How equal candidates are told apart."""

    LOT = "lot"
    LATEST_STAGE_THEN_LOT = "latest-stage-then-lot"
    FIRST_STAGE_THEN_LOT = "first-stage-then-lot"


class Unclear(Enum):
    """What a skipped, repeated or equal preference does to the paper."""

    STOP = "stop"
    PASS_OVER = "pass-over"  # noqa: S105  (no password)
    ALLOWED = "allowed"


class Countback(Enum):
    """How a casual vacancy is filled from the papers of the election."""

    NONE = "none"
    RECOUNT = "recount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points are added up; the highest totals are elected."""

    point: Point
    marks: Marks = Marks.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """Stages and parcels (the Gregory family): papers move whole or at a transfer value.

    ``deferred`` lets a surplus wait that can change nothing yet. ``steps`` moves the papers of the
    excluded step by step; candidates who are elected at a step have no more of the next, and with
    ``FIRST_THEN_BY_VALUE`` only the last step is a stage for ties. ``exact``
    keeps values as rationals; otherwise they are rounded down to the rule's places; ``twice``
    rounds the share of a whole vote first, then the paper's value. ``over_quota`` elects with more
    votes than the quota, not with as many. With ``equal_suffices`` several are excluded together,
    or surpluses wait, also where the votes just equal what they are held against.
    ``ends_at_exclusion`` elects those who are left as soon as an exclusion would leave no more
    than the vacancies; the papers do not move any more. With ``one_by_one`` only whoever has the
    largest surplus is elected, just before it moves; others with the quota continue and receive
    papers, unless those with the quota fill all the seats. With ``equals_wait`` nobody is elected
    of equal candidates who cannot all be elected and never differed.
    """

    quota: Quota = Quota.NONE
    surplus: Surplus = Surplus.NONE
    exclusion: Exclusion = Exclusion.FEWEST
    ending: Ending = Ending.LAST_VACANCIES
    deferred: bool = False
    steps: Steps = Steps.ALL_AT_ONCE
    exact: bool = False
    twice: bool = False
    over_quota: bool = False
    equal_suffices: bool = False
    ends_at_exclusion: bool = False
    one_by_one: bool = False
    equals_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepValues:
    """Elected candidates keep a part of every vote (the Meek family).

    ``settled`` looks at votes only when the keep values have settled, to as many places as can
    matter. Otherwise votes and keep values are calculated at the rule's places, rounded up, again
    and again, until the surplus left is below ten to the power of minus ``tolerance``, and what
    the last calculation gave decides. ``separately`` rounds the part of a vote that goes on by
    itself. ``statutory`` is New Zealand's order of steps, with its own test when to exclude.
    ``warren`` takes the keep value as a price in votes rather than as a share of what
    is left.
    """

    settled: bool = False
    warren: bool = False
    tolerance: int = 0
    separately: bool = False
    statutory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairwise:
    """Every candidate is compared with every other."""

    completion: Completion
    strength: Strength = Strength.WINNING_VOTES
    unranked: Unranked = Unranked.LAST


@dataclass(frozen=True, slots=True)
class Bucklin:
    """Lower preferences are added until somebody has a majority."""


@dataclass(frozen=True, slots=True)
class Star:
    """The two highest scores go into an automatic run-off; for each seat again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """Approvals fill the seats one after another, so that many groups have their share."""

    by: Weighing


@dataclass(frozen=True, slots=True)
class Motion:
    """For, against, abstain; a threshold carries the motion."""


Method = Points | Transfers | KeepValues | Pairwise | Bucklin | Star | Committee | Motion
"""How the rule counts: one loop each."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the rule says: the place in the law and the sense in plain words."""

    source: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A named, versioned counting rule with its citation.

    ``places`` is the number of decimal places at which votes are shown. ``one_seat`` says that the
    rule fills one seat only. ``tie_words`` is the tie rule as printed on ballot and result.
    ``skipped``, ``repeated`` and ``equal`` are its policies for unclear preferences, and
    ``highest_score`` the most that a paper may give. ``most_places`` is how many preferences
    are read, and ``most_candidates`` a limit that the arithmetic sets (0: none). ``guards`` says
    that it can be counted with reserved places (guard and doom; or the next highest of the group).
    """

    name: str
    version: str
    title: str
    citation: str
    summary: str
    method: Method
    marking: Marking
    ties: Ties
    tie_words: str
    clauses: tuple[Clause, ...]
    places: int = 0
    one_seat: bool = False
    skipped: Unclear = Unclear.STOP
    repeated: Unclear = Unclear.STOP
    equal: Unclear = Unclear.STOP
    highest_score: int = 0
    most_places: int = 0
    most_candidates: int = 0
    guards: bool = False
    countback: Countback = Countback.NONE

    @property
    def on_reserved_places(self) -> tuple[Clause, ...]:
        """What holds where a contest reserves places; empty if the rule cannot have any."""
        if not self.guards:
            return ()
        excludes = isinstance(self.method, Transfers | KeepValues)
        return (_RESERVED, _GUARD_AND_DOOM if excludes else _NEXT_HIGHEST)


_RESERVED = Clause(
    "reserved places",
    "A contest may reserve places (constraints): at least so many, or not more than so many, of its"
    " seats are held by a group such as women, young members, a region or a branch.",
)
_GUARD_AND_DOOM = Clause(
    "reserved places, how (Hill, Voting matters 9, 1998; Otten, Voting matters 13, 2001)",
    "Whoever has to be elected to meet every limit is guarded: not excluded. Whoever can no longer"
    " be elected within the limits is doomed: excluded next.",
)
_NEXT_HIGHEST = Clause(
    "reserved places, how",
    "Candidates are elected from the highest down; one whom the limits do not allow is passed over"
    " for the next highest of the group.",
)
