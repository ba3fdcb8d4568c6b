"""The proxy's faults are what they say, as a client and a homeserver see them."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from tests.wires.proxy import DROP, HANG, LOSE_REPLY, Proxy, Request, delays, fails, limits


class Wire:
    """A client, the proxy, and a server that keeps what reaches it."""

    def __init__(self, proxy: Proxy, client: aiohttp.ClientSession, reached: list[str]) -> None:
        self.proxy, self.client, self.reached = proxy, client, reached

    async def put(self, path: str, body: str = "") -> tuple[int, object]:
        """Send one request; the status and the JSON of its answer."""
        async with self.client.put(URL(self.proxy.url + path, encoded=True), data=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A wire on which nothing is broken yet."""
    reached: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        reached.append(f"{request.method} {request.raw_path} {await request.text()}")
        return web.json_response({"header": request.headers.get("Authorization")}, status=201)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    target = f"http://127.0.0.1:{runner.addresses[0][1]}"
    headers = {"Authorization": "Bearer a"}
    async with Proxy(target) as proxy, aiohttp.ClientSession(headers=headers) as client:
        client._retry_connection = False  # each request is to be seen once
        yield Wire(proxy, client, reached)
    await runner.cleanup()


async def test_everything_passes_unchanged(wire: Wire) -> None:
    """Method, escaped path, query, headers, body, status and answer arrive as they were sent."""
    assert await wire.put("/rooms/%21a%3Ab/send?x=%20y", "words") == (201, {"header": "Bearer a"})
    assert wire.reached == ["PUT /rooms/%21a%3Ab/send?x=%20y words"]


async def test_an_answer_of_the_proxys_own_does_not_reach_the_server(wire: Wire) -> None:
    """A 5xx and a 429 are given as often as asked, on matching requests only; then all passes again."""
    wire.proxy.breaks("PUT", "/sendToDevice/", fails(502))
    rule = wire.proxy.breaks("*", "/send/", limits(1500), times=2)
    assert (await wire.put("/sendToDevice/m.room.encrypted/1"))[0] == 502
    for _ in range(2):
        status, body = await wire.put("/rooms/a/send/b/1")
        assert (status, body) == (
            429,
            {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 1500},
        )
    assert wire.reached == []
    assert (await wire.put("/rooms/a/send/b/1"))[0] == 201
    assert (await wire.put("/sendToDevice/m.room.encrypted/1"))[0] == 201
    assert len(wire.reached) == rule.hits == 2
    assert wire.proxy.count("PUT", "/send/") == 3


async def test_a_dropped_request_was_never_made_and_a_lost_reply_was(wire: Wire) -> None:
    """The client meets the same broken connection; only the server knows the difference."""
    wire.proxy.breaks("PUT", "/a", DROP)
    wire.proxy.breaks("PUT", "/b", LOSE_REPLY)
    for path in ("/a", "/b"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await wire.put(path)
    assert wire.reached == ["PUT /b "]


async def test_a_hanging_request_breaks_when_the_rule_is_lifted(wire: Wire) -> None:
    """Until then nothing comes, and nothing was forwarded."""
    rule = wire.proxy.breaks("*", "/claim", HANG, times=None)
    waiting = asyncio.create_task(wire.put("/claim"))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    rule.lift()
    with pytest.raises(aiohttp.ClientConnectionError):
        await waiting
    assert wire.reached == []
    assert (await wire.put("/claim"))[0] == 201


async def test_a_delayed_request_arrives_later(wire: Wire) -> None:
    """It is late, and it is whole."""
    wire.proxy.breaks("*", "/slow", delays(0.2))
    begun = time.monotonic()
    assert (await wire.put("/slow", "words"))[0] == 201
    assert time.monotonic() - begun >= 0.2
    assert wire.reached == ["PUT /slow words"]


async def test_hooks_stand_on_both_sides_of_the_server(wire: Wire) -> None:
    """`on_request` comes before the server knows, `on_forwarded` after it, before the client knows."""
    moments: list[str] = []

    def came(request: Request) -> None:
        moments.append(f"came {request.path} {len(wire.reached)}")

    def forwarded(request: Request) -> None:
        moments.append(f"forwarded {request.path} {len(wire.reached)}")

    wire.proxy.on_request, wire.proxy.on_forwarded = came, forwarded
    await wire.put("/keys/upload")
    moments.append("known")
    assert moments == ["came /keys/upload 0", "forwarded /keys/upload 1", "known"]


async def test_requests_are_counted_while_all_is_down(wire: Wire) -> None:
    """Down by a rule counts; down by a closed port refuses; both come back at the same address."""
    outage = wire.proxy.goes_down()
    for _ in range(3):
        with pytest.raises(aiohttp.ClientConnectionError):
            await wire.put("/sync")
    outage.lift()
    assert (wire.proxy.count(), wire.reached) == (3, [])
    url = wire.proxy.url
    await wire.proxy.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await wire.put("/sync")
    await wire.proxy.start()
    assert wire.proxy.url == url
    assert (await wire.put("/sync"))[0] == 201
