"""Between what is heard and what is answered: effects and the debt of an answer are committed first, then it is given.

A chat is a lane: its answers are given one after the other, in the order of what was asked; chats do not wait for each
other. A kill leaves debts; ``resume`` pays them. The same ask heard again changes nothing.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.chat.guide import Guide
from bot.chat.router import answer
from bot.errors import StoreUnavailable
from bot.model.delivery import Later, Sent, Unsure, Verdict
from bot.model.people import Chat
from bot.model.speech import Ask, Reply
from bot.ports import Clock, Debt, Platform, Store, Tx

ATTEMPTS = 3
"""How often an answer whose arrival is uncertain is tried."""
IN_FLIGHT = 200
"""Chats that are answered at the same time."""
STORE_AWAY_SECONDS = 1.0
"""How long a lane waits before it asks a store again that is away."""

Owed = tuple[Debt, Reply]
Lane = tuple[str, str]

_log = structlog.get_logger()


class Conversation:
    """Hears asks and gives the answers. One for all platforms."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform], guide: Guide, clock: Clock) -> None:
        self._store = store
        self._platforms = platforms
        self._guide = guide
        self._clock = clock
        self._lanes: dict[Lane, deque[Owed]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._held: dict[str, float] = {}

    async def hear(self, asks: Sequence[Ask]) -> None:
        """Commit the effects of these asks and what is owed for them; the answers follow.

        Raises StoreUnavailable where the store cannot take them all: hand them in again, those that it took are known.
        """
        outcomes = await asyncio.gather(*(self._take(ask) for ask in asks), return_exceptions=True)
        troubles = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for outcome in outcomes:
            if outcome is not None and not isinstance(outcome, BaseException):
                self._enqueue(outcome)
        if troubles:
            raise troubles[0]

    async def resume(self) -> None:
        """Give the answers that a former run still owed."""
        for name in self._platforms:
            self._held[name] = await self._store.do(partial(_find_hold, name=name))
        for debt in await self._store.do(lambda tx: tx.inbox.owed()):
            if debt.ask.address.platform not in self._platforms:
                continue
            try:
                reply = await self._store.do(partial(_again, debt=debt, guide=self._guide))
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one debt that cannot be handled must not stop the start
                _log.error("handler_failed", error=type(error).__name__, exc_info=error)
                await self._store.do(partial(_drop, debt=debt))
                continue
            if reply is not None:
                self._enqueue((debt, reply))

    async def drain(self) -> None:
        """Return once every answer that is owed now has been given."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop giving answers. What is owed stays owed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, ask: Ask) -> Owed | None:
        try:
            return await self._store.do(partial(_hear, ask=ask, guide=self._guide))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one ask that cannot be handled must not stop the others
            _log.error("handler_failed", error=type(error).__name__, exc_info=error)
            await self._store.do(lambda tx: tx.inbox.dismiss(ask))
            return None

    def _enqueue(self, owed: Owed) -> None:
        address = owed[0].ask.address
        lane = address.platform, address.native
        if lane in self._lanes:
            self._lanes[lane].append(owed)
            return
        self._lanes[lane] = deque([owed])
        task = asyncio.create_task(self._walk(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _walk(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                try:
                    await self._pay(*waiting[0])
                except Exception as error:  # noqa: BLE001 - it stays owed; those behind it must not wait for ever
                    _log.error("lane_failed", error=type(error).__name__, exc_info=error)
                waiting.popleft()
        finally:
            del self._lanes[lane]

    async def _pay(self, debt: Debt, reply: Reply) -> None:
        """Give one answer, waiting as long as the network asks for."""
        attempts, due = debt.attempts, debt.due
        while True:
            await self._wait(debt.ask.address.platform, due)
            async with self._places:  # until the outcome is committed: as many as that may be repeated after a kill
                verdict = await self._give(debt, reply)
                attempts += isinstance(verdict, Unsure)
                if not isinstance(verdict, Later | Unsure) or attempts >= ATTEMPTS:
                    await self._settle(debt, reply, verdict)
                    return
                due = self._clock.now().timestamp() + (verdict.after if isinstance(verdict, Later) else 2.0**attempts)
                everyone = isinstance(verdict, Later) and verdict.everyone
                if everyone:
                    name = debt.ask.address.platform
                    self._held[name] = max(due, self._held.get(name, 0.0))
                await self._commit(partial(_postpone, debt=debt, due=due, attempts=attempts, everyone=everyone))

    async def _wait(self, platform: str, due: float) -> None:
        """Return at that moment, or once the platform holds nobody any more, whichever is later."""
        while (seconds := max(due, self._held.get(platform, 0.0)) - self._clock.now().timestamp()) > 0:
            await self._clock.sleep(seconds)

    async def _give(self, debt: Debt, reply: Reply) -> Verdict:
        try:
            return await self._platforms[debt.ask.address.platform].answer(debt.ask, reply)
        except Exception as error:  # noqa: BLE001 - a platform's fault: it may have arrived
            _log.error("answer_failed", error=type(error).__name__, exc_info=error)
            return Unsure()

    async def _settle(self, debt: Debt, reply: Reply, verdict: Verdict) -> None:
        if not isinstance(verdict, Sent):
            _log.info("answer_not_given", verdict=type(verdict).__name__)
        await self._commit(partial(_settle, debt=debt, reply=reply, verdict=verdict))

    async def _commit(self, work: "partial[None]") -> None:
        """Commit an outcome; as long as the store is away, try again: an answer given twice is worse than one late."""
        while True:
            try:
                return await self._store.do(work)
            except StoreUnavailable:
                _log.warning("store_unavailable")
                await self._clock.sleep(STORE_AWAY_SECONDS)


def _hear(tx: Tx, *, ask: Ask, guide: Guide) -> Owed | None:
    if not tx.inbox.unheard([ask]):
        return None
    reply = answer(tx, ask, guide)
    if reply is None:
        tx.inbox.dismiss(ask)
        return None
    chat = None if reply.forgets else tx.chats.keep(tx.chats.find(ask.address) or Chat(address=ask.address))
    return tx.inbox.owe(ask.resolved(reply.command), chat, reply.withdraws), reply


def _again(tx: Tx, *, debt: Debt, guide: Guide) -> Reply | None:
    reply = answer(tx, debt.ask, guide)
    if reply is None:
        tx.inbox.settle([debt])
        return None
    return replace(reply, withdraws=debt.withdraws)


def _drop(tx: Tx, *, debt: Debt) -> None:
    tx.inbox.settle([debt])


def _find_hold(tx: Tx, *, name: str) -> float:
    return float(tx.notes.get(f"hold {name}") or 0)


def _postpone(tx: Tx, *, debt: Debt, due: float, attempts: int, everyone: bool) -> None:
    tx.inbox.postpone(debt, due, attempts)
    if everyone:  # also after a restart nobody is answered inside it
        name = debt.ask.address.platform
        tx.notes.put(f"hold {name}", str(max(due, _find_hold(tx, name=name))))


def _settle(tx: Tx, *, debt: Debt, reply: Reply, verdict: Verdict) -> None:
    tx.inbox.settle([debt])
    if isinstance(verdict, Sent) and verdict.reference and debt.chat is not None and not reply.closes:
        tx.sent.keep(debt.chat, verdict.reference, reply.command)
