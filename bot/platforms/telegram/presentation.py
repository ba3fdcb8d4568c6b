"""How the bot presents itself to everyone: menus, name and descriptions, set only where they differ.

Telegram knows languages by two letters, and counts calls that rename a bot by the day. Where several of our
languages share two letters (zh-Hans and zh-Hant), the default language speaks for them if it is one of them, else
the first that was given; a chat that has chosen gets its own menu (``menus``).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from structlog.typing import FilteringBoundLogger
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.model.profile import Profile
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.transport import Limited
from bot.ports import Clock

MOST_AT_ONCE = 4
"""Calls at the same time."""

Step = Callable[[], Awaitable[None]]


def speakers(profiles: Mapping[str, Profile], default: str) -> dict[str | None, Profile]:
    """Telegram's language code → the profile shown there; None stands for everyone else.

    Refuses (KeyError) a default language without a profile.
    """
    chosen: dict[str | None, Profile] = {None: profiles[default]}
    for tag in (default, *profiles):
        code = tag.partition("-")[0].lower()
        if len(code) == 2:
            chosen.setdefault(code, profiles[tag])
    return chosen


def menu(profile: Profile) -> list[BotCommand]:
    """A profile's commands as Telegram takes them."""
    return [BotCommand(name, description) for name, description in profile.commands]


class Presentation:
    """Sets what differs, and tries again what was not taken."""

    def __init__(
        self, bot: Bot, profiles: Mapping[str | None, Profile], clock: Clock, log: FilteringBoundLogger
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._log = log
        self._left: list[Step] = [step for code, profile in profiles.items() for step in self._steps(code, profile)]

    async def set(self, done: Callable[[], Awaitable[None]]) -> None:
        """Set everything. ``done`` is awaited once nothing is missing but what Telegram's limits put off."""
        backoff = Backoff()
        told = False
        while True:
            waits = await self._go_round()
            unreached = any(wait is None for wait in waits)
            if not told and not unreached:
                told = True
                await done()
            if not self._left:
                return
            self._log.info("telegram_presentation_put_off", steps=len(self._left))
            await self._clock.sleep(max([backoff.lengthen(), *(wait for wait in waits if wait is not None)]))

    async def _go_round(self) -> Sequence[float | None]:
        """Try every step that is left. Returns the waits that Telegram asked for, and None where nobody answered."""
        gate = asyncio.Semaphore(MOST_AT_ONCE)
        waits: list[float | None] = []
        left: list[Step] = []

        async def attempt(step: Step) -> None:
            async with gate:
                if None in waits:  # nobody answers: the others need not be tried
                    left.append(step)
                    return
                try:
                    await step()
                except (BadRequest, Forbidden) as error:
                    self._log.warning("telegram_presentation_refused", reason=type(error).__name__)
                except Limited as error:
                    waits.append(error.seconds)
                    left.append(step)
                except TelegramError:
                    waits.append(None)
                    left.append(step)

        await asyncio.gather(*map(attempt, self._left))
        self._left = left
        return waits

    def _steps(self, code: str | None, profile: Profile) -> tuple[Step, ...]:
        bot, scope = self._bot, BotCommandScopeAllPrivateChats()

        async def set_menu() -> None:
            wanted = menu(profile)
            if list(await bot.get_my_commands(scope=scope, language_code=code)) != wanted:
                await bot.set_my_commands(wanted, scope=scope, language_code=code)

        async def set_name() -> None:
            if (await bot.get_my_name(language_code=code)).name != profile.name:
                await bot.set_my_name(profile.name, language_code=code)

        async def set_description() -> None:
            if (await bot.get_my_description(language_code=code)).description != profile.description:
                await bot.set_my_description(profile.description, language_code=code)

        async def set_short_description() -> None:
            found = await bot.get_my_short_description(language_code=code)
            if found.short_description != profile.short_description:
                await bot.set_my_short_description(profile.short_description, language_code=code)

        return set_menu, set_name, set_description, set_short_description
