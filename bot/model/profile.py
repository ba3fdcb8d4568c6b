"""How the bot presents itself on a network, in one language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The bot's name and descriptions, and the commands of its menu with their descriptions, in menu order.

    Fits Telegram's limits: name 64, description 512, short description 120, a command's description 256 characters.
    """

    name: str
    description: str
    short_description: str
    commands: tuple[tuple[str, str], ...]
    """Those of a private chat."""
    group_commands: tuple[tuple[str, str], ...] = ()
    """Those that everyone in a group may say."""
    admin_commands: tuple[tuple[str, str], ...] = ()
    """Those and what only a group's admins may say, for their menu."""
    moderator_commands: tuple[tuple[str, str], ...] = ()
    """Those of a moderator's private chat: their own before everybody's."""
