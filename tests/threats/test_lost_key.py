"""S19: where the key of a store is lost, the program ends with 2, and the disk is as it was."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.clockwork import SystemClock
from bot.platforms.matrix.vault import Vault
from bot.storage.keyfile import make_key
from bot.storage.opening import open_store
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
    key_file.unlink()
    make_key(key_file)


def empty(key_file: Path) -> None:
    """Only its name is there: the disk was full."""
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


async def refuse(scene: Scene) -> None:
    """The next start ends with 2, says what to do, and changes nothing: no byte, no mode, no moment, no file."""
    scene.log.unlink(missing_ok=True)
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


@pytest.mark.parametrize(
    "deeds",
    [
        (lose, swap),
        pytest.param((lose_folder,), marks=pytest.mark.figures),
        pytest.param((empty,), marks=pytest.mark.figures),
    ],
    ids=lambda deeds: " ".join(deed.__name__ for deed in deeds),
)
async def test_a_lost_key_is_never_replaced(scene: Scene, people: Meet, deeds: tuple[Deed, ...]) -> None:
    """Of a store that a kill left, with readers on both networks; with its key put back it goes on where it was."""
    subject = await scene.start()
    reader = scene.telegram.person()
    reader.says("/language zh-Hant")
    await answered([reader], 1)
    await meets(await people("ada"), scene.account.user_id, "!read 2")
    subject.kill()
    assert (scene.data / "bot.db-wal").stat().st_size
    key = scene.key_file.read_bytes()
    for deed in deeds:
        deed(scene.key_file)
        await refuse(scene)
        scene.key_file.parent.mkdir(mode=0o700, exist_ok=True)
        scene.key_file.touch(0o600)
        scene.key_file.write_bytes(key)
    await scene.start()
    reader.says("/my_data")
    await answered([reader], 2)
    assert "繁體中文" in reader.sees[-1].text


@pytest.fixture
def store(scene: Scene) -> Scene:
    """The databases and the key of both networks, closed in good order."""
    url = f"sqlite:///{scene.data / 'bot.db'}"
    store = open_store(database_url=url, key_file=scene.key_file, data_dir=scene.data, clock=SystemClock())
    Vault(scene.data, store.sealer.secret("matrix")).close()
    store.close()
    return scene


async def test_a_lost_key_of_a_closed_store_is_not_replaced(store: Scene) -> None:
    """Also where nothing but the two databases is left."""
    lose(store.key_file)
    await refuse(store)


@pytest.mark.parametrize("deeds", [(), pytest.param((lose,), marks=pytest.mark.figures)], ids=["key", "no key"])
async def test_a_lost_database_is_not_begun_anew(store: Scene, deeds: tuple[Deed, ...]) -> None:
    """Where matrix.db is left of a store, no other store is begun beside it: with the key or without."""
    (store.data / "bot.db").unlink()
    for deed in deeds:
        deed(store.key_file)
    await refuse(store)


async def test_a_key_made_anew_would_be_seen(store: Scene) -> None:
    """Where a lost key is replaced, the same comparison tells so."""
    lose(store.key_file)
    before = look(store.key_file.parent)
    eager = Subject(store, "forgetful")
    assert await asyncio.to_thread(eager.process.wait, 60) == 2
    assert look(store.key_file.parent) != before
    assert store.key_file.exists()
