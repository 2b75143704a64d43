"""HOW it is counted: pure functions; no clock, file, random or print."""
