"""How the bot presents itself to everyone: menus, name and descriptions, set only where they differ.

Telegram knows languages by two letters, and counts calls that rename a bot by the day. Where several of our
languages share two letters (zh-Hans and zh-Hant), the default language speaks for them if it is one of them, else
the first that was given; a chat that has chosen gets its own menu (``menus``).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from structlog.typing import FilteringBoundLogger
from telegram import Bot, BotCommandScope, ChatAdministratorRights
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.model.profile import Profile
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.scopes import EVERYONES, Choose, write
from bot.platforms.telegram.transport import Limited
from bot.ports import Clock

Step = Callable[[str | None, Profile], Awaitable[None]]
"""Sets one thing in one language, where it differs."""
POSTING = ChatAdministratorRights(
    is_anonymous=False,
    can_manage_chat=False,
    can_delete_messages=False,
    can_manage_video_chats=False,
    can_restrict_members=False,
    can_promote_members=False,
    can_change_info=False,
    can_invite_users=False,
    can_post_stories=False,
    can_edit_stories=False,
    can_delete_stories=False,
    can_post_messages=True,
    can_edit_messages=False,
)
"""To post in a channel, and nothing more."""
_IMPLIED = {"can_manage_chat"}
"""What Telegram adds to any right."""


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


class Presentation:
    """Sets what differs, and tries again what was not taken."""

    def __init__(
        self, bot: Bot, profiles: Mapping[str | None, Profile], clock: Clock, log: FilteringBoundLogger
    ) -> None:
        self._bot = bot
        self._profiles = profiles
        self._clock = clock
        self._log = log
        menus = [partial(self._set_menu, scope=scope, choose=choose) for scope, choose in EVERYONES]
        texts = [self._set_name, self._set_description, self._set_short_description]
        self._left: list[Step] = [*menus, *texts, self._propose_rights]

    async def set(self, done: Callable[[], Awaitable[None]]) -> None:
        """Set everything. ``done`` is awaited once nothing is missing but what Telegram's limits put off."""
        backoff = Backoff()
        told = False
        while True:
            waits = await self._go_round()
            if not told and None not in waits:
                told = True
                await done()
            if not self._left:
                return
            self._log.info("telegram_presentation_put_off", steps=len(self._left))
            await self._clock.sleep(max([backoff.lengthen(), *(wait for wait in waits if wait is not None)]))

    async def _go_round(self) -> Sequence[float | None]:
        """Try every step that is left, side by side.

        Returns the wait that Telegram asked for by each that is left still, or None where nobody answered.
        """
        outcomes = await asyncio.gather(*map(self._set_everywhere, self._left), return_exceptions=True)
        waits: list[float | None] = []
        left = []
        for step, outcome in zip(self._left, outcomes, strict=True):
            if isinstance(outcome, TelegramError):
                waits.append(outcome.seconds if isinstance(outcome, Limited) else None)
                left.append(step)
            elif outcome is not None:
                raise outcome
        self._left = left
        return waits

    async def _set_everywhere(self, step: Step) -> None:
        """One step in every language, the default first: what lacks a language of its own shows the default's."""
        for code, profile in self._profiles.items():
            try:
                await step(code, profile)
            except (BadRequest, Forbidden) as error:
                self._log.warning("telegram_presentation_refused", reason=type(error).__name__)

    async def _set_menu(self, code: str | None, profile: Profile, *, scope: BotCommandScope, choose: Choose) -> None:
        wanted = write(choose(profile))
        if list(await self._bot.get_my_commands(scope=scope, language_code=code)) == wanted:
            return
        if wanted:
            await self._bot.set_my_commands(wanted, scope=scope, language_code=code)
        else:
            await self._bot.delete_my_commands(scope=scope, language_code=code)

    async def _propose_rights(self, code: str | None, _: Profile) -> None:
        """Whoever makes the bot a channel's admin is proposed the one right that it needs there."""
        if code is not None:
            return
        proposed = (await self._bot.get_my_default_administrator_rights(for_channels=True)).to_dict()
        if {name for name, granted in proposed.items() if granted} - _IMPLIED != {"can_post_messages"}:
            await self._bot.set_my_default_administrator_rights(POSTING, for_channels=True)

    async def _set_name(self, code: str | None, profile: Profile) -> None:
        if (await self._bot.get_my_name(language_code=code)).name != profile.name:
            await self._bot.set_my_name(profile.name, language_code=code)

    async def _set_description(self, code: str | None, profile: Profile) -> None:
        if (await self._bot.get_my_description(language_code=code)).description != profile.description:
            await self._bot.set_my_description(profile.description, language_code=code)

    async def _set_short_description(self, code: str | None, profile: Profile) -> None:
        found = await self._bot.get_my_short_description(language_code=code)
        if found.short_description != profile.short_description:
            await self._bot.set_my_short_description(profile.short_description, language_code=code)
