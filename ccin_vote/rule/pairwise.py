"""Rules that compare every candidate with every other."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.ruleset import (
    Clause,
    Completion,
    Marking,
    Pairwise,
    RuleSet,
    Strength,
    Ties,
    Unclear,
    Unranked,
)

_RANKING = Clause("marking", "A voter ranks candidates; several may share a place.")
_LAST = Clause("unranked", "A paper puts those whom it does not rank below those whom it ranks.")
_IGNORED = Clause("unranked", "A paper says nothing of those whom it does not rank.")
_PAIRS = Clause(
    "comparison", "Of two candidates the one whom more votes rank higher beats the other."
)
_LOT = Clause("equal candidates", "Candidates whom the rule leaves equal are told apart by lot.")

CONDORCET = RuleSet(
    name="condorcet",
    version="1785",
    title="Condorcet winner",
    citation="Condorcet, Essai sur l'application de l'analyse (1785)",
    summary="elects whoever beats every other candidate; nobody if there is no such candidate",
    method=Pairwise(completion=Completion.NOBODY),
    marking=Marking.RANKING,
    ties=Ties.LOT,
    tie_words="There is no lot: without a candidate who beats every other, nobody is elected.",
    one_seat=True,
    equal=Unclear.ALLOWED,
    skipped=Unclear.PASS_OVER,
    repeated=Unclear.PASS_OVER,
    places=1,
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause("winner", "The candidate who beats every other is elected."),
        Clause("no winner", "If nobody beats every other, the rule refuses to choose."),
    ),
)


_EQUAL_WORDS = "Candidates whom the comparisons leave equal are told apart by lot."
_SEVERAL = Clause(
    "seats", "Several seats go to the first of the ranking; this is not proportional."
)

SCHULZE = replace(
    CONDORCET,
    name="schulze",
    version="2018",
    title="Schulze method (winning votes)",
    citation="Schulze, The Schulze Method of Voting, arXiv:1804.02973 (2018)",
    summary="the strongest chains of victories decide",
    method=Pairwise(completion=Completion.SCHULZE),
    tie_words=_EQUAL_WORDS,
    one_seat=False,
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "section 2.2",
            "A chain leads from victory to victory; it is as strong as its weakest"
            " victory, and a victory as strong as the votes for the winner.",
        ),
        Clause(
            "section 2.3",
            "A candidate goes before another if the strongest chain to the other is"
            " stronger than the strongest chain back.",
        ),
        _SEVERAL,
        _LOT,
    ),
)

SCHULZE_MARGINS = replace(
    SCHULZE,
    name="schulze-margins",
    title="Schulze method (margins)",
    summary="the strongest chains decide, victories measured by margins",
    method=Pairwise(completion=Completion.SCHULZE, strength=Strength.MARGINS),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "section 2.2",
            "A chain leads from victory to victory; it is as strong as its weakest"
            " victory, and a victory as strong as its margin.",
        ),
        *SCHULZE.clauses[4:],
    ),
)

RANKED_PAIRS = replace(
    SCHULZE,
    name="ranked-pairs",
    version="1989",
    title="Ranked pairs (winning votes)",
    citation="Tideman (1987) and Zavist and Tideman (1989), Social Choice and Welfare 4 and 6",
    summary="victories are kept from the strongest down, but for those that would close a circle",
    method=Pairwise(completion=Completion.RANKED_PAIRS),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "order",
            "Victories are taken by the votes for the winner, the most first; of"
            " equals the one with fewer votes against first.",
        ),
        Clause("keeping", "A victory is kept unless it closes a circle with those kept before."),
        Clause(
            "equal victories",
            "Victories that are equal are kept if they close no circle even"
            " together; if they do, and it can change who is elected, a lot orders the candidates"
            " of the smallest group in question that beats everybody below it. The victory of the"
            " one drawn earlier is taken first (then the one over the candidate drawn later), and"
            " the same lot tells apart whom no victory does.",
        ),
        Clause("ranking", "Whom no kept victory puts below another is first, and so on."),
        _SEVERAL,
        _LOT,
    ),
)

RANKED_PAIRS_MARGINS = replace(
    RANKED_PAIRS,
    name="ranked-pairs-margins",
    title="Ranked pairs (margins)",
    summary="victories are kept from the widest margin down, but for circles",
    method=Pairwise(completion=Completion.RANKED_PAIRS, strength=Strength.MARGINS),
    clauses=(
        *RANKED_PAIRS.clauses[:3],
        Clause("order", "Victories are taken by their margins, the greatest first."),
        *RANKED_PAIRS.clauses[4:],
    ),
)

MINIMAX = replace(
    SCHULZE,
    name="minimax",
    version="1977",
    title="Minimax (winning votes)",
    citation="Simpson (1969) and Kramer (1977), Journal of Economic Theory 16",
    summary="elects the candidate whose worst defeat is smallest, by votes for the victor",
    method=Pairwise(completion=Completion.MINIMAX),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "worst defeat",
            "A candidate's worst defeat is the one with most votes for the victor;"
            " it is 0 without a defeat. The smallest worst defeat is first.",
        ),
        _SEVERAL,
        _LOT,
    ),
)

MINIMAX_MARGINS = replace(
    MINIMAX,
    name="minimax-margins",
    title="Minimax (margins)",
    summary="elects the candidate whose worst defeat is smallest, by margin",
    method=Pairwise(completion=Completion.MINIMAX, strength=Strength.MARGINS),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "worst defeat",
            "A candidate's worst result is the greatest margin against the"
            " candidate, which is below 0 for who beats everybody. The smallest is first.",
        ),
        _SEVERAL,
        _LOT,
    ),
)

COPELAND = replace(
    SCHULZE,
    name="copeland",
    version="1951",
    title="Copeland's method",
    citation="Copeland, A reasonable social welfare function (1951)",
    summary="elects the candidate with most victories less defeats in pairs",
    method=Pairwise(completion=Completion.COPELAND),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause("score", "A victory is 1, a draw a half, a defeat 0. The highest score is first."),
        _SEVERAL,
        _LOT,
    ),
)

KEMENY_YOUNG = replace(
    SCHULZE,
    name="kemeny-young",
    version="1959",
    title="Kemeny-Young method",
    citation="Kemeny (1959), Daedalus 88; Young and Levenglick (1978), SIAM J. Applied Math. 35",
    summary="the order with which the papers agree most, pair by pair",
    method=Pairwise(completion=Completion.KEMENY),
    most_candidates=14,
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "agreement",
            "An order's agreement is, over all pairs, the votes that rank the"
            " earlier candidate above the later one. The order with most agreement is the"
            " ranking; it is found exactly, for at most 14 candidates who stand.",
        ),
        Clause(
            "several orders",
            "Whoever comes first in some best order may be elected; if they are several, a lot"
            " decides, and only the best orders that begin so are followed for the next seat. No"
            " lot is drawn if all best orders elect the same candidates.",
        ),
        _SEVERAL,
    ),
)

SMITH_IRV = replace(
    SCHULZE,
    name="smith-irv",
    version="1",
    title="Smith set, then alternative vote",
    citation="Green-Armytage, Four Condorcet-Hare hybrid methods (Voting matters 29, 2011)",
    summary="the alternative vote among the smallest group that beats everybody outside it",
    method=Pairwise(completion=Completion.SMITH_ALTERNATIVE_VOTE),
    one_seat=True,
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause(
            "Smith set",
            "The smallest group of whom each beats everybody outside is kept; all"
            " others are excluded.",
        ),
        Clause(
            "alternative vote",
            "Among the group the candidate with fewest votes is excluded"
            " until one has more than half of the votes in play. A paper that puts several"
            " continuing candidates in its highest place divides its vote equally. If the last two"
            " are equal, a lot decides which of them is elected.",
        ),
        _LOT,
    ),
)

RANKED_ROBIN = replace(
    SCHULZE,
    name="ranked-robin",
    version="2021",
    title="Ranked robin",
    citation="Equal Vote Coalition, Ranked Robin (2021), with its tie-breaking of two degrees",
    summary="elects whoever wins most comparisons in pairs; margins tell equal ones apart",
    method=Pairwise(completion=Completion.RANKED_ROBIN),
    tie_words=(
        "Equal victories: the margins over each other, added up; then those over all candidates;"
        " then a lot."
    ),
    clauses=(
        _RANKING,
        _LAST,
        _PAIRS,
        Clause("victories", "Whoever beats most other candidates is first."),
        Clause(
            "first degree",
            "Those who are equal: the votes that prefer each to the others of them, less those that"
            " prefer one of the others. The greatest difference is first.",
        ),
        Clause(
            "second degree",
            "If they are still equal: the same difference over all candidates who stand.",
        ),
        Clause(
            "further degrees",
            "The third and fourth degree, which their authors advise against, are left out: a lot.",
        ),
        _SEVERAL,
    ),
)

DEBIAN = replace(
    SCHULZE,
    name="debian",
    version="1.9",
    title="Debian's constitution (cloneproof Schwartz sequential dropping)",
    citation="Constitution for the Debian Project, version 1.9 (2022), appendix A.5",
    summary="options have to beat a default option; then the weakest defeats are dropped",
    method=Pairwise(completion=Completion.SCHWARTZ_DROPPING),
    tie_words="Options left in the Schwartz set are told apart by lot, in place of a casting vote.",
    one_seat=True,
    clauses=(
        _RANKING,
        _LAST,
        Clause(
            "default option",
            "Re-open nominations, if it is on the paper, is the default option; if it wins, nobody"
            " is elected.",
        ),
        Clause(
            "A.5.2",
            "Quorum: an option is dropped that fewer votes prefer to the default option than"
            " `over_default` says.",
        ),
        Clause(
            "A.5.3",
            "Majority: an option is dropped unless more votes prefer it to the default option than"
            " the reverse, and at least `majority` times as many (1 if nothing is said).",
        ),
        Clause(
            "A.5.4 to A.5.6",
            "Of two options left the one that more votes prefer defeats the other. The Schwartz set"
            " is of those who defeat, by a chain of defeats, whoever so defeats them.",
        ),
        Clause(
            "A.5.7",
            "The weakest defeats within the Schwartz set are dropped together, and so on until"
            " there are none: those with fewest votes, of equals those with most against.",
        ),
        Clause("A.5.8", "The one option left wins; of several the casting vote, here a lot."),
    ),
)

_ALL = (
    CONDORCET,
    SCHULZE,
    SCHULZE_MARGINS,
    RANKED_PAIRS,
    RANKED_PAIRS_MARGINS,
    MINIMAX,
    MINIMAX_MARGINS,
    COPELAND,
    KEMENY_YOUNG,
    SMITH_IRV,
)

PAIRWISE_RULES = (
    *_ALL,
    RANKED_ROBIN,
    DEBIAN,
    *(
        replace(
            each,
            name=f"{each.name}-ranked-only",
            title=f"{each.title}; unranked candidates are not compared",
            summary=f"{each.summary}; unranked are not compared",
            method=replace(each.method, unranked=Unranked.IGNORED),
            clauses=tuple(_IGNORED if clause is _LAST else clause for clause in each.clauses),
        )
        for each in _ALL
        if isinstance(each.method, Pairwise)
    ),
)
"""The rules of this file, each in two ways: whom a paper does not rank is last, or ignored."""
