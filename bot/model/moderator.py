"""Who may make words go out: moderators, their roles, and whoever else does a deed (the operator, the clock)."""

from dataclasses import dataclass, field
from enum import StrEnum

OPERATOR_PERSON = 0
"""The number under which whoever works in the shell counts as a person: moderators' numbers begin at 1."""


class Role(StrEnum):
    """What a moderator may do. Each role may do what those before it may."""

    EDITOR = "editor"
    """Writes."""
    APPROVER = "approver"
    """Writes and approves."""
    OWNER = "owner"
    """All of that, and manages moderators."""

    def reaches(self, needed: "Role") -> bool:
        """Whether this role may do what ``needed`` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """One human, whatever networks they come by. The others know number and callsign; the repr shows no callsign."""

    number: int
    callsign: str = field(repr=False)
    role: Role
    frozen: bool = False
    """Suspended: nothing that they say counts until an owner takes it back."""

    @property
    def actor(self) -> "Actor":
        """This moderator as the doer of a deed."""
        return Actor(ActorKind.MODERATOR, self.number)


class ActorKind(StrEnum):
    """What sort of doer."""

    MODERATOR = "moderator"
    """A moderator, by number."""
    OPERATOR = "operator"
    """Whoever works in the shell of the machine."""
    CLOCK = "clock"
    """The program itself, because it was time or because a rule said so."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a deed. Every deed that changes what goes out names one."""

    kind: ActorKind
    number: int | None = None
    """The moderator's number; None for the others."""

    def __str__(self) -> str:
        """``moderator 3``, ``operator`` or ``clock``: what the audit keeps."""
        return self.kind if self.number is None else f"{self.kind} {self.number}"

    @property
    def person(self) -> int | None:
        """The person behind it, for rules that tell people apart; None for the clock, which is nobody."""
        return OPERATOR_PERSON if self.kind is ActorKind.OPERATOR else self.number

    @classmethod
    def read(cls, text: str) -> "Actor":
        """The actor that ``str`` wrote."""
        kind, _, number = text.partition(" ")
        return cls(ActorKind(kind), int(number) if number else None)


OPERATOR = Actor(ActorKind.OPERATOR)
CLOCK = Actor(ActorKind.CLOCK)
