"""Settings of a mail server: a TOML file with a secret in it, which its owner alone may read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ccin_vote.canonical import Model
from ccin_vote.election.document import read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.errors import BadInput, Mistake, Refused
from ccin_vote.store.files import read_file

_OTHERS = 0o077
_LARGEST = 100_000


class Settings(Model):
    """What all of them have: ``ca_file`` is the certificate authority of a server of one's own."""

    ca_file: str = ""


S = TypeVar("S", bound=Settings)


def read_settings(path: Path, model: type[S]) -> S:
    """Read settings.

    Raises:
        Refused: others may read the file, which has a secret in it.
        BadInput: every mistake; the lines themselves are not repeated.
    """
    data = read_file(path, _LARGEST)
    if path.stat().st_mode & _OTHERS:
        raise Refused(
            f"{path} may be read by others, and it is for a password.",
            remedy=f"chmod 600 {path}, and repeat.",
        )
    document, mistakes = read_document(data, str(path))
    settings = None
    if document is not None:
        settings, mistakes = check_model(document, model)
    if settings is None:
        # Without its text: the line may be the one with the password.
        raise BadInput([replace(mistake, text=None) for mistake in mistakes])
    if settings.ca_file and not Path(settings.ca_file).is_file():
        raise BadInput([Mistake(str(path), f"ca_file: there is no file {settings.ca_file}")])
    return settings
