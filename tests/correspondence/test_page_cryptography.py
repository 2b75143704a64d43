"""The page's cryptography in a real browser: RFC 9180, and ballots to and from the command line."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.ballot.choices import encode_choices
from ccin_vote.canonical import from_base64url, to_base64url
from ccin_vote.poll.state import manifest_of
from ccin_vote.roll.credential import credential_key, credential_of
from ccin_vote.roll.token import new_token, read_token
from ccin_vote.seal.armour import ballot_code, envelope_digest, find_armour, to_armour
from ccin_vote.seal.envelope import SealedBallot
from ccin_vote.seal.opening import OpenedBallot, open_ballot, unseal_share
from ccin_vote.seal.sealing import SUITE, seal_ballot, seal_to, well_formed
from ccin_vote.store.snapshot import Snapshot
from tests.support.browser import functions

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle

    from ccin_vote.poll.state import Manifest
    from ccin_vote.seal.keys import SecretKey
    from tests.support.bench import Bench
    from tests.support.browser import Voter

BALLOTS = 1000


def text(value: str) -> str:
    """Return hexadecimal as base64url."""
    return to_base64url(bytes.fromhex(value))


A1 = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "ephemeral": "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    "encapsulated": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    "recipient": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    "public": "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
    "shared": "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
    "key": "4531685d41d65f03dc48f6b8302c05b0",
    "nonce": "56d890e5accaaf011cff4b7d",
    "additional": "436f756e742d30",
    "plain": "4265617574792069732074727574682c20747275746820626561757479",
    "sealed": "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
    "6d8770ac83d07bea87e13c512a",
}
"""RFC 9180, appendix A.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; base mode."""

A2 = {
    "ephemeral": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    "encapsulated": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    "public": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    "shared": "0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7",
}
"""Appendix A.2: the same key encapsulation with other keys."""

WORK_A1 = """async ([lib, v]) => {
  const bytes = (name) => lib.fromBase64Url(v[name]);
  const ephemeral = await lib.unsealingPair(bytes("ephemeral"));
  const recipient = await lib.unsealingPair(bytes("recipient"));
  const shared = await lib.sharedSecret(
    ephemeral.privateKey, bytes("public"), ephemeral.publicBytes, bytes("public"));
  const { key, nonce } = await lib.keySchedule(shared, bytes("info"), 1);
  const options = { ephemeral, additional: bytes("additional"), aead: 1 };
  const whole = await lib.hpkeSeal(bytes("public"), bytes("info"), bytes("plain"), options);
  const opened = await lib.hpkeOpen(recipient, bytes("info"), whole, options);
  const made = { encapsulated: ephemeral.publicBytes, public: recipient.publicBytes, shared, key,
    nonce, sealed: whole.slice(32), plain: opened };
  return Object.fromEntries(
    Object.entries(made).map(([name, value]) => [name, lib.toBase64Url(value)]));
}"""

WORK_A2 = """async ([lib, v]) => {
  const ephemeral = await lib.unsealingPair(lib.fromBase64Url(v.ephemeral));
  const peer = lib.fromBase64Url(v.public);
  const shared = await lib.sharedSecret(ephemeral.privateKey, peer, ephemeral.publicBytes, peer);
  return [lib.toBase64Url(ephemeral.publicBytes), lib.toBase64Url(shared)];
}"""


@pytest.fixture
def library(voter: Voter, everything: Bench) -> JSHandle:
    """Return the page's functions, on the page itself."""
    page = next(everything.folder.published.root.glob("*.html"))
    voter.open(page)
    return functions(voter.page)


def test_the_pages_hpke_gives_the_answers_of_rfc_9180(library: JSHandle, voter: Voter) -> None:
    """Appendix A.1, every value on the way; with the 16-byte key of its cipher."""
    vector = {name: text(value) for name, value in A1.items()}
    made = voter.page.evaluate(WORK_A1, [library, vector])
    assert made == {name: vector[name] for name in made}


def test_the_key_encapsulation_gives_the_answers_of_appendix_a_2(
    library: JSHandle, voter: Voter
) -> None:
    """The same function with other keys."""
    vector = {name: text(value) for name, value in A2.items()}
    made = voter.page.evaluate(WORK_A2, [library, vector])
    assert made == [vector["encapsulated"], vector["shared"]]


SEAL = """async ([lib, recipient, info, secrets]) => Promise.all(secrets.map(async (secret) =>
  lib.toBase64Url(await lib.hpkeSeal(
    lib.fromBase64Url(recipient), lib.utf8(info), lib.fromBase64Url(secret)))))"""
OPEN = """async ([lib, secret, info, sealed]) => {
  const pair = await lib.unsealingPair(lib.fromBase64Url(secret));
  return Promise.all(sealed.map(async (one) =>
    lib.toBase64Url(await lib.hpkeOpen(pair, lib.utf8(info), lib.fromBase64Url(one)))));
}"""


def test_hpke_with_a_32_byte_key_agrees_with_the_library(
    library: JSHandle, voter: Voter, everything: Bench
) -> None:
    """The cipher that ballots use has no vector in the RFC: both ways with the command line's."""
    dice = random.Random(9180)
    key = everything.keys[0].unseal
    recipient = key.public_key().public_bytes_raw()
    secrets = [dice.randbytes(32) for _ in range(200)]
    sent = [to_base64url(each_secret) for each_secret in secrets]
    arguments = [library, to_base64url(recipient), "label", sent]
    sealed = voter.page.evaluate(SEAL, arguments)
    assert [SUITE.decrypt(from_base64url(one), key, b"label") for one in sealed] == secrets
    ours = [to_base64url(seal_to(recipient, one, b"label")) for one in secrets]
    secret = to_base64url(key.private_bytes_raw())
    assert voter.page.evaluate(OPEN, [library, secret, "label", ours]) == sent


PAGE_SEALS = """async ([lib, ballots]) => {
  const { election } = JSON.parse(document.getElementById("election").textContent);
  const sealed = [];
  for (const { marks, symbols, seconds } of ballots) {
    sealed.push(await lib.sealBallot(election, marks, symbols, seconds));
  }
  return sealed;
}"""
PAGE_OPENS = """async ([lib, texts, secrets]) => {
  const { election } = JSON.parse(document.getElementById("election").textContent);
  const pairs = [];
  for (const [number, secret] of secrets) {
    pairs.push({ number, pair: await lib.unsealingPair(lib.fromBase64Url(secret)) });
  }
  const opened = [];
  for (const [at, text] of texts.entries()) {
    const two = [pairs[at % 3], pairs[(at + 1) % 3]];
    opened.push(await lib.openBallot(election, text, two));
  }
  return opened;
}"""


def _papers(manifest: Manifest, dice: random.Random) -> dict[str, tuple[int, ...]]:
    """Return random marks, of every size that fits in a ballot."""
    return {
        contest.id: tuple(
            dice.choice([0, 1, dice.randrange(9), dice.randrange(65536)]) for _ in contest.names
        )
        for contest in manifest.definition.contests
        if dice.random() < 0.9
    }


def _opened(ballot: SealedBallot, keys: list[SecretKey], which: tuple[int, int]) -> bytes:
    shares = {one: unseal_share(keys[one - 1].unseal, ballot, one) for one in which}
    opened = open_ballot(
        ballot, 2, {one: share for one, share in shares.items() if share is not None}
    )
    assert isinstance(opened, OpenedBallot)
    return opened.choices


def test_the_command_line_opens_what_the_page_seals(
    library: JSHandle, voter: Voter, everything: Bench
) -> None:
    """1,000 random ballots: read, signed, opened by each two of three, the same choices."""
    manifest = manifest_of(Snapshot.read(everything.folder).poll)
    dice = random.Random(1)
    cast = [(new_token(dice.getrandbits), _papers(manifest, dice)) for _ in range(BALLOTS)]
    seconds = [dice.randrange(1_900_000_000, 2_100_000_000) for _ in cast]
    sent = [
        {"marks": papers, "symbols": token.symbols, "seconds": second}
        for (token, papers), second in zip(cast, seconds, strict=True)
    ]
    made: list[dict[str, Any]] = voter.page.evaluate(PAGE_SEALS, [library, sent])
    for number, ((token, papers), one) in enumerate(zip(cast, made, strict=True)):
        (ballot,) = find_armour(one["text"])
        assert isinstance(ballot, SealedBallot)
        assert to_armour(ballot) == one["text"]
        assert ballot_code(envelope_digest(ballot)) == one["code"]
        assert well_formed(ballot, manifest.sealing)
        assert ballot.credential == credential_of(token, manifest.election)
        key = credential_key(token, manifest.election).public_key()
        key.verify(ballot.signature, ballot.statement())
        which = ((1, 2), (1, 3), (2, 3))[number % 3]
        choices = encode_choices(manifest.definition.contests, papers)
        assert _opened(ballot, everything.keys, which) == choices


def test_the_page_opens_what_the_command_line_seals(
    library: JSHandle, voter: Voter, everything: Bench
) -> None:
    """1,000 random ballots the other way, with the page's own functions turned round."""
    manifest = manifest_of(Snapshot.read(everything.folder).poll)
    dice = random.Random(2)
    contests = manifest.definition.contests
    papers = [_papers(manifest, dice) for _ in range(BALLOTS)]
    texts = [
        to_armour(
            seal_ballot(
                manifest.sealing,
                encode_choices(contests, each_paper),
                credential_key(new_token(dice.getrandbits), manifest.election),
                dice.getrandbits(48),
                dice.randbytes,
            )
        )
        for each_paper in papers
    ]
    secrets = [
        [number, to_base64url(key.unseal.private_bytes_raw())]
        for number, key in enumerate(everything.keys, start=1)
    ]
    opened = voter.page.evaluate(PAGE_OPENS, [library, texts, secrets])
    wanted = [
        [mark for contest in contests for mark in paper.get(contest.id, (0,) * len(contest.names))]
        for paper in papers
    ]
    assert opened == wanted


READ = "([lib, typed]) => typed.map((one) => lib.readToken(one))"


def test_page_and_command_line_read_a_token_alike(library: JSHandle, voter: Voter) -> None:
    """Right ones however they are typed; and any one or two slips are caught by both."""
    dice = random.Random(3)
    tokens = [new_token(dice.getrandbits) for _ in range(300)]
    typed = [f" {one.text.lower().replace('-', ' ').replace('0', 'o')}\n" for one in tokens]
    read = voter.page.evaluate(READ, [library, typed])
    assert [number["symbols"] for number in read] == [each_token.symbols for each_token in tokens]
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    slips = []
    for token in tokens:
        symbols = list(token.symbols)
        for at in dice.sample(range(24), dice.choice([1, 2])):
            symbols[at] = dice.choice([one for one in alphabet if one != symbols[at]])
        slips.append("".join(symbols))
    for slip in slips:
        with pytest.raises(ValueError, match=r"."):
            read_token(slip)
    assert {one["wrong"] for one in voter.page.evaluate(READ, [library, slips])} == {"token_slip"}
    short = voter.page.evaluate(READ, [library, ["ABCD", "", "U" * 24, f"{tokens[0].text}7"]])
    assert [one["wrong"] for one in short] == [
        "token_length",
        "token_length",
        "token_character",
        "token_length",
    ]
