"""Buttons under a message: each with exactly one action that Telegram would take."""

from urllib.parse import urlsplit

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from pydantic import BaseModel, ValidationError

from tests.wires.telegram.answers import Json, malformed

MOST_BUTTONS = 100
MOST_DATA_BYTES = 64
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_BESIDE = frozenset({"text", "style", "icon_custom_emoji_id"})
_SORTS: dict[str, type[BaseModel]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}


def check(markup: object, *, inline_only: bool = False) -> Json | None:
    """The markup as Telegram keeps it, or None where nothing is left of it.

    aiogram's union lets a broken inline keyboard pass as some other markup, so each sort is validated as itself.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise malformed("object expected as reply markup")
    sort = next((name for name in _SORTS if name in markup), None)
    if sort is None or (inline_only and sort != "inline_keyboard"):
        raise malformed("can't parse reply keyboard markup JSON object")
    try:
        parsed = _SORTS[sort].model_validate(markup)
    except ValidationError as error:
        raise malformed(f"can't parse reply keyboard markup: {error.errors()[0]['msg']}") from error
    if parsed.model_extra:
        raise malformed(f"unknown field in reply markup: {next(iter(parsed.model_extra))}")
    if sort != "inline_keyboard":
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise malformed("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise malformed("inline keyboard button text must be non-empty")
    if unknown := button.keys() - _BESIDE - set(_ACTIONS):
        raise malformed(f"unknown field in inline keyboard button: {min(unknown)}")
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise malformed("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise malformed(f"can't parse inline keyboard button: more than one action: {', '.join(actions)}")
    if actions == ["callback_data"]:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_DATA_BYTES:
            raise malformed("BUTTON_DATA_INVALID")
    if actions == ["url"]:
        check_url(button["url"])


def check_url(url: str) -> None:
    """Refuses what no Telegram app could open from a button."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    whole = parts.scheme == "tg" or (parts.scheme in {"http", "https"} and "." in (parts.hostname or ""))
    if not whole or any(sign.isspace() for sign in url):
        raise malformed(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
