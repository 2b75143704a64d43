"""The list of ballot codes: for voters who install nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.words import REHEARSAL
from ccin_vote.poll.acceptance import REFUSALS
from ccin_vote.seal.armour import ballot_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.poll.state import Box, Manifest


def code_list(manifest: Manifest, box: Box) -> str:
    """Write every ballot code with its status, sorted by code so that the order says nothing."""
    heading = [
        *([REHEARSAL, ""] if manifest.definition.rehearsal else []),
        manifest.definition.title,
        f"Election {manifest.election}",
        "",
        "Find the ballot code that you were shown when you voted. It tells that your sealed",
        "ballot arrived and whether it counts; it does not tell how you voted.",
        "",
    ]
    # Sorted by code, which is random: in the log's order, codes next to each other would be
    # voters who voted next to each other.
    rows = sorted((ballot_code(digest), status) for digest, status in statuses(manifest, box))
    return "\n".join([*heading, *(f"{code}  {status}" for code, status in rows)]) + "\n"


COUNTS = "counts"
"""The status of a ballot that counts."""


def statuses(manifest: Manifest, box: Box) -> Iterator[tuple[bytes, str]]:
    """Yield the digest of every ballot that the log knows, and its status in words."""
    latest = manifest.definition.options.revoting == "latest"
    for credential, held in box.ballots.items():
        counting = held[-1 if latest else 0]
        for held_ballot in held:
            # First, as a revoked credential's last ballot would else be told to count.
            if credential in box.revoked:
                yield held_ballot.digest, "does not count: the credential was revoked"
            elif held_ballot is counting:
                yield held_ballot.digest, COUNTS
            else:
                yield held_ballot.digest, "superseded by a later ballot of the same member"
    for _, refusal in box.refused:
        yield refusal.digest, f"refused: {REFUSALS[refusal.reason]}"
