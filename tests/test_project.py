"""The project itself: what lies at its top, and that its promises stand in one place."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_top_level_holds_only_what_the_design_says() -> None:
    """Package, elections, tests, pyproject, README and dotfiles; nothing else is tracked."""
    done = subprocess.run(
        ["git", "ls-files"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    tops = {line.split("/")[0] for line in done.stdout.splitlines()}
    named = {"ccin_vote", "elections", "tests", "pyproject.toml", "README.md"}
    assert {top for top in tops if not top.startswith(".")} == named


def test_every_rule_that_is_off_has_its_reason() -> None:
    """Each ignored rule of the linter stands on a line with a comment."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignored = re.findall(r'^    "[A-Z]+\d+",(.*)$', text, re.MULTILINE)
    assert ignored
    assert all("#" in rest for rest in ignored)


def test_every_dependency_has_a_lower_bound() -> None:
    """An open-ended dependency is no promise."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert all(">=" in one for one in named)


def test_ci_runs_the_readmes_own_test_command() -> None:
    """The command stands once, in the README; CI reads it there."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^### Run the tests\n\n```\n.*pytest.*\n```", readme, re.MULTILINE)
    assert "### Run the tests" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_test_that_the_security_chapter_names_is_there() -> None:
    """A promise points to what shows it."""
    text = (ROOT / "README.md").read_text("utf-8")
    chapter = text.partition("\n## SECURITY\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(test_\w+)`", chapter))
    assert len(named) > 20
    found = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert {one for one in named if f"def {one}(" not in found} == set()
