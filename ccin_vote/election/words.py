"""Words that letters, sheets and messages share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ccin_vote.election.contest import MOTION_CHOICES
from ccin_vote.rule import Marking, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from ccin_vote.election.contest import Constraint, Contest
    from ccin_vote.rule import RuleSet

REHEARSAL = "REHEARSAL - this is not a real election"
"""What stands over everything that comes of a rehearsal."""

REVOTING = {
    "latest": "If you vote again before the close, only your latest ballot counts.",
    "first": "Your first ballot counts; a later one is refused.",
}
"""What a voter is told of voting again, by the option of the definition."""

WHICH_COUNTS = {
    "latest": "The latest ballot of a member counts.",
    "first": "The first ballot of a member counts.",
}
"""What the sheet says of the same."""

# Codes, not free text: no name can come into the log with them.
REVOKED = {
    "lost": "the letter was lost",
    "wrong-address": "it went to a wrong address",
    "contact-changed": "the member has another contact",
    "misused": "somebody else used the token",
    "paper": "the member votes on paper",
    "member-left": "the member left the organisation",
}
"""Why a credential is revoked: the word in the log, the words for a person."""


def listed(names: Sequence[str]) -> str:
    """Return ``A``, ``A and B`` or ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def some(names: Sequence[str], most: int) -> str:
    """Return ``A, B, C``; of more than ``most`` names, ``A, B, C and 4 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def outcome_words(title: str, winners: Sequence[str], *, motion: bool = False) -> str:
    """Say in one line of Markdown what a contest decided; names are written as they are given."""
    if motion and winners:
        verdict = "carried" if list(winners) == [MOTION_CHOICES[0]] else "lost"
        return f"{title}: **the motion is {verdict}**"
    if not winners:
        return f"{title}: **nobody** is elected"
    return f"{title}: **{listed(winners)}** {'is' if len(winners) == 1 else 'are'} elected"


_SKIPPED = {
    Unclear.STOP: "A number left out ends what is read of a paper",
    Unclear.PASS_OVER: "A number left out is passed over",
}
_REPEATED = {
    Unclear.STOP: "a candidate named again ends it",
    Unclear.PASS_OVER: "a candidate named again is passed over",
}
_EQUAL = {
    Unclear.STOP: "equal numbers end it",
    Unclear.ALLOWED: "equal numbers share a place",
}


def unclear_words(rule: RuleSet) -> str:
    """Say what skipped, repeated and equal preferences do under a rule; empty without ranking."""
    if rule.marking is not Marking.RANKING:
        return ""
    return f"{_SKIPPED[rule.skipped]}; {_REPEATED[rule.repeated]}; {_EQUAL[rule.equal]}."


_THRESHOLDS = {
    "simple-majority": "more votes for it than against it",
    "two-thirds": "at least two thirds of the votes for and against it",
    "majority-of-electorate": "more than half of all votes that the electorate has",
}


def terms(contest: Contest) -> Iterator[str]:
    """Say what the definition of a contest adds to its rule."""
    if contest.threshold:
        yield f"The motion is carried by {_THRESHOLDS[contest.threshold]}."
    if contest.votes_each:
        yield f"Each voter has {contest.votes_each} vote{_s(contest.votes_each)}."
    yield from reserved_words(contest)
    if contest.over_default:
        least = f"{contest.over_default:,}"
        yield f"An option is dropped unless {least} votes prefer it to the default option."
    for ratio in sorted(set(contest.majorities) - {1}):
        names = [
            name
            for name, own in zip(contest.candidates, contest.majorities, strict=True)
            if own == ratio
        ]
        yield f"{listed(names)}: {ratio} to 1 against the default option."
    if contest.reopen is not None:
        name = contest.candidates[contest.reopen]
        yield f"{name} stands like a candidate; elected, it leaves a seat vacant."
    if contest.quorum:
        yield f"Fewer than {contest.quorum:,} paper{_s(contest.quorum)} decide nothing."


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def reserved_words(contest: Contest) -> Iterator[str]:
    """Say how many of each group are elected, who they are, and if fewer stand than that."""
    for constraint in contest.constraints:
        standing = [who for who in contest.standing if who in constraint.members]
        names = [contest.candidates[who] for who in standing]
        who_stand = listed(names) if names else "nobody stands"
        yield f"{_limits(constraint, contest.seats)} {constraint.group}: {who_stand}."
        if len(standing) < constraint.minimum:
            yield f"{stand_words(len(standing), constraint.group)}{_all_elected(len(standing))}."


def _limits(constraint: Constraint, seats: int) -> str:
    """Say how many places a group has, up to the word before its name."""
    least, most = min(constraint.minimum, seats), min(constraint.maximum, seats)
    places = "the one place" if seats == 1 else f"the {seats} places"
    if least == most:
        return _exactly(least, seats, places)
    if not least:
        return f"{'Any number' if most == seats else f'At most {most}'} of {places} may go to"
    if most == seats:
        return f"At least {least} of {places} {'is' if least == 1 else 'are'} reserved for"
    return f"At least {least} and at most {most} of {places} are for"


def _exactly(number: int, seats: int, places: str) -> str:
    if not number:
        return f"None of {places} goes to"
    if number == seats:
        return f"{'The one place is' if seats == 1 else f'All {seats} places are'} reserved for"
    return f"Exactly {number} of {places} {'is' if number == 1 else 'are'} for"


def stand_words(number: int, group: str) -> str:
    """Say that only so many of a group stand: ``Only 2 candidates of north stand``."""
    if not number:
        return f"No candidate of {group} stands"
    return f"Only {number} candidate{_s(number)} of {group} stand{'s' if number == 1 else ''}"


def _all_elected(standing: int) -> str:
    """Say what becomes of a minimum that is more than stand."""
    match standing:
        case 0:
            return ", and the minimum has no effect"
        case 1:
            return ", and is to be elected"
        case 2:
            return ": both are to be elected"
        case _:
            return f": all {standing} are to be elected"


def local_time(time: str, zone: tzinfo) -> datetime:
    """Return a time of the log in the election's own zone."""
    return datetime.fromisoformat(time).astimezone(zone)


def plain_time(moment: datetime) -> str:
    """Return a time as people say it: Friday 27 September 2024, 12:00 BST."""
    # `%d` would give 07; the form without the 0 differs from system to system.
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M %Z}"
