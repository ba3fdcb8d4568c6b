"""Whatever happens to rooms, in whatever pieces it is told and wherever the bot is killed: the rules know in the end.

A machine of hypothesis moves people about on a homeserver of a few lines; what the rules make of the happenings is
compared with what is the case.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from bot.model.people import ChatKind
from bot.model.speech import Ask, Happening
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures
from bot.platforms.matrix.inbox import Inbox
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.options import Invites
from bot.platforms.matrix.reception import Reception
from bot.platforms.matrix.sieve import read_sync
from bot.platforms.matrix.standing import Standings
from bot.platforms.matrix.successions import Successions
from bot.platforms.matrix.vault import Vault
from tests.platforms.matrix.clocks import StillClock
from tests.platforms.matrix.world import BEN, BOT, World


class Rules:
    """What the rules make of it: each room with the joining that it dates from, whether silenced, and its kind."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self.rooms: dict[str, tuple[str, bool, ChatKind]] = {}

    def hear(self, ask: Ask) -> None:
        """Take one ask, once."""
        if ask.id in self.heard:
            return
        self.heard.add(ask.id)
        room = ask.address.native
        date, muted, _ = self.rooms.get(room, (ask.id, False, ask.kind))
        match ask.happening:
            case Happening.LEFT:
                self.rooms.pop(room, None)
            case Happening.MOVED if ask.about is not None and room in self.rooms:
                self.rooms[ask.about.native] = self.rooms.pop(room)
            case Happening.MUTED | Happening.ALLOWED if room in self.rooms:
                self.rooms[room] = (date, ask.happening is Happening.MUTED, ask.kind)
            case Happening.ADDED | None:  # a private chat is greeted
                self.rooms.setdefault(room, (date, muted, ask.kind))
            case _:
                pass


class Lives(RuleBasedStateMachine):
    """Rooms come, change, are replaced and go; the bot syncs, is killed, and does its chores at any moment."""

    rooms = Bundle("rooms")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World()
        self.told = Rules()
        self.clock = StillClock()
        self.vault = Vault(Path(self.folder.name), bytes(32))

    @initialize()
    def begins(self) -> None:
        """The bot's first sync, before there are any rooms."""
        self._wake()
        self._sync(heard=True)

    @rule(target=rooms, several=st.booleans(), public=st.booleans(), invited=st.booleans())
    def opens(self, several: bool, public: bool, invited: bool) -> str:
        """Ada opens a room."""
        room = self.world.opens(several=several, public=public)
        if invited:
            self.world.invites(room)
        return room

    @rule(room=rooms)
    def invites(self, room: str) -> None:
        """Ada asks the bot in."""
        self.world.invites(room)

    @rule(room=rooms, how=st.sampled_from(["leave", "ban"]))
    def puts_out(self, room: str, how: str) -> None:
        """Ada puts the bot out, or bans it, or lets it be asked again."""
        self.world.puts(room, BOT, how)

    @rule(room=rooms)
    def puts_out_and_asks_again(self, room: str) -> None:
        """Between two syncs, so that the bot sees the invitation alone."""
        self.world.puts(room, BOT, "leave")
        self.world.invites(room)

    @rule(room=rooms, how=st.sampled_from(["join", "leave"]))
    def ben_moves(self, room: str, how: str) -> None:
        """A third comes or goes."""
        self.world.puts(room, BEN, how)

    @rule(room=rooms, level=st.sampled_from([0, 50]))
    def silences(self, room: str, level: int) -> None:
        """Ada says who may speak."""
        self.world.silences(room, level)

    @rule(target=rooms, room=rooms, truly=st.booleans(), invite=st.booleans())
    def ends(self, room: str, truly: bool, invite: bool) -> Any:
        """Ada upgrades a room, or points to one that does not replace it."""
        new = self.world.ends(room, truly=truly, invite=invite)
        return multiple() if new is None else new

    @rule(heard=st.booleans())
    def syncs(self, heard: bool) -> None:
        """The bot takes in what is new; the rules hear of it or do not yet."""
        self._sync(heard=heard)

    @rule()
    def is_killed(self) -> None:
        """What is in memory is gone."""
        self._wake()

    @rule(seconds=st.sampled_from([0, 15, 300]))
    def does_chores(self, seconds: int) -> None:
        """Joins, leaves, forgets."""
        self._settle(seconds)

    def teardown(self) -> None:
        """After quiet has come the rules know exactly what is the case."""
        try:
            for _ in range(8):
                self._settle(3600)
                self._sync(heard=True)
            actual = {
                name: (
                    self.world.joinings.get(name),
                    room.muted if room.heir is None else None,
                    ChatKind.PRIVATE if len(room.present) == 2 else ChatKind.GROUP,
                )
                for name, room in self.world.rooms.items()
                if room.members.get(BOT) == "join"
            }
            known = {
                name: (date, muted if self.world.rooms[name].heir is None else None, kind)
                for name, (date, muted, kind) in self.told.rooms.items()
            }
            assert {name: (date, muted) for name, (date, muted, _) in known.items()} == {
                name: (date, muted) for name, (date, muted, _) in actual.items()
            }
            ended = {name for name, room in self.world.rooms.items() if room.heir is not None}
            assert {name: kind for name, (_, _, kind) in known.items() if name not in ended} == {
                name: kind for name, (_, _, kind) in actual.items() if name not in ended
            }
        finally:
            self.vault.close()
            self.folder.cleanup()

    def _wake(self) -> None:
        """A new client from what is on the disk."""
        self.client = Client("http://127.0.0.1:1", BOT, "DEVICE", self.vault)
        setattr(self.client, "call", self.world.call)  # noqa: B010 - to mypy a method is none to be replaced
        self.inbox = Inbox(self.vault)
        self.invitations = Invitations(self.vault, Invites(per_hour=1000), self.clock)
        self.successions = Successions(self.vault, self.clock)
        self.departures = Departures(self.vault, self.clock)
        self.reception = Reception(
            self.client,
            inbox=self.inbox,
            buttons=Buttons(self.vault),
            invitations=self.invitations,
            standings=Standings(self.vault),
            successions=self.successions,
            departures=self.departures,
            clock=self.clock,
            name="Solidarity",
        )
        self.fresh = True

    def _sync(self, *, heard: bool) -> None:
        since = self.vault.recall("sync_token")
        body = self.world.sync(int(since) if since is not None else None, full_state=self.fresh)
        self.fresh = False
        asyncio.run(self.client._handle_sync(read_sync(body)))
        if not heard:
            return
        for note in self.inbox.waiting(1000):
            ask = self.reception.hearing.recall(note)
            if ask is not None:
                self.told.hear(ask)
            self.inbox.drop([note.event])

    def _settle(self, seconds: int) -> None:
        self.clock.moment += timedelta(seconds=seconds)

        async def settle() -> None:
            await self.successions.settle(self.client, self.client.rooms.keys())
            await self.invitations.settle(self.client, {one.new for one in self.successions.open()})
            await self.departures.settle(self.client)

        asyncio.run(settle())


Lives.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLives = Lives.TestCase
