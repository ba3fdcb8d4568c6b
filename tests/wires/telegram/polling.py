"""How the bot hears: getUpdates, and the webhook that shuts it."""

import asyncio
import time
from typing import Any

from tests.wires.telegram.answers import Json, conflict, malformed
from tests.wires.telegram.registry import Call, long_method, method
from tests.wires.telegram.updates import KINDS, UNASKED, Poll
from tests.wires.telegram.world import World

LONGEST_POLL = 50
_ELSEWHERE = "terminated by other getUpdates request; make sure that only one bot instance is running"
_HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_LOOK_AFTER_CLIENT = 0.5
"""Seconds between two looks whether a waiting client still lives."""


@long_method("getUpdates")
async def get_updates(world: World, call: Call) -> list[Json]:
    """Confirm everything before the offset, then give what waits, or wait for it.

    An earlier poll that still waits is ended with 409; one whose client has died goes without a word.
    """
    offset = call.get("offset", 0)
    limit = min(max(call.get("limit", 100), 1), 100)
    timeout = min(max(call.get("timeout", 0), 0), LONGEST_POLL)
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    poll = Poll(lambda: _wake(loop, woken))
    with world.lock:
        if world.webhook["url"]:
            raise conflict(_HOOKED)
        if call.get("allowed_updates") is not None:
            world.updates.allow(call["allowed_updates"])
        world.updates.end_polls(conflict(_ELSEWHERE))
        found = world.updates.take(offset, limit)
        if found or not timeout:
            return found
        world.updates.polls.append(poll)
        world.announce()
    try:
        await _wait(woken, timeout, call.transport)
    finally:
        with world.lock:
            if poll in world.updates.polls:
                world.updates.polls.remove(poll)
    if poll.refusal is not None:
        raise poll.refusal
    with world.lock:
        return [] if poll.ended else world.updates.take(offset, limit)


def _wake(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
    """Wake a poll from any thread; a loop that has ended has nobody to wake."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(woken.set)


async def _wait(
    woken: asyncio.Event,
    timeout: float,  # noqa: ASYNC109 - the parameter is Telegram's
    transport: asyncio.BaseTransport | None,
) -> None:
    """Return when woken, at the end of the poll, or when nobody is there any more."""
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        if transport is not None and transport.is_closing():
            return
        try:
            await asyncio.wait_for(woken.wait(), min(left, _LOOK_AFTER_CLIENT))
        except TimeoutError:
            continue
        return


@method("setWebhook")
def set_webhook(world: World, call: Call) -> bool:
    """Note the address (nothing is ever posted there); a waiting poll is ended."""
    url = call["url"]
    if url and not url.startswith("https://"):
        raise malformed("bad webhook: An HTTPS URL must be provided for webhook")
    if call.get("allowed_updates") is not None:
        world.updates.allow(call["allowed_updates"])
    if call.get("drop_pending_updates"):
        world.updates.drop()
    if url:
        world.updates.end_polls(conflict("terminated by setWebhook request"))
    world.webhook = {"url": url}
    return True


@method("deleteWebhook")
def delete_webhook(world: World, call: Call) -> bool:
    """Take the webhook away, and what waits too if asked."""
    world.webhook = {"url": ""}
    if call.get("drop_pending_updates"):
        world.updates.drop()
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, _call: Call) -> Json:
    """What is set, and how much waits."""
    info: dict[str, Any] = {
        "url": world.webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if world.updates.allowed != KINDS - UNASKED:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
