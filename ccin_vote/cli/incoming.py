"""The returning officer's post that comes in: ballots, delivery reports, automatic replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, Json, clock, say, say_next, tell, write, write_json
from ccin_vote.cli.post import Send, post_of
from ccin_vote.errors import Exit, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ccin_vote.correspondence.inbox import Inbox
    from ccin_vote.correspondence.mailbox import Source
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.officer.accept import Outcome
    from ccin_vote.officer.inbox import Fetched
    from ccin_vote.officer.returned import Told

_FILES = typer.Argument(metavar="FILE...", help="Mails, texts, mbox files, folders; - is stdin.")
Files = Annotated[list[Path], _FILES]
MaybeFiles = Annotated[list[Path] | None, _FILES]
Imap = Annotated[
    Path | None,
    typer.Option(
        "--imap", metavar="IMAP.toml", help="Read what is new in the mailbox of this file, too."
    ),
]
_INPUT = Path("-")
_CAUTION = (
    "Anybody can write a delivery report. Ask the member, by telephone or at an address that you"
    " know, before you void its token."
)


def accept(
    root: E, files: MaybeFiles = None, imap: Imap = None, send: Send = None, as_json: Json = False
) -> int:
    """Take in ballots that came back: mails, attachments, text files, mailboxes, folders."""
    from ccin_vote.cli.officer import folder_at

    if not files and imap is None:
        raise UsageError("There is nothing to accept.", remedy="name files, or --imap IMAP.toml.")
    folder, post, taken = folder_at(root), post_of(root, send), _Taken()
    try:
        _take(folder, files or [], imap, taken)
    except BaseException:
        # Where a server broke off: what was accepted before it did.
        if taken.rows:
            taken.tell(folder, as_json=as_json)
        raise
    taken.tell(folder, as_json=as_json)
    failed = 0
    if post is not None:
        failed, _ = post.send(folder.receipts, tell=say if as_json else write)
        if failed:
            say("These replies go with the next `accept` that has --send.")
    return _exit(taken.rows) if not failed else Exit.REFUSED


@dataclass
class _Taken:
    """What became of what came in, so far."""

    rows: list[dict[str, object]] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)

    def add(self, outcomes: Iterable[Outcome], too_large: Iterable[str]) -> None:
        """Add what became of some mails."""
        self.rows += [*map(_outcome_json, outcomes), *map(_too_large_json, too_large)]

    def tell(self, folder: ElectionFolder, *, as_json: bool) -> None:
        """Tell all of it; only then it is remembered which mails of a mailbox were read."""
        _show(self.rows, as_json=as_json)
        for fetched in self.fetched:
            fetched.remember(folder)
        _say_accepted(folder, self.rows)


def _take(folder: ElectionFolder, files: list[Path], imap: Path | None, taken: _Taken) -> None:
    from ccin_vote.cli.officer import definition_of
    from ccin_vote.officer.accept import accept as accept_all

    now, inbox = clock(definition_of(folder)), _inbox(imap)
    incoming = _Incoming(files)
    # Without a file, too: whether the poll takes ballots is asked before the server is.
    outcomes = accept_all(folder, incoming.sources(), now)
    taken.add(outcomes, incoming.too_large)
    if inbox is not None:
        from ccin_vote.officer.inbox import accept_inbox

        for fetched in accept_inbox(folder, inbox, now):
            taken.fetched.append(fetched)
            taken.add(fetched.outcomes, fetched.too_large)


def _inbox(settings: Path | None) -> Inbox | None:
    if settings is None:
        return None
    from ccin_vote.correspondence.inbox import read_inbox

    return read_inbox(settings)


def _say_accepted(folder: ElectionFolder, rows: list[dict[str, object]]) -> None:
    ballots = [row for row in rows if row["kind"] == "ballot"]
    accepted = sum(1 for row in ballots if row["accepted"])
    say(
        f"{accepted} of {len(ballots)} are in the log. Receipts, and replies to the voters (.eml):"
        f" {folder.receipts}"
    )
    if accepted < len(rows):
        say(f"What was not accepted is kept untouched in {folder.rejected}, unless it has a token.")
    _say_caution(rows)


def bounces(root: E, files: Files, as_json: Json = False) -> int:
    """Say whose letters did not arrive: read delivery reports and automatic replies."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.bounces import bounces as read_bounces
    from ccin_vote.report.words import counted

    folder, incoming = folder_at(root), _Incoming(files)
    read = read_bounces(folder, incoming.sources())
    rows = [_told_json(source, told) for source, told in read.told]
    rows += map(_too_large_json, incoming.too_large)
    _show(rows, as_json=as_json)
    asking = len({row["member"] for row in rows if row["asks"] and row["member"]})
    say(f"Mails read: {read.mails}; nothing was changed. To be asked: {counted(asking, 'member')}.")
    if read.ballots:
        names = " ".join(quote(str(file)) for file in files)
        say_next(f"`ccin-vote accept {quote(str(root))} {names}`: {read.ballots} have a ballot.")
    _say_caution(rows)
    return _exit(rows)


def _show(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        write_json(rows)
        return
    for row in rows:
        tell(f"{shown(str(row['source']))}: {row['words']}")


def _say_caution(rows: Iterable[dict[str, object]]) -> None:
    if any("delivery report" in str(row["kind"]) and row["asks"] for row in rows):
        say(_CAUTION)


def _exit(rows: Iterable[dict[str, object]]) -> int:
    return Exit.REFUSED if any(row["asks"] for row in rows) else Exit.WELL


class _Incoming:
    """What came in, a message at a time; what is larger than any mail is only named."""

    def __init__(self, files: list[Path]) -> None:
        """Read the input, if it is one of the files: the log is not held meanwhile."""
        import sys

        from ccin_vote.correspondence.mailbox import messages_in

        self.files = files
        self.too_large: list[str] = []
        typed = _INPUT in files
        self.typed = list(messages_in("standard input", sys.stdin.buffer)) if typed else []

    def sources(self) -> Iterator[Source]:
        from ccin_vote.correspondence.mailbox import sources_in

        for path in self.files:
            for source in self.typed if path == _INPUT else sources_in(path):
                if source.is_too_large:
                    self.too_large.append(source.name)
                else:
                    yield source


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    told = outcome.told
    row = _told_json(outcome.source, told) if told else _row(outcome.source, outcome.words)
    accepted = outcome.receipt is not None
    return {**row, "code": outcome.code, "accepted": accepted, "asks": outcome.asks}


def _told_json(source: str, told: Told) -> dict[str, object]:
    row = _row(source, str(told))
    return {**row, "kind": told.kind, "asks": told.asks, "member": told.member, "next": told.next}


def _too_large_json(source: str) -> dict[str, object]:
    return _row(source, "not a ballot: it is larger than any mail; it was left where it is")


def _row(source: str, words: str) -> dict[str, object]:
    return {
        "source": source,
        "kind": "ballot",
        "code": None,
        "accepted": False,
        "asks": True,
        "member": None,
        "next": None,
        "words": words,
    }


COMMANDS: dict[str, Callable[..., object]] = {"accept": accept, "bounces": bounces}
