"""What nobody may make the bot say over and over: refusals, and in a group the panels that anybody can ask for."""

from collections.abc import Hashable

from bot.model.people import ChatKind
from bot.model.speech import Ask, Reply

REFUSAL_SECONDS = 60.0
"""A line that refuses is said once in so long, in each chat."""
PANEL_SECONDS = 20.0
"""In a group a panel that anybody may ask for is said once in so long,"""
PANELS_AT_ONCE = 3
"""and so many at once where there was none for a while."""
_MOST_REMEMBERED = 10_000


class Sparing:
    """A bucket per chat and sort of answer. What is pressed is answered each time: a toast is seen by one person."""

    def __init__(self) -> None:
        self._full_until: dict[Hashable, float] = {}

    def allows(self, chat: Hashable, ask: Ask, reply: Reply, now: float) -> bool:
        """Whether this is said; if so, it is counted. ``now`` in POSIX seconds."""
        if ask.pressed:
            return True
        if reply.sparing:
            return self._take((chat, "refusal"), REFUSAL_SECONDS, 1, now)
        if ask.kind is ChatKind.PRIVATE or ask.happening is not None or ask.may_set:
            return True
        return self._take((chat, "panel"), PANEL_SECONDS, PANELS_AT_ONCE, now)

    def _take(self, bucket: Hashable, seconds: float, most: int, now: float) -> bool:
        if len(self._full_until) >= _MOST_REMEMBERED:
            self._full_until = {one: until for one, until in self._full_until.items() if until > now}
        until = max(now, self._full_until.get(bucket, now))
        if until - now > seconds * (most - 1):
            return False
        self._full_until[bucket] = until + seconds
        return True
