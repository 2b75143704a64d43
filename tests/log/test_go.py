"""The log, its heads, cosignatures and receipts as Go's own packages verify them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccin_vote.officer.collect import collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

SOURCE = Path(__file__).parents[1] / "support" / "check.go"
LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/note")


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the checker; skip where Go or its packages are missing."""
    go = shutil.which("go")
    if go is None or not LIBRARY.exists():
        pytest.skip("NO GO: install Debian's golang and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GOPATH": "/usr/share/gocode",
        "GO111MODULE": "off",
        "GOCACHE": str(folder / "cache"),
    }
    built = folder / "check"
    subprocess.run([go, "build", "-o", built, SOURCE], check=True, env=environment)
    return built


def run(checker: Path, folder: Path, receipt: Path) -> subprocess.CompletedProcess[str]:
    """Check a folder and a receipt."""
    return subprocess.run([checker, folder, receipt], capture_output=True, text=True, check=False)


def test_go_verifies_log_heads_cosignatures_and_receipts(bench: Make, checker: Path) -> None:
    """As they are, with no format of ours; and a changed line or proof is found."""
    small = bench()
    small.all_vote()
    small.close()
    closed = small.published("closed")
    collect(small.folder, [small.reply(small.scrutinise(n, closed)) for n in (1, 2, 3)])
    folder = small.published("cosigned").root
    receipts = sorted(small.folder.receipts.glob("*.tlog-proof"))
    assert len(receipts) == 6
    for receipt in receipts:
        done = run(checker, folder, receipt)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "6 cosignatures" in done.stdout
    log = (folder / "log.jsonl").read_bytes()
    (folder / "log.jsonl").write_bytes(log.replace(b"poll.closed", b"poll.close2"))
    assert run(checker, folder, receipts[0]).returncode == 1
    (folder / "log.jsonl").write_bytes(log)
    lines = receipts[0].read_text("utf-8").split("\n")
    other = "index 3" if lines[1] == "index 2" else "index 2"
    receipts[0].write_text("\n".join([lines[0], other, *lines[2:]]), "utf-8")
    assert run(checker, folder, receipts[0]).returncode == 1
