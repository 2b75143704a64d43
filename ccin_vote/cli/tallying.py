"""Counting ballot files under any rule, and what other rules would have done."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import Json, say, working, write, write_json
from ccin_vote.cli.rules import rule_named
from ccin_vote.errors import BadInput, Exit, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.anyone.tally import TallyOptions
    from ccin_vote.ballot.ballot_file import BallotFile
    from ccin_vote.election.reserved_file import ReservedFile
    from ccin_vote.record.lots import DrawnLot
    from ccin_vote.record.stage import Record
    from ccin_vote.rule import RuleSet


def tally(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="BLT or CSV files; - is the input.")
    ],
    rule: Annotated[str, typer.Option("--rule", metavar="NAME", help="See `ccin-vote rules`.")],
    lots: Annotated[
        Path | None, typer.Option("--lots", metavar="FILE", help="Lots that were drawn (TOML).")
    ] = None,
    lot_seed: Annotated[
        str, typer.Option("--lot-seed", metavar="TEXT", help="A public seed for lots.")
    ] = "",
    seats: Annotated[
        int | None, typer.Option("--seats", min=1, help="Fill this many seats.")
    ] = None,
    withdrawn: Annotated[
        list[str] | None, typer.Option("--withdrawn", metavar="NAME", help="Who withdrew.")
    ] = None,
    reopen: Annotated[
        str, typer.Option("--reopen", metavar="NAME", help="Who stands for re-opening nominations.")
    ] = "",
    votes: Annotated[
        int | None, typer.Option("--votes", min=1, help="Votes that each voter has.")
    ] = None,
    threshold: Annotated[
        str, typer.Option("--threshold", metavar="NAME", help="What carries a motion.")
    ] = "",
    electorate: Annotated[
        int | None, typer.Option("--electorate", min=1, help="All votes of the electorate.")
    ] = None,
    quorum: Annotated[
        int | None, typer.Option("--quorum", min=1, help="Fewest papers that decide.")
    ] = None,
    reserved: Annotated[
        Path | None,
        typer.Option("--reserved", metavar="FILE", help="Reserved places of groups (TOML)."),
    ] = None,
    over_default: Annotated[
        int | None,
        typer.Option("--over-default", min=1, help="Debian: votes over the default option."),
    ] = None,
    majority: Annotated[
        int | None,
        typer.Option("--majority", min=1, help="Debian: by how many times more."),
    ] = None,
    vacate: Annotated[
        str, typer.Option("--vacate", metavar="NAME", help="Who left: fill the seat by countback.")
    ] = "",
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="RULE", help="Also say whom this rule would elect."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Count ballot files under a rule."""
    from ccin_vote.anyone.tally import TallyOptions
    from ccin_vote.election.contest import THRESHOLDS
    from ccin_vote.election.document import nearest
    from ccin_vote.errors import ElectionError, UsageError

    if threshold and threshold not in THRESHOLDS:
        remedy = nearest(threshold, THRESHOLDS) or ""
        raise UsageError(f"There is no threshold {threshold!r}.", remedy=remedy)
    rule_set, others = rule_named(rule), [rule_named(name) for name in what_if or []]
    options = TallyOptions(
        seats=seats or 0,
        votes_each=votes or 0,
        threshold=threshold,
        electorate=electorate or 0,
        quorum=quorum or 0,
        over_default=over_default or 0,
        majority=majority or 1,
        reserved=_reserved(reserved) if reserved else None,
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
    from ccin_vote.officer.count import read_lots

    return read_lots(path)


def _reserved(path: Path) -> ReservedFile:
    from ccin_vote.election.reserved_file import parse_reserved
    from ccin_vote.safe_read import MEGABYTE
    from ccin_vote.store.files import read_file

    found, mistakes = parse_reserved(read_file(path, MEGABYTE), str(path))
    if found is None:
        raise BadInput(mistakes)
    return found


def _counted(path: Path, rule: RuleSet, options: TallyOptions) -> tuple[BallotFile, Record]:
    from ccin_vote.anyone.tally import tally_file
    from ccin_vote.store.ballot_files import read_ballot_file

    ballots = read_ballot_file(path)
    return ballots, tally_file(ballots, rule, options, str(path))


def _show_what_if(
    ballots: BallotFile, others: list[RuleSet], options: TallyOptions, path: Path, *, as_json: bool
) -> None:
    """Say whom other rules would have elected; marked as having no effect."""
    from dataclasses import replace

    from ccin_vote.anyone.tally import tally_file
    from ccin_vote.election.words import listed
    from ccin_vote.errors import ElectionError

    found: dict[str, list[str] | str] = {}
    for rule in others:
        wanted = replace(options, seats=1 if rule.one_seat else options.seats, vacate="")
        try:
            record = tally_file(ballots, rule, wanted, str(path))
            found[rule.name] = [
                record.contest.candidates[candidate] for candidate in record.winners
            ]
        except ElectionError as error:
            found[rule.name] = error.message.partition("\n")[0]
    if as_json:
        write_json({"file": _file_name(path), "what_if": found, "effect": "none"})
        return
    write("WHAT IF? This has no effect: the rule of the election decides, no other.")
    for name, who in found.items():
        told = f"not counted: {who}" if isinstance(who, str) else listed(who or ["nobody"])
        write(shown(f"- {name}: {told}"))


def _file_name(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _show_tally(record: Record, path: Path, *, as_json: bool) -> None:
    from ccin_vote.cli.showing import show_record
    from ccin_vote.report.record_json import record_to_json

    if as_json:
        write_json({"file": _file_name(path), **record_to_json(record)})
    else:
        show_record(record)
        _say_how_read(record.rule)


def _say_how_read(rule: RuleSet) -> None:
    """Say what a ranking becomes under a rule that has scores."""
    from ccin_vote.rule import Marking

    if rule.marking is Marking.SCORES:
        best = rule.highest_score
        say(
            f"Each line of the file was read as scores: the first place is {best}, the next"
            f" {best - 1}, and so on."
        )


COMMANDS: dict[str, Callable[..., object]] = {"tally": tally}
"""The commands of this file by name."""
