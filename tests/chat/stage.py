"""What the tests of the conversation share: a network that does as it is told, and the house around it."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from bot.app import LANGUAGES
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.phrases import Phrases
from bot.chat.conversation import Conversation
from bot.chat.guide import Guide, Network
from bot.config.settings import FALLBACK
from bot.errors import StoreUnavailable
from bot.model.delivery import Sent, Verdict
from bot.model.message import Message
from bot.model.people import Address, Chat, ChatKind
from bot.model.speech import Ask, Happening, Reply
from bot.ports import Debt, Hear, Size, Store, Tx
from bot.ports_announcing import Pace
from bot.storage.files import content_directory, load_interface, load_statement
from bot.storage.opening import open_in_memory
from tests.storage.stage import Hours

T = TypeVar("T")
NAME = "telegram"
SIZE = Size(4096, len)
CRASH = "privacy"
"""The command whose words are missing in the guide of these tests: its handler raises."""

Outcome = Verdict | Exception | asyncio.Event


@dataclass
class Wire:
    """A platform whose verdicts are written beforehand, per chat; without any, everything arrives."""

    clock: Hours
    verdicts: dict[str, deque[Outcome]] = field(default_factory=lambda: defaultdict(deque))
    given: list[tuple[str, str, float]] = field(default_factory=list)
    """Chat, command and moment of each try."""
    replies: list[Reply] = field(default_factory=list)
    admins: set[tuple[str, str]] = field(default_factory=set)
    """Chat and person, of those who may set it."""
    words: list[tuple[str, str]] = field(default_factory=list)
    """Chat and person, each time the network was asked for its word."""
    word: Exception | asyncio.Event | None = None
    """What comes in place of its word, or before it."""
    flying: int = 0
    most: int = 0

    name = NAME
    size = SIZE
    sigil = "/"

    async def run(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Nobody speaks by itself here."""
        del hear
        ready()

    async def answer(self, ask: Ask, reply: Reply) -> Verdict:
        """Do as written: return it, raise it, or wait for it."""
        self.given.append((ask.address.native, reply.command, self.clock.now().timestamp()))
        self.replies.append(reply)
        number = len(self.given)
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            await asyncio.sleep(0)
            outcome = self.verdicts[ask.address.native].popleft() if self.verdicts[ask.address.native] else None
            if isinstance(outcome, Exception):
                raise outcome
            if isinstance(outcome, asyncio.Event):
                await outcome.wait()
                outcome = None
            return outcome or Sent(f"message-{number}")
        finally:
            self.flying -= 1

    async def may_set(self, address: Address, person: str) -> bool | None:
        """Nobody may set anything, unless written so."""
        self.words.append((address.native, person))
        if isinstance(self.word, Exception):
            raise self.word
        if isinstance(self.word, asyncio.Event):
            await self.word.wait()
        return (address.native, person) in self.admins

    def link(self, payload: str) -> str | None:
        """As Telegram writes it."""
        return link(payload)

    @property
    def pace(self) -> Pace:
        """It bears anything."""
        return Pace(overall_per_second=1000)

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Nothing is said unasked in these tests."""
        raise AssertionError(address.native, message, once, silent)

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Nor changed."""
        raise AssertionError(address.native, reference, message, once)

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Nor taken back."""
        raise AssertionError(address.native, reference, once)

    def commands(self, chat: str) -> list[str]:
        """What was given to that chat, in order."""
        return [command for native, command, _ in self.given if native == chat]


@dataclass
class Wobbly:
    """A store that is away for chosen works, counted from 1."""

    store: Store
    away: set[int] = field(default_factory=set)
    works: int = 0

    async def do(self, work: Callable[[Tx], T]) -> T:
        """The work, or StoreUnavailable where this one was chosen."""
        self.works += 1
        if self.works in self.away:
            raise StoreUnavailable
        return await self.store.do(work)


@dataclass
class House:
    """One conversation, its store and its network."""

    clock: Hours
    store: Wobbly
    network: Wire
    guide: Guide
    conversation: Conversation

    def restart(self) -> Conversation:
        """Another run on the same store; the network has got over what was written for it."""
        self.network.verdicts.clear()
        self.conversation = Conversation(self.store, {NAME: self.network}, self.guide, self.clock)
        return self.conversation

    async def until(self, condition: Callable[[list[Debt]], object]) -> None:
        """Return once it holds of the debts; it must within a thousand looks."""
        for _ in range(1000):
            if condition(await self.owed()):
                return
        raise AssertionError("it never came to that")

    async def owed(self) -> list[Debt]:
        """Every debt."""
        return await self.store.do(lambda tx: tx.inbox.owed())

    async def say(self, *asks: Ask) -> list[Reply]:
        """Hear these, and return what was answered once all is."""
        before = len(self.network.replies)
        await self.conversation.hear(asks)
        await self.conversation.drain()
        return self.network.replies[before:]

    async def kept(self, chat: str) -> Chat | None:
        """What is kept about a chat."""
        return await self.store.do(lambda tx: tx.chats.find(Address(NAME, chat)))


def link(payload: str) -> str:
    """A way into a private chat, as Telegram writes it."""
    return f"https://t.me/a_bot?start={payload}"


def ask(
    number: int,
    text: str,
    *,
    chat: str = "ada",
    kind: ChatKind = ChatKind.PRIVATE,
    speaker: str | None = None,
    topic: str | None = None,
    pressed: bool = False,
    panel: str | None = None,
    reports: str | None = None,
) -> Ask:
    """One thing that was said."""
    return Ask(
        id=f"event-{number}",
        address=Address(NAME, chat, topic),
        kind=kind,
        text=text,
        addressed=True,
        pressed=pressed,
        panel=panel,
        receipt=f"receipt-{number}" if pressed else None,
        speaker=speaker,
        reports=reports,
    )


def told(
    number: int,
    happening: Happening,
    *,
    chat: str,
    kind: ChatKind = ChatKind.GROUP,
    about: str | None = None,
    encrypted: bool = True,
) -> Ask:
    """One thing that happened to a chat."""
    return Ask(
        id=f"event-{number}",
        address=Address(NAME, chat),
        kind=kind,
        text="",
        addressed=False,
        speaker="eve",
        happening=happening,
        about=Address(NAME, about) if about else None,
        encrypted=encrypted,
    )


@cache
def make_guide(lacks: str = "nothing") -> Guide:
    """The real content, but for one phrase."""
    folder = content_directory(None)
    words = {tag: text.replace(f"{lacks} =", "x =") for tag, text in load_interface(folder, LANGUAGES).items()}
    return Guide(
        catalogue=Catalogue(statement=load_statement(folder), fallback=FALLBACK, default_language="en"),
        phrases=Phrases(words),
        default_language="en",
        languages=LANGUAGES,
        timezone="Asia/Hong_Kong",
        networks={NAME: Network(SIZE, "/", link=link)},
    )


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """A house with the real content, but for the words of one command; its store ends with it."""
    clock = Hours()
    opened = open_in_memory(clock)
    guide = make_guide(lacks="privacy-title")
    store, network = Wobbly(opened), Wire(clock)
    conversation = Conversation(store, {NAME: network}, guide, clock)
    stage = House(clock, store, network, guide, conversation)
    try:
        yield stage
    finally:
        await stage.conversation.close()
        opened.close()
