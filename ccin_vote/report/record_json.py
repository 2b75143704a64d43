"""The record as JSON: numbers as strings at the rule's precision, candidates by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.ties import ByLot, ByMeasure, Tie
from ccin_vote.report.sentences import stage_sentence
from ccin_vote.report.words import quota_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.canonical import Json
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Record, Stage


def record_to_json(record: Record) -> dict[str, Json]:
    """Return the document of `tally --json`, without the file's name."""
    rule = record.rule
    return {
        "title": record.contest.title,
        "rule": {"name": rule.name, "version": rule.version, "citation": rule.citation},
        "seats": record.contest.seats,
        "valid": int(record.papers),
        "votes": record.votes,
        "blank": record.blank,
        "informal": sum(papers for _, papers in record.informal) - record.blank,
        "informal_reasons": dict(record.informal),
        "quota": quota_text(record.quota),
        "candidates": list(record.contest.candidates),
        "withdrawn": _names(record, sorted(record.contest.withdrawn)),
        "winners": _names(record, record.winners),
        "vacant": record.contest.seats - len(record.winners),
        **_orders(record),
        "stages": [_stage(record, stage) for stage in record.stages],
    }


def _orders(record: Record) -> dict[str, Json]:
    """Return the order of all candidates and the comparison in pairs, where the rule has them."""
    found: dict[str, Json] = {}
    if record.ranks:
        found["ranking"] = [_names(record, rank) for rank in record.ranks]
    if record.matrix:
        names = record.contest.candidates
        rows = zip(names, record.matrix, strict=True)
        found["pairwise"] = {name: dict(zip(names, row, strict=True)) for name, row in rows}
    return found


def _names(record: Record, who: Iterable[Candidate]) -> list[Json]:
    return [record.contest.candidates[candidate] for candidate in who]


def _stage(record: Record, stage: Stage) -> dict[str, Json]:
    votes = zip(record.contest.candidates, stage.tally.candidates, strict=True)
    return {
        "number": stage.number,
        "kind": stage.kind.value,
        "of": _names(record, stage.of),
        "quota": quota_text(stage.quota),
        "transfer_value": None if stage.transfer_value is None else str(stage.transfer_value),
        "votes": {name: str(value) for name, value in votes},
        "non_transferable": str(stage.tally.non_transferable),
        "lost_to_rounding": str(stage.tally.lost_to_rounding),
        "elected": _names(record, stage.elected),
        "excluded": _names(record, stage.excluded),
        "tie": _tie(record, stage.ties[0]) if stage.ties else None,
        "sentence": stage_sentence(record, stage),
    }


def _tie(record: Record, tie: Tie) -> dict[str, Json]:
    told: dict[str, Json] = {
        "purpose": tie.question.purpose.value,
        "among": _names(record, tie.question.among),
        "chosen": record.contest.candidates[tie.chosen],
    }
    if tie.also:
        told["also_chosen"] = _names(record, tie.also)
    if isinstance(tie.resolution, ByLot):
        return told | {"by": "lot", "order": _names(record, tie.resolution.order)}
    if isinstance(tie.resolution, ByMeasure):
        return told | {"by": "measure", "measure": tie.resolution.words}
    return told | {"by": "earlier-stage", "stage": tie.resolution.stage}
