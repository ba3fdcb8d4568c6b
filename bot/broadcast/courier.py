"""Claim, pace, deliver, settle, until told to stop: what is said unasked, each network by itself.

A place in flight is held until its outcome is committed, so that a kill can repeat no more messages than there are
places. A round is one transaction; between its commit and the requests that it allowed nothing waits.
"""

import asyncio
import math
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bot.broadcast.announce import tick
from bot.broadcast.decisions import Publishing
from bot.broadcast.flying import Manner, Pilot
from bot.broadcast.pacing import Gate
from bot.broadcast.rounds import Flight, Mail, Order, Outcome, Round, run_round
from bot.errors import StoreUnavailable
from bot.model.people import Address
from bot.model.post import Post
from bot.ports import Clock, Store, Tx
from bot.ports_announcing import Carrier, Silence
from bot.ports_moderating import Letter

IN_FLIGHT = 160
"""Requests under way at the same time: the most that a kill can repeat. With 50 ms of latency about 2,000/s."""
FEW_IN_FLIGHT = 4
FLIGHT_SECONDS = 0.75
"""A slow network has no more under way than it bears in this time: what lies there would only be in doubt longer."""
ROUND_SECONDS = 0.01
"""How long outcomes gather while there is something to do."""
IDLE_SECONDS = 0.5
"""How soon a change in the store is noticed while there is nothing to do."""
AWAY_SECONDS = 1.0
"""How long to wait before a store is asked again that is away, or a round is tried again that failed."""

_log = structlog.get_logger()


class Courier:
    """Everything said unasked, over all networks. ``run`` until cancelled; ``drain`` before that leaves no doubts."""

    def __init__(
        self, store: Store, carriers: Mapping[str, Carrier], manner: Manner, clock: Clock, rules: Publishing
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        now = clock.now().timestamp()
        self.gates = {name: Gate(carrier.pace, now) for name, carrier in carriers.items()}
        """By network: whoever sends beside the courier tells them."""
        self._routes = [
            _Route(store, clock, Pilot(carrier, self.gates[name], manner, clock)) for name, carrier in carriers.items()
        ]

    async def run(self) -> None:
        """Go on until cancelled. A network's trouble is that network's alone."""
        await asyncio.gather(self._tick(), *(route.run() for route in self._routes))

    async def drain(self) -> None:
        """Begin nothing more, and return once every outcome is committed."""
        await asyncio.gather(*(route.drain() for route in self._routes))

    async def _tick(self) -> None:
        """What is due by the clock: countdowns, requests that expire, posts that are done."""
        platforms = tuple(self.gates)
        while True:
            now = self._clock.now()
            try:
                await self._store.do(partial(tick, platforms=platforms, now=now, rules=self._rules))
            except Exception as error:  # noqa: BLE001 - logged, and done again
                _log.error("tick_failed", error=type(error).__name__, exc_info=error)
                await self._clock.sleep(AWAY_SECONDS)
            await self._clock.sleep(IDLE_SECONDS)


@dataclass(slots=True)
class _News:
    """What has come back and is not committed yet."""

    outcomes: list[Outcome] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    everyone: float | None = None

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.mail or self.everyone is not None)


class _Route:
    """One network's rounds."""

    def __init__(self, store: Store, clock: Clock, pilot: Pilot) -> None:
        self._store = store
        self._clock = clock
        self._pilot = pilot
        self._gate = pilot.gate
        self._news = _News()
        self._flying: set[asyncio.Task[None]] = set()
        self._most = min(IN_FLIGHT, max(FEW_IN_FLIGHT, math.ceil(pilot.most * FLIGHT_SECONDS)))
        self._places = 0
        self._letters: set[int] = set()
        self._posts: dict[int, Post] = {}
        self._begun = False
        self._draining = False
        self._drained = asyncio.Event()

    async def run(self) -> None:
        """Round after round. Whatever a round raises, there is a next one."""
        try:
            while not self._draining or self._places:
                try:
                    if not self._begun:
                        await self._begin()
                    await self._go_round()
                except Exception as error:  # noqa: BLE001 - logged, and done again
                    away = isinstance(error, StoreUnavailable)
                    _log.error("round_failed", platform=self._pilot.name, error=type(error).__name__, exc_info=not away)
                    await self._clock.sleep(AWAY_SECONDS)
            self._drained.set()
        finally:
            for task in self._flying:
                task.cancel()

    async def drain(self) -> None:
        """Begin nothing more, and return once every outcome is committed."""
        self._draining = True
        await self._drained.wait()

    async def _begin(self) -> None:
        """What a killed run left in flight may have arrived; the silences that it was told of still count."""
        name, now = self._pilot.name, self._clock.now().timestamp()

        def work(tx: Tx) -> tuple[Mapping[Address, Silence], float]:
            tx.outbox.reclaim(name, int(now))
            return tx.outbox.held(name, now), float(tx.notes.get(f"hold {name}") or 0)

        held, everyone = await self._store.do(work)
        for address, silence in held.items():
            self._gate.windows.hold(address.native, silence)
        self._gate.windows.hold_everyone(everyone)
        self._begun = True

    async def _go_round(self) -> None:
        now = self._clock.now()
        moment = now.timestamp()
        room = 0 if self._draining else min(self._most - self._places, self._gate.available(moment, self._places))
        if not self._news and room <= 0:
            await self._clock.sleep(self._pause(moment))
            return
        news, self._news = self._news, _News()
        order = Order(
            platform=self._pilot.name,
            now=now,
            zone=self._pilot.zone,
            room=room,
            outcomes=tuple(news.outcomes),
            mail=tuple(news.mail),
            letters=frozenset(self._letters),
            everyone=news.everyone,
            known=self._posts,
        )
        try:
            done = await self._store.do(partial(run_round, order=order))
        except BaseException:
            self._news.outcomes[:0], self._news.mail[:0] = news.outcomes, news.mail
            self._news.everyone = max((news.everyone or 0, self._news.everyone or 0)) or None
            raise
        self._places -= len(news.outcomes) + len(news.mail)
        self._letters -= {mail.letter for mail in news.mail}
        self._start(done)
        idle = room > 0 and not done.flights and not done.letters
        await self._clock.sleep(ROUND_SECONDS if done.busy else self._pause(moment, idle=idle))

    def _start(self, done: Round) -> None:
        posts = {flight.delivery.post: flight.post for flight in done.flights}
        self._posts = posts or self._posts
        for letter in done.letters:
            self._letters.add(letter.number)
            self._launch(self._carry_letter(letter))
        for flight in done.flights:
            self._launch(self._carry(flight))

    def _launch(self, carriage: Coroutine[Any, Any, None]) -> None:
        self._places += 1
        task = asyncio.create_task(carriage)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _carry(self, flight: Flight) -> None:
        outcome, everyone = await self._pilot.carry(flight)
        self._note(everyone)
        self._news.outcomes.append(outcome)

    async def _carry_letter(self, letter: Letter) -> None:
        try:
            mail, everyone = await self._pilot.carry_letter(letter, self._store)
        except StoreUnavailable:
            mail, everyone = Mail(letter=letter.number, due=letter.due, attempts=letter.attempts), None
        self._note(everyone)
        self._news.mail.append(mail)

    def _note(self, everyone: float | None) -> None:
        if everyone is not None:
            self._news.everyone = max(everyone, self._news.everyone or 0)

    def _pause(self, moment: float, *, idle: bool = False) -> float:
        """How long until there may be something to do."""
        if self._places:
            return ROUND_SECONDS
        if idle:
            return IDLE_SECONDS
        if self._gate.windows.everyone > moment:
            return min(IDLE_SECONDS, self._gate.windows.everyone - moment)
        if self._gate.outage.suspected:
            return IDLE_SECONDS
        return max(ROUND_SECONDS, min(IDLE_SECONDS, self._gate.pacer.wait(moment)))
