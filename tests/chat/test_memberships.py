"""Whatever happens to chats, in any order, again, or cut off by a kill: what is kept agrees with a simple model (S10).

The model is a dictionary of rows and what the world is like outside. It knows nothing of how the bot does it.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.chat import joining
from bot.chat.gate import Gate
from bot.model.delivery import Gone
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Ask, Happening, Reply
from bot.ports import Tx
from tests.chat.stage import NAME, House, ask, house, told

T = TypeVar("T")
PEOPLE = st.sampled_from(["ada", "eve"])
GROUPS = st.sampled_from(["family", "union"])
CHANNEL = "channel"
CHOICES: dict[str, dict[str, Any]] = {
    "updates all": {"updates": Updates.ALL},
    "updates urgent": {"updates": Updates.URGENT},
    "unsubscribe": {"updates": Updates.OFF},
    "language zh-Hant": {"language": "zh-Hant"},
    "quiet off": {"quiet": None},
    "quiet 22:00-07:00": {"quiet": "22:00-07:00"},
    "sound off": {"sound": False},
    "settings": {},
}
WORDS = st.sampled_from([*CHOICES, "forget_me"])
HAPPENINGS = st.sampled_from([Happening.LEFT, Happening.MUTED, Happening.ALLOWED])
WEEK = 7 * 24


@dataclass
class World:
    """What is outside, and what should be kept."""

    rows: dict[str, Chat] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=lambda: {"family": "family", "union": "union"})
    """Where a group is now."""
    admins: set[tuple[str, str]] = field(default_factory=set)
    """Group (by its first name) or channel, and person."""
    host: str | None = None
    """Whom the channel is entrusted to."""

    def row(self, chat: str, kind: ChatKind = ChatKind.PRIVATE) -> Chat:
        """Its row, a new one where there was none."""
        return self.rows.setdefault(chat, Chat(address=Address(NAME, chat), kind=kind))

    def change(self, chat: str, kind: ChatKind, **choices: Any) -> None:
        """Something is known of it now."""
        self.rows[chat] = replace(self.row(chat, kind), **choices)

    def do(self, chat: str, kind: ChatKind, word: str) -> None:
        """Somebody who may says so."""
        if word == "forget_me":
            self.drop(chat)
        else:
            self.change(chat, kind, **CHOICES[word])

    def drop(self, chat: str) -> None:
        """Nothing is kept any more."""
        self.rows.pop(chat, None)
        if chat in {self.host, CHANNEL}:
            self.host = None


class Memberships(RuleBasedStateMachine):
    """Two people, two groups and a channel. Every step may be cut off by a kill before its answer is given."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.stage: House = self.run(self.stack.enter_async_context(house()))
        self.world = World()
        self.heard: list[Ask] = []
        self.numbers = [0]

    def run(self, deed: Coroutine[Any, Any, T]) -> T:
        """Do it to its end."""
        return self.loop.run(deed)

    def teardown(self) -> None:
        """Close the house."""
        self.run(self.stack.aclose())
        self.loop.close()

    @property
    def next(self) -> int:
        """The number of the next event."""
        return len(self.heard) + 1

    @property
    def hour(self) -> int:
        """The present one."""
        return int(self.stage.clock.now().timestamp()) // 3600

    def hear(self, one: Ask, *, killed: bool = False) -> list[Reply]:
        """The bot hears it and answers; ``killed``: only the next run answers."""
        self.heard.append(one)
        self.stage.network.admins = {(self.world.names.get(chat, chat), person) for chat, person in self.world.admins}
        return self.run(self._hear(one, killed=killed))

    async def _hear(self, one: Ask, *, killed: bool) -> list[Reply]:
        if not killed:
            return await self.stage.say(one)
        for chat in (one.address.native, *(["ada", "eve"] if one.kind is ChatKind.CHANNEL else [])):
            self.stage.network.verdicts[chat].append(asyncio.Event())
        await self.stage.conversation.hear([one])
        await self.stage.conversation.close()
        before = len(self.stage.network.replies)
        conversation = self.stage.restart()
        await conversation.resume()
        await conversation.drain()
        return self.stage.network.replies[before:]

    @rule(group=GROUPS, killed=st.booleans())
    def added(self, group: str, killed: bool) -> None:
        """The bot comes into a group, or is told so once more."""
        name = self.world.names[group]
        new = name not in self.world.rows or self.world.rows[name].joined is None
        replies = self.hear(told(self.next, Happening.ADDED, chat=name), killed=killed)
        assert len(replies) == new
        if new:
            self.world.change(name, ChatKind.GROUP, joined=self.hour, muted=False)

    @rule(group=GROUPS, happening=HAPPENINGS, killed=st.booleans())
    def happens(self, group: str, happening: Happening, killed: bool) -> None:
        """It is removed, muted or heard again."""
        name = self.world.names[group]
        assert self.hear(told(self.next, happening, chat=name), killed=killed) == []
        if happening is Happening.LEFT:
            self.world.drop(name)
        elif name in self.world.rows:
            self.world.change(name, ChatKind.GROUP, muted=happening is Happening.MUTED)

    @rule(group=GROUPS, killed=st.booleans())
    def migrates(self, group: str, killed: bool) -> None:
        """The group gets another address; the old one is told to be left afterwards."""
        old, new = self.world.names[group], self.world.names[group] + "'"
        self.world.names[group] = new
        for one in (told(self.next, Happening.MOVED, chat=old, about=new), told(0, Happening.LEFT, chat=old)):
            assert self.hear(replace(one, id=f"event-{self.next}"), killed=killed) == []
        if row := self.world.rows.pop(old, None):
            self.world.rows[new] = replace(row, address=Address(NAME, new), topic=None)

    @rule(group=GROUPS, person=PEOPLE)
    def changes_office(self, group: str, person: str) -> None:
        """Somebody is promoted, or demoted."""
        self.world.admins ^= {(group, person)}

    @rule(group=GROUPS, person=PEOPLE, word=WORDS, pressed=st.booleans(), killed=st.booleans())
    def says_in_group(self, group: str, person: str, word: str, pressed: bool, killed: bool) -> None:
        """Typed, or by a button of any age."""
        name = self.world.names[group]
        said = ask(self.next, word, chat=name, kind=ChatKind.GROUP, speaker=person, pressed=pressed)
        self.hear(said, killed=killed)
        if (group, person) in self.world.admins:
            self.world.do(name, ChatKind.GROUP, word)
        else:
            self.world.row(name, ChatKind.GROUP)

    @rule(group=GROUPS, person=PEOPLE, topic=st.sampled_from([None, "12", "13"]), off=st.booleans())
    def binds_topic(self, group: str, person: str, topic: str | None, off: bool) -> None:
        """``here``, in a topic or none."""
        name = self.world.names[group]
        word = "here off" if off else "here"
        self.hear(ask(self.next, word, chat=name, kind=ChatKind.GROUP, speaker=person, topic=topic))
        self.world.row(name, ChatKind.GROUP)
        if (group, person) in self.world.admins and (off or topic):
            self.world.change(name, ChatKind.GROUP, topic=None if off else topic)

    @rule(group=GROUPS, person=PEOPLE)
    def is_found_gone(self, group: str, person: str) -> None:
        """The bot was removed, and learns it from an answer alone."""
        name = self.world.names[group]
        self.stage.network.verdicts[name].append(Gone())
        self.hear(ask(self.next, "settings", chat=name, kind=ChatKind.GROUP, speaker=person, pressed=True))
        self.world.drop(name)

    @rule(person=PEOPLE, word=WORDS, pressed=st.booleans(), killed=st.booleans())
    def says_privately(self, person: str, word: str, pressed: bool, killed: bool) -> None:
        """In their own chat."""
        assert self.hear(ask(self.next, word, chat=person, pressed=pressed), killed=killed)
        self.world.do(person, ChatKind.PRIVATE, word)

    @rule(person=PEOPLE, told_so=st.booleans())
    def blocks(self, person: str, told_so: bool) -> None:
        """Told by the network, or found out by an answer."""
        if told_so:
            self.hear(told(self.next, Happening.LEFT, chat=person, kind=ChatKind.PRIVATE))
        else:
            self.stage.network.verdicts[person].append(Gone())
            self.hear(ask(self.next, "settings", chat=person))
            self.world.row(person)
        row = self.world.rows.get(person)
        if row and row.updates:
            self.world.change(person, ChatKind.PRIVATE, updates=Updates.OFF)

    @rule(person=PEOPLE)
    def unblocks(self, person: str) -> None:
        """Nothing begins by it."""
        assert self.hear(told(self.next, Happening.ALLOWED, chat=person, kind=ChatKind.PRIVATE)) == []

    @rule(person=PEOPLE, killed=st.booleans())
    def channel_added(self, person: str, killed: bool) -> None:
        """Somebody makes the bot an admin of the channel."""
        one = told(self.next, Happening.ADDED, chat=person, kind=ChatKind.PRIVATE, about=CHANNEL)
        new = CHANNEL not in self.world.rows or self.world.host != person
        assert len(self.hear(one, killed=killed)) == new
        if new:
            joined = self.world.row(CHANNEL, ChatKind.CHANNEL).joined or self.hour
            self.world.change(CHANNEL, ChatKind.CHANNEL, joined=joined, muted=False)
            self.world.row(person)
            self.world.host = person
            self.numbers.append(self.run(self._number()) or 0)

    async def _number(self) -> int | None:
        return await self.stage.store.do(lambda tx: tx.chats.number(Address(NAME, CHANNEL)))

    @rule(happening=HAPPENINGS, killed=st.booleans())
    def channel_happens(self, happening: Happening, killed: bool) -> None:
        """It is removed there, or loses or gets its right; its host hears of a lost one, where the bot knows them."""
        row = self.world.rows.get(CHANNEL)
        news = happening is Happening.MUTED and row is not None and not row.muted and self.world.host in self.world.rows
        replies = self.hear(told(self.next, happening, chat=CHANNEL, kind=ChatKind.CHANNEL), killed=killed)
        assert len(replies) == news
        if happening is Happening.LEFT:
            self.world.drop(CHANNEL)
        elif row:
            self.world.change(CHANNEL, ChatKind.CHANNEL, muted=happening is Happening.MUTED)

    @rule(person=PEOPLE)
    def changes_office_of_channel(self, person: str) -> None:
        """Somebody is promoted, or demoted."""
        self.world.admins ^= {(CHANNEL, person)}

    @rule(person=PEOPLE, word=WORDS, old=st.integers(0, 9), pressed=st.booleans(), killed=st.booleans())
    def sets_channel(self, person: str, word: str, old: int, pressed: bool, killed: bool) -> None:
        """``in N``, by any number that the channel ever had."""
        number = self.numbers[-1 - old % len(self.numbers)]
        present = self.run(self._number())
        self.hear(ask(self.next, f"in {number} {word}", chat=person, pressed=pressed), killed=killed)
        self.world.row(person)
        if number == present and self.world.host == person and (CHANNEL, person) in self.world.admins:
            self.world.do(CHANNEL, ChatKind.CHANNEL, word)

    @rule(at=st.integers(0, 1000), killed=st.booleans())
    def repeats(self, at: int, killed: bool) -> None:
        """The network tells an event of the last two days again."""
        if self.heard:
            again = self.heard[at % len(self.heard)]
            assert self.hear(again, killed=killed) == []
            self.heard[-1] = told(0, Happening.ALLOWED, chat="nobody")  # it counts as a number alone

    @rule(hours=st.sampled_from([1, 50, WEEK, WEEK + 1]))
    def time_passes(self, hours: int) -> None:
        """The bot leaves what has chosen nothing for a week, and drops what nobody chose after two days."""
        before = len(self.stage.network.replies)
        self.run(self._pass(hours))
        left = [reply for reply in self.stage.network.replies[before:] if reply.leaves]
        idle = [
            name
            for name, row in self.world.rows.items()
            if row.joined is not None and row.undecided and row.joined < self.hour - WEEK
        ]
        assert len(left) == len(idle)
        for name in idle:
            self.world.drop(name)
        empty = {name for name, row in self.world.rows.items() if row.joined is None and row.undecided}
        if hours > 48:
            self.heard = [told(0, Happening.ALLOWED, chat="nobody")] * len(self.heard)
        else:  # those of which a message is still known stay
            empty -= self.run(self.stage.store.do(self._look)).keys()
        for name in empty:
            del self.world.rows[name]

    async def _pass(self, hours: int) -> None:
        await self.stage.clock.sleep(hours * 3600)
        await self.stage.conversation.leave_idle()
        await self.stage.conversation.drain()
        before = self.stage.clock.now() - timedelta(hours=48)

        def prune(tx: Tx) -> None:
            tx.inbox.prune(before)
            tx.sent.prune(before)

        await self.stage.store.do(prune)

    @invariant()
    def what_is_kept_is_what_should_be(self) -> None:
        """Of every chat that there ever was: its row, or none; and nothing is owed."""
        assert self.run(self.stage.store.do(self._look)) == self.world.rows
        assert self.run(self.stage.owed()) == []

    def _look(self, tx: Tx) -> dict[str, Chat]:
        names = {"ada", "eve", CHANNEL}
        for group, name in self.world.names.items():
            names |= {group + "'" * count for count in range(name.count("'") + 1)}
        found = {name: tx.chats.find(Address(NAME, name)) for name in names}
        return {name: chat for name, chat in found.items() if chat}


def _check(examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    rules = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    run_state_machine_as_test(Memberships, settings=rules)


def test_memberships_agree_with_the_model() -> None:
    """Some lives of a few dozen steps."""
    _check(15, 40)


@pytest.mark.parametrize("protection", ["gate", "greeting"])
def test_the_model_sees_a_missing_protection(protection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where anybody counts as an admin, or a group is greeted at each arrival, the two part."""

    async def wave_through(_: Gate, one: Ask) -> Ask:
        return replace(one, may_set=True)

    if protection == "gate":
        monkeypatch.setattr(Gate, "check", wave_through)
    else:
        monkeypatch.setattr(joining, "_added", joining._greet)
    with pytest.raises(AssertionError):
        _check(100, 50, (Phase.generate,))


@pytest.mark.figures
@pytest.mark.timeout(3600)
def test_many_memberships_agree_with_the_model() -> None:
    """Hundreds of lives."""
    _check(400, 60)
