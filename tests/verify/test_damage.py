"""A good published folder, damaged in every way: verify finds each and names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ccin_vote.election.folder import ElectionFolder, PublishedFolder
from ccin_vote.rehearsal.rehearse import rehearse
from ccin_vote.verify.published import verify_published

ELECTION = Path(__file__).parents[2] / "elections" / "agm-2026"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rehearse once; return the published folder."""
    root = tmp_path_factory.mktemp("rehearsal")
    done = rehearse(ElectionFolder(ELECTION), root, 7, lambda _step, _done, _total: None)
    assert done.verification.ok
    return done.published


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    """Return a copy to damage."""
    return Path(shutil.copytree(good, tmp_path / "published"))


def faults(folder: Path, earlier: bytes | None = None) -> list[str]:
    """Return the faults of a folder as text."""
    return [str(fault) for fault in verify_published(PublishedFolder(folder), earlier).faults]


def test_a_good_folder_verifies(folder: Path) -> None:
    """Nothing is wrong with what the tool publishes."""
    assert faults(folder) == []


def _lines(folder: Path) -> list[bytes]:
    return (folder / "log.jsonl").read_bytes().split(b"\n")[:-1]


def _write(folder: Path, lines: list[bytes]) -> None:
    (folder / "log.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def test_every_line_of_the_log_matters(folder: Path) -> None:
    """Dropping, doubling, swapping or changing any line is found."""
    lines = _lines(folder)
    for at in range(len(lines)):
        for changed in (
            [*lines[:at], *lines[at + 1 :]],
            [*lines[: at + 1], *lines[at:]],
            [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]],
            [*lines[:at], lines[at].replace(b'"', b"'", 1), *lines[at + 1 :]],
            [*lines[:at], lines[at].replace(b"A", b"B", 1), *lines[at + 1 :]],
        ):
            if changed != lines:
                _write(folder, changed)
                assert faults(folder), at


def test_every_file_matters(folder: Path) -> None:
    """A file that is missing, empty, cut or changed is found and named."""
    for path in sorted(each_path for each_path in folder.rglob("*") if each_path.is_file()):
        data = path.read_bytes()
        flipped = bytes([data[len(data) // 2] ^ 1])
        middle = len(data) // 2
        for damaged in (b"", data[:-1], data[:middle] + flipped + data[middle + 1 :], data + b"x"):
            path.write_bytes(damaged)
            found = faults(folder)
            assert found, path.name
            assert any(path.name in fault or "log.jsonl" in fault for fault in found), found
        path.write_bytes(data)
    assert faults(folder) == []


def test_a_sheet_that_names_another_winner_is_found(folder: Path) -> None:
    """The sheet that people read must say what the record says."""
    path = folder / "result.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("- Chair: **Chair nominee ", "- Chair: **Mallory "), "utf-8")
    assert any("result.md: the sheet does not say: Chair" in fault for fault in faults(folder))


def test_a_cut_tail_is_found_with_an_earlier_checkpoint(good: Path, folder: Path) -> None:
    """A log without its end, under an older checkpoint, contradicts a checkpoint that was kept."""
    kept = (good / "checkpoint").read_bytes()
    lines = _lines(folder)
    closed = (folder / "checkpoints" / "closed").read_bytes()
    size = int(closed.split(b"\n")[1])
    _write(folder, lines[:size])
    (folder / "checkpoint").write_bytes(closed)
    for name in ("declared",):
        (folder / "checkpoints" / name).unlink()
    for name in ("result.md", "result.json", "opened.json"):
        (folder / name).unlink()
    assert any("lines are cut" in fault for fault in faults(folder, kept))


HOSTILE = {
    "a contest removed from the papers": ("opened.json", b'"contests":[', b'"contests":[{},'),
    "votes that divide by zero": ("result.json", b'"votes": {', b'"votes": {"x": "1/0",'),
    "votes without end": (
        "result.json",
        b'"non_transferable": "',
        b'"non_transferable": "Infinity',
    ),
    "a size of 5000 digits": ("checkpoint", b"\n", b"\n" + b"9" * 5000),
    "a record that nests deeply": ("result.json", b"{", b"[" * 100_000),
}


@pytest.mark.parametrize(("name", "old", "new"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_a_fault_and_no_traceback(
    folder: Path, name: str, old: bytes, new: bytes
) -> None:
    """Whatever a file holds, verify says what is wrong with it."""
    path = folder / name
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert faults(folder)
