"""Trouble on demand: limits, resets, lost replies, silence, and the server in a thread or process of its own."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.wires.telegram import TOKEN, BotApiServer, Kind, ProcessBotApiServer, ThreadedBotApiServer
from tests.wires.telegram.caller import Caller
from tests.wires.telegram.limits import Limits
from tests.wires.telegram.process import ControlRefused

ADA = 5_000_000_001


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A strict server with one person who has started the bot."""
    async with BotApiServer() as running:
        running.person(id=ADA, started=True)
        yield running


def admitted(limits: Limits, chats: list[int], moments: list[float]) -> int:
    """How many sends, each to the next chat at the next moment, the limits let pass."""
    return sum(limits.admit(chat, now) is None for chat, now in zip(chats, moments, strict=True))


def test_a_chat_bears_a_short_burst_and_then_one_a_second() -> None:
    """Three at once pass and the fourth is held for a second, for that chat alone."""
    limits = Limits()
    assert admitted(limits, [1] * 4, [0.0] * 4) == 3
    assert limits.admit(2, 0.5) is None
    assert [limits.admit(1, 0.9), limits.admit(1, 1.0), limits.admit(1, 1.1)] == [1, None, 1]


def test_everybody_bears_thirty_a_second() -> None:
    """The thirty-first within a second holds everyone for a second."""
    limits = Limits()
    assert admitted(limits, list(range(1, 32)), [0.0] * 31) == 30
    assert (limits.admit(99, 0.5), limits.admit(99, 1.0)) == (1, None)


def test_a_group_bears_twenty_a_minute() -> None:
    """At one in two seconds the twenty-first to a group waits for the minute to end; a person's passes."""
    moments = [2.0 * n for n in range(21)]
    assert admitted(Limits(), [-1] * 21, moments) == 20
    assert admitted(Limits(), [1] * 21, moments) == 21


async def test_limits_are_switched_on_and_told_as_telegram_tells_them(server: BotApiServer, call: Caller) -> None:
    """Without limits anything passes; with them a burst meets 429 with retry_after, and is recorded as pace."""
    assert all([(await call("sendMessage", chat_id=ADA, text="a"))["ok"] for _ in range(6)])
    server.limits = Limits()
    answers = [await call("sendMessage", chat_id=ADA, text="a") for _ in range(4)]
    assert answers[3]["parameters"] == {"retry_after": 1}
    assert answers[3]["description"] == "Too Many Requests: retry after 1"
    assert [violation.kind for violation in server.broken_rules()] == [Kind.PACE]


async def test_what_is_sent_inside_a_window_is_found(server: BotApiServer, call: Caller) -> None:
    """A scripted 429 strikes its chat as often as asked and is no violation; a send inside its window is found."""
    server.person(id=ADA + 1, started=True)
    server.faults.too_many(60, chat_id=ADA)
    assert (await call("sendMessage", chat_id=ADA + 1, text="a"))["ok"]
    assert (await call("sendMessage", chat_id=ADA, text="a"))["parameters"] == {"retry_after": 60}
    await asyncio.sleep(0.05)
    assert (await call("sendMessage", chat_id=ADA + 1, text="b"))["ok"]
    assert server.ledger.inside_windows() == []
    assert (await call("sendMessage", chat_id=ADA, text="c"))["ok"]
    assert [request.parameters["text"] for request in server.ledger.inside_windows()] == ["c"]
    assert server.violations == []


@pytest.mark.parametrize(("lost", "arrived"), [(False, []), (True, ["a"])])
async def test_a_reset_comes_before_or_after_the_effect(
    server: BotApiServer, call: Caller, lost: bool, arrived: list[str]
) -> None:
    """The client sees the same broken connection; only the person knows whether the message is there."""
    ada = server.person(id=ADA, started=True)
    _ = server.faults.lose_reply() if lost else server.faults.reset()
    with pytest.raises(aiohttp.ClientOSError):
        await call("sendMessage", chat_id=ADA, text="a")
    assert [seen.text for seen in ada.sees] == arrived
    assert [(request.applied, request.status) for request in server.requests] == [(lost, None)]
    assert (await call("sendMessage", chat_id=ADA, text="b"))["ok"]


async def test_errors_strike_as_scripted(server: BotApiServer, call: Caller) -> None:
    """A 5xx is answered in Telegram's shape as often as asked, also after the message has arrived."""
    ada = server.person(id=ADA, started=True)
    server.faults.error(502, times=2)
    server.faults.error(500, "Internal Server Error", after=True)
    codes = [(await call("sendMessage", chat_id=ADA, text=str(n))).get("error_code") for n in range(4)]
    assert codes == [502, 502, 500, None]
    assert [seen.text for seen in ada.sees] == ["2", "3"]


async def test_a_call_may_never_be_answered(server: BotApiServer, call: Caller) -> None:
    """A hanging call does nothing and says nothing, and the server still ends when told to."""
    server.faults.hang()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(call("sendMessage", chat_id=ADA, text="a"), 0.3)
    assert [(request.fault, request.answered) for request in server.requests] == [("hang", None)]
    await asyncio.wait_for(server.hush(), 2)


async def test_latency_is_kept_per_call_and_not_per_server(server: BotApiServer, call: Caller) -> None:
    """Fifty calls at once at 0.2 seconds each take little more than one, and never less."""
    server.latency = 0.2
    begun = time.monotonic()
    await asyncio.gather(*(call("getMe") for _ in range(50)))
    assert 0.2 <= time.monotonic() - begun < 2


async def test_a_server_that_was_down_comes_back_with_all_it_knew(server: BotApiServer, call: Caller) -> None:
    """While it is down connections are refused; afterwards the same port knows what people said meanwhile."""
    await server.hush()
    server.world.chat(ADA)
    server.person().says("hello")
    with pytest.raises(aiohttp.ClientConnectionError):
        await call("getMe")
    await server.listen()
    assert [each["message"]["text"] for each in (await call("getUpdates"))["result"]] == ["hello"]


async def test_a_dead_client_leaves_its_place_without_a_conflict(server: BotApiServer, call: Caller) -> None:
    """A poll whose client is gone is no second listener: the next poll is served and nothing is recorded."""
    async with aiohttp.ClientSession() as dying:
        poll = asyncio.create_task(dying.post(f"{server.url}/bot{TOKEN}/getUpdates", json={"timeout": 30}))
        await server.person().until(lambda: server.world.updates.polls)
        poll.cancel()
    await asyncio.sleep(0.1)
    server.person().says("hello")
    assert len((await call("getUpdates", timeout=5))["result"]) == 1
    assert server.violations == []


async def test_the_server_runs_in_a_thread() -> None:
    """People act from the test's thread while the server answers on its own; waiting works in either style."""
    with ThreadedBotApiServer() as server:
        ada = server.person()
        async with Caller(server) as call:
            poll = asyncio.create_task(call("getUpdates", timeout=20))
            await asyncio.sleep(0.05)
            ada.says("hello")
            assert len((await asyncio.wait_for(poll, 5))["result"]) == 1
            send = asyncio.create_task(call("sendMessage", chat_id=ada.id, text="hi"))
            assert (await ada.waits("hi")).text == "hi"
            await send
            ada.attend()
            with pytest.raises(AssertionError, match="nothing of the kind"):
                await ada.waits("more", timeout=0.05)
            await call("sendMessage", chat_id=ada.id, text="more")
            assert ada.waits_here("more").text == "more"


async def test_the_server_runs_in_a_process_and_is_driven_by_its_door() -> None:
    """Another process speaks for people, sets faults and settings, and reads what happened."""
    with ProcessBotApiServer(token=TOKEN, latency_ms=1) as server:
        first, second = server.control("crowd", count=2, first_id=ADA, started=True)
        server.control("says", person=first, text="/start")
        server.control("fault", trouble="answer", chat_id=second, status=403, description="Forbidden: x")
        async with aiohttp.ClientSession() as session:
            for chat in (first, second):
                body = {"chat_id": chat, "text": "hi", "reply_markup": {"inline_keyboard": []}}
                await (await session.post(f"{server.url}/bot{TOKEN}/sendMessage", json=body)).read()
        assert [each["text"] for each in server.control("sees", person=first)] == ["/start", "hi"]
        assert server.control("sees", person=second) == []
        assert server.statistics()["statuses"] == {"200": 1, "403": 1}
        assert server.control("pending")["pending"] == 1
        with pytest.raises(ControlRefused, match="unknown setting"):
            server.control("settings", speed=1)
        with pytest.raises(ControlRefused, match="KeyError"):
            server.control("says", person=1, text="a")
