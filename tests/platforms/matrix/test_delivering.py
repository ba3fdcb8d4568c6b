"""What nobody asked for, in an encrypted room: said once, changed and taken back."""

from bot.model.delivery import Gone, Sent
from bot.model.people import Address
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, make_panel
from tests.platforms.matrix.test_rooms import hears


async def test_a_post_is_one_event_whatever_is_repeated(stage: Stage, meet: Meet) -> None:
    """It rings (``m.text``), a silent one does not; repeats, also of edits and after a restart, are the same events."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        address = Address("matrix", room)
        sent = await stage.platform.deliver(address, make_panel("first"), once="post 7")
        assert isinstance(sent, Sent)
        assert sent.reference
        assert await stage.platform.deliver(address, make_panel("first"), once="post 7") == sent
        quiet = await stage.platform.deliver(address, make_panel("quiet"), once="post 8", silent=True)
        await ada.waits(room, lambda seen: len(seen) == 3)
    async with stage:
        assert await stage.platform.deliver(address, make_panel("first"), once="post 7") == sent
        assert await stage.platform.deliver(address, make_panel("quiet"), once="post 8", silent=True) == quiet
        for _ in range(2):
            assert await stage.platform.amend(address, sent.reference, make_panel("second"), once="edit 7") == sent
        await ada.waits(room, lambda seen: seen[1].body == "second")
        _, post, silent = ada.sees(room)
        assert [(one.body, one.msgtype, len(one.edits)) for one in (post, silent)] == [
            ("second", "m.text", 1),
            ("quiet", "m.notice", 0),
        ]
        assert await stage.platform.withdraw(address, sent.reference, once="away 7") == Sent()
        assert await stage.platform.withdraw(address, sent.reference, once="away 7") == Sent()
        await ada.waits(room, lambda seen: [one.body for one in seen[1:]] == ["quiet"])
    assert ada.unreadable == []


async def test_a_room_that_the_bot_is_not_in_is_gone(stage: Stage) -> None:
    """Nothing is tried there."""
    async with stage:
        address = Address("matrix", "!nowhere:localhost")
        assert await stage.platform.deliver(address, make_panel("post"), once="post 7") == Gone()
