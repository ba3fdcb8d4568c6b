"""A chat is a lane: its answers are given one after the other; lanes run side by side.

How often an answer may have gone out is on the disk before it goes out (``Debt.attempts``), so that no kill makes it
more than ``ATTEMPTS`` copies. Where a chat is free, that is written together with the debt and costs nothing.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot.chat.guide import Network
from bot.chat.joining import part, unmute
from bot.chat.lane import Key, Lane, Owed
from bot.errors import StoreUnavailable
from bot.model.delivery import Gone, Later, Moved, Sent, Unsure, Verdict
from bot.model.people import Address
from bot.model.speech import Ask, Reply
from bot.ports import Clock, Debt, Platform, Store, Tx

ATTEMPTS = 3
"""How often an answer whose arrival is uncertain is tried, over all runs of the program."""
IN_FLIGHT = 200
"""Chats that are answered at the same time: as many answers at most may come twice after a kill."""
LEAVING = 4
"""Chats that are left at the same time, apart from those that are answered: nobody waits for it."""
MOST_LEAVING = 20_000
"""Chats that wait to be left; further ones stay owed, and are left after the next start."""
STORE_AWAY_SECONDS = 1.0
"""How long a lane waits before it asks a store again that is away."""

_log = structlog.get_logger()


class Lanes:
    """Gives what is owed. ``networks`` tells which platforms know a repeated answer from a new one."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        networks: Mapping[str, Network],
        clock: Clock,
        count: Callable[[Ask], None],
    ) -> None:
        self.owed = 0
        """How many answers are owed in all lanes together, or may soon be."""
        self._store = store
        self._platforms = platforms
        self._networks = networks
        self._clock = clock
        self._count = count
        self._lanes: dict[Key, Lane] = {}
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._exits = asyncio.Semaphore(LEAVING)
        self._leaving = 0
        self._held: dict[str, float] = {}
        self._ending = False
        self._less = asyncio.Event()

    async def recall(self) -> None:
        """Read which platforms are held since a former run."""
        for name in self._platforms:
            self._held[name] = await self._store.do(partial(_find_hold, name=name))

    def enter(self, address: Address) -> Lane:
        """The chat's lane, with one more coming: ``put`` must follow."""
        key = address.platform, address.native
        lane = self._lanes.get(key) or self._lanes.setdefault(key, Lane(key=key))
        lane.coming += 1
        self.owed += 1
        return lane

    def goes_at_once(self, lane: Lane) -> bool:
        """Whether what was entered last is given as soon as it is committed: nothing is before it, nothing holds it.

        Then its attempt is to be counted in the same transaction. An answer whose outcome the store has been handed is
        not before it any more: that is committed first.
        """
        platform = lane.key[0]
        free = lane.owed == 1 + lane.settling and len(self._lanes) <= IN_FLIGHT and not self._ending
        return free and self._counts(platform) and self._seconds_until(platform, lane.due) <= 0

    def put(self, lane: Lane, owed: Owed | None) -> None:
        """What came of the ask that was entered first and not put yet. None: nothing is owed for it."""
        lane.coming -= 1
        leaves = owed is not None and owed.reply.leaves
        if owed is None or leaves:
            self._lessen()
        if owed is not None and not (leaves and self._leaving >= MOST_LEAVING):
            self._leaving += leaves
            lane.waiting.append(owed)
            lane.due = max(lane.due, owed.debt.due)
            lane.forgets += owed.reply.forgets
            if lane.task is None and (owed.counted or not self._ending):
                lane.flying = owed.counted
                lane.task = asyncio.create_task(self._walk(lane))
        self._tidy(lane)

    async def lessen(self) -> None:
        """Return once fewer answers are owed than now."""
        self._less.clear()
        await self._less.wait()

    async def drain(self) -> None:
        """Return once every answer that is owed has been given."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def finish(self) -> None:
        """Begin no answer any more; return once the outcome of those under way is committed. The rest stays owed."""
        self._ending = True
        for lane in self._lanes.values():
            if lane.task is not None and not lane.flying:
                lane.task.cancel()
        await self.drain()

    async def close(self) -> None:
        """Stop at once. What is owed stays owed, and what was under way may come again."""
        self._ending = True
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task is not None and not lane.task.done()]

    def _tidy(self, lane: Lane) -> None:
        if lane.task is None and not lane.owed:
            self._lanes.pop(lane.key, None)

    def _lessen(self) -> None:
        self.owed -= 1
        self._less.set()

    async def _walk(self, lane: Lane) -> None:
        try:
            while lane.waiting and not (self._ending and not lane.flying):
                try:
                    await self._pay(lane, lane.waiting[0])
                except Exception as error:  # noqa: BLE001 - it stays owed; those behind it must not wait for ever
                    _log.error("lane_failed", error=type(error).__name__, exc_info=error)
                lane.flying = lane.settling = False
                if lane.waiting.popleft().reply.leaves:
                    self._leaving -= 1
                else:
                    self._lessen()
        finally:
            lane.task = None
            self._tidy(lane)

    async def _pay(self, lane: Lane, owed: Owed) -> None:
        """Give one answer, waiting as long as the network asks for."""
        debt, attempts, due, counted = owed.debt, owed.debt.attempts, owed.debt.due, owed.counted
        platform = debt.ask.address.platform
        counts, moved = self._counts(platform), False
        places = self._exits if owed.reply.leaves else self._places
        while True:
            await self._wait(platform, due)
            async with places:  # until the outcome is committed: as many as that may be repeated after a kill
                lane.flying = True
                if attempts - counted >= ATTEMPTS:
                    await self._settle(lane, owed, Unsure())
                    return
                if counts and not counted:
                    attempts += 1
                    await self._commit(partial(_postpone, debt=debt, due=due, attempts=attempts))
                verdict = await self._give(lane, owed)
                if isinstance(verdict, Moved) and not moved:
                    await self._commit(partial(_follow, address=owed.debt.ask.address, to=verdict.to))
                    owed, moved, counted = owed.follow(verdict.to), True, True  # the attempt is still to come
                    continue
                if counts:
                    attempts -= isinstance(verdict, Later)  # it did not go out
                else:
                    attempts += isinstance(verdict, Unsure)
                if not isinstance(verdict, Later | Unsure) or attempts >= ATTEMPTS:
                    await self._settle(lane, owed, verdict)
                    return
                due = self._clock.now().timestamp() + (verdict.after if isinstance(verdict, Later) else 2.0**attempts)
                everyone = isinstance(verdict, Later) and verdict.everyone
                lane.due = max(lane.due, due)
                if everyone:
                    self._held[platform] = max(due, self._held.get(platform, 0.0))
                await self._commit(partial(_postpone, debt=debt, due=due, attempts=attempts, everyone=everyone))
            lane.flying = counted = False
            if self._ending:
                return

    def _counts(self, platform: str) -> bool:
        """Whether a repeated answer is a copy there."""
        return not self._networks[platform].knows_repeats

    def _seconds_until(self, platform: str, due: float) -> float:
        return max(due, self._held.get(platform, 0.0)) - self._clock.now().timestamp()

    async def _wait(self, platform: str, due: float) -> None:
        """Return at that moment, or once the platform holds nobody any more, whichever is later."""
        while (seconds := self._seconds_until(platform, due)) > 0:
            await self._clock.sleep(seconds)

    async def _give(self, lane: Lane, owed: Owed) -> Verdict:
        ask, reply = owed.debt.ask, owed.reply
        if reply.forgets and lane.said:
            reply = replace(reply, withdraws=(*reply.withdraws, *lane.said))
        self._count(ask)
        try:
            return await self._platforms[ask.address.platform].answer(ask, reply)
        except Exception as error:  # noqa: BLE001 - a platform's fault: it may have arrived
            _log.error("answer_failed", error=type(error).__name__, exc_info=error)
            return Unsure()

    async def _settle(self, lane: Lane, owed: Owed, verdict: Verdict) -> None:
        if not isinstance(verdict, Sent):
            _log.info("answer_not_given", verdict=type(verdict).__name__)
        lane.settling = True
        await self._commit(partial(_settle, debt=owed.debt, reply=owed.reply, verdict=verdict))
        lane.forgets -= owed.reply.forgets
        if not lane.forgets:
            lane.said.clear()
        elif isinstance(verdict, Sent) and verdict.reference:
            lane.said.append(verdict.reference)

    async def _commit(self, work: "partial[None]") -> None:
        """Commit an outcome; as long as the store is away, try again: an answer given twice is worse than one late."""
        while True:
            try:
                return await self._store.do(work)
            except StoreUnavailable:
                _log.warning("store_unavailable")
                await self._clock.sleep(STORE_AWAY_SECONDS)


def _find_hold(tx: Tx, *, name: str) -> float:
    return float(tx.notes.get(f"hold {name}") or 0)


def _postpone(tx: Tx, *, debt: Debt, due: float, attempts: int, everyone: bool = False) -> None:
    tx.inbox.postpone(debt, due, attempts)
    if everyone:  # also after a restart nobody is answered inside it
        name = debt.ask.address.platform
        tx.notes.put(f"hold {name}", str(max(due, _find_hold(tx, name=name))))


def _follow(tx: Tx, *, address: Address, to: Address) -> None:
    tx.chats.move(address, to)


def _settle(tx: Tx, *, debt: Debt, reply: Reply, verdict: Verdict) -> None:
    tx.inbox.settle([debt])
    if isinstance(verdict, Gone):
        part(tx, debt.ask.address)
    if isinstance(verdict, Sent) and verdict.reference and debt.chat is not None and not reply.closes:
        tx.sent.keep(debt.chat, verdict.reference, reply.command)
        unmute(tx, debt.ask)
