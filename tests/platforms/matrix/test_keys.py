"""What the bot knows of people's devices, when the homeserver's answers about them are late, empty or gone."""

import asyncio

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.forgetting import KEPT_KEYS
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import phone
from tests.wires.proxy import Fault, Proxy, Trouble, delays
from tests.wires.synapse import Account, Synapse


def find_client(stage: Stage) -> Client:
    """The client that is in use."""
    line = stage.platform._voice.line
    assert line is not None
    return line.client


async def test_a_device_that_was_missing_once_is_reached_again(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """To nio, what one answer left out is deleted for ever."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        client = find_client(stage)
        nothing = Fault(trouble=Trouble.ANSWER, status=200, body={"device_keys": {ada.user_id: {}}})
        rule = proxy.breaks("POST", "/keys/query", nothing)
        client.machine.users_for_key_query.add(ada.user_id)
        await stage.platform._voice._line().keys.query([ada.user_id])
        assert rule.hits == 1
        client.machine.users_for_key_query.add(ada.user_id)
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
    assert ada.unreadable == []


async def test_a_new_device_reads_what_is_said_after_it_came(synapse: Synapse, stage: Stage, meet: Meet) -> None:
    """Nothing is asked of the person: the next answer is for both."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        account = Account(
            user_id=ada.user_id, password="correct horse", access_token="", device_id=ada.device.device_id
        )
        async with await phone(synapse, account, ada.identity) as laptop:
            await ada.says(room, "read 1")
            answers = await hears(ada, room, 2)
            await laptop.waits(room, lambda seen: [one for one in seen if one.event_id == answers[-1].event_id])
    assert ada.unreadable == []


async def test_a_device_without_one_time_keys_is_reached_once_it_writes(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """It missed the room key; what it sends makes a session, and the next answer is said under a key for all."""
    ada = await meet("ada")
    async with stage:
        empty = Fault(trouble=Trouble.ANSWER, status=200, body={"one_time_keys": {}})
        rule = proxy.breaks("POST", "/keys/claim", empty)
        room = await ada.opens(stage.user_id)
        await ada.until(lambda: ada.unreadable, "the greeting comes, and cannot be read")
        await ada.says(room, "read 1")
        (answer,) = await hears(ada, room, 1)
    assert rule.hits == 1
    assert answer.body.startswith("you said read 1")
    assert len(ada.unreadable) == 1


async def test_news_of_a_device_while_it_is_asked_about_are_not_lost(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """The answer under way may be older than the news: it is asked about once more."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        client, keys = find_client(stage), stage.platform._voice._line().keys
        proxy.breaks("POST", "/keys/query", delays(0.3))
        asking = asyncio.create_task(keys.query([ada.user_id]))
        await stage.wait_for(lambda: ada.user_id in client.asking)
        client.changed_meanwhile.add(ada.user_id)
        await asking
        assert ada.user_id in client.users_for_key_query
        await keys.query([ada.user_id])
        assert ada.user_id not in client.users_for_key_query


async def test_a_server_that_tells_nothing_of_a_user_is_not_asked_all_the_time(
    stage: Stage, proxy: Proxy, meet: Meet
) -> None:
    """A minute long: other people are answered meanwhile."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        client, keys = find_client(stage), stage.platform._voice._line().keys
        stranger = "@ada:elsewhere.test"
        client.machine.users_for_key_query.add(stranger)
        before = proxy.count("POST", "/keys/query")
        for _ in range(3):
            await keys.query([stranger])
        assert proxy.count("POST", "/keys/query") == before + 1


async def test_old_room_keys_are_pruned_at_a_start(stage: Stage, meet: Meet) -> None:
    """Nio keeps and loads every one; the newest few of each sender are enough."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        for number in range(KEPT_KEYS + 3):
            await ada.says(room, f"read {number}")
            await hears(ada, room, number + 2)
            ada.device._forget_room_keys(room)
    async with stage:
        sessions = find_client(stage).machine.inbound_group_store[room]
        assert max(len(held) for held in sessions.values()) == KEPT_KEYS
        await ada.says(room, "read 9")
        await hears(ada, room, KEPT_KEYS + 5)
    assert ada.unreadable == []
