"""Good published folders to damage, and the verifier for anyone as a module."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ccin_vote.verify
from ccin_vote.election.folder import ElectionFolder
from ccin_vote.rehearsal.rehearse import rehearse
from ccin_vote.store.officer_key import read_officer_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ELECTIONS = Path(__file__).parents[2] / "elections"
SCRIPT = Path(ccin_vote.verify.__file__).parent / "anyone" / "verify.py"


@dataclass(frozen=True)
class Rehearsal:
    """A published folder, and the key with which its officer could sign another history."""

    published: Path
    key: Ed25519PrivateKey


def rehearsal(root: Path, name: str, seed: int) -> Rehearsal:
    """Rehearse an election of the project."""
    done = rehearse(ElectionFolder(ELECTIONS / name), root, seed, lambda _s, _d, _t: None)
    assert done.verification.ok
    return Rehearsal(done.published, read_officer_key(ElectionFolder(done.folder)))


@pytest.fixture(scope="session")
def general_meeting(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Rehearse the general meeting: three contests, paper ballots, a lot for the order."""
    return rehearsal(tmp_path_factory.mktemp("meeting"), "agm-2026", 7)


@pytest.fixture(scope="session")
def affiliate_seat(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Rehearse the affiliate seat."""
    return rehearsal(tmp_path_factory.mktemp("seat"), "affiliate-seat-2026", 7)


class Script:
    """The verifier for anyone, run in this process."""

    def __init__(self) -> None:
        """Load it from its file."""
        spec = importlib.util.spec_from_file_location("verify_py", SCRIPT)
        assert spec
        assert spec.loader
        self.module: Any = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = self.module
        spec.loader.exec_module(self.module)

    def verdict(self, folder: Path, kept: Path | None = None) -> tuple[list[str], list[str]]:
        """Return what is wrong, and what could not be checked; the exit code says the same."""
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            code = self.module.main([str(one) for one in (folder, kept) if one is not None])
        lines = told.getvalue().splitlines()
        faults = [line for line in lines if line.startswith("WRONG  ")]
        partial = [each_line for each_line in lines if each_line.startswith("note   ")]
        assert code == (4 if faults else 1 if partial else 0)
        return faults, partial


@pytest.fixture(scope="session")
def script() -> Script:
    """Return the verifier for anyone."""
    return Script()
