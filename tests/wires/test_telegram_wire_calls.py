"""Every other call that Telegram does not take, and what only this server lacks: refused, in words, and recorded."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.wires.telegram import BotApiServer, Kind
from tests.wires.telegram.answers import Refusal
from tests.wires.telegram.caller import Caller
from tests.wires.telegram.entities import settle

ADA, GROUP, CHANNEL = 5_000_000_001, -1_002_000_000_001, -1_002_000_000_002
COMMANDS = [{"command": "read", "description": "Read"}]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A strict server with a person who has started the bot, a group and a channel."""
    async with BotApiServer() as running:
        running.person(id=ADA, started=True)
        running.group(id=GROUP)
        running.group(id=CHANNEL, kind="channel", bot="administrator", can_post_messages=True)
        yield running


def text(**more: Any) -> dict[str, Any]:
    """A message to Ada with something more."""
    return {"chat_id": ADA, "text": "a", **more}


def html(words: str) -> dict[str, Any]:
    """A message to Ada in HTML."""
    return {"chat_id": ADA, "text": words, "parse_mode": "HTML"}


def scope(**named: Any) -> dict[str, Any]:
    """A menu for a scope."""
    return {"commands": COMMANDS, "scope": named}


REFUSED: list[tuple[str, Kind, str, dict[str, Any]]] = [
    ("object expected as reply markup", Kind.MALFORMED, "sendMessage", text(reply_markup=[1])),
    ("unknown field in reply markup", Kind.MALFORMED, "sendMessage", text(reply_markup={"force_reply": True, "x": 1})),
    ("can't parse reply_markup JSON", Kind.MALFORMED, "sendMessage", text(reply_markup=r'{"a":"\ud83d"}')),
    ("message to be replied not found", Kind.STATE, "sendMessage", text(reply_parameters={"message_id": 9})),
    ("message to be replied not found", Kind.STATE, "sendMessage", text(reply_to_message_id=9)),
    ("another chat", Kind.UNSIMULATED, "sendMessage", text(reply_parameters={"message_id": 9, "chat_id": GROUP})),
    ("business_connection_id", Kind.UNSIMULATED, "sendMessage", text(business_connection_id="x")),
    ("parse_mode Markdown", Kind.UNSIMULATED, "sendMessage", text(parse_mode="MarkdownV2")),
    ('start tag "h1"', Kind.MALFORMED, "sendMessage", html("<h1>a</h1>")),
    ('end tag "i"', Kind.MALFORMED, "sendMessage", html("<b>a</i></b>")),
    ("inline messages", Kind.UNSIMULATED, "editMessageText", {"inline_message_id": "x", "text": "a"}),
    ("rich messages", Kind.UNSIMULATED, "editMessageText", text(message_id=9, rich_message={"html": "a"})),
    ("chat_id is empty", Kind.MALFORMED, "editMessageText", {"message_id": 9, "text": "a"}),
    ("message identifier is not given", Kind.MALFORMED, "editMessageText", text()),
    ("from 1 to 100", Kind.MALFORMED, "deleteMessages", {"chat_id": ADA, "message_ids": []}),
    ("from 1 to 100", Kind.MALFORMED, "deleteMessages", {"chat_id": ADA, "message_ids": list(range(101))}),
    ("must be numbers", Kind.MALFORMED, "deleteMessages", {"chat_id": ADA, "message_ids": ["9"]}),
    ("URL_INVALID", Kind.MALFORMED, "answerCallbackQuery", {"callback_query_id": "1", "url": "https://a.org"}),
    ("must be a group", Kind.MALFORMED, "setMyCommands", scope(type="chat_administrators", chat_id=ADA)),
    ("channel chats have no", Kind.MALFORMED, "setMyCommands", scope(type="chat", chat_id=CHANNEL)),
    ("user not found", Kind.STATE, "getChatMember", {"chat_id": GROUP, "user_id": 9}),
    ("no administrators in the private", Kind.STATE, "getChatAdministrators", {"chat_id": ADA}),
    ("return_bots", Kind.UNSIMULATED, "getChatAdministrators", {"chat_id": GROUP, "return_bots": True}),
    ("can't be changed in private", Kind.STATE, "leaveChat", {"chat_id": ADA}),
]


@pytest.mark.parametrize(("words", "kind", "method", "parameters"), REFUSED)
async def test_a_call_is_refused_for_its_own_reason(
    *, server: BotApiServer, call: Caller, words: str, kind: Kind, method: str, parameters: dict[str, Any]
) -> None:
    """Each refusal comes in its own words, of its own kind, and stands in the violations."""
    refused = await call(method, **parameters)
    assert words in refused["description"], refused
    assert [(each.kind, each.method, each.code) for each in server.violations] == [
        (kind, method, 501 if kind is Kind.UNSIMULATED else 400)
    ]


PART = b"--x\r\nContent-Disposition: form-data%s\r\n\r\n%s\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PART % (b"", b"a"), "can't parse multipart body"),
        (PART % (b'; name="text"', b"\xff"), "encoded in UTF-8"),
    ],
)
async def test_a_broken_multipart_body_is_refused(call: Caller, body: bytes, words: str) -> None:
    """A part without a name or in another encoding is refused, not guessed at."""
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    refused = await call.raw("sendMessage", data=body, headers=kind)
    assert words in refused["description"], refused


async def test_a_reply_carries_what_it_answers(server: BotApiServer, call: Caller) -> None:
    """A reply names its original; a lenient reply to what is gone goes without."""
    first = (await call("sendMessage", **text()))["result"]
    reply = {"message_id": first["message_id"]}
    assert (await call("sendMessage", **text(reply_parameters=reply)))["result"]["reply_to_message"] == first
    gone = {"message_id": 9, "allow_sending_without_reply": True}
    assert "reply_to_message" not in (await call("sendMessage", **text(reply_parameters=gone)))["result"]
    assert server.violations == []


def test_a_caption_has_its_own_limit() -> None:
    """The rules of texts hold for captions under a limit of 1,024 units."""
    assert settle("字" * 1024, [], 1024, "message caption") == ("字" * 1024, [])
    with pytest.raises(Refusal, match="message caption is too long"):
        settle("字" * 1025, [], 1024, "message caption")


async def test_a_fault_of_the_server_itself_shows(server: BotApiServer, call: Caller) -> None:
    """What breaks inside this server is answered 500 and stands in the violations, so that no test passes over it."""
    server.strict = False
    assert (await call("sendMessage", text="a"))["error_code"] == 500
    assert [each.kind for each in server.violations] == [Kind.UNSIMULATED]
