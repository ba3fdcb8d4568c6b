"""Telegram as the rules see it: it listens until cancelled, and answers."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from structlog.typing import FilteringBoundLogger

from bot.model.delivery import Refused, Sent, Unsure, Verdict
from bot.model.message import Message
from bot.model.people import Address, ChatKind
from bot.model.profile import Profile
from bot.model.speech import Ask, Happening, Reply
from bot.platforms.telegram.admins import Admins
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
from bot.platforms.telegram.presentation import Presentation, speakers
from bot.ports import Clock, Hear, Size
from bot.ports_announcing import Pace

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""What a link may carry."""


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
        self._options = options
        self._profiles = speakers(profiles, default_language)
        self._clock = clock
        self._log = log
        self._line = Line(options)
        self._holds = Holds()
        self._answerer = Answerer(self._line, self._holds, clock)
        self._deliverer = Deliverer(self._line, self._holds, clock)
        self._admins = Admins(self._line, self._holds, clock)
        self._menus = Menus(self._line, self._holds, clock, log, profiles)

    @property
    def name(self) -> str:
        """``telegram``."""
        return NAME

    @property
    def size(self) -> Size:
        """4,096 UTF-16 units."""
        return SIZE

    @property
    def pace(self) -> Pace:
        """What the operator allows; Telegram bears a little more."""
        return Pace(**self._options.pace.model_dump())

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
            await poll.listen(me, partial(self._hear, hear=hear))
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
        if isinstance(verdict, Sent | Refused):
            self._dress(ask, reply)
        return verdict

    async def may_set(self, address: Address, person: str) -> bool | None:
        """Whether Telegram calls that person an admin of that chat now. None where it did not say within 5 seconds."""
        try:
            return await self._admins.may_set(address.native, person)
        except Exception as error:  # noqa: BLE001 - whatever fails, nobody may set anything
            self._log.error("telegram_admin_unknown", reason=type(error).__name__)
            return None

    def link(self, payload: str) -> str | None:
        """``https://t.me/BOT?start=PAYLOAD`` once the bot knows its name; None for what no link carries."""
        if self._me is None or not _PAYLOAD.fullmatch(payload):
            return None
        return f"https://t.me/{self._me.username}" + (f"?start={payload}" if payload else "")

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
        await self._admins.aclose()
        await self._menus.aclose()
        await self._line.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _hear(self, asks: Sequence[Ask], *, hear: Hear) -> None:
        await hear(asks)
        for ask in asks:
            if ask.happening is Happening.MOVED and ask.about is not None:
                self._menus.move(ask.address.native, ask.about.native)

    def _dress(self, ask: Ask, reply: Reply) -> None:
        """Have the chat's menus follow its language; a group that was just come to has none of an earlier time."""
        if ask.kind is ChatKind.CHANNEL or reply.leaves:
            return
        if reply.forgets or (ask.happening is Happening.ADDED and ask.kind is ChatKind.GROUP):
            self._menus.wish(ask.address.native, None)
        elif reply.chosen is not None:
            self._menus.wish(ask.address.native, reply.chosen, moderates=reply.moderates is not None)
        elif ask.kind is ChatKind.PRIVATE and ask.happening is None:
            self._menus.follow(ask.address.native, reply.moderates)

    async def _present(self, granted: asyncio.Event, ready: Callable[[], None]) -> None:
        """Set what everyone sees, and tell once it is there and a poll was granted."""

        async def announce() -> None:
            await granted.wait()
            ready()

        try:
            await Presentation(self._line.bot, self._profiles, self._clock, self._log).set(announce)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._log.error("telegram_presentation_failed", reason=type(error).__name__)
