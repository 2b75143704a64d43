"""How seldom Python looks for garbage in cycles."""

import gc

_YOUNG, _OLDER = 50_000, 1_000


def keep_very_many() -> None:
    """Look for garbage in cycles seldom: what a command makes, it mostly keeps."""
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
