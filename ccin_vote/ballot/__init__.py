"""ONE paper: choices that are formal or informal; papers grouped; file formats."""
