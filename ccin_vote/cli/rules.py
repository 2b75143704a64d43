"""The counting rules: the list, one clause by clause, and those that have certain words."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from ccin_vote.cli.console import Json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ccin_vote.report.rule_search import Found
    from ccin_vote.rule import RuleSet


def rule_named(name: str) -> RuleSet:
    """Return a rule; capital letters, spaces and underscores in its name make no difference.

    Raises:
        UsageError: there is none of that name; names those that may be meant.
    """
    from ccin_vote.election.rule_names import rule_hint
    from ccin_vote.errors import UsageError
    from ccin_vote.rule import RULES

    written = "-".join(name.casefold().replace("_", " ").replace("-", " ").split())
    if written not in RULES:
        raise UsageError(f"There is no rule {name!r}.", remedy=rule_hint(name))
    return RULES[written]


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One rule, clause by clause.")] = "",
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="WORDS", help="Look for words in all that rules say."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the counting rules with their citations, tell one, or find one by its words."""
    from ccin_vote.rule import RULES

    chosen = [rule_named(name)] if name else list(RULES.values())
    if find is not None:
        _found(find, chosen, as_json=as_json)
    elif as_json:
        write_json([_rule_json(rule) for rule in chosen])
    elif name:
        for line in _clauses(chosen[0]):
            write(line)
    else:
        for line in _list(chosen):
            write(line)


_COLUMN = 25
_MOST = 12
_PASSAGES = 3
_A_SENTENCE = 4
"""As many words that tell something are taken for a sentence, not for words to be found all."""
_LIKELY = (
    "No one clause has all of these words. These rules come nearest, the likeliest first; read"
    " each with `ccin-vote rules NAME` before you choose:"
)


def _list(chosen: list[RuleSet]) -> Iterator[str]:
    from ccin_vote.report.rule_list import VARIANT, grouped_rules
    from ccin_vote.rule import LEFT_OUT

    yield _hanging("", _HOW_TO_FIND)
    for heading, said, found in grouped_rules(chosen):
        yield f"\n{heading}"
        if said:
            yield _hanging("  ", f"A constitution may say: {said}.")
        yield ""
        yield from (_line(rule) for rule in found)
    variants = ", ".join(rule.name for rule in chosen if rule.name.endswith(VARIANT))
    yield "\n" + _hanging("", f"{_RANKED_ONLY} {variants}.")
    guarded = ", ".join(rule.name for rule in chosen if rule.guards)
    yield "\n" + _hanging("", f"Places can be reserved for groups under these rules: {guarded}.")
    yield "\n" + _hanging("", LEFT_OUT)


_HOW_TO_FIND = (
    "With a sentence of your constitution at hand: `ccin-vote rules --find WORDS` looks for a few"
    ' of its words, such as "quota two decimals". A constitution that says "single transferable'
    ' vote" and no more leaves open which: settle it before the poll.'
)
_RANKED_ONLY = (
    "Each rule in pairs puts those whom a paper does not rank last; these ignore them instead:"
)


def _line(rule: RuleSet) -> str:
    """Return a rule of the list; a long name has a line of its own."""
    from ccin_vote.report.rule_list import in_short

    short = in_short(rule)
    summary = f"{rule.summary} ({'; '.join(short)})" if short else rule.summary
    if len(rule.name) <= _COLUMN:
        return _hanging(f"  {rule.name:{_COLUMN}} ", summary)
    return f"  {rule.name}\n{_hanging(' ' * (_COLUMN + 3), summary)}"


def _found(query: str, chosen: list[RuleSet], *, as_json: bool) -> None:
    """Show the rules that have all words of a query, and where.

    Raises:
        UsageError: there is no word.
        Refused: no rule has all of them.
    """
    from ccin_vote.errors import Refused, UsageError
    from ccin_vote.report.rule_search import find_rules, nearest_rules, words_of_query

    if not words_of_query(query):
        raise UsageError("There is no word to look for.", remedy='--find "quota two decimals"')
    found = find_rules(query, chosen)
    whole = bool(found) and found[0].whole
    sentence = not whole and len(words_of_query(query)) >= _A_SENTENCE
    found = nearest_rules(query, chosen) if sentence else found
    if as_json:
        write_json([_found_json(hit) for hit in found])
    if not found:
        raise Refused(f"No rule has all of these words: {query}", remedy=_instead(query, chosen))
    if not as_json:
        for line in _shown(found, likely=sentence):
            write(line)


def _shown(found: list[Found], *, likely: bool = False) -> Iterator[str]:
    if likely:
        yield _hanging("", _LIKELY)
    elif not found[0].whole:
        yield _hanging("", "No one clause has all of these words; rules that have them in several:")
    for at, hit in enumerate(found[:_MOST]):
        if at or not hit.whole:
            yield ""
        yield _hanging("", f"{hit.rule.name}: {hit.rule.title}")
        for passage in hit.passages[:_PASSAGES]:
            yield _hanging("  - ", f"{passage.source}: {passage.words}")
    if len(found) > _MOST:
        yield f"\nAnd {len(found) - _MOST} more; another word leaves fewer, and --json gives all."


def _instead(query: str, chosen: list[RuleSet]) -> str:
    """Say what to try when nothing was found."""
    from shlex import quote

    from ccin_vote.report.rule_search import find_rules, nearest_query

    fewer = nearest_query(query, chosen)
    if not fewer:
        return "words of a count, such as quota, surplus or lot; `ccin-vote rules` lists all rules."
    names = [find_rule.rule.name for find_rule in find_rules(fewer, chosen)]
    more = ", ..." if len(names) > _PASSAGES else ""
    found = f"{', '.join(names[:_PASSAGES])}{more}"
    return f"fewer words: `ccin-vote rules --find {quote(fewer)}` finds {found}"


def _found_json(found: Found) -> dict[str, object]:
    matched = [{"source": passage.source, "words": passage.words} for passage in found.passages]
    return {**_rule_json(found.rule), "matched": matched, "in_one_clause": found.whole}


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

    yield _hanging("", f"{rule.name} (version {rule.version}): {rule.summary}") + "\n"
    yield f"{_hanging('', rule.title)}\n{_hanging('', rule.citation)}\n"
    for clause in (*rule.clauses, *rule.on_reserved_places):
        yield _hanging("- ", f"{clause.source}: {clause.words}")
    if unclear := unclear_words(rule):
        yield _hanging("- ", f"unclear preferences: {unclear}")
    yield f"\n{_hanging('', f'Ties: {rule.tie_words}')}"


def _rule_json(rule: RuleSet) -> dict[str, object]:
    from ccin_vote.report.rule_list import group_of

    return {
        "name": rule.name,
        "version": rule.version,
        "title": rule.title,
        "citation": rule.citation,
        "summary": rule.summary,
        "group": group_of(rule),
        "ties": rule.tie_words,
        "clauses": [{"source": clause.source, "words": clause.words} for clause in rule.clauses],
    }


COMMANDS: dict[str, Callable[..., object]] = {"rules": rules}
"""The commands of this file by name."""
