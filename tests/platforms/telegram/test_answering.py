"""Answers on the wire: what people see, and what becomes of them when Telegram refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.model.delivery import Gone, Later, Moved, Refused, Sent, Unsure
from bot.model.message import Choice, Message, Span
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Reply
from tests.platforms.telegram.stage import Stage, echo, make_ask, make_message, until
from tests.wires.telegram import BotApiServer, Fault, Group, Trouble


@asynccontextmanager
async def idle(server: BotApiServer) -> AsyncIterator[Stage]:
    """A bot that answers but does not listen."""
    stage = Stage(server)
    try:
        yield stage
    finally:
        await stage.platform.aclose()


async def test_typed_command_is_answered_anew(server: BotApiServer) -> None:
    """A typed command gets a new message, and the verdict names it."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        seen = await ada.waits("you said read 1")
        await until(lambda: stage.verdicts)
        assert stage.verdicts == [Sent(f"{ada.id}:{seen.message_id}")]
        assert seen.edits == 0


async def test_pressed_button_edits_its_panel(server: BotApiServer) -> None:
    """A press edits the message that it stands on, and its spinner ends with the toast."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        panel = await ada.waits("you said read 1")
        stage.reply = lambda _: Reply(command="read 2", message=make_message("part two", "read 3"), toast="Part 2")
        ada.presses("read 2")
        edited = await ada.waits("part two")
        await until(lambda: len(stage.verdicts) == 2)
        assert edited.message_id == panel.message_id
        assert [button.data for row in edited.buttons for button in row] == ["read 3"]
        assert [toast.text for toast in ada.toasts] == ["Part 2"]
        assert stage.verdicts[1] == Sent(f"{ada.id}:{panel.message_id}")


async def test_press_on_what_is_shown_changes_nothing(server: BotApiServer) -> None:
    """A press that leads to what the panel already shows counts as shown, and its spinner ends."""
    ada = server.person()
    async with Stage(server) as stage:
        stage.reply = lambda _: Reply(command="read 2", message=make_message("part two", "read 2"))
        ada.says("/read 2")
        panel = await ada.waits("part two")
        for _ in range(2):
            ada.presses("read 2")
        await until(lambda: len(stage.verdicts) == 3)
        assert stage.verdicts[1:] == [Sent(f"{ada.id}:{panel.message_id}")] * 2
        assert ada.spinning == 0
        assert [seen.text for seen in ada.received] == ["part two"]


async def test_press_on_gone_panel_is_answered_anew(server: BotApiServer) -> None:
    """The panel was deleted while its button was on screen: what it should show comes as a new message."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        panel = await ada.waits("you said")
        del ada.chat.messages[panel.message_id]
        ada.presses("read 2", panel)
        fresh = await ada.waits("you said read 2")
        assert fresh.message_id != panel.message_id
        assert stage.heard[1].panel is None
        assert ada.spinning == 0


async def test_panel_that_goes_meanwhile_is_replaced(server: BotApiServer) -> None:
    """A panel that was there at the press and is gone at the edit is said anew."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        ask = make_ask(ada.id, "read 2", pressed=True, panel=f"{ada.id}:424242", receipt="77")
        verdict = await stage.platform.answer(ask, Reply(command="read 2", message=make_message("part two")))
        assert verdict == Sent(f"{ada.id}:{ada.sees[0].message_id}")
        assert ada.sees[0].text == "part two"


async def test_toast_alone_is_all_that_is_shown(server: BotApiServer) -> None:
    """A reply without a message ends the press with its toast; typed, it shows nothing."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        await ada.waits("you said")
        stage.reply = lambda ask: Reply(command=ask.text, toast="Done")
        ada.presses("read 2")
        ada.says("/next")
        await until(lambda: len(stage.verdicts) == 3)
        assert stage.verdicts[1:] == [Sent(None), Sent(None)]
        assert [toast.text for toast in ada.toasts] == ["Done"]
        assert len(ada.received) == 1


@pytest.mark.parametrize(("hours", "left"), [(1, 0), (49, 1)])
async def test_close_takes_the_panel_away(server: BotApiServer, hours: int, left: int) -> None:
    """Close deletes the pressed panel; one older than 48 hours loses its buttons instead."""
    ada = server.person()
    async with Stage(server) as stage:
        stage.reply = lambda _: Reply(command="read 1", message=make_message("part one", "close"))
        ada.says("/read 1")
        panel = await ada.waits("part one")
        server.shift_clock(hours * 3600)
        stage.reply = lambda _: Reply(command="close", closes=True)
        ada.presses("close")
        await until(lambda: len(stage.verdicts) == 2)
        assert stage.verdicts[1] == Sent(None)
        standing = [seen for seen in ada.sees if seen.message_id == panel.message_id]
        assert [seen.buttons for seen in standing] == [[]] * left
        assert ada.spinning == 0


async def test_close_again_does_no_harm(server: BotApiServer) -> None:
    """A close that comes twice, as after a kill, finds the panel gone and is content."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        await stage.platform.answer(make_ask(ada.id), Reply(command="read 1", message=make_message("part one")))
        panel = f"{ada.id}:{ada.sees[0].message_id}"
        ask = make_ask(ada.id, "close", pressed=True, panel=panel, receipt="77")
        for _ in range(2):
            assert await stage.platform.answer(ask, Reply(command="close", closes=True)) == Sent(None)
        assert ada.sees == []


async def test_withdrawn_messages_go_in_batches(server: BotApiServer) -> None:
    """Old messages are deleted a hundred at a time; one that is too old does not spare the others."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        sent: list[str] = []

        async def say(text: str) -> None:
            verdict = await stage.platform.answer(make_ask(ada.id), Reply(command="x", message=make_message(text)))
            assert isinstance(verdict, Sent)
            sent.append(str(verdict.reference))

        await say("too old")
        server.shift_clock(49 * 3600)
        for number in range(130):
            await say(f"message {number}")
        server.ledger.forget()
        reply = Reply(command="forget_me", message=make_message("forgotten"), withdraws=tuple(reversed(sent)))
        assert isinstance(await stage.platform.answer(make_ask(ada.id), reply), Sent)
        assert [seen.text for seen in ada.sees] == ["too old", "forgotten"]
        batches = [len(parameters["message_ids"]) for parameters in stage.called("deleteMessages")]
        assert batches[0] == 100
        assert len(batches) <= 2 + 2 * 5


async def test_pressed_panel_is_edited_and_not_withdrawn(server: BotApiServer) -> None:
    """The panel that turns into the answer stays where it is, though it is among what should go."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        await stage.platform.answer(make_ask(ada.id), Reply(command="x", message=make_message("old")))
        await stage.platform.answer(make_ask(ada.id), Reply(command="x", message=make_message("panel")))
        old, panel = (f"{ada.id}:{seen.message_id}" for seen in ada.sees)
        ask = make_ask(ada.id, "forget_me", pressed=True, panel=panel, receipt="77")
        reply = Reply(command="forget_me", message=make_message("forgotten"), withdraws=(panel, old))
        assert await stage.platform.answer(ask, reply) == Sent(panel)
        assert [seen.text for seen in ada.sees] == ["forgotten"]


async def test_answer_stays_in_its_topic(server: BotApiServer) -> None:
    """What is asked in a forum's topic is answered there, typed and pressed."""
    ada, group = server.person(), server.group(forum=True)
    topic = group.topic("News", ada)
    async with Stage(server) as stage:
        ada.says("/read 1", group=group, thread=topic)
        panel = await group.waits("you said read 1")
        assert panel.thread == topic
        assert stage.heard[0].address == Address("telegram", str(group.id), str(topic))
        assert stage.heard[0].kind is ChatKind.GROUP
        ada.presses("read 2", group=group)
        edited = await group.waits("you said read 2")
        assert (edited.message_id, edited.thread) == (panel.message_id, topic)


async def test_styles_arrive_where_they_belong(server: BotApiServer) -> None:
    """Emoji and Chinese shift no entity: each styled run covers its very words."""
    ada = server.person()
    spans = (
        Span(text="\n👩‍👩‍👧 標題\n", bold=True),
        Span(text="\n"),
        Span(text="『一句話。』", quote=True),
        Span(text="强调", quote=True, bold=True),
        Span(text="\n\nplain 🌍 "),
        Span(text="連結", link="https://example.org/a"),
        Span(text=" and "),
        Span(text="italic 𠮷", italic=True),
        Span(text="  "),
    )
    async with Stage(server) as stage:
        stage.reply = lambda _: Reply(command="read 1", message=Message(spans=spans))
        ada.says("/read 1")
        seen = await ada.waits()
        assert seen.text == "".join(span.text for span in spans).strip()
        assert seen.styled("bold") == ["👩‍👩‍👧 標題", "强调"]
        assert seen.styled("blockquote") == ["『一句話。』强调"]
        assert seen.styled("text_link") == ["連結"]
        assert seen.styled("italic") == ["italic 𠮷"]
        assert [entity.url for entity in seen.entities if entity.url] == ["https://example.org/a"]
        assert seen.raw["link_preview_options"] == {"is_disabled": True}


async def test_reply_lost_after_delivery_is_unsure(server: BotApiServer) -> None:
    """A connection that breaks after the call took effect, and a 502, may have arrived."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        reply = Reply(command="read 1", message=make_message("part one"))
        server.faults.lose_reply()
        assert await stage.platform.answer(make_ask(ada.id), reply) == Unsure()
        server.faults.error(502)
        assert await stage.platform.answer(make_ask(ada.id), reply) == Unsure()
        assert [seen.text for seen in ada.sees] == ["part one"]


async def test_outage_is_tried_by_one_call_alone(server: BotApiServer) -> None:
    """Where no connection comes about nothing was sent: all wait, one call tries from time to time, then all go on."""
    people = [server.person(started=True) for _ in range(20)]
    async with idle(server) as stage:
        reply = Reply(command="read 1", message=make_message("part one"))

        async def answer_all() -> list[object]:
            return list(await asyncio.gather(*(stage.platform.answer(make_ask(ada.id), reply) for ada in people)))

        await server.hush()
        for verdict in await answer_all():
            assert isinstance(verdict, Later)
            assert verdict.everyone
            assert 0 < verdict.after <= 5
        await server.listen()
        assert all(isinstance(verdict, Later) for verdict in await answer_all())
        assert stage.called("sendMessage") == []
        await stage.clock.sleep(5)
        probe = await stage.platform.answer(make_ask(people[0].id), reply)
        assert isinstance(probe, Sent)
        assert all(isinstance(verdict, Sent) for verdict in await answer_all())


async def test_limited_chat_is_left_alone(server: BotApiServer) -> None:
    """Inside a chat's retry window nothing is sent there; other chats are served; after it the chat is too."""
    ada, wing = server.person(started=True), server.person(started=True)
    async with idle(server) as stage:
        reply = Reply(command="read 1", message=make_message("part one"))
        server.faults.too_many(7, chat_id=ada.id)
        assert await stage.platform.answer(make_ask(ada.id), reply) == Later(7)
        await stage.clock.sleep(3)
        assert await stage.platform.answer(make_ask(ada.id), reply) == Later(4)
        assert len(stage.called("sendMessage")) == 1
        assert isinstance(await stage.platform.answer(make_ask(wing.id), reply), Sent)
        await stage.clock.sleep(4)
        assert isinstance(await stage.platform.answer(make_ask(ada.id), reply), Sent)


async def test_two_limited_chats_hold_everyone(server: BotApiServer) -> None:
    """Two chats limited within a second: nobody is sent anything before both windows are over."""
    ada, wing, third = (server.person(started=True) for _ in range(3))
    async with idle(server) as stage:
        reply = Reply(command="read 1", message=make_message("part one"))
        server.faults.too_many(3, chat_id=ada.id)
        server.faults.too_many(9, chat_id=wing.id)
        assert await stage.platform.answer(make_ask(ada.id), reply) == Later(3)
        await stage.clock.sleep(1)
        assert await stage.platform.answer(make_ask(wing.id), reply) == Later(9, everyone=True)
        assert await stage.platform.answer(make_ask(third.id), reply) == Later(9, everyone=True)
        assert len(stage.called("sendMessage")) == 2


async def test_limits_far_apart_hold_only_their_chats(server: BotApiServer) -> None:
    """Two chats limited at different times are no limit on the whole bot."""
    ada, wing, third = (server.person(started=True) for _ in range(3))
    async with idle(server) as stage:
        reply = Reply(command="read 1", message=make_message("part one"))
        server.faults.too_many(30, times=2)
        assert await stage.platform.answer(make_ask(ada.id), reply) == Later(30)
        await stage.clock.sleep(2)
        assert await stage.platform.answer(make_ask(wing.id), reply) == Later(30)
        assert isinstance(await stage.platform.answer(make_ask(third.id), reply), Sent)


async def test_blocked_and_deleted_are_gone(server: BotApiServer) -> None:
    """Who blocked the bot, deleted the account, or was never there, is gone for good."""
    blocker, deleter = server.person(started=True), server.person(started=True)
    blocker.blocks()
    deleter.deletes_account()
    reply = Reply(command="read 1", message=make_message("part one"))
    async with idle(server) as stage:
        for chat in (blocker.id, deleter.id, 99):
            assert await stage.platform.answer(make_ask(chat), reply) == Gone()


async def test_migrated_group_is_told_with_its_topicless_address(server: BotApiServer) -> None:
    """A group that became a supergroup is followed by its new address."""
    ada = server.person()
    group = server.group(kind="group")
    new: Group = group.migrates(ada)
    async with idle(server) as stage:
        ask = make_ask(group.id, kind=ChatKind.GROUP)
        verdict = await stage.platform.answer(ask, Reply(command="read 1", message=make_message("part one")))
        assert verdict == Moved(Address("telegram", str(new.id)))


async def test_group_without_rights_is_refused_not_gone(server: BotApiServer) -> None:
    """A group in which the bot may not write for now keeps its place."""
    group = server.group(bot="restricted", can_send_messages=False)
    async with idle(server) as stage:
        ask = make_ask(group.id, kind=ChatKind.GROUP)
        verdict = await stage.platform.answer(ask, Reply(command="read 1", message=make_message("part one")))
        assert verdict == Refused("no_rights")


@pytest.mark.parametrize("choice", [Choice(label="Go", command="x" * 65), Choice(label="Go")])
async def test_impossible_button_is_refused_before_sending(server: BotApiServer, choice: Choice) -> None:
    """A button that Telegram cannot carry is told as a short code, and nothing is sent."""
    async with idle(server) as stage:
        message = Message(spans=(Span(text="x"),), choices=((choice,),))
        assert await stage.platform.answer(make_ask(1), Reply(command="x", message=message)) == Refused("unfit")
        assert server.requests == []


async def test_too_long_text_is_refused_by_its_code() -> None:
    """A text beyond Telegram's size is refused with a code that holds none of it."""
    async with BotApiServer() as server, idle(server) as stage:
        ada = server.person(started=True)
        reply = Reply(command="x", message=make_message("字" * 4097))
        assert await stage.platform.answer(make_ask(ada.id), reply) == Refused("too_long")


async def test_fault_of_ours_is_unsure_and_logged_without_content(server: BotApiServer) -> None:
    """An answer never raises: a bug in it is logged by its kind, and counts as perhaps arrived."""
    async with idle(server) as stage:
        ask = make_ask(0, address=Address("telegram", "no number"))
        assert await stage.platform.answer(ask, Reply(command="x", message=make_message("words"))) == Unsure()
        assert [dict(entry) for entry in stage.captured.entries] == [
            {"event": "telegram_answer_failed", "reason": "ValueError", "log_level": "error"}
        ]


async def test_stale_press_is_no_error(server: BotApiServer) -> None:
    """A press that is too old to be acknowledged still edits its panel."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        await stage.platform.answer(make_ask(ada.id), Reply(command="x", message=make_message("one")))
        panel = f"{ada.id}:{ada.sees[0].message_id}"
        ask: Ask = make_ask(ada.id, "read 2", pressed=True, panel=panel, receipt="1")
        assert await stage.platform.answer(ask, Reply(command="read 2", toast="Two")) == Sent(None)
        assert await stage.platform.answer(ask, Reply(command="x", message=make_message("two"))) == Sent(panel)
        assert [seen.text for seen in ada.sees] == ["two"]


async def test_toast_that_is_limited_holds_the_chat(server: BotApiServer) -> None:
    """A 429 on the acknowledgement holds the chat as one on a message does; alone, it puts the answer off."""
    ada = server.person(started=True)
    async with idle(server) as stage:
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="answerCallbackQuery", status=429, retry_after=5))
        ask = make_ask(ada.id, "read 2", pressed=True, panel=None, receipt="1")
        assert await stage.platform.answer(ask, Reply(command="read 2", toast="Two")) == Later(5)
        assert await stage.platform.answer(make_ask(ada.id), Reply(command="x", message=make_message("x"))) == Later(5)


async def test_press_beside_a_limited_toast_is_answered_in_the_end(server: BotApiServer) -> None:
    """The panel is edited at once; the press is acknowledged after the window, which the verdict tells of."""
    ada = server.person(started=True)
    async with Stage(server) as stage:
        ada.says("/read 1")
        panel = await ada.waits("you said read 1")
        await until(lambda: stage.verdicts)
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="answerCallbackQuery", status=429, retry_after=5))
        ada.presses("read 2")
        await ada.waits("you said read 2")
        await until(lambda: len(stage.verdicts) == 2)
        assert stage.verdicts[1] == Later(5)
        await stage.clock.sleep(6)
        verdict = await stage.platform.answer(stage.heard[1], echo(stage.heard[1]))
        assert verdict == Sent(f"{ada.id}:{panel.message_id}")
        assert ada.spinning == 0
        assert [seen.text for seen in ada.received] == ["you said read 1", "you said read 2"]
