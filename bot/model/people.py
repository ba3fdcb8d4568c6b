"""Who is spoken with: an address on a network, and what a chat has chosen."""

from dataclasses import dataclass, field
from enum import StrEnum


class ChatKind(StrEnum):
    """What sort of chat a thing was said in."""

    PRIVATE = "private"
    """One person and the bot, nobody else invited."""
    GROUP = "group"
    """A group, supergroup or room of several."""
    CHANNEL = "channel"
    """A place where admins speak and others read."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a chat is: the platform's name, its opaque native id, and a topic or thread within it.

    The repr shows the platform alone, so that no log or traceback names a chat.
    """

    platform: str
    native: str = field(repr=False)
    topic: str | None = field(default=None, repr=False)


class Updates(StrEnum):
    """Which updates a chat wants. Nobody is subscribed without asking."""

    ALL = "all"
    URGENT = "urgent"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: a passage's id, and the page of its part that begins with or holds it."""

    passage: str
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What is kept about a chat. ``None`` is a choice not made."""

    address: Address
    kind: ChatKind = ChatKind.PRIVATE
    language: str | None = None
    place: Place | None = None
    updates: Updates | None = None
    sound: bool = True
    discreet: bool = False
    quiet: str | None = None
    """``HH:MM-HH:MM`` in the chat's time zone."""
    timezone: str | None = None
    topic: str | None = field(default=None, repr=False)
    """The topic that gets the updates of a group that has topics."""
    muted: bool = False
    """The bot may not write there: what would be sent waits or is passed over until it may again."""
    joined: int | None = None
    """The hour since 1970 in which the bot came, of groups and channels alone."""

    @property
    def undecided(self) -> bool:
        """Whether nobody has chosen anything here."""
        return (
            (self.language, self.updates, self.quiet, self.timezone, self.topic) == (None,) * 5
            and self.sound
            and not self.discreet
        )
