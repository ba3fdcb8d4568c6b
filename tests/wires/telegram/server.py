"""The Bot API on loopback: one catch-all handler over aiohttp's bare server."""

import asyncio
import socket
import struct
import time
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.wires.telegram import calls
from tests.wires.telegram.answers import Kind, Refusal, success, unauthorized
from tests.wires.telegram.bodies import read_parameters
from tests.wires.telegram.control import Control
from tests.wires.telegram.faults import Fault, Faults, Trouble
from tests.wires.telegram.groups import Group, make_group
from tests.wires.telegram.ledger import Ledger, Request, Violation
from tests.wires.telegram.limits import Limits
from tests.wires.telegram.people import Person, make_person
from tests.wires.telegram.registry import Call
from tests.wires.telegram.schemas import schemas
from tests.wires.telegram.world import World

TOKEN = "7204561839:AAF-solidarity_test_token_4fJ2kQz9w"
_ENDED = b""


class BotApiServer:
    """Telegram for one bot: ``async with BotApiServer(token=...) as server`` serves at ``server.url``.

    ``strict`` judges every call by its schema and all lengths; ``limits`` refuses what is sent too fast;
    ``latency`` is seconds per call, half of it before the call takes effect; ``keep`` off records only counts.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "solidarity_test_bot",
        first_name: str = "Solidarity",
        strict: bool = True,
        limits: bool = False,
        latency: float = 0.0,
        keep: bool = True,
        privacy: bool = True,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.world = World(token=token, username=username, first_name=first_name, seed=seed, keep_history=keep)
        self.faults = Faults(seed)
        self.ledger = Ledger(keep)
        self.strict = strict
        self.limits: Limits | None = Limits() if limits else None
        self.latency = latency
        self.latencies: dict[str, float] = {}
        """Seconds for single methods, by proper name, in place of ``latency``."""
        self.privacy = privacy
        self.world.reads_all = not privacy
        self.port = port
        self._control = Control(self)
        self._runner: web.ServerRunner | None = None
        self._ending: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """The base for ``api_url``; calls go to ``{url}/bot{token}/{method}``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """Every call so far, in order of arrival."""
        return self.ledger.requests

    @property
    def violations(self) -> list[Violation]:
        """Every refused call so far; scripted faults are none."""
        return self.ledger.violations

    def broken_rules(self) -> list[Violation]:
        """The bot's own mistakes: what Telegram never takes, sent too fast, or that this server cannot judge."""
        ours = {Kind.MALFORMED, Kind.PACE, Kind.UNSIMULATED}
        return [each for each in self.violations if each.kind in ours]

    def person(self, **given: Any) -> Person:
        """Somebody with an account; see ``people.make_person``."""
        return make_person(self.world, **given)

    def group(self, title: str = "Friends", **given: Any) -> Group:
        """A group, supergroup or channel; see ``groups.make_group``."""
        return make_group(self.world, title, privacy=self.privacy, **given)

    def shift_clock(self, seconds: float) -> None:
        """Move Telegram's clock on from where it stands."""
        self.world.shift += seconds

    def revoke_token(self, new: str | None = None) -> None:
        """From now on only ``new`` is taken, or nothing; who listens is told so."""
        with self.world.lock:
            self.world.token = new
            self.world.updates.end_polls(unauthorized())

    async def listen(self) -> None:
        """Serve; after ``hush`` at the same port again."""
        schemas()
        self._ending = asyncio.Event()
        server = web.Server(self._handle, access_log=None, keepalive_timeout=600)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=4096, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def hush(self) -> None:
        """Refuse connections and end those there are, as when Telegram is down. What people do still waits."""
        if self._runner is None or self._ending is None:
            return
        self._ending.set()
        with self.world.lock:
            self.world.updates.end_polls()
        await self._runner.cleanup()
        self._runner = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hush()

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        arrived = time.monotonic()
        path = http.raw_path.partition("?")[0].replace("%3A", ":")
        if path.startswith("/control/"):
            return await self._control.handle(http, path.removeprefix("/control/"))
        token, _, name = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or "/" in name or not name:
            return _reply(404, calls.not_found().body())
        request = self.ledger.open(name, {}, arrived)
        try:
            status, body = await self._answer(http, token, request)
        except Refusal as refusal:
            status, body = self._refuse(http, request, refusal)
        except Exception as error:  # noqa: BLE001 - a fault of this server must show in the test, not in a log
            trouble = Refusal(500, f"Internal Server Error: {error!r}", Kind.UNSIMULATED)
            status, body = self._refuse(http, request, trouble)
        if http.transport is None or body is _ENDED:
            return web.Response(status=500)
        self.ledger.close(request, status, time.monotonic())
        return _reply(status, body)

    def _refuse(self, http: web.BaseRequest, request: Request, refusal: Refusal) -> tuple[int, bytes]:
        request.description, request.retry_after = refusal.description, refusal.retry_after
        gone = http.transport is None or http.transport.is_closing()
        if not gone:
            violation = Violation(
                kind=refusal.kind,
                method=request.method,
                code=refusal.code,
                description=refusal.description,
                parameters=request.parameters,
            )
            self.ledger.violations.append(violation)
        return refusal.code, refusal.body()

    async def _answer(self, http: web.BaseRequest, token: str, request: Request) -> tuple[int, bytes]:
        schema = calls.admit(self.world, token, request.method)
        self.ledger.name(request, schema.name)
        given, files = await read_parameters(http)
        request.parameters = given
        request.parameters = schema.read(given)
        call = Call(
            name=schema.name,
            parameters=request.parameters,
            files=files,
            transport=http.transport,
            strict=self.strict,
        )
        half = self.latencies.get(schema.name, self.latency) / 2
        if half:
            await asyncio.sleep(half)
        fault = self.faults.strike(schema.name, request.chat_id) if self.faults.active else None
        if fault is not None:
            request.fault = fault.trouble.value
            if not fault.after and (struck := await self._suffer(http, request, fault)) is not None:
                return struck
        carried = calls.prepare(call, schema)
        calls.pace(self.limits, carried, request)
        body = success(await calls.carry_out(self.world, carried, call))
        request.applied = True
        if fault is not None and fault.after and (struck := await self._suffer(http, request, fault)) is not None:
            return struck
        if half:
            await asyncio.sleep(half)
        return 200, body

    async def _suffer(self, http: web.BaseRequest, request: Request, fault: Fault) -> tuple[int, bytes] | None:
        """Let a fault do its work; None where the call goes on."""
        if fault.trouble is Trouble.DELAY:
            await asyncio.sleep(fault.seconds)
            return None
        if fault.trouble is Trouble.ANSWER:
            request.description, request.retry_after = fault.description, fault.retry_after
            refusal = Refusal(fault.status, fault.description, Kind.STATE, retry_after=fault.retry_after)
            return fault.status, refusal.body() if fault.body is None else fault.body.encode()
        if fault.trouble is Trouble.HANG and self._ending is not None:
            await self._ending.wait()
        _break(http)
        return 0, _ENDED


def _break(http: web.BaseRequest) -> None:
    """End the connection with RST, so that the client sees a reset and no end of stream."""
    transport = http.transport
    if isinstance(transport, asyncio.Transport):
        carrier: socket.socket = transport.get_extra_info("socket")
        carrier.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _reply(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")
