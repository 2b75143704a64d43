"""The voter's command: token, choices, a sealed ballot."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import Json, P, bullets, clock, say, secret, write, write_json
from ccin_vote.errors import BadInput, Exit, Mistake, Refused, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.contest import Candidate
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.election.folder import ElectionFolder, PublishedFolder
    from ccin_vote.officer.accept import Outcome
    from ccin_vote.roll.token import Token
    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.voter.vote import Booth


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
    from ccin_vote.ballot.choices_file import read_choices
    from ccin_vote.correspondence.mailbox import Source
    from ccin_vote.election.folder import ElectionFolder, LogFiles
    from ccin_vote.officer.accept import accept
    from ccin_vote.randomness import SYSTEM
    from ccin_vote.seal.armour import to_armour
    from ccin_vote.store.snapshot import Snapshot
    from ccin_vote.voter.vote import enter_booth, seal, snapshot_at_officers

    own = ElectionFolder(root)
    at_officers = own.officer_key.exists()
    if sealed is None and not at_officers:
        raise UsageError("Add `--sealed FILE`: the sealed ballot is written there for you to send.")
    election = snapshot_at_officers(own) if at_officers else Snapshot.read_signed(LogFiles(root))
    now = clock(election.manifest.definition)
    booth = enter_booth(election.poll, _token(token_file))
    if choices is not None:
        from ccin_vote.store.files import read_file

        papers = read_choices(read_file(choices, 1 << 20), str(choices), booth.contests)
    else:
        papers = _ask(booth)
    ballot = seal(booth, papers, now, SYSTEM)
    if sealed is not None:
        _write_sealed(ballot, sealed, booth)
    else:
        source = Source("this ballot", to_armour(ballot).encode())
        outcome = accept(own, [source], now, known=election.log)[0]
        _tell_accepted(outcome, own, receipt)


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
    papers = {
        contest.id: ask_contest(contest, booth.manifest.paper_order(contest))
        for contest in booth.contests
    }
    say("Your ballot:")
    for contest in booth.contests:
        say(f"  {shown(contest.title)}: {_summary(contest, papers[contest.id])}")
    if not typer.confirm("Seal this ballot?", err=True):
        raise Refused("Nothing was sealed.", remedy="start again when you like.")
    return papers


def ask_contest(contest: ContestDefinition, order: Sequence[Candidate]) -> Marks:
    """Ask what is marked in one contest; candidates are shown in the order of the paper."""
    from ccin_vote.ballot.marks import paper_to_marks
    from ccin_vote.ballot.profile import as_place
    from ccin_vote.ballot.reading import most_choices
    from ccin_vote.rule import Unclear

    rule = contest.rule_set
    most = most_choices(contest)
    say(f"{shown(contest.title)} - {rule.title}: {rule.summary}.")
    for number, at in enumerate(order, start=1):
        gone = ", withdrawn" if contest.choices[at].withdrawn else ""
        say(f"  {number}  {shown(contest.choices[at].name)}{gone}")
    if rule.highest_score:
        return _ask_scores(contest, order)
    best = ", best first" if rule.marking.value == "ranking" else ""
    equal = ", = between equal ones" if best and rule.equal is Unclear.ALLOWED else ""
    how = "One number" if most == 1 else f"Numbers{best}, with spaces between{equal}"
    while True:
        typed = typer.prompt(f"{how} (Enter: blank)", default="", show_default=False, err=True)
        places = [place.split("=") for place in _places(typed, equal=bool(equal))]
        numbers = [who for place in places for who in place]
        known = {str(each_number) for each_number in range(1, len(contest.choices) + 1)}
        if set(numbers) <= known and len(set(numbers)) == len(numbers):
            if len(numbers) <= most:
                paper = (
                    as_place(order[int(candidate) - 1] for candidate in place) for place in places
                )
                return paper_to_marks(tuple(paper), len(known), rule)
            say(f"Please choose {'one candidate only' if most == 1 else f'at most {most}'}.")
        else:
            say(f"Please use the numbers 1 to {len(known)}, each at most once.")


def _places(typed: str, *, equal: bool) -> list[str]:
    """Split what was typed into places; equal candidates are joined by =."""
    joined = re.sub(r"\s*=\s*", "=", typed) if equal else typed
    return joined.replace(",", " ").split()


def _ask_scores(contest: ContestDefinition, order: Sequence[Candidate]) -> Marks:
    """Ask for a score, or for how many of the voter's votes, beside each candidate."""
    from ccin_vote.ballot.reading import highest_mark, spreads_votes
    from ccin_vote.report.words import counted

    highest = highest_mark(contest.contest, contest.rule_set)
    left = contest.votes_each if spreads_votes(contest.rule_set) else None
    if left:
        say(f"You have {counted(left, 'vote')} left. Give them to one candidate, or spread them.")
    scores = {}
    for at in order:
        what = "Score" if left is None else "Votes"
        most = highest if left is None else min(highest, left)
        scores[at] = _ask_score(what, contest.choices[at].name, most)
        left = left if left is None else left - scores[at]
    return tuple(score for _, score in sorted(scores.items()))


def _ask_score(what: str, name: str, highest: int) -> int:
    while True:
        asked = f"{what} from 0 to {highest} for {shown(name)}"
        typed = typer.prompt(asked, default="0", err=True)
        if typed.isascii() and typed.isdigit() and int(typed[:9]) <= highest:
            return int(typed)
        say(f"Please type a whole number from 0 to {highest}.")


def _summary(contest: ContestDefinition, marks: Marks) -> str:
    ranked = sorted((mark, at) for at, mark in enumerate(marks) if mark)
    names = [f"{mark}. {shown(contest.choices[at].name)}" for mark, at in ranked]
    return ", ".join(names) or "blank"


def _write_sealed(ballot: SealedBallot, path: Path, booth: Booth) -> None:
    from ccin_vote.seal.armour import ballot_code, envelope_digest, to_armour
    from ccin_vote.seal.linkage import who_could_link
    from ccin_vote.store.files import write_file

    definition = booth.manifest.definition
    write_file(path, to_armour(ballot).encode())
    say(f"The sealed ballot is in {path}. Nobody can read it on the way.")
    say(f"Send it to {definition.officer.email} before the poll closes. Your ballot code:")
    write(ballot_code(envelope_digest(ballot)))
    say("Keep the code: with it you can see in ballot-codes.txt that your ballot arrived.")
    if definition.options.revoting == "latest":
        say("If you vote again before the close, only your latest ballot counts.")
    say(f"\nWho could link you to your vote\n{bullets(who_could_link(definition).sentences)}")


def _tell_accepted(outcome: Outcome, folder: ElectionFolder, receipt: Path | None) -> None:
    from ccin_vote.store.files import write_private

    if outcome.receipt is None:
        raise Refused(f"The ballot was not accepted: {outcome.words}.")
    say("Accepted. Your ballot code:")
    write(outcome.code or "")
    path = receipt or folder.receipts / f"{outcome.code}.tlog-proof"
    if receipt is not None:
        write_private(path, str(outcome.receipt).encode())
    say(f"The receipt (a proof that the ballot is in the log) is in {path}.")


def confirm(
    root: P,
    what: Annotated[
        str,
        typer.Argument(
            metavar="CODE-OR-FILE",
            help="A ballot code; or the file of a receipt or page.",
        ),
    ],
    as_json: Json = False,
) -> int:
    """Return whether a ballot is in the log and counts, or a ballot page is the one issued."""
    from ccin_vote.election.folder import PublishedFolder
    from ccin_vote.store.files import read_file
    from ccin_vote.voter.confirm import confirm_code, confirm_receipt, is_page

    folder, file = PublishedFolder(root), Path(what)
    if file.is_file():
        data = read_file(file, 16 << 20)
        if is_page(data):
            return _confirm_page(folder, data, as_json=as_json)
        found = confirm_receipt(folder, data, str(file))
    else:
        found = confirm_code(folder, what)
    if as_json:
        write_json({"code": found.code, "status": found.words, "counts": found.counts})
    else:
        write(f"{found.code} {found.words}")
    return Exit.WELL if found.counts else Exit.REFUSED


def _confirm_page(folder: PublishedFolder, page: bytes, *, as_json: bool) -> int:
    from ccin_vote.voter.confirm import confirm_page

    issued = confirm_page(folder, page)
    if as_json:
        write_json({"page": True, "issued": issued})
    elif issued:
        write("This ballot page is the one that was issued.")
    else:
        write("This page is not one that was issued. Do not type your token into it.")
    return Exit.WELL if issued else Exit.REFUSED


COMMANDS: dict[str, Callable[..., object]] = {"vote": vote, "confirm": confirm}
