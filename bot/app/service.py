"""The bot on its networks: everything that the configuration names, opened in order and closed in order."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from pydantic import BaseModel

from bot.app.contents import KEEP_HOURS, make_guide, make_manner
from bot.app.serving import operator, serve, spare_what_stands
from bot.broadcast.courier import Courier
from bot.broadcast.staffing import Seed, seed
from bot.chat.conversation import Conversation
from bot.chat.guide import Guide, Network
from bot.chat.help import profiles
from bot.chat.moderating import LIVE_SECONDS, LivePanels
from bot.clockwork import Alarm, SystemClock
from bot.config import Settings
from bot.model.moderator import Role
from bot.model.speech import Ask
from bot.platforms.matrix import outgoing as matrix_outgoing
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.platform import MatrixPlatform
from bot.platforms.telegram import outgoing as telegram_outgoing
from bot.platforms.telegram.options import TelegramOptions
from bot.platforms.telegram.platform import TelegramPlatform
from bot.ports import Clock, Platform, Store, Tx
from bot.storage.opening import open_store
from bot.storage.store import SqlStore

NETWORKS = {
    "telegram": Network(telegram_outgoing.SIZE, "/"),
    "matrix": Network(matrix_outgoing.SIZE, matrix_outgoing.SIGIL, knows_repeats=True, proves_devices=True),
}

PRUNED_AT_ONCE = 2000
"""Recipients' rows that one transaction deletes."""

_log = structlog.get_logger()


def options() -> Mapping[str, type[BaseModel]]:
    """Each platform's section of the configuration."""
    return {"telegram": TelegramOptions, "matrix": MatrixOptions}


async def run(settings: Settings) -> None:
    """Run every platform that the configuration names, until SIGTERM or SIGINT; then finish what is in flight."""
    clock = SystemClock()
    store = open_store(
        database_url=settings.database_url, key_file=settings.key_file, data_dir=settings.data_dir, clock=clock
    )
    try:
        store.hold()
        seeds = [Seed(address=one.address, role=Role(one.role), devices=one.devices) for one in settings.moderators]
        await store.do(lambda tx: seed(tx, seeds))
        async with _platforms(settings, store, clock) as (guide, platforms), Alarm() as alarm:
            courier = Courier(store, platforms, make_manner(guide), clock, guide.publishing)

            def count(ask: Ask) -> None:
                gate = courier.gates[ask.address.platform]
                gate.answered(ask.address, ask.kind, clock.now().timestamp())

            conversation = Conversation(store, platforms, guide, clock, count)
            alarm.every("prune", 3600, partial(_prune, store, clock, settings))
            alarm.every("idle", 3600, conversation.leave_idle)
            alarm.every("tidy", 3600, conversation.tidy)
            panels = LivePanels(store, platforms, guide, clock, count)
            alarm.every("panels", LIVE_SECONDS, panels.look)
            alarm.every("heartbeat", 20, partial(_beat, settings.data_dir / "alive"))
            spare_what_stands()
            with operator() as end:
                await serve(platforms, conversation, courier, end)
    finally:
        store.close()


@asynccontextmanager
async def _platforms(
    settings: Settings, store: SqlStore, clock: Clock
) -> AsyncIterator[tuple[Guide, Mapping[str, Platform]]]:
    """Those that the configuration names, and the guide that speaks for them."""
    platforms: dict[str, Platform] = {}
    networks = {name: replace(network, link=partial(_link, platforms, name)) for name, network in NETWORKS.items()}
    guide = make_guide(settings, networks, lambda: _fingerprint(platforms))
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


async def _prune(store: Store, clock: Clock, settings: Settings) -> None:
    """Delete what is past its time: handled events, references, old deeds; recipients go by the courier's rounds."""
    now = clock.now()
    before = now - timedelta(hours=KEEP_HOURS)

    def work(tx: Tx) -> None:
        tx.inbox.prune(before)
        tx.sent.prune(before)
        tx.audit.prune(now - timedelta(days=settings.audit.keep_days))

    await store.do(work)
    recipients_before = int((now - timedelta(hours=settings.publishing.keep_recipients_hours)).timestamp())
    while await store.do(lambda tx: tx.outbox.prune(recipients_before, PRUNED_AT_ONCE)):
        await clock.sleep(0)


async def _beat(file: Path) -> None:
    """Tell the health check that the loop lives."""
    await asyncio.to_thread(file.touch, 0o600)
