"""WHAT A SCRUTINEER DOES: the key folder, scrutinising, formal reports."""
