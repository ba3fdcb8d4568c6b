"""What breaks between the bot and its homeserver, and what it must not cost (F6, and FACTS' list)."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bot.model.delivery import Later, Sent
from bot.model.speech import Ask
from bot.platforms.matrix import vault as vaults
from bot.platforms.matrix.vault import Vault
from tests.platforms.matrix.clocks import StillClock
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import SECRET, Stage
from tests.platforms.matrix.test_rooms import hears
from tests.platforms.telegram.proxies import SocksProxy
from tests.wires.proxy import DROP, LOSE_REPLY, Fault, Proxy, fails, limits
from tests.wires.synapse import Synapse

TROUBLES = pytest.mark.parametrize(
    "fault", [fails(503), DROP, LOSE_REPLY, limits(300)], ids=["503", "cut", "lost", "429"]
)


@TROUBLES
async def test_a_failed_to_device_request_leaves_nobody_without_the_key(
    stage: Stage, proxy: Proxy, meet: Meet, fault: Fault
) -> None:
    """The room key is shared again before anything is said with it."""
    ada = await meet("ada")
    async with stage:
        rule = proxy.breaks("PUT", "/sendToDevice/m.room.encrypted/", fault, times=2)
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
    assert rule.hits
    assert ada.unreadable == []


@TROUBLES
async def test_a_failed_key_claim_is_made_again(stage: Stage, proxy: Proxy, meet: Meet, fault: Fault) -> None:
    """Nothing waits for ever, and nothing is said that the person cannot read."""
    ada = await meet("ada")
    async with stage:
        rule = proxy.breaks("POST", "/keys/claim", fault, times=2)
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    assert rule.hits == 2
    assert ada.unreadable == []
    assert isinstance(stage.verdicts[-1], Sent)


@TROUBLES
async def test_a_failed_key_query_is_made_again(stage: Stage, proxy: Proxy, meet: Meet, fault: Fault) -> None:
    """A person whose devices are not known yet is asked about before the answer is said."""
    ada = await meet("ada")
    async with stage:
        rule = proxy.breaks("POST", "/keys/query", fault, times=3)
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    assert rule.hits == 3
    assert ada.unreadable == []


@TROUBLES
async def test_an_answer_is_one_event_however_often_it_is_sent(
    stage: Stage, proxy: Proxy, meet: Meet, fault: Fault
) -> None:
    """Its transaction id makes repeats harmless."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        rule = proxy.breaks("PUT", "/send/m.room.encrypted/", fault, times=4)
        await ada.says(room, "read 1")
        await ada.says(room, "read 2")
        await hears(ada, room, 3)
        await stage.settle()
        await ada.says(room, "read 3")
        await hears(ada, room, 4)
    assert rule.hits == 4
    assert ada.unreadable == []


async def test_nothing_is_sent_inside_a_limit(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """Not to another room either, since limits are counted per account; the verdict says so."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        one, other = await ada.opens(stage.user_id), await ben.opens(stage.user_id)
        await hears(ada, one, 1)
        await hears(ben, other, 1)
        rule = proxy.breaks("PUT", "/send/m.room.encrypted/", limits(1500), times=1)
        await ada.says(one, "read 1")
        await stage.wait_for(lambda: rule.hits)
        await ben.says(other, "read 1")
        await hears(ben, other, 2)
        await hears(ada, one, 2)
    sends = [request.moment for request in proxy.requests if "/send/" in request.path]
    limited = next(moment for moment, after in pairwise(sends) if after - moment > 1.4)
    assert Later(1.5, everyone=True) in stage.verdicts
    assert not [moment for moment in sends if limited < moment < limited + 1.45]


async def test_a_homeserver_that_is_down_is_asked_seldom(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """At most thirty requests in ten minutes; answers that wait make none; and it is back at once when it is."""
    ada = await meet("ada")
    clock = StillClock()
    stage.clock = clock
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        rule = proxy.goes_down()
        begin = clock.passed
        clock.halt = begin + 600
        await ada.says(room, "read 1")
        await stage.wait_for(lambda: clock.passed >= begin + 600)
        assert rule.hits <= 30
        sends = proxy.count("PUT")
        ask = stage.heard[0]
        verdicts = [await stage.platform.answer(ask, stage.reply(ask)) for _ in range(20)]
        assert verdicts == [Later(2.0, everyone=True)] * 20
        assert proxy.count("PUT") == sends
        rule.lift()
        clock.halt = None
        await hears(ada, room, 2)
    assert stage.events.count("matrix_interrupted") == 1


async def test_a_start_without_a_homeserver_waits_for_it(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """Also where it goes away again at any step of the first minute."""
    stage.clock = StillClock()
    rules = [
        proxy.breaks("*", path, fails(502), times=2) for path in ("/login", "/keys/", "/profile/", "/sync", "/send")
    ]
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    assert all(rule.hits == 2 for rule in rules)


async def test_an_invitation_is_accepted_however_often_joining_fails(stage: Stage, proxy: Proxy, meet: Meet) -> None:
    """The next sync tries again."""
    ada = await meet("ada")
    rule = proxy.breaks("POST", "/join$", fails(502), times=2)
    async with stage:
        room = await ada.creates(invites=[stage.user_id], encrypted=False)
        await stage.wait_for(lambda: rule.hits == 1)
        other = await ada.creates(invites=[stage.user_id], encrypted=False)
        await stage.wait_for(lambda: rule.hits == 2)
        third = await ada.opens(stage.user_id, encrypted=False)
        for each in (room, other, third):
            await hears(ada, each, 1)


async def test_a_commit_that_fails_loses_nothing(stage: Stage, meet: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that ran ahead of the disk is thrown away, and the same sync is taken in again."""
    monkeypatch.setattr(vaults, "BUSY_SECONDS", 0.1)
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await stage.settle()
        other = Vault(stage.folder, SECRET)
        with other.transaction():
            await ada.says(room, "read 1")
            await stage.wait_for(lambda: "matrix_interrupted" in stage.events)
        other.close()
        await hears(ada, room, 2)
        await ada.says(room, "read 2")
        await hears(ada, room, 3)
    assert stage.texts == ["read 1", "read 2"]
    assert ada.unreadable == []


async def test_what_the_rules_could_not_take_is_handed_to_them_again(stage: Stage, meet: Meet) -> None:
    """A store that is away for a while costs time, nothing else."""
    ada = await meet("ada")
    take = stage.hear
    refused: list[Sequence[Ask]] = []

    async def refuse(asks: Sequence[Ask]) -> None:
        if len(refused) < 2:
            refused.append(asks)
            raise OSError
        await take(asks)

    stage.hearing = refuse
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    assert len(refused) == 2
    assert len(stage.heard) == 1


async def test_what_was_said_is_fetched_again_after_a_kill(stage: Stage, meet: Meet) -> None:
    """Committed, but not handed over: only its id was kept, and the key to read it."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    reached = asyncio.Event()

    async def stall(_: Sequence[Ask]) -> None:
        reached.set()
        await asyncio.Event().wait()

    stage.hearing = stall
    async with asyncio.timeout(30):
        stage.run()
        await ada.says(room, "read 1 secretly")
        await reached.wait()
        await stage.stop()
    assert stage.find("secretly") == []
    stage.hearing = None
    async with stage:
        await hears(ada, room, 2)
    assert stage.texts == ["read 1 secretly"]


async def test_a_message_whose_key_comes_late_is_answered_then(stage: Stage, meet: Meet) -> None:
    """Until then only its id is kept."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
        olm = ada.device._olm
        del olm.outbound_group_sessions[room]
        batches = list(olm.share_group_session_parallel(room, [stage.user_id]))
        olm.outbound_group_sessions[room].shared = True
        await ada.says(room, "read 2")
        await stage.wait_for(stage.platform._listener._inbox.sealed)
        await ada.says(room, "read 3")
        for _, content in batches:
            await ada.device._send_to_devices("m.room.encrypted", content)
        await hears(ada, room, 4)
    assert stage.texts == ["read 1", "read 2", "read 3"]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_everything_goes_through_the_proxy(synapse: Synapse, stage: Stage, meet: Meet, scheme: str) -> None:
    """Also names: the homeserver's is one that nobody here could look up."""
    ada = await meet("ada")
    async with SocksProxy(synapse.port) as socks:
        stage.url = "http://homeserver.invalid"
        stage.options["proxy"] = socks.url.replace("socks5:", f"{scheme}:")
        async with stage:
            room = await ada.opens(stage.user_id)
            await hears(ada, room, 1)
    assert set(socks.names) == {"homeserver.invalid"}
