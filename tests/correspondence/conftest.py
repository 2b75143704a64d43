"""A real browser for the ballot page; its tests skip, loudly, where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.bench import Bench, Setting, members
from tests.support.browser import ARGUMENTS, AXE, Voter, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

EVERYTHING = """\
[[contests]]
id = "chair"
title = "Chair"
seats = 1
rule = "alternative-vote"
reopen_nominations = true
[[contests.candidates]]
id = "ann"
name = "Ann O'Hara & <b>Sons</b>"
statement = "First line of the statement.\\n\\nSecond line </script><script>alert(1)</script>."
link = "https://example.org/ann?a=1&b=2"
[[contests.candidates]]
id = "bob"
name = "Bob"
withdrawn = true
[[contests.candidates]]
id = "cyd"
name = 'Cŷd "C" $money {name}'
[[contests]]
id = "committee"
title = "Committee"
seats = 2
rule = "block-vote"
candidates = [{ id = "d", name = "D" }, { id = "e", name = "E" }, { id = "f", name = "F" }]
[[contests]]
id = "treasurer"
title = "Treasurer"
seats = 1
rule = "first-past-the-post"
candidates = [{ id = "g", name = "G" }, { id = "h", name = "H" }]
[[contests]]
id = "logo"
title = "Logo"
seats = 1
rule = "schulze"
candidates = [{ id = "i", name = "I" }, { id = "j", name = "J" }, { id = "k", name = "K" }]
[[contests]]
id = "name"
title = "Name"
seats = 1
rule = "star"
candidates = [{ id = "l", name = "L" }, { id = "m", name = "M" }]
[[contests]]
id = "rules"
title = "New rules"
seats = 1
rule = "motion"
threshold = "two-thirds"
electorate = "full"
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    path = chromium()
    if path is None:
        pytest.skip("NO BROWSER: install Debian's chromium to test the ballot page")
    sync_api = pytest.importorskip("playwright.sync_api", reason="NO PLAYWRIGHT: see the README")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield made
        made.close()


@pytest.fixture
def voter(browser: Browser) -> Iterator[Voter]:
    """Yield a voter in a window of its own."""
    context = browser.new_context()
    yield Voter(context.new_page())
    context.close()


@pytest.fixture
def axe() -> None:
    """Skip where axe-core is not installed."""
    if not AXE.exists():
        pytest.skip(f"NO AXE-CORE: npm install --prefix {AXE.parents[2]} axe-core")


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return an election with a contest of every marking; half of its members have the motion."""
    root = tmp_path_factory.mktemp("everything")
    roll = members(4, 'groups = ["full"]\nvotes = 2\n') + members(4, first=4)
    return Bench(root, Setting(contests=EVERYTHING, roll=roll, minimum=1))
