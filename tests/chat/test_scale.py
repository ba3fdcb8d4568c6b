"""How long an answer takes does not depend on how many chats there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from bot.chat.conversation import Conversation
from bot.model.people import Address, Chat, Updates
from bot.ports import Tx
from tests.chat.stage import NAME, Wire, ask, make_guide
from tests.storage.stage import Ground

SLICE = 2_000
ROUNDS = 300


@asynccontextmanager
async def crowd(folder: Path, size: int) -> AsyncIterator[Conversation]:
    """A conversation over a store on the disk that so many subscribers are in."""
    place = Ground(folder, f"sqlite:///{folder}/data/bot.db")
    store = place.open()

    def fill(tx: Tx, start: int) -> None:
        for number in range(start, min(start + SLICE, size)):
            tx.chats.keep(Chat(address=Address(NAME, f"{number}"), language="en", updates=Updates.ALL))

    for start in range(0, size, SLICE):
        await store.do(lambda tx, start=start: fill(tx, start))  # type: ignore[misc]
    conversation = Conversation(store, {NAME: Wire(place.clock)}, make_guide(), place.clock)
    try:
        yield conversation
    finally:
        await conversation.close()
        place.clear()


async def _measure(folder: Path, size: int) -> float:
    """How many times longer ``settings`` takes among so many chats than among a hundred, turn by turn in one run."""
    async with crowd(folder / "few", 100) as few, crowd(folder / "many", size) as many:
        spent: dict[Conversation, list[float]] = {few: [], many: []}
        for number in range(ROUNDS):
            for conversation, among in ((few, 100), (many, size)):
                began = perf_counter()
                await conversation.hear([ask(number, "settings", chat=f"{number * 7919 % among}")])
                await conversation.drain()
                spent[conversation].append(perf_counter() - began)
        return median(spent[many]) / median(spent[few])


async def test_settings_among_ten_thousand(tmp_path: Path) -> None:
    """As fast as among a hundred."""
    assert await _measure(tmp_path, 10_000) <= 1.5


@pytest.mark.figures
@pytest.mark.timeout(900)
async def test_settings_among_a_hundred_thousand(tmp_path: Path) -> None:
    """As fast as among a hundred."""
    ratio = await _measure(tmp_path, 100_000)
    print(f"settings among 100,000 chats / among 100: {ratio:.2f}")  # noqa: T201 - a figure is printed
    assert ratio <= 1.5
