"""What moderators say in a private chat. To everyone else none of it exists."""

from bot.chat.moderating.commands import BARE, LISTED, NAMES, carry_out
from bot.chat.moderating.desk import recognise
from bot.chat.moderating.letters import write_letter
from bot.chat.moderating.roster import accept

__all__ = ["BARE", "LISTED", "NAMES", "accept", "carry_out", "recognise", "write_letter"]
