"""WHAT A VOTER DOES: vote, and confirm that the ballot counts."""
