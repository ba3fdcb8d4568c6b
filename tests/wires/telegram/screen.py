"""One chat as people see it, and how a test waits for what comes there."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.wires.telegram.seen import Seen
from tests.wires.telegram.world import Chat, World

T = TypeVar("T")
Wanted = Callable[[Seen], bool] | str | None
"""Which message is waited for: one that this is true of, one that contains this text, or just the next."""


class Screen:
    """A chat on somebody's phone. Everything may be called from any thread.

    ``waits`` goes on from where this screen was last attended to: by speaking, pressing, or an earlier wait. So an
    answer that comes before the wait begins is not missed, and none is taken twice.
    """

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat
        self._heard = 0

    @property
    def id(self) -> int:
        """The chat's number."""
        return self.chat.chat_id

    @property
    def sees(self) -> list[Seen]:
        """Every message that stands in the chat, the oldest first."""
        with self._world.lock:
            return [each.seen() for each in self.chat.messages.values()]

    @property
    def received(self) -> list[Seen]:
        """All that the bot ever said there, edits and since deleted ones too, in order."""
        with self._world.lock:
            return [event.seen() for event in self.chat.history]

    def screen(self) -> str:
        """The last message, readable; empty where there is none."""
        seen = self.sees
        return seen[-1].render() if seen else ""

    def attend(self) -> None:
        """Take everything up to now as read."""
        self._heard = len(self.chat.history)

    async def waits(self, wanted: Wanted = None, timeout: float = 5.0) -> Seen:  # noqa: ASYNC109 - tests wait
        """The bot's next message or edit here that is wanted. Fails after ``timeout`` seconds."""
        return await self.until(lambda: self._next(wanted), timeout)

    async def until(self, check: Callable[[], T | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109 - tests wait
        """The first true thing that ``check`` returns; it is asked whenever something happened."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

        with self._world.lock:
            self._world.watchers.append(wake)
        try:
            async with asyncio.timeout(timeout):
                while True:
                    woken.clear()
                    with self._world.lock:
                        found = check()
                    if found:
                        return found
                    await woken.wait()
        except TimeoutError:
            raise self._missed(timeout) from None
        finally:
            with self._world.lock:
                self._world.watchers.remove(wake)

    def waits_here(self, wanted: Wanted = None, timeout: float = 5.0) -> Seen:
        """The same as ``waits``, for tests without a loop: blocks the thread."""
        found: Seen | None = None

        def look() -> bool:
            nonlocal found
            found = self._next(wanted)
            return found is not None

        with self._world.changed:
            self._world.changed.wait_for(look, timeout)
        if found is None:
            raise self._missed(timeout)
        return found

    def _next(self, wanted: Wanted) -> Seen | None:
        for number in range(self._heard, len(self.chat.history)):
            seen = self.chat.history[number].seen()
            if wanted is None or (wanted in seen.text if isinstance(wanted, str) else wanted(seen)):
                self._heard = number + 1
                return seen
        return None

    def _missed(self, timeout: float) -> AssertionError:
        return AssertionError(f"nothing of the kind within {timeout:g} s; on screen:\n{self.screen() or '(nothing)'}")
