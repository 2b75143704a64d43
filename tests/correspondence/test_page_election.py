"""A whole election whose ballots are cast through the page and come back as mails."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

from ccin_vote.ballot.marks import marks_to_paper
from ccin_vote.ballot.opened import OpenedPapers, opened_contest
from ccin_vote.correspondence.mailbox import Source
from ccin_vote.officer.accept import accept
from ccin_vote.officer.count import count
from ccin_vote.poll.state import box_of
from ccin_vote.rule import Marking
from ccin_vote.store.snapshot import Snapshot
from ccin_vote.verify.published import verify_published
from ccin_vote.voter.confirm import confirm_code
from ccin_vote.voter.vote import enter_booth
from tests.support.bench import DURING, Bench, Setting, members
from tests.support.mails import SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from ccin_vote.ballot.marks import Marks
    from ccin_vote.election.definition import ContestDefinition
    from tests.support.browser import Voter

CONTESTS = """\
[[contests]]
id = "chair"
title = "Chair"
seats = 1
rule = "alternative-vote"
candidates = [{ id = "a", name = "A" }, { id = "b", name = "B" }, { id = "c", name = "C" }]
[[contests]]
id = "committee"
title = "Committee"
seats = 2
rule = "approval"
candidates = [{ id = "d", name = "D" }, { id = "e", name = "E" }, { id = "f", name = "F" }]
[[contests]]
id = "rules"
title = "New rules"
seats = 1
rule = "motion"
threshold = "simple-majority"
electorate = "full"
"""
MEMBERS = 44
FULL = 30
ABSTAIN = 2


def _marks(contest: ContestDefinition, dice: random.Random) -> Marks:
    """Return what a voter marks; the first candidate is liked by more than half, so no tie."""
    size = len(contest.names)
    first = 0 if dice.random() < 0.7 else dice.randrange(size)
    if contest.rule_set.marking is Marking.RANKING:
        rest = dice.sample([at for at in range(size) if at != first], dice.randrange(size))
        order = [first, *rest]
        return tuple(order.index(at) + 1 if at in order else 0 for at in range(size))
    second = (first + 1) % size
    both = contest.rule_set.marking is Marking.CROSSES and dice.random() < 0.4
    return tuple(int(at == first or (both and at == second)) for at in range(size))


def test_a_whole_election_by_page_and_mail(voter: Voter, tmp_path: Path) -> None:
    """42 of 44 members vote in the browser; what is opened and counted is what they marked."""
    roll = members(FULL, 'groups = ["full"]\n') + members(MEMBERS - FULL, first=FULL)
    small = Bench(tmp_path, Setting(contests=CONTESTS, roll=roll, minimum=5))
    poll, dice = Snapshot.read(small.folder).poll, random.Random(44)
    pages = {len(page.name): page for page in small.folder.published.pages}
    shapes = itertools.cycle(SHAPES)
    cast: dict[str, list[Marks]] = {"chair": [], "committee": [], "rules": []}
    codes = []
    for number, token in enumerate(small.tokens[: MEMBERS - ABSTAIN]):
        contests = enter_booth(poll, token).contests
        names = [each_contest.id for each_contest in contests]
        voter.open(small.folder.published.page(names))
        papers = {one.id: _marks(one, dice) for one in contests}
        if number % 10 == 0:
            voter.vote(token.text, contests, {one.id: _marks(one, dice) for one in contests})
            voter.page.click("#again")
        sealed, code = voter.vote(token.text, contests, papers)
        codes.append(code)
        mail = Source(f"mail {number}", SHAPES[next(shapes)](sealed))
        (outcome,) = accept(small.folder, [mail], DURING)
        assert outcome.words == f"{code} accepted"
        for contest, marks in papers.items():
            cast[contest].append(marks)
    assert len(pages) == 2
    assert box_of(Snapshot.read(small.folder).poll).returned == MEMBERS - ABSTAIN
    published = small.declared()
    verification = verify_published(published, None)
    assert [str(fault) for fault in verification.faults] == []
    assert all(confirm_code(published, code).counts for code in codes)
    opened = OpenedPapers.from_json(published.opened_papers.read_bytes().strip())
    definition = enter_booth(poll, small.tokens[0]).manifest.definition
    wanted = tuple(
        opened_contest(
            one.id,
            [(marks_to_paper(marks, one.contest, one.rule_set), 1) for marks in cast[one.id]],
        )
        for one in definition.contests
    )
    assert opened.contests == wanted
    result = count(small.folder, None).result
    winners = [
        [one.record.contest.candidates[who] for who in one.record.winners]
        for one in result.contests
    ]
    assert [len(one) for one in winners] == [1, 2, 1]
    assert [candidate[0] for candidate in winners] == ["A", "D", "For"]
