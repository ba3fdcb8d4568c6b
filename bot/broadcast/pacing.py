"""How fast a network may be spoken to: pure arithmetic over moments in POSIX seconds.

Deliveries ask before they send. Answers only tell that they were sent: they never wait for a pace, so a busy hour of
answers makes deliveries slower and not the other way round.
"""

from dataclasses import dataclass, field

from bot.model.people import Address, ChatKind
from bot.ports_announcing import Pace, Silence

SLACK = 0.07
"""A bucket holds what comes in within this part of its period: 28/s and two more stay below Telegram's 30/s."""
TOGETHER_SECONDS = 1.0
"""Two chats that are limited within this time mean that all are."""
DOUBTS = 5
"""So many uncertain outcomes in a row, of different requests, and the network is taken to be down."""
SHORTEST_PAUSE, LONGEST_PAUSE = 2.0, 45.0
"""Seconds between two requests to a network that seems to be down."""
REMEMBERED = 4096
"""After so many chats those whose time is over are forgotten."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come in evenly. It starts empty: nothing is known about the second before."""

    per_second: float
    filled: float
    """The moment up to which tokens have come in."""
    tokens: float = 0.0

    @property
    def capacity(self) -> float:
        """The most that it holds: what is not used in time is lost."""
        return max(1.0, self.per_second * SLACK)

    def available(self, now: float) -> int:
        """How many may be taken now."""
        if now > self.filled:
            self.tokens = min(self.capacity, self.tokens + (now - self.filled) * self.per_second)
            self.filled = now
        return max(0, int(self.tokens + 1e-9))

    def take(self, count: float, now: float) -> None:
        """So many are used. More than there are is a debt, to be filled before anything else may be taken."""
        self.available(now)
        self.tokens -= count

    def wait(self, now: float) -> float:
        """Seconds until one may be taken."""
        self.available(now)
        return max(0.0, (1.0 - self.tokens) / self.per_second)


@dataclass(slots=True)
class Windows:
    """Silences that the network asked for: of chats, and of everyone. Nothing is sent inside one."""

    everyone: float = 0.0
    _chats: dict[str, float] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)
    """When the network asked last, by chat: those of the last second."""

    def hold(self, chat: str, silence: Silence) -> None:
        """A silence of one chat."""
        self._chats[chat] = max(silence.until, self._chats.get(chat, 0.0))
        self._asked[chat] = silence.asked

    def hold_everyone(self, until: float) -> None:
        """A silence of all."""
        self.everyone = max(self.everyone, until)

    def limit(self, chat: str, silence: Silence) -> bool:
        """The network has just asked for silence in that chat; True where all are held by that.

        All are where another chat was limited within the second before.
        """
        now = silence.asked
        self._chats = {known: end for known, end in self._chats.items() if end > now}
        self._asked = {known: noted for known, noted in self._asked.items() if now - noted <= TOGETHER_SECONDS}
        self.hold(chat, silence)
        if len(self._asked) == 1:
            return False
        self.hold_everyone(max(self._chats.get(known, 0.0) for known in self._asked))
        return True

    def until(self, chat: str, now: float) -> float | None:
        """When that chat may be spoken to again; None where it may be now."""
        end = max(self.everyone, self._chats.get(chat, 0.0))
        return end if end > now else None


@dataclass(slots=True)
class Outage:
    """Whether the network seems to be down: nobody's fate is known. Then it is asked by one request at a time.

    A network that is down without saying so would else use up everybody's tries.
    """

    until: float = 0.0
    _doubts: int = 0
    _pause: float = 0.0

    @property
    def suspected(self) -> bool:
        """So many uncertain outcomes came one after the other."""
        return self._doubts >= DOUBTS

    def note(self, now: float, *, uncertain: bool) -> None:
        """An outcome came back. A certain one, whatever it is, means that the network is there."""
        if not uncertain:
            self._doubts, self._pause, self.until = 0, 0.0, 0.0
            return
        self._doubts += 1
        if self.suspected and now >= self.until:
            self._pause = min(LONGEST_PAUSE, max(SHORTEST_PAUSE, self._pause * 2))
            self.until = now + self._pause

    def allows(self, now: float, flying: int) -> bool:
        """Whether anything may be sent while so many requests are under way."""
        return not self.suspected or (now >= self.until and flying == 0)


class Pacer:
    """One network's pace: over all chats, for each chat, and for each group."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._overall = Bucket(pace.overall_per_second, now)
        self._chats: dict[str, float] = {}
        self._groups: dict[str, Bucket] = {}

    def available(self, now: float) -> int:
        """How many messages the network bears now, to different chats."""
        return self._overall.available(now)

    def wait(self, now: float) -> float:
        """Seconds until it bears one more."""
        return self._overall.wait(now)

    def until(self, address: Address, kind: ChatKind, now: float) -> float | None:
        """When that chat bears a message; None where it does now."""
        moments = [self._chats.get(address.native, 0.0)]
        if kind is not ChatKind.PRIVATE and self._pace.per_group_per_minute is not None:
            group = self._groups.get(address.native)
            if group is not None:
                moments.append(now + group.wait(now))
        latest = max(moments)
        return latest if latest > now else None

    def spend(self, address: Address, kind: ChatKind, now: float) -> None:
        """A message goes out to that chat: a delivery's that was allowed, or an answer that asks nobody."""
        self._overall.take(1, now)
        if len(self._chats) > REMEMBERED:
            self._forget(now)
        if self._pace.per_chat_per_second is not None:
            self._chats[address.native] = now + 1 / self._pace.per_chat_per_second
        if kind is not ChatKind.PRIVATE and self._pace.per_group_per_minute is not None:
            group = self._groups.get(address.native)
            if group is None:
                group = Bucket(self._pace.per_group_per_minute / 60, now, tokens=1.0)
                self._groups[address.native] = group
            group.take(1, now)

    def _forget(self, now: float) -> None:
        self._chats = {chat: moment for chat, moment in self._chats.items() if moment > now}
        self._groups = {chat: group for chat, group in self._groups.items() if group.wait(now) > 0}


class Gate:
    """What stands between a delivery and its network: the pace, and the silences that the network asked for.

    One for each network, shared by deliveries and answers.
    """

    def __init__(self, pace: Pace, now: float) -> None:
        self.pacer = Pacer(pace, now)
        self.windows = Windows()
        self.outage = Outage()
        self.between = 1 / pace.per_chat_per_second if pace.per_chat_per_second else 0.0
        """Seconds that a chat wants between two messages."""

    def available(self, now: float, flying: int = 0) -> int:
        """How many messages may go out now, to different chats, while so many are under way."""
        if self.windows.everyone > now or not self.outage.allows(now, flying):
            return 0
        return min(1, self.pacer.available(now)) if self.outage.suspected else self.pacer.available(now)

    def until(self, address: Address, kind: ChatKind, now: float) -> float | None:
        """When that chat may get a message; None where it may now."""
        return self.windows.until(address.native, now) or self.pacer.until(address, kind, now)

    def answered(self, address: Address, kind: ChatKind, now: float) -> None:
        """An answer goes out: it waits for nothing here, and deliveries give way to it."""
        self.pacer.spend(address, kind, now)
