"""Whatever breaks while a secret is in hand: two lines that hold none of it, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ccin_vote.randomness import SYSTEM
from ccin_vote.seal.armour import to_armour
from tests.support.bench import Bench, Setting
from tests.support.command import DURING
from tests.support.watch import Watch, found, spelled_text

if TYPE_CHECKING:
    from pathlib import Path

IN_HAND = "Token in hand: QUOK-KAN0-MBAT-B1LB-YPOT-0R00"
PASSPHRASE = "Pelican-Lantern-31"
AFTER = "2030-01-25T12:01:00+00:00"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for what is made in it."""
    (tmp_path / "says").write_text(IN_HAND, "utf-8")
    return tmp_path


def voting(place: Path) -> tuple[list[str], str]:
    """Return the command that seals a ballot, and what is typed."""
    small = Bench(place / "run", Setting())
    small.published("p")
    (small.root / "choices").write_text('chair = ["a"]\n', "utf-8")
    options = "--sealed s --token-file - --choices choices"
    return ["vote", "p", *options.split()], small.tokens[0].text


def making_a_key(_: Path) -> tuple[list[str], str]:
    """Return the command that makes a key."""
    return ["keygen", "small", "--name", "S", "--key", "k", "--passphrase-file", "-"], PASSPHRASE


def unsealing(place: Path) -> tuple[list[str], str]:
    """Return the command that unseals shares, with a locked key."""
    small = Bench(place / "run", Setting())
    small.all_vote()
    small.close()
    (small.root / "k").mkdir()
    locked = small.keys[0].locked("small", PASSPHRASE, SYSTEM.data)
    (small.root / "k" / "scrutineer.key").write_bytes(locked.to_json() + b"\n")
    return ["unseal", "closed", "--key", "k", "--passphrase-file", "-"], PASSPHRASE


def issuing(place: Path) -> tuple[list[str], str]:
    """Return the command that writes letters."""
    Bench(place / "run", Setting(issued=False))
    return ["issue", "small"], ""


def accepting(place: Path) -> tuple[list[str], str]:
    """Return the command that takes ballots in."""
    small = Bench(place / "run", Setting())
    (small.root / "ballots").mkdir()
    for number, token in enumerate(small.tokens):
        text = to_armour(small.sealed(token, (1, 2, 3)))
        (small.root / "ballots" / f"{number}.txt").write_text(text, "utf-8")
    return ["accept", "small", "ballots"], ""


CASES = {
    "while a token is read": (voting, "ccin_vote.roll.token:read_token", "RuntimeError"),
    "while a token is looked up": (voting, "ccin_vote.voter.vote:credential_of", "KeyError"),
    "while a ballot is sealed": (voting, "ccin_vote.voter.vote:seal_ballot", "ValueError"),
    "for want of memory": (voting, "ccin_vote.voter.vote:seal_ballot", "MemoryError"),
    "by a system call": (voting, "ccin_vote.voter.vote:seal_ballot", "OSError"),
    "while a key is locked": (making_a_key, "ccin_vote.seal.keys:SecretKey.locked", "TypeError"),
    "while a key is written": (
        making_a_key,
        "ccin_vote.scrutineer.keyring:write_private",
        "AssertionError",
    ),
    "while a key is opened": (unsealing, "ccin_vote.seal.keys:KeyFile.unlock", "RuntimeError"),
    "while shares are unsealed": (
        unsealing,
        "ccin_vote.scrutineer.scrutinise:unseal",
        "IndexError",
    ),
    "while a worker unseals": (unsealing, "ccin_vote.seal.sharing:unseal_share", "KeyError"),
    "while shares are packed": (
        unsealing,
        "ccin_vote.scrutineer.scrutinise:pack_shares",
        "RecursionError",
    ),
    "while tokens are made": (issuing, "ccin_vote.officer.issue:new_token", "RuntimeError"),
    "while letters are written": (
        issuing,
        "ccin_vote.correspondence.outbox:letter_mail",
        "KeyError",
    ),
    "in a way that no worker can tell": (
        issuing,
        "ccin_vote.correspondence.outbox:letter_mail",
        "Odd",
    ),
    "while a ballot is judged": (accepting, "ccin_vote.officer.arrival:judge", "RuntimeError"),
    "while a receipt is written": (
        accepting,
        "ccin_vote.officer.receipts:receipt_reply",
        "KeyError",
    ),
}


@pytest.mark.parametrize("when", CASES)
def test_an_error_at_any_time_shows_nothing_of_what_was_in_hand(place: Path, when: str) -> None:
    """It says where it was and what to do, and ends with exit code 1; in workers, too."""
    prepare, broken, kind = CASES[when]
    command, typed = prepare(place)
    watch = Watch(place / "run", place / "seen")
    now = AFTER if prepare is unsealing else DURING
    more = {"WATCH_BREAK": broken, "WATCH_KIND": kind, "WATCH_SAYS": str(place / "says")}
    done = watch.run(*command, now=now, stdin=f"{typed}\n", code=1, WATCH_MANY="1", **more)
    assert watch.records("broken"), "the function was not called"
    assert "What to do: " in done.stderr
    secrets = {"in hand": spelled_text(IN_HAND), "typed": spelled_text(typed or IN_HAND)}
    for name in ("B1LB", "in hand"):
        assert name not in done.stdout + done.stderr
    assert found(secrets, watch.everything("small/private/letters", "k/scrutineer.key")) == []


def test_stopping_a_command_with_workers_shows_no_traceback(place: Path) -> None:
    """Control-C reaches the workers as well; the command says that nothing is lost."""
    command, _ = issuing(place)
    watch = Watch(place / "run", place / "seen")
    slow = "ccin_vote.correspondence.outbox:letter_mail"
    environment = watch.environment(
        WATCH_MANY="1", WATCH_SLOW=slow, CCIN_VOTE_REHEARSAL_CLOCK=DURING
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "ccin_vote", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=watch.root,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not watch.records("slow") and time.monotonic() < until:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    (watch.beside / "record.go").touch()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in out + err
    assert b"Stopped" in err
