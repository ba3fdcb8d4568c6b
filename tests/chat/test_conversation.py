"""What is heard is committed, then answered: in order per chat, beside each other between chats, whatever fails."""

import asyncio
from collections import deque

import pytest

from bot.chat.lanes import IN_FLIGHT
from bot.errors import StoreUnavailable
from bot.model.delivery import Gone, Later, Moved, Refused, Unsure, Verdict
from bot.model.people import Address
from tests.chat.stage import CRASH, NAME, ask, house


async def test_effects_and_debt_are_committed_before_hear_returns() -> None:
    """The platform may confirm once ``hear`` is back: the place and the debt are on the disk, the answer follows."""
    async with house() as stage:
        stage.network.verdicts["ada"].append(asyncio.Event())
        await stage.conversation.hear([ask(1, "read 3")])
        chat = await stage.store.do(lambda tx: tx.chats.find(Address(NAME, "ada")))
        assert chat is not None
        assert chat.place is not None
        assert [debt.ask.text for debt in await stage.owed()] == ["read 3"]


async def test_an_answer_that_was_given_is_owed_no_more() -> None:
    """It is remembered with what it shows, and nothing of the ask is left."""
    async with house() as stage:
        await stage.conversation.hear([ask(1, "read 3")])
        await stage.conversation.drain()
        assert await stage.owed() == []
        assert await stage.store.do(lambda tx: tx.sent.shown("message-1")) == "read 3"


async def test_the_same_event_again_changes_nothing() -> None:
    """``next`` heard twice, also within one batch, pages once and is answered once."""
    async with house() as stage:
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "next"), ask(2, "next")])
        await stage.conversation.hear([ask(2, "next")])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1", "read 2"]


async def test_one_chat_is_answered_in_order_and_holds_no_other() -> None:
    """While ada's first answer is under way her second waits, and eve's is given."""
    async with house() as stage:
        gate = asyncio.Event()
        stage.network.verdicts["ada"].append(gate)
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2"), ask(3, "read 4", chat="eve")])
        await stage.until(lambda debts: len(debts) == 2)
        assert stage.network.commands("eve") == ["read 4"]
        assert stage.network.commands("ada") == ["read 1"]
        gate.set()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1", "read 2"]


async def test_no_more_chats_than_allowed_are_answered_at_once() -> None:
    """A crowd is served by ``IN_FLIGHT`` at a time."""
    async with house() as stage:
        crowd = IN_FLIGHT + 50
        await stage.conversation.hear([ask(number, "help", chat=str(number)) for number in range(crowd)])
        await stage.conversation.drain()
        assert len(stage.network.given) == crowd
        assert 1 < stage.network.most <= IN_FLIGHT


async def test_a_handler_that_raises_stops_nobody() -> None:
    """The ask is dismissed, once for all; the next one of the same batch is answered."""
    async with house() as stage:
        await stage.conversation.hear([ask(1, CRASH), ask(2, "read 2")])
        await stage.conversation.hear([ask(1, CRASH)])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 2"]
        assert await stage.owed() == []


async def test_what_was_taken_is_answered_though_the_store_failed_the_rest() -> None:
    """The batch is refused, and handed in again: each ask is answered once."""
    async with house() as stage:
        stage.store.away = {1}
        asks = [ask(1, "read 1"), ask(2, "read 2", chat="eve")]
        with pytest.raises(StoreUnavailable):
            await stage.conversation.hear(asks)
        await stage.conversation.hear(asks)
        await stage.conversation.drain()
        assert (stage.network.commands("ada"), stage.network.commands("eve")) == (["read 1"], ["read 2"])


async def test_a_store_that_is_away_makes_no_answer_come_twice() -> None:
    """The outcome is committed when the store is back, and until then the answer is not given again."""
    async with house() as stage:
        stage.store.away = {2, 3, 4}
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"]
        assert await stage.owed() == []


async def test_later_holds_the_chat_as_long_as_the_network_asks() -> None:
    """Nothing goes to that chat before the moment, and then everything in order."""
    async with house() as stage:
        stage.network.verdicts["ada"].append(Later(30))
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        await stage.conversation.drain()
        (_, _, first), *later = stage.network.given
        assert [command for _, command, _ in later] == ["read 1", "read 2"]
        assert all(moment >= first + 30 for _, _, moment in later)


async def test_a_hold_of_everyone_holds_other_chats_and_outlasts_a_restart() -> None:
    """Who asks in a new run, inside the hold, is answered after it, also where nobody else is owed anything."""
    async with house() as stage:
        stage.network.verdicts["ada"].extend([Later(300, everyone=True), asyncio.Event()])
        start = stage.clock.now().timestamp()
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.until(lambda debts: debts[0].due)
        await stage.conversation.close()
        stage.clock.moment = stage.clock.moment.fromtimestamp(start + 10, stage.clock.moment.tzinfo)
        stage.network.given.clear()
        debts = await stage.owed()
        await stage.store.do(lambda tx: tx.inbox.settle(debts))
        conversation = stage.restart()
        await conversation.resume()
        await conversation.hear([ask(2, "read 2", chat="eve")])
        await conversation.drain()
        ((native, _, moment),) = stage.network.given
        assert native == "eve"
        assert moment >= start + 300


@pytest.mark.parametrize("trouble", [Unsure(), RuntimeError("a fault of the platform")], ids=["unsure", "raised"])
async def test_an_uncertain_answer_is_tried_three_times(trouble: Verdict | Exception) -> None:
    """Never more than three copies; then it counts as given, and the chat goes on."""
    async with house() as stage:
        stage.network.verdicts["ada"] = deque([trouble] * 9)
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"] * 3
        assert await stage.owed() == []


async def test_uncertain_attempts_are_counted_over_a_restart() -> None:
    """Two attempts of a former run leave one."""
    async with house() as stage:
        await stage.store.do(lambda tx: tx.inbox.postpone(tx.inbox.owe(ask(1, "read 1"), None), 0.0, 2))
        stage.network.verdicts["ada"] = deque([Unsure()] * 9)
        await stage.conversation.resume()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"]


@pytest.mark.parametrize("verdict", [Gone(), Refused("unfit"), Moved(Address(NAME, "elsewhere"))], ids=str)
async def test_what_can_never_be_given_is_dropped(verdict: Verdict) -> None:
    """It is tried once, owed no more, and the next answer is tried."""
    async with house() as stage:
        stage.network.verdicts["ada"].append(verdict)
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1", "read 2"]
        assert await stage.owed() == []


async def test_a_restart_gives_what_is_owed_and_repeats_no_effect() -> None:
    """A ``next`` whose answer was lost in a kill is answered with the page it led to."""
    async with house() as stage:
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.conversation.drain()
        stage.network.verdicts["ada"].append(asyncio.Event())
        await stage.conversation.hear([ask(2, "next")])
        await stage.conversation.close()
        assert [debt.ask.text for debt in await stage.owed()] == ["read 2"]
        conversation = stage.restart()
        await conversation.resume()
        await conversation.hear([ask(2, "next"), ask(3, "next")])
        await conversation.drain()
        assert stage.network.commands("ada")[-2:] == ["read 2", "read 3"]
        assert await stage.owed() == []


async def test_a_debt_whose_handler_raises_does_not_stop_the_start() -> None:
    """It is dropped; the others are paid."""
    async with house() as stage:
        await stage.store.do(lambda tx: tx.inbox.owe(ask(1, CRASH), None))
        await stage.store.do(lambda tx: tx.inbox.owe(ask(2, "read 2"), None))
        await stage.conversation.resume()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 2"]
        assert await stage.owed() == []


async def test_forgetting_is_answered_and_takes_the_earlier_messages_along() -> None:
    """The answer knows what to withdraw, also after a restart, and leaves no chat behind."""
    async with house() as stage:
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.conversation.drain()
        stage.network.verdicts["ada"].append(asyncio.Event())
        await stage.conversation.hear([ask(2, "forget_me")])
        await stage.conversation.close()
        conversation = stage.restart()
        await conversation.resume()
        await conversation.drain()
        assert stage.network.replies[-1].withdraws == ("message-1",)
        assert await stage.store.do(lambda tx: tx.chats.find(Address(NAME, "ada"))) is None
        assert await stage.owed() == []
