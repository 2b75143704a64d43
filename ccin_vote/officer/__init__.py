"""WHAT THE RETURNING OFFICER DOES: one module a command, and what they share."""
