"""A seed's worth of trouble: what happens, when, and what must be so at the end."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from bot.broadcast.decisions import Refusal
from bot.broadcast.retry import ATTEMPTS
from bot.broadcast.stopping import cancel, hold, release, retract
from bot.model.moderator import OPERATOR
from bot.model.parcel import DeliveryState
from bot.model.people import Chat, ChatKind, Updates
from bot.model.post import PostState
from bot.ports import Tx
from tests.broadcast.stage import MATRIX, TELEGRAM, House


@dataclass
class Chaos:
    """One world and its troubles, all of them from the seed."""

    seed: int
    random: Random = field(init=False)
    house: House = field(init=False)
    posts: list[int] = field(default_factory=list)
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    stopped: dict[str, float] = field(default_factory=dict)
    """Chats that stopped or were forgotten, and when that was committed."""
    holds: list[tuple[float, float]] = field(default_factory=list)
    """From when until when everything stood still."""
    retracted: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    left: int = 0
    """Messages that are there though they were to be taken back."""
    ends: dict[str, str] = field(default_factory=dict)
    """Where chats have moved."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.house = House(seed=self.seed)

    async def play(self) -> None:
        """Everything happens, then it must come to an end, and be as it must be."""
        self._populate()
        self._trouble()
        house, random = self.house, self.random
        house.start()
        self._publish()
        for _ in range(random.randint(2, 9)):
            await asyncio.sleep(random.uniform(0.01, 1.5))
            await random.choice(
                (self._kill, self._kill, self._kill, self._stop, self._forget, self._hold, self._publish_more)
            )()
        if random.random() < 0.3:
            await self._take_back()
        house.store.away = 0.0
        await house.done()
        await house.stop()
        self.check()

    def check(self) -> None:
        """Whatever the seed: nobody is lost, nobody gets it again and again, and no silence is broken."""
        self._check_copies()
        self._check_silences()
        self._check_sums()

    def _populate(self) -> None:
        random, house = self.random, self.house
        house.settle(random.randint(10, 60), TELEGRAM)
        house.settle(random.randint(0, 5), TELEGRAM, kind=ChatKind.GROUP, topic="7")
        house.settle(random.randint(5, 25), MATRIX)
        house.settle(3, TELEGRAM, updates=Updates.URGENT)
        house.settle(3, TELEGRAM, updates=Updates.OFF)
        house.settle(3, MATRIX, updates=None)

    def _trouble(self) -> None:
        random = self.random
        self.house.store.away = random.choice((0, 0, 0.02))
        for carrier in self.house.carriers.values():
            carrier.lost = random.choice((0, 0, 0.05, 0.2))
            carrier.failing = random.choice((0, 0, 0.05))
            carrier.unreachable = random.choice((0, 0, 0.1))
            carrier.storm = random.choice((0, 0, 0.03))
            carrier.raising = random.choice((0, 0.5))
            natives = [
                chat.address.native for chat in self.house.chats.values() if chat.address.platform == carrier.name
            ]
            few = random.sample(natives, 4)
            carrier.poison |= set(few[:1]) if random.random() < 0.3 else set()
            carrier.gone |= set(few[1:2]) if random.random() < 0.3 else set()
            carrier.refused |= set(few[2:3]) if random.random() < 0.3 else set()
            if carrier.name == TELEGRAM and random.random() < 0.4:
                carrier.moved[few[3]] = self.ends[few[3]] = f"{few[3]}-moved"

    def _publish(self) -> None:
        random = self.random
        rank = len(self.posts)
        text = random.choice((f"news {rank}", f"first page {rank}\n\nsecond page {rank}"))
        number = self.house.publish(text, urgent=random.random() < 0.3)
        self.posts.append(number)
        self.texts[number] = tuple(text.split("\n\n"))

    async def _publish_more(self) -> None:
        if len(self.posts) < 3:
            self._publish()

    async def _kill(self) -> None:
        for _ in range(self.random.randrange(30)):  # in the middle of what happens at one moment
            await asyncio.sleep(0)
        await self.house.kill()
        if self.random.random() < 0.3:
            await asyncio.sleep(self.random.uniform(0, 30))
        self.house.start()

    def _reader(self) -> Chat:
        return self.random.choice([chat for chat in self.house.chats.values() if chat.updates is Updates.ALL])

    async def _stop(self) -> None:
        address = self._reader().address

        def work(tx: Tx) -> None:
            if chat := tx.chats.find(address):
                tx.chats.keep(replace(chat, updates=Updates.OFF))

        self.house.store.now(work)
        self.stopped.setdefault(address.native, self._now())

    async def _forget(self) -> None:
        address = self._reader().address
        self.house.store.now(lambda tx: tx.chats.forget(address))
        self.stopped.setdefault(address.native, self._now())

    async def _hold(self) -> None:
        number, random = self.random.choice(self.posts), self.random
        step = partial(hold, actor=OPERATOR, number=number, now=self.house.clock.now())
        if isinstance(self.house.store.now(step), Refusal):
            return
        begin = self._now()
        await asyncio.sleep(random.uniform(0.1, 5))
        if random.random() < 0.3:
            await self._kill()
        if len(self.posts) == 1:
            self.holds.append((begin, self._now()))
        if random.random() < 0.2:
            self.house.store.now(partial(cancel, actor=OPERATOR, number=number, now=self.house.clock.now()))
            self.cancelled.add(number)
            return
        rules = self.house.rules
        done = self.house.store.now(
            partial(release, actor=OPERATOR, number=number, now=self.house.clock.now(), rules=rules)
        )
        assert not isinstance(done, Refusal), done

    async def _take_back(self) -> None:
        number = self.random.choice(self.posts)
        step = partial(retract, actor=OPERATOR, number=number, now=self.house.clock.now())
        if not isinstance(self.house.store.now(step), Refusal):
            self.retracted.add(number)
        if self.random.random() < 0.5:
            await self._kill()

    def _check_copies(self) -> None:
        doubts = 0
        for name, carrier in self.house.carriers.items():
            doubts += carrier.doubts
            copies: Counter[tuple[str, str]] = carrier.copies()
            assert not copies or max(copies.values()) <= (1 if name == MATRIX else 3), f"seed {self.seed}: {copies}"
            repeats = sum(copies.values()) - len(copies)
            assert repeats <= doubts + self.house.cut, f"seed {self.seed}: {repeats} repeats"
            there = {(one.chat, one.text) for one in carrier.there.values()}
            for chat in self.house.chats.values():
                if chat.address.platform == name:
                    self._check_chat(chat, {text for native, text in there if native == self._home(chat)})

        assert self.left <= doubts + self.house.cut, f"seed {self.seed}: {self.left} still there"

    def _check_chat(self, chat: Chat, there: set[str]) -> None:
        native, carrier = chat.address.native, self.house.carriers[chat.address.platform]
        if chat.updates in {None, Updates.OFF}:
            assert not there, f"seed {self.seed}: a chat that asked for nothing got something"
        if native in self.stopped or native in carrier.gone | carrier.poison | carrier.refused:
            return
        for number, parts in self.texts.items():
            post = self.house.store.now(lambda tx, number=number: tx.posts.find(number))  # type: ignore[misc]
            assert post is not None
            if number in self.retracted:
                self.left += len(there & set(parts))
            elif post.state is PostState.DONE and chat.updates is Updates.ALL:
                homes = {native, self._home(chat)}
                tries = sum(sort == "deliver" and place in homes for _, place, sort in carrier.begun)
                assert set(parts) <= there or tries >= ATTEMPTS, f"seed {self.seed}: {native} lost #{number}"

    def _check_silences(self) -> None:
        for carrier in self.house.carriers.values():
            assert not carrier.early, f"seed {self.seed}: inside a silence: {carrier.early[:3]}"
            bears = carrier.pace.overall_per_second
            assert carrier.most_in_a_second() <= bears * 1.07 + 2, f"seed {self.seed}: {carrier.most_in_a_second()}"
            for moment, chat, sort in carrier.begun:
                stopped = self.stopped.get(chat)
                assert stopped is None or sort != "deliver" or moment <= stopped, f"seed {self.seed}: after a stop"
                if sort == "deliver":
                    for begin, end in self.holds:
                        assert not begin + 1 < moment < end, f"seed {self.seed}: held, and it went on"

    def _check_sums(self) -> None:
        for number in self.posts:
            for one in self.house.store.now(lambda tx, number=number: tx.outbox.of(number)):  # type: ignore[misc]
                assert one.state in {DeliveryState.DONE, DeliveryState.CANCELLED, DeliveryState.RETRACTED}
                assert one.pending == 0, f"seed {self.seed}: {one}"
                assert one.waiting == 0, f"seed {self.seed}: {one}"
                back = one.withdrawn + one.noted + one.too_old + one.stuck
                assert one.recalled == back, f"seed {self.seed}: {one}"
        stuck = self.house.store.table("SELECT count(*) FROM outbox WHERE state < 10")
        assert stuck == [(0,)], f"seed {self.seed}: {stuck}"

    def _home(self, chat: Chat) -> str:
        return self.ends.get(chat.address.native, chat.address.native)

    def _now(self) -> float:
        return self.house.clock.now().timestamp()
