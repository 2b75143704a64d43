"""The scrutineer's commands: a key, then one command for each folder that arrives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import (
    Json,
    KeyFolder,
    P,
    Passphrase,
    bullets,
    clock,
    published_at,
    say,
    say_next,
    secret,
    write,
    write_json,
)
from ccin_vote.errors import Exit, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.scrutineer.keyring import Keyring
    from ccin_vote.scrutineer.scrutinise import Scrutiny, Upto

Replies = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE...", help="Replies of other scrutineers.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the reply here.")]
LastResort = Annotated[
    bool,
    typer.Option(
        "--no-more-scrutineers",
        help="Nobody else has shares: record ballots that do not open as unopened.",
    ),
]


def _keyring(key: Path | None, slug: str) -> Keyring:
    from ccin_vote.scrutineer.keyring import Keyring

    return Keyring(key or Path.home() / "ccin-vote-keys" / slug)


def keygen(
    election: Annotated[str, typer.Argument(metavar="ELECTION", help="The election's short name.")],
    name: Annotated[str, typer.Option("--name", help="Your name, as it stands in the definition.")],
    key: KeyFolder = None,
    passphrase_file: Passphrase = None,
) -> None:
    """Make your key for one election, behind a pass-phrase."""
    from ccin_vote.randomness import SYSTEM
    from ccin_vote.scrutineer.keyring import Owner, make_key

    keyring = _keyring(key, election)
    new = not keyring.key_file.exists()
    passphrase = secret(passphrase_file, "New pass-phrase" if new else "Pass-phrase", twice=new)
    line = make_key(keyring, Owner(election, name), passphrase, SYSTEM)
    say(f"Your key is in {keyring.root}. Keep the folder and the pass-phrase; nobody can replace")
    say("them. Your public line, no secret:")
    write(line)
    say_next(f"send the file {keyring.public_line} to the returning officer.")


def scrutinise(
    root: P,
    files: Replies = None,
    key: KeyFolder = None,
    passphrase_file: Passphrase = None,
    out: Out = None,
    last_resort: LastResort = False,
    as_json: Json = False,
) -> int:
    """Verify, cosign, unseal, combine: as far as what is at hand allows."""
    from ccin_vote.scrutineer.scrutinise import Upto

    opened = (root, files or [], key, passphrase_file, out)
    return _scrutinise(opened, Upto.COMBINE, last_resort=last_resort, as_json=as_json)


def cosign(
    root: P, key: KeyFolder = None, passphrase_file: Passphrase = None, out: Out = None
) -> int:
    """Verify the folder and sign the log's heads; nothing is opened."""
    from ccin_vote.scrutineer.scrutinise import Upto

    return _scrutinise((root, [], key, passphrase_file, out), Upto.COSIGN)


def unseal(
    root: P, key: KeyFolder = None, passphrase_file: Passphrase = None, out: Out = None
) -> int:
    """Cosign, and hand your shares to the other scrutineers, sealed to each."""
    from ccin_vote.scrutineer.scrutinise import Upto

    return _scrutinise((root, [], key, passphrase_file, out), Upto.UNSEAL)


def combine(
    root: P,
    files: Replies = None,
    key: KeyFolder = None,
    passphrase_file: Passphrase = None,
    out: Out = None,
    last_resort: LastResort = False,
) -> int:
    """Combine the other scrutineers' shares with yours, and sign the opening."""
    from ccin_vote.scrutineer.scrutinise import Upto

    opened = (root, files or [], key, passphrase_file, out)
    return _scrutinise(opened, Upto.COMBINE, last_resort=last_resort)


def _scrutinise(
    opened: tuple[Path, list[Path], Path | None, Path | None, Path | None],
    upto: Upto,
    *,
    last_resort: bool = False,
    as_json: bool = False,
) -> int:
    from ccin_vote.scrutineer.keyring import unlock_key
    from ccin_vote.scrutineer.scrutinise import scrutinise as scrutinise_folder
    from ccin_vote.store.files import write_file
    from ccin_vote.store.snapshot import frozen_in

    root, files, key, passphrase_file, out = opened
    folder = published_at(root)
    manifest = frozen_in(folder)
    keyring = _keyring(key, manifest.slug)
    secret_key = unlock_key(keyring, secret(passphrase_file, "Pass-phrase"))
    scrutiny = scrutinise_folder(
        folder,
        (secret_key, keyring),
        files,
        clock(manifest.definition),
        upto=upto,
        last_resort=last_resort,
    )
    name = manifest.definition.scrutineers[scrutiny.reply.scrutineer - 1].name
    path = out or Path(f"{manifest.slug}-{_plain(name)}-{scrutiny.number}.json")
    write_file(path, scrutiny.reply.to_json() + b"\n")
    _report(
        scrutiny,
        path,
        [scrutineer.name for scrutineer in manifest.definition.scrutineers],
        as_json=as_json,
    )
    return Exit.WELL


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "scrutineer"


def _report(scrutiny: Scrutiny, path: Path, names: list[str], *, as_json: bool) -> None:
    faults = [
        f"log.jsonl:{fault.line}: the share of {names[fault.scrutineer - 1]} did not match; another"
        " scrutineer's was used"
        for fault in scrutiny.faults
    ]
    if as_json:
        write_json(
            {
                "done": list(scrutiny.done),
                "missing": list(scrutiny.missing),
                "faults": faults,
                "reply": str(path),
                "send_to": list(scrutiny.send_to),
            }
        )
        return
    write(bullets(scrutiny.done))
    if faults:
        say(f"Shares that did not match:\n{bullets(faults)}")
    if scrutiny.missing:
        say(f"Still missing:\n{bullets(scrutiny.missing)}")
    say(f"Your reply is in {path}.")
    say_next(f"send it to {shown(', '.join(scrutiny.send_to))}.")


COMMANDS: dict[str, Callable[..., object]] = {
    "keygen": keygen,
    "scrutinise": scrutinise,
    "cosign": cosign,
    "unseal": unseal,
    "combine": combine,
}
