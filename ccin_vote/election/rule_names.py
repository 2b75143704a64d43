"""Which rules somebody means by a name that is none of ours: by what it means, then by its letters.

Short names lie: `stv` is one letter from `sntv`, and as far from it as a system can be.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from ccin_vote.rule import RULES, RuleSet
from ccin_vote.rule.everyday import EVERYDAY, FILLERS

MOST = 6
"""As many rules as a hint may name."""

_LONGEST = 80
_ALIKE = 0.85
_SIMILAR = 0.6
_FEWEST_LETTERS = 3

ELSEWHERE = (
    "`ccin-vote rules` lists them all, and `ccin-vote rules --find WORDS` looks into what they say"
)
"""What to try if a name means nothing here."""


def rule_of(contest: object) -> RuleSet | None:
    """Return the rule that a contest of a file names; None if it names none that there is."""
    named = contest.get("rule") if isinstance(contest, dict) else None
    return RULES.get(named) if isinstance(named, str) else None


def rule_hint(given: str) -> str:
    """Return the hint beside a name that is no rule."""
    meant = [repr(name) for name in rules_meant(given)[:MOST]]
    if not meant:
        return ELSEWHERE
    if len(meant) == 1:
        return f"did you mean {meant[0]}?"
    named = f"{', '.join(meant[:-1])} or {meant[-1]}"
    return f"did you mean {named}? `ccin-vote rules` tells them apart"


def rules_meant(given: str) -> tuple[str, ...]:
    """Return the rules that a name may mean, the likeliest first; empty if it means none."""
    words = words_of(given[:_LONGEST])
    names = _known_names()
    found = names.get("".join(words), ())
    # The surest first: the name itself, a slip in it, words of it, and only then a likeness.
    return found or _by_letters(words, _ALIKE) or _by_words(words) or _by_letters(words, _SIMILAR)


def called(rule: str) -> tuple[str, ...]:
    """Return the everyday names that may mean a rule."""
    return tuple(name for name, rules in EVERYDAY.items() if rule in rules)


def words_of(name: str) -> list[str]:
    """Return the words of a name without those that tell nothing, if there are others."""
    words = re.findall(r"[a-z]+|\d+", name.casefold())
    return [word for word in words if word not in FILLERS] or words


@cache
def _known_names() -> dict[str, tuple[str, ...]]:
    """Return what each name means, written as one word: everyday names before those of rules."""
    known: dict[str, tuple[str, ...]] = {"".join(words_of(name)): (name,) for name in RULES}
    for name, rules in EVERYDAY.items():
        here = tuple(rule for rule in rules if rule in RULES)
        if here:
            known["".join(words_of(name))] = here
    return known


def _by_letters(words: list[str], cutoff: float) -> tuple[str, ...]:
    known, word = _known_names(), "".join(words)
    long_enough = len(word) >= _FEWEST_LETTERS
    close = difflib.get_close_matches(word, known, n=1, cutoff=cutoff) if long_enough else []
    return known[close[0]] if close else ()


def _by_words(words: list[str]) -> tuple[str, ...]:
    """Return the rules that most words of a name mean, each word by itself."""
    known = _known_names()
    votes: dict[str, int] = {}
    for word in words:
        parts = tuple(name for name in RULES if word in words_of(name))
        for name in dict.fromkeys((*known.get(word, ()), *parts)):
            votes[name] = votes.get(name, 0) + 1
    most = max(votes.values(), default=0)
    return tuple(name for name, number in votes.items() if number == most)
