"""The operator's way in: the moderators' commands from the shell, beside a running bot, through the same rules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.contents import make_guide
from bot.app.service import NETWORKS
from bot.broadcast import staffing
from bot.broadcast.decisions import Refusal
from bot.chat.guide import Guide, Network
from bot.chat.moderating import carry_out
from bot.chat.moderating.desk import Desk
from bot.chat.turn import Turn
from bot.clockwork import SystemClock
from bot.config import Settings
from bot.model.moderator import OPERATOR, OPERATOR_PERSON, Moderator, Role
from bot.model.people import Address, Chat, ChatKind
from bot.model.post import PostState
from bot.model.speech import Ask, Reply
from bot.platforms.terminal.platform import SIZE
from bot.ports import Tx
from bot.ports_moderating import Inspection
from bot.storage.opening import open_store
from bot.storage.store import SqlStore

SHELL = "shell"
"""The network that the operator speaks by."""
MOVING = (PostState.COUNTDOWN, PostState.RUNNING)
_OPERATOR = Moderator(number=OPERATOR_PERSON, callsign="operator", role=Role.OWNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a post has come."""

    state: PostState
    sent: int
    queued: int

    @property
    def moves(self) -> bool:
        """Whether there is more to come by itself."""
        return self.state in MOVING


@asynccontextmanager
async def open_shell(settings: Settings) -> AsyncIterator["Shell"]:
    """A way into the store, also while a bot runs on it. Raises what ``open_store`` raises."""
    store = open_store(
        database_url=settings.database_url,
        key_file=settings.key_file,
        data_dir=settings.data_dir,
        clock=SystemClock(),
    )
    try:
        networks = NETWORKS | {SHELL: Network(SIZE, "solidarity-bot ")}
        yield Shell(store, make_guide(settings, networks))
    finally:
        store.close()


class Shell:
    """What the operator may do."""

    def __init__(self, store: SqlStore, guide: Guide) -> None:
        self._store = store
        self._guide = guide
        self._clock = SystemClock()

    async def carry_out(self, name: str, argument: str, language: str | None = None) -> Reply:
        """A moderators' command, done as the operator, and its answer. ``language`` is the operator's."""
        now = self._clock.now()
        address = Address(SHELL, SHELL)
        chat = Chat(address=address, language=language)
        ask = Ask(id="", address=address, kind=ChatKind.PRIVATE, text=name, addressed=True)

        def work(tx: Tx) -> Reply:
            spoken = language or self._guide.default_language
            turn = Turn(tx=tx, ask=ask, chat=chat, language=spoken, guide=self._guide, now=now)
            return carry_out(Desk(turn=turn, moderator=_OPERATOR), name, argument)

        return await self._store.do(work)

    async def invite(self, role: Role, callsign: str | None) -> str | Refusal:
        """A one-time code that makes a moderator, for 15 minutes."""
        now = self._clock.now()
        return await self._store.do(lambda tx: staffing.invite(tx, OPERATOR, role, callsign, now=now))

    async def inspect(self) -> Inspection:
        """The audit's whole chain, checked."""
        return await self._store.do(lambda tx: tx.audit.verify())

    async def look(self, number: int) -> Progress | None:
        """How far a post has come; None where there is none."""

        def work(tx: Tx) -> Progress | None:
            post = tx.posts.find(number)
            if post is None:
                return None
            deliveries = tx.outbox.of(number)
            sent, queued = sum(one.sent for one in deliveries), sum(one.queued for one in deliveries)
            return Progress(state=post.state, sent=sent, queued=queued)

        return await self._store.do(work)

    async def wait(self, seconds: float) -> None:
        """Let time pass between two looks."""
        await self._clock.sleep(seconds)
