"""A wire that can break: a reverse proxy on loopback, between a client and its homeserver.

It passes everything until a test breaks something. The first rule that matches a request and is not used up
decides what happens to it; rules added later come first.

A client of aiohttp's (nio's too) repeats a GET, PUT or DELETE by itself, once, when its connection breaks: break
it twice (`times=2`) where the client's code shall notice, or a POST once.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web
from yarl import URL

_HOP_BY_HOP = {"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"}


class Trouble(Enum):
    """What can happen to a request."""

    ANSWER = "answered by the proxy; the homeserver never hears of it"
    DROP = "the connection breaks before the request reaches the homeserver"
    LOSE_REPLY = "the homeserver has done it, then the connection breaks: the client cannot know"
    HANG = "never forwarded, never answered, until the rule is lifted: then the connection breaks"
    DELAY = "forwarded after so many seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A trouble with its figures: the status and body of an answer, the seconds of a delay."""

    trouble: Trouble
    status: int = 503
    body: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def fails(status: int = 503) -> Fault:
    """An answer as a broken server gives it."""
    return Fault(trouble=Trouble.ANSWER, status=status, body={"errcode": "M_UNKNOWN", "error": "scripted"})


def limits(retry_after_ms: int) -> Fault:
    """A 429 as Synapse gives it."""
    body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": retry_after_ms}
    return Fault(trouble=Trouble.ANSWER, status=429, body=body)


DROP = Fault(trouble=Trouble.DROP)
LOSE_REPLY = Fault(trouble=Trouble.LOSE_REPLY)
HANG = Fault(trouble=Trouble.HANG)


def delays(seconds: float) -> Fault:
    """A slow way to the homeserver."""
    return Fault(trouble=Trouble.DELAY, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that came to the proxy: when (by the loop's clock), what, and its body."""

    moment: float
    method: str
    path: str
    body: bytes


class Rule:
    """A scripted fault: `hits` counts the requests that met it, `lift` ends it."""

    def __init__(self, method: str, pattern: str, fault: Fault, times: int | None) -> None:
        self.method, self.pattern, self.fault, self.times = method, re.compile(pattern), fault, times
        self.hits = 0
        self.lifted = asyncio.Event()

    def lift(self) -> None:
        """Let requests pass again; those that hang are cut off."""
        self.lifted.set()

    def meets(self, request: Request) -> bool:
        """Whether this rule decides over the request."""
        return (
            not self.lifted.is_set()
            and (self.times is None or self.hits < self.times)
            and self.method in {"*", request.method}
            and self.pattern.search(request.path) is not None
        )


class Proxy:
    """A way to the homeserver at `target`, open between `start` and `stop` (or inside `async with`).

    `on_request` is called when a request has come, `on_forwarded` when the homeserver has answered it and
    the client does not know yet: a client killed there has done its deed and never hears so.
    `requests` holds all that came, also what was never forwarded. A path has no query.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.requests: list[Request] = []
        self.on_request: Callable[[Request], None] | None = None
        self.on_forwarded: Callable[[Request], None] | None = None
        self._rules: list[Rule] = []
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """Where the client finds it; the same after `stop` and `start`."""
        return f"http://127.0.0.1:{self._port}"

    def breaks(self, method: str, pattern: str, fault: Fault, *, times: int | None = 1) -> Rule:
        """Put `fault` on the next `times` requests (None: until lifted) of `method` ("*": any) and path."""
        rule = Rule(method, pattern, fault, times)
        self._rules.insert(0, rule)
        return rule

    def goes_down(self, fault: Fault = DROP) -> Rule:
        """Break everything until the rule is lifted, and go on counting."""
        return self.breaks("*", "", fault, times=None)

    def count(self, method: str = "*", pattern: str = "") -> int:
        """How many requests of this kind have come."""
        return sum(
            1
            for request in self.requests
            if method in {"*", request.method} and re.search(pattern, request.path) is not None
        )

    async def start(self) -> Self:
        """Open the port; on a second start, the same port."""
        self._client = aiohttp.ClientSession(
            auto_decompress=True, timeout=aiohttp.ClientTimeout(total=None), connector=aiohttp.TCPConnector(limit=0)
        )
        self._client._retry_connection = False  # what breaks beyond the proxy breaks before it, too
        app = web.Application(client_max_size=2**27)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Close the port: connections are refused from now on."""
        runner, self._runner = self._runner, None
        client, self._client = self._client, None
        if runner is not None:
            await runner.cleanup()
        if client is not None:
            await client.close()

    async def _handle(self, incoming: web.Request) -> web.StreamResponse:
        request = Request(
            moment=asyncio.get_running_loop().time(),
            method=incoming.method,
            path=incoming.path,
            body=await incoming.read(),
        )
        self.requests.append(request)
        if self.on_request is not None:
            self.on_request(request)
        rule = next((rule for rule in self._rules if rule.meets(request)), None)
        if rule is None:
            return await self._forward(incoming, request)
        rule.hits += 1
        match rule.fault.trouble:
            case Trouble.ANSWER:
                return web.json_response(rule.fault.body, status=rule.fault.status)
            case Trouble.DELAY:
                await asyncio.sleep(rule.fault.seconds)
                return await self._forward(incoming, request)
            case Trouble.LOSE_REPLY:
                await self._forward(incoming, request)
            case Trouble.HANG:
                await rule.lifted.wait()
            case Trouble.DROP:
                pass
        return _cut(incoming)

    async def _forward(self, incoming: web.Request, request: Request) -> web.StreamResponse:
        if self._client is None:
            return _cut(incoming)
        headers = {name: value for name, value in incoming.headers.items() if name.lower() not in _HOP_BY_HOP}
        url = URL(self.target + incoming.raw_path, encoded=True)
        try:
            async with self._client.request(incoming.method, url, headers=headers, data=request.body or None) as answer:
                body = await answer.read()
        except aiohttp.ClientError:  # the homeserver itself is down
            return _cut(incoming)
        if self.on_forwarded is not None:
            self.on_forwarded(request)
        passed = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
        return web.Response(status=answer.status, body=body, headers=passed)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _cut(incoming: web.Request) -> web.Response:
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response()
