"""The Bot API server knows who stands how in a chat, and what follows from it; python-telegram-bot agrees."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    ChatAdministratorRights,
)
from telegram.error import BadRequest, Forbidden

from tests.wires.telegram import BotApiServer


async def test_a_silenced_bot_may_ask_and_leave_but_not_write(server: BotApiServer, bot: Bot) -> None:
    """Restricted, or where members may not write, only writing is refused; an admin writes all the same."""
    ada = server.person()
    group = server.group(bot=None)
    group.adds(ada, "creator")
    group.adds_bot(ada, "restricted")
    with pytest.raises(BadRequest, match="ot enough rights to send text messages"):
        await bot.send_message(group.id, "hello")
    assert (await bot.get_chat_member(group.id, ada.id)).status == "creator"
    group.promotes_bot(ada, "member")
    await bot.send_message(group.id, "hello")
    group.lets_members_write(False)
    with pytest.raises(BadRequest, match="ot enough rights to send text messages"):
        await bot.send_message(group.id, "hello")
    group.promotes_bot(ada)
    await bot.send_message(group.id, "hello")
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.get_chat_member(group.id, ada.id)
    statuses = [each.my_chat_member.new_chat_member.status for each in await bot.get_updates() if each.my_chat_member]
    assert statuses == ["restricted", "member", "administrator", "left"]


async def test_a_kicked_bot_is_let_in_nowhere(server: BotApiServer, bot: Bot) -> None:
    """After a kick neither words nor questions, deletions or menus are taken."""
    ada = server.person()
    group = server.group(kind="group")
    sent = await bot.send_message(group.id, "hello")
    group.removes_bot(ada)
    for call in (
        bot.send_message(group.id, "hello"),
        bot.delete_message(group.id, sent.message_id),
        bot.get_chat_administrators(group.id),
        bot.set_my_commands([], scope=BotCommandScopeChat(group.id)),
    ):
        with pytest.raises(Forbidden, match="kicked from the group chat"):
            await call


async def test_topics_close_open_and_go(server: BotApiServer, bot: Bot) -> None:
    """A closed topic, the general one too, takes words only from those who manage topics; a deleted one from nobody."""
    ada = server.person()
    group = server.group(forum=True)
    thread = group.topic("News", ada)
    for closed in (thread, None):
        group.closes(closed, ada)
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(group.id, "hello", message_thread_id=closed)
        group.reopens(closed, ada)
        await bot.send_message(group.id, "hello", message_thread_id=closed)
    group.closes(thread, ada)
    group.promotes_bot(ada, can_manage_topics=True)
    await bot.send_message(group.id, "hello", message_thread_id=thread)
    group.deletes(thread)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(group.id, "hello", message_thread_id=thread)
    assert [seen.thread for seen in group.sees if seen.text] == [None]


async def test_admins_of_groups_and_channels_have_different_rights(server: BotApiServer, bot: Bot) -> None:
    """The right to post is told of channels alone; who asks there must be an admin."""
    ada = server.person()
    group, channel = server.group(), server.group("News", kind="channel", bot=None)
    for place in (group, channel):
        place.adds(ada, "administrator", can_change_info=True)
    channel.adds_bot(ada, "administrator")
    in_group = (await bot.get_chat_member(group.id, ada.id)).to_dict()
    in_channel = (await bot.get_chat_member(channel.id, ada.id)).to_dict()
    assert "can_post_messages" not in in_group
    assert in_channel["can_post_messages"] is False
    assert in_channel["can_change_info"] is True
    group.hides_members()
    with pytest.raises(BadRequest, match=r"(?i)chat_admin_required"):
        await bot.get_chat_member(group.id, ada.id)
    assert [each.user.id for each in await bot.get_chat_administrators(group.id)] == [ada.id]


async def test_menus_are_seen_by_whom_they_are_for(server: BotApiServer, bot: Bot) -> None:
    """Admins see what is set for them, members what is set for all, and a group's own menu before the general ones."""
    ada, ben = server.person(), server.person()
    group = server.group()
    group.adds(ada, "administrator")
    group.adds(ben)
    await bot.set_my_commands([BotCommand("read", "Read")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([BotCommand("quiet", "Hours")], scope=BotCommandScopeAllChatAdministrators())

    def see() -> list[str]:
        return [command["command"] for person in (ada, ben) for command in person.menu_in(group)]

    assert see() == ["quiet", "read"]
    await bot.set_my_commands([BotCommand("about", "Who")], scope=BotCommandScopeChat(group.id))
    assert see() == ["about", "about"]
    await bot.set_my_commands([BotCommand("here", "Here")], scope=BotCommandScopeChatAdministrators(group.id))
    assert see() == ["here", "about"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(group.id))
    await bot.delete_my_commands(scope=BotCommandScopeChatAdministrators(group.id))
    assert see() == ["quiet", "read"]


async def test_proposed_rights_are_kept_for_channels_and_groups_apart(bot: Bot) -> None:
    """What apps propose for a channel is not proposed for a group."""
    proposed = ChatAdministratorRights(*(False,) * 11, can_post_messages=True)
    assert await bot.set_my_default_administrator_rights(proposed, for_channels=True)
    in_channels = await bot.get_my_default_administrator_rights(for_channels=True)
    assert (in_channels.can_post_messages, in_channels.can_edit_messages) == (True, False)
    assert (await bot.get_my_default_administrator_rights()).can_post_messages is None


async def test_a_migration_is_told_in_the_order_that_is_asked_for(server: BotApiServer, bot: Bot) -> None:
    """Any of the ways, in any order, or none; the bot stands in the new group as it did in the old."""
    ada = server.person()
    quiet = server.group(kind="group").migrates(ada, order=())
    new = server.group(kind="group").migrates(ada, order=("left", "added", "from", "to"))
    kinds = [
        each.my_chat_member.new_chat_member.status
        if each.my_chat_member
        else ("from" if each.message and each.message.migrate_from_chat_id else "to")
        for each in await bot.get_updates()
    ]
    assert kinds == ["left", "member", "from", "to"]
    for group in (quiet, new):
        await bot.send_message(group.id, "hello")


async def test_channels_speak_in_groups_and_their_posts_arrive_there(server: BotApiServer, bot: Bot) -> None:
    """A channel's face, a carried post, a group born with the bot, and an edited post come as Telegram sends them."""
    ada = server.person()
    channel = server.group("News", kind="channel", bot=None)
    channel.posts("/unheard")
    channel.adds_bot(ada, "administrator", can_post_messages=True)
    post = channel.posts("/updates all")
    channel.edits_post(post, "/updates off")
    group = server.group(kind="group", bot=None)
    group.is_made_with_bot(ada)
    group.says_as(channel, "/read")
    group.carries(channel, post)
    _, posted, edited, added, made, spoken, carried = await bot.get_updates()
    assert posted.channel_post is not None
    assert posted.channel_post.sender_chat == posted.channel_post.chat
    assert edited.edited_channel_post is not None
    assert added.my_chat_member is not None
    assert made.message is not None
    assert made.message.group_chat_created
    for update in (spoken, carried):
        assert update.message is not None
        assert update.message.sender_chat is not None
        assert update.message.sender_chat.id == channel.id
    assert carried.message is not None
    assert carried.message.is_automatic_forward
