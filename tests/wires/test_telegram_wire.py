"""The Bot API server refuses what Telegram refuses, in its words, and takes the neighbour that is right."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.wires.telegram import BotApiServer, Kind
from tests.wires.telegram.caller import Caller

ADA = 5_000_000_001
WAVE = "\U0001f44b"
Pair = tuple[dict[str, Any], dict[str, Any]]
"""The parameters of a call that is refused, and of its neighbour that is taken."""


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A strict server with one person who has started the bot."""
    async with BotApiServer() as running:
        running.person(id=ADA, started=True)
        yield running


def styled(kind: str, offset: int | str, length: int, **more: Any) -> dict[str, Any]:
    """One entity."""
    return {"type": kind, "offset": offset, "length": length, **more}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    """One row of buttons."""
    return {"inline_keyboard": [list(buttons)]}


def button(**action: Any) -> dict[str, Any]:
    """One button under the label B."""
    return {"text": "B", **action}


def command(name: str = "read", description: str = "Read") -> dict[str, str]:
    """One entry of a menu."""
    return {"command": name, "description": description}


def told(wrong: dict[str, Any], right: dict[str, Any], text: str = "abcd") -> Pair:
    """Two messages of the same text, with other things beside it."""
    return {"text": text, **wrong}, {"text": text, **right}


def entities(wrong: list[dict[str, Any]], right: list[dict[str, Any]], text: str = "abcd") -> Pair:
    """Two messages of the same text, styled otherwise."""
    return told({"entities": wrong}, {"entities": right}, text)


def buttons(wrong: dict[str, Any], right: dict[str, Any]) -> Pair:
    """Two messages with one button each."""
    return told({"reply_markup": keyboard(wrong)}, {"reply_markup": keyboard(right)})


def rows(wrong: list[Any], right: list[Any]) -> Pair:
    """Two messages with whole keyboards."""
    return told({"reply_markup": {"inline_keyboard": wrong}}, {"reply_markup": {"inline_keyboard": right}})


BOLD = styled("bold", 1, 2)
DATA = button(callback_data="x")
LETTERS = [styled("bold", n, 1) for n in range(101)]
REFUSED_TEXTS: list[tuple[str, Pair]] = [
    ("unknown parameter", told({"colour": "red"}, {"disable_notification": True})),
    ("unknown field", told({"link_preview_options": {"off": True}}, {"link_preview_options": {"is_disabled": True}})),
    ("message text is empty", ({}, {"text": "a"})),
    ("message text is empty", ({"text": " \n\u200b"}, {"text": " a"})),
    ("parameter text is wrong", ({"text": ["a"]}, {"text": "['a']"})),
    ("must be a number", told({"message_thread_id": True}, {})),
    ("message is too long", ({"text": WAVE * 2048 + "a"}, {"text": WAVE * 2048})),
    ("message is too long", ({"text": "字" * 4097}, {"text": "字" * 4096})),
    ("message is too long", ({"text": "a" * 4096 + " b"}, {"text": "a" * 4096 + " "})),
    ("must be numbers", entities([styled("bold", "1", 2)], [BOLD])),
    ("ENTITY_BOUNDS_INVALID", entities([styled("bold", 2, 3)], [styled("bold", 2, 2)])),
    ("ENTITY_BOUNDS_INVALID", entities([styled("bold", -1, 2)], [styled("bold", 0, 2)])),
    ("ENTITY_BOUNDS_INVALID", entities([styled("bold", 1, 0)], [styled("bold", 1, 1)])),
    ("middle of a UTF-16 symbol", entities([styled("bold", 1, 2)], [styled("bold", 2, 1)], WAVE + "a")),
    ("middle of a UTF-16 symbol", entities([styled("bold", 0, 1)], [styled("bold", 0, 2)], WAVE + "a")),
    ("overlap without nesting", entities([styled("italic", 0, 2), BOLD], [styled("italic", 0, 3), BOLD])),
    ("can't be nested", entities([styled("blockquote", 0, 4), styled("blockquote", 1, 2)], [BOLD])),
    ("can't stand inside code", entities([styled("code", 0, 4), BOLD], [styled("blockquote", 0, 4), BOLD])),
    ("unsupported entity type", entities([styled("loud", 0, 4)], [styled("underline", 0, 4)])),
    ("without url", entities([styled("text_link", 0, 4)], [styled("text_link", 0, 4, url="https://a.org")])),
    ("ENTITIES_TOO_LONG", entities(LETTERS, LETTERS[:100], "a" * 101)),
    ("exclude each other", told({"parse_mode": "HTML", "entities": [BOLD]}, {"entities": [BOLD]})),
    ("Can't find end tag", ({"text": "<b>abcd", "parse_mode": "HTML"}, {"text": "<b>a</b>", "parse_mode": "html"})),
    ("Unsupported start tag", ({"text": "1 < 2", "parse_mode": "HTML"}, {"text": "1 &lt; 2", "parse_mode": "HTML"})),
    ("can't parse reply keyboard markup", rows([{"text": "B"}], [])),
    ("can't parse reply keyboard markup", rows([[{"callback_data": "x"}]], [[DATA]])),
    ("reply keyboard markup", told({"reply_markup": {"rows": []}}, {"reply_markup": {"remove_keyboard": True}})),
    ("unknown field in inline keyboard button", buttons(button(data="x"), DATA)),
    ("Text buttons are unallowed", buttons(button(), button(url="https://a.org"))),
    ("more than one action", buttons(button(callback_data="x", url="https://a.org"), DATA)),
    ("text must be non-empty", buttons({"text": " ", "callback_data": "x"}, DATA)),
    ("BUTTON_DATA_INVALID", buttons(button(callback_data=""), DATA)),
    ("BUTTON_DATA_INVALID", buttons(button(callback_data="字" * 22), button(callback_data="字" * 21))),
    ("Wrong HTTP URL", buttons(button(url="ftp://a.org"), button(url="tg://user?id=1"))),
    ("REPLY_MARKUP_TOO_LONG", rows([[DATA]] * 101, [[DATA]] * 100)),
]


@pytest.mark.parametrize(("words", "pair"), REFUSED_TEXTS)
async def test_a_broken_message_is_refused_and_its_neighbour_taken(
    server: BotApiServer, call: Caller, words: str, pair: Pair
) -> None:
    """Each rule on messages refuses with 400, shows nothing to the person, is recorded, and spares what is right."""
    wrong, right = pair
    refused = await call("sendMessage", chat_id=ADA, **wrong)
    assert (refused["error_code"], words in refused["description"]) == (400, True), refused
    assert [violation.kind for violation in server.broken_rules()] == [Kind.MALFORMED]
    assert not server.world.chats[ADA].messages
    assert (await call("sendMessage", chat_id=ADA, **right))["ok"]
    assert len(server.violations) == 1


def menu(wrong: list[dict[str, str]], right: list[dict[str, str]]) -> Pair:
    """Two menus."""
    return {"commands": wrong}, {"commands": right}


def menus(wrong: dict[str, Any], right: dict[str, Any]) -> Pair:
    """The same menu for another scope or language."""
    return {"commands": [command()], **wrong}, {"commands": [command()], **right}


def scoped(**scope: Any) -> dict[str, Any]:
    """A scope of commands."""
    return {"scope": scope}


HUNDRED = [command(f"c{n}") for n in range(101)]
REFUSED_PROFILES: list[tuple[str, str, Pair]] = [
    ("BOT_COMMAND_INVALID", "setMyCommands", menu([command("Read")], [command("read_2")])),
    ("BOT_COMMAND_INVALID", "setMyCommands", menu([command("a" * 33)], [command("a" * 32)])),
    ("BOT_COMMAND_DESC", "setMyCommands", menu([command(description=" ")], [command()])),
    ("BOT_COMMAND_DESC", "setMyCommands", menu([command(description="d" * 257)], [command(description="d" * 256)])),
    ("BOT_COMMANDS_TOO_MUCH", "setMyCommands", menu(HUNDRED, HUNDRED[:100])),
    ("BOT_COMMAND_DUPLICATE", "setMyCommands", menu([command(), command()], [command(), command("next")])),
    ("invalid language code", "setMyCommands", menus({"language_code": "zh-Hant"}, {"language_code": "zh"})),
    ("scope", "setMyCommands", menus(scoped(type="nobody"), scoped(type="all_private_chats"))),
    ("chat not found", "setMyCommands", menus(scoped(type="chat", chat_id=5), scoped(type="chat", chat_id=ADA))),
    ("name is too long", "setMyName", ({"name": "n" * 65}, {"name": "n" * 64, "language_code": "zh"})),
    ("description is too long", "setMyDescription", ({"description": "d" * 513}, {"description": "d" * 512})),
    ("too long", "setMyShortDescription", ({"short_description": "d" * 121}, {"short_description": "d" * 120})),
    ("bad webhook", "setWebhook", ({"url": "http://a.org"}, {"url": ""})),
]


@pytest.mark.parametrize(("words", "method", "pair"), REFUSED_PROFILES)
async def test_a_broken_profile_is_refused_and_its_neighbour_taken(
    call: Caller, words: str, method: str, pair: Pair
) -> None:
    """Each rule on menus, names and descriptions refuses with 400 and spares what is right."""
    wrong, right = pair
    refused = await call(method, **wrong)
    assert (refused["error_code"], words in refused["description"]) == (400, True), refused
    assert (await call(method, **right))["result"] is True


@pytest.mark.parametrize(
    ("token", "code"),
    [("7204561839:AAF-another_token_of_the_same_account", 401), ("1:short", 404), ("nonsense", 404)],
)
async def test_another_token_is_refused(server: BotApiServer, token: str, code: int) -> None:
    """A wrong token meets 401, what is no token at all 404; nothing else of the call is looked at."""
    async with Caller(server, token) as caller:
        assert (await caller("getMe"))["error_code"] == code
    assert [violation.kind for violation in server.violations] == [Kind.CREDENTIAL]


async def test_a_revoked_token_ends_everything(server: BotApiServer, call: Caller) -> None:
    """From the moment of revocation every call meets 401, until the new token comes."""
    assert (await call("getMe"))["result"]["username"] == "solidarity_test_bot"
    server.revoke_token("7204561839:new")
    assert await call("getMe") == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with Caller(server, "7204561839:new") as renewed:
        assert (await renewed("getMe"))["ok"]


async def test_unknown_and_unsimulated_methods_are_told_apart(server: BotApiServer, call: Caller) -> None:
    """A method that Telegram lacks is 404; one that only this server lacks is 501 and shows in the violations."""
    assert (await call("sendMesage"))["error_code"] == 404
    assert (await call("sendDice", chat_id=ADA))["error_code"] == 501
    assert [violation.kind for violation in server.violations] == [Kind.MALFORMED, Kind.UNSIMULATED]


@pytest.mark.parametrize("name", ["sendMessage", "sendmessage", "SENDMESSAGE"])
async def test_every_form_of_a_request_says_the_same(server: BotApiServer, call: Caller, name: str) -> None:
    """JSON, form, multipart and a query by GET are read alike, whatever the case of the method's name."""
    markup = '{"inline_keyboard":[[{"text":"B","callback_data":"x"}]]}'
    fields = {"chat_id": str(ADA), "text": "七", "disable_notification": "true", "reply_markup": markup}
    multipart = aiohttp.FormData(default_to_multipart=True)
    for field, value in fields.items():
        multipart.add_field(field, value)
    requests: list[dict[str, Any]] = [{"json": fields}, {"data": fields}, {"data": multipart}]
    for request in [*requests, {"verb": "GET", "params": fields}]:
        assert (await call.raw(name, **request))["result"]["text"] == "七"
    seen = [each.seen() for each in server.world.chats[ADA].messages.values()]
    assert [(each.silent, each.buttons[0][0].data) for each in seen] == [(True, "x")] * 4


@pytest.mark.parametrize(
    ("request_body", "words"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "can't parse JSON-encoded body"),
        ({"data": b"[]", "headers": {"Content-Type": "application/json"}}, "an object is expected"),
        ({"data": rb'{"text":"\ud83d"}', "headers": {"Content-Type": "application/json"}}, "encoded in UTF-8"),
        ({"data": b"text=%FF", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, "UTF-8"),
        ({"data": b"hello", "headers": {"Content-Type": "text/plain"}}, 'content type "text/plain" is not read'),
        ({"data": {"chat_id": "1", "text": "a", "entities": "["}}, "can't parse entities JSON object"),
    ],
)
async def test_a_broken_body_is_refused(call: Caller, request_body: dict[str, Any], words: str) -> None:
    """A body that Telegram cannot read meets 400 in words that say why."""
    refused = await call.raw("sendMessage", **request_body)
    assert (refused["error_code"], words in refused["description"]) == (400, True), refused


async def test_blank_ends_are_trimmed_and_entities_moved(server: BotApiServer, call: Caller) -> None:
    """Telegram keeps a text without its blank ends; an entity keeps covering the same words."""
    sent = await call("sendMessage", chat_id=ADA, text="\n a bold \n", entities=[styled("bold", 4, 6)])
    assert (sent["result"]["text"], sent["result"]["entities"]) == ("a bold", [styled("bold", 2, 4)])
    assert server.violations == []
