"""An answer, given: the press acknowledged, old messages taken back, the panel edited or the words said anew."""

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram.error import BadRequest, TelegramError

from bot.model.delivery import Later, Moved, Refused, Sent, Unsure, Verdict
from bot.model.people import Address
from bot.model.speech import Ask, Happening, Reply
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.outgoing import Unfit, Wardrobe
from bot.platforms.telegram.references import chat_of, message_of
from bot.platforms.telegram.saying import say
from bot.platforms.telegram.transport import Limited
from bot.platforms.telegram.verdicts import is_already_away, is_panel_gone, is_stale_press, is_unchanged
from bot.ports import Clock

MOST_DELETED = 100
"""The most that one deleteMessages takes."""


class Answerer:
    """Shows replies where asks came from. Nothing goes out inside a hold; repeating an answer does no harm."""

    def __init__(self, line: Line, holds: Holds, clock: Clock) -> None:
        self._line = line
        self._holds = holds
        self._clock = clock
        self._wardrobe = Wardrobe()
        self._parting: set[str] = set()
        """Asks whose answer was given, and whose chat is still to be left."""

    async def give(self, ask: Ask, reply: Reply) -> Verdict:
        """The whole answer, in one verdict; with the bot's leaving, where the reply wants that."""
        if not reply.leaves:
            return await self._say(ask, reply)
        if ask.id not in self._parting:
            verdict = await self._say(ask, reply)
            if isinstance(verdict, Later | Moved):
                return verdict
        return await self._leave(ask)

    async def _say(self, ask: Ask, reply: Reply) -> Verdict:
        if held := self._holds.check(ask.address.native, self._now()):
            return held
        try:
            body = None if reply.message is None else self._wardrobe.dress(reply.message)
        except Unfit:
            return Refused("unfit")
        try:
            if ask.receipt is None:
                shown = await self._show(ask, reply, body)
            else:
                shown = await self._show_pressed(ask, reply, body)
        except TelegramError as error:
            return self._judge(error, ask.address)
        self._holds.resume()
        return shown

    async def _leave(self, ask: Ask) -> Verdict:
        """Leave the chat, or the channel that the ask is about. To be out of it already is as good.

        What was said before is remembered until the leaving is done, so that it is said once.
        """
        place = ask.about if ask.happening is Happening.ADDED and ask.about is not None else ask.address
        if not place.native.startswith("-"):
            return Sent()  # nobody leaves a private chat
        self._parting.add(ask.id)
        if held := self._holds.check(place.native, self._now()):
            return held
        try:
            await self._line.call("leaveChat", {"chat_id": int(place.native)})
        except TelegramError as error:
            verdict = self._judge(error, place)
            if isinstance(verdict, Later | Unsure | Moved):
                return verdict
        self._holds.resume()
        self._parting.discard(ask.id)
        return Sent()

    async def _show_pressed(self, ask: Ask, reply: Reply, body: dict[str, Any] | None) -> Sent:
        """The same, with the press acknowledged meanwhile: neither waits for the other."""
        receipt = asyncio.create_task(self._acknowledge(ask, reply.toast))
        try:
            shown = await self._show(ask, reply, body)
        except asyncio.CancelledError:
            receipt.cancel()
            raise
        except TelegramError:
            await receipt
            raise
        trouble = await receipt
        if trouble is not None and body is None and not reply.closes:
            raise trouble  # the toast was all there was to show
        if isinstance(trouble, Limited) and (body is None or shown.reference == ask.panel):
            raise trouble  # showing it again changes nothing, and so the window is kept where a restart finds it
        return shown

    async def _acknowledge(self, ask: Ask, toast: str | None) -> TelegramError | None:
        """Answer the callback query. Its trouble is returned: beside a panel that was shown it is none."""
        parameters: dict[str, Any] = {"callback_query_id": ask.receipt}
        if toast:
            parameters["text"] = toast
        try:
            await self._line.call("answerCallbackQuery", parameters)
        except BadRequest as error:
            return None if is_stale_press(error) else error
        except TelegramError as error:
            self._judge(error, ask.address)
            return error
        return None

    async def _show(self, ask: Ask, reply: Reply, body: dict[str, Any] | None) -> Sent:
        chat = ask.address.native
        # A group that has moved left its messages behind; their numbers mean others where it is now.
        panel = ask.panel if ask.pressed and ask.panel is not None and chat_of(ask.panel) == chat else None
        edited = panel if body is not None and not reply.closes else None
        withdrawn = [old for old in reply.withdraws if old != edited and chat_of(old) == chat]
        await self._withdraw(chat, [message_of(old) for old in withdrawn])
        if reply.closes and panel is not None:
            await self._take_away(chat, message_of(panel))
        if body is None:
            return Sent()
        if edited is not None and await self._edit(chat, message_of(edited), body):
            return Sent(edited)
        return await say(self._line, ask.address, body)

    async def _edit(self, chat: str, message: int, body: dict[str, Any]) -> bool:
        """Whether the panel shows it now; not where there is no panel any more."""
        try:
            await self._line.call("editMessageText", {"chat_id": int(chat), "message_id": message} | body)
        except BadRequest as error:
            if is_panel_gone(error):
                return False
            if not is_unchanged(error):
                raise
        return True

    async def _take_away(self, chat: str, message: int) -> None:
        """Delete the panel; one that is too old for that (48 h) loses its buttons."""
        place = {"chat_id": int(chat), "message_id": message}
        try:
            await self._line.call("deleteMessage", place)
        except BadRequest as error:
            if is_already_away(error):
                return
            try:
                await self._line.call("editMessageReplyMarkup", place)
            except BadRequest:
                return  # gone, or bare already

    async def _withdraw(self, chat: str, messages: Sequence[int]) -> None:
        """Delete what can be deleted. A batch refused as a whole is halved, down to the message that is too old."""
        for start in range(0, len(messages), MOST_DELETED):
            batch = messages[start : start + MOST_DELETED]
            try:
                await self._line.call("deleteMessages", {"chat_id": int(chat), "message_ids": batch})
            except BadRequest:
                half = len(batch) // 2
                if half:
                    await self._withdraw(chat, batch[:half])
                    await self._withdraw(chat, batch[half:])

    def _judge(self, error: TelegramError, address: Address) -> Verdict:
        return self._holds.weigh(error, address, self._now())

    def _now(self) -> float:
        return self._clock.now().timestamp()
