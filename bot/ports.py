"""The contracts with the outside, on one page. The rules see these and nothing behind them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.model.delivery import Verdict
from bot.model.people import Address, Chat
from bot.model.speech import Ask, Reply
from bot.ports_announcing import Approvals, Carrier, Outbox, Posts
from bot.ports_moderating import Audit, Letters, Moderators

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How much one message of a platform bears: ``measure(text) <= limit``, in the network's own unit."""

    limit: int
    measure: Callable[[str], int]


Hear = Callable[[Sequence[Ask]], Awaitable[None]]
"""Takes what people said, in order. Returns once all effects and the debt of an answer are committed; only then
may the platform confirm these events to its network. The answers come by ``Platform.answer``."""


class Platform(Carrier, Protocol):
    """A chat network: it listens, answers, and carries what is said unasked."""

    @property
    def size(self) -> Size:
        """What one message bears."""

    @property
    def sigil(self) -> str:
        """What is written before a command there when the bot tells people what to type: ``/``, ``!`` or nothing."""

    async def run(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Listen until cancelled; call ``ready`` once, when the network answers and the menus are set.

        An unreachable network is tried again for ever. Raises CredentialRefused or PolledElsewhere only.
        """

    async def answer(self, ask: Ask, reply: Reply) -> Verdict:
        """Show the reply where the ask came from: edit a pressed panel, answer a typed command anew.

        A reply that ``leaves`` ends with the bot's leaving. May be called again for the same ask after a kill or an
        uncertain outcome. Never raises.
        """

    async def may_set(self, address: Address, person: str) -> bool | None:
        """Whether that person (by native id) may set that chat: an admin, or a room's power level of 50 or more.

        An answer is at most 20 seconds old. None where the network could not be asked within 5 seconds. Never raises.
        """

    def link(self, payload: str) -> str | None:
        """A URL that opens a private chat with the bot; where the network can carry it, with ``start PAYLOAD`` said.

        None as long as the bot does not know its own name there, and where there is no such thing.
        """


class Clock(Protocol):
    """Time is input: nothing else may ask the hour or sleep."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """An answer that is owed: the ask, resolved to its absolute command, and what it must still take away."""

    key: bytes
    chat: int | None
    """The chat's row id; None where the answer is to having been forgotten: no row may point at it."""
    ask: Ask
    withdraws: tuple[str, ...] = ()
    due: float = 0.0
    """POSIX seconds before which the network asked for silence."""
    attempts: int = 0
    """How often it may have gone out. Where a repeat is a copy, it is counted before it goes out."""


class Chats(Protocol):
    """What is kept about chats. Addresses are in the clear only outside the store."""

    def find(self, address: Address) -> Chat | None:
        """The chat's choices, or None where nothing is kept."""

    def keep(self, chat: Chat) -> int:
        """Insert or update; returns the chat's row id."""

    def forget(self, address: Address) -> None:
        """Delete the chat and everything that hangs on it: what was sent there, and what is owed there."""

    def locate(self, number: int) -> Chat | None:
        """The chat with that row id, its address in the clear."""

    def number(self, address: Address) -> int | None:
        """The chat's row id, where anything is kept about it."""

    def move(self, address: Address, to: Address) -> None:
        """The chat has another address: everything kept about it is kept there. Where nothing is kept: nothing.

        What was kept under the new address already gives way to what was chosen under the old one.
        """

    def entrust(self, address: Address, host: Address) -> None:
        """Note the private chat of the person who added the bot to that channel, and may be asked about it there."""

    def entrusted(self, host: Address) -> tuple[int, ...]:
        """Row ids of the channels entrusted to that private chat, oldest first."""

    def host(self, address: Address) -> Address | None:
        """The private chat that the channel there is entrusted to, where anything is kept about that one."""

    def idle(self, before: datetime) -> tuple[Address, ...]:
        """Groups and channels that the bot came to before that moment, in which nobody has chosen anything."""

    def came(self, platform: str, hour: int) -> int:
        """How many groups and channels of a platform the bot came to in that hour since 1970."""


class Inbox(Protocol):
    """Which events have been heard, and which answers are still owed."""

    def unheard(self, asks: Sequence[Ask]) -> list[Ask]:
        """Those asks that have not been committed before, in order, each once."""

    def owe(
        self, ask: Ask, chat: int | None, withdraws: tuple[str, ...] = (), *, due: float = 0.0, attempts: int = 0
    ) -> Debt:
        """Note the ask (already resolved) as heard, with its answer still to be given, and not before ``due``."""

    def dismiss(self, ask: Ask) -> None:
        """Note the ask as heard, with nothing to answer."""

    def owed(self) -> list[Debt]:
        """Every debt, oldest first."""

    def postpone(self, debt: Debt, due: float, attempts: int) -> None:
        """Keep the debt; it is not tried before ``due`` (POSIX seconds)."""

    def settle(self, debts: Sequence[Debt]) -> None:
        """The answers were given, or never can be: nothing but the event's index stays."""

    def prune(self, before: datetime) -> int:
        """Delete what was settled before that moment; returns how many rows went."""


class Sent(Protocol):
    """What the bot said lately in each chat: to find a panel again, and to take messages back."""

    def keep(self, chat: int, reference: str, shows: str | None) -> None:
        """Remember a message; an edit of the same message renews what it shows. A chat that is gone: nothing."""

    def shown(self, reference: str) -> str | None:
        """The absolute command whose panel that message shows now."""

    def recent(self, address: Address) -> tuple[str, ...]:
        """References of what was said there, newest first."""

    def older(self, address: Address, before: datetime) -> tuple[tuple[str, str], ...]:
        """Messages there that have not changed since: reference, and the command whose panel each shows."""

    def drop(self, references: Sequence[str]) -> None:
        """Forget messages: they are being taken back."""

    def prune(self, before: datetime) -> int:
        """Forget messages older than that, and chats about which nothing but that was kept."""


class Notes(Protocol):
    """Small durable facts of the program's own, each under a name: which menus were set, for one."""

    def get(self, name: str) -> str | None:
        """The fact, or None where nothing was noted."""

    def put(self, name: str, value: str | None) -> None:
        """Note the fact in place of an earlier one; None takes the note away."""


class Tx(Protocol):
    """One transaction's questions."""

    @property
    def chats(self) -> Chats:
        """What is kept about chats."""

    @property
    def inbox(self) -> Inbox:
        """Events heard, answers owed."""

    @property
    def sent(self) -> Sent:
        """What the bot said lately."""

    @property
    def notes(self) -> Notes:
        """The program's own small facts."""

    @property
    def posts(self) -> Posts:
        """What moderators want to say, or have said."""

    @property
    def approvals(self) -> Approvals:
        """Who has approved what."""

    @property
    def outbox(self) -> Outbox:
        """Who gets a post, and what became of it."""

    @property
    def moderators(self) -> Moderators:
        """Who may make words go out."""

    @property
    def letters(self) -> Letters:
        """What moderators are told unasked."""

    @property
    def audit(self) -> Audit:
        """Who did what."""


class Store(Protocol):
    """Everything that lasts."""

    async def do(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in one transaction on the storage thread, together with others that wait (group commit).

        Returns what it returns, after the commit is on the disk. An exception leaves nothing behind and is raised
        here. ``work`` may run more than once and must not touch anything outside the transaction.
        """
