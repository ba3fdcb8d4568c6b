"""What is kept about a chat, told and deleted."""

from bot.chat import moderating
from bot.chat.place import part_of
from bot.chat.turn import Turn, lines, reply
from bot.model.message import Span
from bot.model.people import ChatKind
from bot.model.speech import Reply


def my_data(turn: Turn, _: str) -> Reply:
    """Everything kept about this chat, in words."""
    chat, parts = turn.chat, len(turn.guide.catalogue.statement.parts)
    place = turn.line("data-no-place")
    if chat.place:
        place = turn.line("data-place", place=f"{part_of(turn)}/{parts}")
    nothing = chat.undecided and chat.place is None
    channels = len(turn.tx.chats.entrusted(chat.address))
    messages = len(turn.tx.sent.recent(chat.address)) + len(turn.tx.outbox.delivered(chat.address))
    spans = lines(
        turn.line("data-title"),
        turn.line("data-address"),
        turn.line("data-language", language=turn.say("own-name")) if chat.language else turn.line("data-no-language"),
        place,
        turn.line("data-settings", settings=turn.typed("settings")),
        turn.line("data-messages", count=messages),
        *((turn.line("data-channels", count=channels),) if channels else ()),
        *_tell_moderator(turn, "data-moderator"),
        *((turn.line("data-nothing", hours=turn.guide.keep_hours),) if nothing else ()),
        turn.line("privacy-delete", forget=turn.typed("forget_me"), data=turn.typed("my_data")),
    )
    return reply("my_data", spans, ((turn.button("settings", "settings"), turn.button("privacy", "privacy")),))


def forget_me(turn: Turn, _: str) -> Reply:
    """Deletes all of it at once, and takes the bot's recent messages away where the network allows.

    Of a channel that is set from a private chat the messages stay: they can be taken away from within alone.
    """
    address = turn.chat.address
    withdraws = (*turn.tx.sent.recent(address), *turn.tx.outbox.delivered(address))
    still = _tell_moderator(turn, "forgotten-moderator")
    turn.tx.chats.forget(address)
    if turn.scope:
        return reply("forget_me", lines(turn.line("forgotten"), turn.line("forgotten-channel")))
    where = address.platform if turn.kind is ChatKind.PRIVATE else turn.kind
    spans = lines(turn.line("forgotten"), turn.line(f"forgotten-{where}"), *still)
    return reply("forget_me", spans, withdraws=withdraws, forgets=True)


def _tell_moderator(turn: Turn, key: str) -> tuple[tuple[Span, ...], ...]:
    """That who speaks moderates, where they do: it is kept apart from the chat, and ended by an owner."""
    found = moderating.find_moderator(turn)
    if found is None:
        return ()
    role, remove = turn.say(f"role-{found.role}"), turn.typed(f"remove {found.number}")
    return (turn.line(key, number=str(found.number), callsign=found.callsign, role=role, remove=remove),)
