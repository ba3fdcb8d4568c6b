"""What leaves a moderator's chat after a day: panels, codes, invitations. A robbed phone shows little."""

from datetime import datetime, timedelta

from bot.chat.moderating.commands import NAMES
from bot.chat.turn import Turn
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening, Reply
from bot.ports import Tx

STAYS = timedelta(hours=24)


def find_stale(tx: Tx, now: datetime) -> list[Ask]:
    """What the bot's own clock tells of each moderator's chat in which something is too old."""
    chats = (tx.chats.locate(number) for number in tx.moderators.chats())
    return [
        Ask(
            id=f"stale {chat.address.native} {int(now.timestamp()) // 3600}",
            address=chat.address,
            kind=ChatKind.PRIVATE,
            text="",
            addressed=False,
            happening=Happening.STALE,
        )
        for chat in chats
        if chat is not None and _list_stale(tx, chat.address, now)
    ]


def tidy(turn: Turn) -> Reply:
    """Take what is too old back, and forget it. After a kill the debt knows what was to be taken back."""
    stale = _list_stale(turn.tx, turn.ask.address, turn.now)
    turn.tx.sent.drop(stale)
    return Reply(command="", withdraws=stale)


def _list_stale(tx: Tx, address: Address, now: datetime) -> tuple[str, ...]:
    older = tx.sent.older(address, now - STAYS)
    return tuple(reference for reference, shows in older if shows.partition(" ")[0] in NAMES)
