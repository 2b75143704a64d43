"""`result.json`: the record of every contest, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ccin_vote.report.record_json import record_to_json

if TYPE_CHECKING:
    from ccin_vote.canonical import Json
    from ccin_vote.report.sheet import Result


def result_json(result: Result) -> str:
    """Write the record of the whole election as indented JSON."""
    size, root = result.head
    document: dict[str, Json] = {
        "title": result.title,
        "organisation": result.organisation,
        "rehearsal": result.rehearsal,
        "election": result.election,
        "issued": result.issued,
        "returned": result.returned,
        "superseded": result.superseded,
        "refused": [{"reason": reason, "ballots": number} for reason, number in result.refused],
        "head": {"size": size, "root": root},
        "contests": [
            {"id": contest.id, **record_to_json(contest.record)} for contest in result.contests
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
