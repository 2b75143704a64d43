"""WHAT ANYONE MAY DO: count a ballot file."""
