"""``python -m ccin_vote`` is the command ``ccin-vote``."""

from ccin_vote.cli import main

main()
