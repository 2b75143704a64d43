"""What a mail is by its headers: a delivery report, an automatic reply, or a person's."""

from __future__ import annotations

import time

import pytest

from ccin_vote.correspondence.message import Contents, read_contents
from ccin_vote.correspondence.report import DeliveryReport, Recipient
from ccin_vote.correspondence.sort import AutomaticReply, OtherReport
from ccin_vote.seal.armour import BadBallot, to_armour
from tests.correspondence.test_mailbox import BALLOT, TEXT, made
from tests.support.mails import SHAPES, _head, _part, _parts
from tests.support.returned import exchange, exim, qmail, reply, standard

FAILED = {
    "the standard form": standard("m1@x.org"),
    "the standard form, addresses beyond ASCII": standard("m1@x.org").replace(
        b"message/delivery-status", b"message/global-delivery-status"
    ),
    "the form of qmail": qmail("m1@x.org"),
    "the header of Exim": exim("m1@x.org"),
    "an old Exchange server's words": exchange("m1@x.org"),
}


@pytest.mark.parametrize("form", FAILED)
def test_a_delivery_report_names_the_address_in_every_form(form: str) -> None:
    """And is not said to lack a ballot."""
    contents = read_contents(FAILED[form])
    assert isinstance(contents.sort, DeliveryReport)
    assert [one.address for one in contents.sort.recipients] == ["m1@x.org"]
    assert contents.sort.guessed == (form == "an old Exchange server's words")
    assert contents.found == []


def test_action_and_status_are_read() -> None:
    """Of each recipient; the address that we wrote stands before the one it was sent on to."""
    mail = standard("m1@x.org", "delayed", "4.4.7")
    more = b"\r\nOriginal-Recipient: rfc822;m2@x.org\r\nFinal-Recipient: RFC822; m3@y.org\r\n"
    mail = mail.replace(b"Status: 4.4.7\r\n", b"Status: 4.4.7\r\n" + more + b"Action: FAILED\r\n")
    sort = read_contents(mail).sort
    assert sort == DeliveryReport(
        (
            Recipient("m1@x.org", "delayed", "4.4.7"),
            Recipient("m2@x.org", "failed", ""),
            Recipient("m3@y.org", "failed", ""),
        )
    )


SIGNS = {
    "RFC 3834": ("Auto-Submitted: auto-replied", True),
    "RFC 3834 with a parameter": ("Auto-Submitted: Auto-Replied; owner-email=a@x.org", True),
    "an older header": ("X-Autoreply: yes", True),
    "another older header": ("X-Autorespond: leave", True),
    "Outlook's subject": ("Subject: Automatic reply: Your ballot", False),
    "Outlook's subject, encoded": ("Subject: =?utf-8?Q?Automatic_reply=3A_Your_ballot?=", False),
    "an older subject": ("Subject: Out of Office: Your ballot", False),
    "a precedence": ("Precedence: auto_reply", False),
    "sent by a program of its own accord": ("Auto-Submitted: auto-generated", False),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_an_automatic_reply_is_named_for_what_it_is(sign: str) -> None:
    """Whether it says so itself, or only looks so."""
    header, certain = SIGNS[sign]
    assert read_contents(reply("m1@x.org", header)) == Contents(
        [], AutomaticReply("m1@x.org", certain=certain)
    )


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_other_reports_are_named(kind: str) -> None:
    """Read receipts (RFC 8098) and complaints (RFC 5965)."""
    mail = standard("m1@x.org").replace(b"=delivery-status", b"=" + kind.encode(), 1)
    assert isinstance(read_contents(mail).sort, OtherReport)


PEOPLE = {
    "X-Auto-Response-Suppress, which asks others not to answer": "X-Auto-Response-Suppress: All",
    "Auto-Submitted: no": "Auto-Submitted: no",
    "a form or scanner that sends for a person": "Auto-Submitted: auto-generated",
    "a list that sends it on": "Precedence: bulk",
    "a subject like an automatic reply's": "Subject: Automatic reply: Your ballot",
    "a subject like a report's": "Subject: Undeliverable: my ballot",
}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_ballot_is_taken_where_no_program_says_that_it_answers(who: str) -> None:
    """Weaker signs never cost a member its vote."""
    mail = f"{PEOPLE[who]}\r\n".encode() + SHAPES["a plain text"](TEXT)
    assert read_contents(mail) == Contents([BALLOT])


def test_words_like_those_of_qmail_are_no_report() -> None:
    """A person may begin a mail with them."""
    mail = _head() + _part("text/plain", f"Hi. This is the ballot.\n\n{TEXT}".encode())
    assert read_contents(mail) == Contents([BALLOT])


PLAIN = SHAPES["a plain text"](TEXT)
BASE64 = SHAPES["Outlook, hyphens made dashes, in base64"](TEXT)
EDGE = "Content-Disposition: attachment; filename=bounce.eml"
PROGRAMS = {
    "a mail that came back": standard("o@x.org", returned=PLAIN),
    "a mail in base64 that came back": standard("o@x.org", returned=BASE64),
    "the copy under a bounce of qmail": qmail("o@x.org", PLAIN),
    "an automatic reply that quotes it": b"Auto-Submitted: auto-replied\r\n" + PLAIN,
    "a report that a person forwards": _head()
    + _parts("mixed", _part("message/rfc822", standard("o@x.org", returned=PLAIN))),
    "a report that a person attaches as a file": _head()
    + _parts(
        "mixed",
        _part("text/plain", b"It came back."),
        _part("application/octet-stream", standard("o@x.org", returned=BASE64), EDGE),
    ),
    "a report beside other parts": _head()
    + _parts("mixed", b"X: y\r\n" + standard("o@x.org", returned=PLAIN)),
}


@pytest.mark.parametrize("where", PROGRAMS)
def test_a_ballot_in_what_a_program_sent_is_held(where: str) -> None:
    """Wherever in it, and although it stands in the source of the mail, too."""
    contents = read_contents(PROGRAMS[where])
    assert contents.held == (BALLOT,)
    assert not [one for one in contents.found if not isinstance(one, BadBallot)]


def test_a_ballot_that_a_person_sends_beside_the_report_is_taken() -> None:
    """The member sends it again, and attaches what came back."""
    other = SHAPES["a plain text"](to_armour(made(2)))
    report = _part("message/rfc822", standard("o@x.org", returned=other))
    own = _part("text/plain", TEXT.encode())
    contents = read_contents(_head() + _parts("mixed", own, report))
    assert (contents.found, contents.held) == ([BALLOT], (made(2),))
    same = _part("message/rfc822", standard("o@x.org", returned=PLAIN))
    assert read_contents(_head() + _parts("mixed", own, same)) == Contents([BALLOT])


HOSTILE = {
    "very many recipients": standard("m1@x.org").replace(
        b"\r\nFinal", b"\r\nFinal-Recipient: rfc822; a@x.org\r\n\r\n" * 50_000 + b"Final"
    ),
    "an address without end": standard("a" * 1_000_000 + "@x.org"),
    "groups of four without end": _head() + _part("text/plain", b"AAAA-" * 400_000),
    "words like a bounce without end": qmail("x@x.org" + ">:\n<a@x.org" * 100_000),
    "a subject without end": b"Subject: =?utf-8?Q?" + b"=41" * 300_000 + b"?=\n\n",
    "a report in reports without end": b"Content-Type: multipart/report; boundary=x;"
    b" report-type=delivery-status\r\n\r\n--x\r\n" * 1000,
    "a status in no known encoding": standard("m1@x.org").replace(
        b"Content-Type: message/delivery-status",
        b"Content-Type: message/delivery-status; charset=\xff\r\nContent-Transfer-Encoding: x-y",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_report_takes_long(what: str) -> None:
    """Nor stops the others."""
    began = time.process_time()
    read_contents(HOSTILE[what], "small-1")
    assert time.process_time() - began < 5
