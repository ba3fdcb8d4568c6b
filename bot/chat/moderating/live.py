"""Panels that keep themselves up to date: of what is on its way, the newest in each moderator's private chat."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.chat.guide import Guide
from bot.chat.moderating.desk import Desk
from bot.chat.moderating.panel import show
from bot.chat.turn import Turn
from bot.model.delivery import Refused, Sent
from bot.model.message import Message
from bot.model.parcel import DeliveryState
from bot.model.people import Address, Chat, ChatKind
from bot.model.post import PostState
from bot.model.speech import Ask
from bot.ports import Clock, Store, Tx
from bot.ports_announcing import Carrier

SECONDS = 4
"""How often the panels are looked at: often enough to watch, seldom enough for a chat's pace."""
_NEWEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class View:
    """What a message shall show now."""

    address: Address
    reference: str = field(repr=False)
    message: Message


class LivePanels:
    """Looks when told to. What was shown last is known in memory alone: after a restart it is shown once more."""

    def __init__(
        self,
        store: Store,
        carriers: Mapping[str, Carrier],
        guide: Guide,
        clock: Clock,
        count: Callable[[Ask], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._guide = guide
        self._clock = clock
        self._count = count
        self._live: frozenset[int] = frozenset()
        self._shown: dict[str, Message] = {}

    async def look(self) -> None:
        """Renew what has changed; of what is over, once more. Raises StoreUnavailable."""
        work = partial(_look, live=self._live, guide=self._guide, now=self._clock.now())
        live, views = await self._store.do(work)
        fresh = [view for view in views if self._shown.get(view.reference) != view.message]
        by_network = ([view for view in fresh if view.address.platform == name] for name in self._carriers)
        await asyncio.gather(*map(self._renew, by_network))
        self._live = live
        if not live:
            self._shown.clear()

    async def _renew(self, views: Collection[View]) -> None:
        for view in views:
            self._count(_silent_ask(view.address))
            carrier = self._carriers[view.address.platform]
            once = hashlib.sha256(f"{view.reference} {self._clock.now().timestamp()}".encode()).hexdigest()
            verdict = await carrier.amend(view.address, view.reference, view.message, once=once)
            if isinstance(verdict, Sent | Refused):
                self._shown[view.reference] = view.message


def _look(tx: Tx, *, live: frozenset[int], guide: Guide, now: datetime) -> tuple[frozenset[int], list[View]]:
    """Which posts are on their way, and what the panels of these, and of those that were before, shall show."""
    running = {post.number for post in tx.posts.among(PostState.RUNNING)}
    running |= {delivery.post for delivery in tx.outbox.deliveries(DeliveryState.RETRACTING)}
    wanted = running | live
    views = list[View]()
    if wanted:
        for row, number in tx.moderators.reached().items():
            chat, moderator = tx.chats.locate(row), tx.moderators.find(number)
            if chat is None or moderator is None or moderator.frozen or chat.address.platform not in guide.networks:
                continue
            turn = Turn(
                tx=tx,
                ask=_silent_ask(chat.address),
                chat=chat,
                language=chat.language or guide.default_language,
                guide=guide,
                now=now,
            )
            views += _find_views(Desk(turn=turn, moderator=moderator), chat, wanted)
    return frozenset(running), views


def _find_views(desk: Desk, chat: Chat, wanted: set[int]) -> list[View]:
    found = dict[int, View]()
    for reference, shows in desk.tx.sent.older(chat.address, desk.turn.now + _NEWEST):
        name, _, number = shows.partition(" ")
        post = int(number) if name == "show" and number.isdecimal() and len(number) <= 9 else 0
        if post in wanted and post not in found and (kept := desk.tx.posts.find(post)):
            message = show(desk, kept).message
            if message is not None:
                found[post] = View(chat.address, reference, message)
    return list(found.values())


def _silent_ask(address: Address) -> Ask:
    """Nobody said anything: a panel is only shown again."""
    return Ask(id="", address=address, kind=ChatKind.PRIVATE, text="", addressed=False)
