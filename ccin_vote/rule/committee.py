"""Rules that elect a committee by approvals, so that large and small groups have their share."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.points import APPROVAL
from ccin_vote.rule.ruleset import Clause, Committee, Weighing

_MARKING = Clause("marking", "A voter marks any number of candidates.")
_VOID = Clause("void papers", "A paper without a mark is blank.")
_FILES = Clause("ballot files", "Every candidate on a line is marked; the order says nothing.")
_LOT = Clause(
    "equal candidates", "A lot decides, if which of them comes first can change who is elected."
)

SEQUENTIAL_PROPORTIONAL_APPROVAL = replace(
    APPROVAL,
    name="sequential-proportional-approval",
    version="1895",
    title="Sequential proportional approval voting",
    citation="Thiele, Om Flerfoldsvalg (1895); Lackner and Skowron, Multi-Winner Voting with"
    " Approval Preferences (2023), rule 8",
    summary="approvals count for less the more of those whom a paper marks are elected",
    method=Committee(by=Weighing.SHARES),
    guards=False,
    places=6,
    clauses=(
        _MARKING,
        _VOID,
        Clause(
            "rounds",
            "The seats are filled one after another. In each round a paper counts, for everybody"
            " whom it marks and who is not elected, 1 divided by one more than the number of those"
            " elected whom it marks. Whoever has most is elected.",
        ),
        Clause("exactness", "Exact fractions are compared; the table shows six places of them."),
        _FILES,
        _LOT,
    ),
)

PHRAGMEN = replace(
    SEQUENTIAL_PROPORTIONAL_APPROVAL,
    name="phragmen",
    version="1894",
    title="Phragmen's sequential rule",
    citation="Phragmen (1894); Brill, Freeman, Janson and Lackner, Phragmen's voting methods and"
    " justified representation, Mathematical Programming 203 (2024)",
    summary="each elected candidate is a load that the papers marking the candidate share",
    method=Committee(by=Weighing.LOADS),
    clauses=(
        _MARKING,
        _VOID,
        Clause(
            "loads",
            "Electing somebody puts a load of 1 on the papers that mark the candidate, shared so"
            " that all of these bear the same in the end. Their load is 1 and what they bore"
            " before, divided by their number.",
        ),
        Clause(
            "rounds",
            "The seats are filled one after another: whoever brings the smallest load a paper is"
            " elected. The table shows 1 divided by that load, so that the most is elected.",
        ),
        Clause("without marks", "Whom no paper marks is elected last, if there are seats left."),
        *SEQUENTIAL_PROPORTIONAL_APPROVAL.clauses[3:],
    ),
)

COMMITTEE_RULES = (SEQUENTIAL_PROPORTIONAL_APPROVAL, PHRAGMEN)
"""The rules of this file."""
