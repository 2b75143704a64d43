"""Letters and mails: what is in them, for whom, and the organisation's own templates."""

from __future__ import annotations

import csv
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.letter import qr_code
from ccin_vote.correspondence.mail import _address_to
from ccin_vote.correspondence.templates import PLACES, built_in, read_templates
from ccin_vote.errors import BadInput
from ccin_vote.officer.issue import issue
from ccin_vote.officer.remind import Reminded, remind
from ccin_vote.randomness import SYSTEM
from ccin_vote.roll.roll import Member
from tests.support.bench import DURING, members

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

HOSTILE = '''
[[members]]
id = "evil"
name = """<img src=x onerror=alert(1)> & Söhne {{ token }}"""
contact = """\\"Dr\\" O'Hara, Éva"""
email = "eva+vote@example.org"
'''


def mails(folder: Path) -> list[EmailMessage]:
    """Give the e-mails in a folder."""
    return [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(folder.glob("*.eml"))
    ]


def body(mail: EmailMessage, kind: str) -> str:
    """Give the text or HTML of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def rows(small: Bench) -> list[dict[str, str]]:
    """Give the mail-merge table."""
    text = (small.folder.letters / "mail-merge.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_every_member_gets_one_mail_one_letter_and_one_row(bench: Make) -> None:
    """All three with the same token, and nobody else's."""
    small = bench()
    by_address = {
        str(mail["To"].addresses[0].addr_spec): mail for mail in mails(small.folder.letters)
    }
    table = rows(small)
    assert len(by_address) == len(table) == 6
    tokens = [row["token"] for row in table]
    assert len(set(tokens)) == 6
    for row in table:
        texts = [body(by_address[row["email"]], kind) for kind in ("plain", "html")]
        texts.append((small.folder.letters / f"{row['letter']}.html").read_text("utf-8"))
        for text in texts:
            assert [token for token in tokens if token in text] == [row["token"]]


def test_the_page_is_attached_and_its_digest_stands_in_the_text(bench: Make) -> None:
    """What the member opens is what the log names."""
    small = bench()
    mail = mails(small.folder.letters)[0]
    (attached,) = mail.iter_attachments()
    data = small.folder.published.pages[0].read_bytes()
    assert attached.get_filename() == small.folder.published.pages[0].name
    assert attached.get_content().encode() == data
    assert sha256(data).hex() in body(mail, "plain")
    assert sha256(data).hex() in body(mail, "html")


def test_a_mail_opens_as_a_draft_to_be_answered_to_the_officer(bench: Make) -> None:
    """Subject, reply-to and the draft mark of mail programs; a rehearsal says so."""
    mail = mails(bench().folder.letters)[0]
    assert str(mail["Subject"]) == "REHEARSAL: Your ballot: A small election"
    assert mail["Reply-To"].addresses[0].addr_spec == "officer@example.org"
    assert mail["X-Unsent"] == "1"
    assert "REHEARSAL" in body(mail, "plain")


def test_names_of_files_tell_nothing_and_nobody_else_may_read_them(bench: Make) -> None:
    """Random names, folder 0700, files 0600."""
    letters = bench().folder.letters
    files = [path for path in letters.iterdir() if path.suffix != ".csv"]
    assert all(re.fullmatch(r"[0-9a-f]{16}\.(eml|html)", path.name) for path in files)
    assert letters.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in letters.iterdir()} == {0o600}


def test_a_hostile_name_is_only_a_name(bench: Make) -> None:
    """In HTML, in headers, in the table, and where a template would fill it in."""
    small = bench(roll=HOSTILE + members(5))
    mail = next(
        each_mail for each_mail in mails(small.folder.letters) if "eva+vote" in str(each_mail["To"])
    )
    assert "<img" not in body(mail, "html")
    assert "&lt;img" in body(mail, "html")
    assert "Söhne {{ token }} may vote" in " ".join(body(mail, "plain").split())
    assert mail["To"].addresses[0].display_name == '"Dr" O\'Hara, Éva'


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_reads_no_formula_in_the_table(bench: Make, name: str) -> None:
    """A name that would be one is shown as text."""
    roll = members(5) + HOSTILE.replace("<img src=x onerror=alert(1)> & Söhne {{ token }}", name)
    cells = [cell for row in rows(bench(roll=roll)) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_a_line_of_a_mail_is_never_longer_than_a_screen(bench: Make) -> None:
    """72 columns, but for what must not be broken."""
    small = bench()
    text = body(mails(small.folder.letters)[0], "plain")
    assert [line for line in text.splitlines() if len(line) > 72 and " " in line.strip()] == []


def test_the_letter_carries_the_token_as_a_picture_a_telephone_reads(bench: Make) -> None:
    """The QR code is made of the token as it is printed; it is drawn, not loaded."""
    small = bench()
    row = rows(small)[0]
    html = (small.folder.letters / f"{row['letter']}.html").read_text("utf-8")
    assert qr_code(row["token"]) in html
    assert "src=" not in html


def test_a_reminder_holds_no_token_and_goes_only_to_those_without_a_ballot(bench: Make) -> None:
    """Whoever reads it over a shoulder can do nothing with it."""
    small = bench()
    small.all_vote(4)
    assert remind(small.folder, SYSTEM) == Reminded(2)
    found = mails(small.folder.reminders)
    assert {mail["To"].addresses[0].addr_spec for mail in found} == {"m4@x.org", "m5@x.org"}
    for mail in found:
        assert not any(token.text in body(mail, "plain") for token in small.tokens)
        assert next(mail.iter_attachments()).get_filename() == "ballot-chair.html"
    small.hand_in(small.sealed(small.tokens[4], (1, 2, 3)))
    assert remind(small.folder, SYSTEM) == Reminded(1)
    assert len(mails(small.folder.reminders)) == 1


def test_a_receipt_goes_back_to_the_voter_and_tells_no_choice(bench: Make) -> None:
    """The reply has the code and the receipt as a file, for the member's own address."""
    small = bench()
    (outcome,) = small.hand_in(small.sealed(small.tokens[2], (1, 2, 3)))
    (reply,) = mails(small.folder.receipts)
    assert reply["To"].addresses[0].addr_spec == "m2@x.org"
    assert outcome.code is not None
    assert outcome.code in body(reply, "plain")
    assert next(reply.iter_attachments()).get_content() == str(outcome.receipt)


def test_who_signed_a_refused_ballot_is_told_why(bench: Make) -> None:
    """At the address that reaches the member now; strangers are told nothing."""
    small, other = bench(), bench()
    token = small.tokens[3]
    small.hand_in(small.sealed(token, (1, 2, 3), later=9))
    older = small.hand_in(small.sealed(token, (1, 2, 3)))[0]
    small.hand_in(other.sealed(other.tokens[0], (1, 2, 3)))
    replies = {str(mail["Subject"]): mail for mail in mails(small.folder.receipts)}
    assert len(replies) == 2
    told = replies["REHEARSAL: Your ballot was not accepted: A small election"]
    assert told["To"].addresses[0].addr_spec == "m3@x.org"
    assert str(older.code) in body(told, "plain")
    assert "older than the one held; check the device's clock" in body(told, "plain")
    assert list(told.iter_attachments()) == []


def test_the_organisations_own_templates_are_used(bench: Make) -> None:
    """Each may be replaced alone; what is not replaced is the tool's."""
    small = bench(issued=False)
    small.folder.templates.mkdir()
    own = "Hallo {{ contact }}!\n\n    {{ token }}\n\nAt $ 5 from {{ organisation }}."
    (small.folder.templates / "mail.txt").write_text(own, "utf-8")
    issue(small.folder, SYSTEM)
    mail = mails(small.folder.letters)[0]
    assert body(mail, "plain").startswith("Hallo C!")
    assert "At $ 5 from Stand-in." in body(mail, "plain")
    assert "How to vote" in body(mail, "html")


def test_places_may_stand_beside_each_other_in_a_template(bench: Make) -> None:
    """A member's own value before one that all letters share; blank lines of HTML stay."""
    small = bench(issued=False)
    small.folder.templates.mkdir()
    own = "{{contact}}{{organisation}}{{contact}}-{{title}}$$\n\n{{token}}{{organisation}}"
    (small.folder.templates / "mail.txt").write_text(own, "utf-8")
    (small.folder.templates / "mail.html").write_text(f"\n<p>{own}</p>\n\n", "utf-8")
    issue(small.folder, SYSTEM)
    mail = mails(small.folder.letters)[0]
    for kind in ("plain", "html"):
        assert "CStand-inC-A small election$$" in body(mail, kind)
    assert re.search("-[0-9A-Z]{4}Stand-in", body(mail, "plain"))
    assert body(mail, "html").startswith("\r\n<p>")
    assert body(mail, "html").endswith("</p>\r\n\r\n")


SLIPS = {
    "a place that is not known": ("{{ token }} {{ tokne }}", "{{ tokne }}", "did you mean 'token'"),
    "a place as it was written before": ("{{ token }} $title", "$title is how", "{{ title }}"),
    "the same in braces": ("${token}", "${token} is how", "write {{ token }}"),
    "a place that never ends": ("{{ token }} {{ title", "mail.txt:1", "end of print statement"),
    "a tag that is not known": ("{{ token }}\n{% fi title %}", "mail.txt:2", "unknown tag 'fi'"),
    "a filter that is not known": ("{{ token|uper }}", "no filter 'uper'", "did you mean 'upper'"),
    "a test that is not known": ("{{ token is strin }}", "no test 'strin'", "'string'"),
    "another file": ("{{ token }}{% include '/etc/passwd' %}", "another file", "mail.txt:1"),
    "a way out of the sandbox": ("{{ token.__class__.__mro__ }}", "filled in", "unsafe"),
    "what a text does not have": ("{{ token }}\n\n{{ token.x }}", "mail.txt:3", "no attribute 'x'"),
    "what cannot be reckoned": ("{{ token }}\n{{ 1 / 0 }}", "mail.txt:2", "division by zero"),
    "what is nested too deeply": ("{{ token }}{{" + "(" * 9999, "no template", "deeply"),
    "loops that are nested too deeply": (
        "{{ token }}" + "{% for x in title %}" * 30 + "{% endfor %}" * 30,
        "mail.txt:1",
        "too many statically nested blocks",
    ),
    "no token": ("Dear {{ contact }}{# {{ token }} #}", "{{ token }} is missing", "no use"),
    "not UTF-8": ("\udcff", "UTF-8", "editor"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_template_is_said_before_any_letter_is_written(bench: Make, slip: str) -> None:
    """With file, line and what to do; no credential is logged."""
    text, problem, hint = SLIPS[slip]
    small = bench(issued=False)
    small.folder.templates.mkdir()
    (small.folder.templates / "mail.txt").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput) as caught:
        issue(small.folder, SYSTEM)
    told = str(caught.value.diagnostics())
    assert "mail.txt" in told
    assert problem in told
    assert hint in told
    assert not small.folder.letters.exists()


def test_all_mistakes_in_all_templates_are_said_at_once() -> None:
    """Each with its line, in whatever way the lines end."""
    own = {
        "mail.txt": ("a", b"{{ tokne }}\r\n{{ offcer|uper }}\r{{ titel }} $closes\n"),
        "mail.html": ("b", b"{{ token }}\n{% if %}"),
        "refused.txt": ("c", b"{{ code }} {{ cause }}"),
    }
    _, mistakes = read_templates(own)
    assert {(mistake.file, mistake.line) for mistake in mistakes} == {
        *(("a", 1), ("a", 2), ("a", 3), ("b", 2), ("c", 1)),
    }
    assert [each_mistake.line for each_mistake in mistakes if each_mistake.file == "a"] == [
        3,
        2,
        1,
        2,
        3,
    ]


def test_the_built_in_templates_pass_their_own_check() -> None:
    """Every place in them is known."""
    own = {name: (name, built_in(name).encode()) for name in PLACES}
    assert read_templates(own)[1] == []


def test_a_template_may_ask_and_repeat(bench: Make) -> None:
    """It is the language of Jinja; what comes to nothing leaves no empty paragraph."""
    small = bench(issued=False)
    small.folder.templates.mkdir()
    own = "{% if where %}\n{{ where }}\n{% endif %}\n\n{{ token|lower }}\n\n{{ where }}\n\nEnd\n"
    (small.folder.templates / "mail.txt").write_text(own, "utf-8")
    issue(small.folder, SYSTEM)
    for mail in mails(small.folder.letters):
        assert re.fullmatch(r"[0-9a-z-]{29}\r?\n\r?\nEnd\r?\n", body(mail, "plain"))


def test_the_web_address_stands_where_there_is_one(bench: Make) -> None:
    """So that a voter without an attachment finds the page."""
    small = bench(options='web = "https://vote.example.org/2030/"')
    text = " ".join(body(mails(small.folder.letters)[0], "plain").split())
    assert "https://vote.example.org/2030/ballot-chair.html" in text
    assert small.hand_in(small.sealed(small.tokens[0], (1, 2, 3)), now=DURING)


NOT_FOLDED = 2
"""Line ends of a mail without a text: that of its one header, and the empty line."""


@given(
    contact=st.lists(st.text("abXY09'-.,@()\u00e9", min_size=1), min_size=1, max_size=6),
    email=st.from_regex(
        r"[a-z0-9_-]{1,20}(\.[a-z0-9]{1,20})?@[a-z0-9]{1,20}\.[a-z]{2,5}", fullmatch=True
    ),
)
def test_an_address_comes_out_of_a_mail_as_it_went_in(contact: list[str], email: str) -> None:
    """Whether it has to be encoded or not; of a name that takes several lines the letters count."""
    member = Member(id="a", name="A", contact=" ".join(contact), email=email)
    mail = EmailMessage(policy=SMTP)
    _address_to(mail, member)
    (read,) = message_from_bytes(mail.as_bytes(), policy=default)["To"].addresses
    assert read.addr_spec == email
    assert re.findall(r"\w", read.display_name) == re.findall(r"\w", member.contact)
    short = len(member.contact) + len(email) <= 60
    if short and mail.as_bytes().count(b"\r\n") == NOT_FOLDED:
        assert read.display_name == member.contact


def test_a_long_name_with_a_comma_is_no_second_address() -> None:
    """Otherwise the letter with the token would go there."""
    contact = f"{'Long ' * 15}, someone@example.net, {'Name ' * 15}".strip()
    mail = EmailMessage(policy=SMTP)
    _address_to(mail, Member(id="a", name="A", contact=contact, email="a@example.org"))
    read = message_from_bytes(mail.as_bytes(), policy=default)
    assert [address.addr_spec for address in read["To"].addresses] == ["a@example.org"]
