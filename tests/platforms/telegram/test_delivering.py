"""What nobody asked for, on the wire: said, changed, taken back, and what Telegram may say to that."""

from bot.model.delivery import Gone, Later, Refused, Sent, Unsure
from bot.model.people import Address
from tests.platforms.telegram.stage import make_message
from tests.platforms.telegram.test_answering import idle
from tests.wires.telegram import BotApiServer


async def test_what_is_delivered_can_be_changed_and_taken_back(server: BotApiServer) -> None:
    """One message, edited in place, repeated without harm, and deleted; deleted again is as good."""
    ada = server.person(started=True)
    address = Address("telegram", str(ada.id))
    async with idle(server) as stage:
        sent = await stage.platform.deliver(address, make_message("first"), once="7")
        assert isinstance(sent, Sent)
        assert sent.reference
        for _ in range(2):
            assert await stage.platform.amend(address, sent.reference, make_message("second"), once="8") == sent
        assert [(seen.text, seen.edits) for seen in ada.sees] == [("second", 1)]
        for _ in range(2):
            assert await stage.platform.withdraw(address, sent.reference, once="9") == Sent()
        assert ada.sees == []
        assert await stage.platform.amend(address, sent.reference, make_message("third"), once="10") == Refused("gone")


async def test_silent_rings_no_phone(server: BotApiServer) -> None:
    """The switch is Telegram's own."""
    address = Address("telegram", str(server.person(started=True).id))
    async with idle(server) as stage:
        for silent in (True, False):
            await stage.platform.deliver(address, make_message("post"), once="7", silent=silent)
        assert [call["disable_notification"] for call in stage.called("sendMessage")] == [True, False]


async def test_what_is_too_old_to_delete_can_still_be_changed(server: BotApiServer) -> None:
    """After 48 hours deletion is refused as too old; an edit goes through."""
    ada = server.person(started=True)
    address = Address("telegram", str(ada.id))
    async with idle(server) as stage:
        sent = await stage.platform.deliver(address, make_message("post"), once="7")
        assert isinstance(sent, Sent)
        assert sent.reference
        server.shift_clock(49 * 3600)
        assert await stage.platform.withdraw(address, sent.reference, once="8") == Refused("too_old")
        assert await stage.platform.amend(address, sent.reference, make_message("withdrawn"), once="9") == sent
        assert [seen.text for seen in ada.sees] == ["withdrawn"]


async def test_each_trouble_has_its_verdict(server: BotApiServer) -> None:
    """A window holds that chat and nothing is sent inside it; a lost reply is uncertain; who blocked is gone."""
    ada, ben = server.person(started=True), server.person(started=True)
    address = Address("telegram", str(ada.id))
    async with idle(server) as stage:
        server.faults.too_many(9, chat_id=ada.id)
        assert await stage.platform.deliver(address, make_message("post"), once="7") == Later(9)
        assert await stage.platform.deliver(address, make_message("post"), once="7") == Later(9)
        assert len(stage.called("sendMessage")) == 1
        stage.clock.moment = stage.clock.moment.replace(minute=1)
        server.faults.lose_reply()
        assert await stage.platform.deliver(address, make_message("post"), once="7") == Unsure()
        ben.blocks()
        other = Address("telegram", str(ben.id))
        assert await stage.platform.deliver(other, make_message("post"), once="7") == Gone()


async def test_a_shut_topic_falls_back_to_the_general_one(server: BotApiServer) -> None:
    """A topic that is not there any more takes nothing; the group still gets the post, once."""
    ada = server.person(started=True)
    group = server.group(kind="supergroup", forum=True)
    group.adds_bot(ada)
    async with idle(server) as stage:
        thread = group.topic("News", ada)
        for topic in (thread, thread + 1000):
            address = Address("telegram", str(group.id), str(topic))
            assert isinstance(await stage.platform.deliver(address, make_message("post"), once="7"), Sent)
        calls = stage.called("sendMessage")
        assert [call.get("message_thread_id") for call in calls] == [thread, thread + 1000, None]
