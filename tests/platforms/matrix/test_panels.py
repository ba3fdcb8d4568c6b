"""Panels in an encrypted chat: seeded, pressed, withdrawn, edited in place, closed, taken back and forgotten."""

from bot.model.delivery import Sent
from bot.model.message import Choice, Message, Span
from bot.model.speech import Ask, Reply
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, make_panel
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person, Seen


async def sees_signs(somebody: Person, room: str, *signs: str) -> Seen:
    """The newest message, once just these reactions stand under it."""
    await somebody.waits(room, lambda seen: seen and seen[-1].keys == list(signs))
    return somebody.sees(room)[-1]


async def test_a_panel_carries_its_buttons_and_their_words(stage: Stage, meet: Meet) -> None:
    """Each sign once, from the bot, and what to type beside it."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "⬅️", "➡️")
    assert {annotation.sender for annotation in panel.annotations} == {stage.user_id}
    assert "➡️ Page 1 — !read 1" in panel.body
    assert "<code>!read 1</code>" in str(panel.formatted_body)


async def test_a_press_edits_the_panel_in_place(stage: Stage, meet: Meet) -> None:
    """So does taking the reaction away again; neither seeds anything twice, and edits mention nobody."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "⬅️", "➡️")
        reaction = await ada.reacts(room, panel.event_id, "➡️")
        await ada.waits(room, lambda seen: seen[-1].body.startswith("you said ➡") and seen[-1].edited)
        await ada.withdraws(room, reaction)
        await ada.waits(room, lambda seen: len(seen[-1].edits) == 2)
        await stage.settle()
        again = await ada.reacts(room, panel.event_id, "⬅")
        await ada.waits(room, lambda seen: len(seen[-1].edits) == 3)
    (shown,) = ada.sees(room)
    assert shown.event_id == panel.event_id
    assert [(a.key, a.sender) for a in shown.annotations if a.event_id != again] == [
        ("⬅️", stage.user_id),
        ("➡️", stage.user_id),
    ]
    assert all(edit["m.mentions"] == edit["m.new_content"]["m.mentions"] == {} for edit in shown.edits)
    presses = stage.heard[1:]
    assert [(ask.text, ask.pressed, ask.panel) for ask in presses] == [
        ("➡", True, panel.event_id),
        ("➡", True, panel.event_id),
        ("⬅", True, panel.event_id),
    ]
    assert len({ask.id for ask in presses}) == 3
    assert stage.verdicts[1:] == [Sent(panel.event_id)] * 3


async def test_other_reactions_are_no_buttons(stage: Stage, meet: Meet) -> None:
    """An emoji that was not offered, and one on the person's own message, press nothing."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "⬅️", "➡️")
        await ada.reacts(room, panel.event_id, "👍")
        said = await ada.says(room, "read 1")
        await ada.reacts(room, said, "➡️")
        await hears(ada, room, 2)
        await ada.says(room, "read 2")
        await hears(ada, room, 3)
    assert [ask.text for ask in stage.heard] == ["start", "read 1", "read 2"]


async def test_a_press_while_the_bot_is_down_is_answered_later(stage: Stage, meet: Meet) -> None:
    """And a withdrawal after a restart still knows what was pressed."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "⬅️", "➡️")
    reaction = await ada.reacts(room, panel.event_id, "➡️")
    async with stage:
        await ada.waits(room, lambda seen: len(seen[-1].edits) == 1)
    await ada.withdraws(room, reaction)
    async with stage:
        await ada.waits(room, lambda seen: len(seen[-1].edits) == 2)
    assert [(ask.text, ask.panel) for ask in stage.heard[1:]] == [("➡", panel.event_id)] * 2


async def test_an_edit_seeds_only_what_is_new(stage: Stage, meet: Meet) -> None:
    """The first page has one button, the second two."""
    ada = await meet("ada")

    def page(ask: Ask) -> Reply:
        signs = ("➡️",) if ask.text == "start" else ("⬅️", "➡️")
        return Reply(command="read", message=make_panel(ask.text, *signs))

    stage.reply = page
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "➡️")
        await ada.reacts(room, panel.event_id, "➡️")
        shown = await sees_signs(ada, room, "➡️", "⬅️")
    assert len([one for one in shown.annotations if one.sender == stage.user_id]) == 2


async def test_close_and_withdraw_take_messages_away(stage: Stage, meet: Meet) -> None:
    """The pressed panel first, then whatever else the reply names; nothing is shown anew."""
    ada = await meet("ada")
    earlier: list[str] = []

    def close(ask: Ask) -> Reply:
        if ask.pressed:
            return Reply(command="close", closes=True, withdraws=tuple(earlier))
        return Reply(command="read", message=make_panel(ask.text, "❌"))

    stage.reply = close
    async with stage:
        room = await ada.opens(stage.user_id)
        earlier.append((await sees_signs(ada, room, "❌")).event_id)
        await ada.says(room, "read 1")
        await hears(ada, room, 2)
        panel = await sees_signs(ada, room, "❌")
        await ada.reacts(room, panel.event_id, "❌")
        await ada.waits(room, lambda seen: seen == [])
        await stage.settle()
    assert stage.verdicts[-1] == Sent(None)


async def test_a_toast_alone_changes_nothing(stage: Stage, meet: Meet) -> None:
    """There are no toasts on Matrix, and the press is answered by what stands there already."""
    ada = await meet("ada")

    def toast(ask: Ask) -> Reply:
        if ask.pressed:
            return Reply(command="read 1", toast="This is the first page")
        return Reply(command="read 1", message=make_panel(ask.text, "⬅️"))

    stage.reply = toast
    async with stage:
        room = await ada.opens(stage.user_id)
        panel = await sees_signs(ada, room, "⬅️")
        await ada.reacts(room, panel.event_id, "⬅️")
        await stage.wait_for(lambda: len(stage.verdicts) == 2)
        await ada.says(room, "read 2")
        seen = await hears(ada, room, 2)
    assert stage.verdicts[1] == Sent(None)
    assert not seen[0].edited


async def test_what_was_forgotten_is_gone_and_the_talk_goes_on(stage: Stage, meet: Meet) -> None:
    """Old room keys and buttons are deleted; the newest key of the person stays, so that they are still understood."""
    ada = await meet("ada")
    stage.reply = lambda ask: Reply(
        command=ask.text, message=make_panel(ask.text, "➡️"), forgets=ask.text == "forget_me"
    )
    async with stage:
        room = await ada.opens(stage.user_id)
        await sees_signs(ada, room, "➡️")
        for number in range(3):
            await ada.says(room, f"read {number}")
            await hears(ada, room, number + 2)
            ada.device._forget_room_keys(room)
        line = stage.platform._voice.line
        assert line is not None
        held = line.client.machine.inbound_group_store[room]
        assert sum(map(len, held.values())) > 3
        await ada.says(room, "forget_me")
        await hears(ada, room, 5)
        await stage.settle()
        kept = {key: len(sessions) for key, sessions in held.items() if sessions}
        assert list(kept.values()) == [1]
        await ada.says(room, "read 4")
        await hears(ada, room, 6)
    assert ada.unreadable == []
    assert stage.texts[-1] == "read 4"


async def test_what_is_too_long_is_refused(stage: Stage, meet: Meet) -> None:
    """The rest of the talk goes on."""
    ada = await meet("ada")
    long = Message(spans=(Span(text="字" * 20_000),), choices=((Choice(label="x", command="y"),),))
    stage.reply = lambda ask: Reply(command=ask.text, message=long if ask.text == "read 1" else make_panel(ask.text))
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await ada.says(room, "read 1")
        await ada.says(room, "read 2")
        await hears(ada, room, 2)
    assert repr(stage.verdicts[1]) == "Refused(why='too_large')"
