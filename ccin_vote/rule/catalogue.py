"""The rules that the tool counts by, each a law turned into data."""

from __future__ import annotations

from types import MappingProxyType

from ccin_vote.rule.committee import COMMITTEE_RULES
from ccin_vote.rule.meek import MEEK_RULES
from ccin_vote.rule.pairwise import PAIRWISE_RULES
from ccin_vote.rule.points import POINT_RULES
from ccin_vote.rule.single import SINGLE_RULES
from ccin_vote.rule.stv import STV_RULES

RULES = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            *POINT_RULES,
            *COMMITTEE_RULES,
            *SINGLE_RULES,
            *STV_RULES,
            *MEEK_RULES,
            *PAIRWISE_RULES,
        )
    }
)
"""Every rule by its name."""

LEFT_OUT = (
    "Rules that draw papers at random to carry a surplus, as those of Dail elections in Ireland and"
    " of Cambridge, Massachusetts, are left out: nobody could count again and get the same result."
)
"""What the catalogue leaves out, and why."""
