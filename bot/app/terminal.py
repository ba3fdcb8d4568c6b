"""The same bot in the terminal, on a store that ends with it."""

import asyncio
from typing import TextIO

from bot.app.contents import LANGUAGES, make_guide, make_manner
from bot.app.serving import finish, operator
from bot.broadcast.courier import Courier
from bot.broadcast.decisions import Publishing
from bot.chat.conversation import Conversation
from bot.chat.guide import Network
from bot.chat.language import match
from bot.clockwork import SystemClock
from bot.model.moderator import Role
from bot.model.people import Address, Chat
from bot.model.post import PostState
from bot.platforms.terminal.platform import FIRST_SPEAKER, TerminalPlatform
from bot.ports import Store, Tx
from bot.storage.opening import open_in_memory

RULES = Publishing(countdown_seconds=3)
"""Nobody reads what goes out here: a short countdown shows enough."""
LOOK_SECONDS = 0.02
GOING_OUT = (PostState.COUNTDOWN, PostState.RUNNING)


async def chat(language: str | None, role: str, source: TextIO, sink: TextIO) -> None:
    """Speak with the bot until the input ends, as a reader or as a moderator of that role.

    Then what has begun to go out is waited for.
    """
    clock = SystemClock()
    store = open_in_memory(clock)

    async def appoint(address: Address, name: str) -> None:
        await store.do(lambda tx: _appoint(tx, address, name))

    async def settled() -> None:
        await conversation.drain()
        while await store.do(lambda tx: tx.letters.next_due(platform.name) is not None):
            await clock.sleep(LOOK_SECONDS)

    platform = TerminalPlatform(source, sink, language and match(language, LANGUAGES), settled, appoint)
    platforms = {platform.name: platform}
    guide = make_guide(None, {platform.name: Network(platform.size, platform.sigil)}, publishing=RULES)
    conversation = Conversation(store, platforms, guide, clock)
    courier = Courier(store, platforms, make_manner(guide), clock, guide.publishing)
    try:
        await appoint(Address(platform.name, FIRST_SPEAKER), role)
        with operator() as end:
            told = asyncio.create_task(end.wait())
            delivering = asyncio.create_task(courier.run())
            talk = asyncio.create_task(platform.run(conversation.hear, lambda: None))
            await asyncio.wait({told, talk}, return_when=asyncio.FIRST_COMPLETED)
            while not end.is_set() and await _is_going_out(store):
                await clock.sleep(LOOK_SECONDS)
            if not end.is_set():
                await settled()
            await finish({told, talk}, conversation, courier, delivering)
        if not talk.cancelled():
            talk.result()
    finally:
        store.close()


async def _is_going_out(store: Store) -> bool:
    return await store.do(lambda tx: bool(tx.posts.among(*GOING_OUT)))


def _appoint(tx: Tx, address: Address, name: str) -> None:
    """Let a speaker be what they say they are."""
    known = tx.moderators.at(address)
    if known is not None:
        tx.moderators.remove(known.number)
    if name not in set(Role):
        return
    moderator = tx.moderators.add(address.native, Role(name))
    tx.moderators.add_address(moderator.number, address)
    tx.moderators.reach(address, tx.chats.keep(tx.chats.find(address) or Chat(address=address)))
