"""Telegram's limits on sending, switchable; time is monotonic seconds, handed in."""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Limits:
    """30 a second overall, one a second per chat with bursts of three, 20 a minute per group.

    Whoever goes over is told how many seconds to wait, and is refused until these are over: the chat, or everybody
    where the overall limit was broken.
    """

    overall_per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    _recent: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _held: dict[int | None, float] = field(default_factory=dict)

    def admit(self, chat_id: int, now: float) -> int | None:
        """None if this send may go, and it is counted; else the whole seconds to wait."""
        for held in (None, chat_id):
            if (left := self._held.get(held, now) - now) > 0:
                return math.ceil(left)
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.overall_per_second:
            return self._hold(None, now, 1)
        level, at = self._chats.get(chat_id, (float(self.chat_burst), now))
        level = min(float(self.chat_burst), level + (now - at) * self.chat_per_second)
        if level < 1:
            return self._hold(chat_id, now, math.ceil((1 - level) / self.chat_per_second))
        if chat_id < 0:
            minute = self._groups.setdefault(chat_id, deque())
            while minute and minute[0] <= now - 60:
                minute.popleft()
            if len(minute) >= self.group_per_minute:
                return self._hold(chat_id, now, math.ceil(minute[0] + 60 - now))
            minute.append(now)
        self._chats[chat_id] = (level - 1, now)
        self._recent.append(now)
        return None

    def _hold(self, whom: int | None, now: float, seconds: int) -> int:
        self._held[whom] = now + seconds
        return seconds
