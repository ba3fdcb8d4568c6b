"""The contracts with the outside that moderators need: the third page of ``ports``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model.moderator import Actor, Moderator, Role
from bot.model.people import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one moderator is told unasked, at one of their addresses: a request, a countdown, an alarm."""

    number: int
    moderator: int
    kind: str
    """What it is about; who renders letters knows the kinds."""
    post: int | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: Address
    """The private chat where this moderator is reached."""
    chat: int
    """Its row id."""
    expires: int
    """POSIX seconds after which it is worth nothing."""
    due: int = 0
    attempts: int = 0


class Letters(Protocol):
    """Letters that have not been delivered yet. They are sealed at rest."""

    def write(self, moderator: int, kind: str, *, post: int | None = None, expires: int, **values: str) -> int:
        """A letter to each address of a moderator at which they can be reached; returns how many."""

    def ready(self, platform: str, now: int, limit: int) -> list[Letter]:
        """Those that want to be tried now, oldest first. What has expired is deleted."""

    def next_due(self, platform: str) -> int | None:
        """When the next one wants to be tried (POSIX seconds)."""

    def postpone(self, letter: int, due: int, attempts: int) -> None:
        """Keep it; it is not tried before then."""

    def settle(self, letters: Sequence[int]) -> None:
        """They arrived, or never can."""


class Moderators(Protocol):
    """Who the moderators are, and where they come from. Addresses and callsigns are sealed at rest."""

    def add(self, callsign: str, role: Role) -> Moderator:
        """A new moderator, with a number that no other ever gets."""

    def find(self, number: int) -> Moderator | None:
        """By number."""

    def all(self) -> tuple[Moderator, ...]:
        """Everyone, by number."""

    def at(self, address: Address) -> Moderator | None:
        """Who speaks from that address: a person's, not a room's."""

    def keep(self, moderator: Moderator) -> None:
        """Keep role, callsign and whether they are frozen."""

    def remove(self, number: int) -> None:
        """Delete a moderator with all addresses, devices and letters."""

    def add_address(self, number: int, address: Address, devices: Collection[str] = ()) -> bool:
        """Another address of the same human; False where it is somebody's already."""

    def addresses(self, number: int) -> tuple[Address, ...]:
        """Where a moderator comes from."""

    def devices(self, address: Address) -> frozenset[str]:
        """Fingerprints of the devices that are pinned for an address."""

    def pin(self, address: Address, device: str) -> None:
        """From now on commands from that device count too."""

    def reach(self, address: Address, chat: int) -> None:
        """Letters for that address go to that private chat, by row id."""

    def chats(self) -> tuple[int, ...]:
        """Row ids of the private chats in which moderators are reached."""

    def reached(self) -> Mapping[int, int]:
        """The same, each with the number of the moderator who is reached there."""

    def invite(self, code: str, role: Role, callsign: str | None, by: int, expires: int) -> None:
        """Keep an invitation. The code itself is kept nowhere."""

    def invited(self, code: str, now: int) -> tuple[Role, str | None] | None:
        """What an invitation that is neither used nor expired is for; it is used up by asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One entry of the audit."""

    number: int
    moment: int
    """POSIX seconds."""
    actor: Actor
    deed: str
    post: int | None
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What checking the audit's whole chain found."""

    deeds: int
    broken: int | None
    """The number of the first deed that is altered, out of place, or missing; None where all is well."""


class Audit(Protocol):
    """Who did what: append-only, each entry chained to the one before it, in one transaction with the deed."""

    def write(self, actor: Actor, deed: str, *, post: int | None = None, detail: str = "") -> None:
        """Append an entry. ``detail`` names no reader and holds no text of a post."""

    def latest(self, limit: int) -> tuple[Deed, ...]:
        """The latest entries, newest first."""

    def verify(self) -> Inspection:
        """Check the whole chain, from the latest checkpoint on."""

    def prune(self, before: datetime) -> int:
        """Delete entries older than that behind a checkpoint; returns how many went."""
