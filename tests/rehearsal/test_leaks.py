"""Nothing leaks: what a whole election leaves and prints, searched for every secret that it had."""

from __future__ import annotations

import base64
import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from ccin_vote.canonical import to_base64url
from ccin_vote.cli.app import run as run_here
from ccin_vote.officer.reissue import reissue
from ccin_vote.officer.revoke import Change
from ccin_vote.poll.state import manifest_of
from ccin_vote.randomness import Randomness
from ccin_vote.roll.credential import credential_key
from ccin_vote.seal.armour import to_armour
from ccin_vote.store.snapshot import Snapshot
from tests.support.bench import AFTER, Bench, Setting, members
from tests.support.command import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[..., Bench]

NAMES = ("Quokka", "Numbat", "Bilby", "Potoroo", "Bettong", "Wallaroo")
ROLL = "".join(
    f'[[members]]\nid = "id-{name.lower()}"\nname = "{name} Council"\ncontact = "Dr {name}"\n'
    f'email = "{name.lower()}@example.org"\n'
    for name in NAMES
)
PAPERS = [(1, 2, 3), (2, 1, 3), (3, 2, 1), (1, 0, 0), (1, 3, 2), (0, 0, 0)]


def _spellings(secret: bytes) -> Iterator[bytes]:
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield to_base64url(secret).encode()


def secrets_of(small: Bench) -> dict[str, list[bytes]]:
    """Return every secret in every spelling: tokens, credentials' seeds, scrutineers' keys."""
    election = manifest_of(Snapshot.read(small.folder).poll).election
    found: dict[str, list[bytes]] = {}
    for number, token in enumerate(small.tokens):
        symbols = token.symbols.encode()
        found[f"token {number}"] = [token.text.encode(), symbols, symbols.lower()]
        seed = credential_key(token, election).private_bytes_raw()
        found[f"seed {number}"] = list(_spellings(seed))
    for number, key in enumerate(small.keys, start=1):
        raw = (key.sign.private_bytes_raw(), key.unseal.private_bytes_raw())
        found[f"key {number}"] = [spelling for part in raw for spelling in _spellings(part)]
    return found


def _files(folder: Path, *exempt: str) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in exempt for part in path.relative_to(folder).parts):
            yield path


def test_no_secret_is_left_or_published(bench: Make) -> None:
    """Tokens are in the letters alone; members beside credentials in the register alone."""
    small = bench(roll=ROLL)
    tokens = small.tokens
    secrets = secrets_of(small)
    for token, marks in zip(tokens, PAPERS, strict=True):
        small.hand_in(small.sealed(token, marks))
    reissue(small.folder, "id-bilby", Change("lost", supersede=True), small.randomness)
    secrets |= secrets_of(small)
    published = small.declared()
    for path in _files(small.root, "letters"):
        data = path.read_bytes()
        for name, spellings in secrets.items():
            assert not any(spelling in data for spelling in spellings), f"{name} in {path}"
    for path in _files(published.root):
        text = path.read_text("utf-8", "replace").casefold()
        for name in NAMES:
            assert name.casefold() not in text, f"{name} in {path}"


def test_no_choice_is_readable_before_the_opening(bench: Make) -> None:
    """No file of the officer's changes with a choice, but for ciphertexts of one length."""
    sizes = set()
    for marks in PAPERS:
        small = bench(roll=ROLL)
        ballot = small.sealed(small.tokens[0], marks)
        sizes.add((len(ballot.ciphertext), *map(len, ballot.shares), *map(len, ballot.digests)))
        plain = b"".join(mark.to_bytes(2, "big") for mark in marks)
        assert plain not in ballot.ciphertext or not any(marks)
    assert len(sizes) == 1


def test_the_order_of_acceptance_is_not_in_what_is_opened(bench: Make) -> None:
    """The same ballots in another order give the same opened files, byte for byte."""
    small = bench()
    before = small.root / "before"
    shutil.copytree(small.folder.root, before)
    ballots = [small.sealed(*pair) for pair in zip(small.tokens, PAPERS, strict=True)]
    found = []
    for turn in (1, -1):
        for path in (
            each_path
            for each_path in small.root.iterdir()
            if each_path.is_dir() and each_path != before
        ):
            shutil.rmtree(path)
        shutil.copytree(before, small.folder.root)
        small.hand_in(*ballots[::turn])
        published = small.declared()
        files = (published.opened_papers, published.ballot_file("chair"))
        found.append([path.read_bytes() for path in files])
    assert found[0] == found[1]


@pytest.mark.parametrize("publication", ["full", "scrutineers"])
def test_papers_like_no_other_are_counted_before_they_are_published(
    bench: Make, publication: str
) -> None:
    """Those of members with more votes, too; withheld papers show nobody."""
    roll = members(5) + members(1, "votes = 3\n", first=5)
    small = bench(roll=roll, minimum=1, publication=publication)
    marks = [(1, 2, 3), (1, 2, 3), (1, 2, 3), (2, 1, 3), (0, 0, 0), (1, 2, 3)]
    small.hand_in(*map(small.sealed, small.tokens, marks))
    small.opened()
    done = run("count", small.folder.root, now=AFTER.isoformat())
    for told in (
        "Before you publish: 3 of 6 papers for Chair are like no other.",
        "Before you publish: only 1 paper for Chair with 3 votes each.",
    ):
        assert (told in done.stderr) == (publication == "full")
    assert "5 papers for Chair with" not in done.stderr


def test_papers_like_no_other_are_counted_while_a_lot_is_to_be_drawn(bench: Make) -> None:
    """They can be published then already."""
    small = bench()
    marks = [(1, 2, 3), (2, 1, 3), (1, 2, 3), (2, 1, 3), (1, 3, 2), (3, 1, 2)]
    small.hand_in(*map(small.sealed, small.tokens, marks))
    small.opened()
    done = run("count", small.folder.root, now=AFTER.isoformat(), code=5)
    assert "Before you publish: 2 of 6 papers for Chair are like no other." in done.stderr


def test_sealed_ballots_have_one_length(bench: Make) -> None:
    """As they are sent, whoever votes, whatever is chosen, whenever."""
    small = bench()
    pairs = zip(small.tokens, PAPERS, strict=True)
    sealed = [small.sealed(*pair, later=at * 10**6) for at, pair in enumerate(pairs)]
    assert len({len(to_armour(one)) for one in sealed}) == 1


def _seeded(seed: int) -> Randomness:
    dice = random.Random(seed)
    return Randomness(dice.randbytes, dice.getrandbits)


HIDDEN = {"ciphertext", "shares", "digests", "signature", "manifest", "head", "root", "closed_root"}
HIDDEN |= {"salt", "digest", "signatures", "files", "officer"}
"""Ciphertexts, what is derived from them, and the officer's key, which is new each time."""


def _plain(value: object) -> object:
    """Leave out ciphertexts and what is derived from them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if key not in HIDDEN}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def test_swapping_two_members_votes_changes_nothing_but_ciphertexts(tmp_path: Path) -> None:
    """With the same randomness otherwise, the public folders are the same."""
    found = []
    for turn, papers in enumerate((PAPERS, [PAPERS[1], PAPERS[0], *PAPERS[2:]])):
        small = Bench(tmp_path / str(turn), Setting(randomness=_seeded(4)))
        small.hand_in(*map(small.sealed, small.tokens, papers))
        published = small.declared()
        lines = published.log.read_text("utf-8").splitlines()
        record = json.loads(published.result_record.read_bytes())
        opened = json.loads(published.opened_papers.read_bytes())
        found.append(
            (
                [_plain(json.loads(line)) for line in lines],
                _plain(record),
                _plain(opened),
                published.ballot_file("chair").read_bytes(),
                sorted(path.name for path in _files(published.root)),
            )
        )
    assert found[0] == found[1]


@pytest.mark.parametrize("place", ["read_token", "enter_booth", "seal"])
def test_an_error_inside_shows_no_token(
    bench: Make, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Whatever breaks while a token is in hand, and says it in its own words."""
    small = bench()
    token = small.tokens[0].text
    files = {"token": f"{token}\n", "choices": 'chair = ["a"]\n'}
    for name, text in files.items():
        (small.root / name).write_text(text, "utf-8")

    def broken(*_: object) -> None:
        raise RuntimeError(f"broken at {token}")

    module = "ccin_vote.roll.token" if place == "read_token" else "ccin_vote.voter.vote"
    monkeypatch.setenv("CCIN_VOTE_REHEARSAL_CLOCK", "2030-01-10T09:00:00+00:00")
    monkeypatch.setattr(f"{module}.{place}", broken)
    folder = small.published("p").root
    options = ["--token-file", str(small.root / "token"), "--choices", str(small.root / "choices")]
    code = run_here(["vote", str(folder), "--sealed", str(small.root / "out"), *options])
    told = "".join(capfd.readouterr())
    assert code == 1
    assert "inside ccin-vote (RuntimeError" in told
    assert not any(part in told for part in token.split("-"))


def test_the_command_line_never_holds_a_secret(bench: Make) -> None:
    """No option takes a token, a pass-phrase or a password as its value."""
    small = bench()
    for command in ("vote", "keygen", "scrutinise", "issue", "enter", "accept"):
        told = run(command, "--help").stdout.casefold()
        for word in ("--token ", "--passphrase ", "--password", "--pin"):
            assert word not in told
    wrong = small.tokens[1].text
    done = run("confirm", small.published("p").root, wrong, code=3)
    assert "neither a ballot code" in done.stderr
