"""The only way into the outbox, and the clock's part in it: countdowns that end, requests that expire."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.broadcast.approval import count_down, enough, expire
from bot.broadcast.decisions import Publishing, Refusal, Why, tell_all
from bot.broadcast.pausing import paused
from bot.broadcast.stopping import hold
from bot.model.moderator import CLOCK, Actor
from bot.model.parcel import Delivery, DeliveryState
from bot.model.post import Post, PostState, Step, after
from bot.ports import Tx

ONCE = 0
"""The occurrence of a post that goes out once."""


def announce(
    tx: Tx, actor: Actor, number: int, platforms: Iterable[str], *, now: datetime, rules: Publishing
) -> Post | Refusal:
    """Put a post whose countdown is over on its way: approvals looked at once more, audience fixed, deed noted.

    The recipients' rows follow by slices. A post that lacks approvals now is held instead, and all are told.
    """
    post = tx.posts.find(number)
    if post is None:
        return Refusal(Why.UNKNOWN)
    state = after(post.state, Step.START)
    if state is None or paused(tx) is not None:
        return Refusal(Why.STATE, post.state)
    seconds = int(now.timestamp())
    if not enough(tx, post, rules):
        hold(tx, CLOCK, number, now=now, why="unapproved")
        tell_all(tx, "unapproved", seconds, post=number)
        return Refusal(Why.UNAPPROVED, PostState.HELD)
    post = replace(post, state=state, begun=True, changed=now, due=None, why=None)
    tx.posts.keep(post)
    for platform in platforms:
        delivery = tx.outbox.open(number, ONCE, platform, urgent=post.urgent, now=seconds)
        if delivery.state is DeliveryState.HELD:
            tx.outbox.steer(delivery.number, DeliveryState.RUNNING, actor, None, seconds)
    tx.audit.write(actor, "announce", post=number)
    return post


def tick(tx: Tx, platforms: Iterable[str], *, now: datetime, rules: Publishing) -> None:
    """Do what it is time for. Asking too often does no harm."""
    networks = tuple(platforms)
    for post in tx.posts.among(PostState.SUBMITTED):
        expire(tx, post, now=now, rules=rules)
    for post in tx.posts.among(PostState.APPROVED):
        count_down(tx, post, now=now, rules=rules)
    for post in tx.posts.among(PostState.COUNTDOWN):
        if post.due is not None and post.due <= now:
            announce(tx, CLOCK, post.number, networks, now=now, rules=rules)
    for post in tx.posts.among(PostState.RUNNING):
        finish(tx, post.number, now=now)


def finish(tx: Tx, number: int, *, now: datetime) -> Post | None:
    """Mark a post as done once all its deliveries are, and tell everyone; None where it is not."""
    post = tx.posts.find(number)
    if post is None or any(delivery.state is not DeliveryState.DONE for delivery in tx.outbox.of(number)):
        return None
    state = after(post.state, Step.FINISH)
    if state is None:
        return None
    post = replace(post, state=state, changed=now)
    tx.posts.keep(post)
    tx.audit.write(CLOCK, "finish", post=number)
    tell_all(tx, "receipt", int(now.timestamp()), post=number)
    return post


def break_off(tx: Tx, delivery: Delivery, *, now: datetime) -> None:
    """Too many chats seem gone: the delivery holds itself, ends no subscription, and asks the moderators."""
    seconds = int(now.timestamp())
    tx.outbox.steer(delivery.number, DeliveryState.HELD, CLOCK, "breaker", seconds)
    tx.outbox.spare(delivery.number)
    tx.audit.write(CLOCK, "breaker", post=delivery.post, detail=delivery.platform)
    tell_all(tx, "breaker", seconds, post=delivery.post, platform=delivery.platform)
