"""A moderator's turn: who speaks is known, and so is what they may do."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.broadcast.decisions import Refusal
from bot.chat.turn import Turn, reply
from bot.model.moderator import OPERATOR, OPERATOR_PERSON, Actor, Moderator
from bot.model.people import Address, ChatKind
from bot.model.post import Post
from bot.model.speech import Ask, Reply
from bot.ports import Tx

_HEAD = re.compile(r"\s*(\S+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The turn of somebody who moderates."""

    turn: Turn
    moderator: Moderator

    @property
    def tx(self) -> Tx:
        """The transaction."""
        return self.turn.tx

    @property
    def actor(self) -> Actor:
        """Who does it."""
        return OPERATOR if self.moderator.number == OPERATOR_PERSON else self.moderator.actor

    @property
    def zone(self) -> ZoneInfo:
        """The moderator's own time zone, else the configured one."""
        return ZoneInfo(self.turn.chat.timezone or self.turn.guide.timezone)

    def moment(self, moment: datetime) -> str:
        """``2026-12-01 18:00 Asia/Hong_Kong``."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} {self.zone.key}"

    def tell(self, command: str, key: str, /, **values: Any) -> Reply:
        """A reply of one line."""
        return reply(command, self.turn.line(key, **values))

    def correct(self, command: str, key: str, /, **values: Any) -> Reply:
        """The same, where what was said could not be done as it was said."""
        return reply(command, self.turn.line(key, **values), refused=True)

    def find(self, argument: str) -> tuple[Post | None, str]:
        """The post that the argument begins with (``7``, ``#7``), and the rest as it was typed."""
        head, rest = behead(argument)
        number = head.removeprefix("#")
        plain = number.isdecimal() and len(number) <= 9
        return (self.tx.posts.find(int(number)) if plain else None), rest

    def refuse(self, command: str, refusal: Refusal) -> Reply:
        """Why something was not done. Nothing has changed."""
        state = "" if refusal.state is None else self.turn.say(f"state-{refusal.state}")
        told = self.turn.line(f"why-{refusal.why.replace('_', '-')}", state=state)
        return reply(command, told, refused=True)


def behead(argument: str) -> tuple[str, str]:
    """The first word, normalised (NFKC), and what follows, as it was typed."""
    match = _HEAD.match(argument)
    if match is None:
        return "", ""
    return unicodedata.normalize("NFKC", match[1]), argument[match.end() :]


def person(ask: Ask) -> Address:
    """The address of the person who speaks, on whatever network: not of the room that they speak in."""
    return Address(ask.address.platform, ask.speaker or ask.address.native)


def is_proved(turn: Turn) -> bool:
    """Whether it was typed on a pinned device in an encrypted room, where the network can prove that."""
    if not turn.network.proves_devices:
        return True
    ask = turn.ask
    pinned = turn.tx.moderators.devices(person(ask))
    return not ask.pressed and ask.encrypted and ask.device is not None and ask.device in pinned


def find_moderator(turn: Turn) -> Moderator | None:
    """Who speaks in this private chat, if they moderate and have proved to be themselves where that can be proved."""
    if turn.ask.kind is not ChatKind.PRIVATE or turn.ask.happening is not None or not is_proved(turn):
        return None
    moderator = turn.tx.moderators.at(person(turn.ask))
    return None if moderator is None or moderator.frozen else moderator


def recognise(turn: Turn) -> Desk | None:
    """The desk of the moderator who speaks in this private chat, or None.

    From now on letters reach them here, where it is proved that they speak: nobody else can draw letters elsewhere.
    """
    if turn.ask.kind is not ChatKind.PRIVATE or turn.ask.happening is not None:
        return None
    who = person(turn.ask)
    moderator = turn.tx.moderators.at(who)
    if moderator is None or moderator.frozen:
        return None
    if is_proved(turn):
        turn.tx.moderators.reach(who, turn.tx.chats.keep(turn.chat))
    return Desk(turn=turn, moderator=moderator)
