"""Settings of all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

settings.register_profile("plain", deadline=None)
settings.load_profile("plain")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden answers are rewritten only when somebody asks for it."""
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite tests/golden")
