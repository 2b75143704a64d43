"""AN ELECTION ON DISK: read at one moment, or locked to be written; its files."""
