"""Working on very many things with all cores; a few are worked on here."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context, parent_process, resource_tracker
from threading import Thread, get_ident
from typing import TYPE_CHECKING, TypeVar

from ccin_vote.errors import Refused
from ccin_vote.garbage import keep_very_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R")

# To start a process and import the package there takes as long as some chunks' work.
KEPT_HERE = 4
"""Fewer chunks than this are done before another process has started."""

# Large enough that handing over costs little beside the work, small enough that
# all cores end at about the same time.
CHUNK = 500


def map_chunks(
    work: Callable[[Sequence[T], C], list[R]],
    items: Iterable[T],
    common: C,
    weigh: Callable[[T], int] = lambda _: 1,
) -> Iterator[R]:
    """Do the same work on all items, and give what comes of it in their order, as it is done.

    What is handed over goes through pipes to processes of the same user, never by a command line.

    Args:
        work: a function of a module, which another process can call.
        items: what to work on; only a few chunks of them are taken ahead.
        common: what all of it needs.
        weigh: how much work an item is, as a plain one is 1.

    Raises:
        Refused: another process was ended from outside.
    """
    chunks = _chunks(items, weigh)
    # Looked ahead to know whether it is much at all; the result is the
    # same on one core, in the same order.
    first = list(islice(chunks, KEPT_HERE))
    cores = os.cpu_count() or 1
    if len(first) < KEPT_HERE or cores < 2:  # noqa: PLR2004  (nobody to share with)
        for chunk in chain(first, chunks):
            yield from work(chunk, common)
        return
    begun: deque[Future[list[R]]] = deque()
    here = get_ident()
    try:
        for chunk in chain(first, chunks):
            others = _others()
            # Processes are started in here, at `submit`, and inherit the mask.
            with _uninterrupted():
                begun.append(others.submit(work, chunk, common))
            # Bounds what waits in memory: a log of gigabytes is not
            # turned into waiting work all at once.
            if len(begun) > KEPT_HERE * cores:
                yield from _oldest(begun)
        while begun:
            yield from _oldest(begun)
    except BrokenProcessPool as error:
        # A broken pool stays broken; the next command in this process gets a new one.
        _others.cache_clear()
        raise Refused(
            "The system ended a process of this command, perhaps for want of memory.",
            remedy="Close other programs and repeat; what was accepted is not lost.",
        ) from error
    finally:
        if get_ident() == here:  # the pool's own threads may clear away what was left unfinished
            wait(begun)


def _oldest(begun: deque[Future[list[R]]]) -> list[R]:
    """Wait for the oldest; whoever is interrupted meanwhile still finds it begun."""
    done = begun[0].result()
    begun.popleft()
    return done


@cache
def _others() -> ProcessPoolExecutor:
    """Return the processes that work for this one: a command's every step has the same.

    They start as they are needed, and end with it. To make this lets Control-C through again (it
    starts Python's own tracker of resources), so it comes before `_uninterrupted`.
    """
    # Before signals are masked: started under the mask, it would let
    # Control-C through in the middle of it.
    resource_tracker.ensure_running()
    # `spawn`, not `fork`: a copy of a process that has threads may hold locks that nobody releases,
    # and would share the descriptor that locks the log.
    return ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _begin)


def _begin() -> None:
    """Begin another process, which ends with the one that started it, however that ended."""
    keep_very_many()
    # When the parent is killed outright, nobody tells the pool: without this, its processes would
    # wait for work for ever, with a key in memory.
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        # At once: whatever it was doing, there is nobody left to take the result.
        os._exit(1)


def _chunks(items: Iterable[T], weigh: Callable[[T], int]) -> Iterator[list[T]]:
    chunk, weight = [], 0
    for item in items:
        chunk.append(item)
        weight += weigh(item)
        if weight >= CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that Control-C does not reach: they end what they do, and say nothing.

    Here it is only late: it is held back for as long as a process takes to start.
    """
    # For this thread; what arrives meanwhile is delivered when the
    # mask is lifted, so no Control-C is lost.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
