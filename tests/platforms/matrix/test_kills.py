"""SIGKILLs of the whole program, at the worst moments that the wire knows (F2)."""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person, Seen, person
from tests.wires.program import Program
from tests.wires.proxy import Proxy, Request
from tests.wires.synapse import Account, Synapse

ROOMS = 4
_PATIENCE = 60.0
WORST = ("/send/m.room.encrypted/", "/send/m.reaction/", "/sendToDevice/", "/sync")
"""Requests that the homeserver has done when the kill comes, and of which the bot does not know yet."""


@dataclass(slots=True)
class Bot:
    """The program behind a proxy, killed at will."""

    account: Account
    proxy: Proxy
    config: Path
    programs: list[Program] = field(default_factory=list)

    async def starts(self) -> Program:
        """Start it, and return once it is ready."""
        program = Program(self.config)
        self.programs.append(program)
        await self.waits(lambda: "ready" in self.events(program) or program.process.poll() is not None)
        assert program.process.poll() is None, program.lines()
        return program

    async def is_killed(self, path: str, count: int = 1, patience: float = 6.0) -> bool:
        """Start it, and kill it once the homeserver has done so many requests of that path.

        Or so many seconds after its first request; whether the former is told.
        """
        program = Program(self.config)
        self.programs.append(program)
        left = count

        def kill(request: Request) -> None:
            nonlocal left
            if path in request.path:
                left -= 1
                if left == 0:
                    program.process.kill()

        self.proxy.on_forwarded = kill
        before = len(self.proxy.requests)
        await self.waits(lambda: len(self.proxy.requests) > before)
        try:
            await self.waits(lambda: program.process.poll() is not None, patience)
        except TimeoutError:
            program.process.kill()
        self.proxy.on_forwarded = None
        await asyncio.to_thread(program.process.wait)
        return left <= 0

    async def is_invited_by(self, reader: Person) -> str:
        """A room in which the reader waits for the bot; what is said there now is encrypted for it."""
        room = await reader.creates(invites=[self.account.user_id], direct=True)
        await reader.until(lambda: reader.members[room].get(self.account.user_id) == "invite", "the bot is invited")
        return room

    async def ends(self) -> int:
        """End the latest as an operator does; its exit code."""
        return await asyncio.to_thread(self.programs[-1].stop)

    def events(self, program: Program | None = None) -> list[str]:
        """The names of what was logged, by this run or all."""
        runs = [program] if program is not None else self.programs[:1]
        return [str(line["event"]) for run in runs for line in run.lines()]

    async def waits(self, condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
        """Return when the condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - a process tells no event of ours
                await asyncio.sleep(0.02)


@pytest.fixture
async def bot(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Bot]:
    """The program's configuration and the proxy, nothing running yet; nothing is left running."""
    account = synapse.register(synapse.fresh("bot"))
    async with Proxy(synapse.url) as proxy:
        section = {"homeserver": proxy.url, "user_id": account.user_id, "password": account.password}
        pace = {"overall_per_second": 1000}
        config = tmp_path / "config.yaml"
        config.write_text(json.dumps({"matrix": {**section, "pace": pace}}))
        config.chmod(0o600)
        yield Bot(account, proxy, config)
        Program.end_all()


@pytest.mark.parametrize(
    ("commands", "kills"), [(40, 12), pytest.param(100, 30, marks=[pytest.mark.figures, pytest.mark.timeout(900)])]
)
async def test_no_kill_loses_repeats_or_garbles_anything(synapse: Synapse, bot: Bot, commands: int, kills: int) -> None:
    """Each command in four encrypted rooms has one answer, in its order; both sides read everything."""
    chance = random.Random(kills)
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(await person(synapse, f"reader{n}")) for n in range(ROOMS)]
        await bot.starts()
        rooms = [await reader.opens(bot.account.user_id, seconds=_PATIENCE) for reader in people]
        for reader, room in zip(people, rooms, strict=True):
            await hears(reader, room, 1)
        bot.programs[-1].process.kill()
        asked: list[list[int]] = [[] for _ in rooms]
        hits = 0
        for number in range(kills):
            for _ in range(commands // kills + (number < commands % kills)):
                who, part = chance.randrange(ROOMS), chance.randint(1, 4)
                await people[who].says(rooms[who], f"!read {part}")
                asked[who].append(part)
            hits += await bot.is_killed(chance.choice(WORST), chance.randint(1, 3))
        await bot.starts()
        for reader, room, parts in zip(people, rooms, asked, strict=True):
            await hears(reader, room, 1 + len(parts), _PATIENCE)
        for reader, room, parts in zip(people, rooms, asked, strict=True):
            await reader.says(room, "!read 1")
            answers = await hears(reader, room, 2 + len(parts))
            assert [_read_part(answer) for answer in answers[1:]] == [*parts, 1]
            assert all(len(answer.keys) == len(answer.annotations) for answer in answers)
            assert reader.unreadable == []
        assert await bot.ends() == 0
    assert hits > kills // 2
    told = bot.events()
    assert not {"matrix_event_sealed", "matrix_answer_failed", "matrix_job_failed", "answer_not_given"} & set(told)


@pytest.mark.parametrize(
    "step",
    [
        "/keys/upload",
        "/device_signing/upload",
        "/sync",
        pytest.param("/login", marks=pytest.mark.figures),
        pytest.param("/signatures/upload", marks=pytest.mark.figures),
    ],
)
async def test_a_first_start_may_be_killed_at_any_step(synapse: Synapse, bot: Bot, meet: Meet, step: str) -> None:
    """There is one device then, its chain is valid, and a newcomer can talk with it at once."""
    assert await bot.is_killed(step)
    await bot.starts()
    ada = await meet("ada")
    chain = await ada.checks_cross_signing(bot.account.user_id)
    assert chain.valid, chain.problem
    assert len(chain.devices) == 1
    room = await ada.opens(bot.account.user_id, seconds=_PATIENCE)
    await hears(ada, room, 1)
    await ada.says(room, "!read 3")
    answers = await hears(ada, room, 2)
    assert "3/4" in answers[-1].body
    assert ada.unreadable == []
    devices = synapse.request("GET", "/_matrix/client/v3/devices", token=bot.account.access_token)["devices"]
    assert {device["device_id"] for device in devices} == {bot.account.device_id, chain.devices[0].device_id}
    assert await bot.ends() == 0


async def test_an_orderly_end_finishes_what_is_in_flight(bot: Bot, meet: Meet) -> None:
    """In ten seconds, with nothing lost or repeated (F10); encryption works after it, and the log names nobody."""
    ada = await meet("ada")
    await bot.starts()
    room = await ada.opens(bot.account.user_id, seconds=_PATIENCE)
    parts = [1 + number % 4 for number in range(12)]
    for part in parts:
        await ada.says(room, f"!read {part}")
    await ada.waits(room, lambda seen: len(seen) > 3)
    begin = time.monotonic()
    assert await bot.ends() == 0
    assert time.monotonic() - begin < 10
    await bot.starts()
    answers = await hears(ada, room, 1 + len(parts), _PATIENCE)
    assert sorted(map(_read_part, answers[1:])) == sorted(parts)
    assert ada.unreadable == []
    assert await bot.ends() == 0
    log = bot.programs[-1].log.read_text()
    private = (room, ada.user_id, bot.account.user_id, bot.account.password, *(answer.event_id for answer in answers))
    assert not [word for word in private if word in log]


async def test_a_kill_after_keys_were_refilled_leaves_no_one_unread(bot: Bot, meet: Meet) -> None:
    """The keys that were uploaded count as uploaded: none is offered twice, and newcomers can go on coming."""
    people: list[tuple[Person, str]] = []
    await bot.starts()
    bot.programs[-1].kill()
    for name in ("ada", "ben"):
        reader = await meet(name)
        people.append((reader, await bot.is_invited_by(reader)))
        await reader.says(people[-1][1], "!read 1")
        assert await bot.is_killed("/keys/upload")
    await bot.starts()
    cyd = await meet("cyd")
    people.append((cyd, await cyd.opens(bot.account.user_id, seconds=_PATIENCE)))
    await cyd.says(people[-1][1], "!read 1")
    for reader, room in people:
        await hears(reader, room, 2)
        assert reader.unreadable == []
    assert "matrix_event_sealed" not in bot.events()
    assert await bot.ends() == 0


@pytest.mark.parametrize("newcomers", [5, pytest.param(50, marks=[pytest.mark.figures, pytest.mark.timeout(600)])])
async def test_newcomers_while_the_bot_is_down_are_all_understood(
    synapse: Synapse, bot: Bot, meet: Meet, newcomers: int
) -> None:
    """Even where they have used up all one-time keys, and for those who come after them."""
    await bot.starts()
    bot.programs[-1].process.kill()
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(await person(synapse, f"new{n}")) for n in range(newcomers)]
        chain = await people[0].checks_cross_signing(bot.account.user_id)
        claim = {"one_time_keys": {bot.account.user_id: {chain.devices[0].device_id: "signed_curve25519"}}}
        for _ in range(50 - newcomers // 2):
            await people[0].line.ask("POST", "keys", "claim", body=claim)
        rooms = [await bot.is_invited_by(reader) for reader in people]
        for reader, room in zip(people, rooms, strict=True):
            await reader.says(room, "!read 2")
        await bot.starts()
        late = await meet("late")
        people.append(late)
        rooms.append(await late.opens(bot.account.user_id, seconds=_PATIENCE))
        await late.says(rooms[-1], "!read 2")
        for reader, room in zip(people, rooms, strict=True):
            answers = await hears(reader, room, 2, _PATIENCE)
            assert any("2/4" in answer.body for answer in answers)
            assert reader.unreadable == []
    assert "matrix_event_sealed" not in bot.events()
    assert await bot.ends() == 0


def _read_part(answer: Seen) -> int:
    """The part that an answer shows: its place is the first that stands in it."""
    found = re.search(r"([1-4])/4", answer.body)
    assert found
    return int(found[1])
