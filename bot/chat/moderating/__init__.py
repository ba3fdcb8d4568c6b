"""What moderators say in a private chat. To everyone else none of it exists."""

from bot.chat.moderating.commands import BARE, LISTED, NAMES, carry_out, describe, read_sign
from bot.chat.moderating.desk import find_moderator, recognise
from bot.chat.moderating.letters import write_letter
from bot.chat.moderating.live import SECONDS as LIVE_SECONDS
from bot.chat.moderating.live import LivePanels
from bot.chat.moderating.pasting import overhear
from bot.chat.moderating.roster import accept
from bot.chat.moderating.tidying import find_stale, tidy

__all__ = [
    "BARE",
    "LISTED",
    "LIVE_SECONDS",
    "NAMES",
    "LivePanels",
    "accept",
    "carry_out",
    "describe",
    "find_moderator",
    "find_stale",
    "overhear",
    "read_sign",
    "recognise",
    "tidy",
    "write_letter",
]
