"""The whole program on the homeserver, behind a wire that kills it at the worst moments."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.wires.matrix import Person
from tests.wires.program import Program
from tests.wires.proxy import Proxy, Request
from tests.wires.synapse import Account

_PATIENCE = 60.0


@dataclass(slots=True)
class Bot:
    """The program behind a proxy, killed at will."""

    account: Account
    proxy: Proxy
    config: Path
    programs: list[Program] = field(default_factory=list)

    async def starts(self) -> Program:
        """Start it, and return once it is ready."""
        program = Program(self.config)
        self.programs.append(program)
        await self.waits(lambda: "ready" in self.events(program) or program.process.poll() is not None)
        assert program.process.poll() is None, program.lines()
        return program

    async def is_killed(self, path: str, count: int = 1, patience: float = 6.0) -> bool:
        """Start it, and kill it once the homeserver has done so many requests of that path.

        Or so many seconds after its first request; whether the former is told.
        """
        program = Program(self.config)
        self.programs.append(program)
        left = count

        def kill(request: Request) -> None:
            nonlocal left
            if path in request.path:
                left -= 1
                if left == 0:
                    program.process.kill()

        self.proxy.on_forwarded = kill
        before = len(self.proxy.requests)
        await self.waits(lambda: len(self.proxy.requests) > before)
        try:
            await self.waits(lambda: program.process.poll() is not None, patience)
        except TimeoutError:
            program.process.kill()
        self.proxy.on_forwarded = None
        await asyncio.to_thread(program.process.wait)
        return left <= 0

    async def is_invited_by(self, reader: Person) -> str:
        """A room in which the reader waits for the bot; what is said there now is encrypted for it."""
        room = await reader.creates(invites=[self.account.user_id], direct=True)
        await reader.until(lambda: reader.members[room].get(self.account.user_id) == "invite", "the bot is invited")
        return room

    async def ends(self) -> int:
        """End the latest as an operator does; its exit code."""
        return await asyncio.to_thread(self.programs[-1].stop)

    def events(self, program: Program | None = None) -> list[str]:
        """The names of what was logged, by this run or all."""
        runs = [program] if program is not None else self.programs[:1]
        return [str(line["event"]) for run in runs for line in run.lines()]

    async def waits(self, condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
        """Return when the condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - a process tells no event of ours
                await asyncio.sleep(0.02)
