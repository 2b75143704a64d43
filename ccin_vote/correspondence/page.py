"""The offline ballot page: one HTML file that seals a ballot in the browser and asks nobody.

The same election, contests and version of this program give the same bytes, so that the SHA-256
in the letter and in the log can be compared. Its Content Security Policy (CSP Level 3) allows one
script and one style sheet, by their hashes, and no connection of any kind.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from ccin_vote.ballot.marks import MAXIMUM_MARK
from ccin_vote.ballot.reading import highest_mark, most_choices, spreads_votes
from ccin_vote.canonical import sha256, to_base64url
from ccin_vote.correspondence.catalogue import LANGUAGE, texts
from ccin_vote.correspondence.templates import filled
from ccin_vote.election.words import plain_time, terms
from ccin_vote.rule import Marking, Unclear
from ccin_vote.seal.linkage import who_could_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccin_vote.election.contest import Candidate
    from ccin_vote.election.definition import CandidateDefinition, ContestDefinition, Definition
    from ccin_vote.seal.sealing import Sealing

SCRIPTS = ("bytes.js", "token.js", "hpke.js", "sealing.js", "contest.js", "form.js")
"""The files of the one script, in their order."""

LONGEST_LINK = 1950
"""Mail programs on Windows take over links of about 2,000 characters."""

_FOR_SCRIPT = (
    *("token_character", "token_length", "token_slip", "token_right", "ranked", "unranked"),
    *(
        "chosen",
        "too_many",
        "spread",
        "too_many_votes",
        "move_up",
        "move_down",
        "take_off",
        "move_up_named",
    ),
    *("move_down_named", "take_off_named", "left_blank", "sealing_failed", "copied"),
    *("copy_by_hand", "attach_body"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows: the contests of one combination of electorates.

    ``orders`` gives each contest's candidates in the order of the paper, by contest id.
    """

    definition: Definition
    sealing: Sealing
    contests: tuple[ContestDefinition, ...]
    orders: Mapping[str, tuple[Candidate, ...]]

    @property
    def name(self) -> str:
        """The slug of the election, for the names of files that the voter saves."""
        # The id is the slug, a hyphen and random digits.
        return self.sealing.election.rpartition("-")[0]


def ballot_page(page: Page, language: str = LANGUAGE) -> bytes:
    """Return the page, UTF-8."""
    words = texts(language)
    definition, needed = page.definition, page.sealing.needed
    style, script = _file("page.css"), _script()
    values = {
        "language": language,
        "words": words,
        "policy": _policy(style, script),
        "style": Markup(style),  # noqa: S704  (ours)
        "script": Markup(script),  # noqa: S704  (ours)
        "rehearsal": definition.rehearsal,
        "title": definition.title,
        "organisation": definition.organisation,
        "officer": definition.officer,
        "closes": plain_time(definition.timetable.closes),
        "revoting": definition.options.revoting,
        "election": page.sealing.election,
        "needed": needed,
        "scrutineers": len(page.sealing.scrutineers),
        "opened": "opened_together" if needed > 1 else "opened_alone",
        "contests": [
            _shown(page, contest, number, words)
            for number, contest in enumerate(page.contests, start=1)
        ],
        "linkage": who_could_link(definition).sentences,
        "data": _data(page, words),
    }
    return filled("page.html", _file("page.html"), values).encode()


def _file(name: str) -> str:
    return (files("ccin_vote.correspondence") / "page" / name).read_text("utf-8")


def _script() -> str:
    parts = "\n".join(_file(name) for name in SCRIPTS)
    # In a function: nothing of it can be reached from outside of the script.
    return f'(function () {{\n"use strict";\n{parts}}})();\n'


def _policy(style: str, script: str) -> str:
    # CSP: `base-uri` and `form-action` do not fall back on `default-src`, so they are named.
    allowed = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode())).decode()}'"


@dataclass(frozen=True, slots=True)
class _Choice:
    """A candidate as the paper has it; ``at`` is the place in the definition."""

    at: int
    name: str
    withdrawn: bool
    statement: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A contest as the paper has it; ``control`` is what a candidate is marked with."""

    number: int
    title: str
    facts: tuple[str, ...]
    how: str
    choices: tuple[_Choice, ...]
    control: Literal["radio", "checkbox", "select"]
    numbers: range
    ranked: bool


def _shown(page: Page, contest: ContestDefinition, number: int, words: Mapping[str, str]) -> _Shown:
    rule, most = contest.rule_set, _most(contest)
    seats = words["one_seat" if contest.seats == 1 else "more_seats"]
    law = words["rule"].format(rule=rule.title, summary=rule.summary, ties=rule.tie_words)
    return _Shown(
        number=number,
        title=contest.title,
        facts=(seats.format(seats=contest.seats), law, *terms(contest.contest)),
        how=words[how_key(contest)].format(most=most, all=contest.votes_each),
        choices=tuple(_choice(at, contest.choices[at]) for at in page.orders[contest.id]),
        control=_control(contest),
        numbers=range(1, most + 1),
        ranked=rule.marking is Marking.RANKING,
    )


def _choice(at: int, candidate: CandidateDefinition) -> _Choice:
    # Line breaks are those of the TOML file; an empty line begins a paragraph.
    paragraphs = (" ".join(part.split()) for part in candidate.statement.split("\n\n"))
    statement = tuple(paragraph for paragraph in paragraphs if paragraph)
    return _Choice(at, candidate.name, candidate.withdrawn, statement, candidate.link)


def _control(contest: ContestDefinition) -> Literal["radio", "checkbox", "select"]:
    marking = contest.rule_set.marking
    if marking not in {Marking.CROSS, Marking.CROSSES}:
        return "select"
    return "radio" if most_choices(contest) == 1 else "checkbox"


def how_key(contest: ContestDefinition) -> str:
    """Return the key of the text that says how a contest's paper is marked."""
    rule = contest.rule_set
    match rule.marking:
        case Marking.RANKING if rule.equal is Unclear.ALLOWED:
            return "how_ranking_equal"
        case Marking.RANKING if rule.most_places:
            return "how_ranking_most"
        case Marking.CROSSES if most_choices(contest) == 1:
            return "how_cross"
        case Marking.SCORES if spreads_votes(rule):
            return "how_spread"
        case marking:
            return f"how_{marking.value}"


def _most(contest: ContestDefinition) -> int:
    """Return the highest number that a voter may write, or how many crosses there may be."""
    rule = contest.rule_set
    highest = highest_mark(contest.contest, rule)
    return highest or min(most_choices(contest), len(contest.choices), MAXIMUM_MARK)


def _data(page: Page, words: Mapping[str, str]) -> dict[str, object]:
    """Return what the script needs."""
    definition, sealing = page.definition, page.sealing
    return {
        "election": {
            "id": sealing.election,
            "manifest": to_base64url(sealing.manifest),
            "needed": sealing.needed,
            "seals": [to_base64url(scrutineer.seal) for scrutineer in sealing.scrutineers],
            # All of the election, also those not on this page: what is sealed has one length for
            # everybody.
            "contests": [
                {"id": contest.id, "size": len(contest.names)} for contest in definition.contests
            ],
        },
        "contests": [_contest_data(page, contest) for contest in page.contests],
        "texts": {key: words[key] for key in _FOR_SCRIPT},
        "address": definition.officer.email,
        "subject": words["subject"].format(title=definition.title),
        "keep": words["code_file"].format(title=definition.title),
        "file": page.name,
        "longestLink": LONGEST_LINK,
    }


def _contest_data(page: Page, contest: ContestDefinition) -> dict[str, object]:
    rule = contest.rule_set
    return {
        "id": contest.id,
        "title": contest.title,
        "size": len(contest.names),
        "marking": rule.marking.value,
        "equal": rule.equal is Unclear.ALLOWED,
        "most": _most(contest),
        "all": contest.votes_each if spreads_votes(rule) else 0,
        "choices": [
            {"at": at, "name": contest.choices[at].name, "withdrawn": contest.choices[at].withdrawn}
            for at in page.orders[contest.id]
        ],
    }
