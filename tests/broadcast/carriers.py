"""A network that is simulated: what arrives there, what it limits, and how its replies are lost."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bot.model.delivery import Gone, Later, Moved, Refused, Sent, Unsure, Verdict
from bot.model.message import Message
from bot.model.people import Address
from bot.ports_announcing import Pace
from tests.broadcast.hourglass import VirtualClock

Effect = Callable[[], Verdict]

COMMIT_SECONDS = 0.1
"""A silence that was asked for so shortly before a kill may not have been noted."""


@dataclass(frozen=True)
class Arrival:
    """A message that is there."""

    chat: str
    once: str
    text: str
    moment: float
    silent: bool
    topic: str | None


@dataclass
class SimulatedCarrier:
    """Faults come by the seed. ``remembers``: it knows a message that it has had, as homeservers do."""

    name: str
    pace: Pace
    clock: VirtualClock
    random: Random
    remembers: bool = False
    latency: float = 0.05
    lost: float = 0.0
    """How often, of 1, a reply is lost after the message has arrived."""
    failing: float = 0.0
    """How often it says that it failed, and nothing arrived."""
    unreachable: float = 0.0
    """How often it cannot be reached, and says so."""
    raising: float = 0.0
    """How often a fault of the platform's code comes out."""
    storm: float = 0.0
    """How often it asks for silence."""
    down: bool = False
    gone: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    """Chats whose messages arrive nowhere, and whose replies are lost."""
    refused: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    too_old: set[str] = field(default_factory=set)
    """Chats in which nothing can be deleted any more."""

    there: dict[str, Arrival] = field(default_factory=dict)
    """By reference."""
    arrivals: list[Arrival] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    begun: list[tuple[float, str, str]] = field(default_factory=list)
    """Moment, chat and sort of each request."""
    flying: int = 0
    most: int = 0
    doubts: int = 0
    """Requests of which the client could not know what became, kills left out."""
    early: list[tuple[float, str]] = field(default_factory=list)
    """Requests inside a silence that had been asked for."""
    everyones: list[tuple[float, float]] = field(default_factory=list)
    """From when until when everyone had to be silent."""
    _silences: dict[str, tuple[float, float]] = field(default_factory=dict)
    _everyone: tuple[float, float] = (0.0, 0.0)
    _had: dict[str, str] = field(default_factory=dict)

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Say it."""
        return await self._request("deliver", address, lambda: self._arrive(address, message.text, once, silent=silent))

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Change it."""
        del once

        def change() -> Verdict:
            if reference not in self.there:
                return Refused("gone")
            self.notes[reference] = message.text
            return Sent(reference)

        return await self._request("amend", address, change)

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Take it back."""
        del once

        def delete() -> Verdict:
            if address.native in self.too_old:
                return Refused("too_old")
            self.there.pop(reference, None)
            return Sent()

        return await self._request("withdraw", address, delete)

    def copies(self) -> Counter[tuple[str, str]]:
        """How often each chat got each text."""
        return Counter((arrival.chat, arrival.text) for arrival in self.arrivals)

    def after_kill(self, doubt: float = COMMIT_SECONDS) -> None:
        """The client is gone; a silence of the last moment may not have been noted."""
        now = self._now()
        self._silences = {chat: window for chat, window in self._silences.items() if now - window[0] > doubt}
        if now - self._everyone[0] <= doubt:
            self._everyone = (0.0, 0.0)

    def most_in_a_second(self) -> int:
        """The most requests that began within any second."""
        moments = sorted(moment for moment, _, _ in self.begun)
        first, most = 0, 0
        for last, moment in enumerate(moments):
            while moment - moments[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def silent_seconds(self) -> float:
        """How long everyone had to be silent."""
        total, end = 0.0, 0.0
        for begin, until in self.everyones:
            total += max(0.0, until - max(begin, end))
            end = max(end, until)
        return total

    def rates(self) -> dict[str, list[float]]:
        """The moments of each chat's requests."""
        moments: dict[str, list[float]] = defaultdict(list)
        for moment, chat, _ in self.begun:
            moments[chat].append(moment)
        return moments

    async def _request(self, sort: str, address: Address, effect: Effect) -> Verdict:
        now, chat = self._now(), address.native
        self.begun.append((now, chat, sort))
        if self._silences.get(chat, (0, 0))[1] > now or self._everyone[1] > now:
            self.early.append((now, chat))
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            await asyncio.sleep(self.latency * self.random.uniform(0.5, 1.5) / 2)
        except asyncio.CancelledError:
            if self.random.random() < 0.5:  # it was on its way
                self._judge(chat, effect)
            raise
        finally:
            self.flying -= 1
        verdict = self._judge(chat, effect)
        self.flying += 1
        try:
            await asyncio.sleep(self.latency * self.random.uniform(0.5, 1.5) / 2)
        finally:
            self.flying -= 1
        return self._reply(chat, verdict)

    def _judge(self, chat: str, effect: Effect) -> Verdict:
        """What the network makes of a request that has come there."""
        dice = self.random.random
        if self.down or chat in self.poison or dice() < self.failing:
            return Unsure()
        if (standing := self._stands(chat)) is not None:
            return standing
        if dice() < self.storm:
            return Later(self.random.randint(1, 5))
        if dice() < self.unreachable:
            return Later(0.5)
        verdict = effect()
        return Unsure() if dice() < self.lost else verdict

    def _stands(self, chat: str) -> Verdict | None:
        """What that chat's standing alone decides."""
        if chat in self.moved:
            return Moved(Address(self.name, self.moved[chat]))
        if chat in self.gone:
            return Gone()
        return Refused("no") if chat in self.refused else None

    def _reply(self, chat: str, verdict: Verdict) -> Verdict:
        """What the client hears."""
        now = self._now()
        if isinstance(verdict, Later) and verdict.after >= 1:
            until = now + verdict.after
            others = [window for known, window in self._silences.items() if known != chat and now - window[0] <= 1.0]
            self._silences[chat] = (now, until)
            if others:
                self._everyone = (now, max(until, self._everyone[1], *(window[1] for window in others)))
                self.everyones.append(self._everyone)
        if isinstance(verdict, Unsure):
            self.doubts += 1
            if self.random.random() < self.raising:
                raise RuntimeError("a fault of the platform's own")
        return verdict

    def _arrive(self, address: Address, text: str, once: str, *, silent: bool) -> Verdict:
        if self.remembers and once in self._had:
            return Sent(self._had[once])
        reference = f"{address.native}:{len(self.arrivals)}"
        arrival = Arrival(address.native, once, text, self._now(), silent, address.topic)
        self.arrivals.append(arrival)
        self.there[reference] = arrival
        self._had[once] = reference
        return Sent(reference)

    def _now(self) -> float:
        return self.clock.now().timestamp()
