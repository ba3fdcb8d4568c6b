"""Who may say what where, cell by cell: what is answered, what is refused, and what is changed by it (S4, S10)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest

from bot.chat import router
from bot.chat.guide import Guide
from bot.chat.rights import COLUMNS, TABLE, Role, Treatment
from bot.chat.router import answer
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Reply
from bot.ports import Tx
from bot.storage.opening import open_in_memory
from bot.storage.store import SqlStore
from tests.chat.stage import NAME, ask, make_guide
from tests.storage.stage import Hours

PANELS = {"start", "read", "contents", "help", "about", "privacy"}
PAGES = {"next", "back", "close", "my_data"}
CHOICES = {
    "language": "zh-Hant",
    "updates": "off",
    "subscribe": "",
    "unsubscribe": "",
    "settings": "",
    "sound": "off",
    "discreet": "on",
    "quiet": "22:00-07:00",
    "timezone": "Asia/Taipei",
    "forget_me": "",
}
UNHEARD = {"": "what is this?", "announce": "announce a post"}
COMMANDS = sorted({*PANELS, *PAGES, *CHOICES, *UNHEARD, "here", "in"})
SPEAKERS = {"member": False, "unasked": None, "admin": True}
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """One command of one speaker in one kind of chat."""

    command: str
    kind: ChatKind
    speaker: str
    pressed: bool

    def __str__(self) -> str:
        return f"{self.command or 'text'}-{self.kind}-{self.speaker}-{'pressed' if self.pressed else 'typed'}"

    @property
    def expected(self) -> str:
        """What the contract says, written down a second time."""
        admin = self.speaker == "admin"
        if self.kind is ChatKind.PRIVATE:
            if self.command == "in":
                return "done" if admin else "refused"
            return "puzzled" if self.command in {*UNHEARD, "here"} else "done"
        if self.command in CHOICES or (self.command == "here" and self.kind is ChatKind.GROUP):
            return "done" if admin else "refused"
        if self.pressed:
            return "toast"
        return "panel" if self.command in PANELS and self.kind is ChatKind.GROUP else "silence"


CELLS = [Cell(*cell) for cell in product(COMMANDS, ChatKind, SPEAKERS, (False, True))]


@dataclass(frozen=True)
class House:
    """A store and a guide for all cells; each cell has chats of its own."""

    store: SqlStore
    guide: Guide

    def do(self, cell: Cell) -> tuple[Reply | None, list[Chat | None], list[Chat | None]]:
        """The reply, and what was kept before and after of the chat and of a channel that is entrusted to it."""
        return asyncio.run(self.store.do(partial(self._do, cell=cell)))

    def _do(self, tx: Tx, *, cell: Cell) -> tuple[Reply | None, list[Chat | None], list[Chat | None]]:
        spoken, channel = Address(NAME, f"{cell}", "7"), Address(NAME, f"channel of {cell}")
        chosen = Chat(address=spoken, kind=cell.kind, updates=Updates.ALL, quiet="20:00-08:00")
        tx.chats.keep(chosen)
        number = tx.chats.keep(replace(chosen, address=channel, kind=ChatKind.CHANNEL))
        tx.chats.entrust(channel, spoken)
        before = [tx.chats.find(spoken), tx.chats.find(channel)]
        argument = f"{number} updates off" if cell.command == "in" else CHOICES.get(cell.command, "")
        said = ask(
            0,
            UNHEARD.get(cell.command, f"{cell.command} {argument}".strip()),
            chat=spoken.native,
            kind=cell.kind,
            topic=spoken.topic,
            speaker=None if cell.kind is ChatKind.PRIVATE else "eve",
            pressed=cell.pressed,
        )
        said = replace(said, may_set=SPEAKERS[cell.speaker])
        reply = answer(tx, said, self.guide, NOW)
        return reply, before, [tx.chats.find(spoken), tx.chats.find(channel)]


def seen(reply: Reply | None) -> str:
    """What a person sees of a reply."""
    if reply is None:
        return "silence"
    if reply.sparing:
        return "refused"
    if reply.message is None and not reply.closes:
        return "toast"
    if any(choice.url for row in (reply.message.choices if reply.message else ()) for choice in row):
        return "panel"
    return "done" if reply.command else "puzzled"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One for all cells."""
    store = open_in_memory(Hours())
    yield House(store, make_guide())
    store.close()


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell, house: House) -> None:
    """The speaker sees what the contract says; nothing is changed by who may not, and in a group no page is turned."""
    reply, before, after = house.do(cell)
    assert seen(reply) == cell.expected
    if cell.pressed:
        assert reply is not None
        assert reply.message or reply.toast or reply.closes
    if cell.expected != "done":
        assert after == before
    if cell.command in CHOICES.keys() - {"settings", "subscribe"} and cell.expected == "done":
        assert after[0] != before[0]
        assert after[1] == before[1]
    if cell.command == "in" and cell.expected == "done":
        assert after[0] == before[0]
        assert after[1] != before[1]
    if cell.expected == "panel":
        assert reply is not None
        assert reply.message is not None
        assert sum(len(row) for row in reply.message.choices) == 1


def test_every_command_has_its_row() -> None:
    """What can be said is in the table, and what is in the table can be said."""
    assert set(TABLE) == {*COMMANDS} - {"announce"}
    assert set(router.COMMANDS) == set(TABLE) - {"in", ""}
    assert {len(row) for row in TABLE.values()} == {len(COLUMNS)}


@pytest.mark.parametrize("column", [column for column in COLUMNS if column[1] is Role.ANYONE], ids=str)
def test_an_admin_may_never_less(column: tuple[ChatKind, Role]) -> None:
    """What anybody is answered, an admin is answered too, and what a member is refused an admin may."""
    at, beside = COLUMNS.index(column), COLUMNS.index((column[0], Role.ADMIN))
    for row in TABLE.values():
        assert row[beside] is (Treatment.ANSWERED if row[at] is Treatment.REFUSED else row[at])


def test_without_the_table_the_cells_would_fail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everybody counts as an admin, a member's word sets the group: the cells above see it."""
    monkeypatch.setattr(router, "treat", lambda *_: Treatment.ANSWERED)
    wrong = [cell for cell in CELLS if cell.command in CHOICES and cell.expected == "refused" and not cell.pressed]
    seen_now = {seen(house.do(cell)[0]) for cell in wrong}
    assert len(wrong) == 40
    assert seen_now == {"done"}
