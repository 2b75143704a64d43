"""The writer: what it tells is on the disk and signed; crashes mended, tampering refused."""

from __future__ import annotations

import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import sha256
from ccin_vote.election.folder import MILESTONES, ElectionFolder
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.log.checkpoint import Head, Receipt, read_checkpoint
from ccin_vote.log.events import LogRecovered, PollClosed, event_to_line
from ccin_vote.log.merkle import root_of
from ccin_vote.log.note import Note, VerifierKey, cosign
from ccin_vote.log.writer import LogWriter, replace_file
from tests.support.logs import entries_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ccin_vote.log.events import Event

    Make = Callable[[ElectionFolder], LogWriter]
    Say = Callable[[str], Event]

NOON = "2026-09-25T11:00:00Z"
CLOSE = PollClosed(type="poll.closed", time=NOON, scheduled=NOON)


@pytest.fixture
def logged(folder: ElectionFolder, writer_of: Make, note: Say) -> ElectionFolder:
    """Return a folder whose log has three lines, the second of them the close."""
    with writer_of(folder) as writer:
        writer.append([note("one"), CLOSE])
        writer.keep_head("closed")
        writer.append([note("three")])
    return folder


def lines_of(folder: ElectionFolder) -> list[bytes]:
    """Return the log's lines; it ends in a newline."""
    *lines, tail = folder.log.read_bytes().split(b"\n")
    assert tail == b""
    return lines


def head_in(path: Path, verifier: VerifierKey) -> Head:
    """Return the head that a file signs."""
    return read_checkpoint(path.read_bytes(), verifier)[0]


def assert_signed(folder: ElectionFolder, verifier: VerifierKey) -> None:
    """Check that the checkpoint signs exactly the log."""
    lines = lines_of(folder)
    assert head_in(folder.checkpoint, verifier) == Head(verifier.name, len(lines), root_of(lines))


def test_what_is_appended_is_on_the_disk_and_signed(
    folder: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """After each append the log holds the lines and the checkpoint signs them."""
    events = [note("one"), note("two"), note("three")]
    with writer_of(folder) as writer:
        assert [entry.number for entry in writer.append(events[:2])] == [1, 2]
        assert_signed(folder, writer.verifier)
        assert [entry.number for entry in writer.append(events[2:])] == [3]
        assert_signed(folder, writer.verifier)
    assert lines_of(folder) == [event_to_line(event) for event in events]
    with writer_of(folder) as again:
        assert [entry.event for entry in entries_of(again)] == events
        assert again.head == head_in(folder.checkpoint, again.verifier)


def test_receipts_prove_every_line(logged: ElectionFolder, writer_of: Make) -> None:
    """Each line's receipt verifies against the officer's key, and proves that line only."""
    with writer_of(logged) as writer:
        for entry in entries_of(writer):
            receipt = Receipt.parse(str(writer.receipt(entry.number - 1)).encode())
            proved = [receipt.proves(one.line, writer.verifier) for one in entries_of(writer)]
            assert proved == [one.number == entry.number for one in entries_of(writer)]


def test_opening_a_log_in_order_changes_nothing(logged: ElectionFolder, writer_of: Make) -> None:
    """Cosignatures on the heads stay when another command looks at the log."""
    before = {path: path.read_bytes() for path in files_of(logged)}
    with writer_of(logged):
        pass
    assert {path: path.read_bytes() for path in files_of(logged)} == before


def files_of(folder: ElectionFolder) -> Iterator[Path]:
    """Return every file of a folder."""
    return (path for path in folder.root.rglob("*") if path.is_file())


def test_a_line_torn_at_any_byte_is_set_aside_cut_and_recorded(
    logged: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """However much of a line a crash left, the log goes on, and says how much it was."""
    whole = logged.log.read_bytes()
    checkpoint = logged.checkpoint.read_bytes()
    line = event_to_line(note("torn"))
    for length in range(1, len(line) + 1):
        logged.log.write_bytes(whole + line[:length])
        logged.checkpoint.write_bytes(checkpoint)
        digest = sha256(line[:length])
        with writer_of(logged) as writer:
            recovered = LogRecovered(type="log.recovered", length=length, digest=digest)
            assert entries_of(writer)[-1].event == recovered
            assert_signed(logged, writer.verifier)
        assert logged.log.read_bytes() == whole + event_to_line(recovered) + b"\n"
        kept = logged.private / "torn" / f"torn-{digest.hex()[:16]}"
        assert kept.read_bytes() == line[:length]
        assert kept.stat().st_mode & 0o777 == 0o600


def test_a_recovery_that_is_broken_off_is_recovered(
    logged: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """A crash between the record of torn bytes and the cut leaves a tail that is recorded too."""
    tail = event_to_line(note("torn" * 100))
    record = event_to_line(
        LogRecovered(type="log.recovered", length=len(tail), digest=sha256(tail))
    )
    whole = logged.log.read_bytes()
    logged.log.write_bytes(whole + record + b"\n" + tail[len(record) + 1 :])
    with writer_of(logged) as writer:
        found = [entry.event for entry in entries_of(writer)[3:]]
        assert [type(event) for event in found] == [LogRecovered, LogRecovered]
        assert_signed(logged, writer.verifier)


def test_a_first_line_that_is_torn_leaves_a_draft(
    folder: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """If not even the first line was written whole, the log is empty again and can be begun."""
    folder.log.write_bytes(event_to_line(note("one"))[:-1])
    with writer_of(folder) as writer:
        assert not entries_of(writer)
        assert folder.log.read_bytes() == b""
        assert len(list((folder.private / "torn").iterdir())) == 1
        writer.append([note("one")])
        assert_signed(folder, writer.verifier)


def test_complete_lines_past_the_checkpoint_are_kept_and_signed(
    logged: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """Lines that a crash left unsigned are signed by the next command, with or without a tail."""
    for tail in (b"", b"{"):
        with logged.log.open("ab") as stream:
            stream.write(event_to_line(note("unsigned")) + b"\n" + tail)
        with writer_of(logged) as writer:
            assert note("unsigned") in [entry.event for entry in entries_of(writer)[-2:]]
            assert_signed(logged, writer.verifier)


def test_a_first_line_without_checkpoint_is_kept_and_signed(
    folder: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """A crash before the first checkpoint loses nothing."""
    folder.log.write_bytes(event_to_line(note("one")) + b"\n")
    with writer_of(folder) as writer:
        assert_signed(folder, writer.verifier)


def test_a_turning_points_head_that_is_missing_is_made_again(
    logged: ElectionFolder, writer_of: Make
) -> None:
    """A crash between the close and its kept head is mended by the next command."""
    before = logged.milestone("closed").read_bytes()
    logged.milestone("closed").unlink()
    with writer_of(logged):
        assert logged.milestone("closed").read_bytes() == before
    assert [path.name for path in logged.checkpoints.iterdir()] == ["closed"]


def cut_last_line(folder: ElectionFolder) -> None:
    """Leave the log shorter than its checkpoint."""
    folder.log.write_bytes(b"".join(line + b"\n" for line in lines_of(folder)[:-1]))


def empty_log(folder: ElectionFolder) -> None:
    """Leave no line."""
    folder.log.write_bytes(b"")


def remove_log(folder: ElectionFolder) -> None:
    """Leave no log."""
    folder.log.unlink()


def tear_signed_line(folder: ElectionFolder) -> None:
    """Leave the last signed line without its end."""
    folder.log.write_bytes(folder.log.read_bytes()[:-5])


def change_first_line(folder: ElectionFolder) -> None:
    """Leave another first line, in canonical form."""
    folder.log.write_bytes(folder.log.read_bytes().replace(b'"one"', b'"One"'))


def swap_lines(folder: ElectionFolder) -> None:
    """Leave the lines in another order."""
    folder.log.write_bytes(b"".join(line + b"\n" for line in reversed(lines_of(folder))))


def spoil_second_line(folder: ElectionFolder) -> None:
    """Leave a second line that is no event."""
    folder.log.write_bytes(folder.log.read_bytes().replace(b'"poll.closed"', b'"poll.opened"'))


def add_line_that_is_no_event(folder: ElectionFolder) -> None:
    """Leave a complete line past the checkpoint that is no event."""
    with folder.log.open("ab") as stream:
        stream.write(b"\x00\x00\x00\n")


def remove_checkpoint(folder: ElectionFolder) -> None:
    """Leave no checkpoint."""
    folder.checkpoint.unlink()


def spoil_checkpoint(folder: ElectionFolder) -> None:
    """Leave a checkpoint without a signature."""
    folder.checkpoint.write_text("ccin-vote\n")


def checkpoint_of_another_election(folder: ElectionFolder) -> None:
    """Leave the same officer's checkpoint of another election."""
    other = ElectionFolder(folder.root / "other")
    other.root.mkdir()
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    with LogWriter(other, "ccin-vote/other", key, other.private) as writer:
        writer.append([CLOSE])
    folder.checkpoint.write_bytes(other.checkpoint.read_bytes())


def older_log_and_checkpoint(folder: ElectionFolder) -> None:
    """Leave the log and the checkpoint as they were before the close."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    origin = head_origin(folder)
    folder.log.write_bytes(lines_of(folder)[0] + b"\n")
    folder.checkpoint.unlink()
    (folder.root / "kept").mkdir()
    folder.checkpoints.rename(folder.root / "kept" / "checkpoints")
    with LogWriter(folder, origin, key, folder.private):
        pass
    (folder.root / "kept" / "checkpoints").rename(folder.checkpoints)


def head_origin(folder: ElectionFolder) -> str:
    """Return the origin that a folder's checkpoint names."""
    return folder.checkpoint.read_text("utf-8").split("\n")[0]


def spoil_turning_point(folder: ElectionFolder) -> None:
    """Leave a damaged head of the close."""
    path = folder.milestone("closed")
    path.write_bytes(path.read_bytes().replace(b"\n2\n", b"\n3\n"))


TAMPERING: dict[str, tuple[Callable[[ElectionFolder], None], str, int | None]] = {
    "a log whose last line was cut": (cut_last_line, "log.jsonl", 3),
    "a log that was emptied": (empty_log, "log.jsonl", 1),
    "a log that was taken away": (remove_log, "log.jsonl", 1),
    "a signed line that lost its end": (tear_signed_line, "log.jsonl", 3),
    "a line that was changed": (change_first_line, "log.jsonl", 2),
    "lines in another order": (swap_lines, "log.jsonl", 2),
    "a signed line that is no event": (spoil_second_line, "log.jsonl", 2),
    "an unsigned line that is no event": (add_line_that_is_no_event, "log.jsonl", 4),
    "a checkpoint that was taken away": (remove_checkpoint, "checkpoint", None),
    "a checkpoint that is none": (spoil_checkpoint, "checkpoint", None),
    "a checkpoint of another election": (checkpoint_of_another_election, "checkpoint", None),
    "an older log with its checkpoint": (older_log_and_checkpoint, "log.jsonl", 2),
    "a head of the close that was changed": (spoil_turning_point, "checkpoints/closed", None),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_a_log_that_is_not_what_was_signed_is_refused(
    what: str, logged: ElectionFolder, writer_of: Make
) -> None:
    """The file and the line are named, and the log and the heads stay as they were found."""
    tamper, file, line = TAMPERING[what]
    tamper(logged)
    heads = (logged.checkpoint, *map(logged.milestone, MILESTONES))
    paths = [path for path in (logged.log, *heads) if path.exists()]
    before = [path.read_bytes() for path in paths]
    with pytest.raises(IntegrityFailure) as caught, writer_of(logged):
        pass
    assert (caught.value.file, caught.value.line) == (file, line)
    assert [path.read_bytes() for path in paths] == before


def test_another_officers_key_is_refused(logged: ElectionFolder, origin: str) -> None:
    """A key that did not sign the checkpoint cannot go on with the log."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    writer = LogWriter(logged, origin, other, logged.private)
    with pytest.raises(IntegrityFailure, match="signature does not verify"), writer:
        pass


def test_a_cosigned_head_of_a_turning_point_is_taken(
    logged: ElectionFolder, writer_of: Make, scrutineer: Ed25519PrivateKey
) -> None:
    """Scrutineers' cosignatures on a kept head do not trouble the writer."""
    path = logged.milestone("closed")
    note = Note.parse(path.read_bytes())
    line = cosign(note.text, "a/scrutineer-1", scrutineer, 1790334000)
    path.write_bytes(str(note.with_signature(line)).encode())
    with writer_of(logged) as writer:
        assert len(entries_of(writer)) == 3


def test_a_log_that_is_held_is_refused(logged: ElectionFolder, writer_of: Make) -> None:
    """While one holds the log, another is told so; afterwards it is let in."""
    with (
        writer_of(logged),
        pytest.raises(Refused, match="Another command is at work"),
        writer_of(logged),
    ):
        pass
    with writer_of(logged) as writer:
        assert len(entries_of(writer)) == 3


def link_log(folder: ElectionFolder) -> None:
    """Put a symbolic link in the place of the log."""
    folder.log.rename(folder.root / "elsewhere")
    folder.log.symlink_to(folder.root / "elsewhere")


def pipe_for_log(folder: ElectionFolder) -> None:
    """Put a named pipe in the place of the log."""
    folder.log.unlink()
    os.mkfifo(folder.log)


def folder_for_log(folder: ElectionFolder) -> None:
    """Put a folder in the place of the log."""
    folder.log.unlink()
    folder.log.mkdir()


def folder_for_checkpoint(folder: ElectionFolder) -> None:
    """Put a folder in the place of the checkpoint."""
    folder.checkpoint.unlink()
    folder.checkpoint.mkdir()


ODD_FILES: dict[str, tuple[Callable[[ElectionFolder], None], str]] = {
    "the log is a symbolic link": (link_log, "a symbolic link"),
    "the log is a named pipe": (pipe_for_log, "not a regular file"),
    "the log is a folder": (folder_for_log, "Is a directory"),
    "the checkpoint is a folder": (folder_for_checkpoint, "Is a directory"),
}


@pytest.mark.parametrize("what", ODD_FILES)
def test_what_is_no_file_is_refused(what: str, logged: ElectionFolder, writer_of: Make) -> None:
    """Links, pipes and folders in the place of a file are told, and not followed."""
    put, message = ODD_FILES[what]
    put(logged)
    with pytest.raises(Refused, match=message), writer_of(logged):
        pass


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, writer_of: Make) -> None:
    """A log cannot be begun in no folder."""
    with (
        pytest.raises(Refused, match="No such file or directory"),
        writer_of(ElectionFolder(tmp_path / "none")),
    ):
        pass


@pytest.fixture
def file_size_limit() -> Iterator[Callable[[int], None]]:
    """Yield a function that limits the size of files, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("room", [0, 1, 20], ids=["no room", "a byte", "room for half a line"])
def test_a_full_disk_adds_nothing(
    room: int,
    logged: ElectionFolder,
    writer_of: Make,
    note: Say,
    file_size_limit: Callable[[int], None],
) -> None:
    """If the lines do not fit, the log is as it was, it is said so, and it can go on later."""
    whole, checkpoint = logged.log.read_bytes(), logged.checkpoint.read_bytes()
    with writer_of(logged) as writer:
        file_size_limit(len(whole) + room)
        with pytest.raises(Refused, match="nothing was added to the log"):
            writer.append([note("four")])
        assert (logged.log.read_bytes(), logged.checkpoint.read_bytes()) == (whole, checkpoint)
        file_size_limit(1 << 30)
        writer.append([note("four")])
        assert_signed(logged, writer.verifier)
    assert len(lines_of(logged)) == 4


def test_lines_that_could_not_be_signed_are_signed_later(
    logged: ElectionFolder, writer_of: Make, note: Say
) -> None:
    """If only the checkpoint cannot be replaced, it is said so, and the next command signs."""
    kept = logged.checkpoint.with_name("kept")
    with writer_of(logged) as writer:
        logged.checkpoint.rename(kept)
        logged.checkpoint.mkdir()
        with pytest.raises(Refused, match="not signed yet"):
            writer.append([note("four")])
        logged.checkpoint.rmdir()
        kept.rename(logged.checkpoint)
        assert head_in(logged.checkpoint, writer.verifier).size == 3
    with writer_of(logged) as writer:
        assert len(entries_of(writer)) == 4
        assert_signed(logged, writer.verifier)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new content stands under the name, nothing else is left, and a link is not followed."""
    target, other = tmp_path / "checkpoint", tmp_path / "other"
    other.write_text("other")
    target.symlink_to(other)
    replace_file(target, b"new", mode=0o600)
    assert (target.read_bytes(), other.read_text()) == (b"new", "other")
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint", "other"]
