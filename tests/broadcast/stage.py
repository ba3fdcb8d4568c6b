"""A house in which things are announced: chats on two networks, moderators, a courier that may be killed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from bot.broadcast.approval import submit
from bot.broadcast.courier import AWAY_SECONDS, Courier
from bot.broadcast.decisions import Publishing, Refusal
from bot.broadcast.drafting import set_urgent, write
from bot.broadcast.flying import Manner
from bot.model.message import Message, Span
from bot.model.moderator import OPERATOR, Actor, Moderator, Role
from bot.model.parcel import DeliveryState
from bot.model.people import Address, Chat, Updates
from bot.model.post import Post, PostState
from bot.ports import Tx
from bot.ports_announcing import Pace
from bot.ports_moderating import Letter
from tests.broadcast.carriers import COMMIT_SECONDS, SimulatedCarrier
from tests.broadcast.hourglass import DirectStore, VirtualClock

T = TypeVar("T")
TELEGRAM, MATRIX = "telegram", "matrix"
PACES = {
    TELEGRAM: Pace(overall_per_second=28, per_chat_per_second=1, per_group_per_minute=18),
    MATRIX: Pace(overall_per_second=10),
}
ALONE = Publishing(approvals=0, countdown_seconds=0)
"""One person publishes at once: what is tested is how it goes out."""
OPEN_ENDS = (PostState.APPROVED, PostState.COUNTDOWN, PostState.RUNNING)


def render(chat: Chat, post: Post) -> tuple[Message, ...]:
    """Each paragraph is a message; a discreet chat gets one that says nothing."""
    if chat.discreet:
        return (Message(spans=(Span(text=f"#{post.number}"),)),)
    wording = post.texts.get(chat.language or "en") or post.texts["en"]
    parts = "".join(span.text for span in wording).split("\n\n")
    return tuple(Message(spans=(Span(text=part),)) for part in parts)


def note(chat: Chat, post: Post) -> Message:
    """What stands where a post was."""
    del chat
    return Message(spans=(Span(text=f"#{post.number} withdrawn"),))


def letter(tx: Tx, one: Letter) -> tuple[Message, ...]:
    """What a moderator is told."""
    del tx
    words = " ".join(f"{name}={value}" for name, value in sorted(one.values.items()))
    return (Message(spans=(Span(text=f"{one.kind} {one.post} {words}".strip()),)),)


MANNER = Manner(render=render, note=note, letter=letter, zone="Asia/Hong_Kong")


@dataclass
class House:
    """One store, two simulated networks, one courier at a time."""

    seed: int = 0
    rules: Publishing = ALONE
    random: Random = field(init=False)
    store: DirectStore = field(init=False)
    clock: VirtualClock = field(default_factory=VirtualClock)
    carriers: dict[str, SimulatedCarrier] = field(init=False)
    courier: Courier = field(init=False)
    task: "asyncio.Task[None] | None" = None
    kills: int = 0
    cut: int = 0
    """Places in flight at a kill: requests under way, and outcomes that were not committed yet."""
    chats: dict[int, Chat] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.store = DirectStore(self.clock, Random(self.seed + 1))
        self.carriers = {
            name: SimulatedCarrier(name, pace, self.clock, Random(self.seed + 2 + rank), remembers=name == MATRIX)
            for rank, (name, pace) in enumerate(PACES.items())
        }

    @property
    def telegram(self) -> SimulatedCarrier:
        """The network that remembers nothing."""
        return self.carriers[TELEGRAM]

    @property
    def matrix(self) -> SimulatedCarrier:
        """The network that knows what it has had."""
        return self.carriers[MATRIX]

    def settle(self, count: int, platform: str = TELEGRAM, **choices: object) -> list[Chat]:
        """So many chats on a network that want updates."""
        settled = []
        for _ in range(count):
            native = f"{platform}-{len(self.chats)}"
            chat = replace(Chat(address=Address(platform, native), updates=Updates.ALL), **choices)  # type: ignore[arg-type]
            self.chats[self.store.now(lambda tx, chat=chat: tx.chats.keep(chat))] = chat  # type: ignore[misc]
            settled.append(chat)
        return settled

    def staff(self, role: Role, native: str, platform: str = TELEGRAM) -> Moderator:
        """A moderator who is reached in a private chat."""

        def work(tx: Tx) -> Moderator:
            moderator = tx.moderators.add(native, role)
            address = Address(platform, native)
            tx.moderators.add_address(moderator.number, address)
            tx.moderators.reach(address, tx.chats.keep(Chat(address=address)))
            return moderator

        return self.store.now(work)

    def publish(self, text: str = "news", *, urgent: bool = False, actor: Actor = OPERATOR) -> int:
        """Write a post and submit it; with no approvals asked for it goes out."""

        def work(tx: Tx) -> int:
            post = write(tx, actor, {"en": (Span(text=text),)}, now=self.clock.now())
            assert isinstance(post, Post)
            if urgent:
                set_urgent(tx, actor, post.number, urgent=True, now=self.clock.now())
            assert not isinstance(submit(tx, actor, post.number, now=self.clock.now(), rules=self.rules), Refusal)
            return post.number

        return self.store.now(work)

    def start(self) -> None:
        """A courier begins, as after a start of the program."""
        self.courier = Courier(self.store, self.carriers, MANNER, self.clock, self.rules)
        self.task = asyncio.create_task(self.courier.run())

    async def kill(self) -> None:
        """The courier is gone in the middle of whatever it did."""
        assert self.task is not None
        self.kills += 1
        self.cut += sum(route._places for route in self.courier._routes)
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        for _ in range(5):
            await asyncio.sleep(0)
        for carrier in self.carriers.values():
            carrier.after_kill(AWAY_SECONDS * 1.2 if self.store.away else COMMIT_SECONDS)

    async def stop(self) -> None:
        """The program ends as it should."""
        await self.courier.drain()
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def until(self, condition: Callable[[Tx], object], seconds: float = 3600) -> float:
        """Return once it holds; the virtual seconds that took. It must within ``seconds``."""
        begin = asyncio.get_running_loop().time()
        while not self.store.now(condition):
            assert asyncio.get_running_loop().time() - begin < seconds, f"seed {self.seed}: it never came to that"
            assert self.task is None or not self.task.done(), self.task
            await asyncio.sleep(0.1)
        return asyncio.get_running_loop().time() - begin

    async def done(self, seconds: float = 3600) -> float:
        """Return once nothing is under way any more."""

        def over(tx: Tx) -> bool:
            states = (DeliveryState.RUNNING, DeliveryState.CANCELLING, DeliveryState.RETRACTING)
            return not tx.posts.among(*OPEN_ENDS) and not tx.outbox.deliveries(*states)

        return await self.until(over, seconds)
