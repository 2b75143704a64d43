"""The post of an election by the commands: letters, mails, paper, notes, confirmations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ccin_vote.correspondence.mailbox import Source
from ccin_vote.officer.accept import accept
from ccin_vote.randomness import SYSTEM
from ccin_vote.scrutineer.keyring import Keyring
from ccin_vote.seal.armour import to_armour
from tests.support.bench import DURING as MOMENT
from tests.support.command import run, talk
from tests.support.mails import SHAPES
from tests.support.smtp import Mailbox, certificate, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A, B = (1, 2, 3), (2, 1, 3)


def test_ballots_come_by_standard_input_folder_and_mbox(bench: Make, tmp_path: Path) -> None:
    """Each input is told by its name; what was there before is said to be."""
    small = bench()
    texts = [to_armour(small.sealed(token, A)) for token in small.tokens[:4]]
    told = run("accept", small.folder.root, "-", stdin=f"{texts[0]}\nand\n{texts[1]}").stdout
    assert told.count("standard input: ") == told.count(" accepted") == 2
    folder = tmp_path / "mails"
    folder.mkdir()
    shapes = list(SHAPES.values())
    (folder / "b.eml").write_bytes(shapes[1](texts[2]))
    (folder / "a.txt").write_text(texts[0], "utf-8")
    box = tmp_path / "archive.mbox"
    box.write_bytes(
        b"".join(
            b"From v@example.org Mon Jan  7 10:00:00 2030\n" + shapes[0](text) + b"\n"
            for text in (texts[3], "nothing")
        )
    )
    done = run("accept", small.folder.root, folder, box, code=1)
    assert done.stdout.splitlines()[0].startswith("a.txt: ")
    assert "already there" in done.stdout.splitlines()[0]
    assert "b.eml: " in done.stdout
    assert "archive.mbox, message 2: not a ballot: there is no sealed ballot" in done.stdout
    rows = json.loads(run("accept", small.folder.root, folder, "--json").stdout)
    assert [(row["source"], row["accepted"]) for row in rows] == [("a.txt", True), ("b.eml", True)]


def test_reissue_says_where_the_new_letter_is(bench: Make) -> None:
    """And to whom it goes; a reason that is none is refused with all that are."""
    small = bench()
    done = run(
        "reissue",
        small.folder.root,
        "m1",
        "--reason",
        "contact-changed",
        "--email",
        "n@example.org",
    )
    assert done.stdout.strip().endswith(".eml")
    assert "n@example.org" in done.stderr
    refused = run("reissue", small.folder.root, "m1", "--reason", "because", code=2)
    assert "misused" in refused.stderr
    run("reissue", small.folder.root, "m1", "--email", "no address", code=2)
    assert "m1" in run("reissue", small.folder.root, "m11", code=1).stderr


def test_revoke_for_paper_leads_to_enter(bench: Make) -> None:
    """Each step says the next; a second time changes nothing."""
    small = bench()
    done = run("revoke", small.folder.root, "m1", "--reason", "paper")
    assert "enter" in done.stderr
    assert "before" in run("revoke", small.folder.root, "m1", "--reason", "paper").stderr
    small.hand_in(small.sealed(small.tokens[0], A))
    refused = run("revoke", small.folder.root, "m0", "--reason", "misused", code=1)
    assert "--supersede" in refused.stderr
    run("revoke", small.folder.root, "m0", "--reason", "misused", "--supersede")
    told = run("status", small.folder.root).stdout
    assert "On paper   1 member; 0 papers entered" in told
    assert "Revoked    1" in told


def test_remind_names_nobody(bench: Make) -> None:
    """The number alone stands on the terminal."""
    small = bench()
    small.all_vote(4)
    done = run("remind", small.folder.root)
    assert "2 reminders" in done.stderr
    assert "m4" not in done.stderr + done.stdout


def test_templates_are_written_once_and_checked_again(bench: Make) -> None:
    """The officer's own are never overwritten."""
    small = bench()
    run("templates", small.folder.root)
    path = small.folder.templates / "receipt.txt"
    path.write_text("{{ code }} {{ wrong }}", "utf-8")
    refused = run("templates", small.folder.root, code=3)
    assert "receipt.txt:1" in refused.stderr
    assert path.read_text("utf-8") == "{{ code }} {{ wrong }}"


def test_letters_are_sent_by_the_server_of_a_private_file(bench: Make, tmp_path: Path) -> None:
    """Each address sent or failed; then the merge table has those alone that are left."""
    small = bench()
    pem = certificate(tmp_path)
    settings = tmp_path / "smtp.toml"
    settings.touch(0o600)
    with serving(Mailbox(pem, refused=("m3@x.org",))) as mailbox:
        text = f'host = "127.0.0.1"\nport = {mailbox.port}\nca_file = "{pem}"\n'
        settings.write_text(text, "utf-8")
        done = run("issue", small.folder.root, "--send", settings, code=1)
        assert done.stdout.count(": sent\n") == 5
        assert "m3@x.org: failed: 550 no such mailbox here" in done.stdout
        mailbox.refused = ()
        again = run("issue", small.folder.root, "--send", settings)
        assert again.stdout == "1/1 m3@x.org: sent\n"
        assert list(small.folder.letters.iterdir()) == []
        run("remind", small.folder.root, "--send", settings)
        assert len(mailbox.messages) == 12


def test_only_what_should_be_sent_is_sent(bench: Make, tmp_path: Path) -> None:
    """A reissued letter alone; no void one; reminders go on where they stopped."""
    small = bench()
    pem = certificate(tmp_path)
    settings = tmp_path / "smtp.toml"
    settings.touch(0o600)
    with serving(Mailbox(pem)) as mailbox:
        settings.write_text(
            f'host = "127.0.0.1"\nport = {mailbox.port}\nca_file = "{pem}"\n', "utf-8"
        )
        done = run("reissue", small.folder.root, "m1", "--send", settings)
        assert done.stdout.splitlines()[1:] == ["1/1 m1@x.org: sent"]
        run("revoke", small.folder.root, "m2", "--reason", "paper")
        done = run("issue", small.folder.root, "--send", settings)
        assert done.stdout.count(": sent") == 4
        assert "m2@x.org" not in done.stdout
        mailbox.refused = ("m3@x.org",)
        done = run("remind", small.folder.root, "--send", settings, code=1)
        assert done.stdout.count(": sent") == 4
        mailbox.refused = ()
        done = run("remind", small.folder.root, "--send", settings)
        assert done.stdout == "1/1 m3@x.org: sent\n"
        before = small.folder.log.read_bytes()
        settings.chmod(0o644)
        run("reissue", small.folder.root, "m4", "--send", settings, code=1)
        assert small.folder.log.read_bytes() == before


def _teller_options(small: Bench, folder: Path) -> list[str | Path]:
    """Write the tellers' key folders and pass-phrases; return the options that name them."""
    options: list[str | Path] = []
    for number, key in enumerate(small.tellers, start=1):
        ring = Keyring(folder / f"teller-{number}")
        ring.root.mkdir()
        ring.key_file.write_bytes(key.locked("small", f"p{number}", SYSTEM.data).to_json() + b"\n")
        secret = folder / f"passphrase-{number}"
        secret.write_text(f"p{number}\n", "utf-8")
        options += ["--key", ring.root, "--passphrase-file", secret]
    return options


def test_two_tellers_enter_a_batch_from_files(bench: Make, tmp_path: Path) -> None:
    """Different files give exit code 5; equal ones are sealed, and the counts are shown."""
    small = bench()
    options = _teller_options(small, tmp_path)
    for member in ("m4", "m5"):
        run("revoke", small.folder.root, member, "--reason", "paper")
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('[[papers]]\nchair = ["a"]\n[[papers]]\nchair = ["b", "a"]\n', "utf-8")
    second.write_text('[[papers]]\nchair = ["a"]\n[[papers]]\nchair = ["a", "b"]\n', "utf-8")
    options += ["--papers", first, "--papers", second]
    refused = run("enter", small.folder.root, *options, code=5)
    assert "paper 2, Chair: 1 B, 2 A; or 1 A, 2 B" in refused.stderr
    second.write_text(first.read_text("utf-8"), "utf-8")
    assert run("enter", small.folder.root, *options).stdout == "chair: 2 papers\n"
    assert "On paper   2 members; 2 papers" in run("status", small.folder.root).stdout
    assert "given paper: 2" in run("enter", small.folder.root, *options, code=1).stderr


def test_two_tellers_key_at_the_terminal_and_again_where_they_differ(
    bench: Make, tmp_path: Path
) -> None:
    """The second does not see what the first keyed; only papers that differ are keyed again."""
    small = bench()
    for member in ("m3", "m4", "m5"):
        run("revoke", small.folder.root, member, "--reason", "paper")
    first = ["3", "1 2 3", "1 - -", "informal"]
    second = ["1 2", "1 2 3", "2 - -", "informal"]
    settled = ["1 - -", "1 - -"]
    options = _teller_options(small, tmp_path)
    code, seen = talk("enter", small.folder.root, *options, typed=first + second + settled)
    assert code == 0
    assert "Please give 3 marks" in seen
    assert "paper 2, Chair: 1 A; or 2 A" in seen
    assert "paper 1, Chair" not in seen
    assert "chair: 3 papers" in seen
    small.all_vote(3)
    published = small.declared()
    assert '"unclear",1,1' in published.opened_papers.read_text("utf-8")
    assert run("verify", published.root).returncode == 0


def test_enter_says_what_it_needs(bench: Make, tmp_path: Path) -> None:
    """Two keys, two files; without a terminal it cannot ask."""
    small = bench()
    options = _teller_options(small, tmp_path)
    assert "--key twice" in run("enter", small.folder.root, code=2).stderr
    assert "twice" in run("enter", small.folder.root, *options[:4], code=2).stderr
    assert "--papers" in run("enter", small.folder.root, *options, code=2).stderr


def test_a_note_is_logged_unless_it_names_a_member(bench: Make) -> None:
    """Everybody may read it."""
    small = bench()
    run("note", small.folder.root, "The mail was down for an hour.")
    assert "names a member" in run("note", small.folder.root, "M3 rang.", code=1).stderr


def test_a_voter_confirms_by_code_by_receipt_and_by_page(bench: Make) -> None:
    """Exit code 0 only for a ballot that counts."""
    small = bench()
    first, second = small.hand_in(
        small.sealed(small.tokens[0], A), small.sealed(small.tokens[0], B, later=1)
    )
    folder = small.published("p").root
    done = run("confirm", folder, str(second.code))
    assert done.stdout == f"{second.code} counts\n"
    receipt = small.folder.receipts / f"{second.code}.tlog-proof"
    assert "counts" in run("confirm", folder, receipt).stdout
    assert "superseded" in run("confirm", folder, str(first.code), code=1).stdout
    assert "not in this log" in run("confirm", folder, "0000-0000-0000-0000", code=1).stdout
    run("confirm", folder, "nonsense", code=3)
    page = next(folder.glob("ballot-*.html"))
    assert "the one that was issued" in run("confirm", folder, page).stdout
    false = small.root / "false.html"
    false.write_bytes(page.read_bytes().replace(b"officer@example.org", b"thief@example.org"))
    assert "Do not type your token" in run("confirm", folder, false, code=1).stdout
    told = json.loads(run("confirm", folder, str(second.code), "--json").stdout)
    assert (told["code"], told["counts"]) == (second.code, True)


def test_a_ballot_sealed_on_the_command_line_is_one_of_the_pages_kind(bench: Make) -> None:
    """`vote P --sealed FILE` from the published folder, without the officer."""
    small = bench()
    folder = small.published("p").root
    choices = small.root / "choices.toml"
    choices.write_text('chair = ["b", "a"]\n', "utf-8")
    sealed = small.root / "sealed.txt"
    options: list[str | Path] = ["--sealed", sealed, "--token-file", "-", "--choices", choices]
    run("vote", folder, *options, stdin=f"{small.tokens[0].text}\n")
    (outcome,) = accept(small.folder, [Source("s", sealed.read_bytes())], MOMENT)
    assert "accepted" in outcome.words
