"""Until when nothing may be sent: to a chat, or to anyone. In memory; what is owed keeps its own hour in the store."""

from dataclasses import dataclass

from telegram.error import TelegramError

from bot.model.delivery import Later, Unsure, Verdict
from bot.model.people import Address
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.verdicts import judge

TOGETHER_SECONDS = 1.0
"""Two chats limited within this time mean that the whole bot is limited."""
PROBE_SECONDS = 30.0
"""How long a call may take, connection and reply; for so long one call alone tries whether an outage is over."""
RECHECK_SECONDS = 5.0
"""The longest that an outage makes anybody wait before asking here again."""


@dataclass(frozen=True, slots=True)
class _Window:
    noted: float
    until: float


class Holds:
    """Telegram's ``retry_after`` windows, and the outages of its server. Moments are POSIX seconds.

    In an outage nobody is tried for a while, then one alone; the poll, which tries by itself, speaks for all.
    """

    def __init__(self) -> None:
        self._chats: dict[str, _Window] = {}
        self._everyone = 0.0
        self._outage = 0.0
        self._backoff = Backoff()
        self._probing = False

    def check(self, chat: str, now: float) -> Later | None:
        """What to answer instead of sending to that chat now; None where it may be sent."""
        if self._everyone > now:
            return Later(self._everyone - now, everyone=True)
        if self._outage > now:
            return self._ask_again(now)
        window = self._chats.get(chat)
        if window is not None and window.until > now:
            return Later(window.until - now)
        if self._backoff.failures:
            self._probing = True
            self._outage = now + PROBE_SECONDS
        return None

    def holds(self, chat: str, now: float) -> bool:
        """Whether that chat, or everyone, is held now: the same as ``check``, without trying an outage's end."""
        window = self._chats.get(chat)
        return max(self._everyone, self._outage, window.until if window else 0.0) > now or self._backoff.failures > 0

    def weigh(self, error: TelegramError, address: Address, now: float) -> Verdict:
        """The verdict on a call that ended so, and what follows from it for others: a window, or an outage."""
        match judge(error, address):
            case Later(everyone=True):
                return self.pause(now)
            case Unsure() as verdict:
                return verdict
            case verdict:
                self.resume()
        return self.limit(address.native, verdict.after, now) if isinstance(verdict, Later) else verdict

    def limit(self, chat: str, seconds: float, now: float) -> Later:
        """Telegram asked for silence in a chat; all are held where another chat was limited within a second."""
        self._chats = {known: window for known, window in self._chats.items() if window.until > now}
        until = max(now + seconds, self._chats.get(chat, _Window(now, now)).until)
        others = [
            window.until
            for known, window in self._chats.items()
            if known != chat and now - window.noted <= TOGETHER_SECONDS
        ]
        self._chats[chat] = _Window(now, until)
        if not others:
            return Later(until - now)
        self._everyone = max(self._everyone, until, *others)
        return Later(self._everyone - now, everyone=True)

    def pause(self, now: float) -> Later:
        """The server could not be reached: nobody is tried for a while, longer with each try that fails."""
        if self._probing or self._outage <= now:
            self._probing = False
            self._outage = now + self._backoff.lengthen()
        return self._ask_again(now)

    def wait_for_poll(self, seconds: float, now: float) -> None:
        """The poll could not reach the server and tries again in so many seconds: until it has, nobody else does."""
        self._outage = max(self._outage, now + seconds + PROBE_SECONDS)

    def resume(self) -> None:
        """The server was reached: an outage is over. Telegram's windows are not."""
        self._outage = 0.0
        self._probing = False
        self._backoff.reset()

    def _ask_again(self, now: float) -> Later:
        """In an outage the way may be free any moment, and asking here costs no request."""
        return Later(min(self._outage - now, RECHECK_SECONDS), everyone=True)
