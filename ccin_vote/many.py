"""Working on very many things with all cores; a few are worked on here."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R")

FEW = 2000
"""Fewer things than this are done before another process has started."""

CHUNK = 500


def spread(work: Callable[[Sequence[T], C], list[R]], items: Sequence[T], common: C) -> list[R]:
    """Do the same work on all items, in their order; ``common`` is what all of it needs.

    What is handed over goes through pipes to processes of the same user, never by a command line.
    """
    cores = os.cpu_count() or 1
    if len(items) < FEW or cores < 2:  # noqa: PLR2004  (nobody to share with)
        return work(items, common)
    chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        with _uninterrupted():
            parts = pool.map(work, chunks, repeat(common))
        return [one for part in parts for one in part]


def in_threads(work: Callable[[Sequence[T]], list[R]], items: Sequence[T]) -> list[R]:
    """Do work that leaves Python while it computes, such as checking signatures, on all cores."""
    chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [one for part in pool.map(work, chunks) for one in part]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that Control-C does not reach: they end what they do, and say nothing."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
