"""One program on both networks, its moderators, and its audience."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.wires.matrix import person
from tests.wires.program import configure
from tests.wires.stages.loop import Loop
from tests.wires.stages.matrix import MatrixPerson
from tests.wires.stages.service import Service
from tests.wires.stages.vocabulary import PATIENCE
from tests.wires.synapse import Account, Synapse
from tests.wires.telegram import Group, Person, ThreadedBotApiServer

T = TypeVar("T")
Seed = dict[str, Any]


@dataclass
class Corner:
    """Rooms of one kind on the homeserver."""

    bot: Account
    encrypted: bool
    loop: Loop

    @property
    def wait(self) -> Any:
        """Do something on the people's loop."""
        return self.loop.wait


class House:
    """Both servers; ``start`` starts the program, once its moderators are known. ``end`` ends all of it."""

    def __init__(self, server: ThreadedBotApiServer, synapse: Synapse, folder: Path) -> None:
        self.server = server
        self.synapse = synapse
        self.loop = Loop()
        self.bot = synapse.register(synapse.fresh("bot"))
        self._folder = folder
        self._service: Service | None = None
        self._clients: list[MatrixPerson] = []

    @property
    def service(self) -> Service:
        """The program."""
        assert self._service is not None
        return self._service

    def configure(self, *moderators: Seed, **sections: Any) -> Path:
        """A configuration with both networks, and these moderators for an empty store."""
        matrix = {
            "homeserver": self.synapse.url,
            "user_id": self.bot.user_id,
            "password": self.bot.password,
            "pace": {"overall_per_second": 100},
            "invites": {"per_hour": 10_000},
        }
        sections = {"publishing": {"countdown_seconds": 2}} | sections
        return configure(self._folder, self.server.url, matrix=matrix, moderators=list(moderators), **sections)

    def start(self, *moderators: Seed, **sections: Any) -> None:
        """The program on it."""
        self._service = Service(self.configure(*moderators, **sections))

    def on_telegram(self, name: str, language: str | None = "en") -> Person:
        """Somebody with Telegram."""
        return self.server.person(first_name=name, language_code=language)

    def on_matrix(self, name: str, *, encrypted: bool = True) -> MatrixPerson:
        """Somebody with Element."""
        corner = Corner(self.bot, encrypted, self.loop)
        somebody = MatrixPerson(corner, self.loop.wait(person(self.synapse, name)))
        self._clients.append(somebody)
        return somebody

    def group(self, admin: Person, kind: str = "supergroup", **given: Any) -> Group:
        """A group of that admin's, to which they have just added the bot."""
        group = self.server.group(kind=kind, bot=None, **given)
        group.adds(admin, "creator")
        group.adds_bot(admin)
        group.waits_here("only if an admin chooses so", PATIENCE)
        return group

    def end(self) -> None:
        """Everybody goes home, then the program ends; nothing went wrong inside, and no rule was broken."""
        try:
            for somebody in self._clients:
                self.loop.wait(somebody.client.close())
            self.loop.end()
            broken = self.server.broken_rules()
            complaints = self._service.complaints() if self._service else []
        finally:
            if self._service:
                self._service.end()
        assert broken == []
        assert complaints == []


def seed_telegram(somebody: Person, role: str) -> Seed:
    """How the configuration names a moderator on Telegram."""
    return {"address": f"telegram:{somebody.id}", "role": role}


def seed_matrix(somebody: MatrixPerson, role: str) -> Seed:
    """How it names one on Matrix, with the device that they use."""
    client = somebody.client
    return {"address": f"matrix:{client.user_id}", "role": role, "devices": [client.device.fingerprint]}


def soon(true: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """What comes of it once that is true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
    return found


def bodies(somebody: MatrixPerson) -> list[str]:
    """What stands in the room of the bot's."""
    return [seen.body for seen in somebody.looks()]


def texts(place: Person | Group) -> list[str]:
    """What stands there of the bot's."""
    return [seen.text for seen in place.sees if seen.from_bot]


def find_code(said: Sequence[str], number: int) -> str | None:
    """The code that somebody was given for that post, the latest."""
    found = [match[1] for text in said for match in re.finditer(rf"approve {number} ([A-Z2-9]{{6}})", text)]
    return found[-1] if found else None
