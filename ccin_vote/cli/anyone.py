"""Commands for anyone: verify a published folder, count ballot files, rehearse, read the rules."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, Json, P, console, say, write, write_json
from ccin_vote.errors import BadInput, Exit, Mistake, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.conduct.rehearsing import Progress
    from ccin_vote.record.lots import DrawnLot
    from ccin_vote.record.stage import Record
    from ccin_vote.rule import RuleSet


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
    from ccin_vote.conduct.files import read_file
    from ccin_vote.election.folder import PublishedFolder
    from ccin_vote.verify.published import verify_published

    earlier = read_file(checkpoint, 1 << 20) if checkpoint else None
    verification = verify_published(PublishedFolder(root), earlier, str(checkpoint))
    if as_json:
        faults = [
            {"check": one.check, "file": one.file, "line": one.line, "message": one.message}
            for one in verification.faults
        ]
        write_json(
            {
                "ok": verification.ok,
                "passed": verification.passed,
                "faults": faults,
                "not_checked": verification.not_checked,
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
    from ccin_vote.conduct.rehearsing import rehearse as rehearse_election
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.errors import Refused

    if scratch.exists() and any(scratch.iterdir()):
        raise Refused(f"{scratch} is not empty; nothing was done.", remedy="Name a new folder.")
    say(f"REHEARSAL of {root} with seed {seed}: real keys, ballots that nobody cast.")
    with _progress() as tell:
        done = rehearse_election(ElectionFolder(root), scratch, seed, tell, ballots)
    show_result(done.counted.result)
    write("")
    show_verification(done.verification)
    if scratch.name.startswith("ccin-vote-rehearsal-"):
        say("The scratch folder is gone. --keep DIR leaves everything for inspection.")
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


def tally(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="BLT files.")],
    rule: Annotated[str, typer.Option("--rule", metavar="NAME", help="See `ccin-vote rules`.")],
    lots: Annotated[
        Path | None, typer.Option("--lots", metavar="FILE", help="Lots that were drawn (TOML).")
    ] = None,
    seats: Annotated[
        int | None, typer.Option("--seats", min=1, help="Fill this many, not as the file says.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Count ballot files under a rule."""
    from ccin_vote.conduct.counting import read_lots
    from ccin_vote.errors import ElectionError

    rule_set = _rule(rule)
    drawn = read_lots(lots) if lots else ()
    worst = Exit.WELL
    for path in files:
        try:
            record = _count_file(path, rule_set, drawn, seats)
        except ElectionError as error:
            place = "" if isinstance(error, BadInput) else f"{shown(str(path))}: "
            say(f"{place}{error.diagnostics()}")
            worst = max(worst, error.exit_code)
        else:
            _show_tally(record, path, as_json=as_json)
    return worst


def _rule(name: str) -> RuleSet:
    from ccin_vote.election.document import nearest
    from ccin_vote.errors import UsageError
    from ccin_vote.rule import RULES

    if name not in RULES:
        raise UsageError(f"There is no rule {name!r}.", remedy=nearest(name, RULES) or "")
    return RULES[name]


def _count_file(
    path: Path, rule: RuleSet, drawn: tuple[DrawnLot, ...], seats: int | None
) -> Record:
    from dataclasses import replace

    from ccin_vote.ballot.blt import read_blt
    from ccin_vote.conduct.files import read_file
    from ccin_vote.count import count_contest
    from ccin_vote.election.contest import Seats
    from ccin_vote.record.lots import RecordedLots

    data = sys.stdin.buffer.read() if str(path) == "-" else read_file(path, 1 << 34)
    ballots = read_blt(data, str(path))
    contest = replace(ballots.contest, seats=Seats(seats)) if seats else ballots.contest
    if rule.one_seat and contest.seats > 1:
        problem = f"{rule.name} fills 1 seat, and {contest.seats} are to be filled"
        raise BadInput([Mistake(str(path), problem, hint="--seats 1 counts it for one seat")])
    lots = RecordedLots(contest, contest.title, drawn)
    return count_contest(contest, ballots.profile, rule, lots)


def _show_tally(record: Record, path: Path, *, as_json: bool) -> None:
    from ccin_vote.cli.showing import show_record
    from ccin_vote.report.record_json import record_to_json

    if as_json:
        name = os.fsencode(path).decode("utf-8", "replace")
        write_json({"file": name, **record_to_json(record)})
    else:
        show_record(record)


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One rule, clause by clause.")] = "",
    as_json: Json = False,
) -> None:
    """List the counting rules with their citations, or tell one clause by clause."""
    from ccin_vote.rule import RULES

    chosen = [_rule(name)] if name else list(RULES.values())
    if as_json:
        write_json([_rule_json(one) for one in chosen])
        return
    screen = console()
    for one in chosen:
        screen.print(f"{one.name:22} {one.summary}", markup=False)
        if name:
            for line in _clauses(one):
                screen.print(line, markup=False)


def _clauses(rule: RuleSet) -> Iterator[str]:
    yield f"\n{rule.title}, version {rule.version}\n{rule.citation}\n"
    for clause in rule.clauses:
        yield f"- {clause.source}: {clause.words}"
    yield f"\nTies: {rule.tie_words}"


def _rule_json(rule: RuleSet) -> dict[str, object]:
    return {
        "name": rule.name,
        "version": rule.version,
        "title": rule.title,
        "citation": rule.citation,
        "summary": rule.summary,
        "ties": rule.tie_words,
        "clauses": [{"source": one.source, "words": one.words} for one in rule.clauses],
    }


COMMANDS: dict[str, Callable[..., object]] = {
    "verify": verify,
    "rehearse": rehearse,
    "tally": tally,
    "rules": rules,
}
