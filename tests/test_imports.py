"""The allowed imports of the design, read from the code itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ccin_vote"

BASE = {"errors", "canonical"}
ELECTION = BASE | {"rule", "election"}
LOG = ELECTION | {"roll", "ballot", "seal", "log"}
DISK = {"safe_read", "parallel", "randomness"}
STORE = LOG | DISK | {"poll", "record", "report", "verify", "store"}
ROLE = STORE | {"count", "correspondence"}
ROLES = {"officer", "scrutineer", "voter", "anyone"}
ALLOWED = {
    "errors": set[str](),
    "canonical": set[str](),
    "rule": {"errors"},
    "election": BASE | {"rule"},
    "roll": ELECTION | {"apart"},
    "ballot": ELECTION,
    "seal": ELECTION | {"ballot", "parallel"},
    "log": LOG - {"rule"} | {"parallel"},
    "poll": LOG,
    "record": ELECTION,
    "count": ELECTION | {"ballot", "record"},
    "report": LOG | {"poll", "record"},
    "verify": LOG | {"safe_read", "parallel", "poll", "record"},
    "store": STORE,
    "correspondence": STORE | {"apart"},
    **dict.fromkeys(ROLES, ROLE),
    "rehearsal": ROLE | ROLES,
    "cli": ROLE | ROLES | {"rehearsal", "garbage"},
}
PURE = ("rule", "count", "record", "report")
IMPURE = {"time", "random", "secrets", "os", "pathlib", "socket", "subprocess", "uuid"}
DEPENDENCIES = {
    *("typer", "rich", "pydantic", "pydantic_core", "tomli_w", "cryptography", "segno", "numpy"),
    *("jinja2", "markupsafe", "filelock", "python_calamine"),
    *("oxmsg", "olefile", "tnefparse", "imap_tools"),
}
PROPOSALS = {
    "settling.py": "Newton's step",
    "tree_shares.py": "how votes change with keep values",
    "array_shares.py": "the same, in arrays",
}
"""Files of `count` in which floating point proposes where to look next, and decides nothing."""


def package_of(path: Path) -> str:
    """Return the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_package_imports_only_what_the_design_allows(path: Path) -> None:
    """No arrow points against the way that the data flows."""
    package = package_of(path)
    for module in imported(path):
        parts = module.split(".")
        if parts[0] == "ccin_vote" and len(parts) > 1:
            assert parts[1] == package or parts[1] in ALLOWED[package], module


def test_count_cannot_see_the_log_and_verify_cannot_see_count() -> None:
    """The two missing arrows are the argument for trust."""
    assert not ALLOWED["count"] & {"log", "poll", "seal", "roll", "store", *ROLES}
    assert not ALLOWED["verify"] & {"count", "report", "store", "correspondence", "cli", *ROLES}


def test_a_role_never_imports_another_role() -> None:
    """What two of them need stands below them."""
    for role in ROLES:
        assert not ALLOWED[role] & (ROLES - {role})


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_has_no_clock_file_or_chance(package: str) -> None:
    """Time, randomness and files come in as arguments or not at all."""
    for path in (PACKAGE / package).rglob("*.py"):
        assert not {module.split(".")[0] for module in imported(path)} & IMPURE, path


def test_no_float_stands_in_a_count() -> None:
    """No float literal, no call of float, and true division in fractions only.

    Where floating point proposes the next keep values, whole numbers prove or drop the proposal.
    """
    counts = [path for path in (PACKAGE / "count").glob("*.py") if path.name not in PROPOSALS]
    counts.append(PACKAGE / "verify" / "recount.py")
    for path in counts:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.Name) and node.id == "float"), path
            divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            assert not (divides and path.parent.name == "count"), path


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_only_some_commands_need_is_not_imported_at_once(option: str) -> None:
    """Help is there at once: templates, pictures and arrays are read by those who write them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ccin_vote", option],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(re.findall(r"\| +(\w+)$", done.stderr, re.MULTILINE))
    assert "ccin_vote" in modules
    assert not modules & {
        *("jinja2", "markupsafe", "segno", "numpy", "filelock", "python_calamine"),
        *("oxmsg", "olefile", "tnefparse", "imap_tools"),
    }


def test_only_the_named_dependencies_are_imported() -> None:
    """Everything else is the standard library."""
    for path in PACKAGE.rglob("*.py"):
        for module in imported(path):
            top = module.split(".")[0]
            assert top in sys.stdlib_module_names | DEPENDENCIES | {"ccin_vote"}, (path, top)
