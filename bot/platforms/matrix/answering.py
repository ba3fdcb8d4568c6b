"""From a reply to what stands in the room afterwards."""

from bot.model.delivery import Refused, Sent, Verdict
from bot.model.message import Message
from bot.model.people import ChatKind
from bot.model.speech import Ask, Reply
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.forgetting import forget_past
from bot.platforms.matrix.outgoing import derive_transaction, fits, list_signs, write_answer
from bot.platforms.matrix.seeding import Seeder
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined
from bot.platforms.matrix.voice import Voice
from bot.ports import Clock


class Answerer:
    """Gives answers: rooms beside each other, and within a room one after the other, as they were asked for.

    Raises what ``Voice`` and the vault raise; the same answer may be given again then, and is the same events.
    """

    def __init__(self, vault: Vault, buttons: Buttons, voice: Voice, seeder: Seeder, clock: Clock) -> None:
        self._vault = vault
        self._buttons = buttons
        self._voice = voice
        self._seeder = seeder
        self._clock = clock

    async def give(self, ask: Ask, reply: Reply) -> Verdict:
        """The panel edited, or the answer said anew; then what must be forgotten and taken away."""
        room = ask.address.native
        with self._seeder.waiting():
            async with self._voice.lock(room):
                if not reply.leaves:
                    self._voice.find_room(room)
                    return await self._give(room, ask, reply)
                return await self._part(room, ask, reply)

    async def _part(self, room: str, ask: Ask, reply: Reply) -> Verdict:
        """Say it, if it can be said, and leave."""
        try:
            self._voice.find_room(room)
            verdict = await self._give(room, ask, reply)
        except Declined as refusal:
            if refusal.limited or refusal.token_refused:
                raise
            verdict = Sent()
        await self._voice.leave(room)
        return verdict

    async def _give(self, room: str, ask: Ask, reply: Reply) -> Verdict:
        if reply.closes and ask.panel is not None:
            await self._voice.redact(room, ask.panel, derive_transaction(ask, "close"))
            self._buttons.drop_panel(ask.panel)
        reference = None
        if reply.message is not None:
            edits = ask.panel if ask.pressed and not reply.closes else None
            content = write_answer(reply.message, ask, edits=edits)
            if not fits(content):
                return Refused("too_large")
            said = await self._voice.say(room, "m.room.message", content, derive_transaction(ask, "answer"))
            reference = edits or said
        if reply.forgets:
            self._forget(room)
        if reply.message is not None and reference is not None and ask.kind is ChatKind.PRIVATE:
            self._offer(room, reference, reply.message)
        for said_before in reply.withdraws:
            role = f"withdraw:{said_before}"
            await self._voice.redact(room, said_before, derive_transaction(ask, role))
        return Sent(reference)

    def _offer(self, room: str, panel: str, message: Message) -> None:
        """Give the panel its buttons, those that it does not have yet."""
        if self._buttons.wish(room, panel, list_signs(message), self._clock.now().timestamp()):
            self._seeder.wake()

    def _forget(self, room: str) -> None:
        with self._vault.transaction():
            self._buttons.drop_rooms((room,))
            if self._voice.line is not None:
                forget_past(self._vault, self._voice.line.client, room)
        self._vault.wipe_traces()
