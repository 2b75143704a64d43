"""Reading and writing files: private ones for the owner alone, every one whole or not at all."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TypeVar

from ccin_vote.errors import Refused, cause
from ccin_vote.log.writer import replace_file
from ccin_vote.parallel import map_chunks
from ccin_vote.safe_read import MEGABYTE, read_input

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    Files = Iterable[tuple[str, bytes]]

T = TypeVar("T")
C = TypeVar("C")

MAXIMUM_SIZE = 1 << 30
MAXIMUM_DEFINITION = 4 * MEGABYTE
MAXIMUM_ROLL = 32 * MEGABYTE
"""A roll of 100,000 members has a third of it."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PUBLIC_FILE = 0o644
# Inside the folder, so that a rename does not leave the file system, and what is
# unfinished is never taken for a letter.
_BESIDE = ".new"
_MANY = 100
"""More files than this are on the disk sooner if everything is written out at once."""


def read_file(path: Path, maximum: int = MAXIMUM_SIZE) -> bytes:
    """Read a whole file.

    Raises:
        BadInput: it is missing, no regular file, not readable or too large.
    """
    return read_input(path, maximum)


def write_file(path: Path, data: bytes, mode: int = PUBLIC_FILE) -> None:
    """Write a file whole or not at all: to a new name, synced, then renamed.

    Raises:
        Refused: the disk or the folder does not allow it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data, mode)
    except OSError as error:
        raise Refused(f"{path}: {cause(error)}.", remedy="Correct that, then try again.") from error


def write_private(path: Path, data: bytes) -> None:
    """Write a file that its owner alone may read, in a folder that its owner alone may enter."""
    # The folder first: were the file there before it, others could open it in between.
    private_folder(path.parent)
    write_file(path, data, PRIVATE_FILE)


def write_many_private(
    folder: Path, made: Callable[[Sequence[T], C], Files], items: Sequence[T], common: C
) -> None:
    """Write private files for very many items, each whole or not at all, all on the disk then.

    ``made(items, common)`` gives the files of some items, by name: a function of a module, which
    other processes can call. Each process writes into a folder of its own, because processes that
    make files in one folder wait for each other; then the files are moved, in their order.

    Raises:
        Refused: the disk or the folder does not allow it.
    """
    private_folder(folder)
    try:
        # What an earlier call left when it was broken off: it was
        # never told to anyone, and is made again.
        shutil.rmtree(folder / _BESIDE, ignore_errors=True)
        names = []
        for path in map_chunks(_written, items, (folder, made, common)):
            names.append(os.path.basename(path))  # noqa: PTH119  (very many of them)
            # Renamed before it is synced, unlike in `replace_file`: a crash may leave an
            # empty file under its right name. That is why callers ask `is_written`, and why
            # nothing is told until `_sync` has returned.
            os.replace(path, f"{folder}/{names[-1]}")  # noqa: PTH105
        shutil.rmtree(folder / _BESIDE, ignore_errors=True)
        if names:
            _sync(folder, names)
    except OSError as error:
        place = error.filename or folder
        raise Refused(
            f"{place}: {cause(error)}.", remedy="Correct that, then try again."
        ) from error


def _written(
    items: Sequence[T], common: tuple[Path, Callable[[Sequence[T], C], Files], C]
) -> list[str]:
    """Write the files of some items into this process's own folder; return their paths."""
    folder, made, rest = common
    # By process id: no two processes alive have the same, and what dead ones left is gone by now.
    own = folder / _BESIDE / str(os.getpid())
    own.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    paths = []
    for name, data in made(items, rest):
        # Text and plain calls of the system instead of `Path`: at a million letters that counts.
        path = f"{own}/{name}"
        # The mode at creation, not by chmod afterwards: there is no moment at which others may
        # read. O_NOFOLLOW: nothing is written through a link.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, PRIVATE_FILE), "wb") as stream:
            stream.write(data)
        paths.append(path)
    return paths


def is_written(path: Path) -> bool:
    """Return whether a file is there with something in it: a crash may leave an empty one."""
    return path.exists() and path.stat().st_size > 0


def _sync(folder: Path, names: Collection[str]) -> None:
    """Wait until files that were written in a folder are on the disk, with all else if many."""
    if len(names) > _MANY:
        # One call for all, where an fsync for each file would wait for the disk as
        # often as there are files. On Linux `sync` returns when everything is
        # written; unlike fsync, it tells of no error.
        os.sync()
        return
    # The folder last: it has the names, and a name must not be on the disk before its file.
    for path in (*(folder / name for name in names), folder):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def private_folder(folder: Path) -> None:
    """Make a folder that its owner alone may enter; tighten it if it is there.

    Raises:
        Refused: it cannot be made, or is a symbolic link.
    """
    try:
        # A link could lead private files to where others read them; chmod would follow it.
        if folder.is_symlink():
            raise Refused(f"{folder} is a symbolic link.", remedy="Put a real folder there.")
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        # `mkdir` is subject to the umask, and a folder that is there keeps its mode: so always.
        folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise Refused(f"{folder}: {cause(error)}.") from error
