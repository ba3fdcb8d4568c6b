"""What must not happen however networks and machines fail: each with its figure."""

import asyncio
from collections import Counter

import pytest

from bot.broadcast.stopping import release
from bot.model.moderator import OPERATOR, Role
from bot.model.parcel import Delivery, DeliveryState
from bot.model.people import Address, ChatKind, Updates
from bot.model.post import PostState
from bot.ports import Tx
from tests.broadcast.hourglass import BEGIN, play
from tests.broadcast.stage import ALONE, MATRIX, TELEGRAM, House


def delivery(house: House, number: int, platform: str = TELEGRAM) -> Delivery:
    """How a post's delivery stands."""
    found = house.store.now(lambda tx: tx.outbox.of(number))
    return next(one for one in found if one.platform == platform)


def subscribed(house: House) -> int:
    """How many chats still want updates."""
    return sum(house.store.now(lambda tx: dict(tx.outbox.audience())).values())


async def kill_often(seed: int, kills: int) -> None:
    """A delivery to both networks, killed so many times at random moments: F1."""
    house = House(seed=seed)
    house.settle(12 * kills, TELEGRAM)
    house.settle(4 * kills, MATRIX)
    house.publish()
    house.start()
    worst, before = 0, 0
    for _ in range(kills):
        await asyncio.sleep(house.random.uniform(0.05, 0.6))
        for _ in range(house.random.randrange(40)):
            await asyncio.sleep(0)
        places = house.cut
        await house.kill()
        places = house.cut - places
        house.start()
        repeats = sum(house.telegram.copies().values()) - len(house.telegram.copies())
        assert repeats - before <= worst + places, f"seed {seed}"
        worst += places
    await house.done()
    await house.stop()
    telegram, matrix = house.telegram.copies(), house.matrix.copies()
    assert (len(telegram), len(matrix)) == (12 * kills, 4 * kills), f"seed {seed}: somebody was lost"
    assert max(telegram.values()) <= 3, f"seed {seed}: {max(telegram.values())} copies"
    assert set(matrix.values()) == {1}, f"seed {seed}: a repeat on Matrix"
    assert sum(telegram.values()) - len(telegram) <= house.cut, f"seed {seed}"
    assert house.telegram.most_in_a_second() <= 60, f"seed {seed}"


def test_twenty_kills() -> None:
    """F1: nobody lost; repeats at most what was in flight; at most three copies to anyone; none on Matrix."""
    play(kill_often(1, 20))


@pytest.mark.figures
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_kills(seed: int) -> None:
    """F1 at its full count, ten times over."""
    play(kill_often(100 + seed, 200))


def test_a_storm_of_silences() -> None:
    """F3: nothing is sent inside one; outside them at least 90 % of the allowed rate is used."""

    async def scene() -> None:
        house = House(seed=5)
        house.settle(900)
        house.telegram.storm = 0.06
        house.publish()
        house.start()
        took = await house.done()
        await house.stop()
        assert house.telegram.early == []
        assert len(house.telegram.copies()) == 900
        silent = house.telegram.silent_seconds()
        assert silent > 10
        assert len(house.telegram.begun) / (took - silent) >= 0.9 * 28

    play(scene())


def test_a_silence_outlasts_a_kill() -> None:
    """A kill inside a ``retry_after``, of one chat and of all: after the restart nothing is sent inside it."""

    async def scene() -> None:
        for seed in range(10):
            house = House(seed=seed)
            house.settle(30)
            house.telegram.storm = 1.0
            house.publish()
            house.publish("more")
            house.start()
            await asyncio.sleep(1)
            house.telegram.storm = 0.0
            await house.kill()
            house.start()
            await house.done()
            await house.stop()
            assert house.telegram.early == []
            assert len(house.telegram.copies()) == 60

    play(scene())


def test_lost_replies_and_failures() -> None:
    """F4: nobody lost; no more repeats than uncertain ones; what was never sent is never repeated."""

    async def scene() -> None:
        house = House(seed=4)
        house.settle(300, TELEGRAM)
        house.settle(100, MATRIX)
        for carrier in house.carriers.values():
            carrier.lost, carrier.unreachable = 0.08, 0.1
        house.publish()
        house.start()
        await house.done()
        await house.stop()
        telegram, matrix = house.telegram.copies(), house.matrix.copies()
        assert (len(telegram), len(matrix)) == (300, 100)
        assert 0 < sum(telegram.values()) - 300 <= house.telegram.doubts
        assert set(matrix.values()) == {1}
        house = House(seed=4)
        house.settle(300)
        house.telegram.unreachable = 0.3
        house.publish()
        house.start()
        await house.done()
        assert house.telegram.copies() == Counter(dict.fromkeys(house.telegram.copies(), 1))
        assert len(house.telegram.copies()) == 300

    play(scene())


def test_one_poison_chat_in_a_hundred() -> None:
    """F5: it is tried three times at most, and the others are at most 5 % later."""

    async def ends(poison: set[str]) -> float:
        house = House(seed=6)
        house.settle(100)
        house.telegram.poison |= poison
        house.publish()
        house.start()
        await house.done()
        await house.stop()
        tries = Counter(chat for _, chat, _ in house.telegram.begun)
        assert all(tries[chat] <= 3 for chat in poison)
        return max(one.moment for one in house.telegram.arrivals) - BEGIN.timestamp()

    assert play(ends({"telegram-50"})) <= 1.05 * play(ends(set()))


@pytest.mark.parametrize("when", ["before", "in", "after"])
def test_a_group_moves(when: str) -> None:
    """F12: before, in or after a broadcast it gets each post exactly once, and no old id is left."""

    async def scene() -> None:
        house = House(seed=7)
        groups = house.settle(3, kind=ChatKind.GROUP)
        house.settle(40)
        old, new = groups[1].address, Address(TELEGRAM, "supergroup")
        if when == "before":
            house.telegram.moved[old.native] = new.native
        first = house.publish("first")
        house.start()
        if when == "in":
            house.telegram.moved[old.native] = new.native
            await asyncio.sleep(0.1)
            house.store.now(lambda tx: tx.chats.move(old, new))
        await house.done()
        if when == "after":
            house.telegram.moved[old.native] = new.native
            house.store.now(lambda tx: tx.chats.move(old, new))
        house.publish("second")
        await house.done()
        await house.stop()
        got = [(one.chat, one.text) for one in house.telegram.arrivals if one.chat in {old.native, new.native}]
        home = old.native if when == "after" else new.native
        assert got == [(home, "first"), (new.native, "second")]
        assert house.store.now(lambda tx: tx.chats.find(old)) is None
        assert delivery(house, first).sent == 43

    play(scene())


def test_a_platforms_trouble_ends_no_subscription() -> None:
    """S20: with more than 5 % gone the delivery holds itself, nobody's subscription ends, and moderators are asked."""

    async def scene() -> None:
        house = House(seed=8)
        house.staff(Role.OWNER, "owner", MATRIX)
        chats = house.settle(400, TELEGRAM)
        house.settle(20, MATRIX)
        house.telegram.gone |= {chat.address.native for chat in chats}
        number = house.publish()
        house.start()
        await asyncio.sleep(30)
        one = delivery(house, number)
        assert (one.state, one.why) == (DeliveryState.HELD, "breaker")
        assert one.gone <= 11 + house.telegram.most
        assert subscribed(house) == 420
        assert delivery(house, number, MATRIX).state is DeliveryState.DONE
        assert "breaker 1 platform=telegram" in [arrival.text for arrival in house.matrix.arrivals]
        house.telegram.gone.clear()
        house.store.now(lambda tx: release(tx, OPERATOR, number, now=house.clock.now(), rules=ALONE))
        await house.done()
        assert subscribed(house) == 420
        assert delivery(house, number).sent == 400 - one.gone
        assert house.store.now(lambda tx: tx.posts.among(PostState.DONE))
        await house.stop()

    play(scene())


def test_a_small_audience_is_protected_as_well() -> None:
    """Where most of a few chats seem gone the delivery holds itself at its end; going on ends no subscription, too."""

    async def scene() -> None:
        house = House()
        chats = house.settle(6)
        house.telegram.gone |= {chat.address.native for chat in chats[:4]}
        number = house.publish()
        house.start()
        await asyncio.sleep(10)
        assert delivery(house, number).state is DeliveryState.HELD
        house.store.now(lambda tx: release(tx, OPERATOR, number, now=house.clock.now(), rules=ALONE))
        await house.done()
        assert delivery(house, number).state is DeliveryState.DONE
        assert subscribed(house) == 6
        await house.stop()

    play(scene())


def test_who_is_gone_gets_nothing_more() -> None:
    """Up to 5 % gone is everyday: these subscriptions end with the delivery, and nobody else's."""

    async def scene() -> None:
        house = House()
        chats = house.settle(100)
        gone = {chat.address.native for chat in chats[::20]}
        house.telegram.gone |= gone
        number = house.publish()
        house.start()
        await house.done()
        assert (delivery(house, number).gone, subscribed(house)) == (5, 95)

        def choices(tx: Tx) -> set[str]:
            return {
                chat.address.native
                for chat in (tx.chats.find(one.address) for one in chats)
                if chat is not None and chat.updates is Updates.OFF
            }

        assert house.store.now(choices) == gone
        house.publish("more")
        await house.done()
        assert len(house.telegram.begun) == 195
        await house.stop()

    play(scene())


def test_a_platforms_outage_is_its_own() -> None:
    """One network is down for ten minutes: the other is as quick as ever, and the first loses nobody."""

    async def ends(*, down: bool) -> float:
        house = House(seed=9)
        house.settle(100, TELEGRAM)
        house.settle(100, MATRIX)
        house.telegram.unreachable = 1.0 if down else 0.0
        house.publish()
        house.start()
        await asyncio.sleep(60)
        assert len(house.matrix.copies()) == 100
        house.telegram.unreachable = 0.0
        await house.done()
        await house.stop()
        assert len(house.telegram.copies()) == 100
        return max(one.moment for one in house.matrix.arrivals) - BEGIN.timestamp()

    assert play(ends(down=True)) <= play(ends(down=False)) / 0.95


@pytest.mark.parametrize("how", ["failing", "raising"])
def test_a_network_that_is_down_is_asked_seldom(how: str) -> None:
    """F6, below the platforms' own care: ten minutes of failures cost few requests and nobody's post."""

    async def scene() -> None:
        house = House(seed=11)
        house.settle(300)
        number = house.publish()
        house.start()
        await asyncio.sleep(3)
        before = len(house.telegram.begun)
        house.telegram.failing, house.telegram.raising = 1.0, float(how == "raising")
        await asyncio.sleep(600)
        asked = len(house.telegram.begun) - before
        house.telegram.failing = 0.0
        end = house.clock.now().timestamp()
        await house.done()
        await house.stop()
        assert (delivery(house, number).sent, len(house.telegram.copies())) == (300, 300)
        assert min(one.moment for one in house.telegram.arrivals if one.moment > end) - end < 60
        assert asked <= 30

    play(scene())


def test_letters_reach_moderators_through_it_all() -> None:
    """Lost replies and kills: each letter arrives, and goes before what is for readers."""

    async def scene() -> None:
        house = House(seed=10)
        for rank in range(5):
            house.staff(Role.EDITOR, f"moderator {rank}", MATRIX if rank % 2 else TELEGRAM)
        house.settle(200)
        house.telegram.lost = 0.3
        house.publish()
        house.start()
        for _ in range(4):
            await asyncio.sleep(0.3)
            await house.kill()
            house.start()
        await house.done()
        await asyncio.sleep(60)
        for rank in range(5):
            carrier = house.matrix if rank % 2 else house.telegram
            mine = [one.text for one in carrier.arrivals if one.chat == f"moderator {rank}"]
            assert set(mine) == {"countdown 1", "receipt 1"}
            assert len(mine) <= (2 if rank % 2 else 6)
        assert house.store.table("SELECT count(*) FROM letters") == [(0,)]
        await house.stop()

    play(scene())
