"""Every failure that this program names, with the remedy in the words that the operator reads.

A class's docstring is its default message. ``exit_code`` is what the program ends with when nothing catches it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One mistake: where it stands (a file or a key path), what is wrong, and what mends it."""

    where: str
    problem: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return f"{place}: {self.problem}. {self.remedy}"


class Mistake(ValueError):
    """What a validator raises: the problem, which follows the key path, and the remedy, a sentence of its own.

    Neither repeats a value that could be secret or name a person.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


class SolidarityError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))


class Complaints(SolidarityError):
    """Several mistakes, found together so that they are mended together."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(map(str, self.complaints)))


class ContentError(Complaints):
    """The content store has mistakes."""


class ConfigurationError(Complaints):
    """The configuration has mistakes."""

    exit_code = 2


class KeyMissing(SolidarityError):
    """The store exists, but its key file does not.

    Put the key file back where key_file points, or move the store away to begin an empty one; a new key is never made
    over an existing store.
    """

    exit_code = 2


class KeyRefused(SolidarityError):
    """The key file does not open this store. Put back the key that this store was made with."""

    exit_code = 2


class CredentialRefused(SolidarityError):
    """The network refused the token or password. Correct it in the configuration and start again."""

    exit_code = 2


class StoreHeld(SolidarityError):
    """Another run holds this store. Stop it first, or give this one another data_dir and database_url."""

    exit_code = 3


class StoreUnavailable(SolidarityError):
    """The store cannot be used now: its disk is full, another program keeps it locked, or its server is away.

    Make room, end that program, or start the server. Nothing is lost by it: what was not committed is tried again.
    """


class StoreNewer(SolidarityError):
    """The store was written by a newer version of this program. Install that version again."""

    exit_code = 2


class PolledElsewhere(SolidarityError):
    """Another program polls this Telegram token. Stop it, or make a new token with @BotFather."""

    exit_code = 3
