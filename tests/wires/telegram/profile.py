"""What the bot tells about itself: its account, name, descriptions, and menus of commands."""

import json
import re

from tests.wires.telegram.answers import Json, malformed
from tests.wires.telegram.registry import Call, method
from tests.wires.telegram.standing import rights_of
from tests.wires.telegram.world import World

MOST_COMMANDS = 100
LONGEST_COMMAND_DESCRIPTION = 256
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_SHORT_DESCRIPTION = 64, 512, 120
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")


@method("getMe")
def get_me(world: World, _call: Call) -> Json:
    """The bot's own account."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**world.bot, **abilities}


def _language(call: Call) -> str:
    code = str(call.get("language_code", ""))
    if not _LANGUAGE.fullmatch(code):
        raise malformed("invalid language code specified")
    return code


def _scope(world: World, call: Call) -> str:
    scope: Json = call.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = world.chat(_number(scope["chat_id"]))
        if chat.kind != "private":
            world.enter_chat(chat.chat_id)
        if scope["type"] != "chat" and chat.kind not in {"group", "supergroup"}:
            raise malformed("chat_id of this scope must be a group")
        if chat.kind == "channel":
            raise malformed("channel chats have no commands")
        scope = {**scope, "chat_id": chat.chat_id}
    return scope_key(scope)


def _number(chat_id: int | str) -> int | str:
    return int(chat_id) if re.fullmatch(r"-?[0-9]+", str(chat_id)) else chat_id


def scope_key(scope: Json) -> str:
    """One spelling for each scope."""
    return json.dumps(scope, sort_keys=True)


@method("setMyCommands")
def set_my_commands(world: World, call: Call) -> bool:
    """One menu, for one scope and language."""
    language = _language(call)
    commands = call["commands"]
    if len(commands) > MOST_COMMANDS:
        raise malformed("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not _COMMAND.fullmatch(each["command"]):
            raise malformed("BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"].strip()) <= LONGEST_COMMAND_DESCRIPTION:
            raise malformed("BOT_COMMAND_DESCRIPTION_INVALID")
    if len({each["command"] for each in commands}) < len(commands):
        raise malformed("BOT_COMMAND_DUPLICATE")
    world.profile.commands[_scope(world, call), language] = commands
    return True


@method("getMyCommands")
def get_my_commands(world: World, call: Call) -> list[Json]:
    """Exactly that scope's and language's menu; empty where none is set."""
    return world.profile.commands.get((_scope(world, call), _language(call)), [])


@method("deleteMyCommands")
def delete_my_commands(world: World, call: Call) -> bool:
    """Let the next wider scope show through."""
    world.profile.commands.pop((_scope(world, call), _language(call)), None)
    return True


def visible_commands(world: World, chat_id: int, user_id: int, language: str) -> list[Json]:
    """The menu that this person's app shows in this chat: the narrowest scope, its language before the default."""
    group = chat_id < 0
    everywhere = "all_group_chats" if group else "all_private_chats"
    scopes: list[Json] = [{"type": "chat", "chat_id": chat_id}, {"type": everywhere}, {"type": "default"}]
    if group:
        scopes.insert(0, {"type": "chat_member", "chat_id": chat_id, "user_id": user_id})
        if world.chat(chat_id).members.get(user_id, {}).get("status") in {"creator", "administrator"}:
            scopes.insert(1, {"type": "chat_administrators", "chat_id": chat_id})
            scopes.insert(3, {"type": "all_chat_administrators"})
    for scope in scopes:
        for code in (language[:2].lower(), ""):
            if found := world.profile.commands.get((scope_key(scope), code)):
                return found
    return []


@method("setMyDefaultAdministratorRights")
def set_my_default_administrator_rights(world: World, call: Call) -> bool:
    """The rights that apps propose where somebody makes the bot an admin; none given: none are proposed."""
    given: Json = call.get("rights") or {}
    granted = {name for name, each in given.items() if each}
    world.profile.rights[_rights_kind(call)] = granted | ({"can_manage_chat"} if granted else set())
    return True


@method("getMyDefaultAdministratorRights")
def get_my_default_administrator_rights(world: World, call: Call) -> Json:
    """What is proposed now, with every right that a chat of that kind knows."""
    kind = _rights_kind(call)
    proposed = world.profile.rights.get(kind, set())
    return {name: name in proposed for name in ("is_anonymous", *rights_of(kind))}


def _rights_kind(call: Call) -> str:
    return "channel" if call.get("for_channels") else "supergroup"


def _set(kept: dict[str, str], call: Call, name: str, limit: int) -> bool:
    language, text = _language(call), str(call.get(name, ""))
    if len(text) > limit:
        raise malformed(f"{name} is too long")
    if text:
        kept[language] = text
    else:
        kept.pop(language, None)
    return True


def _get(kept: dict[str, str], call: Call, name: str, otherwise: str = "") -> Json:
    return {name: kept.get(_language(call), kept.get("", otherwise))}


@method("setMyName")
def set_my_name(world: World, call: Call) -> bool:
    """The name in one language; empty takes it back."""
    return _set(world.profile.names, call, "name", LONGEST_NAME)


@method("getMyName")
def get_my_name(world: World, call: Call) -> Json:
    """The name that people of this language see."""
    return _get(world.profile.names, call, "name", world.bot["first_name"])


@method("setMyDescription")
def set_my_description(world: World, call: Call) -> bool:
    """What an empty chat shows."""
    return _set(world.profile.descriptions, call, "description", LONGEST_DESCRIPTION)


@method("getMyDescription")
def get_my_description(world: World, call: Call) -> Json:
    """What an empty chat shows to people of this language."""
    return _get(world.profile.descriptions, call, "description")


@method("setMyShortDescription")
def set_my_short_description(world: World, call: Call) -> bool:
    """What the bot's page shows."""
    return _set(world.profile.short_descriptions, call, "short_description", LONGEST_SHORT_DESCRIPTION)


@method("getMyShortDescription")
def get_my_short_description(world: World, call: Call) -> Json:
    """What the bot's page shows to people of this language."""
    return _get(world.profile.short_descriptions, call, "short_description")
