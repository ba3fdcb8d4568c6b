"""What nobody asked for, just now: said, changed and taken back. A network's answer becomes one verdict."""

from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, TelegramError

from bot.model.delivery import Refused, Sent, Verdict
from bot.model.message import Message
from bot.model.people import Address
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.outgoing import Unfit, dress
from bot.platforms.telegram.references import chat_of, message_of
from bot.platforms.telegram.saying import say
from bot.platforms.telegram.verdicts import is_already_away, is_panel_gone, is_unchanged
from bot.ports import Clock

TOO_OLD = Refused("too_old")
"""Telegram lets a bot delete for 48 hours."""
GONE = Refused("gone")
"""The message is not there, or in a group that was left behind by moving."""


class Deliverer:
    """Nothing goes out inside a hold. Telegram knows no repeats: what is uncertain may arrive twice if tried again."""

    def __init__(self, line: Line, holds: Holds, clock: Clock) -> None:
        self._line = line
        self._holds = holds
        self._clock = clock

    async def deliver(self, address: Address, message: Message, *, silent: bool) -> Verdict:
        """Say it in the chat, in its topic where it has one; where that topic is shut, in the general one."""

        async def send() -> Verdict:
            return await say(self._line, address, {"disable_notification": silent, **dress(message)})

        return await self._attempt(address, send)

    async def amend(self, address: Address, reference: str, message: Message) -> Verdict:
        """Put another text in its place. ``GONE`` where there is none."""
        if chat_of(reference) != address.native:
            return GONE

        async def edit() -> Verdict:
            place = {"chat_id": int(address.native), "message_id": message_of(reference)}
            try:
                await self._line.call("editMessageText", place | dress(message))
            except BadRequest as error:
                if is_panel_gone(error):
                    return GONE
                if not is_unchanged(error):
                    raise
            return Sent(reference)

        return await self._attempt(address, edit)

    async def withdraw(self, address: Address, reference: str) -> Verdict:
        """Delete it. One that is gone already is as good; ``TOO_OLD`` after 48 hours."""
        if chat_of(reference) != address.native:
            return GONE

        async def delete() -> Verdict:
            place = {"chat_id": int(address.native), "message_id": message_of(reference)}
            try:
                await self._line.call("deleteMessage", place)
            except BadRequest as error:
                if "can't be deleted" in error.message.casefold():
                    return TOO_OLD
                if not is_already_away(error):
                    raise
            return Sent()

        return await self._attempt(address, delete)

    async def _attempt(self, address: Address, call: Callable[[], Awaitable[Verdict]]) -> Verdict:
        now = self._clock.now().timestamp()
        if held := self._holds.check(address.native, now):
            return held
        try:
            verdict = await call()
        except Unfit:
            return Refused("unfit")
        except TelegramError as error:
            return self._holds.weigh(error, address, self._clock.now().timestamp())
        self._holds.resume()
        return verdict
