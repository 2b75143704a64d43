"""Runs first in every Python process of a watched run, workers too: see ``tests.support.watch``.

Records the process, its environment, and every process that it starts. On demand it lets a few
things be many, so that workers start, and breaks one function.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

STARTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"}


class Odd(Exception):
    """An exception that cannot be handed from process to process."""

    def __init__(self, text: str, more: str) -> None:
        """Want more than pickle gives."""
        super().__init__(text + more)


def record(what: str, *values: object) -> None:
    """Add a line to the record, in one write."""
    line = json.dumps([what, os.getpid(), *values], default=repr) + "\n"
    file = os.open(os.environ["WATCH_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)


def heard(event: str, values: tuple[object, ...]) -> None:
    """Record that another process is started."""
    if event in STARTS:
        record(event, *map(repr, values))


def found(place: str) -> tuple[Any, str]:
    """Return what holds a function, and the function's name there."""
    module, _, names = place.partition(":")
    *holders, name = names.split(".")
    holder: Any = import_module(module)
    for each_holder in holders:
        holder = getattr(holder, each_holder)
    return holder, name


def slow_one(place: str) -> None:
    """Let a function wait until the file beside the record is there; record that it was called."""
    holder, name = found(place)
    quick = getattr(holder, name)

    def slow(*given: object, **named: object) -> object:
        record("slow", place)
        until = time.monotonic() + 60
        while not Path(os.environ["WATCH_RECORD"] + ".go").exists() and time.monotonic() < until:
            time.sleep(0.05)
        return quick(*given, **named)

    setattr(holder, name, slow)


def break_one(place: str) -> None:
    """Put a function that fails, and says what it had in hand, in the place of another."""
    holder, name = found(place)
    text = Path(os.environ["WATCH_SAYS"]).read_text("utf-8")
    kind = os.environ["WATCH_KIND"]

    def broken(*given: object, **named: object) -> NoReturn:
        record("broken", place)
        said = f"{text} {given!r} {named!r}"
        raise Odd(said, "") if kind == "Odd" else getattr(builtins, kind)(said)

    setattr(holder, name, broken)


def begin() -> None:
    """Record this process and do what the environment asks for."""
    command = Path("/proc/self/cmdline")
    line = command.read_bytes().decode("utf-8", "replace") if command.exists() else ""
    record("started", list(sys.orig_argv), line, dict(os.environ))
    sys.addaudithook(heard)
    if os.environ.get("WATCH_MANY"):
        from ccin_vote import parallel

        parallel.KEPT_HERE, parallel.CHUNK = 2, 2
        os.cpu_count = lambda: 2
    if os.environ.get("WATCH_SLOW"):
        slow_one(os.environ["WATCH_SLOW"])
    if os.environ.get("WATCH_BREAK"):
        break_one(os.environ["WATCH_BREAK"])


if "WATCH_RECORD" in os.environ:
    begin()
