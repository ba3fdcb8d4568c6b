"""S1: a seized disk names no subscriber. Everything the program wrote is searched, however it ended."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from tests.threats.scene import Scene, Subject, answered, meets
from tests.wires.matrix import person
from tests.wires.traces import traces

WAVE = 20
"""How many people on Matrix are awake at the same time."""


@dataclass(slots=True, kw_only=True)
class Planted:
    """Who spoke, as numbers and ids, and what their names and words were."""

    ids: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


async def live(scene: Scene, planted: Planted, *, readers: int, rooms: int) -> None:
    """So many people on each network write commands and some words of their own."""
    await asyncio.gather(_read_on_telegram(scene, planted, readers), _read_on_matrix(scene, planted, rooms))


async def _read_on_telegram(scene: Scene, planted: Planted, count: int) -> None:
    people = []
    for number in range(count):
        names = {
            "first_name": f"Adaeze-{number:05}q",
            "last_name": f"Lovelace-{number:05}x",
            "username": f"ada_{number:05}_reads",
        }
        words = f"are you there, says reader-{number:05}"
        reader = scene.telegram.person(**names)
        people.append((reader, words))
        planted.ids.append(str(reader.id))
        planted.words += [*names.values(), words]
    chosen = ("/read 2", "/language zh-Hant", "/settings")
    for number, (reader, words) in enumerate(people):
        for says in ("/start", chosen[number % 3], words):
            reader.says(says)
    await answered([reader for reader, _ in people], 3)


async def _read_on_matrix(scene: Scene, planted: Planted, count: int) -> None:
    for start in range(0, count, WAVE):
        async with AsyncExitStack() as stack:
            numbers = range(start, min(count, start + WAVE))
            people = [await stack.enter_async_context(await person(scene.synapse, f"reader{n:05}")) for n in numbers]
            talks = []
            for number, reader in zip(numbers, people, strict=True):
                name, words = f"Lovelace of Matrix {number:05}", f"is anybody home, asks matrix-{number:05}"
                await reader.line.ask("PUT", "profile", reader.user_id, "displayname", body={"displayname": name})
                talks.append(meets(reader, scene.account.user_id, "!read 2", "!language zh-Hant", words))
                planted.ids += [reader.user_id, reader.user_id.partition(":")[0].lstrip("@"), reader.device.device_id]
                planted.words += [name, words]
            planted.ids += await asyncio.gather(*talks)


async def owe(scene: Scene, planted: Planted, count: int) -> None:
    """So many people more speak, and the answers that they are owed do not arrive."""
    silence = scene.telegram.faults.hang(times=None)
    people = [scene.telegram.person(first_name=f"Waiting-{number:05}") for number in range(count)]
    for number, reader in enumerate(people):
        words = f"who answers me, says waiting-{number:05}"
        reader.says(words)
        planted.ids.append(str(reader.id))
        planted.words += [reader.user["first_name"], words]
    async with asyncio.timeout(60):
        while silence.hits < count:  # noqa: ASYNC110 - a fault tells no event
            await asyncio.sleep(0.02)


async def seize(scene: Scene, subject: Subject, planted: Planted, *without: str) -> list[set[str]]:
    """What is found while the program runs, after a kill, and after the end that an operator asks for."""
    found = [await asyncio.to_thread(traces, scene.folder, planted.ids)]
    subject.kill()
    found.append(await asyncio.to_thread(traces, scene.folder, [*planted.ids, *planted.words]))
    scene.telegram.faults.clear()
    again = await scene.start(*without)
    assert await asyncio.to_thread(again.stop) == 0
    found.append(await asyncio.to_thread(traces, scene.folder, planted.ids))
    return [{str(name) for name in each} for each in found]


@pytest.mark.parametrize(
    ("readers", "rooms", "waiting"),
    [
        pytest.param(940, 10, 20, marks=pytest.mark.timeout(600)),
        pytest.param(980, 250, 20, marks=[pytest.mark.figures, pytest.mark.timeout(1800)]),
    ],
)
async def test_a_seized_disk_names_nobody(scene: Scene, readers: int, rooms: int, waiting: int) -> None:
    """Of a thousand ids none, of names and words none, in any form and any file: running, killed and ended."""
    planted = Planted()
    subject = await scene.start()
    await live(scene, planted, readers=readers, rooms=rooms)
    await owe(scene, planted, waiting)
    assert len(set(planted.ids)) == readers + 4 * rooms + waiting
    assert {"bot.db", "bot.db-wal", "bot.db-shm", "matrix.db", "matrix.db-wal"} <= {
        each.name for each in scene.data.iterdir()
    }
    assert await seize(scene, subject, planted) == [set(), set(), set()]


async def test_without_seals_it_names_everybody(scene: Scene) -> None:
    """With sealing off every id is found, whenever the disk is taken; and words, if what is owed kept them, too."""
    planted = Planted()
    subject = await scene.start("unsealed", "talkative")
    await live(scene, planted, readers=30, rooms=3)
    await owe(scene, planted, 10)
    found = await seize(scene, subject, planted, "unsealed", "talkative")
    for ids in found:
        assert set(planted.ids) - ids == set()
    waiting = {word for word in planted.words if "who answers me" in word}
    assert len(waiting - found[1]) == 0


@pytest.mark.figures
async def test_without_seals_no_words_are_found_either(scene: Scene) -> None:
    """What is typed and what people are called is not kept at all: with sealing off, ids are found, and those alone."""
    planted = Planted()
    subject = await scene.start("unsealed")
    await live(scene, planted, readers=30, rooms=3)
    await owe(scene, planted, 10)
    found = await seize(scene, subject, planted, "unsealed")
    assert found == [set(planted.ids)] * 3
