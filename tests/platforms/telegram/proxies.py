"""Two small proxies on loopback, which lead every name to one port and remember what they were asked for."""

import asyncio
import re
import struct
from types import TracebackType
from typing import Self

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class SocksProxy:
    """SOCKS5 without a password. ``names`` are the hosts asked for; while ``shut`` every request is refused."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self.names: list[str] = []
        self.shut = False

    @property
    def url(self) -> str:
        """What an operator would write."""
        assert self._server is not None, "the proxy does not run"
        return f"{self.scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    scheme = "socks5"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None, "the proxy does not run"
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """End all connections that there are."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            await self._lead(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            name = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            name = ".".join(map(str, await reader.readexactly(4)))
        await reader.readexactly(2)
        self.names.append(name)
        writer.write(struct.pack("!BBBBIH", 5, 4 if self.shut else 0, 0, 1, 0, 0))
        if self.shut:
            writer.close()
            return
        await self._join(reader, writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(far_writer)
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


class HttpProxy(SocksProxy):
    """A forwarding HTTP proxy: it is asked for whole URLs."""

    scheme = "http"

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(far_writer)
        back = asyncio.create_task(_pump(far_reader, writer))
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, url, rest = head.split(b" ", 2)
            _, _, host, path = url.split(b"/", 3)
            self.names.append(host.decode())
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            far_writer.write(b"%s /%s %s%s" % (method, path, rest, body))
            assert not back.done(), "the server has gone"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()
