"""Who the moderators are: seeded, invited, frozen, removed; and what becomes of what a frozen or removed one did."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.broadcast.approval import ALPHABET
from bot.broadcast.decisions import Refusal, Why, permitted, tell_all
from bot.broadcast.stopping import hold
from bot.model.moderator import CLOCK, Actor, Moderator, Role
from bot.model.people import Address
from bot.model.post import PostState
from bot.ports import Tx

INVITATION_MINUTES = 15
INVITATION_LENGTH = 12
SEEDED = "moderators seeded"
NOT_OUT = (PostState.SUBMITTED, PostState.APPROVED, PostState.COUNTDOWN, PostState.RUNNING)
"""What is on its way and not yet out to everyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A moderator whom the configuration puts into an empty store."""

    address: Address
    role: Role
    devices: Collection[str] = field(default=(), repr=False)


def seed(tx: Tx, seeds: Sequence[Seed]) -> int:
    """Put them into a store that never had moderators; into any other none. Returns how many."""
    if tx.notes.get(SEEDED) is not None or tx.moderators.all():
        return 0
    for number, one in enumerate(seeds, 1):
        moderator = tx.moderators.add(f"{one.role}-{number}", one.role)
        tx.moderators.add_address(moderator.number, one.address, one.devices)
        tx.audit.write(CLOCK, "seed", detail=f"{moderator.number} {one.role}")
    if seeds:
        tx.notes.put(SEEDED, str(len(seeds)))
    return len(seeds)


def invite(tx: Tx, actor: Actor, role: Role, callsign: str | None = None, *, now: datetime) -> str | Refusal:
    """A one-time invitation, for 15 minutes. A callsign that is somebody's invites another address of that human."""
    if why := permitted(tx, actor, Role.OWNER):
        return Refusal(why)
    code = "".join(secrets.choice(ALPHABET) for _ in range(INVITATION_LENGTH))
    expires = int(now.timestamp()) + INVITATION_MINUTES * 60
    tx.moderators.invite(code, role, callsign, actor.person or 0, expires)
    tx.audit.write(actor, "invite", detail=str(role))
    return code


def redeem(tx: Tx, address: Address, code: str, *, device: str | None = None, now: datetime) -> Moderator | Refusal:
    """Become a moderator by an invitation, from that address, on that device."""
    if tx.moderators.at(address) is not None:
        return Refusal(Why.TAKEN)
    invited = tx.moderators.invited(code.strip().upper(), int(now.timestamp()))
    if invited is None:
        return Refusal(Why.EXPIRED)
    role, callsign = invited
    known = [one for one in tx.moderators.all() if callsign is not None and one.callsign == callsign]
    moderator = known[0] if known else tx.moderators.add(callsign or "", role)
    if not moderator.callsign:
        moderator = replace(moderator, callsign=f"{role}-{moderator.number}")
        tx.moderators.keep(moderator)
    tx.moderators.add_address(moderator.number, address, () if device is None else (device,))
    tx.audit.write(moderator.actor, "join", detail=str(moderator.role))
    tell_all(tx, "joined", int(now.timestamp()), number=str(moderator.number), role=str(moderator.role))
    return moderator


def freeze(tx: Tx, actor: Actor, number: int, *, now: datetime) -> Moderator | Refusal:
    """Suspend another moderator at once; all are told. Their codes and approvals are void, what they did is held."""
    if why := permitted(tx, actor, Role.EDITOR):
        return Refusal(why)
    moderator = tx.moderators.find(number)
    if moderator is None:
        return Refusal(Why.UNKNOWN)
    if actor.number == number:
        return Refusal(Why.THEMSELVES)
    moderator = replace(moderator, frozen=True)
    tx.moderators.keep(moderator)
    tx.audit.write(actor, "freeze", detail=str(number))
    _undo(tx, actor, number, now=now, why="frozen")
    tell_all(tx, "frozen", int(now.timestamp()), number=str(number))
    return moderator


def thaw(tx: Tx, actor: Actor, number: int, *, now: datetime) -> Moderator | Refusal:
    """Take a suspension back. What was void stays void."""
    if why := permitted(tx, actor, Role.OWNER):
        return Refusal(why)
    moderator = tx.moderators.find(number)
    if moderator is None:
        return Refusal(Why.UNKNOWN)
    moderator = replace(moderator, frozen=False)
    tx.moderators.keep(moderator)
    tx.audit.write(actor, "thaw", detail=str(number))
    tell_all(tx, "thawed", int(now.timestamp()), number=str(number))
    return moderator


def remove(tx: Tx, actor: Actor, number: int, *, now: datetime) -> Moderator | Refusal:
    """Remove a moderator. Their codes and approvals are void, what they did is held. Never the last owner."""
    if why := permitted(tx, actor, Role.OWNER):
        return Refusal(why)
    moderator = tx.moderators.find(number)
    if moderator is None:
        return Refusal(Why.UNKNOWN)
    owners = [one for one in tx.moderators.all() if one.role is Role.OWNER and one.number != number and not one.frozen]
    if moderator.role is Role.OWNER and not owners:
        return Refusal(Why.LAST_OWNER)
    tx.audit.write(actor, "remove", detail=str(number))
    _undo(tx, actor, number, now=now, why="removed")
    tx.moderators.remove(number)
    tell_all(tx, "removed", int(now.timestamp()), number=str(number))
    return moderator


def _undo(tx: Tx, actor: Actor, number: int, *, now: datetime, why: str) -> None:
    """Void what that person was issued and gave; hold what they wrote or approved and is not yet out."""
    given = {post.number for post in tx.posts.among(*NOT_OUT) if number in tx.approvals.given(post.number)}
    tx.approvals.void_person(number)
    for post in tx.posts.among(*NOT_OUT):
        if number in post.authors or number == post.hour_setter or post.number in given:
            hold(tx, actor, post.number, now=now, why=why)
