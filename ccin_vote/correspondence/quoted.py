"""Texts of mails as quoted-printable (RFC 2045, section 6.7), of which most is the same in all."""

from __future__ import annotations

from binascii import b2a_qp
from dataclasses import dataclass
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_END = b"\r\n"


def quoted(text: str) -> bytes:
    """Write a text as quoted-printable."""
    return b2a_qp(text.encode()).replace(b"\n", _END)


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A text whose lines are written once, but for those in which something is to be filled in."""

    pieces: tuple[bytes | Template, ...]
    laid_out: Callable[[str], str]

    @classmethod
    def of(cls, template: Template, laid_out: Callable[[str], str]) -> QuotedText:
        """Write what can be written; ``laid_out`` gives a line, filled in, as it will stand."""
        pieces: list[bytes | Template] = []
        lines = map(Template, template.template.removesuffix("\n").split("\n"))
        for open_, some in groupby(lines, lambda line: bool(line.get_identifiers())):
            if open_:
                pieces += some
            else:
                pieces.append(_END.join(quoted(laid_out(line.substitute())) for line in some))
        return cls(tuple(pieces), laid_out)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """Return the whole text."""
        return _END.join(self._written(values))

    def _written(self, values: Mapping[str, str]) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield quoted(self.laid_out(piece.substitute(values)))
