"""What people call rules in everyday life, and their words for what laws call otherwise. Data only.

A name in a constitution, on a website or in another program, and the rules of this catalogue that
may be meant, the likeliest first. Spaces, hyphens and capital letters make no difference.
"""

from __future__ import annotations

from types import MappingProxyType

_STV = (
    "scottish-stv",
    "ers97",
    "wigm",
    "meek",
    "cofe-stv",
    "northern-ireland-stv",
    "prsa-1977",
    "minneapolis-stv",
    "albany-stv",
    "meek-nz",
    "meek-prf",
    "warren",
)
_LAST_RECEIVED = ("ers97", "northern-ireland-stv", "prsa-1977", "cofe-stv")
_EVERY_PAPER = ("scottish-stv", "wigm", "minneapolis-stv", "albany-stv")
_KEEP_VALUES = ("meek", "meek-nz", "meek-prf", "warren")
_RUN_OFF = ("alternative-vote", "alternative-vote-last-two")
_IN_PAIRS = ("condorcet", "schulze", "ranked-pairs", "copeland", "minimax", "ranked-robin")
_GROUPS_BY_APPROVAL = ("sequential-proportional-approval", "phragmen")

_MEANT: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("stv", "pr-stv", "single transferable", "transferable", "choice"), _STV),
    (("pr", "proportional", "proportional representation"), (*_STV[:4], *_GROUPS_BY_APPROVAL)),
    (("gregory", "senatorial", "last parcel", "hare-clark"), _LAST_RECEIVED),
    (("inclusive gregory", "weighted inclusive gregory", "wig"), _EVERY_PAPER),
    (("scotland", "scottish", "scottish local"), ("scottish-stv",)),
    (
        ("ers", "ers76", "electoral reform", "electoral reform society", "newland-britton"),
        ("ers97",),
    ),
    (("church of england", "c of e", "cofe", "general synod", "synod"), ("cofe-stv",)),
    (("northern ireland", "ni", "ulster"), ("northern-ireland-stv",)),
    (("prsa", "australia", "quota-preferential"), ("prsa-1977",)),
    (("minneapolis",), ("minneapolis-stv",)),
    (("albany", "alameda"), ("albany-stv",)),
    (("meek", "keep values", "computer"), _KEEP_VALUES),
    (("wikimedia", "algorithm 123", "hill"), ("meek",)),
    (("new zealand", "nz"), ("meek-nz",)),
    (("prf", "reference rule"), ("meek-prf",)),
    (("irv", "instant run-off", "av", "hare", "preferential", "exhaustive"), _RUN_OFF),
    (("rcv", "ranked choice"), (*_RUN_OFF, "minneapolis-stv", "scottish-stv")),
    (("ranked", "preference", "preferences"), ("alternative-vote", "scottish-stv", "borda")),
    (("maine", "last two"), ("alternative-vote-last-two",)),
    (("run-off", "two round", "second ballot", "top two"), ("supplementary-vote", *_RUN_OFF)),
    (("sv", "contingent", "london mayor"), ("supplementary-vote",)),
    (("absolute majority", "more than half"), (*_RUN_OFF, "bucklin", "supplementary-vote")),
    (("majority", "simple majority"), ("first-past-the-post", "alternative-vote", "motion")),
    (("fptp", "fpp"), ("first-past-the-post",)),
    (
        ("plurality", "relative majority", "most votes"),
        ("first-past-the-post", "sntv", "block-vote"),
    ),
    (("x", "cross", "crosses"), ("first-past-the-post", "block-vote", "approval")),
    (("bloc", "multiple", "mntv"), ("block-vote", "limited-vote", "bloc-star")),
    (
        ("at large", "plurality at large", "multiple non-transferable"),
        ("block-vote", "limited-vote"),
    ),
    (("non-transferable", "single non-transferable"), ("sntv", "block-vote")),
    (("thiele", "pav", "spav", "proportional approval"), _GROUPS_BY_APPROVAL),
    (("range", "rating", "ratings", "grades", "cardinal", "scores"), ("score", "star")),
    (("score then automatic run-off", "equal vote"), ("star", "bloc-star")),
    (("steering council", "python", "pep 13"), ("bloc-star",)),
    (("points", "positional"), ("borda", "dowdall", "score")),
    (("nauru",), ("dowdall",)),
    (("school board", "plumping"), ("cumulative",)),
    (
        ("condorcet", "condorcet winner", "pairwise", "pairs", "head to head"),
        _IN_PAIRS,
    ),
    (("round robin", "tournament"), ("ranked-robin", "copeland")),
    (("tideman", "rp"), ("ranked-pairs",)),
    (("beatpath", "cssd", "schwartz"), ("schulze", "debian")),
    (("simpson", "kramer", "simpson-kramer", "worst defeat"), ("minimax",)),
    (("llull",), ("copeland",)),
    (("kemeny", "young", "vlsi"), ("kemeny-young",)),
    (("smith", "smith set", "tideman alternative"), ("smith-irv",)),
    (("last places", "anti-plurality"), ("coombs",)),
    (("grand junction", "american preferential"), ("bucklin",)),
    (
        ("resolution", "referendum", "yes no", "for and against", "two thirds", "show of hands"),
        ("motion",),
    ),
)

EVERYDAY = MappingProxyType({name: rules for names, rules in _MEANT for name in names})
"""Everyday names, and the rules that each may mean; some of these may not be in the catalogue."""

FILLERS = frozenset(
    (
        "the",
        "a",
        "of",
        "by",
        "vote",
        "votes",
        "voting",
        "system",
        "method",
        "rule",
        "rules",
        "ballot",
    )
)
"""Words of a name that tell no rule from another."""

SAME_WORDS = MappingProxyType(
    {
        **dict.fromkeys(
            ("eliminated", "eliminate", "elimination", "exclusion", "exclude", "defeated"),
            "excluded",
        ),
        **dict.fromkeys(("exhausted", "nontransferable"), "non-transferable"),
        **dict.fromkeys(
            ("redistributed", "distributed", "transfer", "transferring"), "transferred"
        ),
        **dict.fromkeys(("lowest", "least", "smallest"), "fewest"),
        **dict.fromkeys(("highest", "greatest", "largest"), "most"),
        **dict.fromkeys(("ballot", "ballots", "paper"), "papers"),
        **dict.fromkeys(("tie", "ties", "tied"), "equal"),
        **dict.fromkeys(("lots", "drawing"), "lot"),
        **dict.fromkeys(("remain", "remaining", "remains"), "continuing"),
        **dict.fromkeys(("vacancies", "vacancy", "seat"), "seats"),
        **dict.fromkeys(("threshold",), "quota"),
        **dict.fromkeys(("invalid", "spoilt", "spoiled", "informal"), "void"),
        **dict.fromkeys(("preferred", "choices", "choice", "preference"), "preferences"),
        **dict.fromkeys(("rank", "ranking", "ranked"), "ranks"),
        **dict.fromkeys(("difference", "differ", "different", "unequal"), "differed"),
        **dict.fromkeys(("runoff",), "run-off"),
        **dict.fromkeys(("position", "positions", "posts", "post", "offices"), "seats"),
        **dict.fromkeys(("cast", "casting"), "votes"),
        **dict.fromkeys(("female", "woman", "gender", "sex", "quotas"), "women"),
        **dict.fromkeys(("branches", "regions", "region", "section", "constituency"), "branch"),
        **dict.fromkeys(("score", "rating", "rated", "rate"), "scores"),
        **dict.fromkeys(("approve", "approved", "approvals"), "approval"),
        **dict.fromkeys(("resolution", "proposal", "amendment", "question"), "motion"),
    }
)
"""Words of constitutions, and those of this catalogue that mean the same; a search takes either."""

PHRASES = MappingProxyType(
    {
        "as many candidates as": ("block-vote",),
        "as many votes as": ("block-vote", "cumulative"),
        "the most votes": ("first-past-the-post", "block-vote", "sntv"),
        "one vote each": ("first-past-the-post", "sntv"),
        "two thirds": ("motion",),
        "two thirds majority": ("motion",),
        "those voting": ("motion", "first-past-the-post"),
        "those present and voting": ("motion",),
        "all their votes": ("cumulative",),
        "second round": ("supplementary-vote", "alternative-vote"),
        "absolute majority": ("alternative-vote", "supplementary-vote"),
        "points": ("borda", "dowdall", "score"),
        "held by women": ("scottish-stv", "ers97", "meek", "block-vote"),
        "reserved for": ("scottish-stv", "ers97", "meek", "block-vote"),
        "from any one": ("scottish-stv", "ers97", "meek", "block-vote"),
    }
)
"""What a sentence may say without naming a rule, and the rules that it is said of."""
