"""What a moderator's chat shows is gone after a day; what a reader's shows stays."""

from datetime import timedelta

from bot.broadcast import drafting, staffing
from bot.broadcast.staffing import Seed
from bot.model.message import Span
from bot.model.moderator import OPERATOR, Role
from bot.model.people import Address
from bot.model.speech import Reply
from bot.ports import Tx
from tests.chat.stage import NAME, House, ask, house

ADA = Address(NAME, "ada")


async def appoint(stage: House) -> None:
    """Ada moderates, and there is a post."""

    def work(tx: Tx) -> None:
        staffing.seed(tx, [Seed(address=ADA, role=Role.EDITOR)])
        drafting.write(tx, OPERATOR, {"en": (Span(text="Words"),)}, now=stage.clock.now())

    await stage.store.do(work)


async def tidy(stage: House) -> list[Reply]:
    """What the hourly look comes to."""
    before = len(stage.network.replies)
    await stage.conversation.tidy()
    await stage.conversation.drain()
    return stage.network.replies[before:]


async def test_panels_leave_after_a_day_and_pages_stay() -> None:
    """Not an hour before; once; and not in the chats of readers."""
    async with house() as stage:
        await appoint(stage)
        await stage.say(ask(1, "show 1"), ask(2, "read 1"), ask(3, "read 2", chat="wen"))
        panel = next(f"message-{n}" for n, one in enumerate(stage.network.replies, 1) if one.command == "show 1")
        stage.clock.moment += timedelta(hours=24)
        assert await tidy(stage) == []
        stage.clock.moment += timedelta(hours=1)
        assert [one.withdraws for one in await tidy(stage)] == [(panel,)]
        assert await tidy(stage) == []


async def test_a_kill_does_not_leave_them_there() -> None:
    """What was to be taken back is in the debt."""
    async with house() as stage:
        await appoint(stage)
        await stage.say(ask(1, "show 1"))
        stage.clock.moment += timedelta(hours=25)
        stage.network.verdicts["ada"].append(ConnectionError("killed"))
        asks = await stage.store.do(lambda tx: [debt.ask for debt in tx.inbox.owed()])
        assert asks == []
        await stage.conversation.tidy()
        await stage.conversation.close()
        before = len(stage.network.replies)
        await stage.restart().resume()
        await stage.conversation.drain()
        assert {one.withdraws for one in stage.network.replies[before:]} == {("message-1",)}
