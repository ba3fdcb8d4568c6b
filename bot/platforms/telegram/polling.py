"""Listening by long polls of our own: an update is confirmed only once everything that it means is committed.

Telegram gives an update again until a later poll names a higher offset. PTB's updater raises the offset before the
handlers have run and loses what was queued when it is killed; here it rises after ``hear`` has returned.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from structlog.typing import FilteringBoundLogger
from telegram.error import Conflict, TelegramError

from bot.errors import CredentialRefused, PolledElsewhere
from bot.model.speech import Ask
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.holds import Holds
from bot.platforms.telegram.incoming import Me, understand
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.memberships import put_moves_first
from bot.platforms.telegram.transport import Limited, Unsent
from bot.platforms.telegram.verdicts import TOKEN_REFUSED, is_webhook
from bot.ports import Clock, Hear

POLL_SECONDS = 50
"""How long Telegram holds a poll open without news."""
CONFLICT_SECONDS = 60.0
"""After so long of conflicts a newcomer gives way; and so long without one ends them."""
ESTABLISHED_SECONDS = 75.0
"""A bot that had polled a minute before the conflicts began waits longer, so that of two only the newcomer ends."""
CONFLICT_PAUSE = 3.0
"""Between polls while another program polls too."""
REFUSED_PAUSE = 1.0
"""Before a refused token is tried once more."""


class Poll:
    """One bot's listening. ``granted`` is called after every poll that Telegram granted."""

    def __init__(
        self, line: Line, holds: Holds, clock: Clock, log: FilteringBoundLogger, granted: Callable[[], None]
    ) -> None:
        self._line = line
        self._holds = holds
        self._clock = clock
        self._log = log
        self._granted = granted
        self._backoff = Backoff()
        self._commits = Backoff()
        self._conflicts: tuple[float, float] | None = None
        self._since: float | None = None

    async def greet(self) -> Me:
        """Who this bot is; a webhook that was left over is removed, its updates kept; privacy mode off is told.

        Tries for ever where the network is away. CredentialRefused where Telegram does not know the token.
        """
        while True:
            try:
                me = await self._line.bot.get_me()
                if (await self._line.bot.get_webhook_info()).url:
                    await self._remove_webhook()
            except TOKEN_REFUSED:
                raise CredentialRefused from None
            except TelegramError as error:
                await self._wait_out(error)
            else:
                self._recovered()
                if me.can_read_all_group_messages:
                    self._log.warning("telegram_reads_whole_groups", remedy="Turn privacy mode on with @BotFather")
                return Me(me.id, me.username or "")

    async def listen(self, me: Me, hear: Hear) -> None:
        """Hear everything that is said, until cancelled. CredentialRefused and PolledElsewhere end it."""
        offset: int | None = None
        patience = 0  # the first poll only tells whether one may poll
        while True:
            try:
                batch = await self._line.poll(offset, patience)
            except TOKEN_REFUSED:
                # Asked again, since a network in trouble has said so of good tokens.
                await self._clock.sleep(REFUSED_PAUSE)
                await self.greet()
                continue
            except Conflict as error:
                await self._contend(error)
                continue
            except TelegramError as error:
                await self._wait_out(error)
                continue
            self._recovered()
            self._since = self._since or self._now()
            self._granted()
            patience = POLL_SECONDS
            if batch and await self._heard(self._understand(batch, me), hear):
                offset = max(update["update_id"] for update in batch) + 1

    def _understand(self, batch: Sequence[Mapping[str, Any]], me: Me) -> list[Ask]:
        """The asks in a batch; what cannot be understood is passed over, and so confirmed with the rest."""
        asks: list[Ask] = []
        for update in batch:
            try:
                asks += understand(update, me)
            except Exception as error:  # noqa: BLE001 - no update may stop the poll
                self._log.warning("telegram_update_not_understood", reason=type(error).__name__)
        return put_moves_first(asks)

    async def _heard(self, asks: Sequence[Ask], hear: Hear) -> bool:
        """Whether the asks are committed. If not, Telegram will give them again, a while later."""
        try:
            if asks:
                await hear(asks)
        except Exception as error:  # noqa: BLE001 - a full disk passes; the poll must be there then
            self._log.error("telegram_not_committed", reason=type(error).__name__)
            await self._clock.sleep(self._commits.lengthen())
            return False
        self._commits.reset()
        return True

    async def _contend(self, error: Conflict) -> None:
        """Wait for the other poll to end. PolledElsewhere once it has lasted."""
        now = self._now()
        first, latest = self._conflicts or (now, now)
        if now - latest > CONFLICT_SECONDS:
            first = now
        self._conflicts = (first, now)
        established = self._since is not None and first - self._since >= CONFLICT_SECONDS
        if now - first >= (ESTABLISHED_SECONDS if established else CONFLICT_SECONDS):
            raise PolledElsewhere
        if is_webhook(error):
            try:
                await self._remove_webhook()
            except TelegramError as trouble:
                await self._wait_out(trouble)
        elif first == now:
            self._log.warning("telegram_polled_elsewhere")
        await self._clock.sleep(CONFLICT_PAUSE)

    async def _remove_webhook(self) -> None:
        await self._line.bot.delete_webhook(drop_pending_updates=False)
        self._log.info("telegram_webhook_removed")

    async def _wait_out(self, error: TelegramError) -> None:
        if isinstance(error, Limited):
            self._log.warning("telegram_limited")
            await self._clock.sleep(error.seconds)
            return
        if not self._backoff.failures:
            self._log.warning("telegram_unreachable", reason=type(error).__name__)
        wait = self._backoff.lengthen()
        if isinstance(error, Unsent):
            self._holds.wait_for_poll(wait, self._now())
        await self._clock.sleep(wait)

    def _recovered(self) -> None:
        if self._backoff.failures:
            self._log.info("telegram_reached")
        self._backoff.reset()
        self._holds.resume()

    def _now(self) -> float:
        return self._clock.now().timestamp()
