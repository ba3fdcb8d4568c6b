"""Listening, answering and delivering, until the operator wants an end; then what is in flight is finished."""

import asyncio
import gc
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import structlog

from bot.broadcast.courier import Courier
from bot.chat.conversation import Conversation
from bot.clockwork import SystemClock
from bot.errors import SolidarityError
from bot.ports import Platform

PATIENCE_SECONDS = 9.0
"""How long the end waits for what is in flight; ten are promised."""

_log = structlog.get_logger()


def spare_what_stands() -> None:
    """Let the collector pass over what was built by now: all rounds through it would make everyone wait for 0.1 s."""
    gc.collect()
    gc.freeze()


async def serve(
    platforms: Mapping[str, Platform], conversation: Conversation, courier: Courier, end: asyncio.Event
) -> None:
    """Pay what is owed, listen on all platforms and deliver, until told to end, or until one may not go on."""
    ready: set[str] = set()

    def tell(name: str) -> None:
        if name in ready:  # it has begun again
            return
        _log.info("platform_ready", platform=name)
        ready.add(name)
        if ready == set(platforms):
            _log.info("ready", platforms=sorted(platforms))

    resumed = asyncio.create_task(conversation.resume())
    tasks = {
        asyncio.create_task(_listen(platform, conversation, resumed, partial(tell, name)))
        for name, platform in platforms.items()
    }
    delivering = asyncio.create_task(courier.run())
    told = asyncio.create_task(end.wait())
    try:
        done, _ = await asyncio.wait({told, delivering, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {told}:
            task.result()
    finally:
        await finish({told, resumed, *tasks}, conversation, courier, delivering)
    _log.info("stopped")


@contextmanager
def operator() -> Iterator[asyncio.Event]:
    """Set once the operator wants an end. Afterwards signals do what they did before."""
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        loop.add_signal_handler(number, end.set)
    try:
        yield end
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def finish(
    tasks: Iterable[asyncio.Task[Any]], conversation: Conversation, courier: Courier, delivering: asyncio.Task[None]
) -> None:
    """Hear no more, begin no delivery more, and finish what is in flight, all within the patience."""
    for task in tasks:
        task.cancel()
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(conversation.finish(), *([] if delivering.done() else [courier.drain()]))
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    await conversation.close()


async def _listen(
    platform: Platform, conversation: Conversation, resumed: asyncio.Task[None], ready: partial[None]
) -> None:
    """A platform's fault ends neither the others nor itself: it begins again, later each time."""
    await resumed
    pause = 1.0
    while True:
        try:
            await platform.run(conversation.hear, ready)
        except SolidarityError as error:
            if error.exit_code != 1:
                raise
            _log.warning("platform_paused", platform=platform.name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - logged, and begun again
            _log.error("platform_failed", platform=platform.name, exc_info=error)
        await SystemClock().sleep(pause)
        pause = min(60.0, pause * 2)
