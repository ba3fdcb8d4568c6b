"""SIGKILLs of the whole program, at the worst moments that the wire knows (F2)."""

import random
import re
import time
from contextlib import AsyncExitStack

import pytest

from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.process import Bot
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person, Seen, person
from tests.wires.synapse import Synapse

ROOMS = 4
_PATIENCE = 60.0
WORST = ("/send/m.room.encrypted/", "/send/m.reaction/", "/sendToDevice/", "/sync")
"""Requests that the homeserver has done when the kill comes, and of which the bot does not know yet."""


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
