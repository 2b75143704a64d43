"""The voter's command: token, choices, a sealed ballot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import bullets, clock, say, secret, write
from ccin_vote.errors import BadInput, Mistake, Refused, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.conduct.voting import Booth
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.token import Token
    from ccin_vote.seal.envelope import SealedBallot


def vote(
    root: Annotated[Path, typer.Argument(metavar="FOLDER", help="Published or election folder.")],
    sealed: Annotated[
        Path | None, typer.Option("--sealed", metavar="FILE", help="Write the sealed ballot here.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", metavar="FILE", help="Read the token here; - is stdin."),
    ] = None,
    choices: Annotated[
        Path | None,
        typer.Option("--choices", metavar="FILE", help="Read the choices from a TOML file."),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="Write the receipt here.")
    ] = None,
) -> None:
    """Vote: on your own machine with --sealed, or at the officer's terminal."""
    from ccin_vote.conduct.chance import SYSTEM
    from ccin_vote.conduct.voting import enter_booth, read_choices, seal
    from ccin_vote.election.folder import ElectionFolder, LogFiles
    from ccin_vote.poll.state import manifest_of
    from ccin_vote.verify.folder import poll_in

    at_officers = ElectionFolder(root).officer_key.exists()
    if sealed is None and not at_officers:
        raise UsageError("Add `--sealed FILE`: the sealed ballot is written there for you to send.")
    poll = poll_in(LogFiles(root))
    now = clock(manifest_of(poll).definition)
    booth = enter_booth(poll, _token(token_file))
    if choices is not None:
        from ccin_vote.conduct.files import read_file

        papers = read_choices(read_file(choices, 1 << 20), str(choices), booth.contests)
    else:
        papers = _ask(booth)
    ballot = seal(booth, papers, now, SYSTEM)
    if sealed is not None:
        _write_sealed(ballot, sealed, booth)
    else:
        _hand_in(ElectionFolder(root), ballot, now, receipt)


def _token(file: Path | None) -> Token:
    from ccin_vote.roll.token import BadToken, read_token

    try:
        return read_token(secret(file, "Token"))
    except BadToken as error:
        where = "standard input" if file is None or str(file) == "-" else str(file)
        raise BadInput([Mistake(where, str(error))]) from error


def _ask(booth: Booth) -> dict[str, Marks]:
    """Ask for each contest, show a summary, and ask whether it is right."""
    from ccin_vote.election.words import REHEARSAL

    if not sys.stdin.isatty():
        raise UsageError("The choices are needed.", remedy="give them with `--choices FILE`.")
    definition = booth.manifest.definition
    if definition.rehearsal:
        say(f"{REHEARSAL}\n")
    say(f"{shown(definition.title)}\n{shown(definition.organisation)}\n")
    papers = {contest.id: _ask_contest(contest) for contest in booth.contests}
    say("Your ballot:")
    for contest in booth.contests:
        say(f"  {shown(contest.title)}: {_summary(contest, papers[contest.id])}")
    if not typer.confirm("Seal this ballot?", err=True):
        raise Refused("Nothing was sealed.", remedy="start again when you like.")
    return papers


def _ask_contest(contest: ContestDefinition) -> Marks:
    from ccin_vote.ballot.marks import paper_to_marks
    from ccin_vote.ballot.reading import most_choices
    from ccin_vote.election.contest import Candidate

    rule = contest.rule_set
    most = most_choices(contest)
    say(f"{shown(contest.title)} - {rule.title}: {rule.summary}.")
    for number, candidate in enumerate(contest.choices, start=1):
        say(f"  {number}  {shown(candidate.name)}")
    if rule.highest_score:
        return _ask_scores(contest)
    best = ", best first" if rule.marking.value == "ranking" else ""
    how = "One number" if most == 1 else f"Numbers{best}, with spaces between"
    while True:
        typed = typer.prompt(f"{how} (Enter: blank)", default="", show_default=False, err=True)
        numbers = typed.replace(",", " ").split()
        known = {str(one) for one in range(1, len(contest.choices) + 1)}
        if set(numbers) <= known and len(set(numbers)) == len(numbers):
            if len(numbers) <= most:
                chosen = tuple(Candidate(int(one) - 1) for one in numbers)
                return paper_to_marks(chosen, len(known), rule)
            say(f"Please choose {'one candidate only' if most == 1 else f'at most {most}'}.")
        else:
            say(f"Please use the numbers 1 to {len(known)}, each at most once.")


def _ask_scores(contest: ContestDefinition) -> Marks:
    return tuple(_ask_score(one.name, contest.rule_set.highest_score) for one in contest.choices)


def _ask_score(name: str, highest: int) -> int:
    while True:
        typed = typer.prompt(f"Score from 0 to {highest} for {shown(name)}", default="0", err=True)
        if typed.isascii() and typed.isdigit() and int(typed[:9]) <= highest:
            return int(typed)
        say(f"Please type a whole number from 0 to {highest}.")


def _summary(contest: ContestDefinition, marks: Marks) -> str:
    ranked = sorted((mark, at) for at, mark in enumerate(marks) if mark)
    names = [f"{mark}. {shown(contest.choices[at].name)}" for mark, at in ranked]
    return ", ".join(names) or "blank"


def _write_sealed(ballot: SealedBallot, path: Path, booth: Booth) -> None:
    from ccin_vote.conduct.files import write_file
    from ccin_vote.seal.armour import ballot_code, envelope_digest, to_armour
    from ccin_vote.seal.linkage import who_could_link

    definition = booth.manifest.definition
    write_file(path, to_armour(ballot).encode())
    say(f"The sealed ballot is in {path}. Nobody can read it on the way.")
    say(f"Send it to {definition.officer.email} before the poll closes. Your ballot code:")
    write(ballot_code(envelope_digest(ballot)))
    say("Keep the code: with it you can see in ballot-codes.txt that your ballot arrived.")
    if definition.options.revoting == "latest":
        say("If you vote again before the close, only your latest ballot counts.")
    say(f"\nWho could link you to your vote\n{bullets(who_could_link(definition).sentences)}")


def _hand_in(
    folder: ElectionFolder, ballot: SealedBallot, now: datetime, receipt: Path | None
) -> None:
    from ccin_vote.conduct.accepting import Source, accept
    from ccin_vote.conduct.files import write_private
    from ccin_vote.seal.armour import to_armour

    source = Source("this ballot", to_armour(ballot).encode())
    outcome = accept(folder, [source], now)[0]
    if outcome.receipt is None:
        raise Refused(f"The ballot was not accepted: {outcome.words}.")
    say("Accepted. Your ballot code:")
    write(outcome.code or "")
    path = receipt or folder.private / "receipts" / f"{outcome.code}.tlog-proof"
    write_private(path, str(outcome.receipt).encode())
    say(f"The receipt (a proof that the ballot is in the log) is in {path}.")


COMMANDS: dict[str, Callable[..., object]] = {"vote": vote}
