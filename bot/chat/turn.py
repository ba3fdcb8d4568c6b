"""One ask being answered: who asks, in which language, and with which words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.chat.guide import Guide, Network
from bot.model.message import Choice, Message, Span
from bot.model.people import Chat, ChatKind
from bot.model.speech import Ask, Reply
from bot.ports import Tx

Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A transaction, an ask in it, and what the chat has chosen so far."""

    tx: Tx
    ask: Ask
    chat: Chat
    language: str
    guide: Guide
    now: datetime
    repeated: bool = False
    """Whether the effects were done before, and only the answer is wanted again: what it makes anew is kept nowhere."""
    scope: str = ""
    """What stands before each command where another chat is set than the one spoken in: ``in 17 ``."""

    @property
    def hour(self) -> int:
        """The present hour since 1970."""
        return int(self.now.timestamp()) // 3600

    @property
    def network(self) -> Network:
        """The platform that the ask came by."""
        return self.guide.networks[self.ask.address.platform]

    def typed(self, command: str) -> str:
        """The command as it is typed on this platform."""
        return self.network.sigil + self.scope + command

    def say(self, key: str, /, **values: Any) -> str:
        """A phrase in the chat's language, as plain text."""
        return self.guide.phrases.say(self.language, key, **values)

    def line(self, key: str, /, **values: Any) -> tuple[Span, ...]:
        """A phrase in the chat's language, as spans."""
        return self.guide.phrases.spans(self.language, key, **values)

    def button(self, key: str, command: str, *, sign: str | None = None, **values: Any) -> Choice:
        """A choice labelled by a phrase."""
        return Choice(label=self.say(f"button-{key}", **values), command=self.scope + command, sign=sign)

    @property
    def kind(self) -> ChatKind:
        """What sort of chat is set."""
        return self.chat.kind

    def change(self, **choices: Any) -> "Turn":
        """The turn after the chat chose something; the choice is kept."""
        chat = replace(self.chat, **choices)
        if chat != self.chat:
            self.tx.chats.keep(chat)
        language = self.language if self.scope else chat.language or self.language
        return replace(self, chat=chat, language=language)


def look_up(tx: Tx, ask: Ask) -> Chat:
    """What is kept about the chat of an ask, or a chat that chose nothing; of the kind that it has now.

    A room that becomes private, or ceases to be, loses what only the other kind has.
    """
    chat = tx.chats.find(ask.address) or Chat(address=ask.address, kind=ask.kind)
    if chat.kind is ask.kind:
        return chat
    private = ask.kind is ChatKind.PRIVATE
    return replace(chat, kind=ask.kind, joined=None if private else chat.joined, place=chat.place if private else None)


def lines(*parts: tuple[Span, ...]) -> tuple[Span, ...]:
    """Paragraphs of one line each, joined by line breaks."""
    joined: list[Span] = []
    for part in parts:
        if joined:
            joined.append(Span(text="\n"))
        joined.extend(part)
    return tuple(joined)


def reply(command: str, spans: tuple[Span, ...], rows: Rows = (), **more: Any) -> Reply:
    """A reply that shows these spans above these rows of choices."""
    return Reply(command=command, message=Message(spans=spans, choices=rows), **more)
