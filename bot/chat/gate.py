"""Asks a network whether somebody may set a chat: before the transaction, and only where the answer depends on it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.chat.grammar import named_chat, parse
from bot.chat.rights import TABLE, depends_on_role
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.ports import Platform, Store

KNOWN = frozenset(TABLE) - {""}
MOST_AT_ONCE = 20
"""Networks' words that are waited for at the same time, on each platform."""
PATIENCE_SECONDS = 5.0
"""How long one ask waits for the word, its place in the queue included; then it is refused."""

Question = tuple[Address, str]

_log = structlog.get_logger()


class Gate:
    """Fills in ``Ask.may_set``. What is asked about the same chat and person at the same time is asked once."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform]) -> None:
        self._store = store
        self._platforms = platforms
        self._places = {name: asyncio.Semaphore(MOST_AT_ONCE) for name in platforms}
        self._open: dict[Question, asyncio.Task[bool]] = {}

    async def check(self, ask: Ask) -> Ask:
        """The ask, with the network's word on its speaker. No word within the patience is a no.

        Raises StoreUnavailable.
        """
        question = await self._question(ask)
        if question is None:
            return ask
        if question not in self._open:
            self._open[question] = asyncio.create_task(self._put(question))
            self._open[question].add_done_callback(lambda _: self._open.pop(question))
        return replace(ask, may_set=await asyncio.shield(self._open[question]))

    async def _question(self, ask: Ask) -> Question | None:
        said = parse(ask, KNOWN) if needs_word(ask) else None
        person = ask.speaker or ask.address.native
        if said is None:
            return None
        if ask.kind is not ChatKind.PRIVATE:
            return replace(ask.address, topic=None), person
        number = named_chat(said.argument)[0]
        channel = await self._store.do(
            lambda tx: tx.chats.locate(number) if number in tx.chats.entrusted(ask.address) else None
        )
        return (channel.address, person) if channel else None

    async def _put(self, question: Question) -> bool:
        address, person = question
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._places[address.platform]:
                return await self._platforms[address.platform].may_set(address, person) is True
        except TimeoutError:
            _log.warning("rights_unknown", platform=address.platform)
        except Exception as error:  # noqa: BLE001 - a platform's fault must not let anybody in
            _log.error("rights_failed", error=type(error).__name__, exc_info=error)
        return False


def needs_word(ask: Ask) -> bool:
    """Whether the network must say what the speaker is, and has not said so already."""
    if ask.happening is not None or ask.may_set is not None:
        return False
    if ask.kind is not ChatKind.PRIVATE and ask.speaker is None:
        return False
    said = parse(ask, KNOWN)
    return said is not None and depends_on_role(said.name, ask.kind)
