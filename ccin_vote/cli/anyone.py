"""Commands for anyone: verify a published folder, count ballot files, rehearse, read the rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, Json, P, console, say, working, write, write_json
from ccin_vote.errors import BadInput, Exit, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.ballot.ballot_file import BallotFile
    from ccin_vote.conduct.rehearsing import Progress
    from ccin_vote.conduct.tallying import TallyOptions
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
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="BLT or CSV files; - is the input.")
    ],
    rule: Annotated[str, typer.Option("--rule", metavar="NAME", help="See `ccin-vote rules`.")],
    lots: Annotated[
        Path | None, typer.Option("--lots", metavar="FILE", help="Lots that were drawn (TOML).")
    ] = None,
    lot_seed: Annotated[
        str, typer.Option("--lot-seed", metavar="TEXT", help="Derive lots from this public seed.")
    ] = "",
    seats: Annotated[
        int | None, typer.Option("--seats", min=1, help="Fill this many, not as the file says.")
    ] = None,
    withdrawn: Annotated[
        list[str] | None, typer.Option("--withdrawn", metavar="NAME", help="Who withdrew.")
    ] = None,
    reopen: Annotated[
        str, typer.Option("--reopen", metavar="NAME", help="Who stands for no candidate at all.")
    ] = "",
    votes: Annotated[
        int | None, typer.Option("--votes", min=1, help="Votes each, under the limited vote.")
    ] = None,
    threshold: Annotated[
        str, typer.Option("--threshold", metavar="NAME", help="What carries a motion.")
    ] = "",
    electorate: Annotated[
        int | None, typer.Option("--electorate", min=1, help="Votes of all who are entitled.")
    ] = None,
    quorum: Annotated[
        int | None, typer.Option("--quorum", min=1, help="Least number of papers that decides.")
    ] = None,
    vacate: Annotated[
        str, typer.Option("--vacate", metavar="NAME", help="Fill the seat of this member again.")
    ] = "",
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="RULE", help="Also say who another rule would elect."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Count ballot files under a rule."""
    from ccin_vote.conduct.tallying import TallyOptions
    from ccin_vote.election.contest import THRESHOLDS
    from ccin_vote.election.document import nearest
    from ccin_vote.errors import ElectionError, UsageError

    if threshold and threshold not in THRESHOLDS:
        remedy = nearest(threshold, THRESHOLDS) or ""
        raise UsageError(f"There is no threshold {threshold!r}.", remedy=remedy)
    rule_set, others = _rule(rule), [_rule(one) for one in what_if or []]
    options = TallyOptions(
        seats=seats or 0,
        votes_each=votes or 0,
        threshold=threshold,
        electorate=electorate or 0,
        quorum=quorum or 0,
        reopen=reopen,
        withdrawn=tuple(withdrawn or ()),
        vacate=vacate,
        lots=_drawn(lots) if lots else (),
        lot_seed=lot_seed,
    )
    worst = Exit.WELL
    for number, path in enumerate(files, start=1):
        try:
            with working(f"Counting {shown(path.name)} ({number} of {len(files)})"):
                ballots, record = _counted(path, rule_set, options)
            _show_tally(record, path, as_json=as_json)
            if others:
                _show_what_if(ballots, others, options, path, as_json=as_json)
        except ElectionError as error:
            place = "" if isinstance(error, BadInput) else f"{shown(str(path))}: "
            say(f"{place}{error.diagnostics()}")
            worst = max(worst, error.exit_code)
    return worst


def _drawn(path: Path) -> tuple[DrawnLot, ...]:
    from ccin_vote.conduct.counting import read_lots

    return read_lots(path)


def _counted(path: Path, rule: RuleSet, options: TallyOptions) -> tuple[BallotFile, Record]:
    from ccin_vote.conduct.ballot_files import read_ballot_file
    from ccin_vote.conduct.tallying import tally_file

    ballots = read_ballot_file(path)
    return ballots, tally_file(ballots, rule, options, str(path))


def _show_what_if(
    ballots: BallotFile, others: list[RuleSet], options: TallyOptions, path: Path, *, as_json: bool
) -> None:
    """Say whom other rules would have elected; marked as having no effect."""
    from dataclasses import replace

    from ccin_vote.conduct.tallying import tally_file
    from ccin_vote.election.words import listed
    from ccin_vote.errors import ElectionError

    found: dict[str, list[str] | str] = {}
    for rule in others:
        wanted = replace(options, seats=1 if rule.one_seat else options.seats, vacate="")
        try:
            record = tally_file(ballots, rule, wanted, str(path))
            found[rule.name] = [record.contest.candidates[one] for one in record.winners]
        except ElectionError as error:
            found[rule.name] = error.message
    if as_json:
        write_json({"file": _file_name(path), "what_if": found, "effect": "none"})
        return
    write("WHAT IF? This has no effect: the rule of the election decides, no other.")
    for name, who in found.items():
        told = (listed(who) or "nobody") if isinstance(who, list) else f"not counted: {who}"
        write(shown(f"- {name}: {told}"))


def _file_name(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _rule(name: str) -> RuleSet:
    from ccin_vote.election.document import nearest
    from ccin_vote.errors import UsageError
    from ccin_vote.rule import RULES

    if name not in RULES:
        raise UsageError(f"There is no rule {name!r}.", remedy=nearest(name, RULES) or "")
    return RULES[name]


def _show_tally(record: Record, path: Path, *, as_json: bool) -> None:
    from ccin_vote.cli.showing import show_record
    from ccin_vote.report.record_json import record_to_json

    if as_json:
        write_json({"file": _file_name(path), **record_to_json(record)})
    else:
        show_record(record)


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One rule, clause by clause.")] = "",
    as_json: Json = False,
) -> None:
    """List the counting rules with their citations, or tell one clause by clause."""
    from ccin_vote.rule import LEFT_OUT, RULES

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
    if not name:
        screen.print(f"\n{LEFT_OUT}", markup=False)


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
