"""Letters on the disk: written for the officer alone, under names that tell nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.letter import (
    COLUMNS,
    Attachment,
    Letter,
    Sender,
    letter_html,
    mail_merge,
    shared_by,
)
from ccin_vote.correspondence.mail import letter_form, letter_mail
from ccin_vote.correspondence.templates import PLACES, read_templates
from ccin_vote.errors import BadInput
from ccin_vote.store.files import (
    private_folder,
    read_file,
    write_many_private,
    write_private,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ccin_vote.correspondence.templates import Templates
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.poll.state import Manifest
    from ccin_vote.randomness import Randomness

MAIL_MERGE = "mail-merge.csv"
_TEMPLATE = 1 << 20
"""No template is larger."""

Pages = dict[tuple[str, ...], "Path"]


def new_stem(randomness: Randomness) -> str:
    """Return a random name for a letter's files."""
    # Neither a name nor a number: a list of the files must not tell the order of the roll.
    return randomness.data(8).hex()


def own_templates(folder: ElectionFolder) -> Templates:
    """Return the templates, the organisation's own where there are any.

    Raises:
        BadInput: every mistake in them.
    """
    paths = {name: folder.templates / name for name in PLACES}
    own = {
        name: (str(path), read_file(path, _TEMPLATE))
        for name, path in paths.items()
        if path.exists()
    }
    templates, mistakes = read_templates(own)
    if mistakes:
        raise BadInput(
            mistakes, remedy="Correct the templates, then try again. Nothing was written."
        )
    return templates


def sender_of(folder: ElectionFolder, manifest: Manifest) -> Sender:
    """Return what all letters of the election share.

    Raises:
        BadInput: the organisation's templates have mistakes.
    """
    contests = manifest.definition.contests
    orders = {contest.id: manifest.paper_order(contest) for contest in contests}
    return Sender(manifest.definition, manifest.election, orders, own_templates(folder))


def page_attached(path: Path) -> Attachment:
    """Return a ballot page as an attachment, with its digest as it is printed."""
    data = read_file(path)
    return Attachment(path.name, data, "html", sha256(data).hex())


def clear_folder(folder: Path) -> None:
    """Make a private folder empty: what an earlier run left there is of no use any more."""
    private_folder(folder)
    for path in folder.iterdir():
        # Only what this program writes there; any other file is the officer's own.
        if path.suffix in {".eml", ".html", ".csv", ".txt"}:
            path.unlink()


def write_letters(
    folder: ElectionFolder, letters: Sequence[Letter], sender: Sender, pages: Pages
) -> None:
    """Write a letter to print for each member, and an e-mail for those who get e-mails.

    All are on the disk afterwards.
    """
    attached = {contests: page_attached(path) for contests, path in pages.items()}
    write_many_private(folder.letters, _files_of, letters, (sender, attached))


def _files_of(
    letters: Sequence[Letter], common: tuple[Sender, dict[tuple[str, ...], Attachment]]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of some letters."""
    sender, attached = common
    all_shared = {ids: shared_by(sender, ids, page) for ids, page in attached.items()}
    forms = {ids: letter_form(shared) for ids, shared in all_shared.items()}
    for letter in letters:
        ids = tuple(contest.id for contest in letter.contests)
        shared = all_shared[ids]
        if letter.member.is_mailed:
            yield f"{letter.stem}.eml", letter_mail(forms[ids], letter, shared)
        yield f"{letter.stem}.html", letter_html(letter, shared).encode()


def write_mail_merge(folder: ElectionFolder, letters: Iterable[Letter], sender: Sender) -> None:
    """Write the mail-merge table of these letters."""
    # With a byte order mark, without which Excel does not take a CSV file for UTF-8.
    text = mail_merge(letters, sender.closes)
    write_private(folder.letters / MAIL_MERGE, text.encode("utf-8-sig"))


def add_letter(folder: ElectionFolder, letter: Letter, sender: Sender, pages: Pages) -> None:
    """Write one more letter, and its row in the mail-merge table."""
    write_letters(folder, [letter], sender, pages)
    new = mail_merge([letter], sender.closes)
    _write_rows(folder, [*_merge_rows(folder), *csv.DictReader(io.StringIO(new, newline=""))])


def keep_letters(folder: ElectionFolder, wanted: Callable[[str], bool]) -> int:
    """Take away the letters that are not wanted, by name, and their rows; give how many."""
    gone = {stem for stem in waiting_letters(folder) if not wanted(stem)}
    for stem in gone:
        for suffix in (".eml", ".html"):
            (folder.letters / f"{stem}{suffix}").unlink(missing_ok=True)
    before = _merge_rows(folder)
    rows = [row for row in before if wanted(row["letter"])]
    if not rows:
        (folder.letters / MAIL_MERGE).unlink(missing_ok=True)
    elif rows != before:
        _write_rows(folder, rows)
    return len(gone)


def _merge_rows(folder: ElectionFolder) -> list[dict[str, str]]:
    path = folder.letters / MAIL_MERGE
    if not path.exists():
        return []
    text = read_file(path).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _write_rows(folder: ElectionFolder, rows: list[dict[str, str]]) -> None:
    stream = io.StringIO(newline="")
    # Not by `table`: these cells were made harmless when they were first written.
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    write_private(folder.letters / MAIL_MERGE, stream.getvalue().encode("utf-8-sig"))


def waiting_letters(folder: ElectionFolder) -> set[str]:
    """Return the letters that lie in the folder, mails or to be printed, by name."""
    return {path.stem for path in folder.letters.glob("*.*ml")}


def letter_files(folder: Path) -> Mapping[str, Path]:
    """Return the e-mails that lie in a folder, by the name without its ending."""
    return {path.stem: path for path in sorted(folder.glob("*.eml"))}
