"""Reading and writing files: private ones for the owner alone, every one whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ccin_vote.errors import Refused, cause
from ccin_vote.inputs import MEGABYTE, read_input
from ccin_vote.log.writer import replace_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

MAXIMUM_SIZE = 1 << 30
MAXIMUM_DEFINITION = 4 * MEGABYTE
MAXIMUM_ROLL = 32 * MEGABYTE
"""A roll of 100,000 members has a third of it."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PUBLIC_FILE = 0o644
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
        raise Refused(f"{path}: {cause(error)}.", remedy="Mend that and repeat.") from error


def write_private(path: Path, data: bytes) -> None:
    """Write a file that its owner alone may read, in a folder that its owner alone may enter."""
    private_folder(path.parent)
    write_file(path, data, PRIVATE_FILE)


def write_new_private(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write many private files, each whole or not at all; ``sync`` has to follow.

    Raises:
        Refused: the disk or the folder does not allow it.
    """
    place = folder
    try:
        for name, data in files:
            place = folder / name
            beside = folder / f".new-{name}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(beside, flags, PRIVATE_FILE), "wb") as stream:
                stream.write(data)
            beside.replace(place)
    except OSError as error:
        raise Refused(f"{place}: {cause(error)}.", remedy="Mend that and repeat.") from error


def is_written(path: Path) -> bool:
    """Say whether a file is there with something in it: a crash may leave an empty one."""
    return path.exists() and path.stat().st_size > 0


def sync(folder: Path, names: Collection[str]) -> None:
    """Wait until files that were written in a folder are on the disk, with all else if many.

    Raises:
        Refused: the disk has a fault.
    """
    try:
        if len(names) > _MANY:
            os.sync()
            return
        for path in (*(folder / name for name in names), folder):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        raise Refused(f"{folder}: {cause(error)}.", remedy="Mend that and repeat.") from error


def private_folder(folder: Path) -> None:
    """Make a folder that its owner alone may enter; tighten it if it is there.

    Raises:
        Refused: it cannot be made, or is a symbolic link.
    """
    try:
        if folder.is_symlink():
            raise Refused(f"{folder} is a symbolic link.", remedy="Put a real folder there.")
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise Refused(f"{folder}: {cause(error)}.") from error
