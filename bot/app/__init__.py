"""The assembly: the one room that names concrete things; it starts them in order and stops them in order."""

from bot.app.contents import LANGUAGES, check_content
from bot.app.service import options, run
from bot.app.terminal import chat

__all__ = ["LANGUAGES", "chat", "check_content", "options", "run"]
