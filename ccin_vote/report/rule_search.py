"""Finding a rule by words: a few of the sentence that a constitution has.

Every word has to be there, in one passage of the rule or else in several; what the rule is called
counts as part of each passage. Endings make no difference, nor whether a number is a word or a
figure, and two decimal places are 0.01 and hundredths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import log
from typing import TYPE_CHECKING

from ccin_vote.election.rule_names import called
from ccin_vote.election.words import unclear_words
from ccin_vote.report.rule_list import VARIANT, in_short
from ccin_vote.rule import Clause
from ccin_vote.rule.everyday import EVERYDAY, PHRASES, SAME_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.rule import RuleSet

_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_PARTS = {"hundredth": 2, "thousandth": 3, "thousand-millionth": 9}
_TELL_NOTHING = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "each", "for", "from"),
        *("has", "have", "he", "if", "in", "into", "is", "it", "its", "may", "must", "of", "on"),
        *(
            "or",
            "out",
            "shall",
            "she",
            "such",
            "than",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "they",
        ),
        *("this", "to", "was", "were", "when", "which", "who", "whom", "will", "with"),
    )
)
_CALLED = "also called"
_SHORT = "in short"
_NO_LAW = (_CALLED, _SHORT)
"""What the catalogue adds to what a law says."""
_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST = 3
MOST = 6
"""As many rules as a whole sentence is answered with."""
_AS_GOOD, _SPREAD, _EVERY_WORD = 0.6, 0.3, 0.1
"""How near to the best a rule has to come; what words in several passages weigh; what all have."""


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that has all words, and its passages that say most of them, ``said`` in number.

    ``whole`` tells that each of the passages has all, together with what the rule is called, and
    ``named`` that the rule is called so.
    """

    rule: RuleSet
    passages: tuple[Clause, ...]
    said: int
    whole: bool
    named: bool


@dataclass(frozen=True, slots=True)
class _Passage:
    """What a rule says in one place: its own words, and with them those that it is called by."""

    clause: Clause
    own: frozenset[str]
    words: frozenset[str]

    def has(self, wanted: Iterable[frozenset[str]]) -> int:
        """Count the words that are there."""
        return sum(word <= self.words for word in wanted)

    def says(self, wanted: Iterable[frozenset[str]]) -> int:
        """Count the words that are there, without the name of the rule."""
        return sum(word <= self.own for word in wanted)


def words_of_query(query: str) -> list[str]:
    """Return the words of a query that are looked for, without those that tell nothing."""
    words = re.findall(r"\w+(?:[.'-]\w+)*", query.casefold())
    return [word for word in words if word not in _TELL_NOTHING] or words


def find_rules(query: str, rules: Iterable[RuleSet]) -> list[Found]:
    """Return the rules that have all words of a query, the best first.

    Those with all words in one passage are the best, and if there is one, no others are given; of
    these, whose passage says most of the words by itself, and then the shortest.
    """
    wanted = [_meaning(word) for word in words_of_query(query)]
    found = sorted(
        filter(None, (_find(wanted, rule) for rule in rules)),
        key=lambda hit: (not hit.whole, -hit.said, 0 if hit.named else len(hit.passages[0].words)),
    )
    whole = [hit for hit in found if hit.whole]
    return _without_variants(whole or found)


def nearest_rules(query: str, rules: Iterable[RuleSet]) -> list[Found]:
    """Return the rules that say most of a whole sentence, the best first; not more than ``MOST``.

    A word weighs more the fewer rules have it; one that none has weighs nothing. A name by which
    people call a rule, found in the sentence as it stands, weighs as much as several words.
    """
    known = _without_variants_of(rules)
    wanted = [_meaning(word) for word in dict.fromkeys(words_of_query(query))]
    weights = [_weight(word, known) for word in wanted]
    named = _named_in(query)
    scored = [
        (_likeness(rule, wanted, weights) + named.get(rule.name, 0.0), rule) for rule in known
    ]
    best = max((score for score, _ in scored), default=0.0)
    likely = [(score, rule) for score, rule in scored if score and score >= best * _AS_GOOD]
    likely.sort(key=lambda scored_rule: -scored_rule[0])
    return [_most_said(rule, wanted, weights) for _, rule in likely[:MOST]]


def _weight(word: frozenset[str], rules: list[RuleSet]) -> float:
    """Return how much a word tells: the logarithm of how few rules have it; a number nothing."""
    if all(part.isdigit() for part in word):
        return 0.0
    having = sum(any(word <= passage.own for passage in _passages(rule)) for rule in rules)
    return log(len(rules) / having) + _EVERY_WORD if having else 0.0


def _likeness(rule: RuleSet, wanted: list[frozenset[str]], weights: list[float]) -> float:
    """Return the weight of what the best passage says, and less of what all of them say."""
    passages = _passages(rule)
    everything = frozenset[str]().union(*(passage.words for passage in passages))
    best = max(_said_by(passage.words, wanted, weights) for passage in passages)
    return best + _SPREAD * _said_by(everything, wanted, weights)


def _said_by(words: frozenset[str], wanted: list[frozenset[str]], weights: list[float]) -> float:
    return sum(weight for word, weight in zip(wanted, weights, strict=True) if word <= words)


def _most_said(rule: RuleSet, wanted: list[frozenset[str]], weights: list[float]) -> Found:
    passages = _passages(rule)
    best = max(passages, key=lambda passage: _said_by(passage.own, wanted, weights))
    clauses = [_fitting(best.clause, wanted)]
    if best.clause.source != "summary":
        clauses.append(Clause("summary", rule.summary))
    return Found(rule, tuple(clauses), best.says(wanted), whole=False, named=False)


def _named_in(query: str) -> dict[str, float]:
    """Return what a sentence's everyday names of rules weigh, by rule; the likeliest rule most."""
    sentence = f" {' '.join(re.findall(r'[a-z]+|[0-9]+', query.casefold()))} "
    found: dict[str, float] = {}
    for name, rules in (*EVERYDAY.items(), *PHRASES.items()):
        words = re.findall(r"[a-z]+|[0-9]+", name.casefold())
        if len("".join(words)) >= _SHORTEST and f" {' '.join(words)} " in sentence:
            for place, rule in enumerate(rules):
                found[rule] = found.get(rule, 0.0) + len(words) * (1 + 1 / (place + 1))
    return found


def _without_variants_of(rules: Iterable[RuleSet]) -> list[RuleSet]:
    return [rule for rule in rules if not rule.name.endswith(VARIANT)]


def nearest_query(query: str, rules: Iterable[RuleSet]) -> str:
    """Return as many words of a query as one passage says; empty if none says any."""
    words = words_of_query(query)
    best: list[str] = []
    for passage in (passage for rule in rules for passage in _passages(rule)):
        here = [word for word in words if _meaning(word) <= passage.own]
        best = here if len(here) > len(best) else best
    return " ".join(best)


def _find(wanted: list[frozenset[str]], rule: RuleSet) -> Found | None:
    passages = _passages(rule)
    everything = frozenset[str]().union(*(passage.words for passage in passages))
    if not wanted or not all(word <= everything for word in wanted):
        return None
    most = max(passage.has(wanted) for passage in passages)
    best = [passage for passage in passages if passage.has(wanted) == most]
    said = max(passage.says(wanted) for passage in best)
    shown = [_fitting(passage.clause, wanted) for passage in best if passage.says(wanted) == said]
    clauses = tuple(sorted(shown, key=lambda clause: (clause.source in _NO_LAW, len(clause.words))))
    whole, named = most == len(wanted), all(word <= _names(rule) for word in wanted)
    if named and "summary" not in {clause.source for clause in clauses}:
        clauses += (Clause("summary", rule.summary),)
    return Found(rule, clauses, said, whole=whole, named=named)


def _fitting(clause: Clause, wanted: list[frozenset[str]]) -> Clause:
    """Return of many everyday names those that have a word that is looked for."""
    if clause.source != _CALLED:
        return clause
    here = [
        part for part in clause.words.split(", ") if any(word <= _meaning(part) for word in wanted)
    ]
    return Clause(_CALLED, ", ".join(here or clause.words.split(", ")))


def _without_variants(found: list[Found]) -> list[Found]:
    """Leave out a variant where its rule is found too."""
    names = {hit.rule.name for hit in found}
    return [
        hit for hit in found if hit.rule.name.removesuffix(VARIANT) not in names - {hit.rule.name}
    ]


def _passages(rule: RuleSet) -> list[_Passage]:
    names = _names(rule)
    clauses = (
        Clause("title", rule.title),
        Clause(_CALLED, ", ".join(called(rule.name))),
        Clause("summary", rule.summary),
        *(Clause(_SHORT, said) for said in in_short(rule)),
        *rule.clauses,
        *rule.on_reserved_places,
        Clause("unclear preferences", unclear_words(rule)),
        Clause("ties", rule.tie_words),
        Clause("citation", rule.citation),
    )
    own = [
        (each_clause, _meaning(f"{each_clause.source} {each_clause.words}"))
        for each_clause in clauses
        if each_clause.words
    ]
    return [_Passage(clause, words, words | names) for clause, words in own]


def _names(rule: RuleSet) -> frozenset[str]:
    everyday = " ".join(called(rule.name))
    return _meaning(f"{rule.name.replace('-', ' ')} {rule.title} {everyday}")


def _meaning(text: str) -> frozenset[str]:
    """Return the words of a text without their endings, and what its numbers mean."""
    plain = text.casefold()
    for number, word in enumerate(_NUMBERS):
        plain = re.sub(rf"\b{word}\b", str(number), plain)
    words = {_stem(found) for found in re.findall(r"\w+(?:[.'-]\w+)*", plain)}
    words |= {
        _stem(part)
        for each_word in words
        if "-" in each_word and not each_word.startswith("non-")
        for part in each_word.split("-")
    }
    for places in _decimal_places(plain):
        words |= {str(places), _stem("decimal"), _stem("places"), f"0.{'1'.rjust(places, '0')}"}
    return frozenset(words)


def _decimal_places(plain: str) -> Iterable[int]:
    """Yield every number of decimal places that a text speaks of."""
    yield from (len(found) for found in re.findall(r"\b0\.(0*1)\b", plain))
    yield from (
        int(each_found) for each_found in re.findall(r"\b(\d{1,2}) (?:decimal|places)", plain)
    )
    for part, places in _PARTS.items():
        if re.search(rf"(?<![\w-]){part}", plain):
            yield places


@cache
def _stem(word: str) -> str:
    """Return a word without its ending, and one word for those that mean the same."""
    word = SAME_WORDS.get(word, word)
    if word.replace(".", "").isdigit():
        return word
    for ending in _ENDINGS:
        kept = word.removesuffix(ending)
        plural = ending != "s" or not word.endswith(("ss", "us"))
        if kept != word and plural and len(kept) >= _SHORTEST:
            return kept[:-1] if kept[-1] == kept[-2] and ending in {"ing", "ed"} else kept
    return word
