"""What a deed of a moderator came to, and the rules that the operator set for them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.moderator import OPERATOR_PERSON, Actor, ActorKind, Role
from bot.model.post import Post, PostState, Step, after
from bot.ports import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """What it takes for words to go out, as configured."""

    approvals: int = 1
    """How many people besides the author must agree; 0 turns approval off."""
    countdown_seconds: int = 60
    code_expires_minutes: int = 30
    request_expires_hours: int = 72


class Why(StrEnum):
    """Why a deed is refused. Nothing has changed then."""

    UNKNOWN = "unknown"
    """There is no such post, moderator or invitation."""
    STRANGER = "stranger"
    """Who asks is no moderator, or is frozen."""
    ROLE = "role"
    """Their role does not reach."""
    STATE = "state"
    """The post does not stand where this could be done."""
    OUT = "out"
    """Some of it is out already: it can be corrected or retracted, not edited."""
    EMPTY = "empty"
    """It has no text."""
    PAST = "past"
    """Its hour is over."""
    OWN = "own"
    """They wrote some of it."""
    HOUR = "hour"
    """They set its hour."""
    CODE = "code"
    """That is not the code which they were shown, or it has been used."""
    EXPIRED = "expired"
    """The code, the request or the invitation is too old."""
    TRIED = "tried"
    """Too many wrong codes: a new one is to be asked for."""
    UNAPPROVED = "unapproved"
    """It lacks approvals of exactly what it says now: it is to be submitted again."""
    LAST_OWNER = "last_owner"
    """Nobody would be left to manage moderators."""
    THEMSELVES = "themselves"
    """That is done by somebody else only."""
    TAKEN = "taken"
    """That address is a moderator's already."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The deed was not done."""

    why: Why
    state: PostState | None = None
    """Where the post stands, if it is about one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that a step may be done to, and where that leads."""

    post: Post
    state: PostState


LETTER_HOURS = 24
"""So long a letter may be late; codes and invitations leave the chat by then, too."""


def permitted(tx: Tx, actor: Actor, needed: Role) -> Why | None:
    """Why that actor may not do what takes that role; None where they may.

    The operator has the machine and may do what any role may, but is no second person: see ``approval.eligible``.
    """
    if actor.kind is not ActorKind.MODERATOR:
        return None
    moderator = tx.moderators.find(actor.number or OPERATOR_PERSON)
    if moderator is None or moderator.frozen:
        return Why.STRANGER
    return None if moderator.role.reaches(needed) else Why.ROLE


def consider(tx: Tx, actor: Actor, number: int, needed: Role, step: Step) -> Standing | Refusal:
    """The post, and where the step leads, where that actor may do it to it now."""
    if why := permitted(tx, actor, needed):
        return Refusal(why)
    post = tx.posts.find(number)
    if post is None:
        return Refusal(Why.UNKNOWN)
    state = after(post.state, step)
    return Refusal(Why.STATE, post.state) if state is None else Standing(post, state)


def tell_all(tx: Tx, kind: str, now: int, *, post: int | None = None, **values: str) -> None:
    """A letter to each moderator who is not frozen."""
    for moderator in tx.moderators.all():
        if not moderator.frozen:
            tx.letters.write(moderator.number, kind, post=post, expires=now + LETTER_HOURS * 3600, **values)
