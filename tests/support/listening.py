"""A server of one's own on the loopback, for as long as a test needs it."""

from __future__ import annotations

from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def listening(talk: Callable[[Any], None]) -> Iterator[int]:
    """Answer each connection by ``talk`` until the block ends; yield the port."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            talk(self)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
