"""Commands for anyone: verify a published folder, count ballot files, rehearse, read the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, Json, P, published_at, say, say_next, write, write_json
from ccin_vote.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.rehearsal.rehearse import Progress


def verify(
    root: P,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that you kept earlier."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Run every check on a published folder, and count again by a separate program."""
    from ccin_vote.cli.showing import show_verification
    from ccin_vote.store.files import read_file
    from ccin_vote.verify.published import verify_published

    earlier = read_file(checkpoint, 1 << 20) if checkpoint else None
    verification = verify_published(published_at(root), earlier, str(checkpoint))
    if as_json:
        faults = [
            {"check": fault.check, "file": fault.file, "line": fault.line, "message": fault.message}
            for fault in verification.faults
        ]
        write_json(
            {
                "ok": verification.ok,
                "passed": verification.passed,
                "faults": faults,
                "not_checked": [
                    {"check": name, "why": why} for name, why in verification.not_checked.items()
                ],
                "notes": verification.notes,
            }
        )
    else:
        show_verification(verification)
    return Exit.WELL if verification.ok else Exit.INTEGRITY


def rehearse(
    root: E,
    seed: Annotated[int | None, typer.Option("--seed", help="Repeat the same ballots.")] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave everything in this folder.")
    ] = None,
    ballots: Annotated[
        Path | None, typer.Option("--ballots", metavar="FILE.blt", help="Cast these preferences.")
    ] = None,
) -> int:
    """Run the whole election in a scratch folder with random ballots, marked REHEARSAL."""
    import secrets
    import tempfile

    if keep is not None:
        return _rehearse(root, keep, secrets.randbelow(10**6) if seed is None else seed, ballots)
    with tempfile.TemporaryDirectory(prefix="ccin-vote-rehearsal-") as scratch:
        used = secrets.randbelow(10**6) if seed is None else seed
        return _rehearse(root, Path(scratch), used, ballots)


def _rehearse(root: Path, scratch: Path, seed: int, ballots: Path | None) -> int:
    from ccin_vote.cli.showing import show_result, show_verification
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.errors import Refused
    from ccin_vote.rehearsal.rehearse import rehearse as rehearse_election

    if scratch.exists() and any(scratch.iterdir()):
        raise Refused(f"{scratch} is not empty; nothing was done.", remedy="Name a new folder.")
    say(f"REHEARSAL of {root} with seed {seed}: real keys, ballots that nobody cast.")
    with _progress() as tell:
        done = rehearse_election(ElectionFolder(root), scratch, seed, tell, ballots)
    show_result(done.counted.result)
    write("")
    show_verification(done.verification)
    if scratch.name.startswith("ccin-vote-rehearsal-"):
        say("The scratch folder was deleted. Use --keep DIR to keep everything for inspection.")
    else:
        sheet = done.published / "result.md"
        say(f"Everything is in {scratch}: the result sheet is {sheet}.")
    return Exit.WELL if done.verification.ok else Exit.INTEGRITY


class _progress:  # noqa: N801  (used like a function)
    """A progress bar for each step on a terminal's stderr; one line a step elsewhere."""

    def __enter__(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        screen = Console(stderr=True)
        self._bars = (
            Progress(
                TextColumn("{task.description:32}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed}/{task.total}"),
                TimeElapsedColumn(),
                console=screen,
            )
            if screen.is_terminal
            else None
        )
        self._tasks: dict[str, object] = {}
        if self._bars:
            self._bars.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def _tell(self, step: str, done: int, total: int) -> None:
        if self._bars is None:
            if done >= total:
                say(f"- {step}: {total}")
            return
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)  # type: ignore[arg-type]


def report(
    root: P,
    scrutineer: Annotated[
        bool, typer.Option("--scrutineer", help="The scrutineers' report, ready to be signed.")
    ] = False,
    certificate: Annotated[
        bool, typer.Option("--certificate", help="The certificate of a declared result.")
    ] = False,
) -> int:
    """Write the scrutineers' report, or the certificate of the result, as Markdown."""
    from ccin_vote.report.formal_reports import certificate as certificate_text
    from ccin_vote.report.formal_reports import scrutineers_report
    from ccin_vote.scrutineer.report import gather_report

    if scrutineer == certificate:
        raise UsageError("Which report?", remedy="give --scrutineer or --certificate.")
    account = gather_report(published_at(root), declared=certificate)
    text = certificate_text(account) if certificate else scrutineers_report(account)
    write(text.rstrip("\n"))
    if account.faults:
        say("Something is wrong, as the report says. Do not sign it.")
        return Exit.INTEGRITY
    say_next("read it, print it, and have it signed.")
    return Exit.WELL


COMMANDS: dict[str, Callable[..., object]] = {
    "verify": verify,
    "report": report,
    "rehearse": rehearse,
}
"""The commands of this file by name."""
