"""Text from outside, wherever it is shown: no terminal, table, sheet or page takes it for more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category

import pytest

from ccin_vote.cli.app import run as run_here
from tests.support.bench import Bench, Setting, members
from tests.support.command import DURING, talk

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "\x1b[2J\x1b]0;T\x07|`<script>![x](y)\u202e\u2066\r\x9b1m\x7f\u2028[bold]"
"""Clears the screen, names the window, turns the line around; and Markdown, HTML and Rich's own."""
BLT = f'2 1\n3 1 2 0\n2 2 0\n0\n"{EVIL}"\n"B"\n"{EVIL}"\n'
CSV = f'"{EVIL}",B\n1,2\n2,1\n1,\n'
TOML = f'title = "{EVIL}"\n[[contests]]\nid = "{EVIL}"\n"{EVIL}" = 1\n'
LOTS = f'[[lots]]\ncontest = "{EVIL}"\nstage = 1\npurpose = "{EVIL}"\norder = ["{EVIL}"]\n'
VOTE = ["vote", "p", "--token-file", "token"]

COMMANDS = {
    "names of candidates": ["tally", "good.blt", "--rule", "scottish-stv"],
    "names in a table": ["tally", "good.csv", "--rule", "condorcet"],
    "names in a motion": ["tally", "good.blt", "--rule", "motion"],
    "what another rule would do": ["tally", "good.blt", "--rule", "borda", "--what-if", "schulze"],
    "a name that nobody has": ["tally", "good.blt", "--rule", "borda", "--withdrawn", EVIL],
    "who left": ["tally", "good.blt", "--rule", "borda", "--vacate", EVIL],
    "a seed": ["tally", "good.blt", "--rule", "borda", "--lot-seed", EVIL],
    "lots": ["tally", "good.blt", "--rule", "borda", "--lots", "lots.toml"],
    "a rule": ["tally", "good.blt", "--rule", EVIL],
    "a rule to be told": ["rules", EVIL],
    "a threshold": ["tally", "good.blt", "--rule", "motion", "--threshold", EVIL],
    "the name of a file": ["tally", f"{EVIL}.blt", "--rule", "borda"],
    "the name of a file that is missing": ["tally", f"no{EVIL}", "--rule", "borda"],
    "bad lines": ["tally", "bad.blt", "--rule", "borda"],
    "bad rows": ["tally", "bad.csv", "--rule", "borda"],
    "a file that is written": ["convert", "good.blt", f"out{EVIL}.blt"],
    "a file that is there": ["convert", "good.blt", f"{EVIL}.blt"],
    "a format of no kind": ["convert", "good.blt", f"out{EVIL}"],
    "an option of no kind": ["tally", f"--{EVIL}"],
    "a command of no kind": [EVIL],
    "a definition": ["check", "draft"],
    "a folder": ["check", f"no{EVIL}"],
    "a new folder": ["new", f"new{EVIL}"],
    "a roll as CSV": ["new", "made", "--roll", "bad.csv"],
    "a mail": ["accept", "small", f"{EVIL}.blt"],
    "a mail that is missing": ["accept", "small", f"no{EVIL}"],
    "a mailbox": ["accept", "small", f"{EVIL}.mbox"],
    "a ballot code": ["confirm", "p", EVIL],
    "a receipt": ["confirm", "p", f"{EVIL}.blt"],
    "a sealed ballot": [
        "vote",
        "p",
        "--sealed",
        f"s{EVIL}",
        "--token-file",
        "token",
        *["--choices", "c"],
    ],
    "a candidate chosen": [
        "vote",
        "p",
        "--sealed",
        "s",
        "--token-file",
        "token",
        *["--choices", "e"],
    ],
    "a published folder": ["verify", f"no{EVIL}"],
    "a checkpoint": ["verify", "p", "--checkpoint", f"{EVIL}.checkpoint"],
    "a reply": ["collect", "small", f"{EVIL}.blt"],
    "a key": ["collect", "draft", "key.txt"],
    "a note": ["note", "small", EVIL],
    "a member": ["reissue", "small", EVIL],
    "a contact": ["reissue", "small", "m1", "--contact", EVIL],
    "an address": ["reissue", "small", "m1", "--email", f"{EVIL}@x.org"],
    "a reason": ["revoke", "small", "m1", "--reason", EVIL],
    "a candidate": ["withdraw", "small", EVIL, EVIL, "--confirm", "small"],
    "another election": ["close", "small", "--confirm", EVIL],
    "a place to publish to": ["publish", "small", f"p{EVIL}"],
    "a key folder": ["cosign", "p", "--key", f"no{EVIL}", "--passphrase-file", "token"],
    "a scrutineer": ["keygen", EVIL, "--name", EVIL, "--key", f"k{EVIL}", "--passphrase-file", "c"],
}
"""The commands by what is hostile in them."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an open election, its published folder, a draft, and hostile files."""
    small = Bench(tmp_path_factory.mktemp("evil"), Setting())
    root = small.root
    published = small.published("p")
    texts = {
        "good.blt": BLT,
        f"{EVIL}.blt": BLT,
        "good.csv": CSV,
        "bad.blt": BLT.replace("3 1 2 0", f"3 {EVIL} 0").replace("2 2 0", f"{EVIL} 2 0"),
        "bad.csv": f'name,email,"{EVIL}"\n"{EVIL}",{EVIL},{EVIL}\nA\n',
        "lots.toml": LOTS.replace("\r", "").replace("\x1b", "").replace("\x07", ""),
        f"{EVIL}.mbox": f"From {EVIL.replace(chr(13), '')} Mon 2030\nSubject: {EVIL}\n\nx\n",
        f"{EVIL}.checkpoint": published.checkpoint.read_text("utf-8"),
        "token": small.tokens[0].text,
        "c": 'chair = ["a"]\n',
        "e": f"chair = ['{EVIL.encode('ascii', 'backslashreplace').decode()}']\n",
        "key.txt": f"ccin-vote-key:{EVIL} {EVIL}\n",
    }
    for name, text in texts.items():
        (root / name).write_text(text, "utf-8", newline="")
    draft = root / "draft"
    draft.mkdir()
    escaped = EVIL.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
    (draft / "election.toml").write_text(TOML.replace(EVIL, escaped), "utf-8")
    (draft / "members.toml").write_text(members(2).replace("M1", escaped), "utf-8")
    return root


@pytest.mark.parametrize("what", COMMANDS)
def test_no_text_from_outside_reaches_a_terminal_as_it_is(
    place: Path, what: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as words nor as a mistake; and nothing goes wrong inside."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("CCIN_VOTE_REHEARSAL_CLOCK", DURING)
    run_here(COMMANDS[what])
    told = "".join(capfd.readouterr())
    assert told
    assert "inside ccin-vote" not in told
    assert {outcome for outcome in told if category(outcome) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} <= {
        "\n"
    }


ON_A_TERMINAL = {
    "JSON": ["tally", "good.blt", "--rule", "scottish-stv", "--json"],
    "a ballot file": ["convert", "good.blt", "-", "--to", "scottish"],
}


@pytest.mark.parametrize("what", ON_A_TERMINAL)
def test_data_is_harmless_on_a_terminal_and_exact_for_a_program(
    place: Path, what: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person may look at what a program would read."""
    monkeypatch.chdir(place)
    code, seen = talk(*ON_A_TERMINAL[what], typed=[])
    assert code == 0
    assert not set(seen) & set("\x1b\x07\u202e\u2066\x9b\x7f\u2028")
    run_here(ON_A_TERMINAL[what])
    assert "\u202e\u2066" in capfd.readouterr().out


SIGNS = "|`<script>alert(1)</script>![x](y)*_#\\<!--&amp;$~[a]: b"
"""What a definition may have in it: all of it can be seen."""
SIGNED = f"""
[[contests]]
id = "chair"
title = '{SIGNS} chair'
seats = 1
rule = "scottish-stv"
candidates = [{{ id = "a", name = '{SIGNS} a' }}, {{ id = "b", name = '{SIGNS} b' }},
  {{ id = "c", name = '- {SIGNS}' }}]
"""


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a declared election in which everything has a name made of signs."""
    roll = members(6).replace('"C"', f"'{SIGNS} contact'").replace('"M', f'"{_quoted(SIGNS)} M')
    small = Bench(tmp_path_factory.mktemp("signs"), Setting(contests=SIGNED, roll=roll))
    assert run_here(["note", str(small.folder.root), SIGNS]) == 0
    small.all_vote()
    small.declared()
    return small


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _bare(markdown: str) -> str:
    """Return what Markdown reads as its own signs: what is escaped, or code, is left out."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"\\.", "", markdown))


@pytest.mark.parametrize("paper", ["result.md", "--scrutineer", "--certificate"])
def test_no_name_becomes_markdown_or_html_on_a_sheet(
    declared: Bench, paper: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither a tag nor a picture nor a column more."""
    folder = declared.root / "declared"
    capfd.readouterr()
    if paper.startswith("--"):
        assert run_here(["report", str(folder), paper]) == 0
        text = capfd.readouterr().out
    else:
        text = (folder / paper).read_text("utf-8")
    assert "script" in text
    bare = _bare(text)
    assert not set(bare) & set("<&$~[]!{}")
    for block in re.findall(r"(?:^\|.*\n)+", bare, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_no_name_becomes_html_in_a_letter_or_a_page(declared: Bench) -> None:
    """The only scripts are the page's own."""
    pages = [*declared.folder.letters.glob("*.html"), *(declared.root / "declared").glob("*.html")]
    assert len(pages) > 6
    for path in pages:
        text = path.read_text("utf-8")
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "</script>!" not in text
