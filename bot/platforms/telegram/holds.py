"""Until when nothing may be sent: to a chat, or to anyone. In memory; what is owed keeps its own hour in the store."""

from dataclasses import dataclass

from bot.model.delivery import Later
from bot.platforms.telegram.backoff import Backoff

TOGETHER_SECONDS = 1.0
"""Two chats limited within this time mean that the whole bot is limited."""


@dataclass(frozen=True, slots=True)
class _Window:
    noted: float
    until: float


class Holds:
    """Telegram's ``retry_after`` windows, and the pauses of an outage. Moments are POSIX seconds."""

    def __init__(self) -> None:
        self._chats: dict[str, _Window] = {}
        self._everyone = 0.0
        self._outage = 0.0
        self._backoff = Backoff()

    def check(self, chat: str, now: float) -> Later | None:
        """What to answer instead of sending to that chat now; None where it is free."""
        if (everyone := max(self._everyone, self._outage)) > now:
            return Later(everyone - now, everyone=True)
        window = self._chats.get(chat)
        return None if window is None or window.until <= now else Later(window.until - now)

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
        if others:
            self._everyone = max(self._everyone, until, *others)
        return self.check(chat, now) or Later(0.0)

    def pause(self, now: float) -> Later:
        """The server cannot be reached: nobody is tried for a while, longer with each pause in a row."""
        if self._outage <= now:
            self._outage = now + self._backoff.lengthen()
        return Later(self._outage - now, everyone=True)

    def resume(self) -> None:
        """The server was reached: the pause of an outage ends, Telegram's windows do not."""
        self._outage = 0.0
        self._backoff.reset()
