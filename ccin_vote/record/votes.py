"""Votes: exact numbers at a stated precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering


@total_ordering
@dataclass(frozen=True, slots=True)
class Votes:
    """``units`` of the last of ``places`` decimal places; mixed precision is a TypeError."""

    units: int
    places: int

    @classmethod
    def whole(cls, votes: int, places: int) -> Votes:
        """Return a whole number of votes at a precision."""
        return cls(votes * 10**places, places)

    def _units_of(self, other: object) -> int:
        if not isinstance(other, Votes) or other.places != self.places:
            raise TypeError("votes are added and compared at one precision only")
        return other.units

    def __add__(self, other: Votes) -> Votes:
        """Add votes of the same precision."""
        return Votes(self.units + self._units_of(other), self.places)

    def __sub__(self, other: Votes) -> Votes:
        """Take away votes of the same precision."""
        return Votes(self.units - self._units_of(other), self.places)

    def __lt__(self, other: Votes) -> bool:
        """Compare votes of the same precision."""
        return self.units < self._units_of(other)

    def __str__(self) -> str:
        """Return the exact decimal, with all its places."""
        if self.places == 0:
            return str(self.units)
        sign = "-" if self.units < 0 else ""
        digits = str(abs(self.units)).rjust(self.places + 1, "0")
        return f"{sign}{digits[: -self.places]}.{digits[-self.places :]}"

    @classmethod
    def parse(cls, text: str) -> Votes:
        """Read what ``str`` writes.

        Raises:
            ValueError: the text is no decimal number.
        """
        _, _, fraction = text.partition(".")
        return cls(int(text.replace(".", "", 1)), len(fraction))
