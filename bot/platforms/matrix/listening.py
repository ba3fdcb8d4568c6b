"""The sync loop: pull, commit, hand over, keep up. Any trouble is waited out; only a refused credential ends it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from structlog.typing import FilteringBoundLogger

from bot.errors import CredentialRefused
from bot.model.speech import Ask
from bot.platforms.matrix.backoff import Backoff
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.chores import Chores
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures
from bot.platforms.matrix.forgetting import prune_keys
from bot.platforms.matrix.identity import Identity
from bot.platforms.matrix.inbox import Inbox
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.keys import Keyring
from bot.platforms.matrix.login import choose_device, log_in
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.reception import Reception
from bot.platforms.matrix.standing import Standings
from bot.platforms.matrix.successions import Successions
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined, Unanswered
from bot.platforms.matrix.voice import Line, Voice
from bot.ports import Clock, Hear

_POLL_SECONDS = 30
_BATCH = 100
_SEALED_SECONDS = 7 * 86_400.0
"""For how long an event waits for its key."""
_BUTTON_SECONDS = 90 * 86_400.0
"""For how long a panel's reactions act."""


class Listener:
    """Listens as one device. Makes a new client from the vault whenever the old one's memory cannot be trusted."""

    def __init__(
        self,
        options: MatrixOptions,
        *,
        vault: Vault,
        buttons: Buttons,
        voice: Voice,
        clock: Clock,
        log: FilteringBoundLogger,
        name: str,
    ) -> None:
        self._options = options
        self._vault = vault
        self._buttons = buttons
        self._voice = voice
        self._clock = clock
        self._log = log
        self._name = name
        self._inbox = Inbox(vault)
        self._invitations = Invitations(vault, options.invites, clock)
        self._standings = Standings(vault)
        self._successions = Successions(vault, clock)
        self._departures = Departures(vault, clock)
        self._chores = Chores(vault, self._inbox, self._invitations, self._successions, self._departures)
        self._identity = Identity(vault, options.reveal, log, reset=options.reset_identity)
        self._desk: _Desk | None = None
        self._quiet = True
        self._waiting = False
        """Whether the rules have not taken yet what the last sync brought."""
        self._due = asyncio.Event()

    async def listen(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Hand what is said to ``hear`` until cancelled; ``ready`` once, after the first sync.

        Raises CredentialRefused only.
        """
        backoff = Backoff()
        announce: Callable[[], None] | None = ready
        while True:
            try:
                desk = await self._open_desk()
                if not self._waiting:
                    await self._pull(desk)
                    self._voice.away, self._voice.synced = False, self._clock.now()
                    self._due.set()
                self._waiting = True
                await self._hand_over(desk, hear)
                self._waiting = False
            except CredentialRefused:
                raise
            except Exception as trouble:  # noqa: BLE001 - whatever went wrong, tomorrow's readers are heard
                await self._clock.sleep(max(backoff.lengthen(), self._judge(trouble)))
                continue
            backoff.reset()
            self._quiet = True
            if announce is not None:
                announce()
                announce = None

    async def do_chores(self) -> None:
        """What syncs leave to do beside them, until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            desk = self._desk
            if desk is None:
                continue
            try:
                if await self._chores.do(desk.client, desk.keys, desk.reception):
                    self._due.set()
            except Exception as trouble:  # noqa: BLE001 - tried again after the next sync
                self._log.info("matrix_chores_interrupted", reason=_describe(trouble))

    async def close(self) -> None:
        """Close the connections. The device stays logged in."""
        self._voice.line = None
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.client.close()

    async def _open_desk(self) -> "_Desk":
        """A client that is logged in, has its keys on the server and is vouched for."""
        if self._desk is not None and self._desk.client.retired:
            await self.close()
        if self._desk is None:
            now = self._clock.now().timestamp()
            with self._vault.transaction():
                self._inbox.prune(now - _SEALED_SECONDS)
                self._buttons.prune(now - _BUTTON_SECONDS)
                prune_keys(self._vault, self._clock.now())
            device = choose_device(self._vault, self._options)
            options = self._options
            client = Client(options.homeserver, options.user_id, device, self._vault, options.proxy)
            reception = Reception(
                client,
                inbox=self._inbox,
                buttons=self._buttons,
                invitations=self._invitations,
                standings=self._standings,
                successions=self._successions,
                departures=self._departures,
                clock=self._clock,
                name=self._name,
            )
            self._waiting = False
            self._desk = _Desk(client=client, keys=Keyring(client, self._clock), reception=reception)
        desk = self._desk
        if not desk.introduced:
            await self._introduce(desk)
            desk.introduced = True
        return desk

    async def _introduce(self, desk: "_Desk") -> None:
        if not desk.client.access_token:
            await log_in(desk.client, self._vault, self._options, self._options.reveal)
            await desk.keys.upload(anew=True)
        else:
            await desk.keys.upload()
        await self._identity.establish(desk.client)
        await self._set_name(desk.client)

    async def _set_name(self, client: Client) -> None:
        """Set the display name where it differs. A homeserver may forbid it: then it stays as it is."""
        path = f"/profile/{quote(client.user_id, safe='')}/displayname"
        try:
            if (await client.call("GET", path)).get("displayname") == self._name:
                return
        except Declined as refusal:
            if refusal.token_refused:
                raise
        try:
            await client.call("PUT", path, {"displayname": self._name})
        except Declined as refusal:
            if refusal.limited or refusal.token_refused:
                raise
            self._log.warning("matrix_name_refused", code=refusal.code)

    async def _pull(self, desk: "_Desk") -> None:
        """One sync; the first of a client tells the rooms in full, and opens the voice."""
        if desk.synced:
            await desk.client.pull(None, full_state=False, wait_seconds=self._find_patience())
            return
        await desk.client.pull(self._vault.recall("sync_token"), full_state=True, wait_seconds=0)
        desk.synced = True
        self._voice.line = Line(desk.client, desk.keys)

    def _find_patience(self) -> int:
        """How long a sync may wait for news: until something is due that no news announces."""
        due = self._chores.next_due()
        left = _POLL_SECONDS if due is None else int(due - self._clock.now().timestamp()) + 1
        return min(max(left, 1), _POLL_SECONDS)

    async def _hand_over(self, desk: "_Desk", hear: Hear) -> None:
        """Give the rules what waits, in order; it is theirs once they have committed it, and dropped here then."""
        reception = desk.reception
        for note in self._inbox.sealed() if reception.opened else ():
            if note.room in reception.opened:
                await reception.hearing.fetch(note)
        reception.opened.clear()
        reception.tell_unreadable()
        await reception.hearing.prove(desk.keys)
        while notes := self._inbox.waiting(_BATCH):
            asks: list[Ask] = []
            for note in notes:
                ask = reception.hearing.recall(note) or await reception.hearing.fetch(note)
                if ask is not None:
                    asks.append(ask)
            if asks:
                await hear(asks)
            self._inbox.drop(ask.id for ask in asks)
            reception.hearing.release(ask.id for ask in asks)
            if any(ask.happening is not None for ask in asks):
                reception.happenings.traces = True
                self._due.set()

    def _judge(self, trouble: Exception) -> float:
        """Note what went wrong, once an outage; the least seconds to wait."""
        if self._quiet:
            self._quiet = False
            self._log.warning("matrix_interrupted", reason=_describe(trouble))
        if not isinstance(trouble, Declined):
            self._voice.away = isinstance(trouble, Unanswered)
            return 0.0
        if trouble.token_refused and self._desk is not None:
            self._vault.remember("access_token", None)
            self._desk.client.access_token = ""
            self._desk.introduced = False
        return trouble.retry_after if trouble.limited else 0.0


@dataclass(slots=True, kw_only=True)
class _Desk:
    """One client and what belongs to it."""

    client: Client
    keys: Keyring
    reception: Reception
    introduced: bool = False
    """Whether it is logged in and its device vouched for."""
    synced: bool = False
    """Whether it knows its rooms."""


def _describe(trouble: Exception) -> str:
    """A word for the log: the server's code, or the kind of error. Never its text."""
    return trouble.code if isinstance(trouble, Declined) else type(trouble).__name__
