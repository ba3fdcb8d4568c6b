"""What is understood of an update, and what is not for this bot."""

from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.platforms.telegram import incoming
from bot.platforms.telegram.incoming import Me

ME = Me(7, "Solidarity_bot")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
LETTERS = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
NEWS = {"id": -200, "type": "channel", "title": "News"}
ADA = {"id": 5, "is_bot": False, "first_name": "Ada", "language_code": "zh-hant"}


def understand(update: dict[str, Any], me: Me) -> Ask | None:
    """The one ask in an update; None where there is none."""
    asks = incoming.understand(update, me)
    assert len(asks) <= 1
    return asks[0] if asks else None


def make_update(text: Any = None, *, chat: Any = "private", **more: Any) -> dict[str, Any]:
    """A message update as Telegram builds it."""
    place = {"id": 5 if chat == "private" else -100, "type": chat}
    message = {"message_id": 3, "from": ADA, "chat": place, "date": 1, **more}
    if text is not None:
        message["text"] = text
    return {"update_id": 11, "message": message}


def make_press(data: str | None, *, chat: str = "private", date: int = 1, **more: Any) -> dict[str, Any]:
    """A pressed button."""
    place = {"id": 5 if chat == "private" else -100, "type": chat}
    message = {"message_id": 3, "chat": place, "date": date, **more}
    query = {"id": "99", "from": ADA, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": 11, "callback_query": {name: value for name, value in query.items() if value is not None}}


@pytest.mark.parametrize(
    ("said", "text", "addressed"),
    [
        ("/read 3", "read 3", True),
        ("/Read@solidarity_BOT 3", "Read 3", True),
        ("/read@Solidarity_bot", "read", True),
        ("／read ３", "read ３", True),
        ("/read＠solidarity_bot ３", "read ３", True),
        ("!read 3", "read 3", True),
        ("！read 3", "read 3", True),
        ("  /read 3", "read 3", True),
        ("/announce@solidarity_bot two\n  lines @else", "announce two\n  lines @else", True),
        ("/invite me@example.org", "invite me@example.org", True),
        ("read 3", "read 3", False),
        ("繁體", "繁體", False),
        ("/", "", True),
    ],
)
def test_text_is_heard_without_sigil_and_name(said: str, text: str, addressed: bool) -> None:
    """Sigil and the bot's own name are taken off, in any case and width; what follows stays as typed."""
    ask = understand(make_update(said), ME)
    assert ask is not None
    assert (ask.text, ask.addressed, ask.pressed) == (text, addressed, False)


def test_private_message_says_where_it_was_said() -> None:
    """Id, chat and reported language are taken over; the speaker of a private chat is the chat itself."""
    ask = understand(make_update("/read 3"), ME)
    assert ask is not None
    assert (ask.id, ask.address, ask.kind) == ("11", Address("telegram", "5"), ChatKind.PRIVATE)
    assert (ask.speaker, ask.reports, ask.panel, ask.receipt) == (None, "zh-hant", None, None)


@pytest.mark.parametrize(
    "update",
    [
        make_update("/read@other_bot 3"),
        make_update("！read＠other_bot"),
        make_update("hello all", chat="supergroup"),
        make_update(None, chat="group", photo=[]),
        make_update("/read", **{"from": {**ADA, "is_bot": True}}),
        {"update_id": 11, "edited_message": make_update("/read")["message"]},
        {"update_id": 11, "edited_channel_post": make_update("/read", chat="channel")["message"]},
        make_update("!ban ada", chat="supergroup"),
        make_update("/read", chat="supergroup", via_bot={"id": 4, "is_bot": True, "first_name": "Gifs"}),
        make_update("/forget_me", chat="group", forward_origin={"type": "user", "date": 1}),
        make_update("/read", chat="supergroup", **{"from": LETTERS}, is_automatic_forward=True, sender_chat=NEWS),
        make_update("/settings", chat="supergroup", **{"from": ANONYMOUS}),
        make_update("/settings", chat="supergroup", **{"from": ANONYMOUS}, sender_chat=NEWS),
        make_update("/settings", chat="supergroup", **{"from": CHANNEL_BOT}),
        make_update(None, chat="group", group_chat_created=True),
        make_update(None, chat="supergroup", new_chat_members=[]),
        make_update(None, chat="supergroup", left_chat_member={}),
        make_update(None, pinned_message={}),
        make_update(None, message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        make_press(None),
        {"update_id": 11, "callback_query": {"id": "9", "from": ADA, "inline_message_id": "x", "data": "read"}},
    ],
)
def test_what_is_not_for_this_bot_is_no_ask(update: dict[str, Any]) -> None:
    """Other bots' commands, other bots, talk among people, edits and Telegram's own notices are not heard."""
    assert understand(update, ME) is None


def test_message_without_sender_is_no_ask() -> None:
    """A post in a channel's name has nobody to answer."""
    update = make_update("/read", chat="channel")
    del update["message"]["from"]
    assert understand(update, ME) is None


@pytest.mark.parametrize("sort", ["photo", "sticker", "voice", "document", "location"])
def test_wordless_message_is_heard_as_no_words(sort: str) -> None:
    """What a person sends instead of text is heard, as text that is no command; a caption does not count."""
    ask = understand(make_update(None, caption="/read 3", **{sort: {}}), ME)
    assert ask is not None
    assert (ask.text, ask.addressed, ask.id) == ("", False, "11")


def test_album_is_one_ask() -> None:
    """The pictures of an album come one by one and share an id, so that they are answered once."""
    first = understand(make_update(None, photo=[], media_group_id="77"), ME)
    second = understand({**make_update(None, photo=[], media_group_id="77"), "update_id": 12}, ME)
    assert first is not None
    assert second is not None
    assert first.id == second.id == "album:77"


def test_group_command_names_its_speaker_and_topic() -> None:
    """In a group a command is heard with who spoke, and in which topic; a thread of replies is no topic."""
    heard = understand(make_update("/read", chat="supergroup", message_thread_id=8, is_topic_message=True), ME)
    thread = understand(make_update("/read", chat="group", message_thread_id=8), ME)
    assert heard is not None
    assert thread is not None
    assert (heard.address, heard.kind, heard.speaker) == (Address("telegram", "-100", "8"), ChatKind.GROUP, "5")
    assert thread.address == Address("telegram", "-100")


def test_anonymous_admin_is_heard() -> None:
    """An admin who speaks in the group's name comes as a bot with the group itself behind it, and is heard."""
    group = {"id": -100, "type": "supergroup"}
    ask = understand(make_update("/settings", chat="supergroup", **{"from": ANONYMOUS}, sender_chat=group), ME)
    assert ask is not None
    assert (ask.speaker, ask.may_set) == ("1087968824", None)


def test_who_speaks_as_a_channel_is_heard_as_nobody_in_particular() -> None:
    """Somebody with a channel's face may read, and is not taken for the group or any person in it."""
    ask = understand(make_update("/read", chat="supergroup", **{"from": CHANNEL_BOT}, sender_chat=NEWS), ME)
    assert ask is not None
    assert (ask.speaker, ask.may_set) == ("136817688", None)


@pytest.mark.parametrize(
    "given",
    [
        {"via_bot": {"id": 4, "is_bot": True, "first_name": "Gifs"}},
        {"forward_origin": {"type": "user", "date": 1}},
    ],
)
def test_what_a_person_passes_on_is_said_in_their_own_chat(given: dict[str, Any]) -> None:
    """In a private chat whatever a person sends is theirs to say."""
    ask = understand(make_update("/read 3", **given), ME)
    assert ask is not None
    assert ask.text == "read 3"


def make_post(text: str, **more: Any) -> dict[str, Any]:
    """Something posted in a channel, by the channel itself unless told otherwise."""
    return {"update_id": 11, "channel_post": {"message_id": 3, "chat": NEWS, "sender_chat": NEWS, "text": text, **more}}


def test_a_channels_own_command_may_set_it() -> None:
    """Whoever posts as the channel is its admin; the post has no speaker."""
    ask = understand(make_post("/updates@solidarity_bot all"), ME)
    assert ask is not None
    assert (ask.address, ask.kind, ask.text) == (Address("telegram", "-200"), ChatKind.CHANNEL, "updates all")
    assert (ask.speaker, ask.may_set, ask.addressed) == (None, True, True)


@pytest.mark.parametrize(
    "update",
    [
        make_post("updates all"),
        make_post("/updates@other_bot all"),
        make_post("/updates all", sender_chat={"id": -300, "type": "channel"}),
        make_post("/updates all", forward_origin={"type": "channel", "date": 1}),
        make_post("/updates all", via_bot={"id": 4, "is_bot": True, "first_name": "Gifs"}),
    ],
)
def test_other_posts_of_a_channel_are_not_heard(update: dict[str, Any]) -> None:
    """Posts without a command, for another bot, of another channel, passed on, or made by another bot are talk."""
    assert understand(update, ME) is None


def test_press_is_the_command_on_its_button() -> None:
    """A press carries its command, the panel's reference, and what acknowledges it."""
    ask = understand(make_press("read 2"), ME)
    assert ask is not None
    assert (ask.text, ask.addressed, ask.pressed) == ("read 2", True, True)
    assert (ask.panel, ask.receipt, ask.kind, ask.reports) == ("5:3", "99", ChatKind.PRIVATE, "zh-hant")


def test_press_in_a_group_names_its_speaker_and_topic() -> None:
    """A press in a group's topic comes from there."""
    ask = understand(make_press("read 2", chat="supergroup", message_thread_id=8, is_topic_message=True), ME)
    assert ask is not None
    assert (ask.address, ask.kind) == (Address("telegram", "-100", "8"), ChatKind.GROUP)
    assert (ask.speaker, ask.panel) == ("5", "-100:3")


def test_press_on_inaccessible_message_has_no_panel() -> None:
    """A message that Telegram dates 0 cannot be edited: the press has no panel."""
    ask = understand(make_press("read 2", date=0), ME)
    assert ask is not None
    assert ask.panel is None


@pytest.mark.parametrize(
    "update", [{"message": {}}, {"update_id": 1, "message": None}, {"update_id": 1, "message": []}]
)
def test_misbuilt_update_raises_what_the_poll_expects(update: dict[str, Any]) -> None:
    """An update that is not built as Telegram builds them raises one of three known errors."""
    with pytest.raises((LookupError, TypeError, AttributeError)):
        understand(update, ME)


@pytest.mark.parametrize("text", ["Words of somebody else's", "/approve 7 K3M9TQ"])
def test_a_private_message_tells_whether_it_was_forwarded(text: str) -> None:
    """So that a moderator's own words can be told from those that they pass on; where from is dropped."""
    forwarded = understand(
        make_update(text, forward_origin={"type": "user", "date": 1, "sender_user": {"id": 4711}}), ME
    )
    typed = understand(make_update(text), ME)
    assert forwarded is not None
    assert typed is not None
    assert (forwarded.forwarded, typed.forwarded) == (True, False)
    assert forwarded.text == typed.text
