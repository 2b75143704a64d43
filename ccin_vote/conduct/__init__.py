"""WHO DOES WHAT: an election run step by step, by role, on folders on disk."""
