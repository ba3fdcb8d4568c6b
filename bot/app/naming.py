"""What the bot is called on its networks, for links that are made outside of a running bot."""

import asyncio

from telegram.error import TelegramError

from bot.config import Settings
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.options import TelegramOptions

NAME_SECONDS = 5.0
"""How long Telegram is asked what the bot is called there."""


async def find_links(settings: Settings, payload: str) -> dict[str, str]:
    """Links that open a private chat with the bot, by network; on Telegram with ``start PAYLOAD`` said.

    A network that does not answer has none.
    """
    links: dict[str, str] = {}
    for name, section in settings.platforms.items():
        if isinstance(section, TelegramOptions) and (known := await _ask_name(section)):
            links[name] = f"https://t.me/{known}?start={payload}"
        elif isinstance(section, MatrixOptions):
            links[name] = f"https://matrix.to/#/{section.user_id}"
    return links


async def _ask_name(section: TelegramOptions) -> str | None:
    line = Line(section)
    try:
        async with asyncio.timeout(NAME_SECONDS):
            return (await line.bot.get_me()).username
    except (TelegramError, TimeoutError):
        return None
    finally:
        await line.aclose()
