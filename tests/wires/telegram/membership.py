"""Who belongs to a chat, and in what standing."""

from typing import Any

from tests.wires.telegram.answers import Json, unsimulated, untimely
from tests.wires.telegram.registry import Call, method
from tests.wires.telegram.standing import MEMBER_RIGHTS, PRESENT, change_standing, make_member
from tests.wires.telegram.world import Chat, World

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def _group(chat: Chat, failure: str) -> Chat:
    if chat.kind == "private":
        raise untimely(failure)
    return chat


@method("getChat")
def get_chat(world: World, call: Call) -> Json:
    """All that the bot may know about a chat."""
    chat = world.enter_chat(call["chat_id"])
    full: dict[str, Any] = {
        **chat.brief,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if chat.kind in {"group", "supergroup"}:
        full["permissions"] = dict.fromkeys(MEMBER_RIGHTS, True) | {"can_send_messages": chat.members_write}
    return full


@method("getChatMember")
def get_chat_member(world: World, call: Call) -> Json:
    """One person's standing in a chat."""
    chat = world.enter_chat(call["chat_id"])
    user_id = call["user_id"]
    if chat.kind == "private" and user_id in {chat.chat_id, world.bot["id"]}:
        return make_member(world.people.get(user_id, world.bot), "member")
    own = chat.members.get(world.bot["id"], {}).get("status")
    if (chat.kind == "channel" or chat.members_hidden) and own != "administrator" and user_id != world.bot["id"]:
        raise untimely("member list is inaccessible" if chat.kind == "channel" else "CHAT_ADMIN_REQUIRED")
    if user_id in chat.members:
        return chat.members[user_id]
    if user_id in world.people:
        return make_member(world.people[user_id], "left")
    raise untimely("user not found")


@method("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """Those who may set things; of bots only this one."""
    if call.get("return_bots"):
        raise unsimulated("return_bots")
    chat = _group(world.enter_chat(call["chat_id"]), "there are no administrators in the private chat")
    admins = [each for each in chat.members.values() if each["status"] in {"creator", "administrator"}]
    return [each for each in admins if not each["user"]["is_bot"] or each["user"]["id"] == world.bot["id"]]


@method("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> int:
    """How many are there."""
    chat = world.enter_chat(call["chat_id"])
    if chat.kind == "private":
        return 2
    return sum(each["status"] in PRESENT for each in chat.members.values())


@method("leaveChat")
def leave_chat(world: World, call: Call) -> bool:
    """Go from a group or channel; the bot hears of it as it would if others had removed it."""
    chat = _group(world.enter_chat(call["chat_id"]), "chat member status can't be changed in private chats")
    change_standing(world, chat, world.bot, make_member(world.bot, "left"))
    return True
