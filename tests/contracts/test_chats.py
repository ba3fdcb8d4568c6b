"""What every store promises about groups, channels and rooms: where they are, who may set them, and since when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.model.people import Address, Chat, ChatKind, Updates
from bot.ports import Tx
from bot.storage.store import SqlStore
from tests.storage.stage import Ground, address, ask

GROUP = Chat(
    address=Address("telegram", "-1001"),
    kind=ChatKind.GROUP,
    updates=Updates.ALL,
    topic="12",
    muted=True,
    joined=496_842,
)
CHANNEL = Chat(address=Address("telegram", "-1002"), kind=ChatKind.CHANNEL, joined=496_842)


async def test_what_a_group_has_comes_back(store: SqlStore) -> None:
    """Kind, topic, standing and the hour of its coming; and each can be taken back."""
    await store.do(lambda tx: tx.chats.keep(GROUP))
    assert await store.do(lambda tx: tx.chats.find(GROUP.address)) == GROUP
    bare = Chat(address=GROUP.address)
    await store.do(lambda tx: tx.chats.keep(bare))
    assert await store.do(lambda tx: tx.chats.find(GROUP.address)) == bare


class TestNumbers:
    """Row ids, by which a chat can be named without its address."""

    async def test_a_number_leads_to_the_chat(self, store: SqlStore) -> None:
        """With its address in the clear; an unknown number and an unknown address lead to nothing."""
        number = await store.do(lambda tx: tx.chats.keep(GROUP))
        assert await store.do(lambda tx: tx.chats.locate(number)) == GROUP
        assert await store.do(lambda tx: tx.chats.number(replace(GROUP.address, topic="3"))) == number
        assert await store.do(lambda tx: (tx.chats.locate(number + 1), tx.chats.number(address()))) == (None, None)

    async def test_a_forgotten_chat_has_no_number(self, store: SqlStore) -> None:
        """Within the very transaction, and after it."""

        def forget(tx: Tx) -> tuple[int | None, Chat | None]:
            number = tx.chats.keep(GROUP)
            tx.chats.forget(GROUP.address)
            return tx.chats.number(GROUP.address), tx.chats.locate(number)

        assert await store.do(forget) == (None, None)
        assert await store.do(lambda tx: tx.chats.number(GROUP.address)) is None


class TestMoves:
    """A group becomes a supergroup, a room is upgraded."""

    async def test_a_move_takes_everything_along_but_topic_and_messages(self, store: SqlStore) -> None:
        """The row is the same; what the bot said in the old place is not known in the new one."""
        new = Address("telegram", "-1003")

        def move(tx: Tx) -> int:
            number = tx.chats.keep(GROUP)
            tx.sent.keep(number, "old message", "read 1")
            tx.chats.move(GROUP.address, new)
            return number

        number = await store.do(move)
        assert await store.do(lambda tx: tx.chats.find(new)) == replace(GROUP, address=new, topic=None)
        assert await store.do(lambda tx: (tx.chats.find(GROUP.address), tx.chats.number(new))) == (None, number)
        assert await store.do(lambda tx: (tx.sent.recent(new), tx.sent.shown("old message"))) == ((), None)

    async def test_what_was_chosen_before_the_move_counts(self, store: SqlStore) -> None:
        """A row that the new address has already gives way, with what is owed to it."""
        new = Chat(address=Address("telegram", "-1003"), kind=ChatKind.GROUP, language="en")

        def collide(tx: Tx) -> None:
            tx.chats.keep(GROUP)
            tx.inbox.owe(ask(1), tx.chats.keep(new))

        await store.do(collide)
        await store.do(lambda tx: tx.chats.move(GROUP.address, new.address))
        kept = replace(GROUP, address=new.address, topic=None)
        assert await store.do(lambda tx: (tx.chats.find(new.address), tx.inbox.owed())) == (kept, [])

    async def test_moving_what_is_not_kept_is_nothing(self, store: SqlStore) -> None:
        """A move told again, to itself, or of a stranger leaves everything as it is."""
        new = Address("telegram", "-1003")
        await store.do(lambda tx: tx.chats.keep(replace(GROUP, address=new)))
        for old in (GROUP.address, new):
            await store.do(lambda tx, old=old: tx.chats.move(old, new))  # type: ignore[misc]
        assert await store.do(lambda tx: tx.chats.find(new)) == replace(GROUP, address=new)


class TestHosts:
    """Channels are entrusted to the private chat of whoever added the bot."""

    async def test_a_host_finds_the_channels_and_a_channel_its_host(self, store: SqlStore) -> None:
        """Oldest first; nobody else finds them, and the newest host counts."""
        other = replace(CHANNEL, address=Address("telegram", "-1004"))

        def entrust(tx: Tx) -> tuple[int, int]:
            numbers = tx.chats.keep(CHANNEL), tx.chats.keep(other)
            for channel in (other, CHANNEL):
                tx.chats.entrust(channel.address, address(1))
            return numbers

        numbers = await store.do(entrust)
        assert await store.do(lambda tx: (tx.chats.entrusted(address(1)), tx.chats.entrusted(address(2)))) == (
            numbers,
            (),
        )
        await store.do(lambda tx: tx.chats.entrust(other.address, address(2)))
        assert await store.do(lambda tx: (tx.chats.entrusted(address(1)), tx.chats.entrusted(address(2)))) == (
            numbers[:1],
            numbers[1:],
        )

    async def test_a_host_is_known_only_where_something_is_kept_about_them(self, store: SqlStore) -> None:
        """The channel's row holds no address that could be opened."""
        await store.do(lambda tx: tx.chats.keep(CHANNEL))
        await store.do(lambda tx: tx.chats.entrust(CHANNEL.address, address(1)))
        assert await store.do(lambda tx: (tx.chats.host(CHANNEL.address), tx.chats.host(address(5)))) == (None, None)
        await store.do(lambda tx: tx.chats.keep(Chat(address=address(1))))
        assert await store.do(lambda tx: tx.chats.host(CHANNEL.address)) == address(1)

    async def test_who_is_forgotten_is_no_host_any_more(self, store: SqlStore) -> None:
        """Also where nothing else was kept about them by then; the channel's choices stay."""
        for known in (True, False):

            def forget(tx: Tx, known: bool = known) -> tuple[int, ...]:
                tx.chats.keep(CHANNEL)
                tx.chats.entrust(CHANNEL.address, address(1))
                if known:
                    tx.chats.keep(Chat(address=address(1)))
                tx.chats.forget(address(1))
                return tx.chats.entrusted(address(1))

            assert await store.do(forget) == ()
            assert await store.do(lambda tx: tx.chats.find(CHANNEL.address)) == CHANNEL


class TestHours:
    """When the bot came, of groups and channels alone."""

    async def test_the_idle_are_those_that_chose_nothing_for_so_long(self, store: SqlStore, place: Ground) -> None:
        """Whoever came before that hour; a choice of any sort, or a private chat, is not among them."""
        now = place.clock.now()
        hour = int(now.timestamp()) // 3600
        bare = Chat(address=address(), kind=ChatKind.GROUP, joined=hour - 168)
        chosen: list[dict[str, Any]] = [{"language": "en"}, {"updates": Updates.OFF}, {"quiet": "1"}, {"topic": "1"}]
        chosen += [{"timezone": "UTC"}, {"sound": False}, {"discreet": True}, {"joined": None}, {"joined": hour - 167}]

        def fill(tx: Tx) -> None:
            tx.chats.keep(replace(bare, address=address(100)))
            tx.chats.keep(replace(bare, address=address(101), muted=True))
            for number, choice in enumerate(chosen):
                tx.chats.keep(replace(bare, address=address(number), **choice))

        await store.do(fill)
        week = timedelta(hours=167)
        found = await store.do(lambda tx: tx.chats.idle(now - week))
        assert found == (address(100), address(101))
        assert await store.do(lambda tx: tx.chats.idle(now - week - timedelta(hours=1))) == ()

    async def test_those_who_came_in_an_hour_are_counted(self, store: SqlStore) -> None:
        """On that platform, as far as they are still there."""

        def fill(tx: Tx) -> None:
            for number in range(7):
                tx.chats.keep(Chat(address=address(number), kind=ChatKind.GROUP, joined=500_000 + number % 2))
            tx.chats.keep(Chat(address=Address("matrix", "!r:example.org"), kind=ChatKind.GROUP, joined=500_000))
            tx.chats.forget(address(0))

        await store.do(fill)
        assert await store.do(lambda tx: [tx.chats.came("telegram", hour) for hour in (499_999, 500_000, 500_001)]) == [
            0,
            3,
            3,
        ]

    async def test_a_group_that_came_outlasts_the_pruning_of_messages(self, store: SqlStore, place: Ground) -> None:
        """Its hour is a fact about it: only the week ends it, not the two days of who chose nothing."""
        await store.do(lambda tx: tx.sent.keep(tx.chats.keep(CHANNEL), "greeting", "added"))
        place.clock.moment += timedelta(hours=100)
        await store.do(lambda tx: tx.sent.prune(place.clock.now()))
        assert await store.do(lambda tx: tx.chats.find(CHANNEL.address)) == CHANNEL
