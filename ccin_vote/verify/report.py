"""What a verification found: which checks passed, every fault, what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.errors import IntegrityFailure

if TYPE_CHECKING:
    from ccin_vote.verify.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be: the check, the file, the line from 1, the words."""

    check: str
    message: str
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Return ``file:line: message``."""
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        return f"{place}: {self.message}" if place else self.message


@dataclass(slots=True)
class Verification:
    """The outcome of a verification; ``not_checked`` are checks by their names, and why not."""

    passed: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    not_checked: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    evidence: Evidence | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def checked(self) -> Evidence:
        """Return what was checked, as it was read then; stop everything if something is wrong.

        Raises:
            IntegrityFailure: the first fault.
        """
        for fault in self.faults:
            raise IntegrityFailure(
                fault.message,
                file=fault.file,
                line=fault.line,
                remedy="Do not rely on this folder. Ask for it again, and compare the"
                " checkpoints with the other scrutineers if the fault stays.",
            )
        if self.evidence is None:
            raise IntegrityFailure("nothing was checked")
        return self.evidence
