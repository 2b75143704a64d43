"""WHAT is decided: the definition of an election, its contests, its folder."""
