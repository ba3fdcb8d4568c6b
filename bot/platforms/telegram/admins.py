"""Who may set a chat: asked of Telegram itself, and believed for seconds only."""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.model.people import Address
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.incoming import ANONYMOUS_ADMIN, CHANNEL_BOT
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.memberships import NAME
from bot.ports import Clock

FRESH_SECONDS = 10.0
"""How long an answer counts, from the moment at which it was asked for."""
PATIENCE_SECONDS = 5.0
"""How long Telegram may take to answer before nobody may set anything."""

Question = tuple[str, str]
"""A chat and a person."""


class Admins:
    """Asks once for many who want to know the same of a chat and a person at the same time.

    What could not be asked is not remembered; inside a hold nothing is asked.
    """

    def __init__(self, line: Line, holds: Holds, clock: Clock) -> None:
        self._line = line
        self._holds = holds
        self._clock = clock
        self._asked: dict[Question, asyncio.Task[bool | None]] = {}
        self._known: dict[Question, tuple[float, bool]] = {}

    async def may_set(self, chat: str, person: str) -> bool | None:
        """Whether Telegram calls that person the chat's creator or admin; of a channel, one who may post or set it.

        None where Telegram did not say in time.
        """
        if person == str(ANONYMOUS_ADMIN):
            return True  # only what the group itself says has this speaker
        if person == str(CHANNEL_BOT):
            return False
        question = (chat, person)
        known = self._known.get(question)
        if known is not None and 0 <= self._now() - known[0] < FRESH_SECONDS:
            return known[1]
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.create_task(self._ask(question))
            task.add_done_callback(lambda _: self._asked.pop(question, None))
        await asyncio.wait({task})  # whoever stops waiting leaves it to the others
        return None if task.cancelled() else task.result()

    async def aclose(self) -> None:
        """Ask no more; who still waits learns nothing."""
        tasks = tuple(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, question: Question) -> bool | None:
        moment = self._now()
        if self._holds.holds(question[0], moment):
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._look_up(*question)
        except TimeoutError:
            return None
        except TelegramError as error:
            self._holds.weigh(error, Address(NAME, question[0]), self._now())
            return None
        self._known = {each: kept for each, kept in self._known.items() if moment - kept[0] < FRESH_SECONDS}
        self._known[question] = (moment, answer)
        return answer

    async def _look_up(self, chat: str, person: str) -> bool:
        try:
            member = await self._line.call("getChatMember", {"chat_id": int(chat), "user_id": int(person)})
        except ChatMigrated as error:  # a button in the group that was
            return await self._look_up(str(error.new_chat_id), person)
        except BadRequest:
            # Of others than admins a group may keep silent; its admins it always tells.
            admins = await self._line.call("getChatAdministrators", {"chat_id": int(chat)})
            return any(_may_set(each) for each in admins if str(each["user"]["id"]) == person)
        return _may_set(member)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _may_set(member: Mapping[str, Any]) -> bool:
    if member["status"] != "administrator":
        return bool(member["status"] == "creator")
    # The right to post is named in channels alone.
    return "can_post_messages" not in member or bool(member["can_post_messages"] or member.get("can_change_info"))
