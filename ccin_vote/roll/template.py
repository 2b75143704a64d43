"""The files that `new` writes: a commented definition and roll, ready to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.errors import shown
from ccin_vote.roll.loading import write_roll

if TYPE_CHECKING:
    from ccin_vote.roll.roll import Roll

_DEFINITION = """\
# The election {slug}. Everything that can decide the result stands in this file.
# It may change until `ccin-vote open`; then it is frozen, and its text stands in the log.
# `ccin-vote check {slug}` shows every mistake, each with its line.

title = "Election of a representative (change this)"
organisation = "Name of your organisation (change this)"
timezone = "Europe/London"      # the times below are local times of this zone

[officer]                       # the returning officer: runs the election, never reads a vote
name = "Returning Officer (change this)"
email = "officer@example.org"

[timetable]
opens = 2030-01-07T09:00:00     # from here on ballots are accepted
closes = 2030-01-25T12:00:00    # the officer accepts what came in time, then closes

[secrecy]
needed = 2                      # how many scrutineers must work together to open the ballots
minimum_opened = 5              # never open fewer ballots than this in one contest
publication = "full"            # "full": publish the opened papers; "scrutineers": withhold them

[options]
revoting = "latest"             # a member may vote again; "latest" or "first" ballot counts
candidate_order = "as-listed"   # on the paper: "as-listed", "alphabetical", or "lot", one for all
web = ""                        # https:// address where you put the published folder, if anywhere

# Each scrutineer runs `ccin-vote keygen {slug}` and sends you the line that it prints.
# `ccin-vote collect {slug} FILE` puts the line here, or paste it between the quotation marks.
[[scrutineers]]
name = "First Scrutineer (change this)"
email = "scrutineer-1@example.org"
key = ""

[[scrutineers]]
name = "Second Scrutineer (change this)"
email = "scrutineer-2@example.org"
key = ""

[[scrutineers]]
name = "Third Scrutineer (change this)"
email = "scrutineer-3@example.org"
key = ""

# Members who cannot use a computer vote on paper. Two tellers key each batch of papers; each makes
# a key as scrutineers do. Without tellers there are no paper ballots.
# [[tellers]]
# name = "First Teller"
# key = ""

# One [[contests]] table a contest, each followed by its candidates.
[[contests]]
id = "representative"           # short, for files: lower-case letters, digits, hyphens
title = "Representative (change this)"
seats = 1
rule = "alternative-vote"       # `ccin-vote rules` lists all rules
electorate = ""                 # a group of members.toml; empty: every member

[[contests.candidates]]
id = "candidate-a"
name = "Candidate A (change this)"
statement = "A few lines from the candidate."

[[contests.candidates]]
id = "candidate-b"
name = "Candidate B (change this)"
statement = "A few lines from the candidate."

# If places are reserved for a group, each of its candidates has a line `groups = ["women"]`, and
# the contest says how many of its seats. `ccin-vote rules` tells which rules can have this.
# [[contests.constraints]]
# group = "women"
# minimum = 1                   # at least one of the seats; `maximum = 2` would be at most two
"""

_ROLL_HEADING = """\
# The electoral roll: one [[members]] table a member who may vote.
# groups: the electorates that a member belongs to; votes: how many votes its ballot carries.
# channel: "email", "post" (a letter that you print) or "paper" (a letter, then a paper ballot);
# without it, members with an e-mail address get an e-mail and the others a letter.

"""

_ROLL = """\
[[members]]
id = "member-{number}"
name = "Member {number} (change this)"
contact = "Lead contact of member {number}"
email = "member-{number}@example.org"
groups = []
votes = 1
"""

_STAND_INS = 5
TO_CHANGE = "(change this)"
"""What stands in each value of the template that is another in every election."""


def roll_file(roll: Roll) -> str:
    """Return the text of `members.toml`, with its heading."""
    return _ROLL_HEADING + write_roll(roll)


def unchanged_lines(text: str) -> list[int]:
    """Return the lines, from 1, whose values are still those of the template."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if TO_CHANGE in line and line.lstrip()[0] != "#"]


def new_election_files(slug: str, roll: Roll | None) -> dict[str, str]:
    """Return the text of each file that `new` writes, by its name."""
    stand_ins = "\n".join(_ROLL.format(number=number) for number in range(1, _STAND_INS + 1))
    return {
        "election.toml": _DEFINITION.format(slug=shown(slug)),
        "members.toml": roll_file(roll) if roll else _ROLL_HEADING + stand_ins,
    }
