"""The Bot API server keeps groups, topics and channels as Telegram does; python-telegram-bot agrees."""

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.wires.telegram import BotApiServer


async def test_a_group_that_migrates_is_told_with_its_new_number(server: BotApiServer, bot: Bot) -> None:
    """Both service messages come, then the bot's leaving; who writes to the old number gets the new one."""
    ada = server.person()
    group = server.group(kind="group", bot=None)
    group.adds_bot(ada)
    new = group.migrates(ada)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "hello")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "hello")
    added, welcome, to, origin, left = await bot.get_updates()
    assert added.my_chat_member is not None
    assert welcome.message is not None
    assert to.message is not None
    assert to.message.migrate_to_chat_id == new.id
    assert origin.message is not None
    assert origin.message.migrate_from_chat_id == group.id
    assert left.my_chat_member is not None
    assert left.my_chat_member.new_chat_member.status == "left"


async def test_a_group_lets_the_bot_hear_only_its_own(server: BotApiServer, bot: Bot) -> None:
    """With privacy mode on, commands for this bot and replies to it arrive, and nothing else; topics are kept."""
    ada = server.person()
    group = server.group(forum=True)
    group.adds(ada, "creator")
    thread = group.topic("News", ada)
    sent = await bot.send_message(group.id, "Part 1", message_thread_id=thread)
    for text in ("hello", "/read@other_bot", "/read@Solidarity_Test_Bot", "/read"):
        ada.says(text, group=group, thread=thread)
    ada.says("thanks", group=group, reply_to=sent.message_id)
    group.says_anonymously("/settings")
    heard = [each.effective_message for each in await bot.get_updates()]
    words = [each.text for each in heard if each is not None]
    assert words == [None, "/read@Solidarity_Test_Bot", "/read", "thanks", "/settings"]
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(group.id, "Part 1", message_thread_id=thread + 1)
    admins = await bot.get_chat_administrators(group.id)
    assert [each.user.id for each in admins] == [ada.id]
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member of the supergroup"):
        await bot.send_message(group.id, "Part 1")


async def test_a_channel_takes_posts_only_from_an_admin(server: BotApiServer, bot: Bot) -> None:
    """The bot posts in a channel once it may; what others post there it hears as channel posts."""
    ada = server.person()
    channel = server.group("News", kind="channel", username="news_channel", bot=None)
    channel.adds_bot(ada, "administrator")
    with pytest.raises(BadRequest, match=r"[Nn]eed administrator rights"):
        await bot.send_message(channel.id, "hello")
    channel.promotes_bot(ada, can_post_messages=True)
    sent = await bot.send_message("@news_channel", "hello")
    assert (sent.sender_chat, sent.from_user) == (sent.chat, None)
    channel.posts("news")
    heard = [each.channel_post.text for each in await bot.get_updates() if each.channel_post]
    assert heard == ["news"]
