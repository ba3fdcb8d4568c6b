"""The stage on Matrix: the real program on a real homeserver, and independent people in rooms of two."""

import re
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tests.wires.matrix import Person, Seen, person
from tests.wires.program import configure
from tests.wires.stages.loop import Loop
from tests.wires.stages.service import Service
from tests.wires.stages.vocabulary import PATIENCE, Button, Shown, find_button
from tests.wires.synapse import Account, Synapse

T = TypeVar("T")

_CHOICE = re.compile(r"(?:(?P<sign>[^\w\s]+) )?(?P<label>.+) — (?P<command>!\S.*|https?://\S+)")


def read_panel(seen: Seen) -> Shown:
    """The words, and beneath them the choices as ``label — !command``, one a line."""
    lines = seen.body.split("\n")
    buttons: list[Button] = []
    while lines and (found := _CHOICE.fullmatch(lines[-1])) is not None:
        buttons.insert(0, Button(label=found["label"], command=found["command"].removeprefix("!")))
        lines.pop()
    return Shown(reference=seen.event_id, text="\n".join(lines).rstrip("\n"), buttons=tuple(buttons))


def find_sign(seen: Seen, button: Button) -> str | None:
    """The reaction that stands for that button, by the line that offers it."""
    for line in seen.body.split("\n"):
        found = _CHOICE.fullmatch(line)
        if found is not None and found["label"] == button.label:
            return found["sign"]
    return None


class Wait(Protocol):
    """See ``Loop.wait``."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T:
        """Block until it is done."""


class Ground(Protocol):
    """Where people on Matrix meet the bot."""

    @property
    def bot(self) -> Account:
        """Whom they talk to."""

    @property
    def encrypted(self) -> bool:
        """Whether the rooms that they open are."""

    @property
    def wait(self) -> Wait:
        """Do something on the loop on which they live, and return what comes of it."""


class MatrixPerson:
    """Somebody with Element, in one private room with the bot; ``client`` knows what only Matrix has."""

    def __init__(self, stage: Ground, client: Person) -> None:
        self._stage = stage
        self.client = client
        self.room = ""
        self._seen: dict[str, int] = {}
        self._taps: dict[tuple[str, str], str] = {}

    def begins(self, payload: str = "") -> None:
        """Open the room, where the bot speaks first; a link carries no payload there, so that it is typed."""
        opening = self.client.opens(self._stage.bot.user_id, encrypted=self._stage.encrypted, seconds=PATIENCE)
        self.room = self._stage.wait(opening)
        if payload:
            self.sees("")
            self.types(f"start {payload}")

    def says(self, text: str) -> None:
        """Write exactly that."""
        self._attend()
        self._stage.wait(self.client.says(self.room, text))

    def types(self, command: str) -> None:
        """Write it behind an exclamation mark."""
        self.says(f"!{command}")

    def presses(self, wanted: str) -> None:
        """Tap the reaction, which takes one's own away if it stands already; where there is none, type the command."""
        shown, button = find_button(self.screen, wanted)
        sign = find_sign(self.look(shown.reference), button)
        if sign is None:
            self.types(button.command)
            return
        self._stage.wait(self.client.waits(self.room, lambda seen: _is_seeded(seen, shown.reference, sign)))
        self._attend()
        tap = self._taps.pop((shown.reference, sign), None)
        if tap is not None:
            self._stage.wait(self.client.withdraws(self.room, tap))
        else:
            self._taps[shown.reference, sign] = self._stage.wait(self.client.reacts(self.room, shown.reference, sign))

    def sees(self, text: str) -> Shown:
        """The first message that has come or changed since, with that text."""

        def find(every: list[Seen]) -> Shown | None:
            fresh = (read_panel(seen) for seen in every if len(seen.edits) > self._seen.get(seen.event_id, -1))
            return next((shown for shown in fresh if text in shown.text), None)

        found = self._stage.wait(self.client.waits(self.room, find, PATIENCE))
        self._seen[found.reference] = len(self.look(found.reference).edits)
        return found

    @property
    def screen(self) -> tuple[Shown, ...]:
        """What stands in the room of the bot's."""
        return tuple(map(read_panel, self.looks()))

    def look(self, reference: str) -> Seen:
        """One of the bot's messages with all that Matrix tells of it."""
        return next(seen for seen in self.looks() if seen.event_id == reference)

    def looks(self) -> list[Seen]:
        """All of the bot's messages, likewise."""

        async def look() -> list[Seen]:
            return self.client.sees(self.room)

        return self._stage.wait(look())

    def _attend(self) -> None:
        self._seen = {seen.event_id: len(seen.edits) for seen in self.looks()}


def _is_seeded(every: list[Seen], panel: str, sign: str) -> bool:
    return any(seen.event_id == panel and sign in seen.keys for seen in every)


class MatrixHouse:
    """The program on a homeserver, for stages of both kinds; ``end`` ends it."""

    def __init__(self, synapse: Synapse, folder: Path) -> None:
        self.synapse = synapse
        self.bot = synapse.register(synapse.fresh("bot"))
        section = {
            "homeserver": synapse.url,
            "user_id": self.bot.user_id,
            "password": self.bot.password,
            "pace": {"overall_per_second": 100},
            "invites": {"per_hour": 10_000},
        }
        self.service = Service(configure(folder, matrix=section))
        self.loop = Loop()

    def end(self) -> None:
        """The people's loop first, then the program."""
        self.loop.end()
        self.service.end()


class MatrixStage:
    """Rooms of two on that house's homeserver, encrypted from end to end or not."""

    name = "matrix"
    sigil = "!"

    def __init__(self, house: MatrixHouse, *, encrypted: bool) -> None:
        self.encrypted = encrypted
        self.synapse, self.bot, self.wait = house.synapse, house.bot, house.loop.wait
        self._service = house.service
        self._people: list[MatrixPerson] = []

    def person(self, name: str) -> MatrixPerson:
        """Somebody with an identity of their own, who trusts no device that its owner does not vouch for."""
        somebody = MatrixPerson(self, self.wait(person(self.synapse, name)))
        self._people.append(somebody)
        return somebody

    def resting(self) -> AbstractContextManager[None]:
        """Within, the program is down; the homeserver keeps what people do."""
        return self._service.resting()

    def clear(self) -> None:
        """All could be read, each word was encrypted where it must be, and nothing went wrong inside."""
        people, self._people = self._people, []
        try:
            for somebody in people:
                assert somebody.client.unreadable == []
                assert [seen for seen in somebody.looks() if seen.encrypted != self.encrypted] == []
            assert self._service.complaints() == []
        finally:
            for somebody in people:
                self.wait(somebody.client.close())
