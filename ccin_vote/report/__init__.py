"""HOW it is told: a record becomes text for the terminal, Markdown or JSON; writes nothing."""
