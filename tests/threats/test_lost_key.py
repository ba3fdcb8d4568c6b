"""S19: where the key of a store is lost, the program ends with 2, and the disk is as it was."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.storage.keyfile import make_key
from tests.threats.scene import Scene, Subject, answered, meets
from tests.wires.matrix import Meet

Deed = Callable[[Path], None]


def lose(key_file: Path) -> None:
    """It is gone."""
    key_file.unlink()


def lose_folder(key_file: Path) -> None:
    """It is gone with its folder: the disk that held it was not mounted."""
    shutil.rmtree(key_file.parent)


def swap(key_file: Path) -> None:
    """Another store's lies there."""
    key_file.unlink(missing_ok=True)
    make_key(key_file)


def empty(key_file: Path) -> None:
    """Only its name is there: a disk that was full."""
    key_file.write_text("")


def look(folder: Path) -> Mapping[str, tuple[bytes, int, int]]:
    """Every file and folder below: content, mode and when it was changed."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mode,
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


async def leave_a_store(scene: Scene, people: Meet, *, killed: bool) -> None:
    """A store with readers on both networks, as an end or a kill leaves it."""
    subject = await scene.start()
    reader = scene.telegram.person()
    reader.says("/language zh-Hant")
    await answered([reader], 1)
    await meets(await people("ada"), scene.account.user_id, "!read 2")
    if killed:
        subject.kill()
    else:
        assert await asyncio.to_thread(subject.stop) == 0


async def refuse(scene: Scene) -> None:
    """The next start ends with 2, says what to do, and changes nothing: no byte, no mode, no moment, no file."""
    scene.log.unlink()
    scene.log.touch()
    places = scene.data, scene.key_file.parent, scene.written / "home"
    before = [look(place) for place in places]
    requests = len(scene.telegram.requests)
    refused = Subject(scene)
    assert await asyncio.to_thread(refused.process.wait, 60) == 2
    assert [look(place) for place in places] == before
    (line,) = [line for line in refused.lines() if line["event"] != "library"]
    assert line["event"] == "ended"
    assert "Put" in line["message"]
    assert len(scene.telegram.requests) == requests


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_a_lost_key_is_never_replaced(scene: Scene, people: Meet, killed: bool) -> None:
    """Whether it is gone, gone with its folder, another's or empty; put back, the store goes on where it was."""
    await leave_a_store(scene, people, killed=killed)
    key = scene.key_file.read_bytes()
    deeds: tuple[Deed, ...] = (lose, swap, empty, lose_folder)
    for deed in deeds:
        deed(scene.key_file)
        await refuse(scene)
    scene.key_file.parent.mkdir(mode=0o700)
    scene.key_file.touch(0o600)
    scene.key_file.write_bytes(key)
    again = await scene.start()
    assert await asyncio.to_thread(again.stop) == 0


async def test_a_lost_database_is_not_begun_anew(scene: Scene, people: Meet) -> None:
    """Where matrix.db is left of a store, no other store is begun beside it: with the key or without."""
    await leave_a_store(scene, people, killed=False)
    (scene.data / "bot.db").unlink()
    await refuse(scene)
    lose(scene.key_file)
    await refuse(scene)


async def test_a_key_made_anew_would_be_seen(scene: Scene, people: Meet) -> None:
    """Where a lost key is replaced, the same comparison tells so."""
    await leave_a_store(scene, people, killed=False)
    lose(scene.key_file)
    before = look(scene.key_file.parent)
    eager = Subject(scene, "forgetful")
    assert await asyncio.to_thread(eager.process.wait, 60) == 2
    assert look(scene.key_file.parent) != before
    assert scene.key_file.exists()
