"""S2: what a person asked to forget is on no disk within five seconds, index and sealed value alike."""

import asyncio
import shutil
import time
from pathlib import Path

import pytest

from bot.model.people import Address
from tests.threats.scene import Scene, answered, meets
from tests.threats.unsealing import read_rows, unseal_vault
from tests.wires.matrix import Meet
from tests.wires.telegram.people import Person
from tests.wires.traces import traces

SOON = 5.0
"""Seconds from the last answer."""


def address(person: Person) -> Address:
    """A person's chat, as the store knows it."""
    return Address("telegram", str(person.id))


async def gather(scene: Scene, leaving: int, staying: int) -> tuple[list[Person], list[Person], set[bytes]]:
    """So many people who will ask to be forgotten, among others who will not, and everything kept about the former.

    Each twenty-fifth of them is owed an answer that Telegram holds back.
    """
    people = [scene.telegram.person() for _ in range(leaving + staying)]
    for count, says in enumerate(("/start", "/read 2", "/language zh-Hant"), 1):
        for person in people:
            person.says(says)
        await answered(people, count)
    goers = [
        person
        for number, person in enumerate(people)
        if number * leaving // len(people) < (number + 1) * leaving // len(people)
    ]
    held = [scene.telegram.faults.too_many(4, chat_id=person.id) for person in goers[::25]]
    for person in goers[::25]:
        person.says("/settings")
    async with asyncio.timeout(30):
        while any(not fault.hits for fault in held):  # noqa: ASYNC110 - a fault tells no event
            await asyncio.sleep(0.02)
    kept = read_rows(scene, [address(person) for person in goers])
    assert all(len(values) >= 6 for values in kept.values())
    return goers, [person for person in people if person not in goers], set().union(*kept.values())


async def forget(goers: list[Person]) -> None:
    """Each asks to be forgotten, and is told that it is done."""
    for person in goers:
        person.says("/forget_me")
    for person in goers:
        async with asyncio.timeout(120):
            while "已刪除" not in person.chat.history[-1].raw["text"]:  # noqa: ASYNC110 - hundreds are looked after
                await asyncio.sleep(0.02)


async def vanish(scene: Scene, values: set[bytes], copy: Path) -> dict[str | bytes, list[str]]:
    """What of it is still in a file, of the files as they lay within five seconds; asked until nothing is."""
    since = time.monotonic()
    while True:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(scene.written, copy)
        late = time.monotonic() - since > SOON - 0.5
        found = await asyncio.to_thread(traces, copy, values)
        if not found or late:
            return found


@pytest.mark.parametrize(
    ("leaving", "staying"), [(100, 50), pytest.param(500, 500, marks=[pytest.mark.figures, pytest.mark.timeout(900)])]
)
async def test_what_is_forgotten_is_gone(scene: Scene, tmp_path: Path, leaving: int, staying: int) -> None:
    """Of every index and sealed value of everyone who asked none is in a file, alive, killed or ended; others stay."""
    subject = await scene.start()
    goers, stayers, values = await gather(scene, leaving, staying)
    assert len(await asyncio.to_thread(traces, scene.written, values)) == len(values)
    await forget(goers)
    assert await vanish(scene, values, tmp_path / "copy") == {}
    assert not any(read_rows(scene, [address(person) for person in goers]).values())
    assert all(read_rows(scene, [address(person) for person in stayers]).values())
    subject.kill()
    assert await asyncio.to_thread(traces, scene.written, values) == {}


@pytest.mark.parametrize(
    "off",
    [
        ("sweepless",),
        pytest.param(("logkeeping",), marks=pytest.mark.figures),
        pytest.param(("vacuumless", "leaving"), marks=pytest.mark.figures),
    ],
    ids="+".join,
)
async def test_without_the_sweep_it_is_found(scene: Scene, tmp_path: Path, off: tuple[str, ...]) -> None:
    """Without the sweep, or a half of it, something of those who asked is still to be read."""
    await scene.start(*off)
    goers, _, values = await gather(scene, 40, 20)
    await forget(goers)
    await asyncio.sleep(SOON)
    shutil.copytree(scene.written, tmp_path / "copy")
    assert len(await asyncio.to_thread(traces, tmp_path / "copy", values)) > len(values) / 2


async def test_rooms_are_forgotten_too(scene: Scene, people: Meet, tmp_path: Path) -> None:
    """After forget_me nothing of what was kept about a room's past can be read, with the key neither.

    Nor can anything of the room and the person be read, once they have left.
    """
    await scene.start()
    bot = scene.account.user_id
    ada, ben = await people("ada"), await people("ben")
    rooms = [await meets(reader, bot, "!read 2", "!language zh-Hant", "!read 3") for reader in (ada, ben)]
    panel = ada.sees(rooms[0])[-1]
    await ada.waits(rooms[0], lambda seen: seen[-1].keys, 60)
    press = await ada.reacts(rooms[0], panel.event_id, "⬅️")
    await ada.waits(rooms[0], lambda seen: seen[-1].body.startswith("2/4"), 60)
    past = {panel.event_id, press}
    values = read_rows(scene, [Address("matrix", rooms[0])])[Address("matrix", rooms[0])]
    assert len(values) >= 8
    assert set(look(scene, tmp_path, past)) == past
    await ada.asks(rooms[0], "!forget_me", 60)
    assert await vanish(scene, values, tmp_path / "copy") == {}
    assert await fade(scene, tmp_path, past) < SOON
    theirs = {ada.user_id, rooms[0], ada.device.device_id, ada.device.fingerprint}
    assert set(look(scene, tmp_path, theirs)) == theirs
    await ada.leaves(rooms[0])
    await fade(scene, tmp_path, theirs)
    others = {ben.user_id, rooms[1], ben.device.device_id, ben.device.fingerprint}
    assert set(look(scene, tmp_path, others)) == others


async def fade(scene: Scene, tmp_path: Path, ids: set[str]) -> float:
    """After how many seconds nothing of it could be read any more."""
    began = time.monotonic()
    async with asyncio.timeout(60):
        while True:
            seconds = time.monotonic() - began
            if not look(scene, tmp_path, ids):
                return seconds
            await asyncio.sleep(0.1)


def look(scene: Scene, tmp_path: Path, ids: set[str]) -> dict[str | bytes, list[str]]:
    """What of it can be read in matrix.db and its log by whoever has the key."""
    folder = tmp_path / "unsealed"
    folder.mkdir(exist_ok=True)
    unseal_vault(scene, folder)
    return traces(folder, ids)
