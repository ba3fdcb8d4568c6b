"""``python -m bench.wire``: the tests' Bot API server with the readers in it, told by lines of JSON what to do.

The server judges nothing here (no schemas): it must not be what is measured. Its answers are checked by the readers.
"""

import asyncio
import gc
import json
import sys
from typing import Any

from bench.crowd import Crowd, Town
from bench.scoring import Watched
from tests.wires.program import TOKEN
from tests.wires.telegram.server import BotApiServer


class Wire:
    """What can be asked for, each verb one method."""

    def __init__(self, *, latency: float, first: int, count: int) -> None:
        self.server = BotApiServer(TOKEN, strict=False, keep=False, latency=latency)
        self._town = Town(token=TOKEN, username="solidarity_test_bot", first_name="Solidarity", keep_history=False)
        self.server.world = self._town
        self._crowd = Crowd(self.server, self._town, first=first, count=count)

    async def do(self, verb: str, body: dict[str, Any]) -> Any:
        """Carry one verb out."""
        if "pid" in body:
            body["watched"] = Watched(body.pop("pid"), body.pop("counter"))
        match verb:
            case "polled":
                return await self._polled(**body)
            case "learn":
                return await self._crowd.learn(**body)
            case "expect":
                self._crowd.script = body["script"]
                return None
            case "page":
                return await self._crowd.page(**body)
            case "flood":
                return await self._crowd.flood(**body)
            case "settings":
                self.server.latency = body["latency"]
                return None
        raise ValueError(verb)

    async def _polled(self, *, seconds: float) -> None:
        """Return once a program waits for what people say."""
        async with asyncio.timeout(seconds):
            while not self._town.updates.polls:  # noqa: ASYNC110 - the world tells of no polls
                await asyncio.sleep(0.01)


async def serve() -> None:
    """Serve until the last line; the first argument is all options as JSON."""
    wire = Wire(**json.loads(sys.argv[1]))
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with wire.server:
        gc.collect()
        gc.freeze()  # a full round through the schemas takes 0.1 s, and is not what is measured
        _tell(wire.server.url)
        async for line in lines:
            body = json.loads(line)
            _tell(await wire.do(body.pop("verb"), body))


def _tell(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
