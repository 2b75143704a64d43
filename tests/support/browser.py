"""A voter at the ballot page in a real browser, and the page's own functions for the tests."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccin_vote.correspondence.page import SCRIPTS
from ccin_vote.rule import Marking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import JSHandle, Page

    from ccin_vote.election.definition import ContestDefinition

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(sys.prefix) / "npm" / "node_modules" / "axe-core" / "axe.min.js"
_OWN = Path(__file__).parent / "opening.js"


def chromium() -> str | None:
    """Return the browser of this machine, if it has one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def functions(page: Page) -> JSHandle:
    """Return the page's own functions, and what a scrutineer does, as one object."""
    cryptography = [name for name in SCRIPTS if name not in {"contest.js", "form.js"}]
    folder = files("ccin_vote.correspondence") / "page"
    texts = [*((folder / name).read_text("utf-8") for name in cryptography), _OWN.read_text()]
    named = "joined, random, utf8, toBase64Url, fromBase64Url, sharedSecret, keySchedule, aesGcm"
    named += ", hpkeSeal, hpkeOpen, unsealingPair, sealBallot, openBallot, readToken"
    return page.evaluate_handle("() => {" + "\n".join(texts) + f"\nreturn {{ {named} }}; }}")


@dataclass
class Voter:
    """A voter at a ballot page: what is done with mouse and keyboard, step by step."""

    page: Page

    def open(self, file: Path) -> None:
        """Open the page from the disk and wait until it is ready."""
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]")

    def enter(self, token: str) -> None:
        """Type the token and go on."""
        self.page.fill("#token", token)
        self.page.click("#token-form button")

    def mark(
        self, contests: Sequence[ContestDefinition], papers: Mapping[str, Sequence[int]]
    ) -> None:
        """Mark the contests of the page, by id, as the command line's marks say."""
        for number, contest in enumerate(contests, start=1):
            marks = papers[contest.id]
            for at in sorted(
                range(len(marks)),
                key=lambda each_number: (marks[each_number] == 0, marks[each_number]),
            ):
                control = f"#c{number}-{at}"
                if contest.rule_set.marking in {Marking.RANKING, Marking.SCORES}:
                    if marks[at]:
                        self.page.select_option(control, str(marks[at]))
                elif marks[at]:
                    self.page.check(control)

    def summary(self) -> str:
        """Check the paper; return what the page says was chosen."""
        self.page.click("#paper-form button.main")
        return self.page.inner_text("#summary")

    def seal(self) -> tuple[str, str]:
        """Seal; return the text of the sealed ballot and its code."""
        self.page.click("#seal")
        self.page.wait_for_selector("#step-sealed:not([hidden])")
        return self.page.input_value("#sealed"), self.page.inner_text("#code")

    def vote(
        self,
        token: str,
        contests: Sequence[ContestDefinition],
        papers: Mapping[str, Sequence[int]],
    ) -> tuple[str, str]:
        """Do all of it on a page that is open; give text and code."""
        self.enter(token)
        self.mark(contests, papers)
        self.summary()
        return self.seal()


def serious(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it is: serious and critical ones, in words."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run(document)")
    return [
        f"{candidate['id']}: {candidate['help']} {[node['target'] for node in candidate['nodes']]}"
        for candidate in found["violations"]
        if candidate["impact"] in {"serious", "critical"}
    ]
