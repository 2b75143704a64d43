"""WHO may vote: the electoral roll, tokens, credentials."""
