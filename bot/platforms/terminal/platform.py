"""The terminal as a platform: a line is a message, and each is answered before the next is heard."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TextIO

from bot.model.delivery import Refused, Sent, Verdict
from bot.model.message import Message
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Reply, unsigil
from bot.platforms.terminal.outgoing import render
from bot.ports import Hear, Size
from bot.ports_announcing import Pace

NAME = "terminal"
SIZE = Size(1_000_000, len)
FIRST_SPEAKER = "you"


class TerminalPlatform:
    """Reads lines from ``source`` (a keyboard or a pipe) and prints answers to ``sink``.

    ``@NAME [ROLE]`` switches the speaker; each speaker is a chat of their own, and a role is told to ``appoint``. At
    the end of input ``run`` returns.
    """

    def __init__(
        self,
        source: TextIO,
        sink: TextIO,
        language: str | None,
        settled: Callable[[], Awaitable[None]],
        appoint: Callable[[Address, str], Awaitable[None]],
    ) -> None:
        self._source = source
        self._sink = sink
        self._language = language
        self._settled = settled
        self._appoint = appoint
        self._speaker = FIRST_SPEAKER
        self._count = 0
        self._person = source.isatty() and sink.isatty()

    @property
    def name(self) -> str:
        """``terminal``."""
        return NAME

    @property
    def size(self) -> Size:
        """A terminal scrolls: a million characters."""
        return SIZE

    @property
    def pace(self) -> Pace:
        """Nothing limits it; a person reads some lines a second."""
        return Pace(overall_per_second=1000)

    @property
    def sigil(self) -> str:
        """Bare names."""
        return ""

    async def run(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Listen until the input ends. A person at a keyboard is greeted first."""
        ready()
        if self._person:
            await self._hear(hear, "start")
        while line := await self._read():
            said = line.rstrip("\r\n").replace("\\n", "\n")
            if said.startswith("@") and said[1:].strip():
                self._speaker, *role = said[1:].split()[:2]
                if role:
                    await self._appoint(Address(NAME, self._speaker), role[0].lower())
            elif said.strip():
                await self._hear(hear, said)

    async def answer(self, ask: Ask, reply: Reply) -> Verdict:
        """Print it, with its buttons as ``[label] command``, one a line."""
        if reply.message is None:
            return Sent()
        print(render(reply.message, styled=self._person), file=self._sink, end="\n\n", flush=True)
        return Sent(ask.id)

    async def may_set(self, address: Address, person: str) -> bool | None:
        """There are private chats only."""
        del address, person
        return False

    def link(self, payload: str) -> str | None:
        """None: nothing opens a terminal."""
        del payload
        return None

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Print it under the name of the speaker that it goes to."""
        del silent
        print(
            f"→ {address.native}",
            render(message, styled=self._person),
            sep="\n",
            file=self._sink,
            end="\n\n",
            flush=True,
        )
        return Sent(once)

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Print it anew: what stands on a terminal stays."""
        return await self.deliver(address, message, once=once) and Sent(reference)

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """What was printed stays: refused as too old."""
        del address, reference, once
        return Refused("too_old")

    async def _hear(self, hear: Hear, said: str) -> None:
        self._count += 1
        command = unsigil(said)
        ask = Ask(
            id=str(self._count),
            address=Address(NAME, self._speaker),
            kind=ChatKind.PRIVATE,
            text=said if command is None else command,
            addressed=command is not None,
            reports=self._language,
        )
        await hear([ask])
        await self._settled()

    async def _read(self) -> str:
        if self._person:
            print("> ", file=self._sink, end="", flush=True)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str] = loop.create_future()

        def resolve(line: str) -> None:
            if not future.done():
                future.set_result(line)

        def fetch() -> None:
            line = self._source.readline()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(resolve, line)

        threading.Thread(target=fetch, name="terminal", daemon=True).start()  # nobody's end waits for a keyboard
        return await future
