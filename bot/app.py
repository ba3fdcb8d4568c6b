"""The assembly: the one file that names concrete things; it starts them in order and stops them in order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import structlog
from pydantic import BaseModel

from bot.catalogue.catalogue import Catalogue
from bot.catalogue.phrases import Phrases
from bot.chat.conversation import Conversation
from bot.chat.guide import Guide, Network
from bot.chat.help import profiles
from bot.chat.language import match
from bot.clockwork import Alarm, SystemClock
from bot.config import Settings
from bot.config.settings import FALLBACK
from bot.errors import Complaint, ContentError, SolidarityError
from bot.platforms.matrix import outgoing as matrix_outgoing
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.platform import MatrixPlatform
from bot.platforms.telegram import outgoing as telegram_outgoing
from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.terminal.platform import TerminalPlatform
from bot.ports import Clock, Platform, Store, Tx
from bot.storage.files import content_directory, load_interface, load_statement
from bot.storage.opening import open_in_memory, open_store
from bot.storage.store import SqlStore

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
KEEP_HOURS = 48
"""How long handled events and references to messages are kept: as long as Telegram lets a bot delete."""
PATIENCE_SECONDS = 9.0
"""How long the end waits for what is in flight; ten are promised."""

_NETWORKS = {
    "telegram": Network(telegram_outgoing.SIZE, "/"),
    "matrix": Network(matrix_outgoing.SIZE, matrix_outgoing.SIGIL, knows_repeats=True),
}

_log = structlog.get_logger()


def options() -> Mapping[str, type[BaseModel]]:
    """Each platform's section of the configuration."""
    return {"telegram": TelegramOptions, "matrix": MatrixOptions}


def check_content(content_dir: Path | None) -> list[Complaint]:
    """Every mistake of the content store: the statement's files and the bot's own words."""
    folder = content_directory(content_dir)
    complaints: list[Complaint] = []
    try:
        load_statement(folder)
    except ContentError as error:
        complaints += error.complaints
    try:
        complaints += Phrases(load_interface(folder, LANGUAGES)).complaints()
    except ContentError as error:
        complaints += error.complaints
    return complaints


async def chat(language: str | None, role: str, source: TextIO, sink: TextIO) -> None:
    """The same bot in the terminal, on a store that ends with it. ``role`` is what moderators' commands will ask."""
    del role
    clock = SystemClock()
    store = open_in_memory(clock)

    async def _drained() -> None:
        await conversation.drain()

    platform = TerminalPlatform(source, sink, language and match(language, LANGUAGES), _drained)
    networks = {platform.name: Network(platform.size, platform.sigil)}
    conversation = Conversation(store, {platform.name: platform}, _guide(None, networks), clock)
    try:
        with _operator() as end:
            told = asyncio.create_task(end.wait())
            talk = asyncio.create_task(platform.run(conversation.hear, lambda: None))
            await asyncio.wait({told, talk}, return_when=asyncio.FIRST_COMPLETED)
            await _end({told, talk}, conversation)
        if not talk.cancelled():
            talk.result()
    finally:
        store.close()


async def run(settings: Settings) -> None:
    """Run every platform that the configuration names, until SIGTERM or SIGINT; then finish what is in flight."""
    clock = SystemClock()
    store = open_store(
        database_url=settings.database_url, key_file=settings.key_file, data_dir=settings.data_dir, clock=clock
    )
    try:
        store.hold()
        async with _platforms(settings, store, clock) as (guide, platforms), Alarm() as alarm:
            conversation = Conversation(store, platforms, guide, clock)
            alarm.every("prune", 3600, partial(_prune, store, clock))
            alarm.every("idle", 3600, conversation.leave_idle)
            alarm.every("heartbeat", 20, partial(_beat, settings.data_dir / "alive"))
            with _operator() as end:
                await _serve(platforms, conversation, end)
    finally:
        store.close()


@asynccontextmanager
async def _platforms(
    settings: Settings, store: SqlStore, clock: Clock
) -> AsyncIterator[tuple[Guide, Mapping[str, Platform]]]:
    """Those that the configuration names, and the guide that speaks for them."""
    platforms: dict[str, Platform] = {}
    networks = {name: replace(network, link=partial(_link, platforms, name)) for name, network in _NETWORKS.items()}
    guide = _guide(settings, networks, lambda: _fingerprint(platforms))
    words = profiles(guide), settings.default_language, clock, _log
    async with AsyncExitStack() as stack:
        for name, section in settings.platforms.items():
            if isinstance(section, TelegramOptions):
                platforms[name] = await stack.enter_async_context(TelegramPlatform(section, *words))
            elif isinstance(section, MatrixOptions):
                secret = store.sealer.secret("matrix")
                matrix = MatrixPlatform(section, *words, data_dir=settings.data_dir, secret=secret)
                platforms[name] = await stack.enter_async_context(matrix)
        yield guide, platforms


def _link(platforms: Mapping[str, Platform], name: str, payload: str) -> str | None:
    """A way into a private chat, once that platform is there."""
    return platforms[name].link(payload) if name in platforms else None


def _fingerprint(platforms: Mapping[str, Platform]) -> str | None:
    matrix = platforms.get("matrix")
    found = matrix.fingerprint if isinstance(matrix, MatrixPlatform) else None
    return f"{found.device} · {found.master}" if found else None


def _guide(
    settings: Settings | None,
    networks: Mapping[str, Network],
    fingerprint: Callable[[], str | None] = lambda: None,
) -> Guide:
    folder = content_directory(settings.content_dir if settings else None)
    default = settings.default_language if settings else "en"
    languages = settings.languages if settings else LANGUAGES
    database = "PostgreSQL" if settings and settings.database_url.startswith("postgresql") else "SQLite"
    return Guide(
        catalogue=Catalogue(
            statement=load_statement(folder),
            fallback=(settings.fallback if settings else None) or FALLBACK,
            default_language=default,
        ),
        phrases=Phrases(load_interface(folder, languages)),
        default_language=default,
        languages=tuple(languages),
        timezone=settings.timezone if settings else "Asia/Hong_Kong",
        networks=networks,
        fingerprint=fingerprint,
        identity=settings.identity.model_dump() if settings else {},
        database=database,
        keep_hours=KEEP_HOURS,
    )


async def _serve(platforms: Mapping[str, Platform], conversation: Conversation, end: asyncio.Event) -> None:
    """Pay what is owed and listen on all platforms, until told to end, or until one may not go on."""
    ready: set[str] = set()

    def tell(name: str) -> None:
        if name in ready:  # it has begun again
            return
        _log.info("platform_ready", platform=name)
        ready.add(name)
        if ready == set(platforms):
            _log.info("ready", platforms=sorted(platforms))

    resumed = asyncio.create_task(conversation.resume())
    tasks = {
        asyncio.create_task(_listen(platform, conversation, resumed, partial(tell, name)))
        for name, platform in platforms.items()
    }
    told = asyncio.create_task(end.wait())
    try:
        done, _ = await asyncio.wait({told, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {told}:
            task.result()
    finally:
        await _end({told, resumed, *tasks}, conversation)
    _log.info("stopped")


@contextmanager
def _operator() -> Iterator[asyncio.Event]:
    """Set once the operator wants an end. Afterwards signals do what they did before."""
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        loop.add_signal_handler(number, end.set)
    try:
        yield end
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _end(tasks: Iterable[asyncio.Task[Any]], conversation: Conversation) -> None:
    """Hear no more, and finish what is in flight, both within the patience."""
    for task in tasks:
        task.cancel()
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*tasks, return_exceptions=True)
            await conversation.finish()
    await conversation.close()


async def _listen(
    platform: Platform, conversation: Conversation, resumed: asyncio.Task[None], ready: partial[None]
) -> None:
    """A platform's fault ends neither the others nor itself: it begins again, later each time."""
    await resumed
    pause = 1.0
    while True:
        try:
            await platform.run(conversation.hear, ready)
        except SolidarityError as error:
            if error.exit_code != 1:
                raise
            _log.warning("platform_paused", platform=platform.name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - logged, and begun again
            _log.error("platform_failed", platform=platform.name, exc_info=error)
        await SystemClock().sleep(pause)
        pause = min(60.0, pause * 2)


async def _prune(store: Store, clock: Clock) -> None:
    before = clock.now() - timedelta(hours=KEEP_HOURS)

    def work(tx: Tx) -> None:
        tx.inbox.prune(before)
        tx.sent.prune(before)

    await store.do(work)


async def _beat(file: Path) -> None:
    """Tell the health check that the loop lives."""
    await asyncio.to_thread(file.touch, 0o600)
