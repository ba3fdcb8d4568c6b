"""What happens to a chat without a word: the bot is added, removed, muted, heard again, moved, or of no use there."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.language import own_names
from bot.chat.turn import Rows, Turn, lines, reply
from bot.model.message import Choice
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Ask, Happening, Reply
from bot.ports import Tx

MOST_AN_HOUR = 60
"""Groups and channels that the bot comes to in an hour, on each platform. It leaves what is more at once."""
IDLE_HOURS = 7 * 24
"""After so long without any choice it leaves."""

LEAVE = "leave"
"""What an ask is resolved to whose answer is to leave at once. Nobody can say it: it is no command."""


def happen(turn: Turn) -> Reply | None:
    """The answer to a happening, its effects done. One that was answered before has a resolved text: it is told again.

    A second ADDED, LEFT or MOVED of the same chat changes nothing.
    """
    match turn.ask.happening:
        case Happening.ADDED:
            return _added_to_channel(turn) if turn.ask.about else _added(turn)
        case Happening.LEFT:
            part(turn.tx, turn.ask.address)
        case Happening.MUTED:
            return _muted(turn)
        case Happening.ALLOWED:
            _mark(turn, turn.ask.address, muted=False)
        case Happening.MOVED:
            if turn.ask.about:
                turn.tx.chats.move(turn.ask.address, turn.ask.about)
        case Happening.IDLE:
            return _idle(turn)
        case Happening.UNREADABLE:
            return reply("unreadable", turn.line("unreadable"), sparing=True)
    return None


def readdress(tx: Tx, ask: Ask, now: datetime) -> Ask:
    """Where the answer must be given: what a channel lacks is said to its host, and what is too much leaves itself."""
    if ask.text:
        return ask
    hour = int(now.timestamp()) // 3600
    if ask.happening is Happening.ADDED and ask.about and _is_too_much(tx, ask.about.platform, hour):
        return replace(ask, address=ask.about, kind=ChatKind.CHANNEL, about=None)
    if ask.happening is Happening.MUTED and ask.kind is ChatKind.CHANNEL and (host := tx.chats.host(ask.address)):
        return replace(ask, address=host, kind=ChatKind.PRIVATE, about=ask.address)
    return ask


def find_idle(tx: Tx, now: datetime) -> list[Ask]:
    """What the bot's own clock tells of each group and channel that has chosen nothing for so long."""
    return [
        Ask(
            id=f"idle {address.native} {chat.joined}",
            address=address,
            kind=chat.kind,
            text="",
            addressed=False,
            happening=Happening.IDLE,
        )
        for address in tx.chats.idle(now - timedelta(hours=IDLE_HOURS))
        if (chat := tx.chats.find(address))
    ]


def unmute(tx: Tx, ask: Ask) -> None:
    """Where the bot has just written it may write: no network tells that a silence has run out."""
    said_there = ask.kind is not ChatKind.PRIVATE and ask.happening is None
    chat = tx.chats.find(ask.address) if said_there else None
    if chat is not None and chat.muted:
        tx.chats.keep(replace(chat, muted=False))


def part(tx: Tx, address: Address) -> None:
    """The bot is not there any more: a group, channel or room is forgotten, a person's subscription ends."""
    chat = tx.chats.find(address)
    if chat is None:
        return
    if chat.kind is not ChatKind.PRIVATE:
        tx.chats.forget(address)
    elif chat.updates not in {None, Updates.OFF}:
        tx.chats.keep(replace(chat, updates=Updates.OFF))


def offers(turn: Turn) -> Rows:
    """A row for each channel that is entrusted to this private chat."""
    numbers = turn.tx.chats.entrusted(turn.ask.address)
    return tuple((turn.button("channel", f"in {number} settings", number=number),) for number in numbers)


def _added(turn: Turn) -> Reply | None:
    if turn.kind is ChatKind.PRIVATE:
        return None
    if turn.ask.text == LEAVE:
        return _leave()
    if not turn.ask.text:
        if turn.chat.joined is not None:
            return None
        if _is_too_much(turn.tx, turn.ask.address.platform, turn.hour):
            return _leave()
        turn = turn.change(joined=turn.hour, muted=False)
    return None if turn.kind is ChatKind.CHANNEL else _greet(turn)


def _greet(turn: Turn) -> Reply:
    reads = "group-reads" if turn.ask.encrypted else "group-reads-unencrypted"
    spans = lines(
        turn.line("group-does"),
        turn.line(reads, read=turn.typed("read")),
        turn.line("group-sets", settings=turn.typed("settings")),
    )
    return reply("added", spans, (*own_names(turn), _choices(turn)))


def _added_to_channel(turn: Turn) -> Reply | None:
    """Said privately to whoever added the bot; where that chat cannot be reached yet, ``start`` offers it there."""
    address, host = turn.ask.about, turn.ask.address
    if address is None:
        return None
    chats = turn.tx.chats
    kept = chats.find(address)
    number = chats.number(address)
    if not turn.ask.text:
        if kept is not None and kept.joined is not None and number in chats.entrusted(host):
            return None
        channel = kept or Chat(address=address)
        number = chats.keep(replace(channel, kind=ChatKind.CHANNEL, joined=channel.joined or turn.hour, muted=False))
        chats.entrust(address, host)
    if number is None:  # removed again, before this was told
        return None
    scoped = replace(turn, scope=f"in {number} ")
    spans = lines(turn.line("channel-added", number=number), turn.line("channel-choose"))
    return reply("added", spans, (*own_names(scoped), _choices(scoped), (scoped.button("settings", "settings"),)))


def _choices(turn: Turn) -> tuple[Choice, ...]:
    return tuple(turn.button(f"updates-{one}", f"updates {one}") for one in (Updates.ALL, Updates.URGENT))


def _mark(turn: Turn, address: Address, *, muted: bool) -> bool:
    """Note whether the bot may write there, and what kind of chat it is now; True where that is new."""
    kept = turn.tx.chats.find(address)
    if kept is None:
        return False
    chat = turn.chat if address == turn.ask.address else kept
    turn.tx.chats.keep(replace(chat, muted=muted))
    return kept.muted is not muted


def _muted(turn: Turn) -> Reply | None:
    """Noted; of a channel, its host is told once which right is missing."""
    address = turn.ask.about or turn.ask.address
    news = turn.ask.text or _mark(turn, address, muted=True)
    number = turn.tx.chats.number(address)
    if not news or turn.ask.about is None or number is None:
        return None
    rows = ((turn.button("channel", f"in {number} settings", number=number),),)
    return reply("muted", turn.line("channel-muted", number=number), rows)


def _idle(turn: Turn) -> Reply | None:
    """Nobody chose anything, and still nobody has: one neutral line in a group, and the bot goes."""
    if not turn.ask.text:
        joined = turn.chat.joined
        if joined is None or not turn.chat.undecided or joined > turn.hour - IDLE_HOURS:
            return None
        turn.tx.chats.forget(turn.ask.address)
    said = reply("idle", turn.line("group-idle")) if turn.kind is ChatKind.GROUP else Reply(command="idle")
    return replace(said, leaves=True, forgets=True)


def _leave() -> Reply:
    return Reply(command=LEAVE, leaves=True, forgets=True)


def _is_too_much(tx: Tx, platform: str, hour: int) -> bool:
    return tx.chats.came(platform, hour) >= MOST_AN_HOUR
