"""Odd places and odd clocks: each has a defined answer."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import ElectionError, IntegrityFailure, Refused
from ccin_vote.officer.close import close_poll
from ccin_vote.officer.note import note
from ccin_vote.poll.state import box_of
from ccin_vote.store import filesystem
from ccin_vote.store.filesystem import file_system
from ccin_vote.store.session import Session
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from tests.support.bench import AFTER, DURING, OPENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A = (1, 2, 3)
MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /home/office\040files rw - nfs4 server:/export rw,vers=4.2
31 30 0:26 / /home/office\040files/usb rw - vfat /dev/sdb1 rw
32 22 0:27 / /media/share rw,nosuid - fuse.sshfs user@server:/ rw
not a line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/board-2030", "ext4"),
        ("/home/office files/board-2030", "nfs4"),
        ("/home/office files", "nfs4"),
        ("/home/office filesystem", "ext4"),
        ("/home/office files/usb/e", "vfat"),
        ("/media/share/e", "fuse.sshfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    """Spaces and mounts inside mounts."""
    assert file_system(Path(path), MOUNTS) == kind


def test_a_network_file_system_is_refused(
    bench: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before anything is written; a machine that cannot tell goes on."""
    small = bench()
    before = small.folder.log.read_bytes()
    table = tmp_path / "mounts"
    table.write_text(f"1 0 0:1 / {tmp_path} rw - nfs4 server:/ rw\n", "utf-8")
    monkeypatch.setattr(filesystem, "MOUNTS", table)
    with pytest.raises(Refused, match="network file system"):
        note(small.folder, "A word.")
    assert small.folder.log.read_bytes() == before
    monkeypatch.setattr(filesystem, "MOUNTS", tmp_path / "none")
    note(small.folder, "A word.")


@pytest.mark.skipif(os.geteuid() == 0, reason="ROOT may write anywhere")
def test_a_folder_that_may_not_be_written_is_said_to_be_so(bench: Make) -> None:
    """With the file's name; nothing is half done."""
    small = bench()
    small.folder.log.chmod(0o444)
    with pytest.raises(Refused, match=r"log\.jsonl"):
        note(small.folder, "A word.")


@pytest.mark.parametrize("name", ["log.jsonl", "private"])
def test_a_symbolic_link_in_the_way_is_not_followed(bench: Make, name: str) -> None:
    """Somebody could have put it there."""
    small = bench()
    ballot = small.sealed(small.tokens[0], A)
    path = small.folder.root / name
    aside = small.root / "aside"
    path.rename(aside)
    path.symlink_to(aside)
    with pytest.raises(ElectionError, match="link"):
        small.hand_in(ballot)


def test_a_clock_that_jumps_back_neither_closes_early_nor_loses_a_ballot(bench: Make) -> None:
    """Ballots are judged by their order; the close by the scheduled time."""
    small = bench()
    small.hand_in(small.sealed(small.tokens[0], A), now=DURING)
    with pytest.raises(Refused, match="accepted from"):
        small.hand_in(small.sealed(small.tokens[1], A), now=OPENS - timedelta(days=2))
    with pytest.raises(Refused):
        close_poll(small.folder, DURING)
    assert box_of(Snapshot.read(small.folder).poll).returned == 1
    close_poll(small.folder, AFTER)
    small.hand_in(small.sealed(small.tokens[2], A), now=DURING)
    assert box_of(Snapshot.read(small.folder).poll).returned == 1


def test_a_folder_that_was_copied_in_the_middle_of_a_write_recovers_or_is_refused(
    bench: Make,
) -> None:
    """Cut at any byte of its last line: the torn bytes are set aside, and the log says so."""
    small = bench()
    small.all_vote(2)
    kept = small.root / "kept"
    shutil.copytree(small.folder.root, kept)
    small.hand_in(small.sealed(small.tokens[4], A))
    whole = small.folder.log.read_bytes()
    short = (kept / "log.jsonl").read_bytes()
    for cut in (len(short) + 1, len(short) + 400, len(whole) - 1):
        shutil.rmtree(small.folder.root)
        shutil.copytree(kept, small.folder.root)
        small.folder.log.write_bytes(whole[:cut])
        note(small.folder, "The disk was moved.")
        assert b'"log.recovered"' in small.folder.log.read_bytes()
        assert [str(o) for o in verify_published(small.published(f"{cut}"), None).faults] == []
    newer = (small.folder.root / "checkpoint").read_bytes()
    shutil.rmtree(small.folder.root)
    shutil.copytree(kept, small.folder.root)
    (small.folder.root / "checkpoint").write_bytes(newer)
    with pytest.raises(IntegrityFailure), Session.open(small.folder):
        pass
