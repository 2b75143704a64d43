"""The offline ballot page: one HTML file that seals a ballot in the browser and asks nobody.

The same election, contests and version of this program give the same bytes, so that the SHA-256
in the letter and in the log can be compared. Its Content Security Policy (CSP Level 3) allows one
script and one style sheet, by their hashes, and no connection of any kind.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import MAXIMUM_MARK
from ccin_vote.ballot.reading import highest_mark, most_choices, spreads_votes
from ccin_vote.canonical import sha256, to_base64url
from ccin_vote.correspondence.catalogue import LANGUAGE, texts
from ccin_vote.election.words import plain_time, terms
from ccin_vote.rule import Marking, Unclear
from ccin_vote.seal.linkage import who_could_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        return self.sealing.election.rpartition("-")[0]


def ballot_page(page: Page, language: str = LANGUAGE) -> bytes:
    """Write the page, UTF-8."""
    words = texts(language)
    style, script = _file("page.css"), _script()
    filled = {key: escape(value) for key, value in _filled(page, words).items()}
    html = Template(_file("page.html")).substitute(
        filled,
        language=language,
        policy=escape(_policy(style, script)),
        style=style,
        script=script,
        banner=_banner(page, words),
        contests="\n".join(_contests(page, words)),
        again=_again(page, words),
        linkage="\n".join(
            f"<p>{escape(sentence)}</p>" for sentence in who_could_link(page.definition).sentences
        ),
        data=_data(page, words),
    )
    return html.encode()


def _file(name: str) -> str:
    return (files("ccin_vote.correspondence") / "page" / name).read_text("utf-8")


def _script() -> str:
    parts = "\n".join(_file(name) for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n{parts}}})();\n'


def _policy(style: str, script: str) -> str:
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


def _filled(page: Page, words: Mapping[str, str]) -> dict[str, str]:
    """Return every text outside the contests, filled in."""
    definition = page.definition
    values = {
        "officer": definition.officer.name,
        "email": definition.officer.email,
        "closes": plain_time(definition.timetable.closes),
        "election": page.sealing.election,
        "needed": str(page.sealing.needed),
        "scrutineers": str(len(page.sealing.scrutineers)),
    }
    known = {key: _fill(text, **values) for key, text in words.items() if key not in _FOR_SCRIPT}
    revoting = known[f"revoting_{definition.options.revoting}"]
    return known | {
        "opened": known["opened_together" if page.sealing.needed > 1 else "opened_alone"],
        "title": definition.title,
        "organisation": definition.organisation,
        "revoting": revoting,
    }


def _fill(text: str, **values: str) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _banner(page: Page, words: Mapping[str, str]) -> str:
    if not page.definition.rehearsal:
        return ""
    return f'<p class="banner">{escape(words["rehearsal"])}</p>'


def _again(page: Page, words: Mapping[str, str]) -> str:
    if page.definition.options.revoting != "latest":
        return ""
    button = f'<button type="button" id="again">{escape(words["again_go"])}</button>'
    return f'<p class="buttons noprint">{button}</p>'


def _contests(page: Page, words: Mapping[str, str]) -> Iterator[str]:
    for number, contest in enumerate(page.contests, start=1):
        rule = contest.rule_set
        seats = "one_seat" if contest.seats == 1 else "more_seats"
        lines = [
            _fill(words[seats], seats=str(contest.seats)),
            _fill(words["rule"], rule=rule.title, summary=rule.summary, ties=rule.tie_words),
            *terms(contest.contest),
        ]
        how = _fill(words[how_key(contest)], most=str(_most(contest)), all=str(contest.votes_each))
        rows = "\n".join(_rows(page, contest, number, words))
        order = _order(words) if rule.marking is Marking.RANKING else ""
        yield (
            f'<fieldset id="contest-{number}" disabled>\n<legend>{escape(contest.title)}</legend>\n'
            + "".join(f'<p class="soft">{escape(line)}</p>\n' for line in lines)
            + f'<p id="how-{number}"><strong>{escape(how)}</strong></p>\n'
            f'<ul class="candidates">\n{rows}\n</ul>\n{order}</fieldset>'
        )


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


def _order(words: Mapping[str, str]) -> str:
    return f'<div class="order" hidden><h3>{escape(words["order_heading"])}</h3>\n<ol></ol></div>\n'


def _rows(
    page: Page, contest: ContestDefinition, number: int, words: Mapping[str, str]
) -> Iterator[str]:
    for at in page.orders[contest.id]:
        candidate = contest.choices[at]
        name = escape(candidate.name)
        row = (
            f'<div class="row gone">{escape(_fill(words["withdrawn"], name=candidate.name))}</div>'
        )
        if not candidate.withdrawn:
            place = f"c{number}-{at}"
            control = _control(contest, number, at, words)
            row = f'<div class="row">{control}<label for="{place}">{name}</label></div>'
        yield f"<li>{row}{_about(candidate, words)}</li>"
    if _is_single(contest):
        place = f"c{number}-none"
        yield (
            f'<li><div class="row"><input type="radio" id="{place}" name="contest-{number}"'
            f' value="" data-at="-1" checked aria-describedby="how-{number}">'
            f'<label for="{place}">{escape(words["no_choice"])}</label></div></li>'
        )


def _is_single(contest: ContestDefinition) -> bool:
    marking = contest.rule_set.marking
    return marking in {Marking.CROSS, Marking.CROSSES} and most_choices(contest) == 1


def _control(contest: ContestDefinition, number: int, at: int, words: Mapping[str, str]) -> str:
    marking = contest.rule_set.marking
    common = f'id="c{number}-{at}" data-at="{at}" aria-describedby="how-{number}"'
    if _is_single(contest):
        return f'<input type="radio" name="contest-{number}" value="{at}" {common}>'
    if marking is Marking.CROSSES:
        return f'<input type="checkbox" {common}>'
    none = escape(words["no_preference"]) if marking is Marking.RANKING else "0"
    numbers = "".join(f'<option value="{n}">{n}</option>' for n in range(1, _most(contest) + 1))
    return f'<select {common}><option value="0">{none}</option>{numbers}</select>'


def _about(candidate: CandidateDefinition, words: Mapping[str, str]) -> str:
    paragraphs = (" ".join(part.split()) for part in candidate.statement.split("\n\n"))
    parts = [
        f'<p class="statement">{escape(paragraph)}</p>' for paragraph in paragraphs if paragraph
    ]
    if candidate.link:
        more = escape(_fill(words["link_of"], name=candidate.name))
        address = escape(candidate.link)
        parts.append(
            f'<p><a href="{address}" target="_blank" rel="noopener noreferrer">{more}</a></p>'
        )
    if not parts:
        return ""
    about = escape(_fill(words["statement_of"], name=candidate.name))
    return f"<details><summary>{about}</summary>{''.join(parts)}</details>"


def _data(page: Page, words: Mapping[str, str]) -> str:
    """Return what the script needs, as JSON that cannot end its element."""
    definition, sealing = page.definition, page.sealing
    document = {
        "election": {
            "id": sealing.election,
            "manifest": to_base64url(sealing.manifest),
            "needed": sealing.needed,
            "seals": [to_base64url(scrutineer.seal) for scrutineer in sealing.scrutineers],
            "contests": [
                {"id": each_contest.id, "size": len(each_contest.names)}
                for each_contest in definition.contests
            ],
        },
        "contests": [_contest_data(page, contest) for contest in page.contests],
        "texts": {key: words[key] for key in _FOR_SCRIPT},
        "address": definition.officer.email,
        "subject": _fill(words["subject"], title=definition.title),
        "keep": _fill(words["code_file"], title=definition.title),
        "file": page.name,
        "longestLink": LONGEST_LINK,
    }
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")


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
