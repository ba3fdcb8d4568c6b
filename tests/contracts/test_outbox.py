"""What every store promises about deliveries and their parcels."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.message import Span
from bot.model.moderator import CLOCK, OPERATOR
from bot.model.parcel import Delivery, DeliveryState, Parcel, ParcelState, Settlement
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.post import Post
from bot.ports import Tx
from bot.ports_announcing import Silence
from bot.storage.store import SqlStore
from tests.storage.stage import FILE, POSTGRES, address, ground

NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SENDING = (ParcelState.TIMED, ParcelState.WAITING, ParcelState.FRESH)


def settle_readers(tx: Tx, count: int, **choices: object) -> list[int]:
    """Row ids of so many private chats that want all updates, or what is chosen."""
    chosen = Chat(address=address(), updates=Updates.ALL)
    numbers = range(100 * len(choices), 100 * len(choices) + count)
    return [tx.chats.keep(replace(chosen, address=address(n), **choices)) for n in numbers]  # type: ignore[arg-type]


def begin(tx: Tx, *, urgent: bool = False, fill: int = 100) -> int:
    """A delivery on Telegram of a new post, its queue filled."""
    post = tx.posts.add(Post(number=0, texts={"en": (Span(text="news"),)}, changed=NOW))
    number = tx.outbox.open(post.number, 0, "telegram", urgent=urgent, now=SECONDS).number
    while fill and tx.outbox.fill(number, fill):
        pass
    return number


def take(tx: Tx, number: int, limit: int = 100, states: Sequence[ParcelState] = SENDING) -> list[Parcel]:
    """Claim what is ready."""
    parcels = tx.outbox.ready(number, states, SECONDS, limit)
    tx.outbox.claim(number, parcels, SECONDS + 60, SECONDS)
    return parcels


def sent(parcel: Parcel) -> Settlement:
    """It arrived."""
    return Settlement(number=parcel.number, state=ParcelState.SENT, references=(f"message {parcel.number}",))


async def look(store: SqlStore, number: int) -> Delivery:
    """The delivery as it stands."""
    found = await store.do(lambda tx: tx.outbox.delivery(number))
    assert found is not None
    return found


class TestAudience:
    """Who gets a post."""

    async def test_whoever_wants_it_on_that_network_gets_it(self, store: SqlStore) -> None:
        """Everyone who asked for all updates, in one slice or in many; urgent ones reach those who want only these."""

        def work(tx: Tx) -> tuple[list[int], list[int], int, int]:
            wanting = settle_readers(tx, 7)
            urgent = settle_readers(tx, 2, updates=Updates.URGENT)
            settle_readers(tx, 2, updates=Updates.OFF, sound=False)
            settle_readers(tx, 2, updates=None, sound=False, discreet=True)
            tx.chats.keep(Chat(address=Address("matrix", "!room:example.org"), updates=Updates.ALL))
            return wanting, urgent, begin(tx, fill=3), begin(tx, urgent=True, fill=100)

        wanting, urgent, calm, hurried = await store.do(work)
        for number, expected in ((hurried, wanting + urgent), (calm, wanting)):
            found = await store.do(lambda tx, n=number: [parcel.number for parcel in take(tx, n)])  # type: ignore[misc]
            assert found == (expected if number == hurried else [])  # an urgent post comes first
            assert (await look(store, number)).queued == len(expected)
        await store.do(
            lambda tx: tx.outbox.settle(hurried, [Settlement(number=n, state=ParcelState.SENT) for n in wanting])
        )
        assert await store.do(lambda tx: [parcel.number for parcel in take(tx, calm)]) == wanting

    async def test_who_comes_later_is_not_in_the_audience(self, store: SqlStore) -> None:
        """The high-water mark is fixed when the delivery begins, and it begins once."""

        def work(tx: Tx) -> int:
            settle_readers(tx, 3)
            number = begin(tx, fill=0)
            settle_readers(tx, 3, sound=False)
            post = tx.outbox.delivery(number)
            assert post is not None
            assert tx.outbox.open(post.post, 0, "telegram", urgent=False, now=SECONDS + 9) == post
            return number

        number = await store.do(work)
        while await store.do(lambda tx: tx.outbox.fill(number, 2)):
            pass
        delivery = await look(store, number)
        assert (delivery.queued, delivery.filled) == (3, True)

    async def test_filling_goes_on_where_it_was(self, store: SqlStore) -> None:
        """Each slice is as long as was asked for, and no chat is put in twice."""
        await store.do(lambda tx: settle_readers(tx, 9))
        number = await store.do(lambda tx: begin(tx, fill=0))
        seen = []
        for _ in range(5):
            await store.do(lambda tx: tx.outbox.fill(number, 4))
            seen.append((await look(store, number)).queued)
        assert seen == [4, 8, 9, 9, 9]

    async def test_the_audience_is_counted(self, store: SqlStore) -> None:
        """By network and language, for posts that are urgent and for those that are not."""

        def work(tx: Tx) -> None:
            settle_readers(tx, 3, language="en")
            settle_readers(tx, 2, language="zh-Hant", updates=Updates.URGENT)

        await store.do(work)
        assert await store.do(lambda tx: tx.outbox.audience()) == {("telegram", "en"): 3}
        assert await store.do(lambda tx: tx.outbox.audience(urgent=True)) == {
            ("telegram", "en"): 3,
            ("telegram", "zh-Hant"): 2,
        }


class TestParcels:
    """What becomes of each chat's copy."""

    async def test_a_claimed_parcel_is_claimed_once(self, store: SqlStore) -> None:
        """Two claims never share a parcel, and what is settled is not ready any more."""
        await store.do(lambda tx: settle_readers(tx, 5))
        number = await store.do(begin)
        first = await store.do(lambda tx: take(tx, number, 3))
        second = await store.do(lambda tx: take(tx, number, 3))
        assert [len(first), len(second)] == [3, 2]
        assert not {parcel.number for parcel in first} & {parcel.number for parcel in second}
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcel) for parcel in first + second], "00000"))
        delivery = await look(store, number)
        assert (delivery.sent, delivery.pending, delivery.window) == (5, 0, "00000")
        assert await store.do(lambda tx: tx.outbox.left(number)) == frozenset()

    async def test_a_parcel_comes_back_as_it_was_settled(self, store: SqlStore) -> None:
        """With what arrived of it, how often it was uncertain and since when, not before it is due."""
        await store.do(lambda tx: settle_readers(tx, 1, topic="12"))
        number = await store.do(begin)
        (parcel,) = await store.do(lambda tx: take(tx, number))
        assert parcel.chat.topic == "12"
        later = Settlement(
            number=parcel.number,
            state=ParcelState.UNSURE,
            due=SECONDS + 5,
            attempts=2,
            since=SECONDS - 1,
            references=("one", "two"),
        )
        await store.do(lambda tx: tx.outbox.settle(number, [later]))
        unsure = (ParcelState.UNSURE,)
        assert await store.do(lambda tx: tx.outbox.ready(number, unsure, SECONDS + 4, 9)) == []
        assert await store.do(lambda tx: tx.outbox.next_due(number)) == SECONDS + 5
        assert await store.do(lambda tx: tx.outbox.left(number)) == {ParcelState.UNSURE}
        (again,) = await store.do(lambda tx: tx.outbox.ready(number, unsure, SECONDS + 5, 9))
        expected = replace(parcel, state=ParcelState.UNSURE, attempts=2, since=SECONDS - 1, references=("one", "two"))
        assert again == expected

    async def test_a_kill_leaves_doubts(self, store: SqlStore) -> None:
        """What was in flight is uncertain once more, and is tried after all others."""
        await store.do(lambda tx: settle_readers(tx, 4))
        number = await store.do(begin)
        await store.do(lambda tx: take(tx, number, 3))
        assert await store.do(lambda tx: tx.outbox.reclaim("matrix", SECONDS)) == 0
        assert await store.do(lambda tx: tx.outbox.reclaim("telegram", SECONDS)) == 3
        order = (*SENDING, ParcelState.UNSURE)
        found = await store.do(lambda tx: tx.outbox.ready(number, order, SECONDS, 9))
        assert [(parcel.state, parcel.attempts) for parcel in found] == [
            (ParcelState.FRESH, 0),
            *[(ParcelState.UNSURE, 1)] * 3,
        ]

    async def test_waiting_is_counted(self, store: SqlStore) -> None:
        """From when a parcel waits until it is taken or put off; a change of the chat's hours wakes it."""
        readers = await store.do(lambda tx: settle_readers(tx, 3, quiet="22:00-07:00"))
        number = await store.do(begin)

        def wait(tx: Tx) -> None:
            parcels = tx.outbox.ready(number, SENDING, SECONDS, 9)
            tx.outbox.defer(number, [(parcel, SECONDS + 3600) for parcel in parcels])

        await store.do(wait)
        assert (await look(store, number)).waiting == 3
        assert await store.do(lambda tx: take(tx, number)) == []
        chat = await store.do(lambda tx: tx.chats.locate(readers[0]))
        assert chat is not None
        await store.do(lambda tx: tx.chats.keep(replace(chat, quiet=None)))
        (woken,) = await store.do(lambda tx: take(tx, number))
        assert (woken.number, (await look(store, number)).waiting) == (readers[0], 2)
        late = await store.do(lambda tx: tx.outbox.ready(number, SENDING, SECONDS + 3600, 9))
        await store.do(lambda tx: tx.outbox.put_off(number, [(late[0], SECONDS + 3700)]))
        assert (await look(store, number)).waiting == 1

    async def test_an_earlier_delivery_comes_first_for_each_chat(self, store: SqlStore) -> None:
        """What the first has not brought yet keeps the second waiting in that chat, and in no other."""
        await store.do(lambda tx: settle_readers(tx, 3))
        first, second = await store.do(lambda tx: (begin(tx), begin(tx)))
        parcels = await store.do(lambda tx: take(tx, first, 2))
        assert await store.do(lambda tx: take(tx, second)) == []
        await store.do(lambda tx: tx.outbox.settle(first, [sent(parcels[0])]))
        assert [parcel.number for parcel in await store.do(lambda tx: take(tx, second))] == [parcels[0].number]
        await store.do(lambda tx: tx.outbox.steer(first, DeliveryState.HELD, OPERATOR, None, SECONDS))
        assert len(await store.do(lambda tx: take(tx, second))) == 2

    async def test_silences_are_kept(self, store: SqlStore) -> None:
        """Until they are over, by chat; forgetting a chat takes its silence along."""
        readers = await store.do(lambda tx: settle_readers(tx, 2))
        for reader in readers:
            silence = Silence(SECONDS + 0.25, SECONDS + 3.5)
            await store.do(lambda tx, r=reader, s=silence: tx.outbox.hold(r, s))  # type: ignore[misc]
        held = await store.do(lambda tx: tx.outbox.held("telegram", SECONDS + 1))
        assert held == dict.fromkeys((address(0), address(1)), Silence(SECONDS + 0.25, SECONDS + 3.5))
        await store.do(lambda tx: tx.chats.forget(address(0)))
        assert list(await store.do(lambda tx: tx.outbox.held("telegram", SECONDS + 1))) == [address(1)]
        assert await store.do(lambda tx: tx.outbox.held("telegram", SECONDS + 4)) == {}


class TestChanges:
    """What readers do while a delivery runs."""

    async def test_a_stop_empties_the_queue_at_once(self, store: SqlStore) -> None:
        """No running delivery reaches the chat any more; who wants urgent ones still gets these."""
        readers = await store.do(lambda tx: settle_readers(tx, 3))
        calm, hurried = await store.do(lambda tx: (begin(tx), begin(tx, urgent=True)))
        for reader, choice in zip(readers, (Updates.OFF, Updates.URGENT, Updates.ALL), strict=True):
            chat = await store.do(lambda tx, r=reader: tx.chats.locate(r))  # type: ignore[misc]
            assert chat is not None
            changed = replace(chat, updates=choice)
            await store.do(lambda tx, c=changed: tx.chats.keep(c))  # type: ignore[misc]
        assert ((await look(store, calm)).dropped, (await look(store, hurried)).dropped) == (2, 1)
        first = await store.do(lambda tx: take(tx, hurried))
        assert [parcel.number for parcel in first] == readers[1:]
        await store.do(lambda tx: tx.outbox.settle(hurried, [sent(parcel) for parcel in first]))
        assert [parcel.number for parcel in await store.do(lambda tx: take(tx, calm))] == readers[2:]

    async def test_a_stop_during_a_flight_is_the_end_of_it(self, store: SqlStore) -> None:
        """What is in flight is settled; if it has to be tried again, it is not."""
        (reader,) = await store.do(lambda tx: settle_readers(tx, 1))
        number = await store.do(begin)
        await store.do(lambda tx: take(tx, number))
        await store.do(lambda tx: tx.chats.keep(Chat(address=address(0), updates=Updates.OFF)))
        later = Settlement(number=reader, state=ParcelState.TIMED, due=SECONDS)
        await store.do(lambda tx: tx.outbox.settle(number, [later]))
        assert await store.do(lambda tx: take(tx, number)) == []
        assert await store.do(lambda tx: tx.outbox.left(number)) == frozenset()
        assert (await look(store, number)).pending == 0

    async def test_what_is_forgotten_stays_forgotten(self, store: SqlStore) -> None:
        """Forgetting deletes the parcel, in flight or not, and a late outcome does not bring it back."""
        await store.do(lambda tx: settle_readers(tx, 3))
        number = await store.do(begin)
        parcels = await store.do(lambda tx: take(tx, number, 2))
        for reader in (0, 2):
            await store.do(lambda tx, r=reader: tx.chats.forget(address(r)))  # type: ignore[misc]
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcel) for parcel in parcels]))
        delivery = await look(store, number)
        assert (delivery.sent, delivery.dropped, delivery.pending) == (1, 2, 0)

    async def test_a_move_keeps_the_parcel(self, store: SqlStore) -> None:
        """It goes to the new address; where that had been reached already, it counts as reached."""

        def work(tx: Tx) -> int:
            group = Chat(address=address(0), updates=Updates.ALL, kind=ChatKind.GROUP)
            for number in range(4):
                tx.chats.keep(replace(group, address=address(number)))
            return begin(tx)

        number = await store.do(work)
        parcels = await store.do(lambda tx: take(tx, number, 2))
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcels[1])]))
        await store.do(lambda tx: tx.chats.move(address(0), address(1)))  # in flight, to one that has it
        await store.do(lambda tx: tx.chats.move(address(2), address(9)))  # still to come, to a new one
        found = await store.do(lambda tx: take(tx, number))
        assert [parcel.chat.address for parcel in found] == [address(9), address(3)]
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcel) for parcel in (*found, parcels[0])]))
        delivery = await look(store, number)
        assert (delivery.queued, delivery.sent, delivery.dropped, delivery.pending) == (4, 3, 1, 0)

    async def test_what_only_the_new_address_got_is_kept(self, store: SqlStore) -> None:
        """A delivery that began before the old chat was in the audience goes on with the one that stays."""
        heir = await store.do(lambda tx: tx.chats.keep(Chat(address=address(0), kind=ChatKind.GROUP)))

        def work(tx: Tx) -> int:
            tx.chats.keep(Chat(address=address(1), kind=ChatKind.GROUP, updates=Updates.ALL))
            number = begin(tx)
            tx.outbox.settle(number, [sent(parcel) for parcel in take(tx, number)])
            tx.chats.move(address(0), address(1))
            tx.outbox.steer(number, DeliveryState.RETRACTING, OPERATOR, None, SECONDS)
            return number

        number = await store.do(work)
        assert await store.do(lambda tx: tx.outbox.recall(number, 9))
        (back,) = await store.do(lambda tx: take(tx, number, 9, (ParcelState.RECALL,)))
        assert (back.number, back.chat.address) == (heir, address(1))


class TestEnds:
    """How a delivery ends."""

    async def test_what_is_gone_is_buried_or_spared(self, store: SqlStore) -> None:
        """Burying ends the subscription, of one after the other; sparing leaves it."""
        await store.do(lambda tx: settle_readers(tx, 4))
        number = await store.do(begin)
        parcels = await store.do(lambda tx: take(tx, number))
        gone = [Settlement(number=parcel.number, state=ParcelState.GONE) for parcel in parcels]
        await store.do(lambda tx: tx.outbox.settle(number, gone))
        assert (await look(store, number)).gone == 4
        assert await store.do(lambda tx: tx.outbox.bury(number, 3)) == 3
        await store.do(lambda tx: tx.outbox.spare(number))
        assert await store.do(lambda tx: tx.outbox.bury(number, 3)) == 0
        chats = await store.do(lambda tx: [tx.chats.locate(parcel.number) for parcel in parcels])
        assert [chat.updates for chat in chats if chat] == [Updates.OFF] * 3 + [Updates.ALL]

    async def test_what_was_not_sent_is_dropped(self, store: SqlStore) -> None:
        """In slices; of what arrived in part the rest is dropped, and it counts as sent."""
        await store.do(lambda tx: settle_readers(tx, 5))
        number = await store.do(begin)
        (parcel,) = await store.do(lambda tx: take(tx, number, 1))
        part = Settlement(number=parcel.number, state=ParcelState.TIMED, references=("one",))
        await store.do(lambda tx: tx.outbox.settle(number, [part]))
        await store.do(lambda tx: tx.outbox.steer(number, DeliveryState.CANCELLING, OPERATOR, None, SECONDS))
        assert [await store.do(lambda tx: tx.outbox.drop(number, 3)) for _ in range(3)] == [3, 2, 0]
        delivery = await look(store, number)
        assert (delivery.sent, delivery.dropped, delivery.pending) == (1, 4, 0)

    async def test_what_was_sent_is_recalled(self, store: SqlStore) -> None:
        """In slices; what arrives during that is recalled as well, and each end is counted."""
        await store.do(lambda tx: settle_readers(tx, 6))
        number = await store.do(begin)
        parcels = await store.do(lambda tx: take(tx, number, 5))
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcel) for parcel in parcels[:4]]))
        await store.do(lambda tx: tx.outbox.steer(number, DeliveryState.RETRACTING, OPERATOR, None, SECONDS))
        assert await store.do(lambda tx: tx.outbox.drop(number, 9)) == 1
        while await store.do(lambda tx: tx.outbox.recall(number, 2)):
            pass
        await store.do(lambda tx: tx.outbox.settle(number, [sent(parcels[4])]))
        back = await store.do(lambda tx: take(tx, number, 9, (ParcelState.RECALL,)))
        assert [parcel.references for parcel in back] == [(f"message {parcel.number}",) for parcel in parcels]
        ends = (ParcelState.WITHDRAWN, ParcelState.NOTED, ParcelState.TOO_OLD, ParcelState.STUCK, ParcelState.RECALL)
        outcomes = [
            Settlement(number=one.number, state=end, references=("x",)) for one, end in zip(back, ends, strict=True)
        ]
        await store.do(lambda tx: tx.outbox.settle(number, outcomes))
        one = await look(store, number)
        assert (one.sent, one.recalled, one.withdrawn, one.noted, one.too_old, one.stuck) == (5, 5, 1, 1, 1, 1)
        assert await store.do(lambda tx: tx.outbox.left(number)) == {ParcelState.RECALL}

    async def test_failed_ones_can_be_tried_again(self, store: SqlStore) -> None:
        """They are fresh once more, slice by slice, and no longer counted as failed."""
        await store.do(lambda tx: settle_readers(tx, 5))
        number = await store.do(begin)
        parcels = await store.do(lambda tx: take(tx, number))
        failed = [Settlement(number=parcel.number, state=ParcelState.FAILED) for parcel in parcels[:3]]
        await store.do(lambda tx: tx.outbox.settle(number, [*failed, *map(sent, parcels[3:])]))
        since: int | None = 0
        while since is not None:
            since = await store.do(lambda tx, s=since: tx.outbox.again(number, s, 2))  # type: ignore[misc]
        assert ((await look(store, number)).failed, len(await store.do(lambda tx: take(tx, number)))) == (0, 3)

    async def test_recipients_vanish_and_the_sums_stay(self, store: SqlStore) -> None:
        """What ended before the moment is deleted, slice by slice; nothing else is."""
        await store.do(lambda tx: settle_readers(tx, 5))
        old, young = await store.do(lambda tx: (begin(tx), begin(tx)))
        for number in (old, young):
            parcels = await store.do(lambda tx, n=number: take(tx, n))  # type: ignore[misc]
            await store.do(lambda tx, n=number, p=parcels: tx.outbox.settle(n, [sent(one) for one in p]))  # type: ignore[misc]
        await store.do(lambda tx: tx.outbox.steer(old, DeliveryState.DONE, CLOCK, None, SECONDS - 1))
        await store.do(lambda tx: tx.outbox.steer(young, DeliveryState.DONE, CLOCK, None, SECONDS))
        rounds = 0
        while await store.do(lambda tx: tx.outbox.prune(SECONDS, 2)):
            rounds += 1
        assert rounds == 3
        for number, kept in ((old, False), (young, True)):
            await store.do(lambda tx, n=number: tx.outbox.steer(n, DeliveryState.RETRACTING, OPERATOR, None, SECONDS))  # type: ignore[misc]
            assert await store.do(lambda tx, n=number: tx.outbox.recall(n, 9)) is kept  # type: ignore[misc]
            assert (await look(store, number)).sent == 5


@pytest.mark.parametrize("kind", [FILE, POSTGRES])
async def test_two_writers_fill_one_queue(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two programs that fill the same delivery put each chat into it once."""
    place = ground(kind, tmp_path, request)
    try:
        stores = [place.open(), place.open()]
        await stores[0].do(lambda tx: settle_readers(tx, 60))
        number = await stores[0].do(lambda tx: begin(tx, fill=0))

        async def fill(store: SqlStore) -> None:
            while await store.do(lambda tx: tx.outbox.fill(number, 4)):
                pass

        await asyncio.gather(*map(fill, stores))
        assert (await look(stores[1], number)).queued == 60
        assert len(await stores[1].do(lambda tx: take(tx, number, 100))) == 60
    finally:
        place.clear()
