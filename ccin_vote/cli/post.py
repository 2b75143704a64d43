"""The returning officer's post that goes out: letters, reminders, letters written again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ccin_vote.cli.console import E, bullets, clock, say, say_next, write
from ccin_vote.errors import Exit, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ccin_vote.correspondence.sending import Server
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.officer.issue import Issued
    from ccin_vote.officer.revoke import Change

Send = Annotated[
    Path | None,
    typer.Option(
        "--send",
        metavar="SMTP.toml",
        help="Send what is written through the mail server of this file.",
    ),
]
MemberId = Annotated[
    str, typer.Argument(metavar="MEMBER", help="The member's id, as in members.toml.")
]
Supersede = Annotated[
    bool, typer.Option("--supersede", help="Although a ballot is in: it will no longer count.")
]


def issue(root: E, send: Send = None) -> int:
    """Write the ballot page and a letter with a token for every member who may vote."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.issue import issue as issue_letters
    from ccin_vote.randomness import SYSTEM

    folder, post = folder_at(root), post_of(root, send)
    issued = issue_letters(folder, SYSTEM)
    if issued.again:
        say(f"Already done: {issued.letters} credentials were issued before.")
    else:
        _say_issued(folder, issued)
    if post is not None:
        return post.send_letters()
    say_next("send the letters, then delete them; `publish` for voters; `accept` what comes back.")
    return Exit.WELL


def _say_issued(folder: ElectionFolder, issued: Issued) -> None:
    from ccin_vote.report.words import counted

    letters, mails = issued.letters, issued.mails
    if mails == letters:
        written = f"{mails} e-mails (.eml), as many letters to print (.html)"
    else:
        written = (
            f"{counted(mails, 'e-mail')} (.eml), {counted(letters, 'letter')} to print (.html),"
            f" of which {letters - mails} go by post,"
        )
    pages = "1 ballot page is" if issued.pages == 1 else f"{issued.pages} ballot pages are"
    say(
        f"{written} and mail-merge.csv are in {folder.letters}, for you alone."
        f" {pages} in {folder.published.root}."
    )
    if issued.paper:
        say("These vote on paper. For each of them, give this command and a paper ballot:")
        for member in issued.paper:
            say(f"  ccin-vote revoke {quote(str(folder.root))} {member} --reason paper")


@dataclass(frozen=True)
class Post:
    """The way out through a mail server; made before a command does anything."""

    folder: ElectionFolder
    server: Server
    now: datetime

    def send_letters(self, only: str = "") -> int:
        """Send the letters that wait, or the one of that name; void ones are taken away."""
        from ccin_vote.correspondence.outbox import keep_letters, waiting_letters
        from ccin_vote.officer.revoke import drop_letters
        from ccin_vote.report.words import counted

        if void := drop_letters(self.folder):
            say(f"{void} letters with tokens that are void were deleted and not sent.")
        try:
            failed, total = self.send(self.folder.letters, only=only)
        finally:
            waiting = waiting_letters(self.folder)
            keep_letters(self.folder, waiting.__contains__)
        if failed:
            say(f"`ccin-vote issue {self.folder.root} --send FILE` tries these again.")
        elif total:
            say("What was sent is deleted here: the tokens are with the members.")
        if left := 0 if failed or only else len(waiting):
            where = self.folder.letters
            say(f"{counted(left, 'letter')} by post: print the .html files in {where}.")
        return Exit.REFUSED if failed else Exit.WELL

    def send(
        self, place: Path, *, only: str = "", tell: Callable[[str], None] = write
    ) -> tuple[int, int]:
        """Send what lies in a folder, saying what became of each; give failed and total."""
        from ccin_vote.correspondence.outbox import letter_files
        from ccin_vote.correspondence.sending import send_all
        from ccin_vote.randomness import SYSTEM

        total = 1 if only else len(letter_files(place))
        failed = 0
        sending = send_all(place, self.server, self.now, SYSTEM, only)
        for number, sent in enumerate(sending, start=1):
            failed += bool(sent.failure)
            became = f"failed: {shown(sent.failure)}" if sent.failure else "sent"
            tell(f"{number}/{total} {shown(sent.address)}: {became}")
        if not total:
            say("There is nothing left to send.")
        elif failed:
            say(f"{failed} of {total} were not sent.")
        else:
            say("It was sent." if total == 1 else f"All {total} were sent.")
        return failed, total


def post_of(root: Path, settings: Path | None) -> Post | None:
    """Return the way out, if there are settings for it."""
    from ccin_vote.cli.officer import definition_of, folder_at
    from ccin_vote.correspondence.sending import read_server

    if settings is None:
        return None
    folder = folder_at(root)
    return Post(folder, read_server(settings), clock(definition_of(folder)))


def reissue(
    root: E,
    member: MemberId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORD", help="Why; the log says this word.")
    ] = "lost",
    contact: Annotated[
        str, typer.Option("--contact", metavar="NAME", help="The member's new contact.")
    ] = "",
    email: Annotated[
        str, typer.Option("--email", metavar="ADDRESS", help="Its new e-mail address.")
    ] = "",
    supersede: Supersede = False,
    send: Send = None,
) -> int:
    """Write a member a new letter; the token of the old one is void."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.reissue import reissue as reissue_letter
    from ccin_vote.randomness import SYSTEM

    folder, post = folder_at(root), post_of(root, send)
    change = _change(reason, contact=contact, email=email, supersede=supersede)
    letter = reissue_letter(folder, member, change, SYSTEM)
    say(f"The old token of {shown(member)} is void. The new letter is")
    mailed = letter.member.is_mailed
    write(str(folder.letters / f"{letter.stem}.{'eml' if mailed else 'html'}"))
    if not mailed:
        say_next("print it and post it, then delete it: this member gets no e-mail.")
        return Exit.WELL
    if post is not None:
        return post.send_letters(letter.stem)
    say_next(f"send it to {shown(letter.member.email)} (or print the .html), then delete both.")
    return Exit.WELL


def revoke(
    root: E,
    member: MemberId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORD", help="Why; the log says this word.")
    ],
    supersede: Supersede = False,
) -> None:
    """Revoke a member's token: because it votes on paper, left, or as `--reason` says."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.revoke import revoke as revoke_credential

    known = revoke_credential(folder_at(root), member, _change(reason, supersede=supersede))
    if known is not None:
        say(f"The token of {shown(member)} was revoked before; nothing was changed.")
        if known != reason:
            say(f"The log says why: {known}. For another reason, `reissue` it first.")
        return
    say(f"The token of {shown(member)} is void.")
    if reason == "paper":
        say_next(f"give the member a paper ballot; `ccin-vote enter {root}` before the close.")


def _change(reason: str, *, contact: str = "", email: str = "", supersede: bool = False) -> Change:
    from ccin_vote.election.words import REVOKED
    from ccin_vote.log.events import RevocationReason
    from ccin_vote.officer.revoke import Change

    words = get_args(RevocationReason)
    if reason not in words:
        known = "; ".join(f"{word}: {REVOKED[word]}" for word in words)
        raise UsageError(f"There is no reason {reason!r}.", remedy=f"one of these: {known}.")
    return Change(reason, contact, email, supersede)  # type: ignore[arg-type]


def remind(root: E, send: Send = None) -> int:
    """Write reminders for those whose token is live and who have no ballot in the log yet."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.officer.remind import remind as write_reminders
    from ccin_vote.randomness import SYSTEM

    folder, post = folder_at(root), post_of(root, send)
    if post is not None and folder.unfinished.exists():
        say("Some reminders were not sent last time; these are sent now.")
        return _send_reminders(post)
    reminded = write_reminders(folder, SYSTEM)
    number = reminded.mails
    say(f"{number} reminders are in {folder.reminders}, for you alone. They contain no token.")
    if reminded.others:
        names = [shown(f"{member.name} ({member.contact})") for member in reminded.others]
        say(f"No ballot yet either, and no e-mail: ring up or write to\n{bullets(names)}")
    if post is not None:
        return _send_reminders(post)
    if number:
        say_next("send them, one by one: who has voted is nobody else's business.")
    return Exit.WELL


def _send_reminders(post: Post) -> int:
    """Send the reminders; until all are sent, the next time goes on with these."""
    from ccin_vote.store.files import write_private

    write_private(post.folder.unfinished, b"")
    failed, _ = post.send(post.folder.reminders)
    if not failed:
        post.folder.unfinished.unlink(missing_ok=True)
    return Exit.REFUSED if failed else Exit.WELL


def templates(root: E) -> None:
    """Write the templates of letters and mails into E/templates, to be changed before `issue`."""
    from ccin_vote.cli.officer import folder_at
    from ccin_vote.correspondence.outbox import own_templates
    from ccin_vote.correspondence.templates import PLACES, built_in
    from ccin_vote.store.files import write_file

    folder = folder_at(root)
    for name, places in PLACES.items():
        path = folder.templates / name
        if path.exists():
            say(f"Left as it is: {path}")
        else:
            write_file(path, built_in(name).encode())
            say(f"Written: {path}")
        say(f"  may have: {' '.join(f'{{{{ {place} }}}}' for place in sorted(places))}")
    own_templates(folder)
    say_next("change them; this command again says whether anything is wrong in them.")


COMMANDS: dict[str, Callable[..., object]] = {
    "issue": issue,
    "reissue": reissue,
    "revoke": revoke,
    "remind": remind,
    "templates": templates,
}
