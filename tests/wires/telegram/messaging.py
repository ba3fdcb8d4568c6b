"""What the bot says: messages sent, edited and deleted, presses answered."""

import re
from typing import Any

from tests.wires.telegram import entities, keyboards, markup
from tests.wires.telegram.answers import Json, malformed, unsimulated, untimely
from tests.wires.telegram.registry import Call, method
from tests.wires.telegram.seen import Toast
from tests.wires.telegram.world import Chat, Stored, World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_TOAST = 200
DELETABLE_SECONDS = 48 * 3600
PRESS_SECONDS = 15 * 60
"""How long a press waits for its answer on this server; Telegram names no figure, clients give up far sooner."""
_BESIDE_TEXT = ("suggested_post_parameters", "business_connection_id", "direct_messages_topic_id", "rich_message")


def format_text(call: Call, name: str = "text", limit: int = LONGEST_TEXT) -> tuple[str, list[Json]]:
    """A call's text and entities as Telegram keeps them; captions by the same rules under their own limit."""
    listed = "entities" if name == "text" else f"{name}_entities"
    text, given = call.get(name, ""), call.get(listed, [])
    entities.reject_both(call.get("parse_mode"), given)
    if call.get("parse_mode"):
        text, given = markup.parse(text, call["parse_mode"])
    if not call.strict:
        return text, given
    return entities.settle(text, given, limit, "message" if name == "text" else "message caption")


def format_markup(call: Call, *, inline_only: bool = False) -> Json | None:
    """A call's buttons as Telegram keeps them."""
    given = call.get("reply_markup")
    return keyboards.check(given, inline_only=inline_only) if call.strict else given


def begin_message(world: World, call: Call) -> tuple[Chat, Json]:
    """The chat to write to and the head of a new message: all that text, photos and documents have in common."""
    for name in _BESIDE_TEXT:
        if call.get(name) is not None:
            raise unsimulated(f"{name} in {call.name}")
    chat = world.open_chat(call["chat_id"])
    reply_markup = format_markup(call)
    message: Json = {"message_id": 0}
    message |= {"sender_chat": chat.brief} if chat.kind == "channel" else {"from": world.bot}
    message |= {"chat": chat.brief, "date": world.now()}
    thread = call.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise untimely("message thread not found")
    if thread in chat.closed and not chat.members[world.bot["id"]].get("can_manage_topics"):
        raise untimely("TOPIC_CLOSED")
    if thread is not None:
        message |= {"message_thread_id": thread, "is_topic_message": True}
    if call.get("protect_content"):
        message["has_protected_content"] = True
    _add_reply(chat, call, message)
    if reply_markup is not None and "inline_keyboard" in reply_markup:
        message["reply_markup"] = reply_markup
    return chat, message


def _add_reply(chat: Chat, call: Call, message: Json) -> None:
    reply = dict(call.get("reply_parameters") or {})
    if call.get("reply_to_message_id") is not None:
        lenient = call.get("allow_sending_without_reply", False)
        reply = {"message_id": call["reply_to_message_id"], "allow_sending_without_reply": lenient}
    if not reply:
        return
    if "message_id" not in reply or reply.get("chat_id", chat.chat_id) != chat.chat_id:
        raise unsimulated("replies into another chat")
    original = chat.messages.get(reply["message_id"])
    if original is not None:
        message["reply_to_message"] = {k: v for k, v in original.raw.items() if k != "reply_to_message"}
    elif not reply.get("allow_sending_without_reply"):
        raise untimely("message to be replied not found")


def send(world: World, chat: Chat, message: Json, call: Call) -> Json:
    """Give the message its number and let it stand."""
    message["message_id"] = world.next_message_id(chat)
    world.put(chat, message, mine=True, silent=bool(call.get("disable_notification")))
    return message


def _add_text(call: Call, message: Json, text: str, found: list[Json]) -> None:
    message["text"] = text
    if found:
        message["entities"] = found
    if call.get("link_preview_options"):
        message["link_preview_options"] = call["link_preview_options"]


@method("sendMessage", paced=True)
def send_message(world: World, call: Call) -> Json:
    """A new text."""
    text, found = format_text(call)
    chat, message = begin_message(world, call)
    _add_text(call, message, entities.require(text), found)
    return send(world, chat, message, call)


def _editable(world: World, call: Call) -> tuple[Chat, Stored]:
    """The bot's own message that a call names."""
    if call.get("inline_message_id") is not None:
        raise unsimulated("inline messages")
    for name, text in (("chat_id", "chat_id is empty"), ("message_id", "message identifier is not given")):
        if call.get(name) is None:
            raise malformed(text)
    chat = world.open_chat(call["chat_id"])
    stored = chat.messages.get(call["message_id"])
    if stored is None:
        raise untimely("message to edit not found")
    if not stored.mine:
        raise untimely("message can't be edited")
    return chat, stored


def _edited(world: World, chat: Chat, stored: Stored, changes: Json) -> Json:
    """Put the changed version in the message's place. A key that is None is taken away."""
    old = stored.raw
    entities.unchanged(old, changes, tuple(changes))
    new = {**old, **changes, "edit_date": world.now()}
    new = {name: value for name, value in new.items() if value is not None}
    world.replace(chat, new)
    return new


@method("editMessageText", paced=True)
def edit_message_text(world: World, call: Call) -> Json:
    """Another text, and with it other buttons (none given: none stay)."""
    if call.get("rich_message") is not None:
        raise unsimulated("rich messages")
    text, found = format_text(call)
    reply_markup = format_markup(call, inline_only=True)
    entities.require(text)
    chat, stored = _editable(world, call)
    changes: Json = {"text": text, "entities": found or None, "reply_markup": reply_markup}
    if call.get("link_preview_options"):
        changes["link_preview_options"] = call["link_preview_options"]
    return _edited(world, chat, stored, changes)


@method("editMessageReplyMarkup", paced=True)
def edit_message_reply_markup(world: World, call: Call) -> Json:
    """Other buttons under the same text."""
    reply_markup = format_markup(call, inline_only=True)
    chat, stored = _editable(world, call)
    return _edited(world, chat, stored, {"reply_markup": reply_markup})


def _reach(world: World, call: Call) -> Chat:
    """The chat to delete in: of groups and channels one that the bot is in."""
    chat = world.chat(call["chat_id"])
    return chat if chat.kind == "private" else world.enter_chat(call["chat_id"])


def _check_deletable(world: World, chat: Chat, stored: Stored) -> None:
    """A bot deletes what is younger than 48 hours: its own, and others' in private or with the right to."""
    own_right = chat.members.get(world.bot["id"], {}).get("can_delete_messages", False)
    allowed = stored.mine or chat.kind == "private" or own_right
    if not allowed or world.now() - stored.raw["date"] >= DELETABLE_SECONDS:
        raise untimely("message can't be deleted")


@method("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    """Take one message away for everybody."""
    chat = _reach(world, call)
    stored = chat.messages.get(call["message_id"])
    if stored is None:
        raise untimely("message to delete not found")
    _check_deletable(world, chat, stored)
    del chat.messages[call["message_id"]]
    world.announce()
    return True


@method("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    """Take up to a hundred away. Unknown ones are skipped, as documented; one that can't be deleted spares all."""
    if not 1 <= len(call["message_ids"]) <= 100:
        raise malformed("from 1 to 100 message identifiers must be given")
    if not all(isinstance(number, int) for number in call["message_ids"]):
        raise malformed("message identifiers must be numbers")
    chat = _reach(world, call)
    found = [number for number in dict.fromkeys(call["message_ids"]) if number in chat.messages]
    for number in found:
        _check_deletable(world, chat, chat.messages[number])
    for number in found:
        del chat.messages[number]
    world.announce()
    return True


@method("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    """End the spinner of a press, once, with a line or without."""
    if entities.measure(call.get("text", "")) > LONGEST_TOAST:
        raise malformed("MESSAGE_TOO_LONG")
    link = re.escape(world.bot["username"])
    if call.get("url") and not re.fullmatch(rf"(https?://)?t\.me/{link}\?start=[\w-]{{1,64}}", call["url"]):
        raise malformed("URL_INVALID")
    press = world.presses.get(call["callback_query_id"])
    if press is None or press.toast is not None or world.now() - press.at > PRESS_SECONDS:
        raise untimely("query is too old and response timeout expired or query ID is invalid")
    text: Any = call.get("text") or None
    press.toast = Toast(text=text, alert=bool(call.get("show_alert")))
    world.announce()
    return True


@method("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    """Says that the bot is typing; nothing stays of it."""
    world.open_chat(call["chat_id"])
    return True
