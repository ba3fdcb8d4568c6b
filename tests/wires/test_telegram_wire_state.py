"""The Bot API server keeps chats, messages, presses and polls as Telegram does; python-telegram-bot agrees."""

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from tests.wires.telegram import BotApiServer, Kind, Toast
from tests.wires.telegram.caller import Caller

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Next · 3/4", callback_data="read 3")]])


async def test_a_person_is_answered_presses_and_sees_the_edit(server: BotApiServer, bot: Bot) -> None:
    """Speaking, the answer, pressing, the edit and the toast reach both sides as they do on Telegram."""
    ada = server.person(language_code="zh-hans", first_name="Ada", username="ada")
    ada.says("/start part-2")
    (asked,) = await bot.get_updates(timeout=5)
    assert asked.message is not None
    assert asked.message.parse_entities() == {asked.message.entities[0]: "/start"}
    assert asked.effective_user is not None
    assert asked.effective_user.language_code == "zh-hans"
    await bot.send_message(ada.id, "Part 2", reply_markup=BUTTONS)
    assert ada.screen() == "bot:\nPart 2\n[Next · 3/4]"
    ada.presses("Next")
    assert ada.spinning == 1
    (pressed,) = await bot.get_updates(offset=asked.update_id + 1, timeout=5)
    query = pressed.callback_query
    assert query is not None
    assert query.data == "read 3"
    await bot.edit_message_text("Part 3", ada.id, ada.sees[-1].message_id)
    await query.answer("There")
    seen = await ada.waits("Part 3", timeout=1)
    assert (seen.edits, seen.buttons, ada.toasts, ada.spinning) == (1, [], [Toast(text="There", alert=False)], 0)
    assert server.violations == []


async def test_a_press_is_answered_once_and_in_time(server: BotApiServer, bot: Bot) -> None:
    """An unknown, an answered and an old query are refused, and so is a line over 200 units."""
    ada = server.person(started=True)
    message = await bot.send_message(ada.id, "Part 2", reply_markup=BUTTONS)
    first = ada.presses("read 3")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(first, "x" * 201)
    await bot.answer_callback_query(first, "x" * 200)
    late = ada.forges("approve 7", message.message_id)
    server.shift_clock(3600)
    for query_id in (first, "1", late):
        with pytest.raises(BadRequest, match=r"(?i)query id is invalid"):
            await bot.answer_callback_query(query_id)


async def test_a_gone_message_can_still_be_pressed(server: BotApiServer, bot: Bot) -> None:
    """Whoever has a deleted message on screen presses it; the bot learns its number alone."""
    ada = server.person(started=True)
    message = await bot.send_message(ada.id, "Part 2", reply_markup=BUTTONS)
    shown = ada.sees[-1]
    await bot.delete_message(ada.id, message.message_id)
    assert ada.sees == []
    ada.presses("read 3", shown)
    (update,) = await bot.get_updates(timeout=1)
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_edits_are_refused_as_telegram_refuses_them(server: BotApiServer, bot: Bot) -> None:
    """No edit of what is the same, unknown, or a person's own; other buttons alone are a change."""
    ada = server.person()
    hers = ada.says("hello")
    message = await bot.send_message(ada.id, "Part 2", reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_text("Part 2", ada.id, message.message_id, reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Part 3", ada.id, message.message_id + 1)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Part 3", ada.id, hers)
    assert await bot.edit_message_reply_markup(ada.id, message.message_id)
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_reply_markup(ada.id, message.message_id)
    assert {violation.kind for violation in server.violations} == {Kind.STATE}


async def test_deleting_has_its_hour(server: BotApiServer, bot: Bot) -> None:
    """A message goes within 48 hours and not after; unknown ones are refused alone and skipped among others."""
    ada = server.person(started=True)
    one, two, three = [(await bot.send_message(ada.id, str(n))).message_id for n in range(3)]
    server.shift_clock(48 * 3600 - 60)
    await bot.delete_messages(ada.id, [one, 1])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ada.id, one)
    server.shift_clock(60)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(ada.id, two)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_messages(ada.id, [two, three])
    assert [seen.text for seen in ada.sees] == ["1", "2"]


async def test_doors_are_shut_as_people_shut_them(server: BotApiServer, bot: Bot) -> None:
    """Nobody, someone who never started, who blocks, and who is gone: each is refused in Telegram's words."""
    ada = server.person()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "hello")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(ada.id, "hello")
    ada.says("/start")
    await bot.send_message(ada.id, "hello")
    ada.blocks()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ada.id, "hello")
    ada.unblocks()
    await bot.send_message(ada.id, "again")
    ada.deletes_account()
    with pytest.raises(Forbidden, match="deactivated"):
        await bot.send_message(ada.id, "hello")
    updates = await bot.get_updates(timeout=1)
    standings = [each.my_chat_member.new_chat_member.status for each in updates if each.my_chat_member]
    assert standings == ["kicked", "member"]


async def test_an_offset_confirms_all_before_it_for_good(server: BotApiServer, bot: Bot) -> None:
    """Unconfirmed updates come again, confirmed ones never; a limit cuts, a negative offset counts from the end."""
    ada = server.person()
    for number in range(5):
        ada.says(str(number))
    every = [update.update_id for update in await bot.get_updates()]
    assert [update.update_id for update in await bot.get_updates()] == every
    assert [update.update_id for update in await bot.get_updates(offset=every[1], limit=2)] == every[1:3]
    assert [update.update_id for update in await bot.get_updates(offset=0)] == every[1:]
    assert [update.update_id for update in await bot.get_updates(offset=-2)] == every[3:]
    assert await bot.get_updates(offset=every[4] + 1) == ()
    assert server.world.updates.confirmed == 5


async def test_allowed_updates_are_remembered(server: BotApiServer, bot: Bot) -> None:
    """Only what was asked for arises, from then on; the usual set leaves chat_member out."""
    ada = server.person()
    group = server.group(bot="administrator")
    group.adds(ada)
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=["chat_member"])
    group.adds(ada, "administrator")
    ada.says("hello")
    (update,) = await bot.get_updates()
    assert update.chat_member is not None
    await bot.get_updates(offset=update.update_id + 1, allowed_updates=[])
    ada.says("hello")
    (update,) = await bot.get_updates()
    assert update.message is not None


async def test_a_second_poll_ends_the_first(server: BotApiServer, bot: Bot) -> None:
    """The earlier of two polls meets 409, and so does a poll beside a webhook."""
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await server.person().until(lambda: server.world.updates.polls)
    async with Caller(server) as second:
        assert (await second("getUpdates"))["result"] == []
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await bot.set_webhook("https://bot.example.org/")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    server.person().says("hello")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_waiting_poll_hears_at_once(server: BotApiServer, bot: Bot) -> None:
    """A long poll returns when something is said, and is told when its token is revoked."""
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await server.person().until(lambda: server.world.updates.polls)
    server.person().says("hello")
    (update,) = await asyncio.wait_for(poll, 2)
    poll = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=20))
    await server.person().until(lambda: server.world.updates.polls)
    server.revoke_token()
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(poll, 2)


async def test_a_menu_is_found_by_scope_and_language(server: BotApiServer, bot: Bot) -> None:
    """The app shows the narrowest menu, the person's language before the default; names fall back likewise."""
    ada = server.person(language_code="zh-hant", started=True)
    await bot.set_my_commands([("read", "Read")])
    await bot.set_my_commands([("read", "阅读")], language_code="zh")
    assert ada.menu == [{"command": "read", "description": "阅读"}]
    await bot.set_my_commands([("read", "閱讀")], scope={"type": "chat", "chat_id": ada.id})  # type: ignore[arg-type]
    assert ada.menu == [{"command": "read", "description": "閱讀"}]
    assert [each.description for each in await bot.get_my_commands()] == ["Read"]
    await bot.set_my_name("團結", language_code="zh")
    assert (await bot.get_my_name(language_code="zh")).name == "團結"
    assert (await bot.get_my_name(language_code="en")).name == "Solidarity"
