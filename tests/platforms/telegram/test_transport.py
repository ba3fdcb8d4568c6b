"""The way there: proxies, uploads, what was never sent, and that no failure shows the token."""

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import InputFile
from telegram.error import ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.platforms.telegram.line import Line
from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.transport import Limited, Unsent, Wire
from tests.platforms.telegram.proxies import HttpProxy, SocksProxy
from tests.platforms.telegram.stage import Stage, until
from tests.wires.telegram import TOKEN, BotApiServer, Fault, Trouble

NOWHERE = "bot-api.invalid"
"""A name that no resolver on earth knows."""


@asynccontextmanager
async def lined(url: str, **options: Any) -> AsyncIterator[Line]:
    """A line to that server."""
    line = Line(TelegramOptions.model_validate({"token": TOKEN, "api_url": url, **options}))
    try:
        yield line
    finally:
        await line.aclose()


@pytest.mark.parametrize("kind", [SocksProxy, HttpProxy])
async def test_everything_goes_through_the_proxy(server: BotApiServer, kind: type[SocksProxy]) -> None:
    """Polls and answers take the proxy, and it is the proxy that resolves the server's name."""
    ada = server.person()
    async with kind(server.port) as proxy:
        stage = Stage(server, options={"api_url": f"http://{NOWHERE}:{server.port}", "proxy": proxy.url})
        async with stage:
            ada.says("/read 1")
            await ada.waits("you said read 1")
        assert {name.partition(":")[0] for name in proxy.names} == {NOWHERE}


async def test_proxy_that_is_away_or_refuses_sends_nothing(server: BotApiServer) -> None:
    """What a proxy does not let through was never sent, and never goes around it."""
    async with SocksProxy(server.port) as proxy:
        proxy.shut = True
        async with lined(server.url, proxy=proxy.url) as line:
            with pytest.raises(Unsent):
                await line.call("getMe", {})
        url = proxy.url
    for away in (url, url.replace("socks5", "socks5h"), url.replace("socks5", "http")):
        async with lined(server.url, proxy=away) as line:
            with pytest.raises(Unsent):
                await line.call("getMe", {})
    assert server.requests == []


async def test_ten_minutes_without_telegram_cost_few_tries(server: BotApiServer) -> None:
    """In an outage of ten minutes at most thirty connections are tried, though an answer is owed all the time."""
    ada = server.person()
    async with SocksProxy(server.port) as proxy, Stage(server, options={"proxy": proxy.url}) as stage:
        ada.says("/read 1")
        await ada.waits("you said")
        await until(lambda: stage.verdicts)
        proxy.shut = True
        proxy.names.clear()
        over, end = asyncio.Event(), stage.clock.now().timestamp() + 600
        stage.clock.then = lambda _: over.set() if stage.clock.now().timestamp() >= end else None
        proxy.cut()
        while not over.is_set():
            await stage.platform.answer(stage.heard[0], stage.reply(stage.heard[0]))
            await asyncio.sleep(0.001)
        assert 10 <= len(proxy.names) <= 30
        proxy.shut = False
        ada.says("/read 2")
        await ada.waits("you said read 2")


async def test_files_are_uploaded_beside_parameters() -> None:
    """A file goes as multipart, with the other parameters beside it."""
    seen: dict[str, Any] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen["head"] = head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        seen["body"] = await reader.readexactly(length)
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}')
        writer.close()

    door = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
    async with lined(url) as line:
        file = InputFile(io.BytesIO(b"%PDF-1.7 vigil"), filename="vigil.pdf")
        assert await line.call("sendDocument", {"chat_id": 5, "caption": "燭光", "document": file}) is True
    door.close()
    assert b"multipart/form-data; boundary=" in seen["head"]
    assert b'name="document"; filename="vigil.pdf"' in seen["body"]
    assert b"%PDF-1.7 vigil" in seen["body"]
    assert "燭光".encode() in seen["body"]


async def test_errors_come_as_what_they_are(server: BotApiServer) -> None:
    """Telegram's refusals become PTB's errors, or ours where PTB's would warn; the rest tells whether it was sent."""
    ada = server.person(started=True)
    message = {"chat_id": ada.id, "text": "x"}
    faults = server.faults
    cases: list[tuple[Callable[[], object], type[TelegramError]]] = [
        (lambda: faults.too_many(5), Limited),
        (lambda: faults.error(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (lambda: faults.error(401, "Unauthorized"), InvalidToken),
        (lambda: faults.error(500, "Internal Server Error"), NetworkError),
        (faults.reset, NetworkError),
        (
            lambda: faults.add(Fault(trouble=Trouble.ANSWER, method="sendMessage", status=429, body="busy")),
            NetworkError,
        ),
    ]
    async with lined(server.url) as line:
        for cause, expected in cases:
            cause()
            with pytest.raises(TelegramError) as raised:
                await line.call("sendMessage", message)
            assert type(raised.value) is expected
        group = server.group(kind="group")
        new = group.migrates(ada)
        with pytest.raises(ChatMigrated) as migrated:
            await line.call("sendMessage", {"chat_id": group.id, "text": "x"})
        assert migrated.value.new_chat_id == new.id


async def test_redirects_are_not_followed(server: BotApiServer) -> None:
    """A server that sends elsewhere is not obeyed: token and words stay where the operator sends them."""
    elsewhere = (
        f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {server.url}/bot{TOKEN}/getMe\r\nContent-Length: 0\r\n\r\n"
    )
    async with _door(elsewhere.encode()) as url, lined(url) as line:
        with pytest.raises(NetworkError):
            await line.call("getMe", {})
    assert server.requests == []


async def test_silence_is_a_timeout(server: BotApiServer) -> None:
    """A reply that does not come in time may still have taken effect: TimedOut, never Unsent."""
    server.faults.hang(method="getMe")
    wire = Wire(secret=TOKEN, proxy=None, patience=0.05)
    with pytest.raises(TimedOut):
        await wire.post(f"{server.url}/bot{TOKEN}/getMe")
    await wire.shutdown()


async def test_closed_line_sends_nothing(server: BotApiServer) -> None:
    """After the end nothing goes out any more, and no connection is opened anew."""
    async with lined(server.url) as line:
        await line.call("getMe", {})
    with pytest.raises(Unsent):
        await line.call("getMe", {})
    assert len(server.requests) == 1


async def _fail_everyhow(server: BotApiServer) -> AsyncIterator[Coroutine[Any, Any, Any]]:
    """Calls that fail in every way that we know."""
    faults = server.faults
    async with lined(server.url) as line:
        for status in (302, 400, 401, 403, 404, 409, 413, 429, 500, 502):
            for body in (None, f"<p>/bot{TOKEN}/getMe was not found</p>", f'{{"ok":false,"description":"{TOKEN}"}}'):
                faults.add(Fault(trouble=Trouble.ANSWER, method="getMe", status=status, body=body, times=2))
                yield line.call("getMe", {})
                yield line.bot.get_me()
        faults.add(Fault(trouble=Trouble.ANSWER, method="getMe", status=200, body=f"no JSON but {TOKEN}"))
        yield line.call("getMe", {})
        faults.reset(method="getMe")
        yield line.call("getMe", {})
        yield line.call("noSuchMethod", {})
        await server.hush()
        yield line.call("getMe", {})
    async with lined(f"http://{NOWHERE}:1") as line:
        yield line.call("getMe", {})
    async with lined("http://127.0.0.1:1", proxy="socks5://127.0.0.1:1") as line:
        yield line.call("getMe", {})

    for said in (b"no HTTP at all\r\n\r\n", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", b""):
        async with _door(said) as url:
            async with lined(url) as line:
                line._calls._patience = 0.1
                yield line.call("getMe", {})
            async with lined(url, proxy=url) as line:
                line._calls._patience = 0.1
                yield line.call("getMe", {})
            async with lined("https://127.0.0.1:1", proxy=url) as line:
                yield line.call("getMe", {})
            async with lined(url, proxy=url.replace("http", "socks5")) as line:
                yield line.call("getMe", {})


@asynccontextmanager
async def _door(said: bytes) -> AsyncIterator[str]:
    """A server that says one thing to all and closes, or nothing at all and stays."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if said:
            writer.write(said)
            writer.close()
        else:
            writers.append(writer)

    writers: list[asyncio.StreamWriter] = []
    door = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
    door.close()
    for writer in writers:
        writer.close()


def _told(error: BaseException | None) -> str:
    """All that an error, its causes and contexts could show."""
    if error is None:
        return ""
    return f"{error} {error!r} {error.args!r}\n" + _told(error.__cause__) + _told(error.__context__)


async def test_no_failure_shows_the_token(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither text nor repr of a failure, of its causes and contexts, nor any line logged at DEBUG, holds the token."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("bot.platforms.telegram.transport.CONNECT_SECONDS", 0.1)
    secret = TOKEN.partition(":")[2]
    count = 0
    async with BotApiServer() as server:
        async for call in _fail_everyhow(server):
            with pytest.raises(TelegramError) as raised:
                await call
            count += 1
            assert secret not in _told(raised.value)
            assert secret not in "".join(traceback.format_exception(raised.value))
    assert count == 60 + 6 + 12
    assert secret not in caplog.text


async def test_platform_and_options_show_no_token(server: BotApiServer) -> None:
    """What could land in a log by accident, the platform and its options, shows the token in no repr."""
    stage = Stage(server)
    options = TelegramOptions.model_validate({"token": TOKEN, "proxy": "socks5://me:password@127.0.0.1:9050"})
    for shown in (repr(stage.platform), repr(options), str(options)):
        assert TOKEN.partition(":")[2] not in shown
        assert "password" not in shown
    await stage.platform.aclose()
