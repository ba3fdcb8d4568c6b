"""Telegram as the rules see it: it listens until cancelled, and answers."""

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from structlog.typing import FilteringBoundLogger
from telegram import ChatMember
from telegram.error import TelegramError

from bot.model.delivery import Sent, Unsure, Verdict
from bot.model.message import Message
from bot.model.people import Address, ChatKind
from bot.model.profile import Profile
from bot.model.speech import Ask, Reply
from bot.platforms.telegram.answering import Answerer
from bot.platforms.telegram.delivering import Deliverer
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.incoming import Me
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.memberships import NAME
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.outgoing import SIZE
from bot.platforms.telegram.polling import Poll
from bot.platforms.telegram.presentation import Presentation, menu, speakers
from bot.ports import Clock, Hear, Size


class TelegramPlatform:
    """A bot on Telegram (see ``bot.ports.Platform``).

    ``profiles`` are the bot's words about itself by language tag; the default language must be among them. Use it as
    an asynchronous context, or call ``aclose``: answers may still be given after ``run`` was cancelled.
    """

    def __init__(
        self,
        options: TelegramOptions,
        profiles: Mapping[str, Profile],
        default_language: str,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._me: Me | None = None
        self._profiles = speakers(profiles, default_language)
        self._clock = clock
        self._log = log
        self._line = Line(options)
        self._holds = Holds()
        self._answerer = Answerer(self._line, self._holds, clock)
        self._deliverer = Deliverer(self._line, self._holds, clock)
        menus = {tag: menu(profile) for tag, profile in profiles.items()}
        self._menus = Menus(self._line, self._holds, clock, log, menus)

    @property
    def name(self) -> str:
        """``telegram``."""
        return NAME

    @property
    def size(self) -> Size:
        """4,096 UTF-16 units."""
        return SIZE

    @property
    def sigil(self) -> str:
        """``/``: the apps turn it into a link."""
        return "/"

    async def run(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Listen until cancelled; ``ready`` is called once a poll was granted and the menus are set.

        What Telegram's limits keep from being set is set later, behind ``ready``. Raises CredentialRefused and
        PolledElsewhere only.
        """
        granted = asyncio.Event()
        poll = Poll(self._line, self._holds, self._clock, self._log, granted.set)
        self._me = me = await poll.greet()
        presenter = asyncio.create_task(self._present(granted, ready))
        try:
            await poll.listen(me, hear)
        finally:
            presenter.cancel()
            await asyncio.gather(presenter, return_exceptions=True)

    async def answer(self, ask: Ask, reply: Reply) -> Verdict:
        """Show the reply where the ask came from. Never raises; may be called again for the same ask."""
        try:
            verdict = await self._answerer.give(ask, reply)
        except Exception as error:  # noqa: BLE001 - a bug; what it had sent by then is not known
            self._log.error("telegram_answer_failed", reason=type(error).__name__)
            return Unsure()
        if isinstance(verdict, Sent) and ask.kind is ChatKind.PRIVATE:
            if reply.forgets:
                self._menus.wish(ask.address.native, None)
            elif reply.chosen is not None:
                self._menus.wish(ask.address.native, reply.chosen)
        return verdict

    async def may_set(self, address: Address, person: str) -> bool | None:
        """Whether Telegram calls that person an admin of that chat now. None where it did not say within 5 seconds."""
        try:
            async with asyncio.timeout(5):
                member = await self._line.bot.get_chat_member(int(address.native), int(person))
        except (TelegramError, TimeoutError):
            return None
        return member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR}

    def link(self, payload: str) -> str | None:
        """``https://t.me/BOT?start=PAYLOAD``, once the bot knows its name."""
        return f"https://t.me/{self._me.username}?start={payload}" if self._me else None

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Say something unasked. Telegram cannot tell repeats by ``once``."""
        del once
        return await self._deliverer.deliver(address, message, silent=silent)

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Put another text in place of a message that was said."""
        del once
        return await self._deliverer.amend(address, reference, message)

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Take a message back. ``Refused("too_old")`` after 48 hours."""
        del once
        return await self._deliverer.withdraw(address, reference)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._menus.aclose()
        await self._line.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _present(self, granted: asyncio.Event, ready: Callable[[], None]) -> None:
        """Set what everyone sees, and tell once it is there and a poll was granted."""

        async def announce() -> None:
            await granted.wait()
            ready()

        try:
            await Presentation(self._line.bot, self._profiles, self._clock, self._log).set(announce)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._log.error("telegram_presentation_failed", reason=type(error).__name__)
