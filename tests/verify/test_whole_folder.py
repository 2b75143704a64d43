"""What may stand in a published folder, and in which format: both verifiers say the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.canonical import bound, sha256, to_base64url
from ccin_vote.election.definition import KEY_PREFIX
from ccin_vote.election.folder import ElectionFolder, PublishedFolder
from ccin_vote.errors import LINE_ENDS, BadInput, IntegrityFailure
from ccin_vote.log.events import FORMAT
from ccin_vote.officer import publish as publishing
from ccin_vote.officer.draft import read_draft
from ccin_vote.officer.publish import publish
from ccin_vote.store.officer_key import read_officer_key
from ccin_vote.verify.evidence import verifier
from ccin_vote.verify.published import verify_published
from tests.support.damage import dump, files_of, sign_anew
from tests.verify.conftest import SCRIPT

if TYPE_CHECKING:
    from tests.support.bench import Bench
    from tests.verify.conftest import Rehearsal, Script

Make = Callable[..., "Bench"]
Change = Callable[[dict[str, Any]], object]
STRANGE = "does not belong in a published folder; ask the returning officer where it comes from"


@pytest.fixture
def folder(general_meeting: Rehearsal, tmp_path: Path) -> Path:
    """Return a good published folder to change."""
    return Path(shutil.copytree(general_meeting.published, tmp_path / "published"))


def told(folder: Path, script: Script) -> tuple[list[str], list[str]]:
    """Return what each verifier says is wrong."""
    faults = [str(fault) for fault in verify_published(PublishedFolder(folder)).faults]
    return faults, script.verdict(folder)[0]


NOT_OURS = ("vote.html", "extra.txt", "papers/of-no-contest.blt", "checkpoints/other", "new/x.js")


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_file_that_does_not_belong_is_named(folder: Path, script: Script, name: str) -> None:
    """A page that was planted might ask voters for their tokens."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("something else", "utf-8")
    for faults in told(folder, script):
        assert len(faults) == 1
        assert f"{name}: " in faults[0]
        assert STRANGE in faults[0]


def test_a_link_to_a_folder_does_not_belong_either(
    folder: Path, script: Script, tmp_path: Path
) -> None:
    """Nobody follows it."""
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    for faults in told(folder, script):
        assert ["more: " in fault for fault in faults] == [True]


@pytest.mark.parametrize(
    "name", [".DS_Store", "papers/Thumbs.db", "desktop.ini", ".git/config", "__MACOSX/._x"]
)
def test_what_systems_leave_behind_is_passed_over(folder: Path, script: Script, name: str) -> None:
    """It is nobody's doing, and an empty folder says nothing."""
    (folder / "empty").mkdir()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x", "utf-8")
    assert told(folder, script) == ([], [])


def test_a_pipe_in_the_place_of_any_file_is_named_and_not_waited_for(
    general_meeting: Rehearsal, tmp_path: Path
) -> None:
    """Nobody will ever write to it."""
    for name in files_of(general_meeting.published):
        folder = shutil.copytree(general_meeting.published, tmp_path / name.replace("/", "-"))
        (folder / name).unlink()
        os.mkfifo(folder / name)
        done = subprocess.run(
            [sys.executable, str(SCRIPT), str(folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 4
        assert f"{name}: this is not a regular file" in done.stdout
        if name != "log.jsonl":
            faults = [str(fault) for fault in verify_published(PublishedFolder(folder)).faults]
            assert any(name in fault and "pipe" in fault for fault in faults), name


TEXTS = (
    *("log.jsonl", "checkpoint", "checkpoints/closed", "officer.vkey", "scrutineers.vkeys"),
    *("election.toml", "ballot-codes.txt", "verify.py", "result.md", "papers/chair.blt"),
)


@pytest.mark.parametrize("name", TEXTS)
def test_line_ends_that_were_changed_on_the_way_are_said_to_be(
    folder: Path, script: Script, name: str
) -> None:
    """It is the likeliest damage of all, and nobody's malice."""
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for faults in told(folder, script):
        assert any(name in fault and LINE_ENDS in fault for fault in faults), faults


def contest(**changes: object) -> Change:
    """Return what changes the record of the first contest."""
    return lambda result: result["contests"][0].update(changes)


def stage(**changes: object) -> Change:
    """Return what changes the first stage of the first contest."""
    return lambda result: result["contests"][0]["stages"][0].update(changes)


RECORDS: dict[str, Change] = {
    "other ballots issued": lambda result: result.update(issued=result["issued"] + 1),
    "other ballots returned": lambda result: result.update(returned=result["returned"] - 1),
    "other ballots superseded": lambda result: result.update(superseded=3),
    "refusals that there were not": lambda result: result.update(
        refused=[{"reason": "late", "ballots": 1}]
    ),
    "a head of another size": lambda result: result["head"].update(size=2),
    "a head of another log": lambda result: result["head"].update(root="A" * 43 + "="),
    "no head": lambda result: result.pop("head"),
    "another organisation": lambda result: result.update(organisation="Another"),
    "a true for a number": lambda result: result["contests"][0].update(seats=True),
    "more votes than were cast": contest(votes=700),
    "votes for nobody that were not cast": stage(non_transferable="1"),
    "a vote lost to no rounding": stage(lost_to_rounding="1"),
    "a stage of another number": stage(number=2),
    "a last stage that elects nobody": lambda result: result["contests"][0]["stages"][-1].update(
        elected=[]
    ),
    "a stage that elects another": stage(elected=["B"]),
    "votes of less than nothing": stage(non_transferable="-1", lost_to_rounding="1"),
}


@pytest.mark.parametrize("publication", ["full", "scrutineers"])
@pytest.mark.parametrize("case", RECORDS)
def test_a_record_is_held_to_the_log_and_to_itself(
    bench: Make, script: Script, publication: str, case: str
) -> None:
    """Whether papers are published or withheld."""
    small = bench(publication=publication)
    small.all_vote()
    small.counted()
    folder = small.published("counted")
    assert told(folder.root, script) == ([], [])
    result = json.loads(folder.result_record.read_bytes())
    RECORDS[case](result)
    folder.result_record.write_text(json.dumps(result), "utf-8")
    for faults in told(folder.root, script):
        assert any("result.json" in fault for fault in faults), faults


def first_line(bench: Make, change: Change) -> tuple[Path, Bench]:
    """Let the officer open an election with another first line."""
    small = bench(issued=False)
    folder = small.published("x")
    event = json.loads(folder.log.read_bytes())
    change(event)
    sign_anew(folder.root, [dump(event)], read_officer_key(small.folder))
    return folder.root, small


def test_the_first_line_names_its_format_and_its_verifier(bench: Make) -> None:
    """So that anyone knows, years later, which file to run."""
    folder = bench(issued=False).published("x")
    event = json.loads(folder.log.read_bytes())
    assert event["format"] == FORMAT == 2
    assert event["verifier"] == to_base64url(sha256(folder.verifier.read_bytes()))
    assert verify_published(folder).ok


def test_a_format_that_is_not_known_is_refused_in_plain_words(bench: Make, script: Script) -> None:
    """And the verifier that knows it is named, though nothing else of the line is understood."""
    folder, _ = first_line(bench, lambda event: event.update(format=3, colour="blue"))
    digest = sha256(verifier()).hex()
    for faults in told(folder, script):
        assert "log.jsonl:1: this election was opened with format 3; this ver" in faults[0]
        assert "reads formats up to 2" in faults[0]
        assert f"the verify.py whose SHA-256 is {digest}" in faults[0]


ODD_FORMATS: dict[str, tuple[Change, bool]] = {
    "none, as in the first format": (lambda it: (it.pop("format"), it.pop("verifier")), True),
    "a number without a verifier": (lambda it: it.pop("verifier"), False),
    "a verifier without a number": (lambda it: it.pop("format"), False),
    "the first format, which has no number": (lambda it: it.update(format=1), False),
    "no number": (lambda it: it.update(format="2"), False),
    "true": (lambda it: it.update(format=True), False),
    "another verifier": (lambda it: it.update(verifier="A" * 43), False),
}


@pytest.mark.parametrize("case", ODD_FORMATS)
def test_a_first_line_has_format_and_verifier_or_neither(
    bench: Make, script: Script, case: str
) -> None:
    """A log of the first format is read as before."""
    change, good = ODD_FORMATS[case]
    folder, _ = first_line(bench, change)
    assert [not faults for faults in told(folder, script)] == [good, good]


def test_a_verifier_that_is_not_there_is_no_fault(folder: Path, script: Script) -> None:
    """Mail gateways take such files away; that it was not looked at is said."""
    (folder / "verify.py").unlink()
    assert told(folder, script) == ([], [])
    said = verify_published(PublishedFolder(folder)).not_checked
    assert said == {"verify.py is the one that the log names": "verify.py is not in this folder"}


def test_an_election_publishes_the_verifier_that_it_was_opened_with(
    bench: Make, script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever version of the program publishes it; without that file it says what to put back."""
    small = bench()
    monkeypatch.setattr(publishing, "verifier", lambda: b"print('a newer one')\n")
    publish(small.folder, tmp_path / "p")
    assert (tmp_path / "p" / "verify.py").read_bytes() == SCRIPT.read_bytes()
    assert told(tmp_path / "p", script) == ([], [])
    small.folder.verifier.unlink()
    with pytest.raises(IntegrityFailure) as caught:
        publish(small.folder, tmp_path / "p")
    assert sha256(SCRIPT.read_bytes()).hex() in caught.value.diagnostics()


def test_two_scrutineers_with_one_key_are_refused_by_both(bench: Make, script: Script) -> None:
    """Their lines differ in the other key and in the proof, but one person would sign as two."""
    small = bench(issued=False)
    first, second = small.keys[0], small.keys[1]
    parts = first.public.sign + second.public.seal
    message = bound("ccin-vote scrutineer key v1", b"small", parts[:32], parts[32:])
    twin = KEY_PREFIX + to_base64url(parts + first.sign.sign(message))
    line = second.public_line("small")
    folder = small.published("x")
    event = json.loads(folder.log.read_bytes())
    event["definition"] = event["definition"].replace(line, twin)
    event["scrutineers"] = [twin if key == line else key for key in event["scrutineers"]]
    sign_anew(folder.root, [dump(event)], read_officer_key(small.folder))
    for faults in told(folder.root, script):
        assert "two scrutineers have one key" in faults[0]
    text = small.folder.definition.read_text("utf-8").replace(line, twin)
    draft = ElectionFolder(small.root / "draft" / "small")
    draft.root.mkdir(parents=True)
    draft.definition.write_text(text, "utf-8")
    draft.roll.write_text(small.folder.roll.read_text("utf-8"), "utf-8")
    with pytest.raises(BadInput, match="have the same key"):
        read_draft(draft)
