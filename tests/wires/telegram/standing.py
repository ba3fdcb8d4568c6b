"""Who stands how in a chat, and what the bot hears when that changes."""

from functools import partial

from tests.wires.telegram.answers import Json, forbidden, untimely
from tests.wires.telegram.world import Chat, World

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
)
MEMBER_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


def make_member(user: Json, status: str, **rights: bool) -> Json:
    """A ChatMember of that status, with every field that Telegram sends along."""
    member: Json = {"user": user, "status": status}
    if status == "creator":
        member |= {"is_anonymous": False}
    elif status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False}
        member |= {name: name == "can_manage_chat" for name in _ADMIN_RIGHTS}
    elif status == "restricted":
        member |= {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
    elif status == "kicked":
        member |= {"until_date": 0}
    return member | rights


def bar(world: World, chat: Chat) -> None:
    """Shut or open the door to the bot, as its standing in a group or channel has it."""
    bot = chat.members.get(world.bot["id"], {"status": "left"})
    what = "group" if chat.kind == "group" else chat.kind
    if bot["status"] == "kicked":
        chat.barrier = partial(forbidden, f"bot was kicked from the {what} chat")
    elif bot["status"] == "left":
        chat.barrier = partial(forbidden, f"bot is not a member of the {what} chat")
    elif chat.kind == "channel" and not bot.get("can_post_messages"):
        chat.barrier = partial(untimely, "need administrator rights in the channel chat")
    elif bot["status"] == "restricted" and not bot.get("can_send_messages"):
        chat.barrier = partial(untimely, "not enough rights to send text messages to the chat")
    else:
        chat.barrier = None


def change_standing(world: World, chat: Chat, by: Json, member: Json) -> None:
    """Give somebody another standing. The bot hears of its own always, of others' where it is an admin."""
    user = member["user"]
    before = chat.members.get(user["id"], make_member(user, "left"))
    chat.members[user["id"]] = member
    told = {
        "chat": chat.brief,
        "from": by,
        "date": world.now(),
        "old_chat_member": before,
        "new_chat_member": member,
    }
    bot_id = world.bot["id"]
    if user["id"] == bot_id:
        bar(world, chat)
        world.updates.add("my_chat_member", told)
    elif chat.members.get(bot_id, {}).get("status") == "administrator":
        world.updates.add("chat_member", told)
