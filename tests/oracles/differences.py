"""Where another count is known to differ from ours, and which source says who is right.

What is here is left out of the comparison by the adaptor, or compared by less than equality. A
difference that is not here fails a test.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One known difference."""

    other: str
    rules: tuple[str, ...]
    what: str
    right: str
    source: str


DIFFERENCES = (
    Difference(
        "pyrankvote",
        ("alternative-vote", "alternative-vote-last-two"),
        "equal candidates: more second choices (third ...) among those left, else chance; half of"
        " the votes in play is held for a majority",
        "ours: one of the two tied is elected either way, so that its winner is among ours by lot",
        "Parliamentary Voting System and Constituencies Act 2011, schedule 10, rules 45A, 49, 49A",
    ),
    Difference(
        "pyrankvote",
        ("wigm", "scottish-stv", "meek"),
        "its single transferable vote divides a surplus equally among all papers of the elected"
        " candidate, whatever they were worth (inclusive Gregory, not weighted), over the exact"
        " quota: no rule of ours; not compared",
        "neither: another rule",
        "Farrell and McAllister, Electoral Studies 22 (2003): inclusive and weighted inclusive",
    ),
    Difference(
        "votelib",
        ("wigm", "scottish-stv"),
        "its single transferable vote moves all surpluses of a count together, takes a candidate"
        " with exactly twice the exact quota for one without it, holds candidates whom no paper"
        " ranks for not standing, and does not round; not compared",
        "ours",
        "SSI 2011/399, rules 49 and 50: one surplus at a time, the largest first, five places",
    ),
    Difference(
        "votelib",
        ("schulze",),
        "ranks by the number of others over whom the strongest path is stronger, which is not the"
        " order of the paths if paths are equal; several seats are not compared, nor elections in"
        " which all paths are equal, where it elects nobody",
        "ours: potential winners are those whom no path is stronger against",
        "Schulze, arXiv:1804.02973, section 2.2, definition of O and S",
    ),
    Difference(
        "votelib",
        ("ranked-pairs", "ranked-pairs-margins"),
        "takes equal victories in the order in which the papers name them, and gives one winner;"
        " knows no second measure of a victory by winning votes: compared by margins only",
        "ours: a lot decides between equal victories",
        "Zavist and Tideman, Social Choice and Welfare 6 (1989)",
    ),
    Difference(
        "votelib",
        ("copeland", "minimax", "minimax-margins", "kemeny-young"),
        "candidates whom no paper ranks, or who win against nobody, do not stand: such elections"
        " are left out; Kemeny's rule has no answer to a tie",
        "ours",
        "their definitions are over all candidates",
    ),
    Difference(
        "votelib",
        ("bucklin",),
        "elects nobody where nobody has a majority even of all preferences: left out",
        "ours: the candidate with most votes of all preferences",
        "Hoag and Hallett, Proportional Representation (1926), on the Grand Junction charter",
    ),
    Difference(
        "votelib",
        ("borda",),
        "gives nothing to those who are not ranked, and all equals the points of the highest:"
        " compared on full rankings",
        "ours by its clause `equal and unranked`; both ways are in use",
        "Emerson, Social Choice and Welfare 40 (2013), on truncated Borda ballots",
    ),
    Difference(
        "pref_voting",
        ("scottish-stv",),
        "of three equally low, two of whom were lower at an earlier stage, any of the three may be"
        " excluded by its lot; so too for surpluses: left out where a tie is of three and more",
        "ours: the candidates lowest at that stage are the ones between whom the lot is",
        "SSI 2011/399, rules 50 and 52: the candidate with the lowest number of votes at"
        " the most recently preceding stage at which the numbers were unequal",
    ),
    Difference(
        "pref_voting",
        ("wigm",),
        "elects with the exact quota, and moves all surpluses of a stage before it elects again:"
        " compared with a rule of ours that elects with the quota, where the order of candidates"
        " does not matter to it. Three seats, 1: a, 3: c d, 2: b c a: ours elects d when c's"
        " surplus has moved; there b's moves too, and a and d are equal",
        "ours by its clauses `quota` and `surplus`",
        "wigm: more than the quota; the largest surplus first",
    ),
    Difference(
        "pref_voting",
        ("scottish-stv", "wigm", "meek", "warren"),
        "breaks a tie in its own order and names one outcome",
        "ours: a lot",
        "the clauses on ties of each rule",
    ),
    Difference(
        "pref_voting",
        ("meek", "warren"),
        "elects with exactly the quota. Two seats, 6: c d, 2: a, 1: b a: d has the quota of 3 as"
        " soon as c's surplus has moved, and a only after b is out; ours, who want more than the"
        " quota, come to a tie of a and d",
        "pref_voting: 'any candidate who equals or exceeds the quota (except in the special case"
        " of a multi-way tie)'; its outcome has to be one of ours",
        "Hill, Wichmann and Woodall, Algorithm 123, section 1 (3)",
    ),
    Difference(
        "pref_voting",
        ("condorcet",),
        "gives all candidates if there is no Condorcet winner: taken for nobody",
        "ours: the rule refuses to choose",
        "its clause `no winner`",
    ),
    Difference(
        "pref_voting",
        ("ranked-pairs",),
        "measures a victory by the votes for it alone, and keeps a draw too, one way or the other,"
        " by the votes of either side; here it is given a strength that takes the votes against a"
        " victory second, as ours, and is 0 for a draw",
        "ours by its clause `order`: a draw is no victory. By margins a draw comes last and changes"
        " nothing",
        "Tideman (1987) and Zavist and Tideman (1989) measure by margins",
    ),
    Difference(
        "pref_voting",
        ("star",),
        "leaves every tie open: ours have to be among its winners",
        "ours",
        "starvoting.org/ties, official tie-breaker protocol",
    ),
    Difference(
        "starvote",
        ("star", "bloc-star"),
        "of three and more equal in the scoring round it adds up the votes of all comparisons:"
        " such elections are left out",
        "ours: whoever lost most comparisons is out",
        "starvoting.org/ties, official protocol, step 1. docs.bettervoting.com/help/ties, of the"
        " same Equal Vote Coalition, goes to the fives at once: the two contradict each other",
    ),
)
