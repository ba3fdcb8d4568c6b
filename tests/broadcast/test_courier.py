"""How things go out: order, pace, quiet hours, silences, and whose trouble is whose."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from bot.broadcast.stopping import hold, pause_all, release, resume_all, retract
from bot.model.moderator import OPERATOR
from bot.model.people import Address, Chat, ChatKind
from bot.ports import Tx
from tests.broadcast.carriers import SimulatedCarrier
from tests.broadcast.hourglass import BEGIN, play
from tests.broadcast.stage import ALONE, MATRIX, TELEGRAM, House

EVENING = "17:00-18:05"
"""Hong Kong's 18:00, at which these scenes begin, lies in it."""


def keep(house: House, chat: Chat) -> None:
    """The chat chooses something."""
    house.store.now(lambda tx: tx.chats.keep(chat))


def texts(carrier: SimulatedCarrier) -> list[str]:
    """What arrived, in order."""
    return [arrival.text for arrival in carrier.arrivals]


def moments(carrier: SimulatedCarrier) -> list[float]:
    """When it arrived, in seconds since the scene began."""
    return [arrival.moment - BEGIN.timestamp() for arrival in carrier.arrivals]


def by_chat(carrier: SimulatedCarrier) -> dict[str, list[str]]:
    """What each chat got, in order."""
    got = defaultdict(list)
    for arrival in carrier.arrivals:
        got[arrival.chat].append(arrival.text)
    return got


class TestManner:
    """What each chat is sent."""

    def test_each_gets_it_as_it_chose(self) -> None:
        """In its topic, silently, discreetly: and a group by its own choice."""

        async def scene() -> None:
            house = House()
            house.settle(1, sound=False)
            house.settle(1, discreet=True)
            house.settle(1, kind=ChatKind.GROUP, topic="7")
            house.publish()
            house.start()
            await house.done()
            await house.stop()
            sent = [(one.text, one.silent, one.topic) for one in house.telegram.arrivals]
            assert sent == [("news", True, None), ("#1", False, None), ("news", False, "7")]

        play(scene())

    def test_parts_come_in_order_a_second_apart(self) -> None:
        """A long text is several messages; each chat gets them one after the other, as fast as it bears."""

        async def scene() -> None:
            house = House()
            house.settle(3)
            house.publish("one\n\ntwo\n\nthree")
            house.start()
            await house.done()
            await house.stop()
            for chat in house.chats.values():
                mine = [one for one in house.telegram.arrivals if one.chat == chat.address.native]
                assert [one.text for one in mine] == ["one", "two", "three"]
                gaps = [after.moment - before.moment for before, after in pairwise(mine)]
                assert all(gap > 0.9 for gap in gaps)

        play(scene())

    def test_an_unreadable_post_fails_for_its_chat_alone(self) -> None:
        """Whoever cannot be written to counts as failed; the others get it."""

        async def scene() -> None:
            house = House()
            house.settle(2)
            (odd,) = house.settle(1, language="xx")
            number = house.publish()

            def mend(tx: Tx) -> None:
                post = tx.posts.find(number)
                assert post is not None
                tx.posts.keep(replace(post, texts={**post.texts, "xx": ()}))

            house.store.now(mend)
            house.telegram.refused.add(odd.address.native)
            house.start()
            await house.done()
            (delivery,) = [one for one in house.store.now(lambda tx: tx.outbox.of(number)) if one.platform == TELEGRAM]
            assert (delivery.sent, delivery.failed) == (2, 1)

        play(scene())


class TestOrder:
    """What comes first."""

    def test_an_urgent_post_overtakes(self) -> None:
        """Whoever has not had the earlier one gets the urgent one first; each chat gets both, once."""

        async def scene() -> None:
            house = House()
            house.settle(60)
            house.publish("calm")
            house.start()
            await asyncio.sleep(0.5)
            house.publish("urgent", urgent=True)
            await house.done()
            await house.stop()
            order = by_chat(house.telegram)
            assert all(sorted(got) == ["calm", "urgent"] for got in order.values())
            assert sum(got[0] == "urgent" for got in order.values()) > 30

        play(scene())

    def test_each_chat_gets_posts_in_their_order(self) -> None:
        """Also where the first one's arrival was uncertain in some chats, and comes late there."""

        async def scene() -> None:
            house = House(seed=3)
            house.settle(40)
            house.telegram.failing = 0.3
            for text in ("first", "second"):
                house.publish(text)
            house.start()
            await asyncio.sleep(8)
            house.telegram.failing = 0.0
            await house.done()
            await house.stop()
            order = by_chat(house.telegram)
            failed = {chat for chat, got in order.items() if got == ["second"]}
            assert {tuple(got) for chat, got in order.items() if chat not in failed} == {("first", "second")}
            assert len(failed) < 5

        play(scene())

    def test_what_is_uncertain_is_tried_last(self) -> None:
        """Those who were not tried yet come before those who may have it."""

        async def scene() -> None:
            house = House()
            house.settle(50)
            house.telegram.poison.add("telegram-0")
            house.publish()
            house.start()
            await house.done()
            tries = [rank for rank, (_, chat, _) in enumerate(house.telegram.begun) if chat == "telegram-0"]
            assert tries[0] == 0
            assert tries[1:] == [50, 51]

        play(scene())


class TestPace:
    """How fast."""

    def test_the_allowed_pace_is_used(self) -> None:
        """At least 98 % of it over a long delivery, never more than the limit in any second, chat or group."""

        async def scene() -> None:
            house = House()
            house.settle(560)
            house.publish()
            house.start()
            await house.done()
            await house.stop()
            last = max(moments(house.telegram))
            assert 560 / last >= 0.98 * 28
            assert house.telegram.most_in_a_second() <= 30

        play(scene())

    def test_a_group_gets_eighteen_a_minute(self) -> None:
        """Its own limit holds it, and nobody else waits for that."""

        async def scene() -> None:
            house = House()
            (group,) = house.settle(1, kind=ChatKind.GROUP)
            house.settle(20)
            house.publish("\n\n".join(f"part {rank}" for rank in range(10)))
            house.start()
            await house.done()
            times = house.telegram.rates()[group.address.native]
            assert all(later - first >= 3.3 for first, later in pairwise(times))
            others = [
                one.moment - BEGIN.timestamp() for one in house.telegram.arrivals if one.chat != group.address.native
            ]
            assert max(others) < 25

        play(scene())

    def test_answers_go_first(self) -> None:
        """What answers take of the pace is left over for deliveries; together they stay below the limit."""

        async def scene() -> None:
            house = House()
            house.settle(100)
            house.publish()
            house.start()
            answers = []
            for rank in range(140):  # 14 a second for ten seconds
                await asyncio.sleep(0.1 if rank % 2 else 0.0428)
                now = house.clock.now().timestamp()
                house.courier.gates[TELEGRAM].answered(Address(TELEGRAM, f"reader {rank}"), ChatKind.PRIVATE, now)
                answers.append(now)
            both = sorted([moment for moment, _, _ in house.telegram.begun if moment <= answers[-1]] + answers)
            most = max(sum(first <= one < first + 1 for one in both) for first in both)
            assert most <= 31
            await house.done()

        play(scene())

    def test_a_flood_of_answers_stops_deliveries_and_not_the_other_way_round(self) -> None:
        """While answers take more than the pace, nothing else is sent; then it goes on."""

        async def scene() -> None:
            house = House()
            house.settle(30)
            house.start()
            await asyncio.sleep(1)
            gate, now = house.courier.gates[TELEGRAM], house.clock.now().timestamp()
            for rank in range(140):
                gate.answered(Address(TELEGRAM, f"reader {rank}"), ChatKind.PRIVATE, now)
            house.publish()
            await asyncio.sleep(4)
            assert house.telegram.begun == []
            await house.done()
            assert len(house.telegram.arrivals) == 30

        play(scene())

    def test_few_are_in_flight_on_a_slow_network(self) -> None:
        """What a kill can leave in doubt is what the network bears in less than a second."""

        async def scene() -> None:
            house = House()
            house.matrix.latency = 30
            house.settle(100, MATRIX)
            house.publish()
            house.start()
            await asyncio.sleep(20)
            assert house.matrix.most == 8
            await house.kill()

        play(scene())


class TestQuietHours:
    """When nothing may ring."""

    def test_posts_wait_and_urgent_ones_come_silently(self) -> None:
        """Until the hours are over; they are counted as waiting meanwhile."""

        async def scene() -> None:
            house = House()
            house.settle(2, quiet=EVENING)
            house.settle(1, quiet=EVENING, timezone="Europe/London")
            calm = house.publish("calm")
            house.publish("urgent", urgent=True)
            house.start()
            await asyncio.sleep(5)
            early = [(one.chat, one.text, one.silent) for one in house.telegram.arrivals]
            urgent = [(f"telegram-{rank}", "urgent", rank < 2) for rank in range(3)]
            assert sorted(early) == sorted([*urgent, ("telegram-2", "calm", False)])
            (delivery,) = [one for one in house.store.now(lambda tx: tx.outbox.of(calm)) if one.platform == TELEGRAM]
            assert (delivery.waiting, delivery.pending) == (2, 2)
            await house.done(400)
            late = [
                at for at, text in zip(moments(house.telegram), texts(house.telegram), strict=True) if text == "calm"
            ]
            assert [round(at / 60) for at in late] == [0, 5, 5]
            await house.stop()

        play(scene())

    def test_what_is_retracted_meanwhile_never_comes(self) -> None:
        """Waiting copies are dropped, and the delivery ends at once."""

        async def scene() -> None:
            house = House()
            house.settle(2, quiet=EVENING)
            house.settle(2)
            number = house.publish()
            house.start()
            await asyncio.sleep(3)
            house.store.now(lambda tx: retract(tx, OPERATOR, number, now=house.clock.now()))
            assert await house.done() < 5
            await asyncio.sleep(400)
            assert (len(house.telegram.arrivals), house.telegram.there) == (2, {})
            await house.stop()

        play(scene())

    def test_where_the_bot_may_not_write_a_post_waits(self) -> None:
        """Until it may again; after two days it has failed."""

        async def scene() -> None:
            house = House()
            chats = house.settle(2, kind=ChatKind.GROUP, muted=True)
            number = house.publish()
            house.start()
            await asyncio.sleep(20)
            assert house.telegram.begun == []
            keep(house, replace(chats[0], muted=False))
            await asyncio.sleep(5)
            assert texts(house.telegram) == ["news"]
            await house.kill()
            await asyncio.sleep(48 * 3600)
            house.start()
            await house.done()
            (delivery,) = [one for one in house.store.now(lambda tx: tx.outbox.of(number)) if one.platform == TELEGRAM]
            assert (delivery.sent, delivery.failed, delivery.waiting) == (1, 1, 0)
            await house.stop()

        play(scene())


class TestStopping:
    """What one person does takes effect at once."""

    def test_hold_and_release_take_effect_within_a_second(self) -> None:
        """Nothing begins after a hold; after a release it goes on where it was, nobody left out and nobody twice."""

        async def scene() -> None:
            house = House()
            house.settle(200)
            number = house.publish()
            house.start()
            await asyncio.sleep(2)
            house.store.now(lambda tx: hold(tx, OPERATOR, number, now=house.clock.now()))
            held = house.clock.now().timestamp()
            await asyncio.sleep(30)
            assert max(moment for moment, _, _ in house.telegram.begun) <= held
            house.store.now(lambda tx: release(tx, OPERATOR, number, now=house.clock.now(), rules=ALONE))
            released = house.clock.now().timestamp()
            await house.done()
            assert min(moment for moment, _, _ in house.telegram.begun if moment > held) < released + 1
            assert set(house.telegram.copies().values()) == {1}
            assert len(house.telegram.arrivals) == 200
            await house.stop()

        play(scene())

    def test_a_pause_stops_all_and_outlasts_a_restart(self) -> None:
        """Whatever runs stands still until it is resumed, also under a new courier."""

        async def scene() -> None:
            house = House()
            house.settle(100)
            house.publish()
            house.start()
            await asyncio.sleep(1)
            house.store.now(lambda tx: pause_all(tx, OPERATOR))
            paused = house.clock.now().timestamp()
            await house.kill()
            house.start()
            await asyncio.sleep(10)
            assert max(moment for moment, _, _ in house.telegram.begun) <= paused
            house.store.now(lambda tx: resume_all(tx, OPERATOR, now=house.clock.now(), rules=ALONE))
            await house.done()
            assert len(house.telegram.copies()) == 100
            await house.stop()

        play(scene())

    def test_a_retraction_takes_back_what_is_there(self) -> None:
        """Deleted, or where that is no longer allowed replaced by a note; and reported so."""

        async def scene() -> None:
            house = House()
            house.settle(40)
            number = house.publish("one\n\ntwo")
            house.start()
            await asyncio.sleep(3.5)
            there = [one.chat for one in house.telegram.there.values()]
            house.telegram.too_old |= set(there[:5])
            house.store.now(lambda tx: retract(tx, OPERATOR, number, now=house.clock.now()))
            await house.done()
            assert {one.chat for one in house.telegram.there.values()} == set(there[:5])
            assert set(house.telegram.notes) == set(house.telegram.there)
            (delivery,) = [one for one in house.store.now(lambda tx: tx.outbox.of(number)) if one.platform == TELEGRAM]
            assert (delivery.noted, delivery.too_old, delivery.stuck) == (5, 0, 0)
            assert delivery.withdrawn + delivery.noted == delivery.recalled == 40 - delivery.dropped
            await house.stop()

        play(scene())

    def test_the_end_of_the_program_leaves_no_doubt(self) -> None:
        """What is in flight is finished and committed; the next run repeats nothing and loses nothing."""

        async def scene() -> None:
            house = House()
            house.settle(200)
            house.settle(40, MATRIX)
            house.publish()
            house.start()
            for _ in range(3):
                await asyncio.sleep(1.5)
                begin = asyncio.get_running_loop().time()
                await house.stop()
                assert asyncio.get_running_loop().time() - begin < 1
                house.start()
            await house.done()
            assert set(house.telegram.copies().values()) | set(house.matrix.copies().values()) == {1}
            assert (len(house.telegram.arrivals), len(house.matrix.arrivals)) == (200, 40)

        play(scene())
