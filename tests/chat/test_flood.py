"""Whoever says more than can be answered is told so once, and costs the others nothing."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat import conversation
from bot.chat.flood import CALM_SECONDS, LEAST, MOST_OWED, ROOM, SHARE, Entrance, Flood
from bot.model.people import ChatKind
from bot.model.speech import Reply
from tests.chat.stage import House, ask, house

MOST = ROOM // (SHARE + 1)
"""What one chat may be owed where nobody else waits: with so many, no more is a tenth of what is left."""


async def flood(stage: House, count: int, *, pressed: bool = False) -> asyncio.Event:
    """So many messages from ada, whose first answer arrives when the event is set."""
    gate = asyncio.Event()
    stage.network.verdicts["ada"].append(gate)
    await stage.conversation.hear([ask(number, "close", pressed=pressed) for number in range(count)])
    return gate


def words(reply: Reply) -> str:
    """What is said, in the chat or as a toast."""
    return "".join(span.text for span in reply.message.spans) if reply.message else reply.toast or ""


async def test_a_flood_is_bounded() -> None:
    """Of a thousand messages so many are owed as a chat may be, and the line that says so."""
    async with house() as stage:
        await flood(stage, 1000)
        assert len(await stage.owed()) == MOST + 1


@pytest.mark.parametrize("pressed", [False, True], ids=["typed", "pressed"])
async def test_a_flood_is_told_once_and_heard_when_calm(*, pressed: bool) -> None:
    """After everything that was taken in, in a line or a toast; the next word is heard after some calm."""
    async with house() as stage:
        gate = await flood(stage, 1000, pressed=pressed)
        gate.set()
        await stage.conversation.drain()
        assert len(stage.network.replies) == MOST + 1
        told = [reply for reply in stage.network.replies if words(reply).startswith("Too much came from this chat")]
        assert told == stage.network.replies[-1:]
        assert (told[0].message is None) is pressed
        await stage.conversation.hear([ask(5000, "read 2")])
        await stage.clock.sleep(CALM_SECONDS)
        await stage.conversation.hear([ask(5001, "read 3")])
        await stage.conversation.drain()
        assert stage.network.commands("ada")[MOST + 1 :] == ["read 3"]


async def test_what_is_shut_out_leaves_no_row() -> None:
    """Nothing is written of it: a flood fills no disk."""
    async with house() as stage:
        await flood(stage, MOST + 1)
        works = stage.store.works
        await stage.conversation.hear([ask(number, "help") for number in range(5000, 6000)])
        assert stage.store.works == works


async def test_a_flood_keeps_nobody_else_waiting() -> None:
    """Eve is heard and answered in the middle of it."""
    async with house() as stage:
        await flood(stage, 2 * MOST)
        crowd = [ask(number, "help") for number in range(5000, 5999)]
        await stage.conversation.hear([*crowd[:500], ask(9000, "read 2", chat="eve"), *crowd[500:]])
        await stage.until(lambda _: stage.network.commands("eve"))


async def test_a_platform_waits_where_everybody_is_owed_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the house full, what is heard waits with its network until an answer has been given."""
    monkeypatch.setattr(conversation, "MOST_OWED", 50)
    async with house() as stage:
        gates = {str(number): asyncio.Event() for number in range(50)}
        for chat, gate in gates.items():
            stage.network.verdicts[chat].append(gate)
        await stage.conversation.hear([ask(number, "close", chat=chat) for number, chat in enumerate(gates)])
        hearing = asyncio.create_task(stage.conversation.hear([ask(9999, "read 2", chat="eve")]))
        await stage.until(lambda _: len(stage.network.given) == len(gates))
        assert len(await stage.owed()) == len(gates)
        assert not hearing.done()
        gates["0"].set()
        await asyncio.wait_for(hearing, 10)


def test_many_floods_leave_room_for_others() -> None:
    """Hundreds of chats that take all they may do not fill the house, and others still get what they need."""
    watch, owed = Flood(), dict.fromkeys(range(500), 0)
    for chat in owed:
        while watch.admit(chat, owed=owed[chat], everywhere=sum(owed.values()), now=0.0) is Entrance.HEARD:
            owed[chat] += 1
    assert sum(owed.values()) < MOST_OWED - ROOM // 2
    for already in range(LEAST):
        assert watch.admit("eve", owed=already, everywhere=sum(owed.values()), now=0.0) is Entrance.HEARD


def test_only_calm_opens_the_door() -> None:
    """Each word while it is shut keeps it shut so much longer, however little the chat is owed by then."""
    watch = Flood()
    assert watch.admit("ada", owed=MOST, everywhere=MOST, now=0.0) is Entrance.TOLD
    for moment in range(1, 60, CALM_SECONDS - 1):
        assert watch.admit("ada", owed=0, everywhere=0, now=float(moment)) is Entrance.SHUT
        latest = moment
    assert watch.admit("ada", owed=0, everywhere=0, now=float(latest + CALM_SECONDS)) is Entrance.HEARD


async def test_a_group_that_floods_is_told_nothing() -> None:
    """What is too much from a group is passed over in silence."""
    async with house() as stage:
        await flood(stage, MOST)
        await stage.conversation.hear([replace(ask(8000, "read"), kind=ChatKind.GROUP)])
        assert len(await stage.owed()) == MOST
