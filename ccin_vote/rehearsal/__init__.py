"""THE WHOLE ELECTION WITH STAND-INS, each part played through the real functions."""
