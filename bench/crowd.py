"""Readers who live where the Bot API server does: they ask, and note when the answer stands in their chat."""

import asyncio
import time
from collections.abc import Callable, Sequence

from bench.scoring import SHOWN, Score, Watched
from tests.wires.telegram.answers import Json
from tests.wires.telegram.people import Person
from tests.wires.telegram.server import BotApiServer
from tests.wires.telegram.world import Chat, World

LONGEST_SECONDS = 60.0
"""A scenario that has not ended by then ends."""


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
        self.asked = 0.0

    def ask(self, parts: int, *, pressing: bool) -> None:
        """Ask for the next part."""
        self.part = self.part % parts + 1
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

    async def page(self, *, readers: int, seconds: float, warm: float, pressing: bool, watched: Watched) -> Json:
        """So many read at once, each asking on as soon as answered. Measured for ``seconds``, after ``warm``."""
        chosen = list(self._readers.values())[:readers]
        if pressing:
            await self._ask_all(chosen, times=1, longest=LONGEST_SECONDS)
        score = self._begin()
        begin = time.perf_counter() + warm
        end = begin + seconds

        def ask(reader: Reader) -> None:
            score.waiting += 1
            reader.ask(len(self.script), pressing=pressing)

        def hear(chat: int, message: Json) -> None:
            now = time.perf_counter()
            reader = self._readers[chat]
            score.note(message, now - reader.asked, part=reader.part, counts=begin <= now < end)
            if now < end:
                ask(reader)

        self._town.listener = hear
        for reader in chosen:
            ask(reader)
        await asyncio.sleep(begin - time.perf_counter())
        watched.begin()
        await asyncio.sleep(end - time.perf_counter())
        used = watched.end()
        await score.settle(LONGEST_SECONDS)
        return used | score.figures()

    async def flood(self, *, readers: int, each: int, watched: Watched) -> Json:
        """So many have asked so often already, all at once: how long until the last is answered."""
        chosen = list(self._readers.values())[:readers]
        watched.begin()
        score = await self._ask_all(chosen, times=each, longest=LONGEST_SECONDS)
        return watched.end(score.latest) | score.figures() | {"p50": 0.0, "p95": 0.0}

    async def _ask_all(self, readers: Sequence[Reader], *, times: int, longest: float) -> Score:
        score = self._begin()

        def hear(chat: int, message: Json) -> None:
            self._readers[chat].panel = message["message_id"]
            score.note(message, 0.0, part=None if times > 1 else self._readers[chat].part, counts=True)

        self._town.listener = hear
        score.waiting = times * len(readers)
        with self._town.lock:
            for _ in range(times):
                for reader in readers:
                    reader.ask(len(self.script), pressing=False)
        await score.settle(longest)
        return score

    def _begin(self) -> Score:
        """What an earlier scenario left unanswered is not this one's."""
        with self._town.lock:
            self._town.updates.drop()
        return Score(self.script)
