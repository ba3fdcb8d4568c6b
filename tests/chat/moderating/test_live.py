"""The newest panel of what is on its way keeps itself up to date in each moderator's chat; no other message does."""

from dataclasses import dataclass, field, replace

from bot.chat.moderating import LivePanels
from bot.model.delivery import Later, Sent, Verdict
from bot.model.message import Message
from bot.model.moderator import OPERATOR, Role
from bot.model.parcel import DeliveryState, ParcelState, Settlement
from bot.model.people import Address, Chat, Updates
from bot.model.post import PostState
from bot.ports import Tx
from bot.ports_announcing import Pace
from tests.chat.moderating.stage import DONE, DRAFT, SPEAKER, TELEGRAM, Scene

READERS = 6


@dataclass
class Screen:
    """A network that shows what a panel was changed into."""

    name: str = TELEGRAM
    pace: Pace = field(default_factory=lambda: Pace(overall_per_second=28))
    verdict: Verdict = field(default_factory=lambda: Sent("panel"))
    edits: list[tuple[str, str]] = field(default_factory=list)

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Nothing new is said."""
        raise AssertionError(address, message, once, silent)

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Note it."""
        assert address == Address(TELEGRAM, "speaker")
        assert once
        self.edits.append((reference, message.text))
        return self.verdict

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Nothing is taken back."""
        raise AssertionError(address, reference, once)


class House:
    """A scene in which #5 is on its way to six readers, and its panel stands in the speaker's chat."""

    def __init__(self, speaker: str = Role.EDITOR) -> None:
        self.scene, self.screen = Scene(speaker), Screen()
        self.counted = 0
        self.panels = LivePanels(
            self.scene.store, {TELEGRAM: self.screen}, self.scene.guide, self.scene.clock, self._count
        )
        self.scene.store.now(self._begin)

    def settle(self, count: int) -> None:
        """So many readers more have it."""

        def work(tx: Tx) -> None:
            (delivery,) = tx.outbox.of(DONE)
            ready = tx.outbox.ready(delivery.number, (ParcelState.FRESH,), 2_000_000_000, count)
            tx.outbox.claim(delivery.number, ready, 2_000_000_000, 2_000_000_000)
            settled = [Settlement(number=one.number, state=ParcelState.SENT, references=("1",)) for one in ready]
            tx.outbox.settle(delivery.number, settled)

        self.scene.store.now(work)

    def finish(self) -> None:
        """The delivery is over."""

        def work(tx: Tx) -> None:
            (delivery,) = tx.outbox.of(DONE)
            tx.outbox.steer(delivery.number, DeliveryState.DONE, OPERATOR, None, 0)
            post = tx.posts.find(DONE)
            assert post is not None
            tx.posts.keep(replace(post, state=PostState.DONE))

        self.scene.store.now(work)

    def _begin(self, tx: Tx) -> None:
        for number in range(READERS):
            tx.chats.keep(Chat(address=Address(TELEGRAM, f"reader {number}"), updates=Updates.ALL))
        post = tx.posts.find(DONE)
        assert post is not None
        tx.posts.keep(replace(post, state=PostState.RUNNING))
        begun = int(self.scene.clock.now().timestamp()) - 10
        delivery = tx.outbox.open(DONE, 0, TELEGRAM, urgent=False, now=begun)
        while tx.outbox.fill(delivery.number, 100):
            pass
        chat = tx.chats.keep(Chat(address=Address(TELEGRAM, "speaker")))
        tx.moderators.reach(Address(TELEGRAM, "speaker"), chat)
        for reference, shows in (
            ("old panel", f"show {DONE}"),
            ("panel", f"show {DONE}"),
            ("letter", f"hold {DONE}"),
            ("other panel", f"show {DRAFT}"),
            ("page", "read 2"),
        ):
            tx.sent.keep(chat, reference, shows)

    def _count(self, _: object) -> None:
        self.counted += 1


async def test_the_newest_panel_follows_the_delivery() -> None:
    """Each time that something has changed, and not otherwise; each edit is told to the pace."""
    house = House()
    house.settle(2)
    await house.panels.look()
    await house.panels.look()
    house.settle(3)
    await house.panels.look()
    assert [reference for reference, _ in house.screen.edits] == ["panel", "panel"]
    assert "Delivered: 2/6" in house.screen.edits[0][1]
    assert "0.2 a second · about 0:00:20 left" in house.screen.edits[0][1]
    assert "Delivered: 5/6" in house.screen.edits[1][1]
    assert house.counted == 2


async def test_what_is_over_is_shown_once_more() -> None:
    """Then nothing is looked at any more."""
    house = House()
    await house.panels.look()
    house.settle(6)
    house.finish()
    await house.panels.look()
    await house.panels.look()
    assert len(house.screen.edits) == 2
    assert "#5 · delivered" in house.screen.edits[-1][1]
    assert "6/6" in house.screen.edits[-1][1]
    assert "a second" not in house.screen.edits[-1][1]


async def test_an_edit_that_did_not_come_through_is_tried_again() -> None:
    """At the next look, with what is so by then."""
    house = House()
    house.screen.verdict = Later(5)
    await house.panels.look()
    house.screen.verdict = Sent("panel")
    await house.panels.look()
    await house.panels.look()
    assert len(house.screen.edits) == 2


async def test_a_frozen_or_removed_moderator_is_shown_nothing() -> None:
    """Also on a panel that still stands in their chat."""
    house = House()
    frozen = house.scene.moderator(SPEAKER)
    assert frozen is not None
    house.scene.store.now(lambda tx: tx.moderators.keep(replace(frozen, frozen=True)))
    await house.panels.look()
    house.scene.store.now(lambda tx: tx.moderators.remove(SPEAKER))
    house.settle(1)
    await house.panels.look()
    assert house.screen.edits == []


async def test_where_nothing_is_on_its_way_nothing_is_shown() -> None:
    """Drafts and what is over stand as they stand."""
    house = House()
    house.finish()
    await house.panels.look()
    assert house.screen.edits == []
