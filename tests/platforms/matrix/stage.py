"""The bot on a real homeserver: the platform alone, with a hear function that answers at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from structlog.testing import LogCapture

from bot.clockwork import SystemClock
from bot.model.delivery import Later, Verdict
from bot.model.message import Choice, Message, Span
from bot.model.profile import Profile
from bot.model.speech import Ask, Reply
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.platform import MatrixPlatform
from bot.platforms.matrix.vault import Vault
from bot.ports import Clock
from tests.wires.synapse import Account

SECRET = bytes(range(32))
PROFILES = {
    tag: Profile(name=f"Solidarity {tag}", description="Reads.", short_description="Reads", commands=())
    for tag in ("en", "zh-Hant")
}
_PATIENCE = 30.0
Make = Callable[[Ask], Reply]


def make_panel(text: str, *signs: str) -> Message:
    """A text with a button for each sign."""
    row = tuple(
        Choice(label=f"Page {number}", command=f"read {number}", sign=sign) for number, sign in enumerate(signs)
    )
    return Message(spans=(Span(text=text),), choices=(row,) if row else ())


def echo(ask: Ask) -> Reply:
    """Says what was asked, with two buttons."""
    return Reply(command=ask.text, message=make_panel(f"you said {ask.text}", "⬅️", "➡️"))


@dataclass(slots=True)
class Stage:
    """``async with Stage(account, url, folder) as stage``: the platform listens, and answers by ``reply``.

    It may be entered again: that is a restart on the same folder.
    """

    account: Account
    url: str
    folder: Path
    reply: Make = echo
    clock: Clock = field(default_factory=SystemClock)
    options: dict[str, Any] = field(default_factory=dict)
    react: Callable[[Ask], Reply | None] = lambda _: None
    """How it answers happenings."""
    heard: list[Ask] = field(default_factory=list)
    """What was said."""
    happened: list[Ask] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    captured: LogCapture = field(default_factory=LogCapture)
    platform: MatrixPlatform = field(init=False)
    hearing: Callable[[Sequence[Ask]], Awaitable[None]] | None = None
    """What hears instead of the stage."""
    running: asyncio.Task[None] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def user_id(self) -> str:
        """The bot's."""
        return self.account.user_id

    @property
    def events(self) -> list[str]:
        """The names of what was logged."""
        return [str(entry["event"]) for entry in self.captured.entries]

    @property
    def texts(self) -> list[str]:
        """What was heard, greetings left out."""
        return [ask.text for ask in self.heard if ask.text != "start"]

    def run(self) -> asyncio.Task[None]:
        """Make the platform and begin to listen."""
        given: dict[str, Any] = {
            "homeserver": self.url,
            "user_id": self.account.user_id,
            "password": self.account.password,
            "pace": {"overall_per_second": 1000},
            **self.options,
        }
        log = structlog.wrap_logger(
            structlog.PrintLogger(), processors=[self.captured], wrapper_class=structlog.make_filtering_bound_logger(0)
        )
        options = MatrixOptions(**given)
        self.platform = MatrixPlatform(options, PROFILES, "en", self.clock, log, data_dir=self.folder, secret=SECRET)
        self.ready.clear()
        self.running = asyncio.create_task(self.platform.run(self.hearing or self.hear, self.ready.set))
        return self.running

    async def hear(self, asks: Sequence[Ask]) -> None:
        """Take the asks, and answer beside the listening."""
        for ask in asks:
            (self.heard if ask.happening is None else self.happened).append(ask)
            reply = self.reply(ask) if ask.happening is None else self.react(ask)
            if reply is None:
                continue
            task = asyncio.create_task(self._answer(ask, reply))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, ask: Ask, reply: Reply) -> None:
        """Answer, and again for as long as the network asks to wait."""
        while True:
            verdict = await self.platform.answer(ask, reply)
            self.verdicts.append(verdict)
            if not isinstance(verdict, Later):
                return
            await asyncio.sleep(min(verdict.after, 0.5))

    async def settle(self) -> None:
        """Return when every answer that was begun is given."""
        while self._answers:
            await asyncio.wait(set(self._answers))

    async def wait_for(self, condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
        """Return when the condition holds; what ended the listening is raised."""
        async with asyncio.timeout(seconds):
            while not condition():
                if self.running is not None and self.running.done():
                    self.running.result()
                await asyncio.sleep(0.02)

    async def wait_until(self, condition: Callable[[], Awaitable[object]], seconds: float = _PATIENCE) -> None:
        """Return when the condition, which asks a server, holds."""
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - a server tells no event of ours
                await asyncio.sleep(0.05)

    async def wait_ready(self) -> None:
        """Return when the platform is ready."""
        await self.wait_for(self.ready.is_set)

    def is_in(self, room: str) -> bool:
        """Whether the bot takes itself for a member."""
        line = self.platform._voice.line
        return line is not None and room in line.client.rooms

    def others(self, room: str) -> set[str]:
        """Who is in a room beside the bot, as far as it knows."""
        line = self.platform._voice.line
        assert line is not None
        return set(line.client.rooms[room].users) - {self.user_id}

    def knows_nothing_of(self, room: str) -> bool:
        """Whether nothing is left to do about a room."""
        return not any(
            self.platform._vault.ask(f"SELECT 1 FROM {table} WHERE room = ?", room)  # noqa: S608 - its own
            for table in ("inbox", "departures", "standings", "invites")
        )

    def find(self, word: str) -> list[str]:
        """The tables of matrix.db in which the word stands. Not while it runs."""
        vault = Vault(self.folder, SECRET)
        tables = [str(row[0]) for row in vault.ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [table for table in tables if word in repr(vault.ask(f"SELECT * FROM {table}"))]  # noqa: S608 - its own
        vault.close()
        return found

    async def stop_quietly(self) -> None:
        """Close what a start that failed has left open."""
        self.running = None
        await self.stop()

    async def stop(self) -> None:
        """End the listening and close everything."""
        await self.settle()
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
        await self.platform.aclose()

    async def __aenter__(self) -> Self:
        self.run()
        try:
            await self.wait_ready()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
