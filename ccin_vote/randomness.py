"""Randomness as an argument: the system's own source, passed in where it is needed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Randomness:
    """``data(n)`` gives n bytes, ``bits(n)`` n bits, both from a cryptographic source."""

    data: Callable[[int], bytes]
    bits: Callable[[int], int]


SYSTEM = Randomness(secrets.token_bytes, secrets.randbits)
"""The operating system's cryptographic source."""
