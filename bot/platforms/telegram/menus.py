"""Chats' own command menus: Telegram tells languages by two letters, so a script must be chosen chat by chat."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.model.profile import Profile
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.scopes import scopes_of, write
from bot.platforms.telegram.transport import Limited, Unsent
from bot.ports import Clock

MOST_AT_ONCE = 2
"""Menus set at the same time: answers go first."""
MOST_TRIES = 5
"""Before a menu is left as it is until the chat chooses again."""
MOST_REMEMBERED = 10_000
"""Chats of which is remembered, in memory alone, which menu they have."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Which menu a chat has of its own. No language: none."""

    language: str | None
    moderates: bool = False
    """Whether it holds the moderators' commands, too."""


class Menus:
    """Sets the menus that chats have chosen, behind the answers. The latest wish of a chat counts."""

    def __init__(
        self,
        line: Line,
        holds: Holds,
        clock: Clock,
        log: FilteringBoundLogger,
        profiles: Mapping[str, Profile],
    ) -> None:
        self._line = line
        self._holds = holds
        self._clock = clock
        self._log = log
        self._profiles = profiles
        self._wishes: OrderedDict[str, Menu] = OrderedDict()
        self._dressed: OrderedDict[str, Menu] = OrderedDict()
        self._dressing: dict[str, Menu] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def wish(self, chat: str, language: str | None, *, moderates: bool = False) -> None:
        """Have that chat's menu in this language soon; None: take its own menu away. Returns at once."""
        if language is not None and language not in self._profiles:
            return  # the general menu serves languages that have none of their own
        self._wishes[chat] = Menu(language, moderates)
        if len(self._workers) < MOST_AT_ONCE:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    def follow(self, chat: str, language: str | None) -> None:
        """Who speaks in that chat moderates, in this language; None: they do not, or not any more."""
        known = self._wishes.get(chat) or self._dressing.get(chat) or self._dressed.get(chat)
        if language is not None and known != Menu(language, moderates=True):
            self.wish(chat, language, moderates=True)
        elif language is None and known is not None and known.moderates:
            self.wish(chat, known.language)

    def move(self, chat: str, to: str) -> None:
        """The group has another number: the menus that it has, or is about to have, are soon the new one's."""
        known = next((each[chat] for each in (self._wishes, self._dressing, self._dressed) if chat in each), None)
        self._wishes.pop(chat, None)
        self._dressed.pop(chat, None)
        if known is not None:
            self.wish(to, known.language)

    async def aclose(self) -> None:
        """Stop; what is not set by now is not set."""
        for worker in tuple(self._workers):
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        # A chat that is being dressed is left to its worker: the menus of one chat never mix.
        while chat := next((each for each in self._wishes if each not in self._dressing), None):
            menu = self._wishes.pop(chat)
            if self._dressed.get(chat) == menu:
                continue
            self._dressing[chat] = menu
            try:
                await self._fulfil(chat, menu)
            except Exception as error:  # noqa: BLE001 - one chat's menu must not stop the others'
                self._log.warning("telegram_menu_failed", reason=type(error).__name__)
            finally:
                del self._dressing[chat]

    async def _fulfil(self, chat: str, menu: Menu) -> None:
        backoff = Backoff()
        while backoff.failures < MOST_TRIES and chat not in self._wishes:
            if held := self._holds.check(chat, self._clock.now().timestamp()):
                await self._clock.sleep(held.after)
                continue
            try:
                await self._set(chat, menu)
            except ChatMigrated as error:
                self._holds.resume()
                self.move(chat, str(error.new_chat_id))
                return
            except (BadRequest, Forbidden):
                self._holds.resume()
                return  # the chat is gone, or Telegram does not want this menu: the general one stays
            except Limited as error:
                backoff.lengthen()
                await self._clock.sleep(error.seconds)
            except Unsent:
                backoff.lengthen()
                await self._clock.sleep(self._holds.pause(self._clock.now().timestamp()).after)
            except TelegramError:
                await self._clock.sleep(backoff.lengthen())
            else:
                self._holds.resume()
                self._remember(chat, menu)
                return
        if backoff.failures:
            self._log.warning("telegram_menu_failed", reason="tries")

    async def _set(self, chat: str, menu: Menu) -> None:
        for scope, choose in scopes_of(chat, moderates=menu.moderates):
            commands = [] if menu.language is None else write(choose(self._profiles[menu.language]))
            if commands:
                await self._line.bot.set_my_commands(commands, scope=scope)
            else:
                await self._line.bot.delete_my_commands(scope=scope)

    def _remember(self, chat: str, menu: Menu) -> None:
        self._dressed.pop(chat, None)
        if menu.language is not None:
            self._dressed[chat] = menu
            if len(self._dressed) > MOST_REMEMBERED:
                self._dressed.popitem(last=False)
