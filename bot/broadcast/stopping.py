"""Stopping takes one person, going on takes the full rule: hold, release, cancel, retract, pause and resume."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.broadcast.approval import Agreed, count_down, eligible, enough
from bot.broadcast.decisions import Publishing, Refusal, Why, consider, permitted
from bot.broadcast.pausing import mark_paused, paused
from bot.model.canon import digest
from bot.model.moderator import Actor, ActorKind, Role
from bot.model.parcel import DeliveryState
from bot.model.post import Post, PostState, Step, after
from bot.ports import Tx

EVERYTHING = 0
"""The number under which voices for going on with everything are kept."""
UNDER_WAY = (PostState.APPROVED, PostState.COUNTDOWN, PostState.RUNNING)
"""What a pause stops."""
NOT_BACK = tuple(set(DeliveryState) - {DeliveryState.RETRACTING, DeliveryState.RETRACTED})
"""Deliveries of which something may have to be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """One more wants everything to go on."""

    given: int
    asked: int
    on: bool
    """Whether it goes on."""
    held: tuple[int, ...] = ()
    """Posts that are held instead: too few who may agree to them have spoken."""


def hold(tx: Tx, actor: Actor, number: int, *, now: datetime, why: str | None = None) -> Post | Refusal:
    """Stop a post that waits, counts down or runs. One person is enough."""
    found = consider(tx, actor, number, Role.EDITOR, Step.HOLD)
    if isinstance(found, Refusal):
        return found
    post, state = found.post, found.state
    if post.state is PostState.SUBMITTED:
        tx.approvals.void(number)
    tx.approvals.hush(number)
    post = replace(post, state=state, changed=now, due=None, why=why)
    tx.posts.keep(post)
    _steer(tx, post, actor, now, {DeliveryState.RUNNING: DeliveryState.HELD})
    tx.audit.write(actor, "hold", post=number, detail=why or "")
    return post


def release(tx: Tx, actor: Actor, number: int, *, now: datetime, rules: Publishing) -> Agreed | Refusal:
    """Let a post that is held, or of which a delivery is, go on: as many must agree as for publishing it."""
    post = _find_held(tx, actor, number, Role.APPROVER if rules.approvals else Role.EDITOR)
    if isinstance(post, Refusal):
        return post
    if not enough(tx, post, rules):
        return Refusal(Why.UNAPPROVED, post.state)
    given = 0
    if rules.approvals:
        refused = _speak(tx, actor, post)
        if refused:
            return Refusal(refused, post.state)
        voices = tx.approvals.voices(number).items()
        given = sum(
            bound == digest(post) and eligible(post, tx.moderators.find(voice)) is None for voice, bound in voices
        )
    tx.audit.write(actor, "release", post=number)
    if given >= rules.approvals:
        post = _go_on(tx, actor, replace(post, changed=now, why=None), now=now, rules=rules)
    return Agreed(post=post, given=given, asked=rules.approvals)


def cancel(tx: Tx, actor: Actor, number: int, *, now: datetime) -> Post | Refusal:
    """End a post; what has not been sent is dropped. One person is enough."""
    found = consider(tx, actor, number, Role.EDITOR, Step.CANCEL)
    if isinstance(found, Refusal):
        return found
    post, state = found.post, found.state
    tx.approvals.void(number)
    post = replace(post, state=state, changed=now, due=None)
    tx.posts.keep(post)
    ends = DeliveryState.CANCELLING
    _steer(tx, post, actor, now, {DeliveryState.RUNNING: ends, DeliveryState.HELD: ends})
    tx.audit.write(actor, "cancel", post=number)
    return post


def retract(tx: Tx, actor: Actor, number: int, *, now: datetime) -> Post | Refusal:
    """Take a post back everywhere, also while it runs. One person is enough. What is not out is cancelled."""
    found = consider(tx, actor, number, Role.EDITOR, Step.RETRACT)
    if isinstance(found, Refusal):
        return found
    post, state = found.post, found.state
    if not post.begun:
        return Refusal(Why.STATE, post.state)
    tx.approvals.void(number)
    post = replace(post, state=state, changed=now, due=None)
    tx.posts.keep(post)
    _steer(tx, post, actor, now, dict.fromkeys(NOT_BACK, DeliveryState.RETRACTING))
    tx.audit.write(actor, "retract", post=number)
    return post


def pause_all(tx: Tx, actor: Actor) -> Refusal | None:
    """Stop everything that waits, counts down or runs. One person is enough."""
    if refused := permitted(tx, actor, Role.EDITOR):
        return Refusal(refused)
    tx.approvals.hush(EVERYTHING)
    mark_paused(tx, str(actor))
    tx.audit.write(actor, "pause_all")
    return None


def resume_all(tx: Tx, actor: Actor, *, now: datetime, rules: Publishing) -> Resumed | Refusal:
    """Let everything go on: for each post as many must agree as for publishing it, and none of them its author.

    Where enough have spoken, but too few for some post, that post is held and the others go on.
    """
    if refused := permitted(tx, actor, Role.APPROVER if rules.approvals else Role.EDITOR):
        return Refusal(refused)
    if paused(tx) is None:
        return Refusal(Why.STATE)
    if rules.approvals and actor.kind is not ActorKind.MODERATOR:
        return Refusal(Why.ROLE)
    tx.approvals.speak(EVERYTHING, actor.person or 0)
    voices = [tx.moderators.find(voice) for voice in tx.approvals.voices(EVERYTHING)]
    given = sum(voice is not None and not voice.frozen and voice.role.reaches(Role.APPROVER) for voice in voices)
    tx.audit.write(actor, "resume_all")
    if given < rules.approvals:
        return Resumed(given=given, asked=rules.approvals, on=False)
    mark_paused(tx, None)
    tx.approvals.hush(EVERYTHING)
    held = []
    for post in tx.posts.among(*UNDER_WAY):
        if rules.approvals and sum(eligible(post, voice) is None for voice in voices) < rules.approvals:
            hold(tx, actor, post.number, now=now, why="paused")
            held.append(post.number)
        elif post.state is PostState.COUNTDOWN:
            tx.posts.keep(replace(post, due=now + timedelta(seconds=rules.countdown_seconds)))
    return Resumed(given=given, asked=rules.approvals, on=True, held=tuple(held))


def _speak(tx: Tx, actor: Actor, post: Post) -> Why | None:
    if actor.kind is not ActorKind.MODERATOR or actor.number is None:
        return Why.ROLE
    if why := eligible(post, tx.moderators.find(actor.number)):
        return why
    tx.approvals.speak(post.number, actor.number, digest(post))
    return None


def _find_held(tx: Tx, actor: Actor, number: int, needed: Role) -> Post | Refusal:
    """The post that may go on: one that is held, or a running one of which a delivery is."""
    if refused := permitted(tx, actor, needed):
        return Refusal(refused)
    post = tx.posts.find(number)
    if post is None:
        return Refusal(Why.UNKNOWN)
    if post.state is PostState.RUNNING:
        held = any(delivery.state is DeliveryState.HELD for delivery in tx.outbox.of(number))
    else:
        held = after(post.state, Step.RESUME if post.begun else Step.RELEASE) is not None
    return post if held else Refusal(Why.STATE, post.state)


def _go_on(tx: Tx, actor: Actor, post: Post, *, now: datetime, rules: Publishing) -> Post:
    tx.approvals.hush(post.number)
    post = replace(post, state=PostState.RUNNING if post.begun else PostState.APPROVED)
    tx.posts.keep(post)
    _steer(tx, post, actor, now, {DeliveryState.HELD: DeliveryState.RUNNING})
    return count_down(tx, post, now=now, rules=rules)


def _steer(
    tx: Tx,
    post: Post,
    actor: Actor,
    now: datetime,
    course: Mapping[DeliveryState, DeliveryState],
) -> None:
    """Bring the post's deliveries from one state into another; those in others stay."""
    for delivery in tx.outbox.of(post.number):
        state = course.get(delivery.state)
        if state is not None:
            tx.outbox.steer(delivery.number, state, actor, post.why, int(now.timestamp()))
