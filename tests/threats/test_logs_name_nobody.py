"""S3: no line of the log names anyone, whatever goes wrong, at the level that says most."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.threats.scene import Scene, Subject, answered
from tests.wires.matrix import Meet
from tests.wires.matrix import Person as MatrixPerson
from tests.wires.program import TOKEN
from tests.wires.proxy import DROP, Fault, Proxy, Trouble
from tests.wires.traces import traces

TROUBLE = "the network itself said no-to-reader-4711"
"""What both networks write into the errors that they answer."""


@dataclass(slots=True, kw_only=True)
class Planted:
    """What must not be found, by what it is."""

    secrets: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def everything(self) -> set[str]:
        """All of it."""
        return self.secrets | self.ids | self.names | self.words


@pytest.fixture
async def proxy(scene: Scene) -> AsyncIterator[Proxy]:
    """A way to the homeserver that can break; the configuration leads over it."""
    async with Proxy(scene.synapse.url) as proxy:
        scene.configure(proxy.url)
        yield proxy


async def speak(scene: Scene, proxy: Proxy, people: Meet, planted: Planted) -> None:
    """Readers on both networks speak; handlers raise, updates are malformed, and the networks answer with errors.

    Every error of theirs carries ids, a secret and words.
    """
    ada = await people("ada")
    planted.ids |= {ada.user_id, ada.device.device_id, scene.account.user_id}
    planted.secrets |= {TOKEN, TOKEN.partition(":")[2], scene.account.password}
    await _trouble_telegram(scene, planted)
    await _trouble_matrix(scene, proxy, ada, planted)


async def _trouble_telegram(scene: Scene, planted: Planted) -> None:
    wire = scene.telegram
    names = {"first_name": "Adaeze-Planted", "last_name": "Lovelace-Planted", "username": "ada_planted_reads"}
    reader, other = wire.person(**names), wire.person()
    planted.names |= set(names.values())
    planted.ids |= {str(reader.id), str(other.id)}
    error = f"{TROUBLE}: {reader.id} @{names['username']} {TOKEN}"
    planted.words.add(TROUBLE)
    said = ("/start", "what I typed to telegram", "/about what I asked telegram", "/read 2")
    planted.words |= {"what I typed to telegram", "what I asked telegram"}
    reader.says(said[0])
    await answered([reader], 1)
    wire.faults.error(500, error)
    wire.faults.error(429, error, chat_id=other.id)
    wire.faults.reset(chat_id=other.id)
    wire.faults.error(500, error, method="getUpdates", times=2)
    for words in said[1:]:
        reader.says(words)
    other.says("/read 3")
    with wire.world.lock:
        wire.world.updates.add("message", {"text": said[1], "from": reader.user, "chat": said[1]})
    await answered([reader], 3)
    await answered([other], 1)
    wire.faults.error(403, error, chat_id=other.id)
    wire.faults.error(400, error, chat_id=reader.id)
    reader.says("/help")
    other.says("/help")
    reader.says("/read 4")
    await answered([reader], 4)


async def _trouble_matrix(scene: Scene, proxy: Proxy, ada: MatrixPerson, planted: Planted) -> None:
    bot = scene.account.user_id
    display, title = "Lovelace of Planted", "a room that Lovelace named"
    planted.names |= {display, title}
    await ada.line.ask("PUT", "profile", ada.user_id, "displayname", body={"displayname": display})
    room = await ada.opens(bot, seconds=90)
    planted.ids.add(room)
    await ada.waits(room, lambda seen: len(seen) >= 1, 90)
    await ada.sets_state(room, "m.room.name", {"name": title})
    body = {"errcode": "M_UNKNOWN", "error": f"{TROUBLE}: {ada.user_id} {room} {scene.account.password}"}
    for method, path, status in (("PUT", "/send/", 500), ("GET", "/sync", 502), ("PUT", "/send/", 403)):
        proxy.breaks(method, path, Fault(trouble=Trouble.ANSWER, status=status, body=body))
        planted.ids.add(await ada.says(room, "!read 2"))
    proxy.breaks("PUT", "/send/", DROP, times=2)
    for words in ("what I typed to matrix", "!about what I asked matrix", "!read 3"):
        planted.ids.add(await ada.says(room, words))
    planted.words |= {"what I typed to matrix", "what I asked matrix"}
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "what I typed to matrix", "session_id": "x" * 43}
    twisted = {"msgtype": "m.text", "body": "what I typed to matrix", "format": [display], "formatted_body": [room]}
    for kind, content in (("m.room.encrypted", sealed), ("m.room.message", twisted)):
        planted.ids.add(await ada.sends(room, kind, content, encrypted=False))
    key = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": ada.user_id, "session_key": display}
    messages = {"messages": {bot: {"*": key}}}
    await ada.line.ask("PUT", "sendToDevice", "m.forwarded_room_key", "t1", body=messages)
    await ada.says(room, "!read 4")
    await ada.waits(room, lambda seen: any("4/4" in each.body for each in seen), 90)


async def end(scene: Scene, subject: Subject) -> None:
    """The token is revoked: the program says so, and ends with 2."""
    scene.telegram.revoke_token()
    assert await asyncio.to_thread(subject.process.wait, 60) == 2


async def search(scene: Scene, planted: Planted) -> set[str]:
    """What of it stands in the program's streams, in any form."""
    return {str(name) for name in await asyncio.to_thread(traces, scene.log.parent, planted.everything())}


async def test_no_line_names_anyone(scene: Scene, proxy: Proxy, people: Meet) -> None:
    """At DEBUG, with everything going wrong that can: no id, name, word, token or password, and only JSON lines."""
    planted = Planted()
    subject = await scene.start("blurting", "hasty")
    await speak(scene, proxy, people, planted)
    await end(scene, subject)
    assert await search(scene, planted) == set()
    events = {line["event"] for line in subject.lines()}
    assert {"handler_failed", "telegram_unreachable", "telegram_update_not_understood", "answer_not_given"} <= events
    assert {"matrix_interrupted", "matrix_event_sealed", "ended"} <= events
    assert all(json.loads(line)["level"] for line in scene.log.read_text().splitlines())


@pytest.mark.parametrize(
    ("off", "tells"),
    [
        ("unredacted", ("secrets", "ids")),
        pytest.param("outspoken", ("secrets", "ids", "names", "words"), marks=pytest.mark.figures),
        pytest.param("wordy", ("ids",), marks=pytest.mark.figures),
    ],
)
async def test_each_protection_is_needed(
    scene: Scene, proxy: Proxy, people: Meet, off: str, tells: tuple[str, ...]
) -> None:
    """Values not redacted, exceptions with their messages, libraries in their own words: each alone gives some away."""
    planted = Planted()
    subject = await scene.start("blurting", off)
    await speak(scene, proxy, people, planted)
    await end(scene, subject)
    found = await search(scene, planted)
    for kind in tells:
        assert found.intersection(getattr(planted, kind)), kind
