"""What every store promises, whichever database keeps it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.people import Address, Chat, ChatKind, Place, Updates
from bot.model.speech import Ask
from bot.ports import Tx
from bot.storage.store import SqlStore
from tests.storage.stage import FILE, POSTGRES, Ground, address, ask, ground

HOUR = timedelta(hours=1)
CHOSEN = Chat(
    address=address(),
    language="zh-Hant",
    place=Place("p7", 2),
    updates=Updates.URGENT,
    sound=False,
    discreet=True,
    quiet="22:00-07:30",
    timezone="Asia/Taipei",
)
SAID = Ask(
    id="$event:example.org",
    address=Address("matrix", "!room:example.org", "$thread"),
    kind=ChatKind.GROUP,
    text="read 3",
    addressed=True,
    pressed=True,
    panel="$panel",
    receipt="4711",
    speaker="@ada:example.org",
    reports="zh-TW",
)


class TestDo:
    """One work, one transaction."""

    async def test_returns_what_the_work_returns(self, store: SqlStore) -> None:
        """The work's value comes back, and its effects are there for the next."""
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        assert await store.do(lambda tx: (tx.chats.find(CHOSEN.address), row)) == (CHOSEN, row)

    async def test_an_exception_leaves_nothing(self, store: SqlStore) -> None:
        """A work that raises has done nothing, and its exception is raised to the caller."""

        def fail(tx: Tx) -> None:
            tx.chats.keep(CHOSEN)
            tx.inbox.owe(ask(1), None)
            raise LookupError("on purpose")

        with pytest.raises(LookupError, match="on purpose"):
            await store.do(fail)
        assert await store.do(lambda tx: tx.chats.find(CHOSEN.address)) is None
        assert await store.do(lambda tx: tx.inbox.unheard([ask(1)])) == [ask(1)]

    async def test_an_exception_takes_back_its_own_work_alone(self, store: SqlStore) -> None:
        """Of many works that are committed together, those that raise vanish and the others stand."""

        def work(number: int, tx: Tx) -> int:
            tx.chats.keep(Chat(address=address(), language=f"x-{number}"))
            row = tx.chats.keep(Chat(address=address(number), language="en"))
            if number % 3 == 0:
                raise LookupError(number)
            return row

        outcomes = await asyncio.gather(
            *(store.do(lambda tx, number=number: work(number, tx)) for number in range(100, 160)),  # type: ignore[misc]
            return_exceptions=True,
        )
        kept = await store.do(lambda tx: [tx.chats.find(address(number)) is not None for number in range(100, 160)])
        assert kept == [not isinstance(outcome, LookupError) for outcome in outcomes]
        assert kept == [number % 3 != 0 for number in range(100, 160)]
        last = await store.do(lambda tx: tx.chats.find(address()))
        assert last == Chat(address=address(), language="x-158")

    async def test_what_waits_together_is_committed_together(self, store: SqlStore) -> None:
        """A hundred works that are handed in at once take a few syncs, not a hundred."""
        before = store.commits
        works = (lambda tx, number=number: tx.chats.keep(Chat(address=address(number))) for number in range(100))
        rows = await asyncio.gather(*map(store.do, works))
        assert len(set(rows)) == 100
        assert store.commits - before <= 5

    async def test_a_work_may_even_raise_the_end_of_an_iteration(self, store: SqlStore) -> None:
        """``next`` on nothing, which no future can carry, reaches the caller as an error and does not hang."""
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.wait_for(store.do(lambda _: next(iter(()))), 5)

    async def test_a_caller_that_gives_up_harms_nobody(self, store: SqlStore) -> None:
        """Cancelled callers are passed over, and the next work is done."""
        tasks = [asyncio.create_task(store.do(lambda tx: tx.inbox.dismiss(ask(1)))) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        assert await store.do(lambda tx: tx.chats.find(address())) is None


class TestChats:
    """What a chat has chosen."""

    async def test_a_stranger_is_not_found(self, store: SqlStore) -> None:
        """Nothing is kept about a chat that was never kept."""
        assert await store.do(lambda tx: tx.chats.find(address())) is None

    async def test_every_choice_comes_back(self, store: SqlStore) -> None:
        """All fields are kept, and choices not made are still not made."""
        await store.do(lambda tx: [tx.chats.keep(CHOSEN), tx.chats.keep(Chat(address=address(8)))])
        assert await store.do(lambda tx: tx.chats.find(address())) == CHOSEN
        assert await store.do(lambda tx: tx.chats.find(address(8))) == Chat(address=address(8))

    async def test_keeping_again_changes_the_same_row(self, store: SqlStore) -> None:
        """A chat has one row for ever; what it chose last counts, taking a choice back included."""
        first = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        changed = Chat(address=address(), language="en")
        assert await store.do(lambda tx: (tx.chats.keep(changed), tx.chats.find(address()))) == (first, changed)
        assert await store.do(lambda tx: tx.chats.find(address())) == changed

    async def test_a_topic_is_no_chat_of_its_own(self, store: SqlStore) -> None:
        """All topics of a chat share its choices; what is found carries the topic that was asked for."""
        topic = replace(address(), topic="12")
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        assert await store.do(lambda tx: tx.chats.find(topic)) == replace(CHOSEN, address=topic)
        assert await store.do(lambda tx: tx.chats.keep(Chat(address=topic))) == row

    async def test_the_same_id_on_another_network_is_another_chat(self, store: SqlStore) -> None:
        """Ids are told apart by their platform."""
        await store.do(lambda tx: tx.chats.keep(CHOSEN))
        assert await store.do(lambda tx: tx.chats.find(Address("matrix", address().native))) is None

    async def test_forgetting_takes_all_that_hangs_on_the_chat(self, store: SqlStore) -> None:
        """Choices, messages and debts go; the event stays known, and another chat keeps everything."""

        def live(tx: Tx) -> None:
            for number in (1, 2):
                row = tx.chats.keep(Chat(address=address(number), language="en"))
                tx.inbox.owe(ask(number, chat=number), row)
                tx.sent.keep(row, f"message-{number}", "read 1")

        await store.do(live)
        await store.do(lambda tx: tx.chats.forget(address(1)))
        assert await store.do(lambda tx: (tx.chats.find(address(1)), tx.sent.recent(address(1)))) == (None, ())
        assert await store.do(lambda tx: tx.sent.shown("message-1")) is None
        assert await store.do(lambda tx: [debt.ask for debt in tx.inbox.owed()]) == [ask(2, chat=2)]
        assert await store.do(lambda tx: tx.inbox.unheard([ask(1, chat=1)])) == []
        assert await store.do(lambda tx: (tx.chats.find(address(2)) is not None, tx.sent.shown("message-2"))) == (
            True,
            "read 1",
        )

    async def test_forgetting_a_stranger_is_nothing(self, store: SqlStore) -> None:
        """Who is not known can be forgotten, twice too."""
        await store.do(lambda tx: tx.chats.keep(CHOSEN))
        for _ in range(2):
            await store.do(lambda tx: tx.chats.forget(address()))
        await store.do(lambda tx: tx.chats.forget(address(99)))
        assert await store.do(lambda tx: tx.chats.find(address())) is None

    async def test_a_row_id_is_never_used_again(self, store: SqlStore) -> None:
        """Who comes after a forgotten chat cannot be mistaken for it."""
        old = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        await store.do(lambda tx: tx.chats.forget(address()))
        new = await store.do(lambda tx: tx.chats.keep(Chat(address=address(8))))
        await store.do(lambda tx: tx.sent.keep(old, "late", "read 1"))
        assert new != old
        assert await store.do(lambda tx: tx.sent.recent(address(8))) == ()


class TestInbox:
    """Events heard, answers owed."""

    async def test_an_event_is_heard_once(self, store: SqlStore) -> None:
        """Of what is said, in order, each event once and none that was committed before."""
        await store.do(lambda tx: tx.inbox.dismiss(ask(2)))
        await store.do(lambda tx: tx.inbox.owe(ask(4), None))
        said = [ask(number) for number in (5, 4, 3, 3, 2, 1, 5)]
        assert await store.do(lambda tx: tx.inbox.unheard(said)) == [ask(5), ask(3), ask(1)]
        assert await store.do(lambda tx: tx.inbox.unheard([])) == []

    async def test_a_long_list_is_heard_as_well(self, store: SqlStore) -> None:
        """A thousand events at once, a third of them heard before."""
        said = [ask(number) for number in range(1000)]

        def dismiss(tx: Tx) -> None:
            for one in said[::3]:
                tx.inbox.dismiss(one)

        await store.do(dismiss)
        fresh = await store.do(lambda tx: tx.inbox.unheard(said))
        assert fresh == [one for number, one in enumerate(said) if number % 3]

    async def test_the_same_id_on_another_network_is_another_event(self, store: SqlStore) -> None:
        """Event ids are told apart by their platform."""
        await store.do(lambda tx: tx.inbox.dismiss(ask(1)))
        other = replace(ask(1), address=Address("matrix", "!room:example.org"))
        assert await store.do(lambda tx: tx.inbox.unheard([other])) == [other]

    async def test_a_debt_comes_back_whole(self, store: SqlStore) -> None:
        """Every field of the ask, what it takes away, the chat, and when it is due."""
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        owed = await store.do(lambda tx: tx.inbox.owe(SAID, row, ("$one", "$two")))
        assert (owed.ask, owed.chat, owed.withdraws, owed.due, owed.attempts) == (SAID, row, ("$one", "$two"), 0.0, 0)
        assert await store.do(lambda tx: tx.inbox.owed()) == [owed]

    async def test_debts_come_in_the_order_of_arrival(self, store: SqlStore) -> None:
        """The oldest first, whatever was settled or postponed between."""
        debts = [await store.do(lambda tx, n=n: tx.inbox.owe(ask(n), None)) for n in (9, 3, 7, 1)]  # type: ignore[misc]
        await store.do(lambda tx: tx.inbox.postpone(debts[0], 10.0, 1))
        await store.do(lambda tx: tx.inbox.settle([debts[1]]))
        assert [debt.ask for debt in await store.do(lambda tx: tx.inbox.owed())] == [ask(9), ask(7), ask(1)]

    async def test_a_postponed_debt_knows_its_hour(self, store: SqlStore) -> None:
        """The moment before which it is not tried is kept to the fraction of a second."""
        debt = await store.do(lambda tx: tx.inbox.owe(ask(1), None))
        await store.do(lambda tx: tx.inbox.postpone(debt, 1_796_148_000.25, 3))
        assert await store.do(lambda tx: tx.inbox.owed()) == [replace(debt, due=1_796_148_000.25, attempts=3)]

    async def test_repeats_are_harmless(self, store: SqlStore) -> None:
        """Owing, settling, postponing or dismissing once more changes nothing, least of all after the answer."""
        debt = await store.do(lambda tx: tx.inbox.owe(ask(1), None))
        await store.do(lambda tx: tx.inbox.owe(ask(1, text="read 4"), None))
        await store.do(lambda tx: tx.inbox.dismiss(ask(1)))
        assert await store.do(lambda tx: tx.inbox.owed()) == [debt]
        for _ in range(2):
            await store.do(lambda tx: tx.inbox.settle([debt]))
        await store.do(lambda tx: tx.inbox.owe(ask(1), None))
        await store.do(lambda tx: tx.inbox.postpone(debt, 10.0, 1))
        assert await store.do(lambda tx: tx.inbox.owed()) == []
        assert await store.do(lambda tx: tx.inbox.unheard([ask(1)])) == []

    async def test_settling_nothing_is_nothing(self, store: SqlStore) -> None:
        """An empty list of debts may be settled."""
        await store.do(lambda tx: tx.inbox.settle([]))
        assert await store.do(lambda tx: tx.inbox.owed()) == []

    async def test_pruning_takes_what_was_settled_long_ago(self, store: SqlStore, place: Ground) -> None:
        """Settled and dismissed events of hours that were over go; younger ones and debts stay."""
        begun = place.clock.moment
        debts = [await store.do(lambda tx, n=n: tx.inbox.owe(ask(n), None)) for n in (1, 2)]  # type: ignore[misc]
        await store.do(lambda tx: tx.inbox.settle([debts[0]]))
        await store.do(lambda tx: tx.inbox.dismiss(ask(3)))
        place.clock.moment = begun + 2 * HOUR
        await store.do(lambda tx: tx.inbox.dismiss(ask(4)))
        assert await store.do(lambda tx: tx.inbox.prune(begun)) == 0
        assert await store.do(lambda tx: tx.inbox.prune(begun + HOUR)) == 2
        said = [ask(n) for n in (1, 2, 3, 4)]
        assert await store.do(lambda tx: tx.inbox.unheard(said)) == [ask(1), ask(3)]
        assert await store.do(lambda tx: tx.inbox.owed()) == [debts[1]]

    async def test_what_is_owed_outlasts_the_program(self, store: SqlStore, place: Ground) -> None:
        """Opened again, a store on a disk owes what it owed; one in memory has ended."""
        debt = await store.do(lambda tx: tx.inbox.owe(SAID, None, ("$one",)))
        store.close()
        again = await place.open().do(lambda tx: tx.inbox.owed())
        assert again == ([] if place.database_url == "sqlite://" else [debt])


class TestSent:
    """What the bot said lately."""

    async def test_a_message_is_found_by_its_reference(self, store: SqlStore) -> None:
        """It tells the command whose panel it shows, and nothing where it is no panel or unknown."""
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        await store.do(lambda tx: tx.sent.keep(row, "77:1", "read 2.1"))
        await store.do(lambda tx: tx.sent.keep(row, "77:2", None))
        shown = await store.do(lambda tx: [tx.sent.shown(reference) for reference in ("77:1", "77:2", "77:3")])
        assert shown == ["read 2.1", None, None]

    async def test_an_edit_renews_what_it_shows(self, store: SqlStore) -> None:
        """The same message shows its latest panel, and is still one message."""
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        for command in ("read 1", "read 2"):
            await store.do(lambda tx, command=command: tx.sent.keep(row, "77:1", command))  # type: ignore[misc]
        assert await store.do(lambda tx: (tx.sent.shown("77:1"), tx.sent.recent(address()))) == ("read 2", ("77:1",))

    async def test_recent_messages_come_newest_first(self, store: SqlStore) -> None:
        """Those of this chat alone, whatever topic they were said in."""
        row = await store.do(lambda tx: tx.chats.keep(CHOSEN))
        other = await store.do(lambda tx: tx.chats.keep(Chat(address=address(8))))
        for number in range(5):
            await store.do(lambda tx, n=number: tx.sent.keep(other if n == 2 else row, f"77:{n}", None))  # type: ignore[misc]
        topic = replace(address(), topic="3")
        assert await store.do(lambda tx: tx.sent.recent(topic)) == ("77:4", "77:3", "77:1", "77:0")

    async def test_pruning_takes_old_messages_and_idle_chats(self, store: SqlStore, place: Ground) -> None:
        """A message is as old as its latest edit. A chat goes once nothing is chosen, owed or said there."""
        begun = place.clock.moment
        chats = [Chat(address=address(n)) for n in range(5)]
        chats[1] = replace(chats[1], discreet=True)

        def live(tx: Tx) -> list[int]:
            rows = [tx.chats.keep(chat) for chat in chats]
            for row in rows:
                tx.sent.keep(row, f"message-{row}", "help")
            return rows

        rows = await store.do(live)
        await store.do(lambda tx: tx.inbox.owe(ask(1, chat=2), rows[2]))
        place.clock.moment = begun + 2 * HOUR
        await store.do(lambda tx: tx.sent.keep(rows[3], f"message-{rows[3]}", "help"))
        assert await store.do(lambda tx: tx.sent.prune(begun)) == 0
        assert await store.do(lambda tx: tx.sent.prune(begun + HOUR)) == 4 + 2
        kept = await store.do(lambda tx: [tx.chats.find(chat.address) is not None for chat in chats])
        assert kept == [False, True, True, True, False]
        assert await store.do(lambda tx: [tx.sent.recent(chat.address) for chat in chats]) == [
            (),
            (),
            (),
            (f"message-{rows[3]}",),
            (),
        ]


class TestNotes:
    """The program's own small facts."""

    async def test_a_note_is_kept_replaced_and_taken_away(self, store: SqlStore) -> None:
        """The latest counts; None takes it away, also where nothing was."""
        assert await store.do(lambda tx: tx.notes.get("menus")) is None
        seen = []
        for value in ("one", "繁體", None, None):
            await store.do(lambda tx, value=value: tx.notes.put("menus", value))  # type: ignore[misc]
            seen.append(await store.do(lambda tx: tx.notes.get("menus")))
        assert seen == ["one", "繁體", None, None]


@pytest.mark.parametrize("kind", [FILE, POSTGRES])
async def test_two_writers_lose_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two programs that count on one store, at once, end with the sum."""
    place = ground(kind, tmp_path, request)

    def count(tx: Tx) -> None:
        tx.notes.put("count", str(int(tx.notes.get("count") or 0) + 1))

    try:
        stores = [place.open(), place.open()]
        for _ in range(5):
            await asyncio.gather(*(store.do(count) for store in stores for _ in range(30)))
        assert await stores[0].do(lambda tx: tx.notes.get("count")) == "300"
    finally:
        place.clear()
