"""One thing that a person said, and what is answered. A pressed button is the same thing as a typed command."""

import unicodedata
from dataclasses import dataclass, field, replace

from bot.model.message import Message
from bot.model.people import Address, ChatKind

SIGILS = ("/", "!")


def unsigil(text: str) -> str | None:
    """The command behind a leading ``/`` or ``!`` (full-width too), or None where there is no sigil."""
    head = text.lstrip()
    if head and unicodedata.normalize("NFKC", head[0]) in SIGILS:
        return head[1:]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing said to the bot, as its platform heard it.

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

    def resolved(self, command: str) -> "Ask":
        """The same ask, said as the absolute command that it came down to: repeating it changes nothing more."""
        return replace(self, text=command)


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
    forgets: bool = False
    """The chat has been forgotten: a platform drops what it keeps about it by itself."""
