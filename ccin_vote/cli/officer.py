"""The returning officer's commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import (
    Confirm,
    E,
    Json,
    bullets,
    clock,
    confirmed,
    say,
    say_next,
    tell,
    write,
    write_data,
    write_json,
)
from ccin_vote.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.definition import Definition
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.store.session import Milestone

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files that were sent to you.")
]


def folder_at(root: Path) -> ElectionFolder:
    """Return the names in an election folder."""
    from ccin_vote.election.folder import ElectionFolder

    return ElectionFolder(root)


def definition_of(folder: ElectionFolder) -> Definition:
    """Return the definition that holds: the frozen one, or that of the draft."""
    from ccin_vote.officer.draft import read_draft
    from ccin_vote.store.snapshot import election_of, frozen_in

    if election_of(folder) is None:
        return read_draft(folder).definition
    return frozen_in(folder).definition


def check(root: E, as_json: Json = False) -> int:
    """Show every mistake at once; then who could link a vote, and what will be frozen."""
    from ccin_vote.officer.draft import read_draft, remarks, to_do, unchanged
    from ccin_vote.report.draft_summary import draft_summary
    from ccin_vote.seal.linkage import who_could_link

    folder = folder_at(root)
    draft = read_draft(folder)
    steps = to_do(draft, clock(draft.definition), folder.slug)
    # Of people who have no names yet nothing can be said that an officer would read.
    unnamed = any(unchanged(draft))
    linkage = () if unnamed else who_could_link(draft.definition).sentences
    if as_json:
        write_json(
            {
                "mistakes": [],
                "remarks": remarks(draft),
                "to_do": steps,
                "linkage": list(linkage),
                "members": len(draft.roll.members),
            }
        )
        return Exit.WELL
    tell(draft_summary(draft.definition, draft.roll))
    later = "This is worked out when everybody in the definition has a name."
    tell(f"\nWho could link a member to a vote\n{bullets(linkage or [later])}")
    if found := remarks(draft):
        tell(f"\nWorth a second look\n{bullets(found)}")
    tell(f"\nStill to be done before it can be opened\n{bullets(steps or ['Nothing.'])}")
    say_next(f"`ccin-vote open {root}` freezes all this." if not steps else "see the list above.")
    return Exit.WELL


def open_(root: E, confirm: Confirm = "") -> None:
    """Freeze the definition and the roll, and begin the log."""
    from ccin_vote.officer.open import open_election
    from ccin_vote.randomness import SYSTEM

    folder = folder_at(root)

    def ask(definition: Definition) -> None:
        _say_linkage(definition)
        confirmed(confirm, folder.slug, "open the election")

    milestone = open_election(folder, clock(definition_of(folder)), SYSTEM, ask)
    _say_milestone(milestone, "opened", f"`ccin-vote issue {root}` writes the letters.")


def _say_linkage(definition: Definition) -> None:
    from ccin_vote.seal.linkage import who_could_link

    say(f"Who could link a member to a vote\n{bullets(who_could_link(definition).sentences)}\n")


def _say_milestone(milestone: Milestone, state: str, following: str) -> None:
    from ccin_vote.log.note import to_base64
    from ccin_vote.report.words import counted

    if milestone.again:
        say(f"Already done: the election has been {state}.")
    else:
        say(f"The election is {state}. Write down the log's head, and keep it:")
        write(f"{counted(milestone.head.size, 'line')}, root {to_base64(milestone.head.root)}")
    say_next(following)


def status(root: E, as_json: Json = False) -> None:
    """Say where the election stands; never a result."""
    from ccin_vote.officer.status import status as status_of

    folder = folder_at(root)
    report = status_of(folder, clock(definition_of(folder)))
    if as_json:
        write_json(report.as_json())
        return
    tell("\n".join(report.lines))
    say_next(report.following)


def close(root: E, confirm: Confirm = "") -> None:
    """Close the poll after the scheduled time: no ballot is accepted any more."""
    from ccin_vote.officer.close import close_poll

    folder = folder_at(root)
    milestone = close_poll(
        folder,
        clock(definition_of(folder)),
        lambda: confirmed(confirm, folder.slug, "close the poll"),
    )
    _say_milestone(
        milestone, "closed", f"`ccin-vote publish {root} FOLDER`; send it to scrutineers."
    )


def withdraw(
    root: E,
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="The id of the contest.")],
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="The candidate's id.")],
    confirm: Confirm = "",
) -> None:
    """Log that a candidate withdrew while the poll is open; the count passes over them."""
    from ccin_vote.officer.withdraw import withdraw as withdraw_candidate

    folder = folder_at(root)
    what = f"withdraw {candidate} from {contest} for good"
    if withdraw_candidate(
        folder, contest, candidate, lambda: confirmed(confirm, folder.slug, what)
    ):
        say(f"{candidate} is withdrawn from {contest}. Ballots for others stay as they are.")
        say_next("tell the members; whoever ranked this candidate may vote again.")
    else:
        say(f"{candidate} was withdrawn already; nothing was changed.")


def note(
    root: E,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened, without names.")],
) -> None:
    """Log an incident in your words, for the record and the result sheet."""
    from ccin_vote.officer.note import note as note_incident
    from ccin_vote.poll.state import Declared, Unsealed

    poll = note_incident(folder_at(root), text)
    say("Noted in the log.")
    if isinstance(poll, Unsealed):
        say_next("run `count` again before you declare, so that the result sheet includes it.")
    elif isinstance(poll, Declared):
        say("The result sheet stays as it was declared.")
    else:
        say("The result sheet will include it.")


def collect(root: E, files: Files, as_json: Json = False) -> None:
    """Take in what scrutineers sent: key files before the opening, replies after it."""
    from ccin_vote.officer.collect import collect as collect_all

    collected = collect_all(folder_at(root), files)
    if as_json:
        write_json({"taken": list(collected.taken), "missing": list(collected.missing)})
        return
    for line in collected.taken:
        write(line)
    if collected.missing:
        say(f"Still missing:\n{bullets(collected.missing)}")
    else:
        say("You have everything for the next step.")


def count(
    root: E,
    lots: Annotated[
        Path | None, typer.Option("--lots", metavar="FILE", help="Lots that were drawn (TOML).")
    ] = None,
    uncosigned: Annotated[
        bool,
        typer.Option("--uncosigned", help="Although too few scrutineers cosigned the close."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Count once enough scrutineers signed the same opening; write record and sheet."""
    from ccin_vote.cli.showing import show_result
    from ccin_vote.officer.count import count as count_all
    from ccin_vote.report.result_json import result_json

    folder = folder_at(root)
    counted = count_all(folder, lots, uncosigned=uncosigned)
    if counted.again:
        say("Already done: the result was declared. It is shown again; no file was changed.")
    if as_json:
        write_data(result_json(counted.result).rstrip("\n"))
    else:
        show_result(counted.result)
    if not counted.again:
        say(f"Written: {folder.published.result_sheet} and result.json beside it.")
        for warning in counted.warnings:
            say(warning)
        say_next(f"read the sheet, then `ccin-vote declare {root}`.")


def declare(root: E, confirm: Confirm = "") -> None:
    """Declare the result: the log names every result file by its digest."""
    from ccin_vote.officer.declare import declare_result

    folder = folder_at(root)
    milestone = declare_result(
        folder,
        clock(definition_of(folder)),
        lambda: confirmed(confirm, folder.slug, "declare the result"),
    )
    _say_milestone(milestone, "declared", f"`ccin-vote publish {root} FOLDER` for everybody.")


def publish(
    root: E,
    target: Annotated[
        Path | None, typer.Argument(metavar="P", help="Where to write it (else public/ in E).")
    ] = None,
) -> None:
    """Write all that scrutineers and voters need, and nothing private."""
    from ccin_vote.officer.publish import publish as publish_all

    folder = folder_at(root)
    place = folder.published.root if target is None else target
    names = publish_all(folder, place)
    say(f"Published to {place}: {len(names)} files.")
    say_next(f"send the folder, or put it on your web site. `ccin-vote verify {place}` checks it.")


COMMANDS: dict[str, Callable[..., object]] = {
    "check": check,
    "open": open_,
    "status": status,
    "withdraw": withdraw,
    "note": note,
    "close": close,
    "collect": collect,
    "count": count,
    "declare": declare,
    "publish": publish,
}
