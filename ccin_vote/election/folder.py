"""What stands where in an election folder and in a published folder: names only, no reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LONGEST_NAME = 100

MILESTONES = ("opened", "closed", "declared")


@dataclass(frozen=True, slots=True)
class LogFiles:
    """The log and its heads; the same names in both kinds of folder."""

    root: Path

    @property
    def log(self) -> Path:
        """The audit log, one event a line."""
        return self.root / "log.jsonl"

    @property
    def checkpoint(self) -> Path:
        """The log's newest signed head."""
        return self.root / "checkpoint"

    @property
    def checkpoints(self) -> Path:
        """The folder of the heads of the milestones."""
        return self.root / "checkpoints"

    @property
    def verifier(self) -> Path:
        """The verifier for anyone that belongs to this election, kept since it was opened."""
        return self.root / "verify.py"

    def milestone(self, name: str) -> Path:
        """The head kept at ``opened``, ``closed`` or ``declared``."""
        return self.checkpoints / name


@dataclass(frozen=True, slots=True)
class PublishedFolder(LogFiles):
    """What `publish` writes: all that a scrutineer or a voter needs."""

    @property
    def officer_key(self) -> Path:
        """The officer's verifier key, in the signed-note format."""
        return self.root / "officer.vkey"

    @property
    def scrutineer_keys(self) -> Path:
        """The scrutineers' verifier keys, a line each, in the signed-note format."""
        return self.root / "scrutineers.vkeys"

    @property
    def opened_papers(self) -> Path:
        """The opened papers: sorted rankings with votes and papers, per contest."""
        return self.root / "opened.json"

    @property
    def result_sheet(self) -> Path:
        """The result for people to read."""
        return self.root / "result.md"

    @property
    def result_record(self) -> Path:
        """The result for programs to read."""
        return self.root / "result.json"

    def page(self, contests: Sequence[str]) -> Path:
        """The offline ballot page of those who vote in these contests."""
        # No id has an underscore, so no two sets of contests have one name.
        name = "_and_".join(contests)
        # Most file systems end a name at 255 bytes.
        if len(name) > _LONGEST_NAME:
            name = sha256(name.encode()).hex()[:16]
        return self.root / f"ballot-{name}.html"

    @property
    def pages(self) -> list[Path]:
        """Every offline ballot page that is there."""
        return sorted(self.root.glob("ballot-*.html"))

    def ballot_file(self, contest_id: str) -> Path:
        """One contest's opened papers as a BLT file."""
        return self.root / "papers" / f"{contest_id}.blt"


@dataclass(frozen=True, slots=True)
class ElectionFolder(LogFiles):
    """The officer's folder of one election."""

    @property
    def slug(self) -> str:
        """The folder's name: what `--confirm` takes."""
        # `.` and `..` have a name only when they are resolved.
        return self.root.resolve().name

    @property
    def definition(self) -> Path:
        """What is decided, by which rule, when."""
        return self.root / "election.toml"

    @property
    def roll(self) -> Path:
        """Who may vote."""
        return self.root / "members.toml"

    @property
    def private(self) -> Path:
        """The officer's own: key, register, letters. Never published."""
        return self.root / "private"

    @property
    def officer_key(self) -> Path:
        """The officer's signing key, readable by the officer alone."""
        return self.private / "officer.key"

    @property
    def register(self) -> Path:
        """The roll as it was frozen."""
        return self.private / "register.json"

    @property
    def holders(self) -> Path:
        """Which member holds which credential."""
        return self.private / "holders.jsonl"

    @property
    def letters(self) -> Path:
        """The letters with the tokens, until they are sent."""
        return self.private / "letters"

    @property
    def reminders(self) -> Path:
        """The reminders, without tokens, until they are sent."""
        return self.private / "reminders"

    @property
    def unfinished(self) -> Path:
        """There while reminders are being sent: those left are to be sent first."""
        return self.private / "reminders-unfinished"

    @property
    def receipts(self) -> Path:
        """The receipt of each ballot, and the reply that carries it to the voter."""
        return self.private / "receipts"

    @property
    def templates(self) -> Path:
        """The organisation's own templates for letters and mails, if it has any."""
        return self.root / "templates"

    @property
    def replies(self) -> Path:
        """What scrutineers sent, and the papers they opened."""
        return self.private / "replies"

    @property
    def rejected(self) -> Path:
        """Input that is no ballot of this election, kept untouched."""
        return self.private / "rejected"

    @property
    def seen(self) -> Path:
        """Which mails of a mailbox on a server were read."""
        return self.private / "imap-seen.json"

    @property
    def published(self) -> PublishedFolder:
        """The folder of what everybody may see; result files are written here first."""
        return PublishedFolder(self.root / "public")
