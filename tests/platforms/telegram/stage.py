"""A bot on the wire: the platform running against a Bot API server, with a hear function that answers at once."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from pydantic import SecretStr
from structlog.testing import LogCapture

from bot.model.delivery import Verdict
from bot.model.message import Choice, Message, Span
from bot.model.people import Address, ChatKind
from bot.model.profile import Profile
from bot.model.speech import Ask, Reply
from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.platform import TelegramPlatform
from tests.wires.telegram import TOKEN, BotApiServer


class Clock:
    """Time that passes only by sleeping, which takes none."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
        self.slept: list[float] = []
        self.then: Callable[[float], None] = lambda _seconds: None
        """Called at each sleep, before it returns."""

    def now(self) -> datetime:
        """The moment that sleeping has led to."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Be there at once; everybody else gets a turn in between."""
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        self.then(seconds)
        await asyncio.sleep(0.001)


def make_profile(tag: str) -> Profile:
    """A bot's words about itself, each of them naming its language."""
    return Profile(
        name=f"Solidarity {tag}",
        description=f"Reads a statement ({tag}).",
        short_description=f"A statement ({tag})",
        commands=(("read", f"Read ({tag})"), ("language", f"Language ({tag})")),
        group_commands=(("read", f"Read here ({tag})"),),
        admin_commands=(("here", f"Here ({tag})"), ("read", f"Read here ({tag})")),
        moderator_commands=(("announce", f"Announce ({tag})"), ("read", f"Read ({tag})")),
    )


PROFILES = {tag: make_profile(tag) for tag in ("en", "zh-Hans", "zh-Hant")}


def make_message(text: str, *commands: str) -> Message:
    """A message with a button for each command."""
    choices = tuple((Choice(label=f"Go {command}", command=command),) for command in commands)
    return Message(spans=(Span(text=text),), choices=choices)


def make_ask(chat: int, text: str = "read 1", **given: Any) -> Ask:
    """Something said in a private chat."""
    kept = {"id": "1", "address": Address("telegram", str(chat)), "kind": ChatKind.PRIVATE, "addressed": True}
    return Ask(**{**kept, "text": text, **given})


def make_log(events: LogCapture) -> Any:
    """A structlog logger that keeps every line, at any level."""
    return structlog.wrap_logger(
        structlog.PrintLogger(), processors=[events], wrapper_class=structlog.make_filtering_bound_logger(0)
    )


def echo(ask: Ask) -> Reply:
    """Says what was asked, with a button that leads on."""
    return Reply(command=ask.text, message=make_message(f"you said {ask.text}", "read 2"))


@dataclass(slots=True)
class Stage:
    """``async with Stage(server) as stage``: the platform listens there, and answers by ``reply``."""

    server: BotApiServer
    reply: Callable[[Ask], Reply] = echo
    clock: Clock = field(default_factory=Clock)
    profiles: dict[str, Profile] = field(default_factory=lambda: dict(PROFILES))
    default_language: str = "en"
    options: dict[str, Any] = field(default_factory=dict)
    heard: list[Ask] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    captured: LogCapture = field(default_factory=LogCapture)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    readies: int = 0
    platform: TelegramPlatform = field(init=False)
    running: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        given = {"token": SecretStr(TOKEN), "api_url": self.server.url, **self.options}
        options = TelegramOptions(**given)
        log = make_log(self.captured)
        self.platform = TelegramPlatform(options, self.profiles, self.default_language, self.clock, log)

    @property
    def events(self) -> list[str]:
        """The names of what was logged."""
        return [str(entry["event"]) for entry in self.captured.entries]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of that method so far."""
        return [request.parameters for request in self.server.requests if request.method == method]

    async def hear(self, asks: Sequence[Ask]) -> None:
        """Answer at once, in order."""
        self.heard += asks
        for ask in asks:
            self.verdicts.append(await self.platform.answer(ask, self.reply(ask)))

    def set_ready(self) -> None:
        """What the platform calls when it is."""
        self.readies += 1
        self.ready.set()

    def run(self) -> asyncio.Task[None]:
        """Begin to listen."""
        self.running = asyncio.create_task(self.platform.run(self.hear, self.set_ready))
        return self.running

    async def stop(self) -> None:
        """End the listening; what ended it by itself is raised here."""
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running

    async def __aenter__(self) -> Self:
        self.run()
        await asyncio.wait_for(self.ready.wait(), 30)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.stop()
        finally:
            await self.platform.aclose()


async def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Return once it is true; AssertionError if it does not become so in time."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for knows of no event
            await asyncio.sleep(0.005)
