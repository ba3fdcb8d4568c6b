"""What became of a message that was handed to a network. Verdicts are returned, never raised."""

from dataclasses import dataclass, field

from bot.model.people import Address


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived. ``reference`` finds it again for an edit; None where nothing was shown."""

    reference: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Later:
    """It was not sent and may be, after so many seconds. ``everyone``: the network holds all chats, not this one."""

    after: float
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have arrived: the reply was lost."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat is gone for good: blocked, kicked, deactivated, not found."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another address now."""

    to: Address


@dataclass(frozen=True, slots=True)
class Refused:
    """The network refuses this message itself. ``why`` is a short code without ids or text."""

    why: str


Verdict = Sent | Later | Unsure | Gone | Moved | Refused
