"""Who may say what where: one table. What is not in it is text, and answered by the row of the empty command."""

from collections.abc import Mapping
from enum import StrEnum

from bot.model.people import ChatKind


class Role(StrEnum):
    """What the one who speaks is in the chat that the command is about."""

    ANYONE = "anyone"
    """Whoever speaks there; in a private chat, its person."""
    ADMIN = "admin"
    """Whom the network calls an admin of that chat, asked just now. In a private chat: of the channel that is named."""


class Treatment(StrEnum):
    """What becomes of a command."""

    ANSWERED = "answered"
    """It is done, and answered where it was said."""
    INVITED = "invited"
    """One panel and the way into a private chat, for what would fill a group."""
    REFUSED = "refused"
    """A toast, or at most once a minute a line."""
    PUZZLED = "puzzled"
    """The one short answer to what is no command, with the menu."""
    SILENT = "silent"
    """Nothing; where a button was pressed, a toast, since every press is answered."""


_A, _I, _R, _P, _S = Treatment

COLUMNS = tuple((kind, role) for kind in ChatKind for role in Role)
"""What the columns of the table stand for."""

# A moderator's command will be a row like the others: puzzled for everyone who is none.
TABLE: Mapping[str, tuple[Treatment, ...]] = {
    # command        private    group     channel
    #               any adm    any adm    any adm
    "start":       (_A, _A,    _I, _I,    _S, _S),
    "read":        (_A, _A,    _I, _I,    _S, _S),
    "contents":    (_A, _A,    _I, _I,    _S, _S),
    "help":        (_A, _A,    _I, _I,    _S, _S),
    "about":       (_A, _A,    _I, _I,    _S, _S),
    "privacy":     (_A, _A,    _I, _I,    _S, _S),
    "next":        (_A, _A,    _S, _S,    _S, _S),
    "back":        (_A, _A,    _S, _S,    _S, _S),
    "close":       (_A, _A,    _S, _S,    _S, _S),
    "my_data":     (_A, _A,    _S, _S,    _S, _S),
    "language":    (_A, _A,    _R, _A,    _R, _A),
    "updates":     (_A, _A,    _R, _A,    _R, _A),
    "subscribe":   (_A, _A,    _R, _A,    _R, _A),
    "unsubscribe": (_A, _A,    _R, _A,    _R, _A),
    "settings":    (_A, _A,    _R, _A,    _R, _A),
    "sound":       (_A, _A,    _R, _A,    _R, _A),
    "discreet":    (_A, _A,    _R, _A,    _R, _A),
    "quiet":       (_A, _A,    _R, _A,    _R, _A),
    "timezone":    (_A, _A,    _R, _A,    _R, _A),
    "forget_me":   (_A, _A,    _R, _A,    _R, _A),
    "here":        (_P, _P,    _R, _A,    _S, _S),
    "in":          (_R, _A,    _S, _S,    _S, _S),
    "":            (_P, _P,    _S, _S,    _S, _S),
}  # fmt: skip

SETTINGS = tuple(name for name in TABLE if TABLE[name][COLUMNS.index((ChatKind.CHANNEL, Role.ADMIN))] is _A)
"""What can be set of a channel, there or by ``in N`` from the private chat of whoever added the bot."""


def treat(command: str, kind: ChatKind, role: Role) -> Treatment:
    """What becomes of a command, said by somebody of that role in a chat of that kind."""
    return TABLE.get(command, TABLE[""])[COLUMNS.index((kind, role))]


def depends_on_role(command: str, kind: ChatKind) -> bool:
    """Whether the network must be asked what the speaker is, before the command is answered."""
    return treat(command, kind, Role.ANYONE) is not treat(command, kind, Role.ADMIN)
