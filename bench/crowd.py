"""Readers who live where the Bot API server does: they ask, and note when the answer stands in their chat."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench.figures import quantile
from bench.processes import cpu_seconds
from bench.witness import read_count
from tests.wires.telegram.answers import Json
from tests.wires.telegram.people import Person
from tests.wires.telegram.server import BotApiServer
from tests.wires.telegram.world import Chat, World

SHOWN = ("text", "entities", "reply_markup")
"""What an answer consists of."""


class Town(World):
    """A world that tells of each of the bot's messages the moment it stands."""

    listener: Callable[[int, Json], None] = staticmethod(lambda _chat, _message: None)

    def put(self, chat: Chat, raw: Json, *, mine: bool, silent: bool = False) -> None:
        """Let a message stand, and tell."""
        super().put(chat, raw, mine=mine, silent=silent)
        if mine:
            self.listener(chat.chat_id, raw)

    def replace(self, chat: Chat, raw: Json) -> None:
        """Let another version stand, and tell."""
        super().replace(chat, raw)
        self.listener(chat.chat_id, raw)


class Reader:
    """One who reads on and on: part 1, 2, 3, 4, and from the beginning."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.part = 0
        self.panel = 0
        self.left = 0
        self.asked = 0.0

    def ask(self, parts: int, *, pressing: bool) -> None:
        """Ask for the next part."""
        self.part = self.part % parts + 1
        self.left -= 1
        self.asked = time.perf_counter()
        if pressing:
            self.person.forges(f"read {self.part}", self.panel)
        else:
            self.person.says(f"/read {self.part}")


class Crowd:
    """All readers of one program. ``script`` is what each part's answer must be; learnt from the first program."""

    def __init__(self, server: BotApiServer, town: Town, *, first: int, count: int) -> None:
        people = (server.person(id=number, first_name="Ada", started=True) for number in range(first, first + count))
        self._readers = {person.id: Reader(person) for person in people}
        self._town = town
        self.script: list[Json] = []

    async def learn(self, parts: int) -> list[Json]:
        """Have one reader read every part, and keep the answers as what all must be from now on."""
        reader = next(iter(self._readers.values()))
        self.script = []
        answers: asyncio.Queue[Json] = asyncio.Queue()
        self._town.listener = lambda _chat, message: answers.put_nowait(message)
        for _ in range(parts):
            reader.ask(parts, pressing=False)
            message = await asyncio.wait_for(answers.get(), 30)
            self.script.append({name: message[name] for name in SHOWN if name in message})
        return self.script

    async def page(self, *, readers: int, seconds: float, warm: float, pressing: bool, watched: "Watched") -> Json:
        """So many read at once, each asking on as soon as answered. Measured for ``seconds``, after ``warm``."""
        chosen = list(self._readers.values())[:readers]
        if pressing:
            await self._everyone(chosen, times=1)
        run = _Run(self.script)
        begin = time.perf_counter() + warm
        end = begin + seconds

        def hear(chat: int, message: Json) -> None:
            now = time.perf_counter()
            reader = self._readers[chat]
            run.note(reader, message, now - reader.asked, counts=begin <= now < end)
            if now < end:
                reader.ask(len(self.script), pressing=pressing)
            else:
                run.quiet.add(chat)
                if len(run.quiet) == len(chosen):
                    done.set()

        done = asyncio.Event()
        self._town.listener = hear
        for reader in chosen:
            reader.ask(len(self.script), pressing=pressing)
        await asyncio.sleep(begin - time.perf_counter())
        watched.begin()
        await asyncio.sleep(end - time.perf_counter())
        figures = watched.end()
        await asyncio.wait_for(done.wait(), 60)
        return figures | run.figures()

    async def flood(self, *, readers: int, each: int, watched: "Watched") -> Json:
        """So many have asked so often already, all at once: how long until the last is answered."""
        chosen = list(self._readers.values())[:readers]
        watched.begin()
        run = await self._everyone(chosen, times=each)
        return watched.end() | run.figures() | {"p50": 0.0, "p95": 0.0}

    async def _everyone(self, readers: Iterable[Reader], times: int) -> "_Run":
        run, done, left = _Run(self.script), asyncio.Event(), 0

        def hear(chat: int, message: Json) -> None:
            nonlocal left
            reader = self._readers[chat]
            reader.panel = message["message_id"]
            run.note(reader, message, time.perf_counter() - reader.asked, counts=True, any_part=times > 1)
            left -= 1
            if not left:
                done.set()

        self._town.listener = hear
        with self._town.lock:
            for _ in range(times):
                for reader in readers:
                    left += 1
                    reader.ask(len(self.script), pressing=False)
        await asyncio.wait_for(done.wait(), 180)
        return run


class _Run:
    """The answers of one scenario."""

    def __init__(self, script: list[Json]) -> None:
        self._script = script
        self._latencies: list[float] = []
        self._wrong = 0
        self.quiet: set[int] = set()

    def note(self, reader: Reader, message: Json, latency: float, *, counts: bool, any_part: bool = False) -> None:
        """Hold an answer against the script."""
        if not counts:
            return
        self._latencies.append(latency)
        part = int(message["text"][0]) if any_part and message["text"][:1].isdigit() else reader.part
        expected = self._script[part - 1]
        self._wrong += any(message.get(name) != expected.get(name) for name in SHOWN)

    def figures(self) -> dict[str, Any]:
        """Counts and latencies."""
        return {
            "answers": len(self._latencies),
            "wrong": self._wrong,
            "p50": quantile(self._latencies, 0.5),
            "p95": quantile(self._latencies, 0.95),
        }


class Watched:
    """The process that is measured: its CPU, and its syncs where it counts them in a file."""

    def __init__(self, pid: int, counter: str | None) -> None:
        self._pid = pid
        self._counter = counter
        self._since = self._cpu = self._own = 0.0
        self._syncs = 0

    def begin(self) -> None:
        """From now on."""
        self._since, self._cpu, self._syncs = time.perf_counter(), cpu_seconds(self._pid), read_count(self._counter)
        self._own = time.process_time()

    def end(self) -> dict[str, Any]:
        """What was used since."""
        return {
            "seconds": time.perf_counter() - self._since,
            "cpu": cpu_seconds(self._pid) - self._cpu,
            "wire": time.process_time() - self._own,
            "syncs": read_count(self._counter) - self._syncs,
        }
