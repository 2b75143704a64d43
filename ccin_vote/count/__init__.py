"""HOW it is counted: pure functions from papers to a record; no clock, file, random or print."""

from ccin_vote.count.contest import count_contest

__all__ = ["count_contest"]
