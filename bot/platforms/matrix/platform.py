"""Matrix as the rules see it: it listens until cancelled, and answers."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from structlog.typing import FilteringBoundLogger

from bot.model.delivery import Later, Verdict
from bot.model.message import Message
from bot.model.people import Address
from bot.model.profile import Profile
from bot.model.speech import Ask, Reply
from bot.platforms.matrix.answering import Answerer
from bot.platforms.matrix.authority import Authority
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.delivering import Deliverer
from bot.platforms.matrix.identity import Fingerprint, read_fingerprint
from bot.platforms.matrix.incoming import NAME
from bot.platforms.matrix.listening import Listener
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.outgoing import SIGIL, SIZE
from bot.platforms.matrix.pace import Pace as Turns
from bot.platforms.matrix.seeding import Seeder
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import OUTAGE_SECONDS, Declined, Unanswered, judge
from bot.platforms.matrix.voice import Voice
from bot.ports import Clock, Hear, Size
from bot.ports_announcing import Pace

_REST_SECONDS = 5.0
"""Before a side job that failed begins again."""


class MatrixPlatform:
    """A bot on Matrix (see ``bot.ports.Platform``), with ``matrix.db`` in ``data_dir`` under the 32-byte ``secret``.

    ``profiles`` are the bot's words about itself by language tag; its display name is that of the default language.
    Use it as an asynchronous context, or call ``aclose``: answers may still be given after ``run`` was cancelled.
    Raises KeyRefused where another key sealed matrix.db.
    """

    def __init__(
        self,
        options: MatrixOptions,
        profiles: Mapping[str, Profile],
        default_language: str,
        clock: Clock,
        log: FilteringBoundLogger,
        *,
        data_dir: Path,
        secret: bytes,
    ) -> None:
        for library in ("nio", "peewee"):  # their lines would hold ids and keys, several for each event
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self._clock = clock
        self._log = log
        self._user_id = options.user_id
        self._vault = Vault(data_dir, secret)
        buttons = Buttons(self._vault)
        self._overall_per_second = options.pace.overall_per_second
        self._voice = Voice(Turns(options.pace.overall_per_second, clock))
        self._seeder = Seeder(buttons, self._voice, clock)
        self._answerer = Answerer(self._vault, buttons, self._voice, self._seeder, clock)
        self._authority = Authority(self._voice, clock)
        self._deliverer = Deliverer(self._voice, buttons, self._seeder, clock)
        display_name = profiles[default_language].name
        self._listener = Listener(
            options, vault=self._vault, buttons=buttons, voice=self._voice, clock=clock, log=log, name=display_name
        )

    @property
    def name(self) -> str:
        """``matrix``."""
        return NAME

    @property
    def size(self) -> Size:
        """16,000 bytes of UTF-8."""
        return SIZE

    @property
    def pace(self) -> Pace:
        """What the operator allows; the voice gives way by itself when the homeserver limits."""
        return Pace(overall_per_second=self._overall_per_second)

    @property
    def sigil(self) -> str:
        """``!``: apps keep ``/`` for themselves."""
        return SIGIL

    @property
    def fingerprint(self) -> Fingerprint | None:
        """What readers can compare with their app; None before the first start has made it."""
        return read_fingerprint(self._vault)

    async def run(self, hear: Hear, ready: Callable[[], None]) -> None:
        """Listen until cancelled; ``ready`` is called once the first sync is in and the device vouched for.

        Raises CredentialRefused only.
        """
        self._seeder.wake()
        jobs = [
            asyncio.create_task(self._sustain("chores", self._listener.do_chores)),
            asyncio.create_task(self._sustain("seeds", self._seeder.run)),
        ]
        try:
            await self._listener.listen(hear, ready)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def answer(self, ask: Ask, reply: Reply) -> Verdict:
        """Show the reply where the ask came from. Never raises; the same ask answered again is the same event."""
        try:
            return await self._answerer.give(ask, reply)
        except (Unanswered, Declined) as trouble:
            return judge(trouble)
        except Exception as trouble:  # noqa: BLE001 - a bug or the disk; whatever was sent keeps its transaction id
            self._log.error("matrix_answer_failed", reason=type(trouble).__name__)
            return Later(OUTAGE_SECONDS)

    async def may_set(self, address: Address, person: str) -> bool | None:
        """Whether that user is in that room with a power level of 50 or more. Never raises."""
        try:
            return await self._authority.may_set(address.native, person)
        except Exception as trouble:  # noqa: BLE001 - a bug must not let anybody in, nor stop an answer
            self._log.error("matrix_power_unknown", reason=type(trouble).__name__)
            return None

    def link(self, payload: str) -> str | None:
        """A page that opens the bot's profile; it can carry no payload."""
        del payload
        return f"https://matrix.to/#/{self._user_id}"

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Say something unasked; the same ``once`` is the same event."""
        return await self._deliverer.deliver(address, message, once=once, silent=silent)

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Put another text in place of a message that was said."""
        return await self._deliverer.amend(address, reference, message, once=once)

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Take a message back."""
        return await self._deliverer.withdraw(address, reference, once=once)

    async def aclose(self) -> None:
        """Close every connection and the vault. The device stays logged in."""
        await self._listener.close()
        self._vault.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _sustain(self, name: str, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Keep a side job going, whatever ends it."""
        while True:
            try:
                await job()
            except Exception as trouble:  # noqa: BLE001 - nobody else would hear of it
                self._log.error("matrix_job_failed", job=name, reason=type(trouble).__name__)
            await self._clock.sleep(_REST_SECONDS)
