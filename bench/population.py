"""A store as it stands after a year: many readers, each with a language, a place and a panel."""

import asyncio
from functools import partial
from pathlib import Path

from bot.clockwork import SystemClock
from bot.model.people import Address, Chat, Place
from bot.platforms.telegram.references import refer
from bot.ports import Tx
from bot.storage.files import content_directory, load_statement
from bot.storage.opening import open_store

FIRST = 5_000_000_000
"""The first reader's number; the others follow."""
SLICE = 2_000


async def settle(folder: Path, count: int) -> None:
    """Make the store that a configuration in this folder finds, with so many readers in it."""
    passages = [passage.id for part in load_statement(content_directory(None)).parts for passage in part.passages]

    def keep(tx: Tx, *, begin: int) -> None:
        for number in range(begin, min(begin + SLICE, count)):
            address = Address("telegram", str(FIRST + number))
            place = Place(passages[number % len(passages)], 1)
            row = tx.chats.keep(Chat(address=address, language="en", place=place))
            tx.sent.keep(row, refer(address.native, 100 + number), "read 1")

    store = open_store(
        database_url=f"sqlite:///{folder / 'data' / 'bot.db'}",
        key_file=folder / "secrets" / "bot.key",
        data_dir=folder / "data",
        clock=SystemClock(),
    )
    try:
        await asyncio.gather(*(store.do(partial(keep, begin=begin)) for begin in range(0, count, SLICE)))
    finally:
        store.close()
