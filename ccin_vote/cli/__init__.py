"""THE COMMANDS, by role: each parses, calls one function, renders."""
