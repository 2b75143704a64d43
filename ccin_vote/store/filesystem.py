"""Where an election folder lies: a network file system cannot promise what a log needs."""

from __future__ import annotations

import re
from pathlib import Path

from ccin_vote.errors import Refused

MOUNTS = Path("/proc/self/mountinfo")
# `flock` and fsync may hold for one machine only there, or not at all: two officers' commands could
# append at once, or a ballot that was acknowledged be gone.
NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "ncpfs",
        "davfs",
        "fuse.davfs2",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.gvfsd-fuse",
    ]
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a network file system, where the system says that it is one.

    Raises:
        Refused: locks and synced writes are not kept there, and a ballot could be lost.
    """
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    # No such table (macOS, containers without /proc): nothing is known, so nothing is refused.
    except OSError:
        return
    if (kind := file_system(folder.resolve(), mounts)) in NETWORK:
        raise Refused(
            f"{folder} is on a network file system ({kind}), which may lose what was written.",
            remedy="Move the folder to a disk of this machine, and back it up from there.",
        )


def file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system that holds a path, from Linux's table of mounts.

    Each line of the table (proc(5), mountinfo) has the mount point as its fifth field and the type
    as the first one after a hyphen; spaces in it are written as octal numbers.
    """
    best, found = -1, ""
    for line in mounts.splitlines():
        # At the hyphen, because the optional fields before it differ in number (proc(5)).
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:  # noqa: PLR2004  (not such a line)
            continue
        point = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        # The longest mount point that leads to the path; of equal
        # ones the last, which hides the others.
        if (point == path or point in path.parents) and len(point.parts) >= best:
            best, found = len(point.parts), after.split(" ")[0]
    return found
