"""What is encrypted, by which device, and what cannot be read."""

import base64
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Happening, Reply
from bot.platforms.matrix import chores, happenings
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, make_panel
from tests.platforms.matrix.test_keys import find_client
from tests.platforms.matrix.test_memberships import gather, kinds
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person
from tests.wires.proxy import Proxy, fails


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute is short here."""
    for module in (chores, happenings):
        monkeypatch.setattr(module, "UNREADABLE_AFTER", timedelta(seconds=0.3))


async def mumbles(somebody: Person, room: str, number: int = 0) -> str:
    """Say something under a key that nobody else has."""
    words = base64.b64encode(bytes([3, number, *range(60)])).decode().rstrip("=")
    content: dict[str, Any] = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": words,
        "session_id": "lost" * 10 + str(number),
        "sender_key": "lost" * 11,
        "device_id": somebody.device.device_id,
    }
    return await somebody.sends(room, "m.room.encrypted", content, encrypted=False)


async def test_what_is_encrypted_tells_the_device_that_sent_it(stage: Stage, meet: Meet) -> None:
    """By the fingerprint that a person reads out; in a group as in a private chat, and after a restart."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
        several = await gather(stage, ada, ben)
        await ben.says(several, "!read 2")
        await stage.wait_for(lambda: stage.texts == ["read 1", "read 2"])
        await ada.reacts(room, ada.sees(room)[-1].event_id, "➡️")
        await stage.wait_for(lambda: len(stage.texts) == 3)
    async with stage:
        await ada.says(room, "read 3")
        await stage.wait_for(lambda: len(stage.texts) == 4)
    assert [(ask.text, ask.encrypted, ask.device) for ask in stage.heard] == [
        ("start", True, None),
        ("read 1", True, ada.device.fingerprint),
        ("read 2", True, ben.device.fingerprint),
        ("➡", False, None),
        ("read 3", True, ada.device.fingerprint),
    ]


async def test_a_room_in_the_clear_proves_nothing(stage: Stage, meet: Meet) -> None:
    """Nor does what is said in the clear where others encrypt."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        plain = await ada.opens(stage.user_id, encrypted=False)
        sealed = await ben.opens(stage.user_id)
        await stage.wait_for(lambda: len(stage.heard) == 2)
        await ada.says(plain, "read 1")
        await ben.sends(sealed, "m.room.message", {"msgtype": "m.text", "body": "read 2"}, encrypted=False)
        await stage.wait_for(lambda: len(stage.texts) == 2)
    assert {ask.text: (ask.encrypted, ask.device) for ask in stage.heard if ask.text != "start"} == {
        "read 1": (False, None),
        "read 2": (False, None),
    }
    assert {ask.address.native: ask.encrypted for ask in stage.heard if ask.text == "start"} == {
        plain: False,
        sealed: True,
    }


async def test_a_device_that_was_not_known_is_asked_for(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """Before the rules hear what it said; where nobody tells of it, it is nobody's."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        for number in (1, 2):
            machine = find_client(stage).machine
            machine.device_store._entries.pop(ada.user_id)
            machine.users_for_key_query.add(ada.user_id)
            if number == 2:
                broken = proxy.breaks("POST", "/keys/query", fails(), times=None)
            await ada.says(room, f"read {number}")
            await stage.wait_for(partial(_has_heard, stage, number))
        broken.lift()
    assert [ask.device for ask in stage.heard] == [None, ada.device.fingerprint, None]


def _has_heard(stage: Stage, count: int) -> bool:
    return len(stage.texts) == count


@pytest.mark.parametrize("lie", ["sender", "fingerprint", "forwarded", "deleted"])
async def test_no_device_is_proven_by_what_could_be_forged(stage: Stage, meet: Meet, lie: str) -> None:
    """The server says who sent it; a key may have been handed on; a device may claim another's fingerprint."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben)
        said = await ada.says(room, "!read 1")
        await ben.says(room, "!read 2")
        await stage.wait_for(lambda: len(stage.texts) == 2)
        client = find_client(stage)
        source = await client.call("GET", f"/rooms/{room}/event/{said}")
        if lie == "sender":
            source["sender"] = ben.user_id
        event = client.decrypt(source, room)
        session = client.machine.inbound_group_store.get(room, event.sender_key, event.session_id)
        if lie == "fingerprint":
            session.ed25519 = ben.device.fingerprint
        elif lie == "forwarded":
            session.forwarding_chain = [event.sender_key]
        elif lie == "deleted":
            client.machine.device_store[ada.user_id][ada.device.device_id].deleted = True
        assert client.prove_device(event) is None


async def test_what_cannot_be_read_is_told_of_once_a_day(stage: Stage, meet: Meet) -> None:
    """In a private chat, after a while; also when more of it comes, and after a restart."""
    ada = await meet("ada")
    stage.react = lambda _: Reply(command="unreadable", message=make_panel("say it again"))
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await mumbles(ada, room)
        await hears(ada, room, 2)
        await mumbles(ada, room, 1)
        await stage.wait_for(lambda: len(stage.happened) == 2)
    async with stage:
        await ada.says(room, "read 1")
        await stage.wait_for(lambda: stage.texts == ["read 1"])
    first, second = stage.happened
    assert first == second
    assert (first.happening, first.kind, first.address) == (
        Happening.UNREADABLE,
        ChatKind.PRIVATE,
        Address("matrix", room),
    )
    assert len({one.event_id for one in ada.sees(room) if one.body == "say it again"}) == 1


async def test_what_can_be_read_in_time_is_not_told_of(stage: Stage, meet: Meet) -> None:
    """Nor what somebody took back, nor what is said in a room of several, which may be for others."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        several = await gather(stage, ada, ben)
        await mumbles(ada, several)
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    await ada.withdraws(room, await mumbles(ada, room))
    async with stage:
        await ada.says(room, "read 1")
        await stage.wait_for(lambda: stage.texts == ["read 1"])
        await stage.wait_for(lambda: not find_client(stage).vault.ask("SELECT 1 FROM inbox WHERE told = 0"))
    assert kinds(stage, room) == []
    assert kinds(stage, several) == [Happening.ADDED]
