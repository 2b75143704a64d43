"""The ballot page in front of a voter: with a keyboard, on a phone, printed, in an old browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from ccin_vote.seal.armour import find_armour
from ccin_vote.seal.envelope import SealedBallot
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.voter.vote import enter_booth
from tests.support.bench import CONTESTS
from tests.support.browser import ARGUMENTS, Voter, chromium, serious

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserType

    from ccin_vote.election.definition import ContestDefinition
    from tests.support.bench import Bench

PAPERS = {
    "chair": (2, 0, 1, 3),
    "committee": (1, 0, 1),
    "treasurer": (0, 1),
    "logo": (1, 1, 2),
    "name": (5, 3),
    "rules": (1, 0, 0),
}


@pytest.fixture
def whole_page(everything: Bench) -> Path:
    """Return the page with every contest."""
    return max(
        everything.folder.published.root.glob("*.html"), key=lambda path: path.stat().st_size
    )


@pytest.fixture
def contests(everything: Bench) -> tuple[ContestDefinition, ...]:
    """Return the contests of the first member."""
    return enter_booth(Snapshot.read(everything.folder).poll, everything.tokens[0]).contests


def test_the_summary_says_what_will_be_sealed(
    voter: Voter, everything: Bench, whole_page: Path, contests: tuple[ContestDefinition, ...]
) -> None:
    """Every contest with its marks in the voter's order; a blank one is called blank."""
    voter.open(whole_page)
    voter.enter(everything.tokens[0].text)
    voter.mark(contests, PAPERS | {"treasurer": (0, 0)})
    told = voter.summary().split("\n")
    assert [line for line in told if line.strip()] == [
        "Chair",
        '1. Cŷd "C" $money {name}',
        "2. Ann O'Hara & <b>Sons</b>",
        "3. Re-open nominations",
        "Committee",
        "D",
        "F",
        "Treasurer",
        "You have left this blank.",
        "Logo",
        "1. I",
        "1. J",
        "2. K",
        "Name",
        "5: L",
        "3: M",
        "New rules",
        "For",
    ]


def test_a_number_that_is_taken_moves_the_others_down(
    voter: Voter, everything: Bench, whole_page: Path
) -> None:
    """No two candidates ever have one number where the rule allows none; gaps close."""
    voter.open(whole_page)
    voter.enter(everything.tokens[0].text)
    page = voter.page

    def numbers() -> list[str]:
        return [page.input_value(f"#c1-{at}") for at in (0, 2, 3)]

    for at, number, then in (
        (0, "1", ["1", "0", "0"]),
        (2, "1", ["2", "1", "0"]),
        (3, "4", ["2", "1", "3"]),
        (3, "2", ["3", "1", "2"]),
        (2, "0", ["2", "0", "1"]),
    ):
        page.select_option(f"#c1-{at}", number)
        assert numbers() == then
    page.click("#contest-1 ol li:nth-child(2) button[data-action=move_up]")
    assert numbers() == ["1", "0", "2"]
    assert page.inner_text("#said").endswith("is number 1.")
    page.drag_and_drop("#contest-1 ol li:nth-child(2)", "#contest-1 ol li:nth-child(1)")
    assert numbers() == ["2", "0", "1"]


def test_where_numbers_may_be_equal_none_changes_until_the_voter_is_done(
    voter: Voter, everything: Bench, whole_page: Path
) -> None:
    """Given in any order, a two stays a two; what was left out closes up in the summary."""
    voter.open(whole_page)
    voter.enter(everything.tokens[0].text)
    page = voter.page
    for at, number in ((1, "2"), (0, "1"), (2, "2")):
        page.select_option(f"#c4-{at}", number)
    assert [page.input_value(f"#c4-{at}") for at in range(3)] == ["1", "2", "2"]
    page.select_option("#c4-0", "0")
    assert [page.input_value(f"#c4-{at}") for at in range(3)] == ["0", "2", "2"]
    assert "Logo\n1. J\n1. K" in re.sub(r"\n+", "\n", voter.summary())


def test_more_crosses_than_allowed_are_refused_at_once(
    voter: Voter, everything: Bench, whole_page: Path
) -> None:
    """The third of two is taken off, and it is said why."""
    voter.open(whole_page)
    voter.enter(everything.tokens[0].text)
    for at in (0, 1):
        voter.page.check(f"#c2-{at}")
    voter.page.click("#c2-2")
    assert not voter.page.is_checked("#c2-2")
    assert voter.page.inner_text("#alert") == "You have chosen 2 already. Take one off first."


TOKENS = {
    "": "A token has 24 letters and digits; this has 0.",
    "ABCD-EFGH": "A token has 24 letters and digits; this has 8.",
    "ABCD-EFGH!": "There is a character that no token contains.",
    "0000-0000-0000-0000-0000-0001": "One or more characters are wrong or swapped.",
}


@pytest.mark.parametrize("typed", TOKENS)
def test_a_wrong_token_is_said_before_anything_else(
    voter: Voter, whole_page: Path, typed: str
) -> None:
    """And the paper stays away until it is right."""
    voter.open(whole_page)
    voter.enter(typed)
    assert voter.page.inner_text("#token-fault").startswith(TOKENS[typed])
    assert voter.page.get_attribute("#token", "aria-invalid") == "true"
    assert not voter.page.is_visible("#step-paper")
    assert voter.page.evaluate("document.activeElement.id") == "token"


def test_sealing_makes_the_page_forget(
    voter: Voter, everything: Bench, whole_page: Path, contests: tuple[ContestDefinition, ...]
) -> None:
    """Neither token nor choice is left in any control; a second ballot has a higher number."""
    voter.open(whole_page)
    first, _ = voter.vote(everything.tokens[0].text, contests, PAPERS)
    assert voter.page.input_value("#token") == ""
    assert voter.page.inner_text("#summary") == ""
    values = voter.page.evaluate(
        "[...document.querySelectorAll('select')].every((one) => one.value === '0') &&"
        " ![...document.querySelectorAll('input:checked')].some((one) => one.value !== '')"
    )
    assert values
    voter.page.click("#again")
    second, _ = voter.vote(everything.tokens[0].text, contests, PAPERS)
    ballots = [*find_armour(first), *find_armour(second)]
    numbers = [ballot.sequence for ballot in ballots if isinstance(ballot, SealedBallot)]
    assert numbers[0] < numbers[1]


def test_the_ballot_leaves_in_three_ways(
    voter: Voter, everything: Bench, whole_page: Path, contests: tuple[ContestDefinition, ...]
) -> None:
    """Copied, saved, or in the mail program, each with the whole text; the code is saved, too."""
    voter.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    voter.open(whole_page)
    sealed, code = voter.vote(everything.tokens[0].text, contests, PAPERS)
    voter.page.click("#copy")
    expect(voter.page.locator("#said")).to_have_text(re.compile("Copied"))
    assert voter.page.evaluate("navigator.clipboard.readText()") == sealed
    for button, content in (("#save", sealed), ("#save-code", code)):
        with voter.page.expect_download() as download:
            voter.page.click(button)
        saved = download.value.path().read_text("utf-8")
        assert content in saved
        assert download.value.suggested_filename.endswith(".txt")
    link = urlsplit(str(voter.page.get_attribute("#mail", "href")))
    query = parse_qs(link.query)
    assert (link.scheme, link.path) == ("mailto", "officer@example.org")
    assert query["subject"] == ["Sealed ballot: A small election"]
    assert query["body"][0].replace("\r\n", "\n").strip() == sealed.strip()


def _press(voter: Voter, *keys: str) -> None:
    for key in keys:
        voter.page.keyboard.press(key)


def _focus(voter: Voter) -> str:
    return str(voter.page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def _tab_to(voter: Voter, wanted: str) -> None:
    for _ in range(60):
        if _focus(voter) == wanted:
            return
        _press(voter, "Tab")
    pytest.fail(f"the keyboard never reaches {wanted}")


def test_everything_works_with_the_keyboard_alone(
    voter: Voter, everything: Bench, whole_page: Path
) -> None:
    """From the token to the sealed ballot, in the order in which the page is read."""
    voter.open(whole_page)
    _tab_to(voter, "token")
    voter.page.keyboard.type(everything.tokens[0].text)
    _press(voter, "Enter")
    assert _focus(voter) == "H2"
    _tab_to(voter, "c1-0")
    voter.page.keyboard.type("2")
    _tab_to(voter, "c1-2")
    voter.page.keyboard.type("1")
    _tab_to(voter, "c2-1")
    _press(voter, "Space")
    _tab_to(voter, "c3-none")
    _press(voter, "ArrowUp")
    _tab_to(voter, "c5-0")
    voter.page.keyboard.type("4")
    voter.page.focus("#paper-form button.main")
    _press(voter, "Enter")
    told = voter.page.inner_text("#summary")
    assert '1. Cŷd "C" $money {name}\n2. Ann' in told
    assert "Committee\nE\n" in told
    assert "Treasurer\nH\n" in told
    _tab_to(voter, "seal")
    _press(voter, "Enter")
    voter.page.wait_for_selector("#step-sealed:not([hidden])")
    _tab_to(voter, "mail")
    assert list(find_armour(voter.page.input_value("#sealed")))


WIDTHS = {"a phone": 360, "a small phone": 320, "a session at 200 %": 640, "a session": 1280}


@pytest.mark.parametrize("screen", WIDTHS)
def test_nothing_is_cut_off_at_any_width(
    voter: Voter,
    everything: Bench,
    whole_page: Path,
    contests: tuple[ContestDefinition, ...],
    screen: str,
) -> None:
    """No step has to be scrolled sideways (WCAG 2.2, 1.4.10 Reflow)."""
    voter.page.set_viewport_size({"width": WIDTHS[screen], "height": 740})
    voter.open(whole_page)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert voter.page.evaluate(fits)
    voter.enter(everything.tokens[0].text)
    voter.mark(contests, PAPERS)
    assert voter.page.evaluate(fits)
    voter.summary()
    assert voter.page.evaluate(fits)
    voter.seal()
    assert voter.page.evaluate(fits)


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_at_any_step(
    voter: Voter,
    everything: Bench,
    whole_page: Path,
    contests: tuple[ContestDefinition, ...],
    scheme: str,
) -> None:
    """Labels, contrast, roles, order of headings; and a paper without labels would be found."""
    voter.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    voter.open(whole_page)
    assert serious(voter.page) == []
    voter.enter("WRONG")
    assert serious(voter.page) == []
    voter.enter(everything.tokens[0].text)
    voter.mark(contests, PAPERS)
    voter.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert serious(voter.page) == []
    voter.summary()
    assert serious(voter.page) == []
    voter.seal()
    assert serious(voter.page) == []
    voter.page.evaluate("document.querySelector('label[for=sealed]').remove()")
    assert any(seriou.startswith("label") for seriou in serious(voter.page))


OLD = {
    "no cryptography": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });",
    "no X25519": "const make = SubtleCrypto.prototype.generateKey;"
    "SubtleCrypto.prototype.generateKey = function (name, ...rest) {"
    " return name === 'X25519' ? Promise.reject(new Error()) : make.call(this, name, ...rest); };",
}


@pytest.mark.parametrize("lack", OLD)
def test_a_browser_that_cannot_seal_is_told_what_else_to_do(
    voter: Voter, whole_page: Path, lack: str
) -> None:
    """Nothing can be typed, and three other ways are named."""
    voter.page.add_init_script(OLD[lack])
    voter.page.goto(whole_page.as_uri())
    voter.page.wait_for_selector("html[data-ready=no]")
    told = voter.page.inner_text("#cannot")
    assert "another browser" in told
    assert "ballot on paper" in told
    assert voter.page.is_hidden("#step-token")
    assert voter.page.is_disabled("#paper-form button.main")


def test_without_script_the_paper_can_still_be_read(browser: Browser, whole_page: Path) -> None:
    """With the notice above it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(whole_page.as_uri())
    assert page.is_visible("#cannot")
    assert page.is_visible("text=Treasurer")
    assert page.is_disabled("#c1-0")
    context.close()


def test_in_print_only_what_is_to_be_kept_is_left(
    voter: Voter, everything: Bench, whole_page: Path, contests: tuple[ContestDefinition, ...]
) -> None:
    """The ballot code in black on white; no buttons."""
    voter.open(whole_page)
    voter.vote(everything.tokens[0].text, contests, PAPERS)
    voter.page.emulate_media(media="print")
    assert voter.page.is_visible("#code")
    assert not voter.page.is_visible("#copy")
    assert not voter.page.is_visible("#mail")
    colours = voter.page.evaluate(
        "(() => { const s = getComputedStyle(document.body);"
        " return [s.color, s.backgroundColor]; })()"
    )
    assert colours[0] == "rgb(0, 0, 0)"


OWN = "not an origin"
"""Whom the browser's log names as asking for what the browser itself wants: its updates."""


def _logged(kind: BrowserType, folder: Path, visit: Path, script: str) -> list[str]:
    """Visit a page with a fresh browser; return what its own network log says that it asked for."""
    log = folder / "net.json"
    made = kind.launch(
        executable_path=chromium(),
        args=[*ARGUMENTS, f"--log-net-log={log}", "--net-log-capture-mode=Everything"],
    )
    page = made.new_page()
    page.goto(visit.as_uri())
    page.evaluate(script)
    page.wait_for_timeout(500)
    made.close()
    told = json.loads(log.read_text("utf-8"))
    assert told["events"]
    every = [outcome["params"] for outcome in told["events"] if outcome.get("params")]
    asked = [str(one) for one in every if one.get("initiator", OWN) != OWN]
    return asked + [str(one) for one in every if "example.org" in str(one)]


def test_the_page_makes_no_network_request(
    browser: Browser, everything: Bench, whole_page: Path, tmp_path: Path
) -> None:
    """By the browser's own log of its network; a page that does ask is seen in it."""
    token = everything.tokens[0].text
    vote = f"""(async () => {{
      document.getElementById("token").value = "{token}";
      document.querySelector("#token-form button").click();
      document.querySelector("#paper-form button.main").click();
      document.getElementById("seal").click();
      const sealed = document.getElementById("sealed");
      while (!sealed.value) await new Promise((go) => setTimeout(go, 20));
      return fetch("http://127.0.0.1:9/asked").catch(() => 0);
    }})()"""
    (tmp_path / "one").mkdir()
    kind = browser.browser_type
    assert _logged(kind, tmp_path / "one", whole_page, vote) == []
    open_page = tmp_path / "open.html"
    open_page.write_text("<!DOCTYPE html><title>Asks</title>", "utf-8")
    asked = "fetch('http://127.0.0.1:9/asked').catch(() => 0)"
    assert any("asked" in one for one in _logged(kind, tmp_path, open_page, asked))


def test_no_more_votes_can_be_spread_than_a_voter_has(
    voter: Voter, bench: Callable[..., Bench]
) -> None:
    """Four votes, three of them given: two more are refused, with how many are left; one is not."""
    contests = CONTESTS.replace('"alternative-vote"', '"cumulative"\nvotes_each = 4')
    small = bench(contests=contests)
    voter.open(next(small.folder.published.root.glob("*.html")))
    voter.enter(small.tokens[0].text)
    page = voter.page
    assert page.inner_text("#how-1").startswith("You have 4 votes. Give them all to one")
    page.select_option("#c1-0", "3")
    assert page.inner_text("#said") == "3 of 4 votes given."
    page.select_option("#c1-1", "2")
    assert page.input_value("#c1-1") == "0"
    assert page.inner_text("#alert").startswith("You have 4 votes. Left to give: 1.")
    page.select_option("#c1-1", "1")
    assert page.inner_text("#said") == "4 of 4 votes given."
    assert "3: A" in voter.summary()
