"""WHAT the count said: votes, stages, ties, the outcome. Data only."""
