"""What nobody asked for, just now: said, changed and taken back, each once for as long as the homeserver remembers."""

import hashlib
from collections.abc import Awaitable, Callable

from bot.model.delivery import Refused, Sent, Verdict
from bot.model.message import Message
from bot.model.people import Address
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.outgoing import Content, fits, list_signs, write_edit, write_post
from bot.platforms.matrix.seeding import Seeder
from bot.platforms.matrix.verdicts import Declined, Unanswered, judge
from bot.platforms.matrix.voice import Voice
from bot.ports import Clock


class Deliverer:
    """Gives posts. A transaction id made of ``once`` makes every repeat the same event."""

    def __init__(self, voice: Voice, buttons: Buttons, seeder: Seeder, clock: Clock) -> None:
        self._voice = voice
        self._buttons = buttons
        self._seeder = seeder
        self._clock = clock

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool) -> Verdict:
        """Say it: as ``m.text``, since notices ring no phone; silently as a notice. Signs become buttons."""
        verdict = await self._say(address, write_post(message, silent=silent), once)
        signs = list_signs(message)
        if signs and isinstance(verdict, Sent) and verdict.reference is not None:
            now = self._clock.now().timestamp()
            if self._buttons.wish(address.native, verdict.reference, signs, now):
                self._seeder.wake()
        return verdict

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Put another text in its place; an edit rings no phone."""
        verdict = await self._say(address, write_edit(write_post(message, silent=False), reference), once)
        return Sent(reference) if isinstance(verdict, Sent) else verdict

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Redact it. Homeservers set no hour to that."""

        async def redact() -> Verdict:
            await self._voice.redact(address.native, reference, derive(once))
            return Sent()

        return await self._attempt(address, redact)

    async def _say(self, address: Address, content: Content, once: str) -> Verdict:
        async def say() -> Verdict:
            return Sent(await self._voice.say(address.native, "m.room.message", content, derive(once)))

        return await self._attempt(address, say) if fits(content) else Refused("too_large")

    async def _attempt(self, address: Address, call: Callable[[], Awaitable[Verdict]]) -> Verdict:
        try:
            async with self._voice.lock(address.native):
                return await call()
        except (Unanswered, Declined) as trouble:
            return judge(trouble)


def derive(once: str) -> str:
    """The transaction id: of one alphabet and length whatever names the message."""
    return hashlib.sha256(once.encode()).hexdigest()
