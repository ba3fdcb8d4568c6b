"""What a link into the private chat says behind ``start``: parts joined by ``_``, in any order and case."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The pieces that are known, as they were written; empty where there is none.

    Whether they mean anything is for whoever uses them.
    """

    part: str = ""
    lang: str = ""
    update: str = ""
    page: str = ""
    invite: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """The pieces of a payload; unknown ones are passed over, and of two the last one counts."""
        pieces = (piece.partition("-")[::2] for piece in text.split("_"))
        return cls(**{name: value for key, value in pieces if (name := key.lower()) in cls.__slots__})

    def number(self, parts: int) -> int | None:
        """The number of the part, where the statement has it."""
        number = int(self.part) if self.part.isdecimal() and len(self.part) <= 3 else 0
        return number if 1 <= number <= parts else None
