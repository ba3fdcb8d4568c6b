"""``python -m bench.bare URL SCRIPT``: the least that can answer. What it takes is the server's and the wire's own."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp

from tests.wires.program import TOKEN


class Bare:
    """Polls, and sends what was written before."""

    def __init__(self, url: str, script: Path) -> None:
        self._base = f"{url}/bot{TOKEN}"
        self._bodies = [
            body | {"link_preview_options": {"is_disabled": True}}
            for body in json.loads(script.read_text(encoding="utf-8"))
        ]
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Poll for ever."""
        offset = 0
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            while True:
                poll = {"offset": offset, "timeout": 50, "limit": 100}
                async with session.post(f"{self._base}/getUpdates", json=poll) as reply:
                    updates = (await reply.json())["result"]
                for update in updates:
                    offset = update["update_id"] + 1
                    task = asyncio.create_task(self._answer(session, update))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)

    async def _answer(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        if "message" in update:
            message, command = update["message"], update["message"]["text"]
            await self._call(session, "sendMessage", command, {"chat_id": message["chat"]["id"]})
        else:
            query = update["callback_query"]
            panel = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self._call(session, "editMessageText", query["data"], panel)
            async with session.post(
                f"{self._base}/answerCallbackQuery", json={"callback_query_id": query["id"]}
            ) as reply:
                await reply.read()

    async def _call(self, session: aiohttp.ClientSession, method: str, command: str, place: dict[str, Any]) -> None:
        body = self._bodies[int(command.split()[1]) - 1]
        async with session.post(f"{self._base}/{method}", json=body | place) as reply:
            await reply.read()


if __name__ == "__main__":
    asyncio.run(Bare(sys.argv[1], Path(sys.argv[2])).run())
