"""What may have gone out is counted before it goes out, and an end waits for nothing but what is under way."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot.chat.lanes import ATTEMPTS
from bot.model.delivery import Later, Unsure
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.ports import Tx
from tests.chat.stage import NAME, House, T, Wobbly, ask, house
from tests.storage.stage import Hours


class Standstill(Hours):
    """A clock by which whoever sleeps never wakes."""

    async def sleep(self, seconds: float) -> None:
        """Wait for ever, however few they are."""
        del seconds
        await asyncio.Event().wait()


@dataclass
class Slow(Wobbly):
    """A store that tells of what it did only while its gate is open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def do(self, work: Callable[[Tx], T]) -> T:
        """The work, told late."""
        done = await super().do(work)
        await self.gate.wait()
        return done


async def handed_in(stage: House, works: int) -> None:
    """Return once so many works were handed to the store; it must come to that within a thousand turns."""
    for _ in range(1000):
        if stage.store.works >= works:
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


def stop_the_clock(stage: House) -> None:
    """From now on nobody who waits goes on."""
    stage.clock = Standstill()
    stage.restart()


def tell_repeats(stage: House) -> None:
    """From now on the network knows a repeated answer from a new one."""
    network = replace(stage.guide.networks[NAME], knows_repeats=True)
    stage.guide = replace(stage.guide, networks={NAME: network})
    stage.restart()


async def is_killed_in_flight(stage: House, times: int, *asks: Ask) -> None:
    """Hear what one chat asks, and be killed so many times while the first answer is on its way."""
    for run in range(times):
        stage.network.verdicts[asks[0].address.native].append(asyncio.Event())
        await (stage.conversation.resume() if run else stage.conversation.hear(asks))
        await stage.until(lambda _: stage.network.flying)
        await stage.conversation.close()
        stage.restart()


async def test_no_kill_makes_a_fourth_copy() -> None:
    """An answer that was on its way at three kills is given up; what was asked behind it is answered."""
    async with house() as stage:
        await is_killed_in_flight(stage, ATTEMPTS, ask(1, "read 1"), ask(2, "read 2"))
        await stage.conversation.resume()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"] * ATTEMPTS + ["read 2"]
        assert await stage.owed() == []


async def test_where_repeats_are_known_no_kill_loses_an_answer() -> None:
    """A network with transaction ids shows a repeated answer once: it is given until it is known to be there."""
    async with house() as stage:
        tell_repeats(stage)
        await is_killed_in_flight(stage, 5, ask(1, "read 1"))
        await stage.conversation.resume()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"] * 6
        assert await stage.owed() == []


async def test_what_only_waited_at_a_kill_has_not_been_tried() -> None:
    """Behind another answer, or inside a hold, nothing was on its way: no kill counts against it."""
    async with house() as stage:
        stop_the_clock(stage)
        stage.network.verdicts["ada"].append(Later(60))
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        for _ in range(ATTEMPTS + 1):
            await stage.until(lambda debts: debts[0].due)
            await stage.conversation.close()
            await stage.restart().resume()
        assert [debt.attempts for debt in await stage.owed()] == [0, 0]
        assert stage.network.commands("ada") == ["read 1"]


async def test_counting_costs_no_commit_where_the_chat_is_free() -> None:
    """Debt and attempt are one work of the store, the outcome is the other."""
    async with house() as stage:
        for number in range(5):
            await stage.conversation.hear([ask(number, f"read {number % 4 + 1}")])
            await stage.conversation.drain()
        assert stage.store.works == 10


async def test_counting_costs_no_commit_behind_what_is_being_settled() -> None:
    """Who asks on at once, while the outcome of the answer before is being committed, waits for no further commit."""
    async with house() as stage:
        gate = asyncio.Event()
        gate.set()
        stage.store = Slow(stage.store.store, gate=gate)
        stage.restart()
        under_way = asyncio.Event()
        stage.network.verdicts["ada"].append(under_way)
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.until(lambda _: stage.network.flying)
        gate.clear()
        works = stage.store.works
        under_way.set()
        await handed_in(stage, works + 1)
        hearing = asyncio.create_task(stage.conversation.hear([ask(2, "read 2")]))
        await handed_in(stage, works + 2)
        gate.set()
        await hearing
        await stage.conversation.drain()
        assert stage.store.works == works + 3
        assert stage.network.commands("ada") == ["read 1", "read 2"]
        assert await stage.owed() == []


async def test_an_answer_behind_another_is_counted_too() -> None:
    """What waited its turn in the lane has its attempt on the disk while it is on its way."""
    async with house() as stage:
        first, second = asyncio.Event(), asyncio.Event()
        stage.network.verdicts["ada"].extend([first, second])
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        assert [debt.attempts for debt in await stage.owed()] == [1, 0]
        first.set()
        await stage.until(lambda _: len(stage.network.given) == 2)
        assert [debt.attempts for debt in await stage.owed()] == [1]
        second.set()
        await stage.conversation.drain()


async def test_what_the_network_did_not_take_is_no_attempt() -> None:
    """Held five times and then uncertain, it is still tried three times."""
    async with house() as stage:
        stage.network.verdicts["ada"] = deque([*[Later(5)] * 5, *[Unsure()] * 9])
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1"] * (5 + ATTEMPTS)


async def test_an_end_waits_for_no_hold() -> None:
    """A chat that is held for a minute stays owed, and keeps nobody from ending now."""
    async with house() as stage:
        stop_the_clock(stage)
        stage.network.verdicts["ada"].append(Later(60))
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        await stage.until(lambda debts: debts[0].due)
        await asyncio.wait_for(stage.conversation.finish(), 1)
        assert [debt.ask.text for debt in await stage.owed()] == ["read 1", "read 2"]


async def test_an_end_waits_for_what_is_under_way_and_begins_nothing() -> None:
    """The answer on its way is settled; the next one in its chat stays owed."""
    async with house() as stage:
        gate = asyncio.Event()
        stage.network.verdicts["ada"].append(gate)
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2")])
        await stage.until(lambda _: stage.network.given)
        end = asyncio.create_task(stage.conversation.finish())
        await stage.until(lambda _: not end.done())
        gate.set()
        await asyncio.wait_for(end, 1)
        assert stage.network.commands("ada") == ["read 1"]
        assert [(debt.ask.text, debt.attempts) for debt in await stage.owed()] == [("read 2", 0)]


async def test_an_end_takes_what_is_being_heard() -> None:
    """Who is cut off while committing leaves nothing half-heard: the answer that was counted is given."""
    async with house() as stage:
        hearing = asyncio.create_task(stage.conversation.hear([ask(1, "read 1")]))
        await asyncio.sleep(0)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await stage.conversation.finish()
        assert stage.network.commands("ada") == ["read 1"]
        assert await stage.owed() == []


@pytest.mark.parametrize("words", ["help", "forget_me"])
async def test_a_hold_of_a_chat_outlasts_a_restart(words: str) -> None:
    """Whatever is asked meanwhile keeps the hour by itself, also where the answer that met the hold is forgotten."""
    async with house() as stage:
        stop_the_clock(stage)
        stage.network.verdicts["ada"].append(Later(60))
        await stage.conversation.hear([ask(1, "read 1")])
        await stage.until(lambda debts: debts[0].due)
        await stage.conversation.hear([ask(2, words)])
        await stage.conversation.close()
        assert {debt.due for debt in await stage.owed()} == {stage.clock.now().timestamp() + 60}
        await stage.restart().resume()
        await stage.conversation.hear([ask(3, "read 3"), ask(4, "read 4", chat="eve")])
        await stage.until(lambda debts: len(debts) == (3 if words == "help" else 2))
        assert stage.network.commands("ada") == ["read 1"]
        assert stage.network.commands("eve") == ["read 4"]


async def test_what_is_said_after_forgetting_goes_with_it() -> None:
    """An answer that was still on its way when the chat was forgotten is taken away by the last answer."""
    async with house() as stage:
        gate = asyncio.Event()
        stage.network.verdicts["ada"].append(gate)
        await stage.conversation.hear([ask(1, "read 1"), ask(2, "read 2"), ask(3, "forget_me")])
        gate.set()
        await stage.conversation.drain()
        assert stage.network.commands("ada") == ["read 1", "read 2", "forget_me"]
        assert stage.network.replies[-1].withdraws == ("message-1", "message-2")


async def test_a_restart_forgets_nothing_that_was_chosen_since() -> None:
    """Repeating the answer to ``forget_me`` leaves a language that was chosen after it, and what is owed for that."""
    async with house() as stage:
        stage.network.verdicts["ada"].append(asyncio.Event())
        await stage.conversation.hear([ask(1, "forget_me"), ask(2, "language zh-Hant")])
        await stage.conversation.close()
        await stage.restart().resume()
        await stage.conversation.drain()
        chat = await stage.store.do(lambda tx: tx.chats.find(Address(NAME, "ada")))
        assert chat is not None
        assert chat.language == "zh-Hant"
        assert stage.network.commands("ada")[-2:] == ["forget_me", "language zh-Hant"]
        assert await stage.owed() == []


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP])
async def test_the_last_answer_keeps_the_language_that_was_chosen(kind: ChatKind) -> None:
    """Forgotten and answered after a kill: in the language that had been chosen, which is kept nowhere afterwards."""
    async with house() as stage:
        stage.network.admins.add(("friends", "ada"))

        def said(number: int, text: str) -> Ask:
            return ask(number, text, chat="friends", kind=kind, speaker="ada", reports="zh-hans")

        await stage.say(said(1, "language zh-Hant"))
        stage.network.verdicts["friends"].append(asyncio.Event())
        await stage.conversation.hear([said(2, "forget_me")])
        await stage.until(lambda _: stage.network.flying)
        await stage.conversation.close()
        await stage.restart().resume()
        await stage.conversation.drain()
        assert stage.network.commands("friends")[-2:] == ["forget_me"] * 2
        first, again = (reply.message for reply in stage.network.replies[-2:])
        assert first == again
        assert again is not None
        assert "已刪除" in "".join(span.text for span in again.spans)
        assert await stage.kept("friends") is None
        assert await stage.owed() == []
