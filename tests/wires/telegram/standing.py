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
)
_ADMIN_RIGHTS_BY_KIND = {
    "group": ("can_pin_messages",),
    "supergroup": ("can_pin_messages", "can_manage_topics"),
    "channel": ("can_post_messages", "can_edit_messages"),
}
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
    "can_edit_tag",
    "can_react_to_messages",
)
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


def rights_of(kind: str) -> tuple[str, ...]:
    """What an admin of such a chat may be allowed."""
    return (*_ADMIN_RIGHTS, *_ADMIN_RIGHTS_BY_KIND[kind])


def make_member(user: Json, status: str, kind: str = "supergroup", **rights: bool) -> Json:
    """A ChatMember of that status in a chat of that kind, with every field that Telegram sends along.

    Rights that are not given are not had; to ask for one that is none in such a chat is a mistake of the test.
    """
    member: Json = {"user": user, "status": status}
    if status == "creator":
        member |= {"is_anonymous": False}
    elif status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False}
        member |= {name: name == "can_manage_chat" for name in rights_of(kind)}
    elif status == "restricted":
        member |= {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
    elif status == "kicked":
        member |= {"until_date": 0}
    assert rights.keys() <= member.keys(), f"{rights} in a {kind} as {status}"
    return member | rights


def bar(world: World, chat: Chat) -> None:
    """Shut or open the door to the bot, and its mouth, as its standing in a group or channel has it."""
    bot = chat.members.get(world.bot["id"], {"status": "left"})
    chat.barrier = chat.silence = None
    if bot["status"] == "kicked":
        chat.barrier = partial(forbidden, f"bot was kicked from the {chat.kind} chat")
    elif bot["status"] not in PRESENT or not bot.get("is_member", True):
        chat.barrier = partial(forbidden, f"bot is not a member of the {chat.kind} chat")
    elif chat.kind == "channel":
        if not bot.get("can_post_messages"):
            chat.silence = partial(untimely, "need administrator rights in the channel chat")
    elif bot["status"] != "administrator" and not (chat.members_write and bot.get("can_send_messages", True)):
        chat.silence = partial(untimely, "not enough rights to send text messages to the chat")


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
