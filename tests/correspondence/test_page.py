"""The ballot page as a file: what stands in it, and what cannot get in."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.catalogue import texts
from ccin_vote.correspondence.page import _file, _script
from ccin_vote.officer.pages import combinations, make_page
from ccin_vote.poll.state import box_of, manifest_of
from ccin_vote.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bench import Bench

ALL = ("chair", "committee", "treasurer", "logo", "name", "rules")


@pytest.fixture(scope="module")
def html(everything: Bench) -> str:
    """Return the page with every contest."""
    return make_page(manifest_of(Snapshot.read(everything.folder).poll), ALL).decode()


class Document(HTMLParser):
    """The elements of a page, in order: name, attributes, text inside."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        """Take in a text."""
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every such element."""
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_page_is_made_for_each_combination_of_electorates(everything: Bench) -> None:
    """Those without the motion have another page; both are in the log by their digests."""
    poll = Snapshot.read(everything.folder).poll
    assert combinations(manifest_of(poll), box_of(poll)) == [ALL[:-1], ALL]
    pages = everything.folder.published
    for contests, digests in box_of(poll).pages.items():
        assert sha256(pages.page(contests).read_bytes()) in digests


def test_the_same_election_gives_the_same_page(everything: Bench) -> None:
    """Otherwise nobody could compare its SHA-256."""
    manifest = manifest_of(Snapshot.read(everything.folder).poll)
    assert make_page(manifest, ALL) == make_page(manifest, reversed(ALL))
    assert make_page(manifest, ALL) != make_page(manifest, ALL[:-1])


def test_the_policy_allows_its_own_script_and_style_by_hash_and_nothing_else(html: str) -> None:
    """Content-Security-Policy: default-src 'none', two hashes."""
    meta = next(one for one in Document(html).all("meta") if "http-equiv" in one)
    policy = dict(part.split(" ", 1) for part in (meta["content"] or "").split("; "))
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(style) == len(scripts) == 1
    hashed = [
        f"'sha256-{base64.b64encode(sha256(one.encode())).decode()}'" for one in style + scripts
    ]
    assert policy == {
        "default-src": "'none'",
        "style-src": hashed[0],
        "script-src": hashed[1],
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_on_the_page_is_loaded_from_anywhere(html: str) -> None:
    """No element that fetches; links to candidates' own pages leave it, in another window."""
    document = Document(html)
    assert {tag for tag, _ in document.elements} & {"img", "link", "iframe", "object", "embed"} == (
        set()
    )
    assert not any("src" in attributes for _, attributes in document.elements)
    assert "url(" not in _file("page.css")
    assert "@import" not in _file("page.css")
    links = [one for one in document.all("a") if (one.get("href") or "").startswith("http")]
    assert [link["href"] for link in links] == ["https://example.org/ann?a=1&b=2"]
    assert all(each_link["rel"] == "noopener noreferrer" for each_link in links)


def test_names_and_statements_cannot_become_markup(html: str) -> None:
    """What a candidate wrote is text, in the paper and in the data of the script."""
    assert "<b>Sons" not in html
    assert "alert(1)</script>" not in html
    assert html.count("</script>") == 2
    data = re.search(r'id="election">(.*?)</script>', html, re.DOTALL)
    assert data
    names = [load["name"] for load in json.loads(data[1])["contests"][0]["choices"]]
    assert names == ["Ann O'Hara & <b>Sons</b>", "Bob", 'Cŷd "C" $money {name}', names[3]]
    assert "Ann O'Hara & <b>Sons</b>" in Document(html).texts


def test_every_control_has_a_label_and_every_reference_a_target(html: str) -> None:
    """A screen reader says what each is for."""
    document = Document(html)
    ids = [str(one["id"]) for _, one in document.elements if "id" in one]
    assert len(ids) == len(set(ids))
    labels = {one.get("for") for one in document.all("label")}
    for tag in ("input", "select", "textarea"):
        assert {one["id"] for one in document.all(tag)} <= labels
    described = {
        target
        for _, one in document.elements
        for target in str(one.get("aria-describedby", "")).split()
    }
    assert labels | described - {""} <= set(ids)


def test_a_candidate_who_withdrew_is_shown_and_cannot_be_marked(html: str) -> None:
    """The paper keeps the name, without a control."""
    assert "Bob (withdrawn)" in html
    assert 'id="c1-1"' not in html
    assert 'id="c1-2"' in html


def test_the_page_says_who_could_link_and_what_counts(html: str) -> None:
    """Before anybody votes."""
    assert "would have to work together" in html
    assert "If you vote again before the close, only your latest ballot counts." in html
    assert "It takes 2 of the 3 scrutineers together" in html
    assert "The motion is carried by at least two thirds" in html


def test_where_the_first_ballot_counts_the_page_says_so(bench: Callable[..., Bench]) -> None:
    """And offers no second ballot; one scrutineer alone is called alone."""
    small = bench(revoting="first", needed=1, total=1)
    page = make_page(manifest_of(Snapshot.read(small.folder).poll), ["chair"]).decode()
    assert "Your first ballot counts. A later one is refused." in page
    assert 'id="again"' not in page
    assert "A single scrutineer can open your ballot" in page


def test_no_place_is_left_unfilled(html: str) -> None:
    """Neither of the template nor of the catalogue."""
    without = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    without = without.replace("$money {name}", "")
    assert not re.search(r"\{[a-z{%]+", re.sub(r"<style>.*?</style>", "", without, flags=re.DOTALL))


def test_the_catalogue_has_every_text_and_no_other() -> None:
    """Another language is one more file of the same keys."""
    keys = set(texts())
    template = set(re.findall(r"\bwords\.([a-z_]+)", _file("page.html")))
    script = _script()
    used = {key for key in keys if f'"{key}"' in script or f"`{key}" in script}
    used |= {f"{one}_named" for one in ("move_up", "move_down", "take_off")}
    used |= {each_key for each_key in keys if re.search(rf"\b{each_key}\b", script)}
    made_by_python = {key for key in keys if key.startswith(("how_", "revoting_", "opened_"))}
    made_by_python |= {
        *("one_seat", "more_seats", "rule", "code_file", "subject"),
    }
    assert keys <= template | used | made_by_python
    assert template <= keys
    assert made_by_python | {one for one in used if one in keys} <= keys


def test_a_language_that_is_not_there_is_not_guessed() -> None:
    """Welsh is added as a file, not as a silent fallback."""
    with pytest.raises(FileNotFoundError):
        texts("cy")


def test_a_lot_and_the_alphabet_order_the_paper_and_not_the_ballot(
    bench: Callable[..., Bench],
) -> None:
    """All members see one order; the marks stay in the definition's."""
    contests = (
        '[[contests]]\nid = "chair"\ntitle = "Chair"\nseats = 1\nrule = "alternative-vote"\n'
        "reopen_nominations = true\n"
        + "".join(
            f'[[contests.candidates]]\nid = "c{n}"\nname = "{chr(90 - n)}"\n' for n in range(9)
        )
    )
    orders = {}
    for order in ("as-listed", "alphabetical", "lot"):
        small = bench(contests=contests, options=f'candidate_order = "{order}"')
        page = make_page(manifest_of(Snapshot.read(small.folder).poll), ["chair"]).decode()
        orders[order] = [int(at) for at in re.findall(r'<select id="c1-(\d+)"', page)]
    assert orders["as-listed"] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert orders["alphabetical"] == [8, 7, 6, 5, 4, 3, 2, 1, 0, 9]
    assert sorted(orders["lot"]) == orders["as-listed"]
    assert orders["lot"][-1] == 9
