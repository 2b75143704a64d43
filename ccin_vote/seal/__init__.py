"""SECRECY: sealed ballots, scrutineers' keys, opening."""
