"""PrefLib's ordinal format (soc, soi, toc, toi), which the format's own tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.blt import sorted_rows
from ccin_vote.ballot.profile import members

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Paper, Profile
    from ccin_vote.election.contest import Contest


def write_preflib(contest: Contest, profile: Profile, file: str) -> str:
    """Write the ordinal format: a heading of ``#`` lines, then ``count: order`` lines.

    Raises:
        ValueError: a paper has a skipped place, which the format cannot say.
    """
    rows = [(paper, weight) for paper, weight in sorted_rows(profile) if paper]
    if any(place == () for paper, _ in rows for place in paper):
        raise ValueError("PrefLib's format knows no skipped places")
    names = [" ".join(name.split()) for name in contest.candidates]
    heading = [
        f"# FILE NAME: {file}",
        f"# TITLE: {' '.join(contest.title.split())}",
        "# DESCRIPTION: ",
        f"# DATA TYPE: {data_type(contest, [paper for paper, _ in rows])}",
        "# MODIFICATION TYPE: original",
        "# RELATES TO: ",
        "# RELATED FILES: ",
        "# PUBLICATION DATE: ",
        "# MODIFICATION DATE: ",
        f"# NUMBER ALTERNATIVES: {len(names)}",
        f"# NUMBER VOTERS: {sum(weight.votes for _, weight in rows)}",
        f"# NUMBER UNIQUE ORDERS: {len(rows)}",
        *(f"# ALTERNATIVE NAME {at}: {name}" for at, name in enumerate(names, start=1)),
    ]
    rows.sort(key=lambda row: -row[1].votes)
    return "\n".join([*heading, *(f"{w.votes}: {_order(paper)}" for paper, w in rows), ""])


def data_type(contest: Contest, papers: list[Paper]) -> str:
    """Return ``soc``, ``soi``, ``toc`` or ``toi``: strict or with ties, complete or not."""
    ties = any(isinstance(place, tuple) for paper in papers for place in paper)
    size = len(contest.candidates)
    complete = all(sum(len(members(place)) for place in paper) == size for paper in papers)
    return f"{'t' if ties else 's'}o{'c' if complete else 'i'}"


def _order(paper: Paper) -> str:
    return ",".join(
        "{" + ",".join(str(candidate + 1) for candidate in place) + "}"
        if isinstance(place, tuple)
        else str(place + 1)
        for place in paper
    )
