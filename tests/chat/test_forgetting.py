"""A group's admin, or whoever entrusted a channel, asks to be forgotten: nothing of it is on the disk (S2)."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import false

from bot.chat.conversation import Conversation
from bot.model.people import ChatKind
from bot.model.speech import Ask, Happening
from bot.storage import chats
from tests.chat.stage import NAME, Wire, ask, make_guide, told
from tests.storage.stage import Ground
from tests.wires.traces import traces

GROUPS = 100


@asynccontextmanager
async def talk(place: Ground, wire: Wire) -> AsyncIterator[Conversation]:
    """A conversation over a store on the disk."""
    conversation = Conversation(place.open(), {NAME: wire}, make_guide(), place.clock)
    try:
        yield conversation
    finally:
        await conversation.close()
        place.clear()


def read(place: Ground, what: str) -> set[bytes]:
    """Values as they lie in the database."""
    with sqlite3.connect(f"file:{place.database}?mode=ro", uri=True) as reader:
        rows = reader.execute(what).fetchall()
    reader.close()
    return {value for row in rows for value in row if value is not None}


async def hear(conversation: Conversation, *asks: Ask) -> None:
    """Hear and answer."""
    await conversation.hear(asks)
    await conversation.drain()


async def vanish(place: Ground, values: set[bytes]) -> None:
    """Return once none of them is in any file; five seconds are promised."""
    async with asyncio.timeout(5):
        while traces(place.data_dir, values):  # noqa: ASYNC110 - a file tells nothing
            await asyncio.sleep(0.05)


def said(number: int, text: str) -> Ask:
    """One thing that an admin says in a topic of a group."""
    return ask(number, text, chat=f"group-{number % GROUPS}", kind=ChatKind.GROUP, speaker="ada", topic="4711")


async def test_a_group_that_is_forgotten_is_on_no_disk(tmp_path: Path) -> None:
    """Address, index, topic, messages and what was owed, of a hundred groups; and nothing new is kept of them."""
    place = Ground(tmp_path, f"sqlite:///{tmp_path}/data/bot.db")
    wire = Wire(place.clock, admins={(f"group-{number}", "ada") for number in range(GROUPS)})
    async with talk(place, wire) as conversation:
        await hear(conversation, *(said(number, "here") for number in range(GROUPS)))
        theirs = read(place, "SELECT address_index, address, topic FROM chats")
        theirs |= read(place, "SELECT reference_index, sealed FROM sent")
        assert len(theirs) == GROUPS * 5
        assert len(traces(place.data_dir, theirs)) == len(theirs)
        await hear(conversation, *(said(number, "forget_me") for number in range(GROUPS, 2 * GROUPS)))
        assert all(reply.forgets and reply.withdraws for reply in wire.replies[GROUPS:])
        await vanish(place, theirs)
        assert read(place, "SELECT id FROM chats") == set()


@pytest.mark.parametrize("released", [True, False], ids=["released", "kept"])
async def test_who_entrusted_a_channel_is_forgotten_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, released: bool
) -> None:
    """The channel's row knows its host no more; without that, the host's index would still be to be read."""
    if not released:
        monkeypatch.setattr(chats, "RELEASE", chats.RELEASE.where(false()))
    place = Ground(tmp_path, f"sqlite:///{tmp_path}/data/bot.db")
    async with talk(place, Wire(place.clock)) as conversation:
        added = told(1, Happening.ADDED, chat="ada", kind=ChatKind.PRIVATE, about="channel")
        await hear(conversation, added)
        theirs = read(place, "SELECT host FROM chats")
        assert len(theirs) == 1
        await hear(conversation, ask(2, "forget_me"))
        if released:
            await vanish(place, theirs)
        assert bool(traces(place.data_dir, theirs)) is not released
        assert len(read(place, "SELECT address FROM chats")) == 1
