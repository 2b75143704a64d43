"""What a definition must meet beyond its types: one function a rule, and the list of them all."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any

from ccin_vote.canonical import NotCanonical, from_base64url
from ccin_vote.election.contest import REOPEN_NOMINATIONS
from ccin_vote.election.definition import KEY_LENGTH, KEY_PREFIX
from ccin_vote.election.document import quoted
from ccin_vote.election.reserved_faults import groups_have_places, reserved_places_can_be_filled
from ccin_vote.election.rule_names import rule_hint, rule_of
from ccin_vote.election.timetable import closing_follows_opening
from ccin_vote.errors import shown
from ccin_vote.rule import RULES, Completion, Marks, Motion, Pairwise, Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ccin_vote.election.document import Document
    from ccin_vote.election.positions import Path
    from ccin_vote.errors import Mistake

# No dot, slash or space, and none of the underscores that join ids in file names.
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LINK = re.compile(r"https?://[^\s<>\"]+")
# Far less than RFC 5322 allows: nothing that could end an address and begin another.
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")


def rules_exist(document: Document) -> Iterator[Mistake]:
    """Every contest names a rule that there is."""
    for path, rule in document.texts("contests", "*", "rule"):
        if rule not in RULES:
            yield document.mistake(path, f"there is no rule {quoted(rule)}", rule_hint(rule))


def contests_have_choices(document: Document) -> Iterator[Mistake]:
    """Every contest has candidates, but for a motion, which has none."""
    for path, contest in document.select("contests", "*"):
        rule = rule_of(contest)
        if rule is None:
            continue
        motion = isinstance(rule.method, Motion)
        if motion and contest.get("candidates"):
            problem = "a motion has no candidates: members vote for, against, or abstain"
            yield document.mistake((*path, "candidates"), problem)
        elif not motion and not contest.get("candidates"):
            hint = "add a table [[contests.candidates]]"
            place = (*path, "candidates") if "candidates" in contest else path
            yield document.mistake(place, "this contest has no candidate", hint)


def options_belong_to_the_rule(document: Document) -> Iterator[Mistake]:
    """A threshold stands with a motion, `votes_each` with the limited vote, and only there."""
    for path, contest in document.select("contests", "*"):
        rule = rule_of(contest)
        if rule is None:
            continue
        limited = isinstance(rule.method, Points) and rule.method.marks is Marks.AS_STATED
        for key, wanted, example in (
            ("threshold", isinstance(rule.method, Motion), 'threshold = "simple-majority"'),
            ("votes_each", limited, "votes_each = 1"),
        ):
            if wanted and not contest.get(key):
                problem = f"the rule {rule.name} needs {key!r}"
                yield document.mistake(path, problem, f"add a line such as {example}")
            elif contest.get(key) and not wanted:
                problem = f"{key!r} has no meaning under the rule {rule.name}"
                yield document.mistake((*path, key), problem, "remove the line")
        if isinstance(rule.method, Motion) and contest.get("reopen_nominations"):
            problem = "a motion has no nominations to re-open"
            yield document.mistake((*path, "reopen_nominations"), problem)


def debian_options_belong_to_the_rule(document: Document) -> Iterator[Mistake]:
    """What concerns a default option stands where the rule has one, and the option is there."""
    for path, contest in document.select("contests", "*"):
        rule = rule_of(contest)
        if rule is None:
            continue
        method = rule.method
        has = isinstance(method, Pairwise) and method.completion is Completion.SCHWARTZ_DROPPING
        used = [(*path, "over_default")] if contest.get("over_default") else []
        used += [
            (*path, "candidates", at, "majority")
            for at, candidate in enumerate(contest.get("candidates") or ())
            if isinstance(candidate, dict) and candidate.get("majority", 1) != 1
        ]
        for place in used:
            if not has:
                problem = f"{str(place[-1])!r} has no meaning under the rule {rule.name}"
                yield document.mistake(place, problem, "remove the line")
            elif not contest.get("reopen_nominations"):
                hint = "add reopen_nominations = true"
                yield document.mistake(place, "this needs a default option on the paper", hint)


def choices_fit(document: Document) -> Iterator[Mistake]:
    """No more candidates than the rule can count; none is called as re-open nominations are."""
    for path, contest in document.select("contests", "*"):
        rule = rule_of(contest)
        listed = contest.get("candidates") if isinstance(contest, dict) else None
        if rule is None or not isinstance(listed, tuple):
            continue
        # `is True`: its type is checked elsewhere, and any text would count as true.
        reopen = contest.get("reopen_nominations") is True
        number = len(listed) + reopen
        if rule.most_candidates and number > rule.most_candidates:
            problem = f"{rule.name} is counted for at most {rule.most_candidates} candidates"
            yield document.mistake((*path, "rule"), problem, "schulze has no such limit")
        for at, candidate in enumerate(listed if reopen else ()):
            named = candidate.get("name") if isinstance(candidate, dict) else None
            if isinstance(named, str) and named.casefold() == REOPEN_NOMINATIONS.casefold():
                problem = "the paper has this choice already, by reopen_nominations = true"
                yield document.mistake((*path, "candidates", at, "name"), problem)


def one_seat_rules_fill_one_seat(document: Document) -> Iterator[Mistake]:
    """A rule for one seat has one seat to fill."""
    for path, contest in document.select("contests", "*"):
        rule = rule_of(contest)
        if rule and rule.one_seat and _above(contest.get("seats"), 1):
            hint = "for several seats: scottish-stv"
            yield document.mistake((*path, "seats"), f"{rule.name} fills one seat only", hint)


def _above(value: object, number: int) -> bool:
    return isinstance(value, int) and value > number


def ids_are_ids(document: Document) -> Iterator[Mistake]:
    """The ids of contests and candidates are ids."""
    yield from no_ids(document, document.select("contests", "*", "id"))
    yield from no_ids(document, document.select("contests", "*", "candidates", "*", "id"))


def no_ids(document: Document, values: Iterable[tuple[Path, Any]]) -> Iterator[Mistake]:
    """Name every text that is no id: it goes into file names and commands."""
    for path, value in values:
        if isinstance(value, str) and not _ID.fullmatch(value):
            allowed = "lower-case letters, digits and hyphens, at most 64"
            problem = f"{quoted(value)} is not an id: use {allowed}"
            made = id_from(value)
            yield document.mistake(path, problem, f"did you mean {made!r}?" if made else None)


def id_from(name: str) -> str:
    """Make an id from a name; empty if the name has no letter or digit of ASCII."""
    # NFKD parts é into e and an accent, which is not ASCII and goes.
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:64].strip("-")


def nothing_stands_twice(document: Document) -> Iterator[Mistake]:
    """Contests, candidates of a contest, and scrutineers differ from each other."""
    for key in ("id", "title"):
        yield from twice(document, document.texts("contests", "*", key), f"contest {key}")
    for people in ("scrutineers", "tellers"):
        for key in ("name", "email", "key"):
            found = document.texts(people, "*", key)
            yield from twice(document, found, f"{people.removesuffix('s')}'s {key}")
    for key in ("id", "name"):
        found = document.texts("contests", "*", "candidates", "*", key)
        yield from twice(document, found, f"candidate's {key}", scope=2)


def twice(
    document: Document, values: Iterable[tuple[Path, str]], what: str, scope: int = 0
) -> Iterator[Mistake]:
    """Name every text that stood before; letter case and spacing make no difference.

    Only texts whose paths agree in their first ``scope`` parts are compared.
    """
    first: dict[tuple[Path, str], Path] = {}
    for path, value in values:
        # An é may be one character or two, and looks the same.
        folded = " ".join(unicodedata.normalize("NFC", value).casefold().split())
        before = first.setdefault((path[:scope], folded), path)
        if folded and before != path:
            line = document.mistake(before, "").line
            problem = f"the {what} {quoted(value)} stands in line {line} already"
            yield document.mistake(path, problem)


def scrutineers_suffice(document: Document) -> Iterator[Mistake]:
    """There are at least as many scrutineers as are needed."""
    number = len(list(document.select("scrutineers", "*")))
    for path, needed in document.select("secrecy", "needed"):
        if number and _above(needed, number):
            problem = f"more scrutineers are needed than there are ({number})"
            yield document.mistake(path, problem, f"a number from 1 to {number}")


def one_teller_is_too_few(document: Document) -> Iterator[Mistake]:
    """Paper ballots are keyed by two people, or there are none."""
    tellers = list(document.select("tellers", "*"))
    if len(tellers) == 1:
        problem = "one teller alone: paper ballots are keyed by two people"
        yield document.mistake(tellers[0][0], problem, "add a second table [[tellers]]")
    for path, name in document.texts("contests", "*", "id") if tellers else ():
        if name == "votes":
            problem = "with tellers no contest has the id 'votes': on keyed papers it is the number"
            yield document.mistake(path, problem, "another id")


def links_can_be_followed(document: Document) -> Iterator[Mistake]:
    """A candidate's link is a web address; so is that of the published folder, and encrypted."""
    for path, link in document.texts("contests", "*", "candidates", "*", "link"):
        if not _LINK.fullmatch(link):
            yield document.mistake(path, f"{quoted(link)} is no web address", "https://...")
    for path, link in document.texts("options", "web"):
        if not _LINK.fullmatch(link) or not link.startswith("https://"):
            hint = "it starts with https://: browsers seal nothing on a page without it"
            yield document.mistake(path, f"{quoted(link)} is no such web address", hint)


def keys_look_right(document: Document) -> Iterator[Mistake]:
    """A key has the prefix and the length; its signature is checked elsewhere."""
    found = (document.texts(people, "*", "key") for people in ("scrutineers", "tellers"))
    for path, key in chain.from_iterable(found):
        if not key.startswith(KEY_PREFIX):
            hint = f"the line that `keygen` printed starts with {KEY_PREFIX}"
            yield document.mistake(path, "this is no public key", hint)
        elif not _is_key(key.removeprefix(KEY_PREFIX)):
            hint = "copy the whole line that `keygen` printed"
            yield document.mistake(path, "this key is cut short or damaged", hint)


def _is_key(text: str) -> bool:
    try:
        return bool(from_base64url(text, KEY_LENGTH))
    except NotCanonical:
        return False


def addresses_are_addresses(document: Document) -> Iterator[Mistake]:
    """The e-mail addresses of the officer, the scrutineers and the tellers look like addresses."""
    yield from no_addresses(document, document.texts("officer", "email"))
    yield from no_addresses(document, document.texts("scrutineers", "*", "email"))
    yield from no_addresses(document, document.texts("tellers", "*", "email"))


def is_address(text: str) -> bool:
    """Return whether a text looks like an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def no_addresses(document: Document, values: Iterable[tuple[Path, str]]) -> Iterator[Mistake]:
    """Name every text that cannot be an e-mail address."""
    for path, value in values:
        if not is_address(value):
            yield document.mistake(path, f"{quoted(value)} is no e-mail address")


def texts_are_plain(document: Document) -> Iterator[Mistake]:
    """No text is blank or has a character that does not show; statements may have lines."""
    for path, value in _texts((), document.values):
        allowed = value.replace("\n", " ") if path[-1] == "statement" else value
        hidden = next((name for name in allowed if shown(name) != name), None)
        if hidden is not None:
            problem = f"the character U+{ord(hidden):04X} cannot be seen; please remove it"
            yield document.mistake(path, problem)
        elif value and not value.strip():
            yield document.mistake(path, "there are only spaces here")


def _texts(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts((*path, key), item)
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _texts((*path, at), item)


RULES_OF_A_DEFINITION: tuple[Callable[[Document], Iterator[Mistake]], ...] = (
    closing_follows_opening,
    rules_exist,
    contests_have_choices,
    options_belong_to_the_rule,
    choices_fit,
    reserved_places_can_be_filled,
    groups_have_places,
    debian_options_belong_to_the_rule,
    one_seat_rules_fill_one_seat,
    ids_are_ids,
    nothing_stands_twice,
    scrutineers_suffice,
    one_teller_is_too_few,
    links_can_be_followed,
    keys_look_right,
    addresses_are_addresses,
    texts_are_plain,
)
"""Every rule that a definition must meet, in no particular order."""
