"""All commands are in the help, and each is where the command line looks for it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from ccin_vote import cli
from ccin_vote.cli.app import ROLES, run

if TYPE_CHECKING:
    import pytest


def test_every_command_is_in_the_file_that_is_named_for_it() -> None:
    """No command of any file is forgotten."""
    listed = {name: file for commands in ROLES.values() for name, file in commands.items()}
    found = {
        name: module.name
        for module in iter_modules(cli.__path__)
        for name in getattr(import_module(f"ccin_vote.cli.{module.name}"), "COMMANDS", {})
    }
    assert listed == found


def test_the_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """By role."""
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for role, commands in ROLES.items():
        assert role in out
        assert all(f"│ {name} " in out for name in commands)


def test_a_command_that_there_is_not_is_a_mistake_of_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 2, and where to look."""
    assert run(["tallly"]) == 2
    assert "--help" in capsys.readouterr().err
