"""Elections of ours put to other people's counts; what is not installed is skipped, loudly.

An adaptor gives all sets of winners that the other count holds for possible, or None for an
election to which it has no answer or a known wrong one (``differences.py``).
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from functools import cache
from itertools import combinations, groupby, permutations
from math import factorial, prod
from typing import TYPE_CHECKING, Any

import pytest

from ccin_vote.ballot.profile import as_place, members
from ccin_vote.election.contest import Candidate
from tests.oracles.papers import alone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracles.papers import Election, Winners

    Answer = Callable[[Election], set[Winners] | None]


@cache
def _module(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            name,
            reason=f"{name.partition('.')[0]} is not installed, so nobody else counts this rule:"
            " pip install 'ccin-vote[oracles]'",
        )


def _quietly(answer: Answer) -> Answer:
    """What others warn of is none of our business."""

    def quiet(election: Election) -> set[Winners] | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return answer(election)

    return quiet


def _scores(election: Election, highest: int) -> list[dict[int, int]]:
    """Return what each vote gives each candidate."""
    found = []
    for ballot in election.ballots:
        given = dict.fromkeys(election.candidates, 0)
        for at, place in enumerate(ballot[:highest]):
            given.update(dict.fromkeys(place, highest - at))
        found.append(given)
    return found


# pref_voting: single winners, ties as sets.


def _with_ties(election: Election, *, ranked_only: bool = False, first: int = 1) -> Any:
    profile = _module("pref_voting.profiles_with_ties").ProfileWithTies(
        [
            {candidate: at for at, place in enumerate(ballot, start=first) for candidate in place}
            for ballot in election.ballots
        ],
        candidates=list(election.candidates),
    )
    if not ranked_only:
        profile.use_extended_strict_preference()
    return profile


def pref_voting(where: str, name: str, *, ranked_only: bool = False, by: str = "") -> Answer:
    """Ask a method of pref_voting; ``by`` is how strong a victory is, if not by its margin."""

    @_quietly
    def answer(election: Election) -> set[Winners] | None:
        method = getattr(_module(f"pref_voting.{where}"), name)
        profile = _with_ties(election, ranked_only=ranked_only)
        if name == "ranked_pairs" and _orders(profile) > MOST_ORDERS:
            return None
        strengths = {
            "votes": profile.support,
            "votes, then against": lambda one, other: (
                profile.support(one, other) * 1000 - profile.support(other, one)
                if profile.margin(one, other) > 0
                else 0
            ),
        }
        more = {"strength_function": strengths[by]} if by else {}
        return alone(method(profile, **more))

    return answer


MOST_ORDERS = 200
"""Of equal victories, for a count that tries each order of them; draws go both ways."""


def _orders(profile: Any) -> int:
    """Return at most how many orders of the victories there are that are equal by their margin."""
    pairs = combinations(profile.candidates, 2)
    equal = Counter(abs(profile.margin(*pair)) for pair in pairs)
    return prod(factorial(many * (1 if margin else 2)) for margin, many in equal.items())


@_quietly
def pref_voting_condorcet(election: Election) -> set[Winners]:
    """Everybody means that there is no Condorcet winner."""
    found = _module("pref_voting.c1_methods").condorcet(_with_ties(election))
    return {frozenset(found) if len(found) == 1 else frozenset()}


@_quietly
def pref_voting_smith_irv(election: Election) -> set[Winners]:
    """Its own Smith IRV takes full rankings only; these are its two halves."""
    profile = _with_ties(election)
    smith = _module("pref_voting.c1_methods").smith_set(profile)
    count = _module("pref_voting.iterative_methods").instant_runoff_put
    return alone(count(profile, curr_cands=smith, score_method="split"))


@_quietly
def pref_voting_bucklin(election: Election) -> set[Winners]:
    """It counts places from 0 here, and from 1 elsewhere."""
    count = _module("pref_voting.other_methods").bucklin_for_truncated_linear_orders
    return alone(count(_with_ties(election, first=0)))


def pref_voting_full(where: str, name: str) -> Answer:
    """Ask a method that takes full rankings only."""

    @_quietly
    def answer(election: Election) -> set[Winners]:
        ballots = [[place[0] for place in ballot] for ballot in election.ballots]
        profile = _module("pref_voting.profiles").Profile(ballots)
        return alone(getattr(_module(f"pref_voting.{where}"), name)(profile))

    return answer


def pref_voting_grades(name: str, highest: int) -> Answer:
    """Ask a method that takes scores."""

    @_quietly
    def answer(election: Election) -> set[Winners]:
        profile = _module("pref_voting.grade_profiles").GradeProfile(
            _scores(election, highest), list(range(highest + 1))
        )
        return alone(getattr(_module("pref_voting.grade_methods"), name)(profile))

    return answer


def pref_voting_stv(name: str, *, untied: bool = False) -> Answer:
    """Ask for one outcome of a single transferable vote; the order of candidates breaks ties.

    With ``untied`` there is no answer if it is another one with the candidates in reverse.
    """

    @_quietly
    def answer(election: Election) -> set[Winners] | None:
        count = getattr(_module("pref_voting.proportional_methods"), name)
        found = frozenset(map(int, count(_with_ties(election), num_seats=election.seats)))
        if untied:
            last = election.size - 1
            again = count(_with_ties(_reversed(election)), num_seats=election.seats)
            if found != {last - one for one in again}:
                return None
        return {found}

    return answer


def _reversed(election: Election) -> Election:
    """List the candidates in reverse."""
    last = election.size - 1
    papers = tuple(
        (
            tuple(
                as_place(Candidate(last - candidate) for candidate in members(place))
                for place in paper
            ),
            votes,
        )
        for paper, votes in election.papers
    )
    return election._replace(papers=papers)


@_quietly
def pref_voting_scottish(election: Election) -> set[Winners] | None:
    """Ask for the Scottish count, unless it draws a lot among three or more."""
    dice = _Dice()
    count = _module("pref_voting.proportional_methods").stv_scottish
    found = count(_with_ties(election), num_seats=election.seats, rng=dice)
    return None if dice.among_many else {frozenset(map(int, found))}


class _Dice(random.Random):
    """Remembers whether it was asked to choose among more than two."""

    among_many = False

    def choice(self, seq: Any) -> Any:
        self.among_many = self.among_many or len(seq) > 2
        return seq[0]


# votelib: ties as Tie objects, which stand in for as many winners as they have places.


def _untied(found: list[Any]) -> set[Winners]:
    tie_class = _module("votelib.evaluate.core").Tie
    sure = frozenset(who for who in found if not isinstance(who, tie_class))
    ties = [candidate for candidate in found if isinstance(candidate, tie_class)]
    if not ties:
        return {sure}
    return {sure.union(some) for some in combinations(sorted(ties[0]), len(ties))}


def _ranked(election: Election) -> dict[tuple[Any, ...], int]:
    return Counter(
        tuple(place[0] if len(place) == 1 else frozenset(place) for place in ballot)
        for ballot in election.ballots
    )


def votelib_pairwise(name: str, *more: str, **options: bool) -> Answer:
    """Ask a method over pairs, if its pairs name every candidate, above and below another."""

    def answer(election: Election) -> set[Winners] | None:
        method = getattr(_module("votelib.evaluate.condorcet"), name)(*more, **options)
        pairs = _module("votelib.convert").RankedToCondorcetVotes().convert(_ranked(election))
        everyone = set(election.candidates)
        wins = [pair for pair, votes in pairs.items() if votes > pairs.get(pair[::-1], 0)]
        if {one for pair in wins for one in pair} != everyone or {b for _, b in pairs} != everyone:
            return None
        try:
            found = method.evaluate(pairs, election.seats)
        except (NotImplementedError, _module("votelib.evaluate.core").VotingSystemError):
            return None
        return _untied(found) if found else None

    return answer


def votelib_alternative_vote(election: Election) -> set[Winners] | None:
    """Ask for the alternative vote; it has no answer to a tie."""
    method = _module("votelib.evaluate.sequential").TransferableVoteSelector(quota_function=None)
    try:
        return _untied(method.evaluate(_ranked(election), 1))
    except NotImplementedError:
        return None


def votelib_bucklin(election: Election) -> set[Winners] | None:
    """It elects nobody without a majority."""
    found = _module("votelib.evaluate.sequential").PreferenceAddition().evaluate(_ranked(election))
    return _untied(found) if found else None


def votelib_positions(scorer: str) -> Answer:
    """Ask for points by position, if every candidate is on some paper."""

    def answer(election: Election) -> set[Winners] | None:
        points = getattr(_module("votelib.component.rankscore"), scorer)()
        convert = _module("votelib.convert").RankedToPositionalVotes(points)
        return _plurality(election, convert.convert(_ranked(election)))

    return answer


def _plurality(election: Election, votes: dict[int, Any]) -> set[Winners] | None:
    if set(votes) != set(election.candidates):
        return None
    return _untied(_module("votelib.evaluate.core").Plurality().evaluate(votes, election.seats))


def votelib_first_preferences(election: Election) -> set[Winners] | None:
    """Ask for the most first preferences, if every candidate has one."""
    convert = _module("votelib.convert").RankedToFirstPreference()
    return _plurality(election, convert.convert(_ranked(election)))


def votelib_approval(election: Election) -> set[Winners] | None:
    """Ask for the most marks, if every candidate has one."""
    marks = Counter(
        frozenset(candidate for place in each for candidate in place) for each in election.ballots
    )
    return _plurality(election, _module("votelib.convert").ApprovalToSimpleVotes().convert(marks))


def votelib_scores(election: Election) -> set[Winners]:
    """Ask for the highest sums of scores."""
    votes = Counter(frozenset(given.items()) for given in _scores(election, 10))
    method = _module("votelib.evaluate.cardinal").ScoreVoting("sum", unscored_value=0)
    return _untied(method.evaluate(votes, election.seats))


def votelib_shares(election: Election) -> set[Winners] | None:
    """Ask for sequential proportional approval; it has no answer to a tie."""
    marks = Counter(
        frozenset(candidate for place in each for candidate in place) for each in election.ballots
    )
    method = _module("votelib.evaluate.approval").SequentialProportionalApproval()
    try:
        found = method.evaluate(marks, election.seats)
    except NotImplementedError:
        return None
    return {frozenset(found)} if len(found) == election.seats else None


# The others.


def pyrankvote(election: Election) -> set[Winners]:
    """Ask for the alternative vote, which pyrankvote calls instant run-off voting."""
    module = _module("pyrankvote")
    everyone = [module.Candidate(str(who)) for who in election.candidates]
    ballots = [
        module.Ballot(ranked_candidates=[everyone[place[0]] for place in ballot])
        for ballot in election.ballots
    ]
    random.seed(1)
    found = module.instant_runoff_voting(everyone, ballots).get_winners()
    return {frozenset(int(candidate.name) for candidate in found)}


def starvote(election: Election) -> set[Winners] | None:
    """Ask for STAR or Bloc STAR under every order of lots, unless three have equal scores."""
    module = _module("starvote")
    given = _scores(election, 5)
    totals = sorted(sum(one[who] for one in given) for who in election.candidates)
    if any(len(list(equal)) > 2 for _, equal in groupby(totals)):
        return None
    ballots = [{str(one): score for one, score in each.items()} for each in given]
    method = module.star_voting if election.seats == 1 else module.bloc_star_voting
    more = {} if election.seats == 1 else {"seats": election.seats}
    return {
        frozenset(
            map(
                int,
                method(
                    ballots,
                    tiebreaker=module.predefined_permutation_tiebreaker([*map(str, order)]),
                    **more,
                ),
            )
        )
        for order in permutations(election.candidates)
    }


def abcvoting(rule: str, **options: str) -> Answer:
    """Ask for all committees that a rule may elect."""

    @_quietly
    def answer(election: Election) -> set[Winners]:
        profile = _module("abcvoting.preferences").Profile(election.size)
        for ballot in election.ballots:
            marks = [candidate for place in ballot for candidate in place]
            profile.add_voter(_module("abcvoting.preferences").Voter(marks))
        compute = _module("abcvoting.abcrules").compute
        found = compute(rule, profile, election.seats, resolute=False, **options)
        return {frozenset(map(int, committee)) for committee in found}

    return answer
