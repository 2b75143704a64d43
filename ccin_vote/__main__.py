"""``python -m ccin_vote`` is the command ``ccin-vote``."""

from ccin_vote.cli import main

if __name__ == "__main__":
    main()
