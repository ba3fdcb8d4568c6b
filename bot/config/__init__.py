"""config.yaml and the environment become frozen settings; every mistake is named at once, by key path."""

from bot.config.environment import is_configured, list_keys
from bot.config.loading import Findings, examine, find, join, load
from bot.config.settings import Moderator, Role, Settings, Totp

__all__ = [
    "Findings",
    "Moderator",
    "Role",
    "Settings",
    "Totp",
    "examine",
    "find",
    "is_configured",
    "join",
    "list_keys",
    "load",
]
