"""The program on both networks, in a folder where everything that it writes is found again."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.wires.matrix import Person as MatrixPerson
from tests.wires.program import TOKEN, Program
from tests.wires.synapse import Account, Synapse
from tests.wires.telegram.people import Person as TelegramPerson
from tests.wires.telegram.threaded import ThreadedBotApiServer

ROOT = Path(__file__).parents[2]


class Subject(Program):
    """The program, or with ``without`` the program less those protections (see ``tests.threats.weakened``).

    Its streams, its home, its temporary folder and the folder where it runs lie below ``written``: whatever it
    writes is there.
    """

    def __init__(self, scene: "Scene", *without: str, umask: int = 0o022) -> None:
        self.running.append(self)
        self.log = scene.log
        door = ["tests.threats.weakened", ",".join(without)] if without else ["bot"]
        places = {name: str(scene.written / "home") for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "SQLITE_TMPDIR")}
        with self.log.open("ab") as log:
            self._seen = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", *door, "run", "--config", str(scene.config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=scene.written,
                env={**os.environ, **places, "PYTHONPATH": str(ROOT), "SOLIDARITY_LOG_LEVEL": "debug"},
                umask=umask,
            )


class Scene:
    """The two networks, the bot's accounts there, and the folders. ``folder`` holds all of it."""

    def __init__(self, folder: Path, telegram: ThreadedBotApiServer, synapse: Synapse, homeserver: str = "") -> None:
        self.telegram = telegram
        self.synapse = synapse
        self.account: Account = synapse.register(synapse.fresh("bot"))
        self.folder = folder
        self.written = folder / "written"
        self.data = self.written / "data"
        self.key_file = folder / "secrets" / "bot.key"
        self.config = folder / "config.yaml"
        self.log = self.written / "streams" / "log"
        for place in (self.written / "home", self.log.parent):
            place.mkdir(parents=True)
        self.configure(homeserver or synapse.url)

    def configure(self, homeserver: str) -> None:
        """Write the configuration: Telegram, and Matrix by that way."""
        matrix = {"homeserver": homeserver, "user_id": self.account.user_id, "password": self.account.password}
        limits = {"pace": {"overall_per_second": 1000}, "invites": {"per_hour": 10_000}}
        content = {
            "data_dir": str(self.data),
            "key_file": str(self.key_file),
            "telegram": {"token": TOKEN, "api_url": self.telegram.url},
            "matrix": {**matrix, **limits},
        }
        self.config.touch(0o600)
        self.config.write_text(json.dumps(content))

    async def start(self, *without: str, umask: int = 0o022) -> Subject:
        """The program, ready on both networks."""
        subject = Subject(self, *without, umask=umask)
        await asyncio.to_thread(subject.wait_ready, 90.0)
        return subject


async def answered(people: list[TelegramPerson], count: int, seconds: float = 120.0) -> None:
    """Return once the bot has said so many things to each of them."""
    async with asyncio.timeout(seconds):
        for person in people:
            while len(person.chat.history) < count:  # noqa: ASYNC110 - a thousand people are looked after at once
                await asyncio.sleep(0.02)


async def meets(person: MatrixPerson, bot: str, *words: str) -> str:
    """The person opens a private chat, is greeted, says these things and has their answers; the room."""
    room = await person.opens(bot, seconds=90)
    await person.waits(room, lambda seen: len(seen) >= 1, 90)
    for count, word in enumerate(words, 2):
        await person.says(room, word)
        await person.waits(room, lambda seen, count=count: len(seen) >= count, 90)  # type: ignore[misc]
    return room
