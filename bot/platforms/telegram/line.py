"""The calls of one bot, over two pools of connections: the long poll never waits behind an answer."""

import json
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from telegram import Bot
from telegram.error import NetworkError

from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.transport import Wire

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "channel_post")
"""What Telegram is asked to tell. Anything else would only be thrown away, and edits of what was said mean nothing."""
MOST_UPDATES = 100
"""The most that one poll brings (Telegram's own limit)."""
REPLY_SECONDS = 20.0
"""How long a reply may take before it counts as lost."""


class Line:
    """A bot's way to its Bot API server. Raises PTB's errors and those of ``transport``; none shows the token."""

    def __init__(self, options: TelegramOptions) -> None:
        # PTB logs the token and every parameter at DEBUG; its children inherit this level.
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        token = options.reveal()
        self._calls = Wire(secret=token, proxy=options.proxy, patience=REPLY_SECONDS)
        self._polls = Wire(secret=token, proxy=options.proxy, patience=REPLY_SECONDS)
        self.bot = Bot(
            token,
            base_url=f"{options.api_url}/bot",
            base_file_url=f"{options.api_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )

    async def call(self, method: str, parameters: dict[str, Any]) -> Any:
        """One call, and its plain result: building PTB's objects would cost as much again.

        Plain values go straight to the wire; what is none (a file, say) PTB knows how to write.
        """
        try:
            body = json.dumps(parameters).encode()
        except TypeError:
            return await self.bot.do_api_request(_unlisted(method), api_kwargs=parameters)
        return await self._calls.ask(f"{self.bot.base_url}/{method}", body)

    async def poll(self, offset: int | None, patience: int) -> Sequence[dict[str, Any]]:
        """The updates from ``offset`` on, waiting up to ``patience`` seconds for the first. Confirms those before."""
        parameters = {"limit": MOST_UPDATES, "timeout": patience, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            parameters["offset"] = offset
        found = await self.bot.do_api_request(
            _unlisted("getUpdates"), api_kwargs=parameters, read_timeout=patience + REPLY_SECONDS
        )
        if not isinstance(found, list) or not all(isinstance(each, dict) and "update_id" in each for each in found):
            raise NetworkError("The reply to a poll is no list of updates")
        return found

    async def aclose(self) -> None:
        """Close all connections. Later calls are Unsent."""
        await self._polls.shutdown()
        await self._calls.shutdown()


@cache
def _unlisted(method: str) -> str:
    """The method in a spelling that PTB turns back into the right one, but has no typed method for.

    For those that it has it would print a warning at each call: ``send__message`` becomes ``sendMessage`` as well.
    """
    return "".join(f"__{sign.lower()}" if sign.isupper() else sign for sign in method)
