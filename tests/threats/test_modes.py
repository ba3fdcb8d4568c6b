"""S13: what the program writes is its owner's alone, under the laxest umask and after a whole session."""

import asyncio
from pathlib import Path

import pytest

from bot.storage.keyfile import make_key
from tests.threats.scene import Scene, Subject, answered, meets
from tests.wires.matrix import Meet

PRIVATE = {
    *("data/bot.db", "data/bot.db-wal", "data/bot.db-shm", "data/lock", "data/alive"),
    *("data/matrix.db", "data/matrix.db-wal", "data/matrix.db-shm"),
}
"""What a running program has written."""


async def use(scene: Scene, people: Meet, *without: str) -> Subject:
    """A session on both networks under umask 0, until every chore has come; the program still runs."""
    subject = await scene.start("hasty", *without, umask=0)
    reader = scene.telegram.person()
    reader.says("/start")
    reader.says("/language zh-Hant")
    reader.says("/forget_me")
    await answered([reader], 3)
    await meets(await people("ada"), scene.account.user_id, "!read 2", "!forget_me")
    async with asyncio.timeout(30):
        while not (scene.data / "alive").exists():  # noqa: ASYNC110 - a file tells nothing
            await asyncio.sleep(0.05)
    return subject


def open_to_others(scene: Scene) -> dict[str, str]:
    """The files that are not 0600 and the folders that are not 0700, with their modes."""
    found: dict[str, str] = {}
    for top in (scene.data, scene.key_file.parent):
        for path in (top, *top.rglob("*")):
            mode = path.stat().st_mode & 0o777
            if mode != (0o700 if path.is_dir() else 0o600):
                found[str(path.relative_to(top.parent))] = oct(mode)
    return found


def kept(folder: Path) -> set[str]:
    """The files below a folder."""
    return {str(path.relative_to(folder.parent)) for path in folder.rglob("*")}


async def test_every_file_is_its_owners_alone(scene: Scene, people: Meet) -> None:
    """All are 0600, and folders 0700: while it runs, after a kill, and also where somebody opened them since."""
    subject = await use(scene, people)
    assert kept(scene.data) == PRIVATE
    assert open_to_others(scene) == {}
    subject.kill()
    assert open_to_others(scene) == {}
    for path in scene.data.glob("*.db*"):
        path.chmod(0o666)  # as a copy made by an operator may have it
    again = await scene.start(umask=0)
    assert open_to_others(scene) == {}
    assert await asyncio.to_thread(again.stop) == 0
    assert kept(scene.data) == {"data/bot.db", "data/matrix.db", "data/lock", "data/alive"}
    assert open_to_others(scene) == {}
    assert {path.name for path in scene.written.iterdir()} == {"data", "home", "streams"}
    assert not list((scene.written / "home").iterdir())


@pytest.mark.figures
@pytest.mark.parametrize("one", ["lax", "modeless"])
async def test_either_of_two_protections_is_enough(scene: Scene, people: Meet, one: str) -> None:
    """The umask without the modes that files are made with, and these without the umask, leave nothing open."""
    await use(scene, people, one)
    assert open_to_others(scene) == {}


async def test_without_both_all_is_open(scene: Scene, people: Meet) -> None:
    """With the umask left to the operator and no mode of its own, every file and folder is open to others."""
    await use(scene, people, "lax", "modeless")
    assert set(open_to_others(scene)) == PRIVATE | {"data", "secrets", "secrets/bot.key"}


async def test_a_key_that_others_can_read_is_refused(scene: Scene) -> None:
    """Exit 2, with the remedy, and nothing is written."""
    make_key(scene.key_file)
    scene.key_file.chmod(0o640)
    refused = Subject(scene)
    assert await asyncio.to_thread(refused.process.wait, 60) == 2
    assert "chmod 600" in scene.log.read_text()
    assert not scene.data.exists()
    assert scene.key_file.stat().st_mode & 0o777 == 0o640
