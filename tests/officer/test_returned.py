"""What came back and is no ballot: whose letter it was, and what the officer is told to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.correspondence.mailbox import Source
from ccin_vote.officer.accept import Outcome, accept
from ccin_vote.officer.bounces import bounces
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change, revoke
from ccin_vote.poll.state import box_of
from ccin_vote.randomness import SYSTEM
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.snapshot import Snapshot
from tests.support.bench import DURING
from tests.support.mails import SHAPES, _head, _part
from tests.support.returned import letter_to, qmail, reply, standard

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

    Make = Callable[..., Bench]

MARKS = (1, 2, 3)


def taken(small: Bench, *mails: bytes) -> list[Outcome]:
    """Hand in some mails."""
    return accept(small.folder, [Source("mail", mail) for mail in mails], DURING)


def test_a_letter_that_did_not_arrive_is_named_with_the_command(bench: Make) -> None:
    """By the member's name; the log knows nothing of it, and the mail is kept."""
    small = bench()
    before = small.folder.log.read_bytes()
    (outcome,) = taken(small, mail := standard("M1@X.org"))
    assert outcome.told is not None
    assert "the mail to M1 (M1@X.org) did not arrive (there is no such address, 5.1.1)" in (
        outcome.words
    )
    command = f"`ccin-vote reissue {small.folder.root} m1 --reason wrong-address --email ADDRESS`"
    assert command in outcome.told.next
    assert outcome.asks
    assert small.folder.log.read_bytes() == before
    assert [path.read_bytes() for path in small.folder.rejected.iterdir()] == [mail]


def _voted(small: Bench) -> None:
    small.hand_in(small.sealed(small.tokens[1], MARKS))


def _moved(small: Bench) -> None:
    reissue(small.folder, "m1", Change("contact-changed", email="n@y.org"), SYSTEM)


SETTLED: dict[str, Callable[[Bench], object]] = {
    "its ballot is in the log": _voted,
    "its token is void": lambda small: revoke(small.folder, "m1", Change("paper")),
    "a later letter went to n@y.org": _moved,
    "the poll is closed": lambda small: small.close(),
}


@pytest.mark.parametrize("why", SETTLED)
def test_nothing_is_to_be_done_where_the_letter_no_longer_matters(bench: Make, why: str) -> None:
    """And the command then ends well."""
    small = bench()
    SETTLED[why](small)
    (outcome,) = taken(small, standard("m1@x.org"))
    assert outcome.words.endswith(f"; {why}. Next: nothing to do.")
    assert not outcome.asks


QUIET = {
    "has not arrived yet; its server goes on trying": standard("m1@x.org", "delayed", "4.4.7"),
    "arrived": standard("m1@x.org", "delivered", "2.1.5"),
    "was passed on": standard("m1@x.org", "relayed", "2.0.0"),
    "from M1 (m1@x.org)": reply("m1@x.org", "Auto-Submitted: auto-replied"),
    "from a@y.org (no letter went there)": reply("a@y.org", "X-Autoreply: yes"),
}


@pytest.mark.parametrize("words", QUIET)
def test_what_needs_nothing_is_named_and_does_not_fail(bench: Make, words: str) -> None:
    """An automatic reply is no ballot that was refused."""
    small = bench()
    (outcome,) = taken(small, QUIET[words])
    assert words in outcome.words
    assert "not a ballot" not in outcome.words
    assert not outcome.asks


def test_an_automatic_reply_of_a_member_who_voted_needs_nothing(bench: Make) -> None:
    """Whoever is on leave, the ballot is in."""
    small = bench()
    _voted(small)
    (outcome,) = taken(small, reply("m1@x.org", "Auto-Submitted: auto-replied"))
    assert outcome.words.endswith("Next: nothing to do.")


UNKNOWN = {
    "no letter went there": standard("nobody@y.org"),
    "it names nobody": standard("m1@x.org").replace(b"Final-Recipient", b"X"),
    "what looks like a delivery report": b"From: postmaster@y.org\n"
    b"Subject: Undeliverable: Your ballot\n\nNot delivered: m1@x.org\n",
}


@pytest.mark.parametrize("words", UNKNOWN)
def test_a_report_that_is_not_clear_says_how_far_it_goes(bench: Make, words: str) -> None:
    """The officer has to read it."""
    (outcome,) = taken(bench(), UNKNOWN[words])
    assert words in outcome.words
    assert outcome.asks


RETURNED: dict[str, Callable[[bytes], bytes]] = {
    "whole, in a report": lambda letter: standard("m1@x.org", returned=letter),
    "as text, under a bounce of qmail": lambda letter: qmail("m1@x.org", letter),
    "quoted by a person": lambda letter: (
        _head()
        + _part("text/plain", b"".join(b"> " + line + b"\n" for line in letter.splitlines()))
    ),
    "by itself": lambda letter: letter,
}


@pytest.mark.parametrize("how", RETURNED)
def test_a_letter_that_came_back_with_its_token_says_so_loudly(bench: Make, how: str) -> None:
    """Whose it is and what to do; the token is neither said nor written anywhere."""
    small = bench()
    mail = RETURNED[how](letter_to(small, "m1@x.org"))
    outcomes = taken(small, mail)
    assert outcomes[0].told is not None
    assert "WARNING: THE TOKEN OF M1 STANDS IN THIS MAIL" in outcomes[0].words
    assert f"`ccin-vote reissue {small.folder.root} m1" in outcomes[0].told.next
    bounced = "report" in how or "bounce" in how
    assert ("--email ADDRESS" in outcomes[0].told.next) == bounced
    groups = small.tokens[1].text.split("-")
    assert not [one for one in outcomes if groups[2] in one.words]
    assert not small.folder.rejected.exists()
    assert len([one for one in outcomes if "reissue" in one.words]) == 1


def test_a_void_token_in_a_mail_is_no_alarm(bench: Make) -> None:
    """Where the ballot is in, both would become void."""
    small = bench()
    small.hand_in(small.sealed(small.tokens[2], MARKS))
    mail = standard("m1@x.org", returned=letter_to(small, "m1@x.org"))
    other = standard("m2@x.org", returned=letter_to(small, "m2@x.org"))
    reissue(small.folder, "m1", Change("lost"), SYSTEM)
    assert "the token of M1 stands in it, and is void" in taken(small, mail)[0].words
    assert "its ballot is in;" in taken(small, other)[0].words
    assert "--supersede`" in taken(small, other)[0].words


def test_a_refused_ballot_with_the_letter_under_it_is_not_kept(bench: Make) -> None:
    """A token is written nowhere, whatever else is in the mail."""
    small = bench()
    text = to_armour(small.sealed(small.tokens[1], MARKS))
    letter = f"{small.tokens[1].text}\n"
    revoke(small.folder, "m1", Change("lost"))
    (outcome,) = taken(small, (text + letter).encode())
    assert "refused" in outcome.words
    assert not small.folder.rejected.exists()


def test_a_ballot_inside_a_bounce_is_never_accepted_by_itself(bench: Make) -> None:
    """It is kept under its code; once its member says so, the command that is told takes it in."""
    small = bench()
    ballot = to_armour(small.sealed(small.tokens[1], MARKS))
    mail = standard("officer@example.org", returned=SHAPES["a plain text"](ballot))
    outcomes = taken(small, mail)
    held = outcomes[-1]
    assert held.code is not None
    assert held.asks
    assert f"{held.code} was NOT accepted: nothing shows that M1 sent it to you" in held.words
    assert box_of(Snapshot.read(small.folder).poll).returned == 0
    path = small.folder.rejected / f"{held.code}.txt"
    assert f"`ccin-vote accept {small.folder.root} {path}`" in held.words
    assert "accepted" in taken(small, path.read_bytes())[0].words
    assert "in the log already" in taken(small, mail)[-1].words


def test_a_held_ballot_that_would_be_refused_is_not_logged(bench: Make) -> None:
    """A program's mail leaves nothing in the log, whatever is in it."""
    small = bench()
    ballot = to_armour(small.sealed(small.tokens[1], MARKS))
    small.hand_in(small.sealed(small.tokens[1], MARKS, later=9))
    mail = standard("officer@example.org", returned=SHAPES["a plain text"](ballot))
    assert "would be refused: older" in taken(small, mail)[-1].words
    assert not box_of(Snapshot.read(small.folder).poll).refused


def test_bounces_reads_and_writes_nothing(bench: Make) -> None:
    """Ballots are left for `accept`."""
    small = bench()
    before = {path: path.read_bytes() for path in small.folder.root.rglob("*") if path.is_file()}
    ballot = to_armour(small.sealed(small.tokens[1], MARKS)).encode()
    mails = [standard("m1@x.org"), b"Hello.", ballot, reply("m2@x.org", "X-Autoreply: yes")]
    read = bounces(small.folder, [Source(str(n), mail) for n, mail in enumerate(mails)])
    assert [(source, told.member) for source, told in read.told] == [("0", "m1"), ("3", "m2")]
    assert (read.mails, read.ballots) == (4, 1)
    after = {path: path.read_bytes() for path in small.folder.root.rglob("*") if path.is_file()}
    assert after == before
