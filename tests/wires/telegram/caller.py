"""A client without manners: sends to the server exactly what it is told, also what no library would send."""

from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.wires.telegram.answers import Json
from tests.wires.telegram.server import TOKEN, BotApiServer


class Caller:
    """``async with Caller(server) as call``, then ``await call("sendMessage", chat_id=..., text=...)``."""

    def __init__(self, server: BotApiServer, token: str = TOKEN) -> None:
        self._base = f"{server.url}/bot{token}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def __call__(self, method: str, **parameters: Any) -> Json:
        """One call with a JSON body; the reply's JSON, whose status is checked to agree with it."""
        return await self.raw(method, json=parameters)

    async def raw(self, method: str, verb: str = "POST", **request: Any) -> Json:
        """One call with whatever aiohttp takes: ``data``, ``json``, ``params``, ``headers``."""
        assert self._session is not None, "use it as a context"
        async with self._session.request(verb, f"{self._base}/{method}", **request) as reply:
            answer: Json = await reply.json()
        assert reply.status == answer.get("error_code", 200)
        assert answer["ok"] is (reply.status == 200)
        return answer
