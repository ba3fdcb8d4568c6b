"""Which commands are shown to whom. Scopes hide commands, they do not protect them: each command is checked.

Telegram shows the narrowest scope that has commands: a chat's own (its admins before its members) before everyone's.
"""

from collections.abc import Callable, Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
)

from bot.model.profile import Profile

Choose = Callable[[Profile], Sequence[tuple[str, str]]]
"""Which of a profile's lists a scope shows."""


def _readers(profile: Profile) -> Sequence[tuple[str, str]]:
    return profile.commands


def _members(profile: Profile) -> Sequence[tuple[str, str]]:
    return profile.group_commands


def _admins(profile: Profile) -> Sequence[tuple[str, str]]:
    return profile.admin_commands


EVERYONES: tuple[tuple[BotCommandScope, Choose], ...] = (
    (BotCommandScopeAllPrivateChats(), _readers),
    (BotCommandScopeAllGroupChats(), _members),
    (BotCommandScopeAllChatAdministrators(), _admins),
)
"""What is shown where nothing was chosen."""


def _moderators(profile: Profile) -> Sequence[tuple[str, str]]:
    return profile.moderator_commands or profile.commands


def scopes_of(chat: str, *, moderates: bool = False) -> tuple[tuple[BotCommandScope, Choose], ...]:
    """The scopes of one chat that has a menu of its own: a private chat's, or those of a group."""
    number = int(chat)
    if number > 0:
        return ((BotCommandScopeChat(number), _moderators if moderates else _readers),)
    return (BotCommandScopeChat(number), _members), (BotCommandScopeChatAdministrators(number), _admins)


def write(commands: Sequence[tuple[str, str]]) -> list[BotCommand]:
    """Commands as Telegram takes them."""
    return [BotCommand(name, description) for name, description in commands]
