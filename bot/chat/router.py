"""From an ask to the command that answers it."""

from collections.abc import Callable, Mapping

from bot.chat import data, help, language, reading, settings  # noqa: A004 - the room is named for its command
from bot.chat.grammar import parse
from bot.chat.guide import Guide
from bot.chat.turn import Turn
from bot.model.people import Chat, ChatKind
from bot.model.speech import Ask, Reply
from bot.ports import Tx

COMMANDS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "start": help.start,
    "help": help.help_,
    "about": help.about,
    "privacy": help.privacy,
    "read": reading.read,
    "next": reading.next_,
    "back": reading.back,
    "contents": reading.contents,
    "close": reading.close,
    "language": language.language,
    "updates": settings.updates,
    "subscribe": settings.subscribe,
    "unsubscribe": settings.unsubscribe,
    "settings": settings.settings,
    "sound": settings.sound,
    "discreet": settings.discreet,
    "quiet": settings.quiet,
    "timezone": settings.timezone,
    "my_data": data.my_data,
    "forget_me": data.forget_me,
}
_KNOWN = frozenset(COMMANDS)


def answer(tx: Tx, ask: Ask, guide: Guide) -> Reply | None:
    """The reply to an ask, its effects done in this transaction; None is silence.

    Running it again on ``ask.resolved(reply.command)`` gives the answer again and changes nothing more.
    """
    if ask.kind is not ChatKind.PRIVATE:
        return None
    turn = _open(tx, ask, guide)
    said = parse(ask, _KNOWN)
    if said is not None:
        return COMMANDS[said.name](turn, said.argument)
    if not ask.pressed and language.names_one(ask.text):
        return language.language(turn, ask.text)
    return help.unknown(turn)


def hush(tx: Tx, ask: Ask, guide: Guide) -> Reply:
    """The reply to a private chat that says more than can be answered. What it said is not read."""
    return help.too_much(_open(tx, ask, guide))


def _open(tx: Tx, ask: Ask, guide: Guide) -> Turn:
    chat = tx.chats.find(ask.address) or Chat(address=ask.address)
    spoken = chat.language or language.match(ask.reports or "", guide.languages) or guide.default_language
    return Turn(tx=tx, ask=ask, chat=chat, language=spoken, guide=guide)
