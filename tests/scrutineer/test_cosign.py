"""Cosigning: what a key saw binds the officer, and a count wants the close cosigned."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.log.merkle import root_of
from ccin_vote.officer.collect import collect
from ccin_vote.officer.count import count
from ccin_vote.officer.declare import declare_result
from ccin_vote.scrutineer.keyring import Keyring
from ccin_vote.scrutineer.scrutinise import Upto, scrutinise
from ccin_vote.store.officer_key import read_officer_key
from ccin_vote.store.snapshot import frozen_in
from ccin_vote.verify.published import verify_published
from tests.support.bench import AFTER, DURING
from tests.support.damage import dump, sign_anew

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ccin_vote.election.folder import PublishedFolder
    from ccin_vote.scrutineer.scrutinise import Scrutiny
    from tests.support.bench import Bench

    Make = Callable[..., Bench]

A = (1, 2, 3)


def cosign(small: Bench, folder: PublishedFolder) -> Scrutiny:
    """Let scrutineer 1 cosign."""
    worker = small.keys[0], Keyring(small.root / "key-1")
    return scrutinise(folder, worker, (), DURING, upto=Upto.COSIGN)


def another_history(small: Bench, before: Path) -> PublishedFolder:
    """Let the officer go back to a copy of the folder and tell the rest otherwise."""
    shutil.rmtree(small.folder.root)
    shutil.copytree(before, small.folder.root)
    small.hand_in(*(small.sealed(token, A) for token in small.tokens[3:5]))
    return small.published("another")


def test_a_log_that_shrank_is_refused_by_its_line(bench: Make) -> None:
    """An older folder, after a newer one was seen."""
    small = bench()
    small.all_vote(2)
    older = small.published("older")
    small.all_vote(4)
    cosign(small, small.published("newer"))
    lines = len(older.log.read_bytes().splitlines())
    with pytest.raises(IntegrityFailure, match="when this key last saw it") as caught:
        cosign(small, older)
    assert caught.value.line == lines + 1


def test_a_rewritten_log_is_refused_by_the_first_line_that_differs(bench: Make) -> None:
    """Signed by the officer all the same; the key remembers every line that it saw."""
    small = bench()
    small.all_vote(2)
    kept = small.root / "kept"
    shutil.copytree(small.folder.root, kept)
    common = len(small.folder.log.read_bytes().splitlines())
    small.hand_in(small.sealed(small.tokens[5], A))
    cosign(small, small.published("seen"))
    with pytest.raises(IntegrityFailure, match="was rewritten") as caught:
        cosign(small, another_history(small, kept))
    assert caught.value.line == common + 1
    assert "Tell the other scrutineers" in caught.value.diagnostics()


def test_a_log_that_is_both_shorter_and_other_is_refused_where_it_parts(bench: Make) -> None:
    """The first line that differs, not the last one that is there."""
    small = bench()
    small.all_vote(2)
    kept = small.root / "kept"
    shutil.copytree(small.folder.root, kept)
    common = len(small.folder.log.read_bytes().splitlines())
    small.all_vote(6)
    cosign(small, small.published("seen"))
    with pytest.raises(IntegrityFailure) as caught:
        cosign(small, another_history(small, kept))
    assert caught.value.line == common + 1


def test_a_log_that_grew_is_cosigned(bench: Make) -> None:
    """Again and again; a second time changes nothing."""
    small = bench()
    folder = small.published("1")
    first, again = cosign(small, folder), cosign(small, folder)
    assert first.reply.cosignatures == again.reply.cosignatures
    small.all_vote(6)
    small.close()
    later = cosign(small, small.published("2"))
    assert [point for point, _ in later.reply.cosignatures] == ["closed", "opened"]


def forged(small: Bench, folder: PublishedFolder) -> tuple[list[bytes], list[bytes]]:
    """Let the officer sign a log with a last ballot that its voter did not sign: before, after."""
    lines = folder.log.read_bytes().splitlines()
    *true, last = lines
    event = json.loads(last)
    event["ballot"]["signature"] = "A" * 86
    new = [*true, dump(event)]
    sign_anew(folder.root, new, read_officer_key(small.folder))
    return lines, new


def test_a_key_does_not_verify_the_ballots_that_it_saw_once_more_but_all_that_came_since(
    bench: Make,
) -> None:
    """A ballot that nobody signed is found by its line, in a log that only grew."""
    small = bench()
    small.all_vote(2)
    seen = small.published("seen")
    cosign(small, seen)
    worker = Keyring(small.root / "key-1").memory(small.keys[0].public).verified
    entries = verify_published(seen, verified=worker).checked().entries
    assert {entry.signed for entry in entries} == {None}
    small.hand_in(small.sealed(small.tokens[3], A))
    later = small.published("later")
    grown = verify_published(later, verified=worker).checked().entries
    assert [one.signed for one in grown] == [*(None for _ in entries), True]
    forged(small, later)
    found = map(str, verify_published(later, verified=worker).faults)
    assert any(
        f"log.jsonl:{len(entries) + 1}: this ballot is refused" in candidate for candidate in found
    )
    with pytest.raises(IntegrityFailure):
        cosign(small, later)


def test_a_log_that_was_not_verified_before_is_verified_whole(bench: Make) -> None:
    """A forged ballot in place of one that was seen, or the head of another log remembered."""
    small = bench()
    small.all_vote(2)
    folder = small.published("1")
    true, false = forged(small, folder)
    for size, lines in ((len(true), true), (len(true) - 1, true[1:]), (len(true) + 1, true)):
        found = verify_published(folder, verified=(size, root_of(lines))).faults
        assert any("this ballot is refused" in str(candidate) for candidate in found), size
    assert not verify_published(folder, verified=(len(false), root_of(false))).ok  # its code


def test_a_memory_that_no_key_writes_is_said_to_be_damaged(bench: Make) -> None:
    """A size below nothing, or what another hand wrote: a head that nobody verified."""
    small = bench()
    folder = small.published("1")
    cosign(small, folder)
    keyring, key = Keyring(small.root / "key-1"), small.keys[0]
    written = keyring.memory_file.read_bytes()
    memory = keyring.memory(key.public).model_copy(update={"root": bytes(32)})
    forged = (
        re.sub(b'"size":[0-9]+', b'"size":-1', written),
        memory.to_json(),
        memory.model_copy(update={"signature": b""}).to_json(),
        memory.signed(small.keys[1]).to_json(),
        b"",
    )
    for one in forged:
        keyring.memory_file.write_bytes(one)
        with pytest.raises(IntegrityFailure, match="memory is damaged"):
            cosign(small, folder)
    keyring.memory_file.write_bytes(written)
    cosign(small, folder)


def test_a_log_with_nothing_in_it_opens_no_election(bench: Make) -> None:
    """It is said of its first line, before any pass-phrase is asked for."""
    folder = bench().published("1")
    folder.log.write_bytes(b"")
    with pytest.raises(IntegrityFailure, match="does not begin with") as caught:
        frozen_in(folder)
    assert caught.value.line == 1


def _replies(small: Bench) -> list[Path]:
    """Return two signed openings without a cosignature of the close."""
    folder = small.close()
    first = small.scrutinise(1, folder)
    second = small.scrutinise(2, folder, small.reply(first))
    first = small.scrutinise(1, folder, small.reply(second))
    paths = []
    for number, scrutiny in enumerate((first, second)):
        bare = scrutiny.reply.model_copy(update={"cosignatures": ()}).signed(small.keys[number])
        path = small.root / f"bare-{number}.json"
        path.write_bytes(bare.to_json() + b"\n")
        paths.append(path)
    return paths


def test_a_count_wants_the_close_cosigned(bench: Make) -> None:
    """By as many as open together; without them only if the officer says so, for all to read."""
    small = bench()
    small.all_vote()
    collect(small.folder, _replies(small))
    with pytest.raises(Refused, match="0 of the 2 scrutineers needed") as caught:
        count(small.folder, None)
    assert "--uncosigned" in caught.value.diagnostics()
    assert not small.published("refused").opened_papers.exists()
    count(small.folder, None, uncosigned=True)
    count(small.folder, None)
    declare_result(small.folder, AFTER)
    published = small.published("declared")
    told = "Counted although only 0 of the 2 scrutineers needed cosigned the close."
    assert told in " ".join(published.result_sheet.read_text("utf-8").split())
    assert published.log.read_text("utf-8").count(told) == 1
    assert verify_published(published, None).ok
