"""The tellers' command: paper ballots, keyed twice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import E, say, say_next, secret, write
from ccin_vote.errors import UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.ballot.batch import PaperBallot
    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.contest import Candidate
    from ccin_vote.election.definition import ContestDefinition
    from ccin_vote.poll.state import Manifest
    from ccin_vote.seal.keys import SecretKey

Two = Annotated[
    list[Path] | None,
    typer.Option(
        "--key", metavar="FOLDER", help="A teller's key folder; give it twice, one for each."
    ),
]
_PAIR = 2
_CLEARED = "\x1b[2J\x1b[3J\x1b[H"
"""Takes what one teller keyed off the screen, and out of what can be scrolled back."""


def enter(
    root: E,
    key: Two = None,
    papers: Annotated[
        list[Path] | None,
        typer.Option(
            "--papers", metavar="FILE", help="What a teller keyed (TOML); twice, in the same order."
        ),
    ] = None,
    passphrase_file: Annotated[
        list[Path] | None,
        typer.Option("--passphrase-file", metavar="FILE", help="A pass-phrase; twice."),
    ] = None,
) -> None:
    """Enter a batch of paper ballots that two tellers key, each for themselves."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.enter import Keyed, manifest_at
    from ccin_vote.officer.enter import enter as enter_batch
    from ccin_vote.randomness import SYSTEM

    folder = folder_at(root)
    for name, given in (
        ("--key", key),
        ("--papers", papers),
        ("--passphrase-file", passphrase_file),
    ):
        if given and len(given) != _PAIR:
            raise UsageError(f"Give {name} twice: once for each teller.")
    if papers and papers[0].resolve() == papers[1].resolve():
        raise UsageError("Give two files: what each teller keyed without seeing the other's.")
    if not key:
        raise UsageError("Give --key twice: the key folders of the two tellers.")
    manifest = manifest_at(folder)
    keys = [_unlocked(each_folder, at, passphrase_file) for at, each_folder in enumerate(key)]
    first, second = _from_files(papers, manifest) if papers else _by_hand(manifest, keys)
    counts = enter_batch(folder, Keyed(keys[0], first), Keyed(keys[1], second), SYSTEM)
    say("The batch is sealed and in the log:")
    for contest, votes, number in counts:
        each = "" if votes == 1 else f" with {votes} votes each"
        write(f"{contest}: {number} paper{'' if number == 1 else 's'}{each}")
    say_next("lock the papers away. If you keyed files, delete them: they show how people voted.")


def _unlocked(folder: Path, at: int, passphrases: list[Path] | None) -> SecretKey:
    from ccin_vote.scrutineer.keyring import Keyring, unlock_key

    file = passphrases[at] if passphrases else None
    return unlock_key(Keyring(folder), secret(file, f"Pass-phrase of {folder}"))


Batches = tuple["tuple[PaperBallot, ...]", "tuple[PaperBallot, ...]"]


def _from_files(papers: list[Path], manifest: Manifest) -> Batches:
    from ccin_vote.officer.enter import papers_contests, read_papers
    from ccin_vote.store.files import read_file

    contests = papers_contests(manifest)
    first, second = (
        tuple(read_papers(read_file(path, 16 << 20), str(path), contests)) for path in papers
    )
    return first, second


def _by_hand(manifest: Manifest, keys: list[SecretKey]) -> Batches:
    """Let both tellers key at this terminal, then again wherever they differ."""
    from ccin_vote.officer.enter import differences

    if not sys.stdin.isatty():
        raise UsageError("What was keyed is needed.", remedy="give it with `--papers FILE`, twice.")
    names = [_name(manifest, key) for key in keys]
    count = int(typer.prompt("How many papers are in this batch", type=int, err=True))
    keyed = []
    for name in names:
        say(f"\n{name} keys now; the other looks away. Keep the papers in their order.")
        keyed.append([_paper(manifest, number) for number in range(1, count + 1)])
        sys.stderr.write(_CLEARED)
    while found := list(differences(keyed[0], keyed[1], manifest)):
        for number in sorted({number for number, _ in found}):
            say("\n".join(words for at, words in found if at == number))
            say(f"Look at paper {number} together; each of you keys it once more.")
            for which, name in enumerate(names):
                say(f"{name}:")
                keyed[which][number - 1] = _paper(manifest, number)
    return tuple(keyed[0]), tuple(keyed[1])


def _name(manifest: Manifest, key: SecretKey) -> str:
    for teller, public in zip(manifest.definition.tellers, manifest.tellers, strict=True):
        if public == key.public:
            return shown(teller.name)
    return "Teller"


def _paper(manifest: Manifest, number: int) -> PaperBallot:
    from ccin_vote.ballot.batch import PaperBallot
    from ccin_vote.officer.enter import papers_contests

    contests = papers_contests(manifest)
    weights = sorted({votes for _, votes, _ in manifest.event.electors})
    say(f"\nPaper {number}")
    votes = weights[0]
    while len(weights) > 1:
        votes = int(typer.prompt(f"Its votes ({', '.join(map(str, weights))})", type=int, err=True))
        if votes in weights:
            break
    marks = {
        contest.id: _marks(contest, manifest.paper_order(contest))
        for contest in contests
        if len(contests) == 1 or _has(contest)
    }
    return PaperBallot(votes, marks)


def _has(contest: ContestDefinition) -> bool:
    asked = f"Does this paper have the contest {shown(contest.title)}?"
    return typer.confirm(asked, default=True, err=True)


def _marks(contest: ContestDefinition, order: Sequence[Candidate]) -> Marks:
    """Ask what stands beside each candidate, whatever the rule makes of it."""
    from ccin_vote.ballot.marks import MAXIMUM_MARK
    from ccin_vote.officer.enter import INFORMAL, informal_marks

    say(shown(contest.title))
    for at in order:
        say(f"  {shown(contest.choices[at].name)}")
    how = f"The {len(order)} marks from the top, with spaces (- none, 1 for a cross)"
    while True:
        typed = typer.prompt(
            f"{how}; Enter: blank; {INFORMAL}", default="", show_default=False, err=True
        )
        if typed.strip() == INFORMAL:
            return informal_marks(contest)
        marks = [0 if part == "-" else _number(part) for part in typed.split()] or [0] * len(order)
        if len(marks) == len(order) and all(0 <= mark <= MAXIMUM_MARK for mark in marks):
            placed = dict(zip(order, marks, strict=True))
            return tuple(placed[at] for at in sorted(placed))
        say(f"Please give {len(order)} marks, each a whole number or - for none.")


def _number(typed: str) -> int:
    return int(typed[:9]) if typed.isascii() and typed.isdigit() else -1


COMMANDS: dict[str, Callable[..., object]] = {"enter": enter}
"""The commands of this file by name."""
