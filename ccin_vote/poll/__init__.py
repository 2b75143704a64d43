"""WHERE the election stands: the log folded into Draft, Open, Closed, Opened or Declared."""
