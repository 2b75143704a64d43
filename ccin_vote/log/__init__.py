"""WHAT happened: events, canonical bytes, Merkle tree, checkpoint, the only writer."""
