"""Reactions under the panels, given when no answer waits: words say the same, and each is an event of its own."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from bot.platforms.matrix.backoff import Backoff
from bot.platforms.matrix.buttons import Buttons, Seed
from bot.platforms.matrix.outgoing import write_seed
from bot.platforms.matrix.verdicts import Declined, Unanswered
from bot.platforms.matrix.voice import Voice
from bot.ports import Clock


class Seeder:
    """Gives the seeds that were wished for, oldest first, one at a time. They are durable: it goes on after a kill."""

    def __init__(self, buttons: Buttons, voice: Voice, clock: Clock) -> None:
        self._buttons = buttons
        self._voice = voice
        self._clock = clock
        self._wanted = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._answers = 0

    def wake(self) -> None:
        """There are new wishes."""
        self._wanted.set()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While an answer is on its way, no further seed is begun."""
        self._answers += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._answers -= 1
            if not self._answers:
                self._quiet.set()

    async def run(self) -> None:
        """Give seeds until cancelled. Raises what the vault raises."""
        backoff = Backoff()
        while True:
            await self._wanted.wait()
            await self._quiet.wait()
            seed = self._buttons.wished()
            if seed is None:
                self._wanted.clear()
                continue
            try:
                await self._give(seed)
            except Unanswered:
                await self._clock.sleep(backoff.lengthen())
                continue
            backoff.reset()

    async def _give(self, seed: Seed) -> None:
        """One reaction. What the server refuses for good (it stands there already, the panel is gone) is settled."""
        transaction = hashlib.sha256(f"{seed.panel}\0seed:{seed.sign}".encode()).hexdigest()
        try:
            await self._voice.say(seed.room, "m.reaction", write_seed(seed.panel, seed.sign), transaction)
        except Declined as refusal:
            if refusal.limited:
                return  # the voice holds for as long as it was told
            if refusal.token_refused:
                raise Unanswered from None
        self._buttons.settle(seed)
