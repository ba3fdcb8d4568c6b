"""From an ask to the command that answers it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat import data, groups, help, joining, language, moderating, reading, settings  # noqa: A004 - named for its command
from bot.chat.gate import KNOWN
from bot.chat.grammar import Said, named_chat, parse
from bot.chat.guide import Guide
from bot.chat.rights import SETTINGS, Role, Treatment, treat
from bot.chat.turn import Turn, look_up
from bot.model.message import Message, Span
from bot.model.people import ChatKind
from bot.model.speech import Ask, Happening, Reply
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
    "here": groups.here,
    "my_data": data.my_data,
    "forget_me": data.forget_me,
}


def answer(tx: Tx, ask: Ask, guide: Guide, now: datetime, *, repeated: bool = False) -> Reply | None:
    """The reply to an ask, its effects done in this transaction; None is silence.

    Running it again on ``ask.resolved(reply.command)`` gives the answer again and changes nothing more. ``repeated``:
    it is run again, and what it does is taken back.
    """
    turn = replace(_open(tx, ask, guide, now), repeated=repeated)
    if ask.happening is Happening.STALE:
        return moderating.tidy(turn)
    if ask.happening is not None:
        return joining.happen(turn)
    return _mark_moderator(turn, _moderate(turn) or _heed(turn))


def _mark_moderator(turn: Turn, done: Reply | None) -> Reply | None:
    """The answer, with the word that it goes to a moderator, where it does."""
    if done is None or moderating.find_moderator(turn) is None:
        return done
    chat = turn.tx.chats.find(turn.ask.address)
    return replace(done, moderates=(chat.language if chat else None) or turn.language)


def _heed(turn: Turn) -> Reply | None:
    """What everybody may say, by the table of who may say what where."""
    ask = turn.ask
    said = parse(ask, KNOWN)
    if said is None and ask.kind is ChatKind.PRIVATE and not ask.pressed and language.names_one(ask.text):
        said = Said("language", ask.text)
    name, argument = (said.name, said.argument) if said else ("", "")
    match treat(name, ask.kind, Role.ADMIN if ask.may_set else Role.ANYONE):
        case Treatment.ANSWERED:
            done = _set_channel(turn, argument) if name == "in" else COMMANDS[name](turn, argument)
            return _hold_back(turn, done) if ask.kind is ChatKind.CHANNEL else done
        case Treatment.INVITED if not ask.pressed:  # anybody may press: no panel of a group changes by it
            return groups.invite(turn, name, argument)
        case Treatment.REFUSED:
            return _refuse_channel(turn, argument) if name == "in" else groups.refuse(turn, name)
        case Treatment.PUZZLED:
            return help.unknown(turn)
    return Reply(command="", toast=turn.say("pressed-void")) if ask.pressed else None


def hush(tx: Tx, ask: Ask, guide: Guide, now: datetime) -> Reply:
    """The reply to a private chat that says more than can be answered. What it said is not read."""
    return help.too_much(_open(tx, ask, guide, now))


def _open(tx: Tx, ask: Ask, guide: Guide, now: datetime) -> Turn:
    """In a group the bot speaks the group's language, whoever speaks to it."""
    chat = look_up(tx, ask)
    reported = language.match(ask.reports or "", guide.languages) if ask.kind is ChatKind.PRIVATE else None
    spoken = chat.language or reported or guide.default_language
    return Turn(tx=tx, ask=ask, chat=chat, language=spoken, guide=guide, now=now)


def _moderate(turn: Turn) -> Reply | None:
    """What a moderator says in a private chat; None where it is nothing of theirs, or not a moderator's."""
    ask = turn.ask
    if ask.kind is not ChatKind.PRIVATE:
        return None
    said = None if ask.forwarded else _sign_shown(turn) or parse(ask, moderating.NAMES, moderating.BARE)
    plain = said is None and not ask.pressed and (ask.forwarded or parse(ask, KNOWN) is None)
    desk = moderating.recognise(turn) if said or plain else None
    if desk is None:
        return None
    return moderating.carry_out(desk, said.name, said.typed) if said else moderating.overhear(desk)


def _sign_shown(turn: Turn) -> Said | None:
    """What a pressed sign stands for on a moderator's panel."""
    if not turn.ask.pressed or turn.ask.panel is None:
        return None
    return moderating.read_sign(turn.ask.text, turn.tx.sent.shown(turn.ask.panel) or "")


def _set_channel(turn: Turn, argument: str) -> Reply:
    """``in N COMMAND``: the same command about a channel, said in the private chat that it was entrusted to."""
    number, said = named_chat(argument)
    chat = turn.tx.chats.locate(number) if number in turn.tx.chats.entrusted(turn.ask.address) else None
    if chat is None:
        return _refuse_channel(turn, argument)
    name, rest = (said.name, said.argument) if said.name in SETTINGS else ("settings", "")
    scoped = replace(turn, chat=chat, scope=f"in {number} ")
    done = COMMANDS[name](scoped, rest)
    message = done.message
    if message is not None:
        title = Span(text=turn.say("button-channel", number=number), bold=True)
        message = Message(spans=(title, Span(text="\n"), *message.spans), choices=message.choices)
    return replace(done, command=scoped.scope + done.command, message=message, chosen=None)


def _refuse_channel(turn: Turn, argument: str) -> Reply:
    return groups.refuse(turn, f"in {named_chat(argument)[0]} settings", "refused-channel")


def _hold_back(turn: Turn, done: Reply) -> Reply | None:
    """In a channel everybody reads along: nothing is posted before a choice, and never a button."""
    chat = turn.tx.chats.find(turn.chat.address)
    if not done.forgets and not turn.ask.pressed and (chat is None or chat.undecided):
        return None
    message = done.message and Message(spans=done.message.spans)
    return replace(done, message=message, chosen=None)
