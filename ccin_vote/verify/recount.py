"""A second count, written from the rules' words alone: slow, literal, in fractions.

It shares no line with `count`; both read the same law. What it found is plain data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.verify.recount_bucklin import BUCKLIN
from ccin_vote.verify.recount_committee import COMMITTEE
from ccin_vote.verify.recount_last_parcel import LAST_PARCEL
from ccin_vote.verify.recount_meek import MEEK
from ccin_vote.verify.recount_model import Recount, Table, lay_out
from ccin_vote.verify.recount_pairwise import PAIRWISE
from ccin_vote.verify.recount_points import POINTS
from ccin_vote.verify.recount_single import SINGLE
from ccin_vote.verify.recount_star import STAR
from ccin_vote.verify.recount_whole_pile import WHOLE_PILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Contest
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet

RECOUNTS: dict[str, Callable[[Table], Recount]] = {
    **POINTS,
    **SINGLE,
    **STAR,
    **BUCKLIN,
    **COMMITTEE,
    **LAST_PARCEL,
    **WHOLE_PILE,
    **MEEK,
    **PAIRWISE,
}
"""The recounts by the name of the rule."""


def recount(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Recount:
    """Count a contest again.

    Raises:
        DecisionNeeded: a lot is needed and not recorded.
        KeyError: this recount does not know the rule.
    """
    returned = sum(
        weight.papers for weight in (*profile.formal.values(), *profile.informal.values())
    )
    if not contest.threshold and len(contest.standing) <= contest.seats:
        who = tuple(candidate for candidate in contest.standing if candidate != contest.reopen)
        return Recount(None, (), who, rule.places)
    if returned < contest.quorum:
        return Recount(None, (), (), rule.places)
    table = Table(contest, rule.places, rule.highest_score, lots, lay_out(contest, profile))
    return RECOUNTS[rule.name](table)
