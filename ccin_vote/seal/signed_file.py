"""What a scrutineer's key signs as a whole: a reply, and what the key remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from ccin_vote.canonical import Binary, Model, bound

if TYPE_CHECKING:
    from ccin_vote.seal.keys import SecretKey


class Signed(Model):
    """A model with a signature over all the rest of it, behind the label of its kind."""

    label: ClassVar[str]
    signature: Binary = b""

    def statement(self) -> bytes:
        """Return the bytes that the key signs: everything but the signature."""
        # The label of the kind keeps a signed reply from being read as a signed memory. The
        # signature is signed as an empty field, not left out; whoever verifies does the same.
        return bound(self.label, self.model_copy(update={"signature": b""}).to_json())

    def signed(self, key: SecretKey) -> Self:
        """Return the same with its signature."""
        return self.model_copy(update={"signature": key.sign.sign(self.statement())})
