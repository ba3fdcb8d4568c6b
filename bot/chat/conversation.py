"""Between what is heard and what is answered: effects and the debt of an answer are committed first, then it is given.

A kill leaves debts; ``resume`` pays them. The same ask heard again changes nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from bot.chat.flood import MOST_OWED, Entrance, Flood
from bot.chat.gate import Gate, needs_word
from bot.chat.guide import Guide
from bot.chat.joining import find_idle, readdress
from bot.chat.lane import Key, Lane, Owed
from bot.chat.lanes import Lanes
from bot.chat.moderating import find_stale
from bot.chat.router import answer, hush
from bot.chat.sparing import Sparing
from bot.chat.turn import look_up
from bot.errors import StoreUnavailable
from bot.model.people import ChatKind
from bot.model.speech import Ask, Reply
from bot.ports import Clock, Debt, Platform, Store, Tx

_log = structlog.get_logger()


class Conversation:
    """Hears asks and gives the answers. One for all platforms. ``count`` is told of every answer that goes out."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        guide: Guide,
        clock: Clock,
        count: Callable[[Ask], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._guide = guide
        self._clock = clock
        self._lanes = Lanes(store, platforms, guide.networks, clock, count)
        self._flood = Flood()
        self._gate = Gate(store, platforms)
        self._sparing = Sparing()
        self._checks: dict[Key, asyncio.Task[None]] = {}
        self._takes: set[asyncio.Task[None]] = set()

    async def hear(self, asks: Sequence[Ask]) -> None:
        """Commit the effects of these asks and what is owed for them; the answers follow.

        Waits while too many answers are owed. Of a chat that floods nothing more is taken in; it is told so once.
        Raises StoreUnavailable where the store cannot take them all: hand them in again, those that it took are known.
        Where the caller is cancelled, what has begun is still taken.
        """
        takes = []
        for ask in asks:
            while self._lanes.owed >= MOST_OWED:
                await self._lanes.lessen()
            if take := self._admit(ask):
                takes.append(take)
        if takes:
            await asyncio.wait(takes)
        troubles = [trouble for take in takes if (trouble := take.exception())]
        if troubles:
            raise troubles[0]

    async def leave_idle(self) -> None:
        """Leave the groups and channels in which nobody has chosen anything for a week. Raises StoreUnavailable."""
        asks = await self._store.do(partial(find_idle, now=self._clock.now()))
        await self.hear([ask for ask in asks if ask.address.platform in self._platforms])

    async def tidy(self) -> None:
        """Take back what is a day old in moderators' chats. Raises StoreUnavailable."""
        asks = await self._store.do(partial(find_stale, now=self._clock.now()))
        await self.hear([ask for ask in asks if ask.address.platform in self._platforms])

    async def resume(self) -> None:
        """Give the answers that a former run still owed."""
        await self._lanes.recall()
        debts = await self._store.do(lambda tx: tx.inbox.owed())
        known = [debt for debt in debts if debt.ask.address.platform in self._platforms]
        for debt, reply in zip(known, await asyncio.gather(*map(self._repeat, known)), strict=True):
            if reply is not None:
                self._lanes.put(self._lanes.enter(debt.ask.address), Owed(debt=debt, reply=reply))

    async def drain(self) -> None:
        """Return once every answer that is owed now has been given."""
        await self._lanes.drain()

    async def finish(self) -> None:
        """Begin no answer any more, and return once those under way are given. What else is owed stays owed.

        Whoever calls ``hear`` must have stopped.
        """
        while self._takes:
            await asyncio.wait(self._takes)
        await self._lanes.finish()

    async def close(self) -> None:
        """Stop at once. What is owed stays owed."""
        await self._lanes.close()

    def _admit(self, ask: Ask) -> asyncio.Task[None] | None:
        """Begin to take an ask in; None where its chat is too loud for that."""
        lane, now = self._lanes.enter(ask.address), self._clock.now().timestamp()
        entrance = Entrance.HEARD  # what happened to a chat is heard however loud it is
        if ask.happening is None:
            entrance = self._flood.admit(lane.key, owed=lane.owed - 1, everywhere=self._lanes.owed - 1, now=now)
        told = entrance is Entrance.TOLD and ask.kind is ChatKind.PRIVATE
        if entrance is not Entrance.HEARD and not told:
            self._lanes.put(lane, None)
            return None
        if told:
            _log.warning("chat_floods", platform=ask.address.platform)
        counted, due = self._lanes.goes_at_once(lane), lane.due if lane.due > now else 0.0
        work = partial(_hear, guide=self._guide, now=self._clock.now(), told=told, due=due, counted=counted)
        before = self._checks.get(lane.key)
        asks = needs_word(ask)
        take = asyncio.create_task(self._take(ask, lane, work, before, asks=asks))
        self._takes.add(take)
        take.add_done_callback(self._taken)
        if before is not None or asks:
            self._checks[lane.key] = take
            take.add_done_callback(partial(self._checked, lane.key))
        return take

    def _checked(self, key: Key, take: asyncio.Task[None]) -> None:
        if self._checks.get(key) is take:
            del self._checks[key]

    def _taken(self, take: asyncio.Task[None]) -> None:
        self._takes.discard(take)
        if not take.cancelled():
            take.exception()  # told to the caller, where there still is one

    async def _take(
        self, ask: Ask, lane: Lane, work: "partial[Owed | None]", before: asyncio.Task[None] | None, *, asks: bool
    ) -> None:
        """Commit an ask; once its network has said its word, if it ``asks`` for that, and never before ``before``."""
        owed = None
        try:
            asked = await self._gate.check(ask) if asks else ask
            if before is not None:
                await asyncio.wait([before])
            owed = await self._store.do(partial(work, ask=asked))
            if owed and not self._sparing.allows(lane.key, asked, owed.reply, self._clock.now().timestamp()):
                spared, owed = owed, None
                await self._store.do(lambda tx: tx.inbox.settle([spared.debt]))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one ask that cannot be handled must not stop the others
            _log.error("handler_failed", error=type(error).__name__, exc_info=error)
            await self._store.do(lambda tx: tx.inbox.dismiss(ask))
        finally:
            self._lanes.put(lane, owed)

    async def _repeat(self, debt: Debt) -> Reply | None:
        """The answer once more; None where there is none any more, and then nothing is owed either."""
        work = _rehearse if debt.chat is None else _repeat
        reply = None
        try:
            reply = await self._store.do(partial(work, debt=debt, guide=self._guide, now=self._clock.now()))
        except _Rehearsed as rehearsed:
            reply = rehearsed.reply
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one debt that cannot be handled must not stop the start
            _log.error("handler_failed", error=type(error).__name__, exc_info=error)
        if reply is not None:
            return replace(reply, withdraws=debt.withdraws)
        await self._store.do(lambda tx: tx.inbox.settle([debt]))
        return None


class _Rehearsed(Exception):
    """Takes the effects of a command back, and carries its answer out of the transaction."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def _hear(tx: Tx, *, ask: Ask, guide: Guide, now: datetime, told: bool, due: float, counted: bool) -> Owed | None:
    if not tx.inbox.unheard([ask]):
        return None
    ask = readdress(tx, ask, now)
    before = tx.chats.find(ask.address)
    reply = hush(tx, ask, guide, now) if told else answer(tx, ask, guide, now)
    if reply is None:
        tx.inbox.dismiss(ask)
        return None
    chat = None
    if not reply.forgets:
        chat = tx.chats.keep(look_up(tx, ask))
    else:  # the last answer keeps the language that was chosen; it alone
        reported = ask.reports if ask.kind is ChatKind.PRIVATE else None
        ask = replace(ask, reports=(before and before.language) or reported)
    debt = tx.inbox.owe(ask.resolved(reply.command), chat, reply.withdraws, due=due, attempts=int(counted))
    return Owed(debt=debt, reply=reply, counted=counted)


def _repeat(tx: Tx, *, debt: Debt, guide: Guide, now: datetime) -> Reply | None:
    """Answer again. The command is absolute: what it did stays as it is, and a one-time code is made anew."""
    return answer(tx, debt.ask, guide, now)


def _rehearse(tx: Tx, *, debt: Debt, guide: Guide, now: datetime) -> None:
    """Tell a chat again that it was forgotten, in the language that it had; what it chose since is not forgotten."""
    ask = debt.ask
    if ask.reports and ask.kind is not ChatKind.PRIVATE:  # whose language is its own choice alone
        tx.chats.keep(replace(look_up(tx, ask), language=ask.reports))
    reply = answer(tx, ask, guide, now)
    if reply is not None:
        raise _Rehearsed(reply)
