"""The counting rules: the list, and one clause by clause."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import Json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ccin_vote.rule import RuleSet


def rule_named(name: str) -> RuleSet:
    """Give a rule.

    Raises:
        UsageError: there is none of that name; names those that may be meant.
    """
    from ccin_vote.election.rule_names import rule_hint
    from ccin_vote.errors import UsageError
    from ccin_vote.rule import RULES

    if name not in RULES:
        raise UsageError(f"There is no rule {name!r}.", remedy=rule_hint(name))
    return RULES[name]


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One rule, clause by clause.")] = "",
    as_json: Json = False,
) -> None:
    """List the counting rules with their citations, or tell one clause by clause."""
    from ccin_vote.rule import LEFT_OUT, RULES

    chosen = [rule_named(name)] if name else list(RULES.values())
    if as_json:
        write_json([_rule_json(one) for one in chosen])
        return
    if name:
        for line in _clauses(chosen[0]):
            write(line)
        return
    for heading, rules_of_family in _families(chosen):
        write(f"{heading}\n")
        for one in rules_of_family:
            write(_hanging(f"  {one.name:25} ", one.summary))
        write("")
    write(_hanging("", f"{_RANKED_ONLY} {', '.join(_ranked_only(chosen))}."))
    write("")
    write(_hanging("", LEFT_OUT))


_RANKED_ONLY = (
    "Each rule in pairs puts those whom a paper does not rank last; these ignore them instead:"
)


def _families(chosen: Iterable[RuleSet]) -> Iterator[tuple[str, list[RuleSet]]]:
    from ccin_vote.rule.ruleset import (
        Bucklin,
        KeepValues,
        Motion,
        Pairwise,
        Points,
        Star,
        Transfers,
    )

    families = (
        ("Marks and points", (Points, Motion)),
        ("One seat, by stages", (Star, Bucklin)),
        ("Papers that move (the Gregory family)", (Transfers,)),
        ("Keep values (the Meek family)", (KeepValues,)),
        ("Comparison in pairs", (Pairwise,)),
    )
    left = [one for one in chosen if not one.name.endswith("-ranked-only")]
    for heading, methods in families:
        stages = heading.startswith("One seat")
        found = [
            one
            for one in left
            if isinstance(one.method, methods)
            or (stages and one.one_seat and isinstance(one.method, Transfers))
        ]
        left = [one for one in left if one not in found]
        yield heading, found


def _ranked_only(chosen: Iterable[RuleSet]) -> list[str]:
    return [one.name for one in chosen if one.name.endswith("-ranked-only")]


def _hanging(first: str, text: str) -> str:
    return textwrap.fill(
        text,
        80,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _clauses(rule: RuleSet) -> Iterator[str]:
    from ccin_vote.election.words import unclear_words

    yield f"{rule.name} (version {rule.version}): {rule.summary}\n"
    yield f"{_hanging('', rule.title)}\n{_hanging('', rule.citation)}\n"
    for clause in rule.clauses:
        yield _hanging("- ", f"{clause.source}: {clause.words}")
    if unclear := unclear_words(rule):
        yield _hanging("- ", f"unclear preferences: {unclear}")
    yield f"\n{_hanging('', f'Ties: {rule.tie_words}')}"


def _rule_json(rule: RuleSet) -> dict[str, object]:
    return {
        "name": rule.name,
        "version": rule.version,
        "title": rule.title,
        "citation": rule.citation,
        "summary": rule.summary,
        "ties": rule.tie_words,
        "clauses": [{"source": one.source, "words": one.words} for one in rule.clauses],
    }


COMMANDS: dict[str, Callable[..., object]] = {"rules": rules}
"""The commands of this file by name."""
