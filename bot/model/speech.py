"""One thing that a person said, and what is answered. A pressed button is the same thing as a typed command."""

import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.model.message import Message, Span
from bot.model.people import Address, ChatKind

SIGILS = ("/", "!")


def unsigil(text: str) -> str | None:
    """The command behind a leading ``/`` or ``!`` (full-width too), or None where there is no sigil."""
    head = text.lstrip()
    if head and unicodedata.normalize("NFKC", head[0]) in SIGILS:
        return head[1:]
    return None


class Happening(StrEnum):
    """What happened to a chat, where nobody said anything. A platform tells it as an ask without text."""

    ADDED = "added"
    """The bot came into a group or a room, or was made admin of a channel."""
    LEFT = "left"
    """The bot is there no more: removed, banned, blocked by a person, or the chat was deleted."""
    MUTED = "muted"
    """The bot is there and may not write, or lacks the right to post in a channel."""
    ALLOWED = "allowed"
    """The bot may write there; it may have been so before."""
    MOVED = "moved"
    """The chat has another address now: ``Ask.about``."""
    STALE = "stale"
    """Panels, codes or invitations in a moderator's chat are a day old: told by the bot's own clock."""
    IDLE = "idle"
    """Nobody has chosen anything there for a week: told by the bot's own clock."""
    UNREADABLE = "unreadable"
    """Something was said in a private chat that the bot cannot read, since its key did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing said to the bot, as its platform heard it; or one that happened to a chat.

    ``id`` is the network's own id of the event, unique within the platform: handling it twice is harmless.
    ``text`` is what was said, without sigil, mention or the bot's name; the repr hides it with every id.
    """

    id: str = field(repr=False)
    address: Address
    kind: ChatKind
    text: str = field(repr=False)
    addressed: bool
    """Said to this bot beyond doubt: by a sigil, a mention or a button."""
    pressed: bool = False
    panel: str | None = field(default=None, repr=False)
    """The reference of the message whose button was pressed: the one to edit."""
    receipt: str | None = field(default=None, repr=False)
    """What the network wants acknowledged with a toast (Telegram's callback query id)."""
    speaker: str | None = field(default=None, repr=False)
    """The native id of the person who spoke, where the chat is not theirs alone."""
    reports: str | None = None
    """The language tag that the person's app reports, if any."""
    happening: Happening | None = None
    """What happened, where nothing was said. Then ``speaker`` is who did it, where that is known."""
    about: Address | None = field(default=None, repr=False)
    """The other chat that it is about: the new address of one that moved; the channel, where its adder is told."""
    encrypted: bool = True
    """Whether it came encrypted from end to end, where the network knows of such a thing."""
    device: str | None = field(default=None, repr=False)
    """The fingerprint of the device that sent it, where the network proves one."""
    spans: tuple[Span, ...] | None = field(default=None, repr=False)
    """What was said as the app formatted it, where it did; its end is the end of ``text``. It is kept nowhere."""
    forwarded: bool = False
    """Whether somebody else, or the speaker elsewhere, said it first, as far as the network tells."""
    may_set: bool | None = None
    """Whether the speaker may set this chat, as its network said just now. None: not asked, or no answer: refused."""

    def formatted(self, tail: str) -> tuple[Span, ...] | None:
        """The last words of what was said as the app formatted them, without blanks at their ends; None if it did not.

        None too where these are not the last words.
        """
        spans, left = self.spans or (), len(tail.rstrip())
        whole = "".join(span.text for span in spans).rstrip()
        if not left or not whole.endswith(tail.rstrip()):
            return None
        skip = len(whole) - len(tail.strip())
        kept = []
        for span in spans:
            text = span.text[max(0, skip) : max(0, len(whole))]
            skip, whole = skip - len(span.text), whole[len(span.text) :]
            if text:
                kept.append(replace(span, text=text))
        return tuple(kept)

    def resolved(self, command: str) -> "Ask":
        """The same ask, said as the absolute command that it came down to: repeating it changes nothing more."""
        return replace(self, text=command, spans=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one ask. The effects behind it are already committed when a platform sees it."""

    command: str
    """The absolute command that gives this answer again: kept instead of what was typed, and what a panel shows."""
    message: Message | None = None
    """None: nothing is shown anew (a toast alone, or a panel closed)."""
    toast: str | None = None
    """A short line for where presses are acknowledged; elsewhere it is left out."""
    closes: bool = False
    """Take the pressed panel away."""
    withdraws: tuple[str, ...] = field(default=(), repr=False)
    """References of the bot's earlier messages in this chat, to be deleted where the network still allows."""
    chosen: str | None = None
    """The language that this chat chose just now: a platform may dress its menus in it."""
    moderates: str | None = None
    """The language in which whoever asked moderates: a platform may offer them those commands, too. Else None."""
    forgets: bool = False
    """The chat has been forgotten: a platform drops what it keeps about it by itself."""
    sparing: bool = False
    """A refusal: in a chat it is said at most once a minute, so that nobody can make the bot flood it. Presses get
    their toast each time."""
    refused: bool = False
    """What was asked for was not done, and nothing has changed."""
    leaves: bool = False
    """The bot leaves this group, channel or room, after the message if there is one."""
