"""Telegram's side of things: the bot's account, chats, messages, pressed buttons, and the clock.

One lock guards it all, so that people may act from any thread while the server answers on its own.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.wires.telegram.answers import Json, Refusal, untimely
from tests.wires.telegram.seen import Seen, Toast, show
from tests.wires.telegram.updates import UpdateQueue

LATEST = 20
"""How many messages a chat keeps where no history is kept."""


@dataclass(slots=True, kw_only=True)
class Stored:
    """A message that stands in a chat. ``raw`` is never changed in place: an edit puts another in its stead."""

    raw: Json
    mine: bool
    silent: bool = False
    edits: int = 0

    def seen(self) -> Seen:
        """As people see it now."""
        return show(self.raw, edits=self.edits, mine=self.mine, silent=self.silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a chat: the bot's message, or its edit, as it was then."""

    raw: Json
    edits: int
    silent: bool

    def seen(self) -> Seen:
        """As people saw it then."""
        return show(self.raw, edits=self.edits, mine=True, silent=self.silent)


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat, group, supergroup or channel.

    ``barrier`` makes the refusal that the bot meets at the door, if it is not let in; ``silence`` the one that it
    meets when it writes, if it is there and may not.
    """

    brief: Json
    messages: dict[int, Stored] = field(default_factory=dict)
    history: list[Event] = field(default_factory=list)
    members: dict[int, Json] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    closed: set[int | None] = field(default_factory=set)
    """Topics in which only those who manage topics may write; None is the general one."""
    members_write: bool = True
    """Whether the group lets its plain members write."""
    members_hidden: bool = False
    """Whether only admins may ask who belongs to it."""
    barrier: Callable[[], Refusal] | None = None
    silence: Callable[[], Refusal] | None = None
    migrated_to: int | None = None
    last_id: int = 0

    @property
    def chat_id(self) -> int:
        """Its number: positive for people, negative for the rest."""
        return int(self.brief["id"])

    @property
    def kind(self) -> str:
        """private, group, supergroup or channel."""
        return str(self.brief["type"])


@dataclass(slots=True, kw_only=True)
class Press:
    """One pressed button that waits for its answer."""

    person_id: int
    at: float
    toast: Toast | None = None


@dataclass(slots=True, kw_only=True)
class Profile:
    """What the bot has set about itself, by language ("" is the default)."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope (its JSON with sorted keys) and language."""
    rights: dict[str, set[str]] = field(default_factory=dict)
    """What apps propose where the bot is made an admin of a ``supergroup`` (or group) or a ``channel``."""


class World:
    """Everything that Telegram knows in this test. Made anew for each server, alike for the same seed."""

    def __init__(self, *, token: str, username: str, first_name: str, seed: int = 0, keep_history: bool = True) -> None:
        self.random = Random(seed)
        self.token: str | None = token
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.watchers: list[Callable[[], None]] = []
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": first_name,
            "username": username,
        }
        self.people: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.updates = UpdateQueue(self.random.randrange(100_000_000, 900_000_000))
        self.webhook: Json = {"url": ""}
        self.reads_all = False
        """Whether privacy mode is off in @BotFather's eyes."""
        self.profile = Profile()
        self.keep_history = keep_history
        self.shift = 0.0
        """Seconds by which Telegram's clock is ahead of ours."""
        self._last_id = self.random.randrange(100, 10_000)

    def now(self) -> int:
        """POSIX seconds on Telegram's clock."""
        return int(time.time() + self.shift)

    def chat(self, chat_id: int | str) -> Chat:
        """The chat of that number or @name. Refuses unknown ones."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else self._find_named(chat_id)
        if found is None:
            raise untimely("chat not found")
        return found

    def _find_named(self, name: str) -> Chat | None:
        named = (chat for chat in self.chats.values() if chat.kind != "private")
        return next((chat for chat in named if f"@{chat.brief.get('username')}".lower() == name.lower()), None)

    def enter_chat(self, chat_id: int | str) -> Chat:
        """The same, where the bot is let in. Refuses migrated groups and shut doors too."""
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            refusal = untimely("group chat was upgraded to a supergroup chat")
            refusal.migrate_to = chat.migrated_to
            raise refusal
        if chat.barrier is not None:
            raise chat.barrier()
        return chat

    def open_chat(self, chat_id: int | str) -> Chat:
        """The same, where the bot may write."""
        chat = self.enter_chat(chat_id)
        if chat.silence is not None:
            raise chat.silence()
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count their own messages; all other chats of a bot share one count."""
        if chat.kind in {"supergroup", "channel"}:
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    def put(self, chat: Chat, raw: Json, *, mine: bool, silent: bool = False) -> None:
        """Let a message stand in a chat."""
        chat.messages[raw["message_id"]] = Stored(raw=raw, mine=mine, silent=silent)
        if not self.keep_history and len(chat.messages) > LATEST:
            del chat.messages[next(iter(chat.messages))]
        if mine:
            self._remember(chat, Event(raw=raw, edits=0, silent=silent))

    def replace(self, chat: Chat, raw: Json) -> None:
        """Let another version of a message stand in its stead."""
        stored = chat.messages[raw["message_id"]]
        stored.raw = raw
        stored.edits += 1
        if stored.mine:
            self._remember(chat, Event(raw=raw, edits=stored.edits, silent=stored.silent))

    def _remember(self, chat: Chat, event: Event) -> None:
        if self.keep_history:
            chat.history.append(event)
        self.announce()

    def announce(self) -> None:
        """Wake everyone who waits for something to happen."""
        self.changed.notify_all()
        for watcher in tuple(self.watchers):
            watcher()

    def draw_id(self, low: int, high: int) -> int:
        """A number of a realistic size that nobody has yet."""
        while True:
            drawn = self.random.randrange(low, high)
            if drawn not in self.people and -drawn not in self.chats:
                return drawn
